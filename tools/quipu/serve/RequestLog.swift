internal import CanonicalJSON
internal import Collections
internal import Glibc
internal import Synchronization

/// A line of JSON for each request that is over: when, which operation, how it ended, who asked. No id, no
/// value of a query, no address of a person's machine: it holds no personal data.
///
///     {"at":"…","bytes":512,"method":"GET","microseconds":84,"route":"/v1/accounts/{account}","status":200,"token":"desk"}
///
/// Lines are gathered and written once a second or by 64 KiB; those of the last second of a machine that
/// loses power are lost.
final class RequestLog: Sendable {
  private struct State {
    var descriptor: Int32
    var lines: [UInt8] = []
  }

  private static let most = 1 << 16

  private let path: String
  private let state: Mutex<State>

  /// Opens a file to append to, made with mode 0640 where there is none; `-` is standard error.
  init(_ path: String) throws(Failure) {
    self.path = path
    state = Mutex(State(descriptor: try Self.open(path)))
  }

  private static func open(_ path: String) throws(Failure) -> Int32 {
    if path == "-" { return STDERR_FILENO }
    let file = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard file >= 0 else {
      let number = errno
      throw Failure(
        .inputOutput, "cannot_write",
        Text(
          "\(path) cannot be written: \(systemReason(number))",
          "no se puede escribir \(path): \(systemReason(number))"),
        [Failure.Detail("file", path), Failure.Detail("errno", Int64(number))])
    }
    return file
  }

  func note(
    _ method: String, _ route: String, status: Int, bytes: Int, microseconds: Int64,
    isWhole: Bool, by name: String
  ) {
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("at")
    writer.string(WallClock.now().text)
    writer.key("bytes")
    writer.integer(Int64(bytes))
    if !isWhole {
      writer.key("cutOff")
      writer.bool(true)
    }
    writer.key("method")
    writer.string(Self.methods.contains(method) ? method : "-")
    writer.key("microseconds")
    writer.integer(microseconds)
    writer.key("route")
    writer.string(route)
    writer.key("status")
    writer.integer(Int64(status))
    writer.key("token")
    writer.string(name)
    writer.endObject()
    let line = writer.bytes
    state.withLock { state in
      state.lines += line
      state.lines.append(UInt8(ascii: "\n"))
      if state.lines.count >= Self.most { Self.write(&state) }
    }
  }

  /// What a client may call a method is anything at all.
  private static let methods: Set<String> = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
  ]

  /// Writes what waits.
  func flush() { state.withLock { Self.write(&$0) } }

  private static func write(_ state: inout State) {
    guard !state.lines.isEmpty else { return }
    // A log that cannot be written must not stop the service.
    _ = writeAll(state.lines, to: state.descriptor)
    state.lines.removeAll(keepingCapacity: true)
  }

  /// Begins the file of that name anew: the one that was written is another's from now on (logrotate).
  func reopen() {
    guard path != "-", let opened = try? Self.open(path) else { return }
    state.withLock { state in
      Self.write(&state)
      close(state.descriptor)
      state.descriptor = opened
    }
  }
}

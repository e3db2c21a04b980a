internal import Glibc

/// Files that commands write: whole or not at all.
enum OutputFile {
  /// Writes a file beside its place, syncs it, and renames it there. Throws ``Failure``, exit 4.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let draft = "\(path).\(getpid()).tmp"
    let descriptor = unsafe Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(errno, draft) }
    var error = writeAll(bytes, to: descriptor)
    if error == 0, fsync(descriptor) != 0 { error = errno }
    if close(descriptor) != 0, error == 0 { error = errno }
    if error == 0, rename(draft, path) != 0 { error = errno }
    guard error == 0 else {
      unlink(draft)
      throw failure(error, path)
    }
  }

  /// Makes a directory, unless it is there.
  static func makeDirectory(_ path: String) throws(Failure) {
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw failure(errno, path) }
  }

  /// A file open for reading, or standard input for `-`. The caller closes it.
  static func open(_ path: String) throws(Failure) -> Int32 {
    if path == "-" { return STDIN_FILENO }
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno, path) }
    return descriptor
  }

  /// All bytes of a file, or of standard input for `-`.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = try open(path)
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(errno, path)
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) throws(Failure) {
    if unlink(path) != 0, errno != ENOENT { throw failure(errno, path) }
  }

  private static func failure(_ error: Int32, _ path: String) -> Failure {
    let reason = unsafe String(cString: strerror(error))
    return Failure(
      .inputOutput, "io", Text(same: "\(path): \(reason)"), [Failure.Detail("errno", Int64(error))])
  }
}

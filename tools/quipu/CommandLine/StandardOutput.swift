internal import Glibc

/// Standard output, buffered: where results go, and from where none may be lost unnoticed.
///
/// Every write that fails is a `Failure` with exit 4, except that a reader who left (`| head`) ends
/// the program the way SIGPIPE does. On a terminal each line is written at once.
final class StandardOutput {
  private let descriptor: Int32
  private let isTerminal: Bool
  private var buffer: [UInt8] = []
  /// After a failed write the rest is dropped: what follows would have a hole in it.
  private var failed = false

  private static let capacity = 1 << 16

  init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    buffer.reserveCapacity(Self.capacity + 4096)
  }

  /// Adds bytes; writes when there are 64 KiB, or at the end of a line on a terminal.
  func write(_ bytes: [UInt8]) throws(Failure) {
    buffer.append(contentsOf: bytes)
    try spill()
  }

  /// Adds a text; see `write` of bytes.
  func write(_ text: String) throws(Failure) {
    buffer.append(contentsOf: text.utf8)
    try spill()
  }

  private func spill() throws(Failure) {
    guard buffer.count >= Self.capacity || (isTerminal && buffer.last == UInt8(ascii: "\n"))
    else { return }
    try flush()
  }

  /// Writes all that waits.
  ///
  /// To be called whenever what was said so far must be seen: after the receipts of a batch, before
  /// a notice, at the end.
  func flush() throws(Failure) {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: true) }
    guard !failed else { return }
    let error = writeAll(buffer, to: descriptor)
    guard error != 0 else { return }
    failed = true
    if error == EPIPE { dieOfBrokenPipe() }
    throw Self.failure(error)
  }

  /// Writes all that waits and closes the descriptor: some file systems tell only then that the
  /// disk is full.
  func close() throws(Failure) {
    try flush()
    guard !failed, Glibc.close(descriptor) != 0 else { return }
    let error = errno
    // A descriptor that was closed all along is no loss when nothing was to be written to it.
    if error != EBADF, error != EINTR { throw Self.failure(error) }
  }

  private static func failure(_ error: Int32) -> Failure {
    let reason = systemReason(error)
    return Failure(
      .inputOutput, "output_failed",
      Text(
        "the results could not be written to standard output: \(reason)",
        "no se pudo escribir los resultados en la salida estándar: \(reason)"),
      [Failure.Detail("errno", Int64(error))])
  }
}

/// What the system says about an `errno`.
func systemReason(_ error: Int32) -> String { unsafe String(cString: strerror(error)) }

/// Writes bytes to standard error, unbuffered.
///
/// There is nowhere left to report that this failed.
func writeError(_ text: String) {
  _ = writeAll(Array(text.utf8), to: STDERR_FILENO)
}

/// Writes all bytes, waiting for a descriptor that is not ready; gives `errno`, or 0.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  unsafe bytes.withUnsafeBytes { all in
    var written = 0
    while written < all.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
      let count = unsafe write(descriptor, rest.baseAddress, rest.count)
      if count >= 0 {
        written += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&wait, 1, -1)
      default: return errno
      }
    }
    return 0
  }
}

/// Ends the program as SIGPIPE would have, had the parent process not turned it off.
private func dieOfBrokenPipe() -> Never {
  signal(SIGPIPE, SIG_DFL)
  raise(SIGPIPE)
  exit(128 + SIGPIPE)
}

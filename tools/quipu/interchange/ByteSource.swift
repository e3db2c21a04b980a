internal import Glibc

/// The bytes of an open file, pipe or terminal, a chunk at a time.
///
/// Reads what there is and never waits for a full chunk. The descriptor stays the caller's.
struct ByteSource {
  /// Bytes a read asks for: large enough that system calls vanish, small enough for a cache.
  static let chunkSize = 1 << 18

  private let descriptor: Int32
  /// The bytes of the latest read; those in `position..<end` are yet to be taken.
  private(set) var chunk: [UInt8]
  private(set) var end = 0
  var position = 0

  /// Starts at the descriptor's place and skips a UTF-8 byte order mark there.
  ///
  /// A chunk must have room for the mark, that is 3 bytes.
  init(_ descriptor: Int32, chunkSize: Int = ByteSource.chunkSize) throws(ImportError) {
    self.descriptor = descriptor
    chunk = [UInt8](repeating: 0, count: chunkSize)
    // A pipe may give the three bytes of the mark one by one.
    while end < 3, try read(after: end) {}
    if end >= 3, chunk[0] == 0xEF, chunk[1] == 0xBB, chunk[2] == 0xBF { position = 3 }
  }

  /// Reads the next chunk once all bytes of this one are taken; false at the end of the file.
  mutating func refill() throws(ImportError) -> Bool {
    position = 0
    end = 0
    return try read(after: 0)
  }

  private mutating func read(after start: Int) throws(ImportError) -> Bool {
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count >= 0 {
        end = start + count
        return count > 0
      }
      let reason = errno
      guard reason == EINTR else {
        throw ImportError(
          .unreadable, line: 0,
          Text(
            "cannot be read: \(systemReason(reason))", "no se puede leer: \(systemReason(reason))"))
      }
    }
  }
}

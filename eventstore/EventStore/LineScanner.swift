internal import Glibc

/// Where a line lies in its file.
struct LinePlace {
  /// From 1.
  var number: Int64
  /// Of its first byte.
  var offset: Int
  /// Whether a newline ends it.
  var isTerminated = true
  /// Whether it is longer than any line of the log; only its beginning is shown then.
  var isOverlong = false

  /// Offset after the line and its newline.
  func end(_ line: Span<UInt8>) -> Int { offset + line.count + (isTerminated ? 1 : 0) }
}

/// Cuts a file into lines, reading it once in large pieces.
///
/// Memory: one buffer of 256 KiB, which stays in the processor's cache, and a longest line, whatever the file holds.
struct LineScanner {
  private var buffer: [UInt8] = []

  private static let chunk = 1 << 18

  /// Gives the lines of `file` up to byte `end` to `body`, without newlines, until it says false.
  ///
  /// The last line may lack its newline; a line longer than the log allows is cut and marked.
  mutating func scan(
    _ file: borrowing OpenFile, upTo end: Int,
    _ body: (Span<UInt8>, LinePlace) throws(LogError) -> Bool
  ) throws(LogError) {
    let wanted = min(Self.chunk + EventEnvelope.longestLine, end) + 1
    if buffer.count < wanted { buffer = [UInt8](repeating: 0, count: wanted) }
    var place = LinePlace(number: 1, offset: 0)
    var filled = 0
    var isSkipping = false
    while true {
      let asked = min(buffer.count - filled, end - place.offset - filled)
      let got = try file.read(
        into: &buffer, filled..<(filled + asked), from: place.offset + filled)
      filled += got
      let isLast = got < asked || place.offset + filled == end
      var start = 0
      while let newline = Self.newline(in: buffer, start..<filled) {
        if !isSkipping {
          place.isOverlong = newline - start > EventEnvelope.longestLine
          guard try body(buffer.span.extracting(start..<newline), place) else { return }
        }
        isSkipping = false
        place.number += 1
        place.offset += newline + 1 - start
        start = newline + 1
      }
      let rest = filled - start
      if isLast {
        place.isTerminated = false
        place.isOverlong = rest > EventEnvelope.longestLine
        if rest > 0 && !isSkipping { _ = try body(buffer.span.extracting(start..<filled), place) }
        return
      }
      if rest > EventEnvelope.longestLine {
        if !isSkipping {
          var cut = place
          cut.isOverlong = true
          guard try body(buffer.span.extracting(start..<filled), cut) else { return }
        }
        isSkipping = true
        place.offset += rest
        filled = 0
      } else {
        for index in 0..<rest { buffer[index] = buffer[start + index] }
        filled = rest
      }
    }
  }

  /// The next newline in a range of bytes.
  static func newline(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress,
        let found = unsafe memchr(base + range.lowerBound, 0x0A, range.count)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}

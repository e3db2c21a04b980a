/// How far the log is durable: what the writer publishes, and past which nobody reads.
///
/// It stands in the lock file as text of fixed width, twice in one write, so that a reader who meets
/// the write half done sees two different halves:
///
///     events 0000000000066048 segment 000000065536 bytes 0000000000238401\n   (68 bytes, twice)
struct DurableSize: Equatable, Sendable {
  /// How many events.
  var events: Int64
  /// First event of the last segment.
  var segment: Int64
  /// Bytes of the last segment.
  var bytes: Int

  private static let widths = (events: 16, segment: 12, bytes: 16)
  /// Bytes of one half.
  static let length = 68

  /// What the lock file holds, for a known size or, while a writer is still opening, for none.
  static func text(_ size: DurableSize?) -> [UInt8] {
    let half: String
    if let size {
      let events = padded(size.events, widths.events)
      let segment = padded(size.segment, widths.segment)
      let bytes = padded(Int64(size.bytes), widths.bytes)
      half = "events \(events) segment \(segment) bytes \(bytes)\n"
    } else {
      half = "opening" + String(repeating: " ", count: length - 8) + "\n"
    }
    return Array((half + half).utf8)
  }

  /// Reads the lock file; `nil` when a write of it is under way or the writer is opening.
  init?(parsing text: [UInt8]) {
    guard text.count >= 2 * Self.length else { return nil }
    let half = text[..<Self.length]
    guard half.elementsEqual(text[Self.length..<2 * Self.length]) else { return nil }
    let words = String(decoding: half.dropLast(), as: UTF8.self).split(separator: " ")
    guard words.count == 6, let events = Int64(words[1]), let segment = Int64(words[3]),
      let bytes = Int(words[5])
    else { return nil }
    self.init(events: events, segment: segment, bytes: bytes)
    guard Self.text(self) == Array(text[..<(2 * Self.length)]) else { return nil }
  }

  init(events: Int64, segment: Int64, bytes: Int) {
    self.events = events
    self.segment = segment
    self.bytes = bytes
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

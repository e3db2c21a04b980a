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
    [UInt8](capacity: 2 * length) { text in
      for _ in 0..<2 {
        if let size {
          text.append("events ")
          text.append(size.events, digits: widths.events)
          text.append(" segment ")
          text.append(size.segment, digits: widths.segment)
          text.append(" bytes ")
          text.append(Int64(size.bytes), digits: widths.bytes)
        } else {
          text.append("opening")
          for _ in 8..<length { text.append(UInt8(ascii: " ")) }
        }
        text.append(UInt8(ascii: "\n"))
      }
    }
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
}

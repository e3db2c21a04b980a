/// A moment with the local time at which it was lived.
///
/// Text is RFC 3339: `2026-03-02T10:15:00-05:00`, with up to three decimals, the offset `Z` or
/// `±hh:mm` below 24 hours. So a replay needs no time-zone database.
package struct OffsetInstant: Hashable, Sendable {
  /// The moment in UTC.
  package let instant: Instant
  /// What local time is ahead of UTC by, in minutes.
  package let offsetMinutes: Int

  /// The moment written so, or nil for any other text.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(parsing: bytes.span, 0..<bytes.count)
  }

  /// The moment written so in exactly the bytes of `range`, or nil. Allocates nothing.
  package init?(parsing bytes: Span<UInt8>, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count >= 20, range.upperBound <= bytes.count,
      let date = CivilDate(parsing: bytes, start..<start + 10),
      bytes[start + 10] == UInt8(ascii: "T"), bytes[start + 16] == UInt8(ascii: ":"),
      let minutes = timeOfDay(bytes, start + 11),
      let seconds = decimal(bytes, start + 17, 2), seconds < 60
    else { return nil }
    var position = start + 19
    var thousandths = 0
    if bytes[position] == UInt8(ascii: ".") {
      position += 1
      var worth = 100
      while position < range.upperBound, bytes[position] &- UInt8(ascii: "0") < 10 {
        guard worth > 0 else { return nil }
        thousandths += Int(bytes[position] - UInt8(ascii: "0")) * worth
        worth /= 10
        position += 1
      }
      guard worth < 100 else { return nil }
    }
    guard let offset = OffsetInstant.offset(bytes, position..<range.upperBound) else { return nil }
    let local = Int64(date.days) * 86_400 + Int64(minutes * 60 + seconds)
    instant = Instant(milliseconds: (local - Int64(offset * 60)) * 1_000 + Int64(thousandths))
    offsetMinutes = offset
  }

  /// The civil date where it was lived.
  package var localDate: CivilDate {
    Instant(milliseconds: instant.milliseconds + Int64(offsetMinutes) * 60_000).date
  }

  /// The second of the local day, from 0.
  package var localSecondOfDay: Int {
    let local = instant.milliseconds + Int64(offsetMinutes) * 60_000
    return Int((local - Int64(localDate.days) * 86_400_000) / 1_000)
  }

  private static func offset(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard let first = range.first else { return nil }
    if range.count == 1, bytes[first] == UInt8(ascii: "Z") { return 0 }
    guard range.count == 6, let minutes = timeOfDay(bytes, first + 1) else { return nil }
    switch bytes[first] {
    case UInt8(ascii: "+"): return minutes
    case UInt8(ascii: "-"): return -minutes
    default: return nil
    }
  }
}

/// The minutes of a day that `hh:mm` stands for, at five bytes; nil for any other text.
func timeOfDay(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
  guard start + 5 <= bytes.count, bytes[start + 2] == UInt8(ascii: ":"),
    let hour = decimal(bytes, start, 2), hour < 24,
    let minute = decimal(bytes, start + 3, 2), minute < 60
  else { return nil }
  return hour * 60 + minute
}

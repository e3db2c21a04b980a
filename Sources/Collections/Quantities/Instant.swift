internal import CanonicalJSON

/// A moment of UTC, to the millisecond.
///
/// Text is RFC 3339 in one form alone: `2026-11-22T10:15:00.000Z`, always three decimals, so that
/// instants sort as text. Leap seconds are not represented (as in POSIX time).
package struct Instant: Comparable, Hashable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00.000Z.
  package var milliseconds: Int64

  /// The moment that many milliseconds after 1970-01-01T00:00:00.000Z.
  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The moment written as `YYYY-MM-DDThh:mm:ss.sssZ`, or nil for any other text.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(parsing: bytes.span, 0..<bytes.count)
  }

  /// The moment written as `YYYY-MM-DDThh:mm:ss.sssZ` in exactly the 24 bytes of `range`, or nil.
  package init?(parsing bytes: Span<UInt8>, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count == 24, range.upperBound <= bytes.count,
      let date = CivilDate(parsing: bytes, start..<start + 10),
      bytes[start + 10] == UInt8(ascii: "T"), bytes[start + 13] == UInt8(ascii: ":"),
      bytes[start + 16] == UInt8(ascii: ":"), bytes[start + 19] == UInt8(ascii: "."),
      bytes[start + 23] == UInt8(ascii: "Z"),
      let hour = decimal(bytes, start + 11, 2), hour < 24,
      let minute = decimal(bytes, start + 14, 2), minute < 60,
      let second = decimal(bytes, start + 17, 2), second < 60,
      let thousandth = decimal(bytes, start + 20, 3)
    else { return nil }
    let seconds = Int64(date.days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    milliseconds = seconds * 1000 + Int64(thousandth)
  }

  /// The civil date at this moment in UTC.
  package var date: CivilDate {
    CivilDate(days: Int32(floorDivision(milliseconds, 86_400_000)))
  }

  /// `YYYY-MM-DDThh:mm:ss.sssZ`.
  package var text: String {
    let day = date
    let rest = Int(milliseconds - Int64(day.days) * 86_400_000)
    var bytes: [UInt8] = []
    day.appendText(to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    appendDecimal(UInt64(rest / 3_600_000), width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendDecimal(UInt64(rest / 60_000 % 60), width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendDecimal(UInt64(rest / 1000 % 60), width: 2, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    appendDecimal(UInt64(rest % 1000), width: 3, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func < (first: Instant, second: Instant) -> Bool {
    first.milliseconds < second.milliseconds
  }
}

/// The quotient rounded toward negative infinity; the divisor is positive.
func floorDivision(_ dividend: Int64, _ divisor: Int64) -> Int64 {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}

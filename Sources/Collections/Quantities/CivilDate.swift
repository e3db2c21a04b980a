internal import CanonicalJSON

/// A day of the civil (proleptic Gregorian) calendar, without clock or zone.
///
/// Held as days since 1970-01-01, so that differences and order are integer work. Text is
/// `YYYY-MM-DD`, years 0001 to 9999 (RFC 3339 `full-date`).
package struct CivilDate: BitwiseCopyable, Comparable, Hashable, Sendable {
  /// Days since 1970-01-01; negative before it.
  package var days: Int32

  /// 0001-01-01, the first day there is.
  package static let first = CivilDate(days: -719_162)

  /// The day `days` after 1970-01-01.
  package init(days: Int32) {
    self.days = days
  }

  /// The day of that year, month and day of month, or nil where the calendar has none.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, in: year)
    else { return nil }
    // Days from civil, after Howard Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    days = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// The day written as `YYYY-MM-DD`, or nil for any other text.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(parsing: bytes.span, 0..<bytes.count)
  }

  /// The day written as `YYYY-MM-DD` in exactly the ten bytes of `range`, or nil.
  package init?(parsing bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count == 10, range.upperBound <= bytes.count,
      bytes[range.lowerBound + 4] == UInt8(ascii: "-"),
      bytes[range.lowerBound + 7] == UInt8(ascii: "-"),
      let year = decimal(bytes, range.lowerBound, 4),
      let month = decimal(bytes, range.lowerBound + 5, 2),
      let day = decimal(bytes, range.lowerBound + 8, 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Year, month (1 to 12) and day of month.
  package var civil: (year: Int, month: Int, day: Int) {
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }

  /// The year, 1 to 9999.
  package var year: Int { civil.year }

  /// The month, 1 to 12.
  package var month: Int { civil.month }

  /// The day of the month, from 1.
  package var day: Int { civil.day }

  /// The day of the week after ISO 8601: Monday is 1, Sunday 7.
  package var weekday: Int {
    let fromMonday = (Int(days) + 3) % 7
    return (fromMonday < 0 ? fromMonday + 7 : fromMonday) + 1
  }

  /// `YYYY-MM-DD`.
  package var text: String {
    var bytes: [UInt8] = []
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends `YYYY-MM-DD`, ten ASCII bytes.
  package func appendText(to out: inout [UInt8]) {
    let (year, month, day) = civil
    // Beyond the years there are, but what is reckoned with may get there.
    if year > 9_999 { appendDecimal(UInt64(year / 10_000), to: &out) }
    precondition(year >= 0, "a day before the years there are")
    func digit(_ number: Int) -> UInt8 {
      UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10)
    }
    out.append(addingCapacity: 10) { out in
      out.append(digit(year / 1_000))
      out.append(digit(year / 100))
      out.append(digit(year / 10))
      out.append(digit(year))
      out.append(UInt8(ascii: "-"))
      out.append(digit(month / 10))
      out.append(digit(month))
      out.append(UInt8(ascii: "-"))
      out.append(digit(day / 10))
      out.append(digit(day))
    }
  }

  /// The number of days of a month (1 to 12) of a year.
  package static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Easter Sunday of a year, by the anonymous Gregorian computus (Meeus, Jones, Butcher).
  package static func easter(of year: Int) -> CivilDate {
    let golden = year % 19
    let century = year / 100
    let yearOfCentury = year % 100
    let epact =
      (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
    let weekday =
      (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
    let correction = (golden + 11 * epact + 22 * weekday) / 451
    let shifted = epact + weekday - 7 * correction + 114
    // March or April of any year has these days, so the date always exists.
    return CivilDate(year: year, month: shifted / 31, day: shifted % 31 + 1)
      ?? CivilDate(days: 0)
  }

  /// The day `count` days later (earlier when negative).
  package static func + (date: CivilDate, count: Int) -> CivilDate {
    CivilDate(days: date.days + Int32(count))
  }

  /// The day `count` days earlier.
  package static func - (date: CivilDate, count: Int) -> CivilDate {
    CivilDate(days: date.days - Int32(count))
  }

  /// Days from `other` to `date`.
  package static func - (date: CivilDate, other: CivilDate) -> Int {
    Int(date.days) - Int(other.days)
  }

  package static func < (first: CivilDate, second: CivilDate) -> Bool {
    first.days < second.days
  }
}

/// The unsigned number in exactly `width` decimal digits at `start`, or nil.
@inline(__always)
func decimal(_ bytes: Span<UInt8>, _ start: Int, _ width: Int) -> Int? {
  guard start + width <= bytes.count else { return nil }
  var value = 0
  for position in start..<start + width {
    let digit = bytes[position] &- UInt8(ascii: "0")
    guard digit <= 9 else { return nil }
    value = value &* 10 &+ Int(digit)
  }
  return value
}

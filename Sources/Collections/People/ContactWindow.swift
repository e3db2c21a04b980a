package import CanonicalJSON

/// Local times at which a person wants to be reached.
package struct ContactWindow: BitwiseCopyable, Equatable, Sendable {
  /// The one day it holds on, in days since 1970-01-01; 0 for every week.
  package var on: Int32 = 0
  /// Days of the week it holds on: bit 0 is Monday, bit 6 Sunday; all seven where none is stated.
  package var weekdays: UInt8 = 0x7F
  /// The minute of the day it begins at.
  package var from: Int16
  /// The minute of the day before which it ends; below `from` where it goes past midnight.
  package var to: Int16

  /// A window on every day of the week.
  package init(from: Int16, to: Int16) {
    (self.from, self.to) = (from, to)
  }

  /// Whether a local time lies within the window; a window past midnight belongs to the day it began.
  package func contains(_ date: CivilDate, minute: Int) -> Bool {
    let minute = Int16(minute)
    if from <= to { return holds(on: date) && from <= minute && minute < to }
    return holds(on: date) && minute >= from || holds(on: date + -1) && minute < to
  }

  /// The minutes of a day that lie in it: one span, or two where one of the night before goes on.
  package func minutes(of date: CivilDate) -> [Range<Int>] {
    let isOn = holds(on: date)
    if from <= to { return isOn && from < to ? [Int(from)..<Int(to)] : [] }
    var spans: [Range<Int>] = []
    if holds(on: date + -1), to > 0 { spans.append(0..<Int(to)) }
    if isOn { spans.append(Int(from)..<1_440) }
    return spans
  }

  private func holds(on date: CivilDate) -> Bool {
    on == 0 ? weekdays & 1 << UInt8(date.weekday - 1) != 0 : on == date.days
  }
}

extension ContactWindow {
  /// The window last read by a reader. Throws where its days are no numbers.
  package init(_ reader: FieldReader, _ bytes: Span<UInt8>) throws(JSONError) {
    self.init(
      from: Self.minute(reader.range(.from), bytes), to: Self.minute(reader.range(.to), bytes))
    on = reader.date(.on) ?? 0
    var list = reader.list(.days)
    var days: UInt8 = 0
    while let value = try list.next(in: bytes) {
      days |= 1 << (bytes[value.lowerBound] &- UInt8(ascii: "1"))
    }
    if days != 0 { weekdays = days }
  }

  private static func minute(_ range: Range<Int>?, _ bytes: Span<UInt8>) -> Int16 {
    Int16(range.flatMap { timeOfDay(bytes, $0.lowerBound) } ?? 0)
  }
}

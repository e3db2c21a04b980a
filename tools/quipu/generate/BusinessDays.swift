import Collections

/// Peru's business days and pay days over a span of days, looked up rather than computed.
///
/// A struct of its own, not methods of the generator: a call to those while the generator is being
/// changed made the compiler keep a copy of all its arrays (measured: 66 % of the time).
struct BusinessDays {
  private let first: CivilDate
  private let calendar = BusinessCalendar(jurisdiction: "PE")
  private let table: [Bool]

  /// The business days of `count` days from `first`; other days are computed when asked for.
  init(first: CivilDate, count: Int) {
    self.first = first
    var table: [Bool] = []
    table.reserveCapacity(count)
    for offset in 0..<count { table.append(calendar.isBusinessDay(first + offset)) }
    self.table = table
  }

  /// Whether a day is a business day.
  func contains(_ date: CivilDate) -> Bool {
    let offset = date - first
    return table.indices.contains(offset) ? table[offset] : calendar.isBusinessDay(date)
  }

  /// The day itself, or the next business day if it is none.
  func rolled(_ date: CivilDate) -> CivilDate {
    var day = date
    while !contains(day) { day = day + 1 }
    return day
  }

  /// The day `count` business days after one.
  func adding(_ count: Int, to date: CivilDate) -> CivilDate {
    var day = date
    for _ in 0..<count { day = rolled(day + 1) }
    return day
  }

  /// The first pay day on or after a date: the 15th and the 30th (or the month's last day), or the
  /// business day before.
  func payday(from date: CivilDate) -> CivilDate {
    let (year, month, _) = date.civil
    let months = year * 12 + month - 1
    for offset in 0..<4 {
      var day = monthDay(months: months + offset / 2, day: offset % 2 == 0 ? 15 : 30)
      while !contains(day) { day = day - 1 }
      if day >= date { return day }
    }
    return date
  }
}

internal import Collections

/// Peru's business days for the years the tests use, written out by hand.
struct ModelCalendar {
  /// Holidays of every year, as month and day (since 2024 they are the same each year).
  static let fixed: [(Int, Int)] = [
    (1, 1), (5, 1), (6, 7), (6, 29), (7, 23), (7, 28), (7, 29), (8, 6), (8, 30), (10, 8), (11, 1),
    (12, 8), (12, 9), (12, 25),
  ]

  /// Maundy Thursday and Good Friday, from a printed almanac.
  static let holyDays = [
    "2024-03-28", "2024-03-29", "2025-04-17", "2025-04-18", "2026-04-02", "2026-04-03",
    "2027-03-25", "2027-03-26",
  ]

  /// The holidays of 2024 to 2027, in days since 1970-01-01.
  static let holidays: Set<Int> = {
    var days = Set(holyDays.compactMap { CivilDate($0).map { Int($0.days) } })
    for year in 2024...2027 {
      for (month, day) in fixed {
        if let date = CivilDate(year: year, month: month, day: day) { days.insert(Int(date.days)) }
      }
    }
    return days
  }()

  /// The day itself if it is a business day, else the next one that is.
  static func following(_ day: Int) -> Int {
    var day = day
    while true {
      // 1970-01-01 was a Thursday; Saturday and Sunday are 2 and 3 days later.
      let sinceThursday = ((day % 7) + 7) % 7
      if sinceThursday != 2 && sinceThursday != 3 && !holidays.contains(day) { return day }
      day += 1
    }
  }
}

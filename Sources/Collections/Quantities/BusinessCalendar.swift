/// The business days of a jurisdiction: neither Saturday, Sunday nor a holiday.
///
/// Holidays come from rules kept as data (with the first year in which each holds) or, for a year
/// whose calendar was adopted into the ledger, from that list alone. A jurisdiction without rules
/// of ours has weekends only; ``isKnown`` tells.
package struct BusinessCalendar: Equatable, Sendable {
  /// One rule that gives a holiday a year.
  package struct Rule: Equatable, Sendable {
    /// The day: a fixed one of the civil year, or one counted from Easter Sunday.
    package enum Day: Equatable, Sendable {
      /// The same month (1 to 12) and day of month each year.
      case fixed(month: Int, day: Int)
      /// That many days after Easter Sunday (negative: before it).
      case easter(Int)
    }

    /// Which day of the year it is.
    package var day: Day
    /// The first year in which it is a holiday; 0 for those older than any ledger.
    package var since: Int
    /// The law that made it one.
    package var source: String
  }

  private var rules: [Rule]
  private var adopted: [Int: Set<CivilDate>] = [:]
  /// Whether the jurisdiction's holidays are known; false: weekends alone.
  package private(set) var isKnown: Bool

  /// The calendar of a jurisdiction (ISO 3166 code, as `PE`): its rules where we have them, else weekends alone.
  package init(jurisdiction: String) {
    isKnown = jurisdiction == "PE"
    rules = isKnown ? Self.peru : []
  }

  /// Takes a year's holidays as adopted, in place of the rules' for that year.
  package mutating func adopt(year: Int, holidays: [CivilDate]) {
    adopted[year] = Set(holidays)
    isKnown = true
  }

  /// The holidays of a year, in order.
  package func holidays(of year: Int) -> [CivilDate] {
    if let adopted = adopted[year] { return adopted.sorted() }
    let easter = CivilDate.easter(of: year)
    let days = rules.compactMap { rule -> CivilDate? in
      guard year >= rule.since else { return nil }
      switch rule.day {
      case .fixed(let month, let day): return CivilDate(year: year, month: month, day: day)
      case .easter(let offset): return easter + offset
      }
    }
    return Set(days).sorted()
  }

  /// Whether a day is a holiday. O(number of rules).
  package func isHoliday(_ date: CivilDate) -> Bool {
    let (year, month, day) = date.civil
    if let adopted = adopted[year] { return adopted.contains(date) }
    for rule in rules where year >= rule.since {
      switch rule.day {
      case .fixed(month, day): return true
      case .fixed: continue
      case .easter(let offset):
        if month <= 6, CivilDate.easter(of: year) + offset == date { return true }
      }
    }
    return false
  }

  /// Whether a day is neither Saturday, Sunday nor a holiday.
  package func isBusinessDay(_ date: CivilDate) -> Bool {
    date.weekday <= 5 && !isHoliday(date)
  }

  /// The day itself if it is a business day, else the next one that is.
  package func following(_ date: CivilDate) -> CivilDate {
    var day = date
    while !isBusinessDay(day) { day = day + 1 }
    return day
  }

  /// The day `count` business days after `date`, counting from the day after it; `date` itself for 0.
  package func adding(businessDays count: Int, to date: CivilDate) -> CivilDate {
    var day = date
    var left = count
    while left > 0 {
      day = day + 1
      if isBusinessDay(day) { left -= 1 }
    }
    return day
  }

  /// Peru's national holidays: D. Leg. 713 (1991) art. 6 and the laws that added to it.
  package static let peru: [Rule] = [
    fixed(1, 1), easter(-3), easter(-2), fixed(5, 1),
    fixed(6, 7, since: 2024, "Ley 31788"), fixed(6, 29),
    fixed(7, 23, since: 2023, "Ley 31822"), fixed(7, 28), fixed(7, 29),
    fixed(8, 6, since: 2022, "Ley 31530"), fixed(8, 30), fixed(10, 8), fixed(11, 1), fixed(12, 8),
    fixed(12, 9, since: 2022, "Ley 31381"), fixed(12, 25),
  ]

  private static let decree = "D. Leg. 713 art. 6"

  private static func fixed(
    _ month: Int, _ day: Int, since: Int = 0, _ source: String = decree
  ) -> Rule {
    Rule(day: .fixed(month: month, day: day), since: since, source: source)
  }

  private static func easter(_ offset: Int) -> Rule {
    Rule(day: .easter(offset), since: 0, source: decree)
  }
}

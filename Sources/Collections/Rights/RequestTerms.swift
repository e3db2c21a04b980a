/// How long each right's requests may take to be answered, by the law of a jurisdiction.
///
/// Terms run from the day after the request came in. Where the law of a right gives none, the one used
/// in its place is told by ``Term/note``.
package struct RequestTerms: Equatable, Sendable {
  /// A number of business days, or of months.
  package enum Length: Equatable, Sendable {
    case businessDays(Int)
    case months(Int)
  }

  /// The term of one right.
  package struct Term: Equatable, Sendable {
    /// How long the answer may take.
    package var length: Length
    /// How much longer once, where it may be extended.
    package var extensionLength: Length?
    /// Where the law says so.
    package var source: String
    /// What is assumed; empty where the law says it.
    package var note = ""
  }

  /// The pack's name, such as `pe`.
  package let pack: String
  /// Business days from the request within which asking for more suspends the term; nil for any time.
  package let askWithin: Int?
  /// Business days the person has to send what was asked for, after which the request lapses; nil: it
  /// does not.
  package let answerWithin: Int?
  /// Business days within which a revoked consent is to have taken effect; nil where none is said.
  package let revocation: Int?

  /// The terms of a jurisdiction (ISO 3166 code, as `PE`); nil where we have none.
  package init?(jurisdiction: String) {
    switch jurisdiction {
    case "PE": self.init(pack: "pe", askWithin: 7, answerWithin: 10, revocation: 10)
    case _ where Self.european.contains(jurisdiction):
      self.init(pack: "gdpr", askWithin: nil, answerWithin: nil, revocation: nil)
    default: return nil
    }
  }

  private init(pack: String, askWithin: Int?, answerWithin: Int?, revocation: Int?) {
    self.pack = pack
    self.askWithin = askWithin
    self.answerWithin = answerWithin
    self.revocation = revocation
  }

  /// The term of a right.
  package func term(of right: DataRight) -> Term {
    pack == "pe" ? Self.peru(right) : Self.europe(right)
  }

  /// DS 016-2024-JUS, in force since 30-Mar-2025, under Ley 29733.
  private static func peru(_ right: DataRight) -> Term {
    let source = "DS 016-2024-JUS; Ley 29733"
    func days(_ count: Int, extends: Bool = true, _ article: String, _ note: String = "") -> Term {
      let length = Length.businessDays(count)
      return Term(
        length: length, extensionLength: extends ? length : nil, source: "\(source), \(article)",
        note: note)
    }
    return switch right {
    case .information: days(8, extends: false, "art. 18")
    case .access: days(20, "art. 19")
    case .rectification, .cancellation: days(10, "art. 20")
    case .opposition: days(10, "art. 22")
    case .portability: days(20, "access", "no term of its own: that of access is used")
    case .objectiveTreatment: days(10, "art. 23", "no term of its own: that of opposition is used")
    }
  }

  /// Regulation (EU) 2016/679; the United Kingdom's is the same.
  private static func europe(_ right: DataRight) -> Term {
    Term(length: .months(1), extensionLength: .months(2), source: "GDPR art. 12(3)")
  }

  private static let european: Set<String> = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "GB",
  ]
}

extension RequestTerms.Length {
  /// The last day of the length counted from the day after `date`.
  ///
  /// Months end on the same day of the month, or its last where there is none, and where that is no
  /// business day on the next one (Regulation (EEC, Euratom) 1182/71, art. 3(4)).
  package func end(after date: CivilDate, _ calendar: BusinessCalendar) -> CivilDate {
    switch self {
    case .businessDays(let count): return calendar.adding(businessDays: count, to: date)
    case .months(let count):
      let (year, month, day) = date.civil
      let months = month - 1 + count
      let (endYear, endMonth) = (year + months / 12, months % 12 + 1)
      let last = CivilDate.length(ofMonth: endMonth, in: endYear)
      let end = CivilDate(year: endYear, month: endMonth, day: min(day, last)) ?? date
      return calendar.following(end)
    }
  }
}

extension BusinessCalendar {
  /// How many business days lie after `start`, up to and with `end`; negative where `end` is before.
  ///
  /// O(days between).
  package func businessDays(after start: CivilDate, through end: CivilDate) -> Int {
    if end < start { return -businessDays(after: end, through: start) }
    var count = 0
    var day = start
    while day < end {
      day = day + 1
      if isBusinessDay(day) { count += 1 }
    }
    return count
  }
}

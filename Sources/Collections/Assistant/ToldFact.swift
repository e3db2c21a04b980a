/// What a text of the assistant may tell of an account: a placeholder, as `{balance}`.
///
/// The spelling of a case is the placeholder's.
package enum Placeholder: String, CaseIterable, Sendable {
  case account, creditor, balance, principal, interest, penalty, cost, overdue, daysPastDue
  /// Only where there is one; see ``AccountCondition``.
  case nextDueOn, nextDueAmount, lastPaymentOn, lastPaymentAmount, promiseOn, promiseAmount

  /// The condition under which it has a value; nil where it always has.
  package var condition: AccountCondition? {
    switch self {
    case .nextDueOn, .nextDueAmount: .nextDue
    case .lastPaymentOn, .lastPaymentAmount: .paid
    case .promiseOn, .promiseAmount: .promiseOpen
    default: nil
    }
  }
}

/// What may have to hold of an account for a text to be used.
package enum AccountCondition: String, CaseIterable, Sendable {
  /// Something is outstanding; nothing is.
  case owes, settled
  /// Something is overdue; something is outstanding and nothing overdue.
  case overdue, current
  /// A payment counts; one of the last ten days does.
  case paid, paidLately
  /// An instalment falls due on the day or later; a promise is open; a plan is active; a dispute stands.
  case nextDue, promiseOpen, planActive, disputeOpen
}

/// A fact of the ledger, and the events it rests on.
package struct ToldFact: Equatable, Sendable {
  /// What it is.
  package enum Value: Equatable, Sendable {
    /// Minor units of the account's currency.
    case money(Int64)
    case date(CivilDate)
    case days(Int64)
    case name(String)
  }

  /// Which fact it is, and what it is.
  package var placeholder: Placeholder
  package var value: Value
  /// The events, ascending; of a sum of many the latest ``mostEvents``.
  package var events: [Int64]

  /// The most events that a fact names.
  package static let mostEvents = 100

  /// A fact; its events are sorted, each named once.
  package init(_ placeholder: Placeholder, _ value: Value, _ events: [Int64]) {
    (self.placeholder, self.value) = (placeholder, value)
    self.events = Array(Set(events).sorted().suffix(Self.mostEvents))
  }
}

/// What the ledger knows of an account and of the person who writes, on a day, as known at a position.
package struct AssistantKnowledge: Equatable, Sendable {
  /// What keeps the assistant from telling anything of the debt.
  package enum Bar: String, CaseIterable, Sendable {
    /// Nothing links the person to the account.
    case stranger
    /// She died, her keys were destroyed, or her data may only be kept; or the account is closed or sold with
    /// something left of it.
    case blocked
    /// A sign of vulnerability waits for a person to look at it, or she is in care.
    case underCare
  }

  /// The account's currency, what can be told, what holds, and what bars it all.
  package var currency: Currency
  package var facts: [ToldFact]
  package var conditions: Set<AccountCondition>
  package var bar: Bar?
  /// The language she is registered with, if it is one the assistant answers in.
  package var language: MessageLanguage?
  /// Whether the assistant's last answer to her about this account, on this day or the day before, was
  /// that it did not understand.
  package var askedBefore: Bool

  /// What is known.
  package init(
    currency: Currency, facts: [ToldFact], conditions: Set<AccountCondition>, bar: Bar?,
    language: MessageLanguage?, askedBefore: Bool
  ) {
    (self.currency, self.facts, self.conditions) = (currency, facts, conditions)
    (self.bar, self.language, self.askedBefore) = (bar, language, askedBefore)
  }

  /// The fact of a placeholder; nil where there is none.
  package func fact(_ placeholder: Placeholder) -> ToldFact? {
    facts.first { $0.placeholder == placeholder }
  }
}

extension ToldFact {
  /// As a person reads it: `S/ 1,234.50`, `5 de marzo de 2026`, `12`.
  package func text(_ currency: Currency, in language: MessageLanguage) -> String {
    switch value {
    case .money(let amount): Self.text(amount, currency)
    case .date(let date): Self.text(date, in: language)
    case .days(let count): "\(count)"
    case .name(let name): name
    }
  }

  private static func text(_ amount: Int64, _ currency: Currency) -> String {
    let digits = currency.minorDigits
    var figures = String(amount.magnitude)
    if figures.utf8.count <= digits {
      figures = String(repeating: "0", count: digits + 1 - figures.utf8.count) + figures
    }
    var whole = ""
    for (place, figure) in figures.dropLast(digits).enumerated() {
      if place > 0, (figures.count - digits - place).isMultiple(of: 3) { whole.append(",") }
      whole.append(figure)
    }
    let sign = amount < 0 ? "−" : ""
    let unit = currency.code == "PEN" ? "S/" : currency.code
    return "\(unit) \(sign)\(whole)" + (digits > 0 ? ".\(figures.suffix(digits))" : "")
  }

  private static let months: [MessageLanguage: [String]] = [
    .en: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ],
    .es: [
      "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
      "octubre", "noviembre", "diciembre",
    ],
  ]

  private static func text(_ date: CivilDate, in language: MessageLanguage) -> String {
    let (year, month, day) = date.civil
    let name = months[language]?[month - 1] ?? ""
    return language == .es ? "\(day) de \(name) de \(year)" : "\(day) \(name) \(year)"
  }
}

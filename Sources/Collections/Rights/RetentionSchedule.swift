/// How long data has to be kept, and why: what stands against an erasure (Ley 29733, art. 20; GDPR,
/// art. 17(3)).
///
/// Counsel must confirm each rule before it is relied on; each names the text it was read from.
package struct RetentionSchedule: Sendable {
  /// What data is kept for.
  package enum Category: String, CaseIterable, Sendable {
    case debt, contact, identity, rights, custody, model
  }

  /// How long one category is kept.
  package struct Rule: Equatable, Sendable {
    /// The rule's id, as `RetentionApplied` names it.
    package var id: String
    /// What it is about.
    package var category: Category
    /// Whole years after what it counts from.
    package var years: Int
    /// Where the law says so.
    package var source: String
  }

  /// Something that binds a person's data on a day.
  package struct Binding: Equatable, Sendable {
    /// Why: a rule's id, `open-account`, or `legal-hold`.
    package var ground: String
    /// The account it comes from, or the hold's id.
    package var about: String
    /// The last day it binds; nil while no end is known.
    package var until: CivilDate?
    /// Where the law says so.
    package var source: String
  }

  /// An account as retention sees it.
  package struct Account: Equatable, Sendable {
    /// Its id, and the day it was closed; nil while it is not.
    package var id: String
    package var closedOn: CivilDate?

    /// An account.
    package init(id: String, closedOn: CivilDate?) { (self.id, self.closedOn) = (id, closedOn) }
  }

  /// The rules, longest first.
  package let rules: [Rule]

  /// The rules of a jurisdiction: Peru's for `PE`; elsewhere six years from the closing, to be confirmed.
  package init(jurisdiction: String) {
    rules = jurisdiction == "PE" ? Self.peru : Self.elsewhere
  }

  /// What binds a person's data on a day; empty where it may be erased. O(accounts × rules).
  ///
  /// Debts bind debtors and guarantors; a representative of another's debt has none of her own.
  package func bindings(
    of facts: PersonFacts, _ accounts: [Account], on date: CivilDate
  ) -> [Binding] {
    var found = facts.legalHolds.map { hold in
      Binding(
        ground: "legal-hold", about: hold.account.map { "\(hold.id), \($0)" } ?? hold.id,
        until: nil, source: "LegalHoldPlaced, seq \(hold.seq)")
    }
    let owed = Set(facts.accounts.filter { $0.role != .representative }.map(\.account))
    for account in accounts where owed.contains(account.id) {
      guard let closedOn = account.closedOn else {
        found.append(
          Binding(
            ground: "open-account", about: account.id, until: nil,
            source: "Ley 29733, art. 14.5: the contract's own performance"))
        continue
      }
      for rule in rules where rule.category == .debt {
        let until = Self.anniversary(of: closedOn, years: rule.years)
        guard until >= date else { continue }
        found.append(
          Binding(ground: rule.id, about: account.id, until: until, source: rule.source))
      }
    }
    return found
  }

  /// The first day on which nothing known now binds any more; nil while something has no end.
  package static func freeOn(_ bindings: [Binding]) -> CivilDate? {
    var last: CivilDate?
    for binding in bindings {
      guard let until = binding.until else { return nil }
      last = max(last ?? until, until)
    }
    return last.map { $0 + 1 }
  }

  /// The same day so many years later, 28 February where it has none.
  static func anniversary(of date: CivilDate, years: Int) -> CivilDate {
    let (year, month, day) = date.civil
    return CivilDate(
      year: year + years, month: month,
      day: min(day, CivilDate.length(ofMonth: month, in: year + years))) ?? date
  }

  private static let peru = [
    Rule(
      id: "pe-debt-10", category: .debt, years: 10,
      source: "Código Civil art. 2001.1; Ley 26702 art. 183 (documents of supervised lenders)"),
    Rule(
      id: "pe-tax-5", category: .debt, years: 5,
      source: "Código Tributario art. 87.7 (books and records)"),
    Rule(
      id: "pe-contact-2", category: .contact, years: 2,
      source: "Ley 29571 art. 121 (infringements prescribe in two years)"),
    Rule(
      id: "pe-identity-10", category: .identity, years: 10,
      source: "as long as the debt it belongs to: Ley 29733 art. 28.7"),
    Rule(
      id: "pe-rights-2", category: .rights, years: 2,
      source: "DS 016-2024-JUS art. 46.3"),
    Rule(id: "pe-custody-2", category: .custody, years: 2, source: "DS 016-2024-JUS art. 46.3"),
    Rule(
      id: "pe-model-5", category: .model, years: 5,
      source: "DS 115-2025-PCM (records of high-risk AI; assumed)"),
  ]

  private static let elsewhere = Category.allCases.map { category in
    Rule(
      id: "six-\(category.rawValue)", category: category, years: 6,
      source: "assumed: no schedule of ours for this jurisdiction")
  }
}

extension AccountBook {
  /// The day an account was closed or sold, as it stands at the end of a day, known before a position;
  /// nil while it is open. O(its events).
  package func closedOn(_ account: Int, on date: CivilDate, knownAt: Int64) -> CivilDate? {
    var last: AccountEntry?
    var chain = chain(of: account)
    while let entry = chain.next() {
      switch entry.kind {
      case .closed, .sold, .reopened:
        guard entry.seq < knownAt, entry.effective <= date.days,
          !isVoided(entry.seq, knownAt: knownAt)
        else { continue }
        if let best = last, !AccountEntry.precedes(best, entry) { continue }
        last = entry
      default: continue
      }
    }
    return last.flatMap { $0.kind == .reopened ? nil : CivilDate(days: $0.effective) }
  }

  /// The accounts a person has to do with, as retention sees them. O(their events).
  package func retained(
    _ facts: PersonFacts, on date: CivilDate, knownAt: Int64
  ) -> [RetentionSchedule.Account] {
    var ids: [String] = []
    for link in facts.accounts where !ids.contains(link.account) { ids.append(link.account) }
    return ids.map { id in
      RetentionSchedule.Account(
        id: id,
        closedOn: accounts.find(id).flatMap { closedOn($0, on: date, knownAt: knownAt) })
    }
  }
}

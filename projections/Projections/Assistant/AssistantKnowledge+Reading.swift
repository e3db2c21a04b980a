package import Collections

extension AssistantKnowledge {
  /// What the ledger knows for an answer to a person about an account; nil where it is not open by then.
  ///
  /// - Parameters:
  ///   - account: the account's id.
  ///   - subject: who writes.
  ///   - model: the projections.
  ///   - date: the day.
  ///   - knownAt: only events before it count.
  /// - Throws: ``RuleError`` `amount_overflow`.
  /// - Complexity: O(the account's events + hers).
  package init?(
    of account: String, for subject: String, _ model: ReadModel, on date: CivilDate,
    knownAt: Int64
  ) throws(RuleError) {
    guard
      let report = try AccountReport(account, of: model.accounts, on: date, knownAt: knownAt)
    else { return nil }
    let person = model.people.facts(of: subject, on: date, knownAt: knownAt)
    let before = model.answers.answers(
      about: account, to: subject, knownAt: knownAt, voids: model.accounts
    ).first
    self.init(
      currency: report.row.currency, facts: Self.facts(report, for: subject),
      conditions: Self.conditions(report, for: subject, on: date),
      bar: Self.bar(of: subject, person, report, on: date),
      language: person.flatMap { MessageLanguage(rawValue: $0.language) },
      askedBefore: before.map { entry in
        entry.wordedStep == .clarify && entry.asOf >= date.days - 1
      } ?? false)
  }

  private static func bar(
    of subject: String, _ person: PersonFacts?, _ report: AccountReport, on date: CivilDate
  ) -> Bar? {
    let isLinked = person?.accounts.contains { $0.account == report.account } ?? false
    guard isLinked || report.subject == subject else { return .stranger }
    guard let person else { return nil }
    // What is left of an account that is closed or sold is not for the assistant to name.
    if report.life.isClosed && report.row.outstanding.total > 0 { return .blocked }
    if person.deceased != nil || person.erased != nil || person.processingBlocked != nil {
      return .blocked
    }
    guard let care = person.vulnerability, !care.isCleared else { return nil }
    return .underCare
  }

  private static func conditions(
    _ report: AccountReport, for subject: String, on date: CivilDate
  ) -> Set<AccountCondition> {
    var conditions: Set<AccountCondition> = []
    let owes = report.row.outstanding.total > 0
    conditions.insert(owes ? .owes : .settled)
    if owes { conditions.insert(report.row.overdue.total > 0 ? .overdue : .current) }
    if let last = lastPayment(report) {
      conditions.insert(.paid)
      if last.effective >= date.days - lately { conditions.insert(.paidLately) }
    }
    if report.row.nextDueOn != nil { conditions.insert(.nextDue) }
    if openPromise(report, of: subject) != nil { conditions.insert(.promiseOpen) }
    if report.plans.contains(where: { $0.outcome.state == .active }) {
      conditions.insert(.planActive)
    }
    if report.facts.contains(where: { $0.fact.kind == .dispute && $0.isHold }) {
      conditions.insert(.disputeOpen)
    }
    return conditions
  }

  /// The days before the day in which a payment counts as of late.
  private static let lately: Int32 = 10

  /// The payment in force with the latest value date, of those the one recorded last; none that was taken back
  /// whole.
  private static func lastPayment(_ report: AccountReport) -> AppliedPayment? {
    report.payments.filter {
      $0.state == .applied || $0.state == .chargedBack && $0.chargedBack < $0.amount
    }
    .max { ($0.effective, $0.seq) < ($1.effective, $1.seq) }
  }

  /// The first of the promises that are open, for whoever made them: a debt's promises are its debtor's, and
  /// nobody who vouches for it is told that she made them.
  private static func openPromise(
    _ report: AccountReport, of subject: String
  ) -> PromiseReport? {
    guard report.subject == subject else { return nil }
    return report.promises.filter { $0.outcome.outcome == .open }
      .min { $0.outcome.dueOn < $1.outcome.dueOn }
  }

  private static func facts(_ report: AccountReport, for subject: String) -> [ToldFact] {
    let row = report.row
    let items = report.items.map(\.seq)
    let sum = items + report.payments.map(\.seq)
    let overdue = report.items.filter { $0.dueOn < report.on && $0.outstanding.total > 0 }
    var facts = [
      ToldFact(.account, .name(report.account), []),
      ToldFact(.creditor, .name(report.creditor), []),
      ToldFact(.balance, .money(row.outstanding.total), sum),
      ToldFact(.principal, .money(row.outstanding.principal), sum),
      ToldFact(.interest, .money(row.outstanding.interest), sum),
      ToldFact(.penalty, .money(row.outstanding.penalty), sum),
      ToldFact(.cost, .money(row.outstanding.cost), sum),
      ToldFact(.overdue, .money(row.overdue.total), overdue.map(\.seq)),
      ToldFact(.daysPastDue, .days(Int64(row.daysPastDue)), overdue.map(\.seq)),
    ]
    if let due = row.nextDueOn {
      let next = report.items.filter { $0.dueOn == due && $0.outstanding.total > 0 }
      let amount = next.map(\.outstanding.total).reduce(0, +)
      facts.append(ToldFact(.nextDueOn, .date(due), next.map(\.seq)))
      facts.append(ToldFact(.nextDueAmount, .money(amount), next.map(\.seq)))
    }
    if let last = lastPayment(report) {
      let day = CivilDate(days: last.effective)
      facts.append(ToldFact(.lastPaymentOn, .date(day), [last.seq]))
      facts.append(ToldFact(.lastPaymentAmount, .money(last.amount - last.chargedBack), [last.seq]))
    }
    if let promise = openPromise(report, of: subject) {
      let seq = [promise.outcome.seq]
      facts.append(ToldFact(.promiseOn, .date(promise.outcome.dueOn), seq))
      facts.append(ToldFact(.promiseAmount, .money(promise.outcome.amount), seq))
    }
    return facts
  }
}

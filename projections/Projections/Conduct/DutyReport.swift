package import Collections

/// The duties of a policy that are not about contacts, and where they were not kept.
///
/// | rule | is broken |
/// | --- | --- |
/// | `complaintDeadline` | the day after the last business day, by a complaint not answered through it |
/// | `automatedDecision` | by a decision that a machine alone made, that weighs on the person, without a reviewer |
/// | `modelRegister` | by a score of a model that was not registered before it, or was retired |
/// | `lateFees` | by a cost charged on an account past due, of one of the products |
///
/// The policy is the one in force for the event (of a complaint, its filing), as for contacts. What
/// holds on the day is taken as known now.
package struct DutyReport: Sendable {
  /// A duty not kept.
  package struct Breach: Equatable, Sendable {
    /// The event: the complaint, decision, score or charge; and its stream.
    package var seq: Int64
    package var stream: String
    /// The day on which it was not kept.
    package var on: CivilDate
    /// The policy and its version, the rule, and what follows.
    package var policy: String
    package var version: Int64
    package var rule: String
    package var kind: RuleTest.Kind
    package var verdict: RuleVerdict
    /// What it went by, as `key=value` words, and its source.
    package var inputs: String
    package var citation: String
  }

  /// By day, then position.
  package private(set) var breaches: [Breach] = []

  /// The duties broken on the days of a scope; none where it is about an agent: they are the house's.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - scope: which days, account and person.
  ///   - proposed: a policy to judge all by, in place of those that were in force.
  package init(
    _ model: ReadModel, _ scope: ConductReport.Scope, under proposed: ContactPolicy? = nil
  ) {
    guard scope.agent == nil else { return }
    let judge = DutyJudge(model, scope, proposed)
    judge.judgeComplaints(&breaches)
    judge.judgeDecisions(&breaches)
    judge.judgeScores(&breaches)
    judge.judgeCharges(&breaches)
    let ordered = breaches.enumerated().sorted { first, second in
      let (one, two) = (first.element, second.element)
      if one.on != two.on { return one.on < two.on }
      return one.seq == two.seq ? first.offset < second.offset : one.seq < two.seq
    }
    breaches = ordered.map(\.element)
  }
}

/// Looks at the events of a scope.
private struct DutyJudge {
  let model: ReadModel
  let scope: ConductReport.Scope
  let proposed: ContactPolicy?
  let adopted: AdoptedPolicies

  init(_ model: ReadModel, _ scope: ConductReport.Scope, _ proposed: ContactPolicy?) {
    self.model = model
    self.scope = scope
    self.proposed = proposed
    adopted = AdoptedPolicies(model, knownAt: scope.knownAt)
  }

  /// Complaints filed, each with its first answer.
  func judgeComplaints(_ breaches: inout [DutyReport.Breach]) {
    var answers: [Complaint: [DutyBook.Entry]] = [:]
    for entry in model.duties.entries where entry.type == .complaintAnswered && isKnown(entry) {
      answers[Complaint(entry), default: []].append(entry)
    }
    for filed in model.duties.entries where filed.type == .complaintFiled && isKnown(filed) {
      guard isAbout(filed) else { continue }
      let day = CivilDate(days: filed.effective)
      for (policy, rule) in rules(.complaintDeadline, on: day, before: filed.seq) {
        guard case .complaintDeadline(let days) = rule.test else { continue }
        let calendar = model.accounts.calendar(
          of: policy.jurisdiction, on: scope.to, knownAt: scope.knownAt)
        let due = calendar.adding(businessDays: days, to: day)
        guard takes(due + 1) else { continue }
        let first = (answers[Complaint(filed)] ?? []).filter { $0.seq > filed.seq }
          .min { ($0.effective, $0.seq) < ($1.effective, $1.seq) }
        if let first, first.effective <= due.days { continue }
        let answered = first.map { "\(CivilDate(days: $0.effective).text) seq=\($0.seq)" }
        let inputs =
          "complaint=\(name(filed)) filed=\(day.text) businessDays=\(days) due=\(due.text)"
          + " answered=\(answered ?? "none")"
        breaches.append(breach(filed, on: due + 1, policy, rule, inputs))
      }
    }
  }

  /// Decisions of machines alone.
  func judgeDecisions(_ breaches: inout [DutyReport.Breach]) {
    for made in model.duties.entries where made.type == .decisionMade && isKnown(made) {
      let day = CivilDate(days: made.effective)
      guard made.isSignificant, !made.isReviewed, takes(day), isAbout(made) else { continue }
      for (policy, rule) in rules(.automatedDecision, on: day, before: made.seq) {
        breaches.append(
          breach(made, on: day, policy, rule, "decision=\(name(made)) reviewer=none"))
      }
    }
  }

  /// Scores, by what was registered and retired before each.
  func judgeScores(_ breaches: inout [DutyReport.Breach]) {
    var models: [Int32: [DutyBook.Entry]] = [:]
    for entry in model.duties.entries
    where (entry.type == .modelRegistered || entry.type == .modelRetired) && isKnown(entry) {
      models[entry.name, default: []].append(entry)
    }
    for score in model.duties.entries where score.type == .scoreRecorded && isKnown(score) {
      let day = CivilDate(days: score.effective)
      guard takes(day), isAbout(score) else { continue }
      let last = (models[score.name] ?? []).filter {
        $0.seq < score.seq
          && ($0.version == score.version || ($0.type == .modelRetired && $0.version == 0))
      }.max { $0.seq < $1.seq }
      guard last?.type != .modelRegistered else { continue }
      let retired = last.map { "retired=\(CivilDate(days: $0.effective).text) seq=\($0.seq)" }
      let inputs =
        "model=\(name(score)) version=\(score.version) \(retired ?? "registered=no")"
      for (policy, rule) in rules(.modelRegister, on: day, before: score.seq) {
        breaches.append(breach(score, on: day, policy, rule, inputs))
      }
    }
  }

  /// Costs charged on accounts past due. O(events of accounts), with a fold for each cost.
  func judgeCharges(_ breaches: inout [DutyReport.Breach]) {
    guard policies.contains(where: { $0.rules.contains { $0.test.kind == .lateFees } }) else {
      return
    }
    let book = model.accounts
    var fold = AccountFold()
    for account in 0..<book.accounts.count {
      for charge in book.chain(of: account)
      where charge.kind == .chargeAssessed && charge.component == .cost {
        let day = CivilDate(days: charge.effective)
        guard charge.seq < scope.knownAt, takes(day),
          !book.isVoided(charge.seq, knownAt: scope.knownAt), isAbout(account: account),
          let product = book.opening(of: account, knownAt: scope.knownAt)?.1.product
        else { continue }
        for (policy, rule) in rules(.lateFees, on: day, before: charge.seq) {
          guard case .lateFees(let products) = rule.test, products.contains(product),
            (try? fold.fold(
              account, of: book, on: day, knownAt: scope.knownAt,
              calendar: book.calendar(on: day, knownAt: scope.knownAt))) == true,
            fold.daysPastDue > 0
          else { continue }
          breaches.append(
            DutyReport.Breach(
              seq: charge.seq, stream: "account/\(book.accounts.text(account))", on: day,
              policy: policy.id, version: policy.version, rule: rule.id, kind: rule.test.kind,
              verdict: rule.verdict,
              inputs: "component=cost product=\(product.name) daysPastDue=\(fold.daysPastDue)",
              citation: rule.citation))
        }
      }
    }
  }
}

extension DutyJudge {
  /// What a complaint and its answers have in common.
  private struct Complaint: Hashable {
    let stream: Int32
    let name: Int32

    init(_ entry: DutyBook.Entry) { (stream, name) = (entry.stream, entry.name) }
  }

  private var policies: [ContactPolicy] { proposed.map { [$0] } ?? adopted.adoptions.map(\.policy) }

  /// The rules of a kind in force for an event, with their policies.
  private func rules(
    _ kind: RuleTest.Kind, on date: CivilDate, before seq: Int64
  ) -> [(ContactPolicy, PolicyRule)] {
    let inForce =
      proposed.map { [$0] }
      ?? adopted.inForce(on: date, before: seq).map { adopted.adoptions[$0].policy }
    return inForce.flatMap { policy in
      policy.rules.filter { $0.test.kind == kind && $0.holds(on: date) }.map { (policy, $0) }
    }
  }

  private func isKnown(_ entry: DutyBook.Entry) -> Bool {
    entry.seq < scope.knownAt && entry.effective <= scope.to.days
      && !model.accounts.isVoided(entry.seq, knownAt: scope.knownAt)
  }

  private func takes(_ date: CivilDate) -> Bool { scope.from <= date && date <= scope.to }

  private func name(_ entry: DutyBook.Entry) -> String { model.duties.names.text(Int(entry.name)) }

  /// Whether an event is about the scope's account and person: the one named, else who owes the account.
  private func isAbout(_ entry: DutyBook.Entry) -> Bool {
    guard scope.account != nil || scope.subject != nil else { return true }
    let stream = model.duties.streams.text(Int(entry.stream))
    if let account = scope.account, stream != "account/\(account)" { return false }
    guard let subject = scope.subject else { return true }
    if entry.subject >= 0 { return model.duties.subjects.text(Int(entry.subject)) == subject }
    if stream == "subject/\(subject)" { return true }
    guard stream.hasPrefix("account/"),
      let account = model.accounts.accounts.find(String(stream.dropFirst(8)))
    else { return false }
    return owes(subject, account)
  }

  private func isAbout(account number: Int) -> Bool {
    if let account = scope.account, model.accounts.accounts.text(number) != account { return false }
    return scope.subject.map { owes($0, number) } ?? true
  }

  private func owes(_ subject: String, _ account: Int) -> Bool {
    guard let (_, opening) = model.accounts.opening(of: account) else { return false }
    return model.accounts.texts.text(opening.subject) == subject
  }

  private func breach(
    _ entry: DutyBook.Entry, on date: CivilDate, _ policy: ContactPolicy, _ rule: PolicyRule,
    _ inputs: String
  ) -> DutyReport.Breach {
    DutyReport.Breach(
      seq: entry.seq, stream: model.duties.streams.text(Int(entry.stream)), on: date,
      policy: policy.id, version: policy.version, rule: rule.id, kind: rule.test.kind,
      verdict: rule.verdict, inputs: inputs, citation: rule.citation)
  }
}

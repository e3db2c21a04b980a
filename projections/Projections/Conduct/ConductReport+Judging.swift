internal import Collections

extension ConductReport {
  /// Judges one contact, and keeps what was found against it.
  mutating func take(
    _ attempt: ConductBook.Attempt, _ place: Int, _ range: Range<Int>, _ person: String?,
    _ policies: [ContactPolicy], _ judge: inout ContactJudge, keepsViolations: Bool
  ) -> Verdict {
    guard !policies.isEmpty else { return .unjudged }
    let model = judge.model
    let outcome = judge.history.outcomes[place]
    let account = model.conduct.accounts.text(Int(attempt.account))
    let agent = model.conduct.agents.text(Int(attempt.agent))
    let question = ContactQuestion(attempt, outcome, account, model)
    let facts = judge.facts(
      of: person, account: account, agent: agent, on: attempt.localDate,
      recordedAt: attempt.seq)
    var verdict = Verdict.allowed
    var findings: [RuleFinding] = []
    for policy in policies {
      findings.removeAll(keepingCapacity: true)
      let calendar = judge.calendar(of: policy.jurisdiction, on: attempt.localDate)
      _ = policy.judge(
        question, facts, past: judge.history.past, before: range.lowerBound..<place, calendar,
        into: &findings)
      let against = findings.filter { $0.verdict != .pass }
      guard !against.isEmpty else { continue }
      let isBlocked = against.contains { $0.verdict == .block }
      verdict = isBlocked || verdict == .blocked ? .blocked : .warned
      guard keepsViolations else { continue }
      let then = knownThen(
        attempt, place, range, person, question, policy, calendar, &judge)
      for finding in against {
        let rule = policy.rules[Int(finding.rule)]
        keep(
          Violation(
            contact: Contact(attempt, account, agent, person, model), policy: policy.id,
            version: policy.version, rule: rule.id, kind: rule.test.kind,
            verdict: finding.verdict, inputs: policy.inputs(of: finding, question),
            citation: rule.citation, wasKnown: then.contains(finding.rule)))
      }
    }
    return verdict
  }

  /// The rules that would have objected by what was known when the contact was recorded.
  private func knownThen(
    _ attempt: ConductBook.Attempt, _ place: Int, _ range: Range<Int>, _ person: String?,
    _ question: ContactQuestion, _ policy: ContactPolicy, _ calendar: BusinessCalendar,
    _ judge: inout ContactJudge
  ) -> Set<Int32> {
    let past = judge.history.past[range.lowerBound..<place].filter { $0.seq < attempt.seq }
    let facts = judge.facts(
      of: person, account: question.account,
      agent: judge.model.conduct.agents.text(Int(attempt.agent)), on: attempt.localDate,
      recordedAt: attempt.seq, knownAt: attempt.seq)
    var findings: [RuleFinding] = []
    _ = policy.judge(
      question, facts, past: past, before: past.indices, calendar, into: &findings)
    return Set(findings.filter { $0.verdict != .pass }.map(\.rule))
  }
}

extension ContactQuestion {
  /// A contact that was made.
  fileprivate init(
    _ attempt: ConductBook.Attempt, _ outcome: ContactHistory.Outcome, _ account: String,
    _ model: ReadModel
  ) {
    self.init(
      channel: attempt.channel, moment: attempt.moment, localDate: attempt.localDate,
      localSecond: attempt.localSecond)
    self.account = account
    accountNumber = attempt.account
    let texts = model.conduct.texts
    if attempt.point != .empty { point = texts.text(attempt.point) }
    if attempt.template != .empty { template = texts.text(attempt.template) }
    agent = attempt.isPerson ? .person : .machine
    result.party = outcome.party
    if outcome.code != .empty { result.code = model.contacts.texts.text(outcome.code) }
  }
}

extension ConductReport.Contact {
  fileprivate init(
    _ attempt: ConductBook.Attempt, _ account: String, _ agent: String, _ person: String?,
    _ model: ReadModel
  ) {
    seq = attempt.seq
    self.account = account
    var name: [UInt8] = []
    model.contacts.contacts.append(Int(attempt.contact), to: &name)
    let end = name.firstIndex(of: 0) ?? name.endIndex
    contact = String(decoding: name[end...].dropFirst(), as: UTF8.self)
    subject = person
    self.agent = agent
    channel = attempt.channel
    localDate = attempt.localDate
    localSecond = attempt.localSecond
    offsetMinutes = Int(attempt.offset)
  }
}

package import Collections

/// The outbound contacts of a span of local days, each judged by the policies in force for it.
///
/// A verdict rests on what is known now of the day of the contact; whether it was known when the
/// contact was recorded is told beside it. Adopting a policy later, even backdated, changes no
/// verdict on what was recorded before. Of what took effect on the very day of the contact, only what
/// was recorded before it counts.
package struct ConductReport: Sendable {
  /// What one rule found against one contact.
  package struct Violation: Sendable {
    /// The contact.
    package var contact: Contact
    /// The policy and its version, the rule, and what follows.
    package var policy: String
    package var version: Int64
    package var rule: String
    package var kind: RuleTest.Kind
    package var verdict: RuleVerdict
    /// What it went by, as `key=value` words, and its source.
    package var inputs: String
    package var citation: String
    /// Whether the rule would have said so by what was known when the contact was recorded.
    package var wasKnown: Bool
  }

  /// A contact, by its ids.
  package struct Contact: Sendable {
    /// The attempt's position, its account and its own id.
    package var seq: Int64
    package var account: String
    package var contact: String
    /// The person it was with, if known, and who made it.
    package var subject: String?
    package var agent: String
    /// By what, and when where the person was.
    package var channel: ContactChannel
    package var localDate: CivilDate
    package var localSecond: Int
    package var offsetMinutes: Int
  }

  /// How many contacts, and how they were judged.
  package struct Count: Equatable, Sendable {
    /// All; those that broke a rule that blocks; others that broke one that warns.
    package var contacts: Int64 = 0
    package var blocked: Int64 = 0
    package var warned: Int64 = 0
    /// Made when no policy was in force.
    package var unjudged: Int64 = 0

    /// None.
    package init() {}

    /// Adds what another count has.
    package mutating func add(_ other: Count) {
      contacts += other.contacts
      blocked += other.blocked
      warned += other.warned
      unjudged += other.unjudged
    }

    mutating func add(_ verdict: Verdict) {
      contacts += 1
      switch verdict {
      case .allowed: break
      case .warned: warned += 1
      case .blocked: blocked += 1
      case .unjudged: unjudged += 1
      }
    }
  }

  /// What the rules together made of a contact.
  package enum Verdict: UInt8, CaseIterable, Sendable {
    /// Kept; one that warns was not; one that blocks was not; no policy was in force.
    case allowed, warned, blocked, unjudged
  }

  /// Whether the rules were asked before a contact, and what they answered.
  package enum Asked: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// Nobody asked; the last answer before it allowed it; the last one forbade it.
    case notAsked, authorized, blocked
  }

  /// Which contacts are asked about.
  package struct Scope: Sendable {
    /// The first and the last local day.
    package var from: CivilDate
    package var to: CivilDate
    /// Only events before it count.
    package var knownAt: Int64
    /// Only what this agent made, this account or this person is about; all where nil.
    package var agent: String?
    package var account: String?
    package var subject: String?

    /// The contacts between two local days, known before a position.
    package init(from: CivilDate, to: CivilDate, knownAt: Int64) {
      self.from = from
      self.to = to
      self.knownAt = knownAt
    }
  }

  /// All of them; by channel; by hour of the week (weekday from Monday × 24 + hour); by agent.
  package private(set) var total = Count()
  package private(set) var byChannel = [Count](
    repeating: Count(), count: ContactChannel.allCases.count)
  /// By hour of the week and by agent, as above.
  package private(set) var byHour = [Count](repeating: Count(), count: 7 * 24)
  package private(set) var byAgent: [(agent: String, count: Count)] = []
  /// How many had been asked about before, by the raw values of ``Asked``.
  package private(set) var asked = [Int64](repeating: 0, count: Asked.allCases.count)
  /// Inbound contacts of the span, which no rule is about.
  package private(set) var inbound: Int64 = 0
  /// What rules found, by local time, then position.
  package private(set) var violations: [Violation] = []
  /// Each contact's position and verdict, in no order that means anything; for comparison.
  package private(set) var verdicts: [(seq: Int64, verdict: Verdict)] = []
  /// Documents of policies that cannot be read.
  package let unreadable: [(policy: String, seq: Int64, reason: String)]

  /// The report.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - scope: which contacts.
  ///   - proposed: a policy to judge all of them by, in place of those that were in force.
  ///   - keepsViolations: false where only counts and verdicts are wanted.
  package init(
    _ model: ReadModel, _ scope: Scope, under proposed: ContactPolicy? = nil,
    keepsViolations: Bool = true
  ) {
    let adopted = AdoptedPolicies(model, knownAt: scope.knownAt)
    unreadable = proposed == nil ? adopted.unreadable : []
    let history = ContactHistory(model, on: scope.to, knownAt: scope.knownAt)
    let policies = proposed.map { [$0] } ?? adopted.adoptions.map(\.policy)
    var judge = ContactJudge(model, history, for: policies, knownAt: scope.knownAt)
    var agents: [Int32: Count] = [:]
    let wanted = Wanted(scope, model.conduct)
    for subject in -1..<model.conduct.subjects.count {
      let range = history.range(of: subject)
      guard !range.isEmpty, wanted.takes(subject: subject) else { continue }
      let person = subject < 0 ? nil : model.conduct.subjects.text(subject)
      for place in range {
        let attempt = model.conduct.attempts[Int(history.outcomes[place].attempt)]
        guard wanted.takes(attempt) else { continue }
        guard attempt.isOutbound else {
          inbound += 1
          continue
        }
        let inForce =
          proposed == nil
          ? adopted.inForce(on: attempt.localDate, before: attempt.seq).map {
            adopted.adoptions[$0].policy
          } : policies
        let verdict = take(
          attempt, place, range, person, inForce, &judge, keepsViolations: keepsViolations)
        total.add(verdict)
        asked[Int(history.outcomes[place].answer.rawValue)] += 1
        byChannel[Int(attempt.channel.rawValue)].add(verdict)
        byHour[(attempt.localDate.weekday - 1) * 24 + attempt.localSecond / 3_600].add(verdict)
        agents[attempt.agent, default: Count()].add(verdict)
        verdicts.append((attempt.seq, verdict))
      }
    }
    byAgent = agents.map { (model.conduct.agents.text(Int($0.key)), $0.value) }
      .sorted { $0.agent < $1.agent }
    violations.sort { first, second in
      let (first, second) = (first.contact, second.contact)
      if first.localDate != second.localDate { return first.localDate < second.localDate }
      return first.localSecond == second.localSecond
        ? first.seq < second.seq : first.localSecond < second.localSecond
    }
  }

  mutating func keep(_ violation: Violation) { violations.append(violation) }

  /// Leaves verdicts and violations of these contacts alone, by the attempts' positions; the counts stay.
  package mutating func keepOnly(_ seqs: Set<Int64>) {
    verdicts.removeAll { !seqs.contains($0.seq) }
    violations.removeAll { !seqs.contains($0.contact.seq) }
  }
}

/// Which attempts a scope is about, by numbers.
private struct Wanted {
  let scope: ConductReport.Scope
  let agent: Int?
  let account: Int?
  let subject: Int?

  init(_ scope: ConductReport.Scope, _ book: ConductBook) {
    self.scope = scope
    // A name that no contact has matches none.
    agent = scope.agent.map { book.agents.find($0) ?? -2 }
    account = scope.account.map { book.accounts.find($0) ?? -2 }
    subject = scope.subject.map { book.subjects.find($0) ?? -2 }
  }

  func takes(subject number: Int) -> Bool { subject == nil || subject == number }

  func takes(_ attempt: ConductBook.Attempt) -> Bool {
    guard agent == nil || agent == Int(attempt.agent),
      account == nil || account == Int(attempt.account)
    else { return false }
    let date = attempt.localDate
    return scope.from <= date && date <= scope.to
  }
}

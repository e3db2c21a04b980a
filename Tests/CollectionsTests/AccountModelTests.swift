internal import Collections
internal import Foundation
internal import Testing

@Suite("The fold against the model")
struct AccountModelTests {
  /// The seed of this run: `QUIPU_SEED` where set, so that a failure can be played again.
  static let seed = UInt64(ProcessInfo.processInfo.environment["QUIPU_SEED"] ?? "") ?? 20_261_122

  /// How many histories: 100,000 with `QUIPU_LONG=1`.
  static let count =
    ProcessInfo.processInfo.environment["QUIPU_LONG"] == "1" ? 100_000 : 2_400

  @Test("random histories, asked at random days and positions", arguments: 0..<8)
  func randomHistories(_ part: Int) throws {
    let share = Self.count / 8
    print("account histories: QUIPU_SEED=\(Self.seed), \(share) in part \(part)")
    var failures = 0
    for number in 0..<share {
      let seed = Self.seed &+ UInt64(part * 1_000_000 + number)
      let log = RandomHistory(seed: seed).model.log
      var random = SplitMix64(seed: seed ^ 0xABCD)
      let questions = Question.some(about: log, &random)
      guard let found = try Question.firstDifference(log, questions) else { continue }
      failures += 1
      let smaller = try Question.shrink(log, found.question)
      let lines = smaller.map { "seq \($0.seq)  \($0.draft)" }.joined(separator: "\n")
      let differences = try found.question.differences(AccountDesk(smaller), smaller)
      Issue.record(
        """
        history \(seed), \(found.question)
        \(lines)
        the fold against the model:
        \(differences.joined(separator: "\n"))
        """)
      if failures == 3 { return }
    }
  }

  @Test("the histories reach every corner of the rules")
  func reach() throws {
    var seen: [String: Int] = [:]
    for number in 0..<300 {
      let log = RandomHistory(seed: Self.seed &+ UInt64(number)).model.log
      let last = (log.map(\.effective).max() ?? 0) + 30
      for event in log {
        seen[event.type, default: 0] += 1
        if event.isOfDebtor { seen["\(event.type) of the debtor", default: 0] += 1 }
      }
      guard let state = AccountModel(log: log).state(of: "A1", on: last, knownAt: .max) else {
        seen["no account", default: 0] += 1
        continue
      }
      seen[state.status, default: 0] += 1
      for cause in Set(state.settlements.map(\.cause)) { seen[cause.rawValue, default: 0] += 1 }
      let signs = [
        "credit left": state.credit > 0, "ignored": !state.ignored.isEmpty,
        "given back": state.totals.chargedBack.total > 0,
        "credit charged back": state.totals.creditChargedBack > 0,
        "refunded": state.totals.refunded > 0, "recovered": state.totals.recovered > 0,
        "past due": state.daysPastDue > 0,
        "paused by the debtor": state.pauses.contains { $0.isOfDebtor && $0.from <= $0.to },
        "paused": state.pauses.contains { $0.from <= $0.to },
        "interest accrued": state.items.contains { $0.accrued.interest > 0 },
        "penalty accrued": state.items.contains { $0.accrued.penalty > 0 },
        "accrual settled": state.items.contains { $0.settled.total > 0 },
        "rolled": state.terms.rolls, "material": state.terms.materiality > 0,
        "late": zip(log, log.dropFirst()).contains { $0.effective > $1.effective },
      ]
      for plan in state.plans + state.fallen {
        seen["plan \(plan.state)", default: 0] += 1
        if plan.shortfall.total > 0 { seen["shortfall", default: 0] += 1 }
        if plan.excess.total > 0 { seen["excess", default: 0] += 1 }
      }
      if state.fallen.count > 1 { seen["two falls", default: 0] += 1 }
      for promise in state.promises {
        seen["promise \(promise.outcome)", default: 0] += 1
        if promise.curedLateOn != nil { seen["cured late", default: 0] += 1 }
      }
      for (sign, isThere) in signs where isThere { seen[sign, default: 0] += 1 }
    }
    let corners = [
      "AccountOpened", "TermsChanged", "ScheduleSet", "ChargeAssessed", "ChargeWaived",
      "DebtForgiven", "DelinquencyPaused", "MoratoriumStarted", "MoratoriumEnded",
      "GracePeriodGranted", "PaymentReceived", "PaymentReversed", "PaymentChargedBack",
      "RefundIssued", "WrittenOff", "WriteOffReversed", "AccountClosed", "PortfolioSold",
      "AccountReopened", "AgencyPlaced", "AgencyRecalled", "EventVoided", "no account", "closed",
      "paid", "writtenOff", "open", "payment", "credit", "waiver", "forgiveness", "unearned",
      "credit left", "ignored", "given back", "credit charged back", "refunded", "recovered",
      "past due", "paused", "interest accrued", "penalty accrued", "accrual settled", "rolled",
      "material", "late", "PlanAgreed", "PlanCancelled", "PromiseMade", "PromiseRescheduled",
      "PromiseCancelled", "haircut", "plan", "schedule", "plan active", "plan completed",
      "plan replaced", "plan cancelled", "plan default", "shortfall", "excess", "two falls",
      "MoratoriumStarted of the debtor", "MoratoriumEnded of the debtor", "paused by the debtor",
      "promise kept", "promise cancelled", "promise broken", "promise open", "cured late",
    ]
    print("reached: \(corners.map { "\($0) \(seen[$0, default: 0])" }.joined(separator: ", "))")
    #expect(corners.filter { seen[$0, default: 0] == 0 } == [])
  }

  @Test("what late, reversed and voided events restated, event by event")
  func restatements() throws {
    print("account restatements: QUIPU_SEED=\(Self.seed)")
    var restated = 0
    for number in 0..<Self.count / 32 {
      let seed = Self.seed &+ 6_000_000_000 &+ UInt64(number)
      let log = RandomHistory(seed: seed).model.log
      var random = SplitMix64(seed: seed ^ 0xABCD)
      let desk = try AccountDesk(log)
      let question = random.pick(Question.some(about: log, &random))
      let (account, day, knownAt) = (question.account, question.day, question.knownAt)
      let expected = desk.model.restatements(of: account, on: day, knownAt: knownAt)
      let found = try desk.restatements(account, on: day, knownAt: knownAt)
      #expect(found == expected, "history \(seed), \(question)")
      restated += found.count
    }
    #expect(restated > 0)
  }
}

/// What is asked of a history: an account, a day, a position.
struct Question: CustomStringConvertible {
  var account: String
  var day: Int
  var knownAt: Int64

  var description: String { "\(account) on \(dateText(day)) known at \(knownAt)" }

  /// Two positions, four days each, and the end of all.
  static func some(about log: [ModelEvent], _ random: inout SplitMix64) -> [Question] {
    let end = (log.map(\.effective).max() ?? 0) + 45
    let start = (log.map(\.effective).min() ?? 0) - 1
    let last = log.last?.seq ?? 0
    var questions: [Question] = []
    for knownAt in [last + 1, Int64(random.pick(0...Int(last) + 1))] {
      let account = random.pick(log).account
      for _ in 0..<4 {
        let day = random.percent(50) ? random.pick(log).effective : random.pick(start...end)
        questions.append(Question(account: account, day: day, knownAt: knownAt))
      }
    }
    return questions
  }

  /// The first question that the fold and the model answer differently.
  static func firstDifference(
    _ log: [ModelEvent], _ questions: [Question]
  ) throws -> (question: Question, differences: [String])? {
    var desk = try AccountDesk(log)
    for (account, knownAt) in Set(questions.map { Pair($0.account, $0.knownAt) }).map(\.both) {
      let asked = questions.filter { $0.account == account && $0.knownAt == knownAt }
      let states = desk.model.states(of: account, on: Set(asked.map(\.day)), knownAt: knownAt)
      for question in asked {
        let found = try desk.folded(account, on: question.day, knownAt: knownAt)
        let differences = compare(found, states[question.day].map { AccountView($0) })
        if !differences.isEmpty { return (question, differences) }
      }
    }
    return nil
  }

  /// How the two differ in their answer to this question.
  func differences(_ desk: AccountDesk, _ log: [ModelEvent]) throws -> [String] {
    var desk = desk
    let expected = AccountModel(log: log).state(of: account, on: day, knownAt: knownAt)
    let found = try desk.folded(account, on: day, knownAt: knownAt)
    return Question.compare(found, expected.map { AccountView($0) })
  }

  private static func compare(_ found: AccountView?, _ expected: AccountView?) -> [String] {
    switch (found, expected) {
    case (nil, nil): []
    case (let found?, let expected?): found.differences(from: expected)
    default: ["open: \(found != nil) against \(expected != nil)"]
    }
  }

  /// Leaves out events one by one, as long as the answers still differ.
  static func shrink(_ log: [ModelEvent], _ question: Question) throws -> [ModelEvent] {
    var log = log
    var index = log.count - 1
    while index >= 0 {
      var fewer = log
      fewer.remove(at: index)
      if try !question.differences(AccountDesk(fewer), fewer).isEmpty { log = fewer }
      index -= 1
    }
    return log
  }

  private struct Pair: Hashable {
    var account: String
    var knownAt: Int64

    init(_ account: String, _ knownAt: Int64) {
      self.account = account
      self.knownAt = knownAt
    }

    var both: (String, Int64) { (account, knownAt) }
  }
}

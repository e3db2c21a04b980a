internal import Collections
internal import Testing

/// What holds for the fold of every history, whatever the rules say in detail.
@Suite("Properties of the account fold")
struct AccountPropertyTests {
  static let count = AccountModelTests.count / 8

  /// Random histories with a few questions each.
  private static func each(
    _ salt: UInt64, _ body: (UInt64, [ModelEvent], [Question], inout SplitMix64) throws -> Void
  ) throws {
    print("account properties: QUIPU_SEED=\(AccountModelTests.seed)")
    for number in 0..<count {
      let seed = AccountModelTests.seed &+ salt &+ UInt64(number)
      let log = RandomHistory(seed: seed).model.log
      var random = SplitMix64(seed: seed ^ 0x1234)
      try body(seed, log, Question.some(about: log, &random), &random)
    }
  }

  private static func view(_ desk: inout AccountDesk, _ question: Question) throws -> AccountView? {
    try desk.folded(question.account, on: question.day, knownAt: question.knownAt)
  }

  @Test("no money is lost: what was assessed is outstanding, settled or replaced")
  func conservation() throws {
    try Self.each(1_000_000_000) { seed, log, questions, _ in
      var desk = try AccountDesk(log)
      for question in questions {
        guard let view = try Self.view(&desk, question) else { continue }
        var settled = Parts()
        for (line, amount) in view.lines { settled[line.part] += amount }
        let totals = view.totals
        let owed =
          totals.opened + totals.charged + totals.rescheduled + totals.planned + totals.chargedBack
        #expect(owed + view.accrued - settled == view.outstanding, "history \(seed), \(question)")
        #expect(totals.replaced == Self.sum(view, "schedule"), "history \(seed), \(question)")
        #expect(totals.haircut == Self.sum(view, "haircut"), "history \(seed), \(question)")
        let added = totals.planned - Self.sum(view, "plan")
        #expect(added == Parts(interest: totals.planInterest), "history \(seed), \(question)")
        #expect(view.outstanding == view.items.reduce(Parts()) { $0 + $1.unpaid })
        #expect(view.items.allSatisfy { item in Part.allCases.allSatisfy { item.unpaid[$0] >= 0 } })
        #expect(totals.waived == Self.sum(view, "waiver"), "history \(seed), \(question)")
        #expect(totals.forgiven == Self.sum(view, "forgiveness"), "history \(seed), \(question)")
        #expect(totals.unearned == Self.sum(view, "unearned").total)
      }
    }
  }

  @Test("money that came in paid items, is credit, or went back")
  func money() throws {
    try Self.each(1_000_000_000) { seed, log, questions, _ in
      var desk = try AccountDesk(log)
      for question in questions {
        guard let view = try Self.view(&desk, question) else { continue }
        let totals = view.totals
        let taken = Self.sum(view, "payment").total
        let used = Self.sum(view, "credit").total
        let gone = totals.refunded + totals.creditChargedBack
        #expect(totals.paid == taken + used + view.credit + gone, "history \(seed), \(question)")
        #expect(view.credit >= 0)
        #expect(view.payments.allSatisfy { $0.amount == $0.taken.total + $0.toCredit })
        #expect(view.payments.reduce(0) { $0 + $1.amount } == totals.paid)
        #expect(view.payments.allSatisfy { $0.chargedBack >= 0 })
      }
    }
  }

  private static func sum(_ view: AccountView, _ cause: String) -> Parts {
    var sum = Parts()
    for (line, amount) in view.lines where line.cause == cause { sum[line.part] += amount }
    return sum
  }

  @Test("a prefix of the log answers as the whole log does, asked as known then")
  func prefixes() throws {
    try Self.each(2_000_000_000) { seed, log, questions, _ in
      var whole = try AccountDesk(log)
      for question in questions where question.knownAt <= log.last?.seq ?? 0 {
        var prefix = try AccountDesk(log.filter { $0.seq < question.knownAt })
        var asked = question
        asked.knownAt = .max
        let found = try Self.view(&whole, question)
        #expect(found == (try Self.view(&prefix, asked)), "history \(seed), \(question)")
      }
    }
  }

  @Test("a fold used before answers as a fresh one, and twice the same")
  func reuse() throws {
    try Self.each(3_000_000_000) { seed, log, questions, _ in
      var used = try AccountDesk(log)
      let fresh = used
      for question in questions {
        var copy = fresh
        let expected = try Self.view(&copy, question)
        let first = try Self.view(&used, question)
        let second = try Self.view(&used, question)
        #expect(first == expected && second == expected, "history \(seed), \(question)")
      }
    }
  }

  @Test("an event taken back leaves the book as it was")
  func undo() throws {
    try Self.each(4_000_000_000) { seed, log, questions, _ in
      var straight = try AccountDesk(log)
      var wavering = try AccountDesk(log, wavering: true)
      for question in questions {
        let expected = try Self.view(&straight, question)
        #expect(try Self.view(&wavering, question) == expected, "history \(seed), \(question)")
      }
    }
  }

  @Test("any order of recording with the same order in time gives the same state")
  func recordingOrder() throws {
    try Self.each(5_000_000_000) { seed, log, questions, random in
      let order = Self.shuffled(log, &random)
      // Positions change; give each event the one its place now has, and remember the old.
      var newSeq: [Int64: Int64] = [:]
      var oldSeq: [Int64: Int64] = [-1: -1]
      for (place, event) in order.enumerated() {
        newSeq[event.seq] = Int64(place + 1)
        oldSeq[Int64(place + 1)] = event.seq
      }
      let renumbered = order.map { event in
        var event = event
        event.seq = newSeq[event.seq] ?? 0
        if case .void(let target) = event.fact { event.fact = .void(target: newSeq[target] ?? 0) }
        return event
      }
      var asRecorded = try AccountDesk(log)
      var otherwise = try AccountDesk(renumbered)
      for question in questions where question.knownAt > log.last?.seq ?? 0 {
        var asked = question
        asked.knownAt = .max
        let expected = try Self.view(&asRecorded, asked)
        let found = try Self.view(&otherwise, asked)?.renumbered(oldSeq)
        #expect(found == expected, "history \(seed), \(question)")
      }
    }
  }

  /// The events in another order of recording that the rules must not see: those of one day and
  /// rank, and those that make items (equal due dates go by position), keep theirs.
  private static func shuffled(
    _ log: [ModelEvent], _ random: inout SplitMix64
  ) -> [ModelEvent] {
    var left = log
    var order: [ModelEvent] = []
    while !left.isEmpty {
      let free = left.indices.filter { index in
        !left[..<index].contains { mustPrecede($0, left[index]) }
      }
      order.append(left.remove(at: random.pick(free)))
    }
    return order
  }

  private static func mustPrecede(_ first: ModelEvent, _ second: ModelEvent) -> Bool {
    if case .void(let target) = second.fact, target == first.seq { return true }
    guard first.concerns(second.account) || second.concerns(first.account) else { return false }
    if case .opened = first.fact { return true }
    if first.effective == second.effective && first.fact.rank == second.fact.rank { return true }
    // A promise's window begins with what is recorded after it; promises due together go by position.
    if isPromise(first.fact), isPromise(second.fact) { return true }
    if first.effective == second.effective, isPromise(first.fact) || isPromise(second.fact) {
      return true
    }
    switch (first.fact, second.fact) {
    case (.payment(let id, _, _, _), .reversal(let named)),
      (.payment(let id, _, _, _), .chargeback(let named, _)):
      return id == named
    case (.plan(let id, _), .planCancelled(let named)): return id == named
    case (.promise(let id, _), .payment(_, _, _, let named)): return id == named
    case (.promise(let id, _), .promiseMoved(let named, _, _)),
      (.promise(let id, _), .promiseCancelled(let named)):
      return id == named
    default: return makesItems(first.fact) && makesItems(second.fact)
    }
  }

  private static func isPromise(_ fact: ModelFact) -> Bool {
    if case .promise = fact { return true }
    return false
  }

  private static func makesItems(_ fact: ModelFact) -> Bool {
    switch fact {
    case .schedule, .charge, .chargeback, .plan: true
    default: false
    }
  }
}

extension AccountView {
  /// The same with other positions for the events.
  func renumbered(_ seqs: [Int64: Int64]) -> AccountView {
    var view = self
    for index in view.items.indices { view.items[index].seq = seqs[view.items[index].seq] ?? 0 }
    for index in view.payments.indices {
      view.payments[index].seq = seqs[view.payments[index].seq] ?? 0
    }
    for index in view.ignored.indices {
      view.ignored[index].seq = seqs[view.ignored[index].seq] ?? 0
    }
    for index in view.plans.indices {
      view.plans[index].cause = seqs[view.plans[index].cause] ?? 0
    }
    view.lines = [:]
    for (line, amount) in lines {
      var line = line
      line.seq = seqs[line.seq] ?? 0
      line.itemSeq = seqs[line.itemSeq] ?? 0
      view.lines[line, default: 0] += amount
    }
    return view
  }
}

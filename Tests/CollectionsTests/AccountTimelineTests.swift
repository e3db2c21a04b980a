internal import Collections
internal import Testing

/// An account followed event by event says what a fold from scratch says, and works for what is new alone.
@Suite("Accounts followed event by event")
struct AccountTimelineTests {
  @Test("after each event, on any day, the state is that of a fold from scratch")
  func incremental() throws {
    print("account timelines: QUIPU_SEED=\(AccountModelTests.seed)")
    for number in 0..<AccountModelTests.count / 8 {
      let seed = AccountModelTests.seed &+ 7_000_000_000 &+ UInt64(number)
      let log = RandomHistory(seed: seed).model.log
      var random = SplitMix64(seed: seed ^ 0x77)
      var desk = try AccountDesk(log)
      guard let account = desk.book.accounts.find("A1") else { continue }
      var timeline = AccountTimeline(account: account)
      for event in log {
        for _ in 0..<random.pick(0...2) {
          let day = random.pick(log).effective + random.pick([0, 0, 0, 1, 30])
          let date = CivilDate(days: Int32(day))
          let isOpen = try timeline.advance(to: event.seq + 1, of: desk.book, on: date)
          let expected = try desk.folded("A1", on: day, knownAt: event.seq + 1)
          guard let expected, isOpen else {
            #expect(isOpen == (expected != nil), "history \(seed), \(event.seq), \(dateText(day))")
            continue
          }
          let found = try AccountView(timeline.fold, of: desk.book)
          let differences = found.differences(from: expected)
          #expect(differences == [], "history \(seed), known at \(event.seq + 1), \(dateText(day))")
          if !differences.isEmpty { return }
        }
      }
    }
  }

  @Test("a plan seen to fall is there again when an earlier day is asked for, or it is kept alive")
  func fallTakenBack() throws {
    var desk = try AccountPlanTests.exampleD()
    var timeline = AccountTimeline(account: 0)
    func state(_ on: String) throws -> String? {
      let date = CivilDate(days: Int32(day(on)))
      #expect(try timeline.advance(to: .max, of: desk.book, on: date))
      return timeline.fold.plans.first?.state.rawValue
    }
    #expect(try state("2026-05-01") == "default")
    // Of the last day passed: nothing before it is applied again.
    try desk.record("2026-05-01", .writeOff)
    #expect(try state("2026-03-01") == "active")
    #expect(try state("2026-05-01") == "default")
    try desk.record("2026-03-10", .payment(id: "P2", amount: 10_000, prepays: false))
    #expect(try state("2026-04-01") == "active")
    #expect(try state("2026-05-01") == "default")
  }

  /// An account of one large item, paid a little each day.
  private static func paidDaily(_ count: Int) throws -> AccountDesk {
    var desk = try AccountDesk()
    try desk.record(
      "2026-01-05",
      AccountPlanTests.opened(
        "2026-01-05", Parts(principal: 100_000_000),
        terms: ModelTerms(compensatory: .yearly(basisPoints: 3600, days: 360))))
    for number in 1...count {
      try desk.record(
        dateText(day("2026-01-05") + number),
        .payment(id: "P\(number)", amount: 1_000, prepays: false))
    }
    return desk
  }

  @Test("events in time order are applied once each, however many states are asked for")
  func onceEach() throws {
    let desk = try Self.paidDaily(1_000)
    var timeline = AccountTimeline(account: 0)
    for seq in 1...1_001 {
      let on = CivilDate(days: Int32(day("2026-01-05") + seq - 1))
      #expect(try timeline.advance(to: Int64(seq) + 1, of: desk.book, on: on))
    }
    #expect(timeline.fold.payments.count == 1_000)
    #expect(timeline.fold.applied == 1_001)
  }

  @Test("an event recorded late, a reversal and a void apply again only what follows them")
  func onlyWhatFollows() throws {
    var desk = try Self.paidDaily(1_000)
    var timeline = AccountTimeline(account: 0)
    let end = CivilDate(days: Int32(day("2026-01-05") + 1_000))
    #expect(try timeline.advance(to: .max, of: desk.book, on: end))
    for fact in [
      ModelFact.payment(id: "late", amount: 1, prepays: false), .reversal(id: "P950"),
      .void(target: 952),
    ] {
      let before = timeline.fold.applied
      try desk.record(dateText(day("2026-01-05") + 950), fact)
      #expect(try timeline.advance(to: .max, of: desk.book, on: end))
      // Fifty follow, and at most twice the distance of checkpoints lie before.
      #expect((50...190).contains(timeline.fold.applied - before), "\(fact)")
      let expected = try desk.folded("A1", on: Int(end.days))
      #expect(try AccountView(timeline.fold, of: desk.book) == expected)
    }
  }

  @Test("what a charge-back did to an earlier payment is undone before it is applied again")
  func chargebackAgain() throws {
    var desk = try Self.paidDaily(130)
    var timeline = AccountTimeline(account: 0)
    let end = CivilDate(days: Int32(day("2026-01-05") + 130))
    // P10 lies before the checkpoint at 64 entries, what charges it back and what comes late after it.
    for (after, fact) in [
      (100, ModelFact.chargeback(id: "P10", amount: 600)),
      (110, .chargeback(id: "P10", amount: 300)), (90, .writeOff), (95, .writeOffReversed),
    ] {
      try desk.record(dateText(day("2026-01-05") + after), fact)
      #expect(try timeline.advance(to: .max, of: desk.book, on: end))
      let expected = try desk.folded("A1", on: Int(end.days))
      #expect(try AccountView(timeline.fold, of: desk.book) == expected)
      #expect(timeline.fold.applied > 131)
    }
    #expect(timeline.fold.payments[9].chargedBack == 900)
  }
}

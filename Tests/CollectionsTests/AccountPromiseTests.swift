internal import Collections
internal import Testing

/// Section 7: promises, on the fold and the model alike.
@Suite("Promises")
struct AccountPromiseTests {
  private typealias Event = (on: String, fact: ModelFact)

  private static func pay(
    _ id: String, _ amount: Int64, _ on: String, promise: String? = nil
  ) -> Event {
    (on, .payment(id: id, amount: amount, prepays: false, promise: promise))
  }

  private static func promise(
    _ id: String, _ amount: Int64, due: String, made: String, tolerance: Int64 = 0, grace: Int = 0
  ) -> Event {
    let terms = ModelPromiseTerms(
      amount: amount, due: day(due), toleranceBp: tolerance, graceDays: grace)
    return (made, .promise(id: id, terms))
  }

  /// An account and some events, recorded in that order from position 2 on.
  private static func desk(_ events: [Event]) throws -> AccountDesk {
    var desk = try AccountDesk()
    try desk.record(
      "2026-01-05", AccountPlanTests.opened("2026-01-05", Parts(principal: 1_000_000)))
    for event in events { try desk.record(event.on, event.fact) }
    return desk
  }

  private static let exampleG = promise(
    "R1", 20_000, due: "2026-03-10", made: "2026-03-02", tolerance: 500, grace: 2)

  private static let exampleGPayments: [([(Int64, String)], String, String, Int64, Bool)] = [
    // payments                                  on            outcome   paid  cured late
    ([(12_000, "2026-03-11"), (7_500, "2026-03-11")], "2026-03-11", "kept", 19_500, false),
    ([(12_000, "2026-03-11")], "2026-03-12", "open", 12_000, false),
    ([(12_000, "2026-03-11")], "2026-03-13", "broken", 12_000, false),
    ([(12_000, "2026-03-11"), (7_500, "2026-03-13")], "2026-03-13", "broken", 12_000, true),
  ]

  @Test("Example G: kept, open, broken, cured late", arguments: exampleGPayments.indices)
  func exampleG(_ number: Int) throws {
    let (payments, on, outcome, paid, isCured) = Self.exampleGPayments[number]
    let money = zip(1..., payments).map { Self.pay("P\($0)", $1.0, $1.1) }
    var desk = try Self.desk([Self.exampleG] + money)
    let view = try desk.view(on: on)
    #expect(view.promises[0].outcome == outcome && view.promises[0].paid == paid)
    #expect((view.promises[0].curedLateOn != nil) == isCured)
    #expect(view.promises[0].graceEnd == day("2026-03-12"))
  }

  @Test("a cent short of the tolerance is broken")
  func oneCentShort() throws {
    var desk = try Self.desk([
      Self.exampleG, Self.pay("P1", 12_000, "2026-03-11"), Self.pay("P2", 6_999, "2026-03-12"),
    ])
    #expect(try desk.view(on: "2026-03-13").promises[0].outcome == "broken")
    try desk.record("2026-03-12", .payment(id: "P3", amount: 1, prepays: false))
    #expect(try desk.view(on: "2026-03-13").promises[0].outcome == "kept")
  }

  @Test("Example G: recorded late, kept as known now and broken as known then")
  func recordedLate() throws {
    var desk = try Self.desk([Self.exampleG, Self.pay("P1", 12_000, "2026-03-11")])
    let late = try desk.record("2026-03-11", .payment(id: "P2", amount: 7_500, prepays: false))
    #expect(try desk.view(on: "2026-03-19", knownAt: late).promises[0].outcome == "broken")
    #expect(try desk.view(on: "2026-03-19").promises[0].outcome == "kept")
    try desk.record("2026-03-20", .reversal(id: "P1"))
    let reversed = try desk.view(on: "2026-03-19")
    #expect(reversed.promises[0].outcome == "broken" && reversed.promises[0].paid == 7_500)
  }

  @Test("the window begins after the promise, and ends on the eve of its cancellation")
  func window() throws {
    var desk = try Self.desk([
      Self.pay("P0", 5_000, "2026-03-02"), Self.exampleG, Self.pay("P1", 1_000, "2026-03-02"),
      Self.pay("P2", 2_000, "2026-03-04"), ("2026-03-05", .promiseCancelled(id: "R1")),
      Self.pay("P3", 30_000, "2026-03-05"),
    ])
    let view = try desk.view(on: "2026-03-13")
    #expect(view.promises[0].outcome == "cancelled" && view.promises[0].paid == 3_000)
    #expect(view.promises[0].since == day("2026-03-05"))
    #expect(try desk.view(on: "2026-03-04").promises[0].outcome == "open")
  }

  @Test("a payment goes first to the promise it names, then to the one due first, once")
  func order() throws {
    var desk = try Self.desk([
      Self.promise("R1", 1_000, due: "2026-03-10", made: "2026-03-01"),
      Self.promise("R2", 1_000, due: "2026-03-08", made: "2026-03-01"),
      Self.promise("R3", 1_000, due: "2026-03-20", made: "2026-03-01"),
      Self.pay("P1", 1_700, "2026-03-05", promise: "R3"),
    ])
    #expect(try desk.view(on: "2026-03-05").promises.map(\.paid) == [0, 700, 1_000])
    try desk.record("2026-03-09", .payment(id: "P2", amount: 900, prepays: false, promise: "R2"))
    // R2's window is over: the money it names goes to R1, and what is left to nobody.
    let view = try desk.view(on: "2026-03-09")
    #expect(view.promises.map(\.paid) == [900, 700, 1_000])
    #expect(view.promises.map(\.outcome) == ["open", "broken", "kept"])
  }

  @Test("rescheduled, it changes as a whole, for earlier payments too")
  func rescheduled() throws {
    var desk = try Self.desk([Self.exampleG, Self.pay("P1", 12_000, "2026-03-03")])
    try desk.record(
      "2026-03-09", .promiseMoved(id: "R1", due: day("2026-03-20"), amount: 12_500))
    let view = try desk.view(on: "2026-03-09")
    #expect(view.promises[0].outcome == "kept" && view.promises[0].since == day("2026-03-03"))
    #expect(view.promises[0].due == day("2026-03-20"))
    #expect(try desk.view(on: "2026-03-08").promises[0].outcome == "open")
    // Good Friday week: 1 April, then 6 April, for 2 and 3 April are holidays.
    try desk.record("2026-03-10", .promiseMoved(id: "R1", due: day("2026-03-31"), amount: 50_000))
    let moved = try desk.view(on: "2026-04-06").promises[0]
    #expect(moved.graceEnd == day("2026-04-06") && moved.outcome == "open")
    #expect(try desk.view(on: "2026-04-07").promises[0].outcome == "broken")
  }

  @Test("a charge-back lowers nothing of what was paid toward a promise")
  func chargedBack() throws {
    var desk = try Self.desk([Self.exampleG, Self.pay("P1", 20_000, "2026-03-05")])
    try desk.record("2026-03-06", .chargeback(id: "P1", amount: 20_000))
    let view = try desk.view(on: "2026-03-13")
    #expect(view.promises[0].outcome == "kept" && view.outstanding.total == 1_000_000)
  }
}

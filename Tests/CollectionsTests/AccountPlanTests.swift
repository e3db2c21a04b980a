internal import Collections
internal import Testing

/// Section 6: restructurings, on the fold and the model alike.
@Suite("Restructurings")
struct AccountPlanTests {
  static func opened(_ due: String, _ amounts: Parts, terms: ModelTerms? = nil) -> ModelFact {
    .opened(
      ModelOpening(
        items: [ModelStatedItem(n: 1, due: day(due), amounts: amounts)], terms: terms))
  }

  /// Equal instalments of principal, one a date.
  static func items(_ principal: Int64, _ dates: [String]) -> [ModelStatedItem] {
    zip(Int64(1)..., dates).map { n, date in
      ModelStatedItem(n: n, due: day(date), amounts: Parts(principal: principal))
    }
  }

  static let months = [
    "2026-01-28", "2026-02-28", "2026-03-28", "2026-04-28", "2026-05-28", "2026-06-28",
  ]

  /// Example D's account; with `conditional` false the plan stands in default.
  static func exampleD(conditional: Bool = true, kind: String = "settlement") throws -> AccountDesk
  {
    var desk = try AccountDesk()
    try desk.record("2026-01-05", opened("2026-01-05", Parts(principal: 100_000)))
    try desk.record(
      "2026-01-20",
      .plan(
        id: "L1",
        ModelPlanTerms(
          items: items(10_000, months), haircut: Parts(principal: 40_000),
          conditional: conditional, kind: kind)))
    try desk.record("2026-01-28", .payment(id: "P1", amount: 10_000, prepays: false))
    return desk
  }

  @Test(
    "Example D: a conditional settlement falls away in default",
    arguments: [
      //            outstanding  days past due  state
      ("2026-01-19", 100_000, 14, "none"), ("2026-01-20", 60_000, 0, "active"),
      ("2026-01-28", 50_000, 0, "active"), ("2026-03-01", 50_000, 1, "active"),
      ("2026-03-15", 50_000, 15, "active"), ("2026-03-16", 90_000, 15, "default"),
      ("2026-03-17", 90_000, 16, "default"), ("2026-04-16", 90_000, 46, "default"),
    ])
  func exampleD(_ on: String, _ owed: Int64, _ late: Int, _ state: String) throws {
    var desk = try Self.exampleD()
    let view = try desk.view(on: on)
    #expect(view.outstanding == Parts(principal: owed))
    #expect(view.daysPastDue == late)
    #expect(view.plans.first?.state ?? "none" == state)
    if state == "default" { #expect(view.plans[0].since == day("2026-03-16")) }
  }

  @Test("Example D's payment is restated when the plan falls, naming the plan")
  func exampleDRestated() throws {
    let desk = try Self.exampleD()
    #expect(try desk.restatements("A1", on: day("2026-03-15"), knownAt: .max) == [])
    let found = try desk.restatements("A1", on: day("2026-03-16"), knownAt: .max)
    #expect(
      found == [
        Restated(
          event: 3, cause: 2, before: Parts(principal: 10_000),
          after: Parts(principal: 10_000), creditBefore: 0, creditAfter: 0)
      ])
    #expect(found == desk.model.restatements(of: "A1", on: day("2026-03-16"), knownAt: .max))
  }

  @Test("a payment recorded late keeps the plan of example D from having fallen")
  func lateCure() throws {
    var desk = try Self.exampleD()
    let late = try desk.record("2026-03-16", .payment(id: "P2", amount: 10_000, prepays: false))
    #expect(try desk.view(on: "2026-03-20", knownAt: late).outstanding.total == 90_000)
    let view = try desk.view(on: "2026-03-20")
    // Paid on the last day: what cures it comes before it is judged.
    #expect(view.outstanding.total == 40_000 && view.plans[0].state == "active")
    #expect(view.daysPastDue == 0)
  }

  @Test("an unconditional plan in default stands, and its items age", arguments: ["2026-03-16"])
  func unconditional(_ on: String) throws {
    var desk = try Self.exampleD(conditional: false)
    let view = try desk.view(on: on)
    #expect(view.plans[0].state == "default" && view.plans[0].since == day(on))
    #expect(view.outstanding == Parts(principal: 50_000))
    #expect(view.daysPastDue == 16)
    // Default is final: what pays all of it now does not complete it.
    try desk.record("2026-04-01", .payment(id: "P2", amount: 50_000, prepays: false))
    let paid = try desk.view(on: "2026-04-01")
    #expect(paid.status == "paid" && paid.plans[0].state == "default")
  }

  @Test("Example E: 750.00 re-aged into 6 × 125.00")
  func exampleE() throws {
    var desk = try AccountDesk()
    try desk.record(
      "2026-01-05", Self.opened("2026-01-05", Parts(interest: 5_000, principal: 70_000)))
    var items = Self.items(
      12_500,
      ["2026-04-28", "2026-05-28", "2026-06-28", "2026-07-28", "2026-08-28", "2026-09-28"])
    items[0].amounts = Parts(interest: 5_000, principal: 7_500)
    let terms = ModelPlanTerms(
      items: items, conditional: false, defaultAfterDays: 30, kind: "refinancing")
    #expect(try desk.view(on: "2026-04-01").daysPastDue == 86)
    try desk.record("2026-04-01", .plan(id: "L1", terms))
    let view = try desk.view(on: "2026-04-01")
    #expect(view.daysPastDue == 0 && view.overdue == Parts())
    #expect(view.outstanding.total == 75_000)
    #expect(view.items.map(\.unpaid.total) == [12_500, 12_500, 12_500, 12_500, 12_500, 12_500])
    #expect(view.plans[0].shortfall == Parts() && view.plans[0].excess == Parts())
  }

  @Test(
    "Example F: a split the program makes itself adds up, the first ones higher",
    arguments: [
      (100_000, [1, 1, 1], [33_334, 33_333, 33_333]),
      (10_000, [30_000, 20_000, 10_000], [5_000, 3_333, 1_667]),
      (5, [0, 0], [0, 0]), (0, [3, 4], [0, 0]), (1, [1, 1], [1, 0]), (2, [1, 1, 1], [1, 1, 0]),
      (7, [0, 1, 0], [0, 7, 0]),
    ] as [(Int64, [Int64], [Int64])])
  func exampleF(_ amount: Int64, _ weights: [Int64], _ parts: [Int64]) {
    #expect(apportion(amount, over: weights) == parts)
  }

  @Test("the largest amounts are split without overflow")
  func largestSplit() {
    let parts = apportion(largestAmount, over: [largestAmount, largestAmount, 1])
    #expect(parts.reduce(0, +) == largestAmount && parts[0] - parts[1] <= 1)
  }

  @Test("Example H: a payment and a plan of one day, in the order recorded")
  func exampleH() throws {
    var desk = try AccountDesk()
    try desk.record("2026-01-05", Self.opened("2026-01-05", Parts(principal: 100_000)))
    try desk.record("2026-02-02", .payment(id: "P1", amount: 20_000, prepays: false))
    let dates = ["2026-03-02", "2026-04-02", "2026-05-02", "2026-06-02"]
    try desk.record(
      "2026-02-02", .plan(id: "L1", ModelPlanTerms(items: Self.items(20_000, dates))))
    let view = try desk.view(on: "2026-02-02")
    #expect(view.outstanding.total == 80_000 && view.daysPastDue == 0)
    #expect(view.plans[0].shortfall == Parts() && view.plans[0].excess == Parts())
    #expect(view.plans[0].replaced == Parts(principal: 80_000))
  }

  @Test(
    "what was outstanding changes later: the last items and the haircut take the difference",
    arguments: [
      // earlier payment or charge      items                 haircut  shortfall  excess
      (
        ModelFact.payment(id: "P0", amount: 5_000, prepays: false), [10_000, 5_000], 20_000, 0,
        5_000
      ),
      (.payment(id: "P0", amount: 35_000, prepays: false), [0, 0], 5_000, 0, 35_000),
      (.charge(.principal, 700, item: nil), [10_000, 10_700], 20_000, 700, 0),
    ] as [(ModelFact, [Int64], Int64, Int64, Int64)])
  func imbalance(
    _ earlier: ModelFact, _ items: [Int64], _ haircut: Int64, _ shortfall: Int64, _ excess: Int64
  ) throws {
    var desk = try AccountDesk()
    try desk.record("2026-01-05", Self.opened("2026-01-05", Parts(principal: 40_000)))
    try desk.record(
      "2026-02-01",
      .plan(
        id: "L1",
        ModelPlanTerms(
          items: Self.items(10_000, ["2026-03-01", "2026-04-01"]),
          haircut: Parts(principal: 20_000))))
    try desk.record("2026-01-10", earlier)
    let view = try desk.view(on: "2026-02-01")
    #expect(view.items.map(\.unpaid.principal) == items)
    #expect(view.plans[0].haircut == Parts(principal: haircut))
    #expect(view.plans[0].shortfall == Parts(principal: shortfall))
    #expect(view.plans[0].excess == Parts(principal: excess))
    #expect(view.ignored.map(\.amount) == [shortfall + excess])
  }

  @Test("a plan that replaced another and falls leaves that one active again")
  func replacedReturns() throws {
    var desk = try Self.exampleD()
    let second = ModelPlanTerms(
      items: Self.items(25_000, ["2026-03-10", "2026-04-10"]), defaultAfterDays: 5)
    try desk.record("2026-02-20", .plan(id: "L2", second))
    let before = try desk.view(on: "2026-03-15")
    #expect(before.plans.map(\.state) == ["replaced", "active"])
    let after = try desk.view(on: "2026-03-16")
    // 20 February to 15 March do not count: of the first plan's second item nothing is late.
    #expect(after.plans.map(\.state) == ["active", "default"])
    #expect(after.outstanding.total == 50_000 && after.daysPastDue == 0)
    #expect(try desk.view(on: "2026-03-31").daysPastDue == 15)
    let last = try desk.view(on: "2026-04-01")
    #expect(last.plans.map(\.state) == ["default", "default"])
    #expect(last.outstanding.total == 90_000)
  }

  @Test("a cancelled plan falls away, conditional or not, at its turn")
  func cancelled() throws {
    var desk = try Self.exampleD(conditional: false)
    let cancellation = try desk.record("2026-02-10", .planCancelled(id: "L1"))
    let new = ModelPlanTerms(items: Self.items(90_000, ["2026-06-01"]))
    try desk.record("2026-02-10", .plan(id: "L2", new))
    try desk.record("2026-02-11", .planCancelled(id: "L1"))
    let view = try desk.view(on: "2026-02-11")
    #expect(view.plans.map(\.state) == ["cancelled", "active"])
    #expect(view.plans[0].cause == cancellation)
    #expect(view.plans[1].replaced == Parts(principal: 90_000))
    #expect(view.plans[1].shortfall == Parts() && view.plans[1].excess == Parts())
    #expect(view.ignored == [ModelIgnored(seq: 6, amount: 0)])
  }

  @Test("what a plan accrues, and what it does not", arguments: [(false, 0), (true, 300)])
  func accrual(_ accrues: Bool, _ interest: Int64) throws {
    var desk = try AccountDesk()
    let tenth = ModelTerms(compensatory: .yearly(basisPoints: 3600, days: 360))
    try desk.record(
      "2026-01-05", Self.opened("2026-01-05", Parts(principal: 10_000), terms: tenth))
    // 30 days at a tenth of a per cent a day: 300 of interest, restructured with the rest.
    var items = Self.items(10_000, ["2026-02-04"])
    items[0].amounts.interest = 500
    let terms = ModelPlanTerms(
      items: items, planInterest: 200, accrues: accrues, conditional: false, defaultAfterDays: 99)
    try desk.record("2026-02-04", .plan(id: "L1", terms))
    let view = try desk.view(on: "2026-03-06")
    #expect(view.outstanding == Parts(interest: 500 + interest, principal: 10_000))
    #expect(view.totals.planInterest == 200)
    #expect(view.accrued == Parts(interest: 300 + interest))
  }

  @Test("grace moves a plan's items and keeps its default away")
  func grace() throws {
    var desk = try Self.exampleD()
    try desk.record("2026-02-20", .grace(to: day("2026-03-31"), stops: true))
    let view = try desk.view(on: "2026-04-10")
    #expect(view.plans[0].state == "active")
    // 28 February moved by 40 days, to 9 April.
    #expect(view.items.filter { $0.unpaid.total > 0 }.map(\.due).first == day("2026-04-09"))
    #expect(view.daysPastDue == 1)
    #expect(try desk.view(on: "2026-04-25").plans[0].state == "default")
    #expect(try desk.view(on: "2026-04-24").plans[0].state == "active")
  }
}

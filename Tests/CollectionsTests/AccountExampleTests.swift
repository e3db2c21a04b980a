internal import Testing

/// The worked examples of the ledger's rules, sections 3 to 5, by their names there.
@Suite("Worked examples")
struct AccountExampleTests {
  static let first = Parts(penalty: 450, interest: 3000, cost: 1200, principal: 10_000)
  static let second = Parts(penalty: 120, interest: 2700, principal: 10_300)

  private static func opened(
    _ items: [ModelStatedItem], _ profile: ModelProfile? = nil, terms: ModelTerms? = nil
  ) -> ModelFact {
    .opened(ModelOpening(items: items, terms: terms, profile: profile))
  }

  @Test("Example A: one item due takes 40.00")
  func exampleA() throws {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-01-31"), amounts: Self.first)
    try desk.record("2026-01-31", Self.opened([item]))
    try desk.record("2026-02-02", .payment(id: "P1", amount: 4000, prepays: false))
    let view = try desk.view(on: "2026-02-02")
    #expect(view.payments[0].taken == Parts(penalty: 450, interest: 3000, cost: 550))
    #expect(view.outstanding == Parts(cost: 650, principal: 10_000))
    #expect(view.credit == 0)
  }

  @Test(
    "Example B: two items due take 100.00",
    arguments: [
      //                             penalty      interest        cost        principal
      (ModelProfile.Spread.item, Parts(penalty: 450, interest: 3000, cost: 1200, principal: 5350)),
      (.component, Parts(penalty: 570, interest: 5700, cost: 1200, principal: 2530)),
    ])
  func exampleB(_ spread: ModelProfile.Spread, _ taken: Parts) throws {
    var desk = try AccountDesk()
    let items = [
      ModelStatedItem(n: 1, due: day("2026-01-31"), amounts: Self.first),
      ModelStatedItem(n: 2, due: day("2026-02-28"), amounts: Self.second),
    ]
    try desk.record("2026-01-31", Self.opened(items, ModelProfile(spread: spread)))
    try desk.record("2026-02-28", .payment(id: "P1", amount: 10_000, prepays: false))
    let view = try desk.view(on: "2026-02-28")
    #expect(view.payments[0].taken == taken)
    // Both spreads put the principal on the first item.
    #expect(view.items[0].unpaid.principal == 10_000 - taken.principal)
    #expect(view.items[1].unpaid.principal == 10_300)
  }

  /// The account of example C, and the position of the payment recorded late.
  private static func exampleC() throws -> (AccountDesk, late: Int64) {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-01-31"), amounts: Parts(principal: 100_000))
    let terms = ModelTerms(compensatory: .yearly(basisPoints: 3600, days: 360))
    try desk.record("2026-01-31", opened([item], terms: terms))
    try desk.record("2026-03-02", .payment(id: "P1", amount: 20_000, prepays: false))
    let late = try desk.record("2026-02-10", .payment(id: "P2", amount: 30_000, prepays: false))
    return (desk, late)
  }

  @Test("Example C, first question: 2 March as known before the late payment")
  func exampleCBefore() throws {
    var (desk, late) = try Self.exampleC()
    let view = try desk.view(on: "2026-03-02", knownAt: late)
    #expect(view.payments.map(\.taken) == [Parts(interest: 3000, principal: 17_000)])
    #expect(view.outstanding == Parts(principal: 83_000))
  }

  @Test("Example C, second question: 2 March as known after it")
  func exampleCAfter() throws {
    var (desk, _) = try Self.exampleC()
    let view = try desk.view(on: "2026-03-02")
    #expect(
      view.payments.map(\.taken) == [
        Parts(interest: 1000, principal: 29_000), Parts(interest: 1420, principal: 18_580),
      ])
    #expect(view.payments.map(\.id) == ["P2", "P1"])
    #expect(view.outstanding == Parts(principal: 52_420))
  }

  @Test("Example C: 2 March's payment is restated by the one recorded late")
  func exampleCRestated() throws {
    let (desk, late) = try Self.exampleC()
    let found = try desk.restatements("A1", on: day("2026-03-12"), knownAt: .max)
    #expect(
      found == [
        Restated(
          event: 2, cause: late, before: Parts(interest: 3000, principal: 17_000),
          after: Parts(interest: 1420, principal: 18_580), creditBefore: 0, creditAfter: 0)
      ])
    #expect(try desk.restatements("A1", on: day("2026-03-12"), knownAt: late).isEmpty)
    #expect(try desk.restatements("A1", on: day("2026-02-28"), knownAt: .max).isEmpty)
  }

  @Test("Example C, third question: what accrued to 12 March")
  func exampleCAccrued() throws {
    var (desk, _) = try Self.exampleC()
    let view = try desk.view(on: "2026-03-12")
    #expect(view.outstanding == Parts(interest: 524, principal: 52_420))
    #expect(view.daysPastDue == 40)
    #expect(view.overdue == view.outstanding)
  }

  @Test(
    "a rate on 1 000.00 for some days, rounded half up once",
    arguments: [
      // rate                                                        days  interest
      (ModelRate.daily(partsPerBillion1000: 1_591_239_623), 30, Int64(4774)),  // TEA 77.25 %
      (.yearly(basisPoints: 3600, days: 360), 30, 3000),
      (.yearly(basisPoints: 3600, days: 365), 30, 2959),
      (.yearly(basisPoints: 3600, days: 365), 365, 36_000),
      (.yearly(basisPoints: 18, days: 360), 1, 1),  // half a cent is a cent
      (.yearly(basisPoints: 17, days: 360), 1, 0),
      (.yearly(basisPoints: 17, days: 360), 3, 1),  // 0.47 a day: 1.41, not 0 three times
      (.yearly(basisPoints: 17, days: 360), 4, 2),
      (.daily(partsPerBillion1000: 0), 30, 0),
      (.none, 30, 0),
    ])
  func rates(_ rate: ModelRate, _ days: Int, _ interest: Int64) throws {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-01-31"), amounts: Parts(principal: 100_000))
    let terms = ModelTerms(compensatory: rate, penal: rate)
    try desk.record("2026-01-01", Self.opened([item], terms: terms))
    let view = try desk.view(on: dateText(day("2026-01-31") + days))
    #expect(
      view.outstanding == Parts(penalty: interest, interest: interest, principal: 100_000))
  }

  @Test("a payment splits a month's accrual without moving a cent")
  func roundingOnce() throws {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-01-31"), amounts: Parts(principal: 100_000))
    let terms = ModelTerms(compensatory: .yearly(basisPoints: 17, days: 360))
    try desk.record("2026-01-31", Self.opened([item], terms: terms))
    // 0.472… cents a day. On the third day 1.42 are owed: 1, paid; on the fifth 2.36: one more.
    try desk.record("2026-02-03", .payment(id: "P1", amount: 1, prepays: false))
    #expect(try desk.view(on: "2026-02-03").outstanding == Parts(principal: 100_000))
    #expect(try desk.view(on: "2026-02-04").outstanding == Parts(interest: 1, principal: 100_000))
    #expect(try desk.view(on: "2026-02-05").outstanding == Parts(interest: 1, principal: 100_000))
    #expect(try desk.view(on: "2026-02-06").outstanding == Parts(interest: 2, principal: 100_000))
  }
}

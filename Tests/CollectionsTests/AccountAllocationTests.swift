internal import Testing

/// Section 3: prepayments, advances, credit, waivers, by small accounts of three monthly items.
@Suite("Allocation")
struct AccountAllocationTests {
  typealias Advance = ModelProfile.Advance
  typealias Spread = ModelProfile.Spread

  /// 10 of interest and 100 of principal on the 31st of January, the 28th of February, the 31st of March.
  static let months = ["2026-01-31", "2026-02-28", "2026-03-31"]

  private static func desk(_ profile: ModelProfile = ModelProfile()) throws -> AccountDesk {
    var desk = try AccountDesk()
    let items = zip(Int64(1)..., months).map { n, due in
      ModelStatedItem(n: n, due: day(due), amounts: Parts(interest: 10, principal: 100))
    }
    try desk.record("2026-01-01", .opened(ModelOpening(items: items, profile: profile)))
    return desk
  }

  private static func unpaid(_ view: AccountView) -> [[Int64]] {
    view.items.map { [$0.unpaid.interest, $0.unpaid.principal] }
  }

  @Test(
    "what the due items do not take",
    arguments: [
      // advance, spread, amount, unpaid of each item: interest, principal; credit
      (Advance.next, Spread.item, 110, [[0, 0], [10, 100], [10, 100]], 0),
      (.next, .item, 125, [[0, 0], [0, 95], [10, 100]], 0),
      (.next, .item, 230, [[0, 0], [0, 0], [0, 100]], 0),
      (.next, .component, 125, [[0, 0], [0, 100], [5, 100]], 0),
      (.next, .component, 150, [[0, 0], [0, 80], [0, 100]], 0),
      (.last, .item, 125, [[0, 0], [10, 100], [0, 95]], 0),
      (.last, .component, 125, [[0, 0], [5, 100], [0, 100]], 0),
      (.last, .component, 250, [[0, 0], [0, 80], [0, 0]], 0),
      (.hold, .item, 125, [[0, 0], [10, 100], [10, 100]], 15),
      (.next, .item, 340, [[0, 0], [0, 0], [0, 0]], 10),
      (.last, .component, 331, [[0, 0], [0, 0], [0, 0]], 1),
    ])
  func advance(
    _ advance: ModelProfile.Advance, _ spread: ModelProfile.Spread, _ amount: Int64,
    _ unpaid: [[Int64]], _ credit: Int64
  ) throws {
    var desk = try Self.desk(ModelProfile(spread: spread, advance: advance))
    try desk.record("2026-02-01", .payment(id: "P1", amount: amount, prepays: false))
    let view = try desk.view(on: "2026-02-01")
    #expect(Self.unpaid(view) == unpaid)
    #expect(view.credit == credit)
  }

  @Test(
    "a prepayment takes principal from the last item backwards, whatever the advance",
    arguments: [
      // amount  unpaid: interest, principal           unearned  credit
      (Int64(100), [[0, 10], [10, 100], [10, 100]], Int64(0), Int64(0)),
      (150, [[0, 0], [10, 100], [10, 60]], 0, 0),
      (209, [[0, 0], [10, 100], [10, 1]], 0, 0),
      (210, [[0, 0], [10, 100], [0, 0]], 10, 0),
      (211, [[0, 0], [10, 99], [0, 0]], 10, 0),
      (310, [[0, 0], [0, 0], [0, 0]], 20, 0),
      (330, [[0, 0], [0, 0], [0, 0]], 20, 20),
    ])
  func prepayment(
    _ amount: Int64, _ unpaid: [[Int64]], _ unearned: Int64, _ credit: Int64
  ) throws {
    for advance in [ModelProfile.Advance.next, .last, .hold] {
      var desk = try Self.desk(ModelProfile(advance: advance))
      try desk.record("2026-02-01", .payment(id: "P1", amount: amount, prepays: true))
      let view = try desk.view(on: "2026-02-01")
      #expect(Self.unpaid(view) == unpaid)
      #expect(view.totals.unearned == unearned)
      #expect(view.credit == credit)
    }
  }

  @Test("credit pays on the due date, though nothing happens that day")
  func creditOnDueDate() throws {
    var desk = try Self.desk(ModelProfile(advance: .hold))
    try desk.record("2026-02-01", .payment(id: "P1", amount: 240, prepays: false))
    for (on, credit, owed) in [
      ("2026-02-01", 130, 220), ("2026-02-27", 130, 220), ("2026-02-28", 20, 110),
      ("2026-03-30", 20, 110), ("2026-03-31", 0, 90), ("2026-04-30", 0, 90),
    ] {
      let view = try desk.view(on: on)
      #expect(view.credit == credit, "\(on)")
      #expect(view.outstanding.total == owed, "\(on)")
    }
    let lines = try desk.view(on: "2026-03-31").lines.filter { $0.key.cause == "credit" }
    #expect(Set(lines.keys.map { dateText($0.day) }) == ["2026-02-28", "2026-03-31"])
  }

  @Test("credit stops what would accrue from the due date on")
  func creditBeforeAccrual() throws {
    var desk = try AccountDesk()
    let items = [
      ModelStatedItem(n: 1, due: day("2026-02-28"), amounts: Parts(principal: 100_000))
    ]
    let terms = ModelTerms(compensatory: .yearly(basisPoints: 3600, days: 360))
    let opening = ModelOpening(items: items, terms: terms, profile: ModelProfile(advance: .hold))
    try desk.record("2026-01-01", .opened(opening))
    try desk.record("2026-02-01", .payment(id: "P1", amount: 60_000, prepays: false))
    // 40 000 accrue from 28 February on, at 0.1 % a day.
    #expect(try desk.view(on: "2026-03-10").outstanding == Parts(interest: 400, principal: 40_000))
    try desk.record("2026-03-10", .payment(id: "P2", amount: 40_400, prepays: false))
    #expect(try desk.view(on: "2026-04-10").status == "paid")
  }

  @Test("credit has its turn before a payment of the same day, and after a charge of it")
  func creditRank() throws {
    var desk = try Self.desk(ModelProfile(advance: .hold))
    try desk.record("2026-02-01", .payment(id: "P1", amount: 160, prepays: false))
    try desk.record("2026-02-10", .payment(id: "P2", amount: 5, prepays: false))
    try desk.record("2026-02-10", .charge(.cost, 30, item: nil))
    let view = try desk.view(on: "2026-02-10")
    #expect(view.credit == 25)
    #expect(view.payments[1].taken == Parts())
    #expect(view.lines.filter { $0.key.part == .cost }.map(\.key.cause) == ["credit"])
  }

  @Test("a closed account's payment is credit, and credit rests until the day after reopening")
  func closed() throws {
    var desk = try Self.desk()
    try desk.record("2026-02-10", .closure(reason: "moved"))
    try desk.record("2026-02-20", .payment(id: "P1", amount: 150, prepays: false))
    try desk.record("2026-03-10", .reopening)
    for (on, credit, status) in [
      ("2026-02-20", 150, "closed"), ("2026-03-09", 150, "closed"), ("2026-03-10", 150, "open"),
      ("2026-03-11", 0, "open"),
    ] {
      let view = try desk.view(on: on)
      #expect(view.credit == credit, "\(on)")
      #expect(view.status == status, "\(on)")
    }
  }

  @Test("what was charged is paid before what accrued; only the rest of it ages")
  func chargedBeforeAccrued() throws {
    var desk = try AccountDesk()
    let items = [
      ModelStatedItem(
        n: 1, due: day("2026-02-28"), amounts: Parts(interest: 50, principal: 10_000))
    ]
    let terms = ModelTerms(compensatory: .yearly(basisPoints: 3600, days: 360))
    try desk.record("2026-02-01", .opened(ModelOpening(items: items, terms: terms)))
    try desk.record("2026-03-10", .payment(id: "P1", amount: 60, prepays: false))
    let view = try desk.view(on: "2026-03-10")
    #expect(view.items[0].accrued.interest == 100)
    #expect(view.items[0].unpaid.interest == 90)
    try desk.record("2026-03-10", .waiver(.principal, 10_000, item: nil))
    #expect(try desk.view(on: "2026-03-10").daysPastDue == 0)
  }

  @Test("waivers and forgiveness take the oldest first and report what is too much")
  func waivers() throws {
    var desk = try Self.desk()
    try desk.record("2026-02-01", .waiver(.interest, 15, item: nil))
    #expect(Self.unpaid(try desk.view(on: "2026-02-01")) == [[0, 100], [5, 100], [10, 100]])
    try desk.record("2026-02-01", .waiver(.principal, 30, item: 3))
    #expect(Self.unpaid(try desk.view(on: "2026-02-01")) == [[0, 100], [5, 100], [10, 70]])
    let forgiven = try desk.record("2026-02-01", .forgiveness(Parts(interest: 20, principal: 150)))
    #expect(Self.unpaid(try desk.view(on: "2026-02-01")) == [[0, 0], [0, 50], [0, 70]])
    let waived = try desk.record("2026-02-01", .waiver(.principal, 80, item: 3))
    let view = try desk.view(on: "2026-02-01")
    #expect(Self.unpaid(view) == [[0, 0], [0, 50], [0, 0]])
    #expect(
      view.ignored == [
        ModelIgnored(seq: forgiven, amount: 5), ModelIgnored(seq: waived, amount: 10),
      ])
  }

  @Test("a charge is its own item, or adds to the latest-made item of its number")
  func charges() throws {
    var desk = try Self.desk()
    try desk.record("2026-02-05", .charge(.cost, 7, item: nil))
    try desk.record("2026-02-05", .charge(.penalty, 3, item: 2))
    let view = try desk.view(on: "2026-02-05")
    #expect(
      view.items.map { "\(dateText($0.due)) \($0.unpaid)" } == [
        "2026-01-31 0/10/0/100", "2026-02-05 0/0/7/0", "2026-02-28 3/10/0/100",
        "2026-03-31 0/10/0/100",
      ])
    let schedule = [ModelStatedItem(n: 2, due: day("2026-06-30"), amounts: Parts(principal: 500))]
    try desk.record("2026-02-06", .schedule(schedule))
    try desk.record("2026-02-07", .charge(.cost, 9, item: 2))
    let after = try desk.view(on: "2026-02-07")
    #expect(after.items.map(\.unpaid) == [Parts(cost: 9, principal: 500)])
    #expect(after.totals.replaced.total == 340)
  }

  @Test("a refund lowers credit; what is more than it is ignored and reported")
  func refund() throws {
    var desk = try Self.desk(ModelProfile(advance: .hold))
    try desk.record("2026-02-01", .payment(id: "P1", amount: 150, prepays: false))
    let refund = try desk.record("2026-02-02", .refund(40))
    #expect(try desk.view(on: "2026-02-02").credit == 0)
    // A charge recorded late takes the credit first: the refund now finds only 10.
    try desk.record("2026-02-02", .charge(.cost, 30, item: nil))
    let view = try desk.view(on: "2026-02-02")
    #expect(view.totals.refunded == 10)
    #expect(view.ignored == [ModelIgnored(seq: refund, amount: 30)])
  }
}

internal import Collections
internal import Testing

/// Sections 4, 5, 6 (grace) and 9: time order, corrections, terms, pauses, life.
@Suite("Time order, corrections and the life of an account")
struct AccountCorrectionTests {
  private static func desk(
    _ items: [(String, Parts)], _ terms: ModelTerms? = nil, _ profile: ModelProfile? = nil
  ) throws -> AccountDesk {
    var desk = try AccountDesk()
    let stated = zip(Int64(1)..., items).map { n, item in
      ModelStatedItem(n: n, due: day(item.0), amounts: item.1)
    }
    try desk.record(
      "2026-01-01", .opened(ModelOpening(items: stated, terms: terms, profile: profile)))
    return desk
  }

  private static let tenth = ModelTerms(compensatory: .yearly(basisPoints: 3600, days: 360))

  @Test("a reversal counts for every day once it is known, and for none before")
  func reversal() throws {
    var desk = try Self.desk([("2026-01-31", Parts(principal: 1000))])
    try desk.record("2026-02-05", .payment(id: "P1", amount: 400, prepays: false))
    let reversal = try desk.record("2026-03-05", .reversal(id: "P1"))
    for (on, knownAt, owed) in [
      ("2026-02-04", reversal, 1000), ("2026-02-05", reversal, 600), ("2026-03-09", reversal, 600),
      ("2026-02-05", reversal + 1, 1000), ("2026-03-09", reversal + 1, 1000),
    ] {
      #expect(try desk.view(on: on, knownAt: knownAt).outstanding.total == Int64(owed))
    }
  }

  @Test("a voided reversal gives the payment back; a void of a void does nothing")
  func voids() throws {
    var desk = try Self.desk([("2026-01-31", Parts(principal: 1000))])
    let payment = try desk.record("2026-02-05", .payment(id: "P1", amount: 400, prepays: false))
    let reversal = try desk.record("2026-02-06", .reversal(id: "P1"))
    let first = try desk.record("2026-02-07", .void(target: reversal))
    let second = try desk.record("2026-02-08", .void(target: first))
    let third = try desk.record("2026-02-09", .void(target: payment))
    try desk.record("2026-02-10", .void(target: payment))
    for (knownAt, owed) in [
      (payment, 1000), (payment + 1, 600), (reversal + 1, 1000), (first + 1, 600),
      (second + 1, 600), (third + 1, 1000), (.max, 1000),
    ] as [(Int64, Int64)] {
      #expect(try desk.view(on: "2026-02-05", knownAt: knownAt).outstanding.total == owed)
    }
  }

  @Test("a payment moved from one item to another is restated, though no component's sum changed")
  func restatedItems() throws {
    var desk = try Self.desk([
      ("2026-01-31", Parts(principal: 400)), ("2026-02-28", Parts(principal: 400)),
    ])
    let payment = try desk.record("2026-03-05", .payment(id: "P1", amount: 400, prepays: false))
    let late = try desk.record("2026-03-01", .payment(id: "P2", amount: 400, prepays: false))
    let found = try desk.restatements("A1", on: day("2026-03-05"), knownAt: .max)
    #expect(found.map(\.event) == [payment] && found.map(\.cause) == [late])
    #expect(found.allSatisfy { $0.before == $0.after })
    #expect(found == desk.model.restatements(of: "A1", on: day("2026-03-05"), knownAt: .max))
  }

  @Test(
    "a waiver and forgiveness that a late payment moves are restated, also from nothing and to it")
  func restatedWaivers() throws {
    var desk = try Self.desk([
      ("2026-01-31", Parts(cost: 50, principal: 400)), ("2026-02-28", Parts(principal: 400)),
    ])
    let waiver = try desk.record("2026-03-05", .waiver(.cost, 50, item: nil))
    let forgiven = try desk.record("2026-03-06", .forgiveness(Parts(principal: 100)))
    let late = try desk.record("2026-03-01", .payment(id: "P1", amount: 450, prepays: false))
    let back = try desk.record("2026-03-07", .reversal(id: "P1"))
    let (end, cost) = (day("2026-03-07"), Parts(cost: 50))
    func moved(_ event: Int64, _ by: Int64, _ before: Parts, _ after: Parts) -> Restated {
      Restated(
        event: event, cause: by, before: before, after: after, creditBefore: 0, creditAfter: 0)
    }
    let principal = Parts(principal: 100)
    let found = try desk.restatements("A1", on: end, knownAt: .max)
    #expect(
      found == [
        moved(waiver, late, cost, Parts()), moved(forgiven, late, principal, principal),
        moved(waiver, back, Parts(), cost), moved(forgiven, back, principal, principal),
      ])
    #expect(found == desk.model.restatements(of: "A1", on: end, knownAt: .max))
  }

  @Test("an account whose opening was voided is not there")
  func voidedOpening() throws {
    var desk = try Self.desk([("2026-01-31", Parts(principal: 1000))])
    let void = try desk.record("2026-02-05", .void(target: 1))
    #expect(try desk.folded("A1", on: day("2026-02-05"), knownAt: void) != nil)
    #expect(try desk.folded("A1", on: day("2026-02-05"), knownAt: void + 1) == nil)
    #expect(try desk.folded("A1", on: day("2025-12-31"), knownAt: void) == nil)
    #expect(try desk.folded("A1", on: day("2026-01-01"), knownAt: 1) == nil)
  }

  @Test(
    "a charge-back gives back what the payment took, last taken first, then lowers credit",
    arguments: [
      // amounts                  given back                                credit  ignored
      ([Int64(50)], [Parts(principal: 50)], Int64(200), Int64(0)),
      ([120], [Parts(interest: 20, principal: 100)], 200, 0),
      ([60, 60], [Parts(principal: 60), Parts(interest: 20, principal: 40)], 200, 0),
      ([150], [Parts(penalty: 10, interest: 40, principal: 100)], 200, 0),
      ([200], [Parts(penalty: 10, interest: 40, principal: 100)], 150, 0),
      ([350], [Parts(penalty: 10, interest: 40, principal: 100)], 0, 0),
      ([350, 5], [Parts(penalty: 10, interest: 40, principal: 100)], 0, 5),
    ])
  func chargeback(
    _ amounts: [Int64], _ given: [Parts], _ credit: Int64, _ ignored: Int64
  ) throws {
    let owed = Parts(penalty: 10, interest: 40, principal: 100)
    var desk = try Self.desk([("2026-01-31", owed)], nil, ModelProfile(advance: .hold))
    try desk.record("2026-02-05", .payment(id: "P1", amount: 350, prepays: false))
    for amount in amounts {
      try desk.record("2026-02-20", .chargeback(id: "P1", amount: amount))
    }
    let view = try desk.view(on: "2026-02-20")
    let back = view.items.dropFirst()
    #expect(back.map(\.stated) == given)
    #expect(back.allSatisfy { dateText($0.due) == "2026-02-20" && $0.unpaid == $0.stated })
    #expect(view.credit == credit)
    #expect(view.ignored.map(\.amount) == (ignored == 0 ? [] : [ignored]))
    #expect(view.payments[0].chargedBack == amounts.reduce(0, +) - ignored)
    // Nothing is given back of a payment that was never received.
    try desk.record("2026-02-21", .reversal(id: "P1"))
    #expect(try desk.view(on: "2026-02-21").outstanding == owed)
  }

  @Test("a charge-back does not reach what credit paid later")
  func chargebackOfCredit() throws {
    var desk = try Self.desk(
      [("2026-01-31", Parts(principal: 100)), ("2026-02-28", Parts(principal: 70))], nil,
      ModelProfile(advance: .hold))
    try desk.record("2026-02-05", .payment(id: "P1", amount: 180, prepays: false))
    let back = try desk.record("2026-03-05", .chargeback(id: "P1", amount: 180))
    let view = try desk.view(on: "2026-03-05")
    #expect(view.outstanding == Parts(principal: 100))
    #expect(view.credit == 0)
    #expect(view.ignored == [ModelIgnored(seq: back, amount: 70)])
  }

  @Test("changed terms hold from their day on; each day counts at its own rate")
  func termsChange() throws {
    var desk = try Self.desk([("2026-01-31", Parts(principal: 100_000))], Self.tenth)
    let none = ModelTerms()
    let daily = ModelTerms(penal: .daily(partsPerBillion1000: 2_000_000_000))
    try desk.record("2026-02-10", .terms(none))
    try desk.record("2026-02-20", .terms(daily))
    for (on, interest, penalty) in [
      ("2026-02-09", 900, 0), ("2026-02-10", 1000, 0), ("2026-02-11", 1000, 0),
      ("2026-02-20", 1000, 0), ("2026-02-21", 1000, 200), ("2026-02-25", 1000, 1000),
    ] as [(String, Int64, Int64)] {
      let expected = Parts(penalty: penalty, interest: interest, principal: 100_000)
      #expect(try desk.view(on: on).outstanding == expected, "\(on)")
    }
  }

  @Test("nothing accrues in a pause that stops it, or while closed")
  func stopped() throws {
    var desk = try Self.desk([("2026-01-31", Parts(principal: 100_000))], Self.tenth)
    try desk.record("2026-02-10", .pause(to: day("2026-02-19"), stops: true))
    try desk.record("2026-02-15", .moratorium(to: day("2026-03-31"), stops: true))
    try desk.record("2026-03-01", .moratoriumEnd)
    try desk.record("2026-03-05", .pause(to: day("2026-03-06"), stops: false))
    try desk.record("2026-03-11", .closure(reason: "moved"))
    try desk.record("2026-03-21", .reopening)
    for (on, interest, days) in [
      ("2026-02-10", 1000, 10), ("2026-02-20", 1000, 10), ("2026-03-01", 1000, 10),
      ("2026-03-02", 1100, 11), ("2026-03-11", 2000, 18), ("2026-03-21", 2000, 28),
      ("2026-03-22", 2100, 29),
    ] as [(String, Int64, Int)] {
      let view = try desk.view(on: on)
      #expect(view.outstanding.interest == interest, "\(on)")
      #expect(view.daysPastDue == days, "\(on)")
    }
  }

  @Test("grace moves unpaid items due from its first day on by its length, and rolls them")
  func grace() throws {
    let items = [
      ("2026-03-09", Parts(principal: 5)), ("2026-03-10", Parts(principal: 10)),
      ("2026-03-24", Parts(principal: 20)), ("2026-04-23", Parts(principal: 30)),
    ]
    for (rolls, moved) in [
      (false, ["2026-03-09", "2026-03-20", "2026-04-03", "2026-05-03"]),
      (true, ["2026-03-09", "2026-03-20", "2026-04-06", "2026-05-04"]),
    ] {
      var terms = Self.tenth
      terms.rolls = rolls
      var desk = try Self.desk(items, terms, ModelProfile(advance: .last))
      try desk.record("2026-03-10", .grace(to: day("2026-03-19"), stops: true))
      #expect(try desk.view(on: "2026-03-10").items.map { dateText($0.due) } == moved)
      #expect(try desk.view(on: "2026-03-19").daysPastDue == 1)
      #expect(try desk.view(on: "2026-03-21").daysPastDue == 2)
      // With the last item paid before it, that one stays where it was.
      try desk.record("2026-03-01", .payment(id: "P1", amount: 30, prepays: false))
      let view = try desk.view(on: "2026-03-10")
      #expect(view.items.filter { $0.unpaid == Parts() }.map { dateText($0.due) } == ["2026-04-23"])
    }
  }

  @Test(
    "with roll, every item made falls due on a business day",
    arguments: [
      // stated       due
      ("2026-03-31", "2026-03-31"), ("2026-04-02", "2026-04-06"), ("2026-05-01", "2026-05-04"),
      ("2026-05-31", "2026-06-01"), ("2026-07-28", "2026-07-30"), ("2026-12-08", "2026-12-10"),
    ])
  func roll(_ stated: String, _ due: String) throws {
    let terms = ModelTerms(rolls: true)
    var desk = try Self.desk([(stated, Parts(principal: 100))], terms)
    #expect(try desk.view(on: "2026-01-01").items.map { dateText($0.due) } == [due])
    // A charge of its own rolls as well; what stands does not move when the terms change.
    try desk.record(stated, .charge(.cost, 5, item: nil))
    try desk.record(stated, .terms(ModelTerms()))
    try desk.record(stated, .charge(.cost, 6, item: nil))
    let items = try desk.view(on: stated).items
    #expect(items.filter { $0.stated.cost != 6 }.allSatisfy { dateText($0.due) == due })
    #expect(items.filter { $0.stated.cost == 6 }.map { dateText($0.due) } == [stated])
  }

  @Test("money never wraps: what would leave its range is refused and changes nothing")
  func overflow() throws {
    var desk = try Self.desk([("2026-01-31", Parts(principal: largestAmount - 10))])
    try desk.record("2026-02-01", .charge(.cost, 10, item: nil))
    let before = try desk.view(on: "2026-02-02")
    #expect(before.outstanding.total == largestAmount)
    #expect(throws: RuleError(.overflow)) {
      try desk.record("2026-02-02", .charge(.penalty, 1, item: nil))
    }
    #expect(try desk.view(on: "2026-02-02") == before)
    // Accrual may pass the range later: that is an error of the question, not a wrong answer.
    try desk.record("2026-02-01", .terms(Self.tenth))
    #expect(throws: RuleError(.overflow)) { try desk.folded("A1", on: day("2026-03-01")) }
    #expect(try desk.view(on: "2026-02-01").outstanding == before.outstanding)
  }

  @Test("status follows closing, selling, reopening, paying and writing off")
  func status() throws {
    var desk = try Self.desk([("2026-01-31", Parts(principal: 100))])
    let steps: [(String, ModelFact, String)] = [
      ("2026-02-01", .writeOff, "writtenOff"),
      ("2026-02-02", .payment(id: "P1", amount: 60, prepays: false), "writtenOff"),
      ("2026-02-03", .closure(reason: "moved"), "closed"),
      ("2026-02-04", .reopening, "writtenOff"),
      ("2026-02-05", .writeOffReversed, "open"),
      ("2026-02-06", .payment(id: "P2", amount: 40, prepays: false), "paid"),
      ("2026-02-07", .writeOff, "paid"),
      ("2026-02-08", .sale(buyer: "B1"), "closed"),
      ("2026-02-09", .reopening, "paid"),
      ("2026-02-10", .charge(.cost, 1, item: nil), "writtenOff"),
    ]
    for (on, fact, _) in steps { try desk.record(on, fact) }
    #expect(try desk.view(on: "2026-01-31").status == "open")
    for (on, _, status) in steps { #expect(try desk.view(on: on).status == status, "\(on)") }
    #expect(try desk.view(on: "2026-02-10").totals.recovered == 60)
  }
}

internal import Collections
internal import Testing

/// Section 8: days past due, buckets, classes.
@Suite("Days past due, buckets, classification")
struct AccountAgingTests {
  @Test(
    "buckets meet without gap",
    arguments: [
      (-1, "0"), (0, "0"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
      (61, "61-90"), (90, "61-90"), (91, "91-120"), (120, "91-120"), (121, "121-180"),
      (180, "121-180"), (181, "181-365"), (365, "181-365"), (366, "366+"), (9999, "366+"),
    ])
  func buckets(_ days: Int, _ name: String) {
    #expect(AgingBucket(daysPastDue: days).name == name)
  }

  @Test(
    "the classes' edges and provisions (SBS Res. 11356-2008)",
    arguments: [
      // days  consumer      bp      mortgage      bp
      (0, "Normal", 100, "Normal", 70),
      (8, "Normal", 100, "Normal", 70),
      (9, "CPP", 500, "Normal", 70),
      (30, "CPP", 500, "Normal", 70),
      (31, "Deficiente", 2500, "CPP", 500),
      (60, "Deficiente", 2500, "CPP", 500),
      (61, "Dudoso", 6000, "Deficiente", 2500),
      (120, "Dudoso", 6000, "Deficiente", 2500),
      (121, "Perdida", 10_000, "Dudoso", 6000),
      (365, "Perdida", 10_000, "Dudoso", 6000),
      (366, "Perdida", 10_000, "Perdida", 10_000),
    ])
  func classes(
    _ days: Int, _ consumer: String, _ consumerBp: Int64, _ mortgage: String, _ mortgageBp: Int64
  ) throws {
    let date = CivilDate(days: Int32(day("2026-06-30")))
    for product in Product.allCases {
      let found = ClassificationTable.classify(product, daysPastDue: days, on: date)
      switch product {
      case .consumer, .card, .micro, .small:
        #expect(found?.0.name == consumer)
        #expect(found?.provisionBp == consumerBp)
      case .mortgage:
        #expect(found?.0.name == mortgage)
        #expect(found?.provisionBp == mortgageBp)
      case .telecom, .utility, .fine, .other: #expect(found == nil)
      }
    }
  }

  /// An account of one item of 524.20 due on 15 March.
  private static func account(_ product: String) throws -> AccountDesk {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-03-15"), amounts: Parts(principal: 52_420))
    try desk.record("2026-03-01", .opened(ModelOpening(items: [item], product: product)))
    return desk
  }

  @Test(
    "due 15 March: CPP from 24 March, Deficiente from 15 April, Dudoso from 15 May, Pérdida from 14 July",
    arguments: [
      // day         days past due  class         provision
      ("2026-03-15", 0, "Normal", Int64(524)),
      ("2026-03-16", 1, "Normal", 524),
      ("2026-03-23", 8, "Normal", 524),
      ("2026-03-24", 9, "CPP", 2621),
      ("2026-04-14", 30, "CPP", 2621),
      ("2026-04-15", 31, "Deficiente", 13_105),
      ("2026-05-14", 60, "Deficiente", 13_105),
      ("2026-05-15", 61, "Dudoso", 31_452),
      ("2026-07-13", 120, "Dudoso", 31_452),
      ("2026-07-14", 121, "Perdida", 52_420),
    ])
  func fromMarch(_ on: String, _ days: Int, _ name: String, _ provision: Int64) throws {
    var desk = try Self.account("consumer")
    #expect(try desk.view(on: on).daysPastDue == days)
    let found = try Self.classification(desk, on)
    #expect(found?.0.name == name)
    #expect(found?.provision == provision)
  }

  @Test(
    "the same as a mortgage",
    arguments: [
      ("2026-03-15", "Normal", Int64(367)),  // 3.669, rounded
      ("2026-04-14", "Normal", 367),
      ("2026-04-15", "CPP", 2621),
      ("2026-05-15", "Deficiente", 13_105),
      ("2026-07-14", "Dudoso", 31_452),
      ("2027-03-15", "Dudoso", 31_452),
      ("2027-03-16", "Perdida", 52_420),
    ])
  func mortgage(_ on: String, _ name: String, _ provision: Int64) throws {
    let found = try Self.classification(try Self.account("mortgage"), on)
    #expect(found?.0.name == name)
    #expect(found?.provision == provision)
  }

  @Test("a fine has no class, and the SBS's table none before July 2010")
  func noTable() throws {
    #expect(try Self.classification(try Self.account("fine"), "2026-07-14") == nil)
    let before = CivilDate(days: Int32(day("2010-06-30")))
    #expect(ClassificationTable.classify(.consumer, daysPastDue: 0, on: before) == nil)
    #expect(ClassificationTable.classify(.consumer, daysPastDue: 0, on: before + 1) != nil)
  }

  private static func classification(
    _ desk: AccountDesk, _ on: String
  ) throws -> (Classification, provision: Int64)? {
    var fold = AccountFold()
    let number = try #require(desk.book.accounts.find("A1"))
    let date = CivilDate(days: Int32(day(on)))
    let isOpen = try fold.fold(
      number, of: desk.book, on: date, knownAt: .max,
      calendar: desk.book.calendar(on: date, knownAt: .max))
    #expect(isOpen)
    return try fold.classification(
      daysPastDue: fold.daysPastDue, outstanding: try fold.outstanding())
  }

  @Test(
    "an item ages while scheduled principal and interest are above the materiality",
    arguments: [
      // owed                                          materiality  days past due
      (Parts(principal: 1), Int64(0), 10),
      (Parts(interest: 1), 0, 10),
      (Parts(penalty: 500), 0, 0),
      (Parts(cost: 500), 0, 0),
      (Parts(interest: 300, principal: 200), 500, 0),
      (Parts(interest: 301, principal: 200), 500, 10),
      (Parts(penalty: 900, interest: 300, cost: 900, principal: 200), 500, 0),
    ])
  func materiality(_ owed: Parts, _ materiality: Int64, _ days: Int) throws {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-03-15"), amounts: owed)
    let terms = ModelTerms(
      compensatory: .yearly(basisPoints: 100_000, days: 360), materiality: materiality)
    try desk.record("2026-03-01", .opened(ModelOpening(items: [item], terms: terms)))
    let view = try desk.view(on: "2026-03-25")
    #expect(view.daysPastDue == days)
    #expect(view.overdue.principal == owed.principal)
  }

  @Test("what accrued does not age once the scheduled part is paid")
  func accrualDoesNotAge() throws {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-03-15"), amounts: Parts(principal: 10_000))
    let terms = ModelTerms(compensatory: .yearly(basisPoints: 36_000, days: 360))
    let profile = ModelProfile(order: [.principal, .interest, .cost, .penalty])
    try desk.record(
      "2026-03-01", .opened(ModelOpening(items: [item], terms: terms, profile: profile)))
    try desk.record("2026-03-25", .payment(id: "P1", amount: 10_000, prepays: false))
    let view = try desk.view(on: "2026-03-30")
    #expect(view.outstanding == Parts(interest: 1000))
    #expect(view.daysPastDue == 0)
    #expect(view.status == "open")
  }

  @Test(
    "paused days do not count; overlapping pauses count once",
    arguments: [
      // pauses, from and to                                         days past due on 14 April
      ([(String, String)](), 30),
      ([("2026-03-20", "2026-03-29")], 20),
      ([("2026-03-20", "2026-03-29"), ("2026-03-25", "2026-03-31")], 18),
      ([("2026-03-20", "2026-03-29"), ("2026-03-22", "2026-03-23")], 20),
      ([("2026-03-20", "2026-03-29"), ("2026-03-30", "2026-03-30")], 19),
      ([("2026-03-05", "2026-03-15")], 29),  // only the due date itself is in both
      ([("2026-03-05", "2026-03-14")], 30),
      ([("2026-04-14", "2026-04-30")], 30),  // the day itself is not counted yet
      ([("2026-04-13", "2026-04-30")], 29),
      ([("2026-03-02", "2026-05-30")], 0),
    ])
  func pauses(_ spans: [(String, String)], _ days: Int) throws {
    for recordedLastFirst in [false, true] {
      var desk = try Self.account("consumer")
      for (from, to) in recordedLastFirst ? spans.reversed() : spans {
        try desk.record(from, .pause(to: day(to), stops: false))
      }
      #expect(try desk.view(on: "2026-04-14").daysPastDue == days)
    }
  }

  @Test("the oldest ageing item counts, whatever order things were recorded in")
  func oldest() throws {
    var desk = try Self.account("consumer")
    try desk.record("2026-03-20", .charge(.principal, 100, item: nil))
    #expect(try desk.view(on: "2026-04-14").daysPastDue == 30)
    try desk.record("2026-04-10", .payment(id: "P1", amount: 52_420, prepays: false))
    #expect(try desk.view(on: "2026-04-14").daysPastDue == 25)
    try desk.record("2026-04-12", .closure(reason: "settled elsewhere"))
    #expect(try desk.view(on: "2026-04-14").daysPastDue == 25, "closure does not stop it")
  }
}

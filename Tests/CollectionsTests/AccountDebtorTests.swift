internal import Collections
internal import Testing

/// What is recorded of a person reaches every account she owes (sections 8 and 9), and no other.
@Suite("What befalls a debtor and reaches her accounts")
struct AccountDebtorTests {
  /// Two accounts of one debtor, each of one item of 1,000.00 due on 31 January at 36 % a year.
  private static func desk() throws -> AccountDesk {
    var desk = try AccountDesk()
    let item = ModelStatedItem(n: 1, due: day("2026-01-31"), amounts: Parts(principal: 100_000))
    let terms = ModelTerms(compensatory: .yearly(basisPoints: 3600, days: 360))
    for account in ["A1", "A2"] {
      try desk.record(
        "2026-01-01", .opened(ModelOpening(items: [item], terms: terms)), account: account)
    }
    return desk
  }

  @Test("her moratorium stops the days and the interest of each, from its first day to its last")
  func moratorium() throws {
    var desk = try Self.desk()
    let seq = try desk.record(
      "2026-02-10", .moratorium(to: day("2026-02-19"), stops: true), isOfDebtor: true)
    for (on, interest, days) in [
      ("2026-02-10", 1000, 10), ("2026-02-11", 1000, 10), ("2026-02-20", 1000, 10),
      ("2026-02-21", 1100, 11),
    ] as [(String, Int64, Int)] {
      for account in ["A1", "A2"] {
        let view = try desk.view(on: on, account: account)
        #expect(view.outstanding.interest == interest && view.daysPastDue == days, "\(on)")
      }
    }
    #expect(try desk.view(on: "2026-02-20", knownAt: seq).daysPastDue == 20)
    try desk.record("2026-02-21", .void(target: seq))
    #expect(try desk.view(on: "2026-02-20").daysPastDue == 20)
  }

  @Test("an end on her stream ends hers alone, one on the account's stream that account's own")
  func ends() throws {
    var desk = try Self.desk()
    let to = day("2026-03-31")
    try desk.record("2026-02-05", .moratorium(to: to, stops: false), isOfDebtor: true)
    try desk.record("2026-02-05", .moratorium(to: to, stops: false))
    try desk.record("2026-02-15", .moratoriumEnd, isOfDebtor: true)
    #expect(try desk.view(on: "2026-02-20").daysPastDue == 5)
    #expect(try desk.view(on: "2026-02-20", account: "A2").daysPastDue == 10)
    try desk.record("2026-02-16", .moratoriumEnd)
    #expect(try desk.view(on: "2026-02-20").daysPastDue == 9)
  }

  @Test(
    "one begun before an account opened holds for it, unless it ended before; nothing else shows")
  func before() throws {
    var desk = try AccountDesk()
    try desk.record(
      "2025-12-01", .moratorium(to: day("2026-02-09"), stops: true), isOfDebtor: true)
    let item = ModelStatedItem(n: 1, due: day("2026-01-31"), amounts: Parts(principal: 100_000))
    try desk.record("2026-01-01", .opened(ModelOpening(items: [item])))
    #expect(try desk.view(on: "2026-02-12").daysPastDue == 2)
    #expect(try desk.folded("A1", on: day("2025-12-31")) == nil)
    try desk.record("2025-12-20", .moratoriumEnd, isOfDebtor: true)
    #expect(try desk.view(on: "2026-02-12").daysPastDue == 12)
  }

  @Test("one recorded late restates what was paid meanwhile, and is named as the cause")
  func restates() throws {
    var desk = try Self.desk()
    let payment = try desk.record("2026-02-20", .payment(id: "P1", amount: 5000, prepays: false))
    let late = try desk.record(
      "2026-02-01", .moratorium(to: day("2026-02-19"), stops: true), isOfDebtor: true)
    let found = try desk.restatements("A1", on: day("2026-03-01"), knownAt: .max)
    #expect(found.map(\.event) == [payment] && found.map(\.cause) == [late])
    #expect(found == desk.model.restatements(of: "A1", on: day("2026-03-01"), knownAt: .max))
    #expect(try desk.restatements("A2", on: day("2026-03-01"), knownAt: .max) == [])
  }

  @Test("an account opened anew for another person is paused by that one's moratorium alone")
  func otherDebtor() throws {
    var book = AccountBook()
    var reader = FieldReader()
    func take(_ type: EventType, _ seq: Int64, _ on: String, _ stream: String, _ data: String)
      throws
    {
      let (name, bytes) = (Array(stream.utf8), Array(data.utf8))
      _ = try book.apply(
        type, seq: seq, effective: try #require(CivilDate(on)), stream: name.span,
        0..<name.count, bytes.span, 0..<bytes.count, &reader)
    }
    func open(_ subject: String, _ seq: Int64) throws {
      try take(
        .accountOpened, seq, "2026-01-01", "account/A1",
        #"{"account":"A1","creditor":"C","currency":"PEN","items":[{"dueOn":"2026-01-31","n":1,"#
          + #""principal":1000}],"product":"consumer","subject":"\#(subject)"}"#)
    }
    try take(
      .moratoriumStarted, 1, "2026-02-01", "subject/S-1",
      #"{"from":"2026-02-01","kind":"law","to":"2026-02-05"}"#)
    try open("S-1", 2)
    try take(
      .eventVoided, 3, "2026-01-02", "account/A1", #"{"approver":"u","reason":"r","target":2}"#)
    try open("S-2", 4)
    try take(
      .moratoriumStarted, 5, "2026-02-01", "subject/S-2",
      #"{"from":"2026-02-01","kind":"law","to":"2026-02-07"}"#)
    let date = try #require(CivilDate("2026-02-10"))
    var timeline = AccountTimeline(account: 0)
    for (knownAt, days) in [(Int64(3), 5), (4, nil), (5, 10), (6, 3)] as [(Int64, Int?)] {
      let isOpen = try timeline.advance(to: knownAt, of: book, on: date)
      #expect((isOpen ? timeline.fold.daysPastDue : nil) == days, "known at \(knownAt)")
      var fold = AccountFold()
      let calendar = book.calendar(on: date, knownAt: knownAt)
      let wasOpen = try fold.fold(0, of: book, on: date, knownAt: knownAt, calendar: calendar)
      #expect((wasOpen ? fold.daysPastDue : nil) == days, "known at \(knownAt)")
    }
    #expect(book.subjects(of: 0) == ["S-2", "S-1"])
  }
}

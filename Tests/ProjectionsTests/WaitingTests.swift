import Collections
import EventStore
import Projections
import Support
import Testing

/// Who waits for a person: told by hand beside the events.
@Suite("Waiting for a person")
struct WaitingTests {
  private static let portal = (id: "portal", kind: "system")
  private static let bot = (id: "b-1", kind: "bot")
  private static let person = (id: "u-1", kind: "person")

  /// What waits, as `reason subject account time`, with so many of the events known.
  private func waiting(_ log: EventLines, knownAt: Int64? = nil) throws -> [String] {
    let model = try log.model()
    var book = DealingBook()
    var reader = FieldReader()
    for line in log.lines {
      try book.apply(try EventEnvelope(parsing: line.span), line.span, &reader)
    }
    let day = try #require(CivilDate("2025-04-30"))
    return try WaitingList(book, model.accounts, on: day, knownAt: knownAt ?? model.size).waits.map
    {
      "\($0.reason) \($0.subject) \($0.account ?? "-") \($0.since.text.dropFirst(11).prefix(5))"
    }
  }

  @Test("those for whom no person did anything since, and payments that did not come in")
  func list() throws {
    var log = EventLines()
    for (account, subject) in [("A", "S-1"), ("B", "S-1"), ("C", "S-2"), ("D", "S-3")] {
      log.add(
        "AccountOpened", "account/\(account)", "2025-01-31",
        #"{"account":"\#(account)","creditor":"bank","currency":"PEN","items":[{"dueOn":"2025-03-01","#
          + #""n":1,"principal":100000}],"product":"consumer","subject":"\#(subject)"}"#)
    }
    func add(
      _ type: String, _ stream: String, _ at: String, _ data: String,
      by actor: (id: String, kind: String), subject: String? = nil, on day: String = "2025-04-02"
    ) {
      log.add(type, stream, day, data, subject: subject, by: actor, at: at)
    }
    func dispute(_ id: String) -> String {
      #"{"dispute":"\#(id)","reason":"r","scope":"amount"}"#
    }
    func told(_ id: String, _ amount: Int) -> String {
      #"{"amount":\#(amount),"channel":"portal","on":"2025-04-02","payment":"\#(id)"}"#
    }
    func paid(_ id: String, _ amount: Int) -> String {
      #"{"amount":\#(amount),"currency":"PEN","method":"cash","payment":"\#(id)"}"#
    }
    add("BotHandedOff", "account/A", "08:00:00", #"{"reason":"r"}"#, by: Self.bot, subject: "S-1")
    // A person came to her, on her other account; what she said after that waits.
    add(
      "ContactAttempted", "account/B", "09:30:00",
      #"{"channel":"visit","contact":"v","direction":"outbound","localAt":"2025-04-02T10:00:00-05:00"}"#,
      by: Self.person)
    add("DisputeOpened", "account/C", "10:00:00", dispute("d1"), by: Self.portal, subject: "S-2")
    // Who disputes before a person has one.
    add("DisputeOpened", "account/D", "10:30:00", dispute("d2"), by: Self.person, subject: "S-3")
    add(
      "PaymentReported", "account/C", "11:00:00", told("t1", 7_000), by: Self.portal, subject: "S-2"
    )
    add(
      "PaymentReported", "account/D", "11:30:00", told("t2", 5_000), by: Self.portal, subject: "S-3"
    )
    add("HardshipDeclared", "subject/S-1", "12:00:00", #"{"from":"2025-04-01"}"#, by: Self.portal)
    let before = Int64(log.lines.count)
    // As much as she told of, but before; as much, and after.
    add(
      "PaymentReceived", "account/C", "13:00:00", paid("p1", 7_000), by: Self.bot, on: "2025-04-01")
    add(
      "PaymentReceived", "account/D", "13:00:00", paid("p2", 5_000), by: Self.bot, on: "2025-04-03")
    let waits = ["dispute S-2 C 10:00", "payment S-2 C 11:00", "hardship S-1 - 12:00"]
    #expect(try waiting(log) == waits)
    #expect(
      try waiting(log, knownAt: before)
        == [waits[0], waits[1], "payment S-3 D 11:30", waits[2]])
    // One payment stands for one of two that were told of.
    add(
      "PaymentReported", "account/D", "13:30:00", told("t3", 5_000), by: Self.portal, subject: "S-3"
    )
    #expect(try waiting(log) == waits + ["payment S-3 D 13:30"])
    add(
      "DisputeResolved", "account/C", "14:00:00", #"{"decision":"upheld","dispute":"d1"}"#,
      by: Self.person)
    #expect(try waiting(log) == [waits[2], "payment S-3 D 13:30"])
  }

  @Test("a payment stands for what each person told of it, and once for each")
  func tellers() throws {
    var log = EventLines()
    log.add(
      "AccountOpened", "account/A", "2025-01-31",
      #"{"account":"A","creditor":"bank","currency":"PEN","items":[{"dueOn":"2025-03-01","n":1,"#
        + #""principal":100000}],"product":"consumer","subject":"S-1"}"#)
    for (id, subject) in [("t1", "S-1"), ("t2", "S-2"), ("t3", "S-2")] {
      log.add(
        "PaymentReported", "account/A", "2025-04-02",
        #"{"amount":5000,"channel":"portal","on":"2025-04-02","payment":"\#(id)"}"#,
        subject: subject, by: Self.portal, at: "1\(id.last ?? "0"):00:00")
    }
    let told = ["payment S-1 A 11:00", "payment S-2 A 12:00", "payment S-2 A 13:00"]
    #expect(try waiting(log) == told)
    log.add(
      "PaymentReceived", "account/A", "2025-04-03",
      #"{"amount":5000,"currency":"PEN","method":"cash","payment":"p"}"#, by: Self.bot,
      at: "14:00:00")
    #expect(try waiting(log) == [told[2]])
  }
}

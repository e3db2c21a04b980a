internal import CanonicalJSON
internal import Testing

/// What is recorded of a person, seen from the accounts she owes.
@Suite("End to end: a debtor's moratoriums, holds and disputes")
struct EndToEndDebtorTests {
  private static func event(
    _ type: String, _ subject: String, on day: String, _ fields: String
  ) -> String {
    #"{"type":"\#(type)","stream":"subject/\#(subject)","effective":"\#(day)","#
      + #""key":"\#(type):\#(subject)","data":{\#(fields)}}"#
  }

  private static func ledger() throws -> TemporaryLedger {
    try TemporaryLedger(recording: [
      DraftLine.opened("A"), DraftLine.opened("B"),
      DraftLine.opened("C").replacing("S-1", with: "S-2"),
      event(
        "MoratoriumStarted", "S-1", on: "2025-02-05",
        #""kind":"law","from":"2025-02-05","to":"2025-02-14","stopsAccrual":true"#),
      event(
        "HoldPlaced", "S-1", on: "2025-02-06", #""hold":"h","kind":"complaint","reason":"open""#),
      event(
        "DisputeOpened", "S-2", on: "2025-02-06",
        #""dispute":"d","scope":"amount","reason":"twice""#),
    ])
  }

  @Test("show, portfolio and history tell of them on each account she owes, and on no other")
  func reach() throws {
    let ledger = try Self.ledger()
    for (account, days, holds) in [("A", 10, ["h"]), ("B", 10, ["h"]), ("C", 20, ["d"])] {
      let json = try ledger.run("show \(account) --on 2025-02-20 --json").json
      #expect(json["daysPastDue"]?.integerValue == Int64(days), "\(account)")
      let found = json["holds"]?.arrayValue ?? []
      #expect(found.map { ($0["hold"] ?? $0["dispute"])?.stringValue } == holds, "\(account)")
      #expect(found.allSatisfy { $0["of"]?.stringValue == "debtor" })
      #expect(try ledger.run("show \(account) --on 2025-02-20").output.contains(holds[0]))
    }
    let events = try ledger.run("history A --json").json["events"]?.arrayValue ?? []
    #expect(
      events.map { $0["stream"]?.stringValue } == ["account/A", "subject/S-1", "subject/S-1"])
    let text = try ledger.run("history A").output
    #expect(text.contains("MoratoriumStarted") && text.contains(" on subject/S-1 by "), "\(text)")
    let spanish = try ledger.run("history A --lang es").output
    #expect(spanish.contains(" en subject/S-1 por "), "\(spanish)")
    #expect(!(try ledger.run("history C").output.contains("MoratoriumStarted")))
  }

  @Test("a void or a lifting on her stream takes them from all her accounts")
  func takenBack() throws {
    let ledger = try Self.ledger()
    try ledger.record([
      Self.event(
        "EventVoided", "S-1", on: "2025-02-21", #""target":4,"reason":"wrong","approver":"u-2""#),
      Self.event("HoldLifted", "S-1", on: "2025-02-20", #""hold":"h""#),
    ])
    for account in ["A", "B"] {
      let json = try ledger.run("show \(account) --on 2025-02-20 --json").json
      #expect(json["daysPastDue"]?.integerValue == 20)
      #expect(json["holds"]?.arrayValue == [])
      #expect(json["facts"]?.arrayValue?.first?["endedOn"]?.stringValue == "2025-02-20")
    }
    let events = try ledger.run("history B --json").json["events"]?.arrayValue ?? []
    #expect(events.compactMap { $0["voidedBy"]?.integerValue } == [7])
  }
}

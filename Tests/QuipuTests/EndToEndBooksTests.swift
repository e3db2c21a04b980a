internal import CanonicalJSON
internal import Testing

/// Ledger-rules, sections 7 and 9: what cannot be so when it is recorded.
@Suite("End to end: off the books once, promised for later")
struct EndToEndBooksTests {
  private func refusal(_ draft: String, _ ledger: TemporaryLedger) throws -> [String?] {
    let before = try ledger.files()
    let run = try ledger.record(bytes: Array((draft + "\n").utf8), "--json")
    #expect(run.exit == 3)
    #expect(try ledger.files() == before)
    return [try run.failure.code, try run.failure["field"]]
  }

  @Test("an account is written off once, and taken back once")
  func writeOff() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A", principal: 1_000)])
    func event(_ type: String, _ key: String, _ day: String) -> String {
      DraftLine.event(type, "A", key, on: day, "")
    }
    #expect(
      try refusal(event("WriteOffReversed", "r0", "2025-03-01"), ledger)
        == ["not_written_off", "type"])
    try ledger.record([event("WrittenOff", "w1", "2025-03-10")])
    #expect(
      try refusal(event("WrittenOff", "w2", "2025-03-11"), ledger)
        == ["already_written_off", "type"])
    // For a day on which it was not yet: that one is the write-off, and the other adds nothing.
    try ledger.record([event("WrittenOff", "w3", "2025-03-05")])
    let history = try ledger.run("history A --on 2025-04-01").output
    #expect(history.contains("2025-03-05  written off") && !history.contains("2025-03-10  written"))
    try ledger.record([event("WriteOffReversed", "r1", "2025-03-20")])
    #expect(
      try refusal(event("WriteOffReversed", "r2", "2025-03-21"), ledger)
        == ["not_written_off", "type"])
  }

  @Test("a promise is due on the day it is made or later, and a cancelled one is over")
  func promises() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A", principal: 1_000)])
    func made(_ due: String) -> String {
      DraftLine.event(
        "PromiseMade", "A", "m", on: "2025-03-06",
        #""promise":"R","amount":100,"dueOn":"\#(due)","channel":"call""#)
    }
    func moved(_ due: String, _ day: String) -> String {
      DraftLine.event(
        "PromiseRescheduled", "A", "s", on: day, #""promise":"R","dueOn":"\#(due)""#)
    }
    let early: [String?] = ["dates_out_of_order", "data.dueOn"]
    #expect(try refusal(made("2025-03-05"), ledger) == early)
    try ledger.record([made("2025-03-20")])
    #expect(try refusal(moved("2025-03-09", "2025-03-10"), ledger) == early)
    let cancelled = DraftLine.event(
      "PromiseCancelled", "A", "c", on: "2025-03-11",
      #""promise":"R","by":"debtor","reason":"none""#)
    try ledger.record([cancelled])
    let over: [String?] = ["promise_cancelled", "data.promise"]
    #expect(try refusal(moved("2025-04-01", "2025-03-12"), ledger) == over)
    let again = cancelled.replacing(#""key":"c""#, with: #""key":"c2""#)
    #expect(try refusal(again, ledger) == over)
  }
}

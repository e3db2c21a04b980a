internal import CanonicalJSON
internal import Testing

/// Ledger-rules, section 9: a payment for an unknown account is never lost; it is recorded on
/// `portfolio/unidentified` and moved by `PaymentIdentified`, with the original's value date.
@Suite("End to end: unidentified payments")
struct EndToEndUnidentifiedTests {
  private static func money(
    _ payment: String, _ amount: Int = 7_000, on day: String = "2025-02-10",
    currency: String = "PEN"
  ) -> String {
    #"{"type":"UnidentifiedPaymentReceived","stream":"portfolio/unidentified","#
      + #""effective":"\#(day)","key":"in:\#(payment):\#(amount)","data":{"payment":"\#(payment)","#
      + #""amount":\#(amount),"currency":"\#(currency)","method":"transfer"}}"#
  }

  private static func moved(
    _ payment: String, to account: String, stream: String = "portfolio/unidentified"
  ) -> String {
    #"{"type":"PaymentIdentified","stream":"\#(stream)","effective":"2025-03-01","#
      + #""key":"id:\#(payment):\#(account)","data":{"payment":"\#(payment)","#
      + #""account":"\#(account)"}}"#
  }

  private static func void(_ target: Int64, _ stream: String = "portfolio/unidentified") -> String {
    #"{"type":"EventVoided","stream":"\#(stream)","effective":"2025-03-02","#
      + #""key":"void:\#(target)","data":{"target":\#(target),"reason":"wrong","approver":"u-2"}}"#
  }

  @Test("moved, it pays on its own value date, once it is known")
  func moves() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A"), Self.money("U1"), DraftLine.paid("A", "p-1", 95_000, on: "2025-02-20"),
      Self.moved("U1", to: "A"),
    ])
    func owed(_ day: String, _ knownAt: Int) throws -> Int64? {
      try ledger.run("show A --json --on \(day) --known-at \(knownAt)").json["outstanding"]?[
        "total"]?.integerValue
    }
    #expect(try owed("2025-02-10", 4) == 100_000)
    #expect(try owed("2025-02-09", 5) == 100_000)
    #expect(try owed("2025-02-10", 5) == 93_000)
    // It came before the payment of 20 February, of which 20.00 are now credit.
    let json = try ledger.run("show A --json --on 2025-03-01").json
    #expect(json["credit"]?.integerValue == 2_000)
    #expect(json["payments"]?.arrayValue?.map { $0["payment"]?.stringValue } == ["U1", "p-1"])
    let history = try ledger.run("history A --json --on 2025-03-01").json
    let last = try #require(history["events"]?.arrayValue?.last)
    #expect(last["type"]?.stringValue == "PaymentIdentified")
    #expect(last["restated"]?.arrayValue?.count == 1)
    // It counts on its value date, though the event that moved it takes effect later.
    let early = try ledger.run("history A --on 2025-02-10")
    #expect(early.output.ranges(of: "takes effect after").count == 1)
    let replay = try ledger.bash("\"$quipu\" replay --on 2025-03-01 --out out >/dev/null")
    #expect(replay.exit == 0)
    #expect(try ledger.text(of: "out/payments.csv").contains("A,U1,2025-02-10,7000,7000,0,0,0,0,"))
  }

  @Test("voided, the move gives the payment back, to be moved elsewhere")
  func voids() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A"), DraftLine.opened("B"), Self.money("U1"), Self.moved("U1", to: "A"),
    ])
    try ledger.record([Self.void(4), Self.moved("U1", to: "B")])
    for (account, owed) in [("A", 100_000), ("B", 93_000)] as [(String, Int64)] {
      let json = try ledger.run("show \(account) --json --on 2025-03-02").json
      #expect(json["outstanding"]?["total"]?.integerValue == owed, "\(account)")
    }
    let history = try ledger.run("history A --json").json
    #expect(history["events"]?.arrayValue?.map { $0["seq"]?.integerValue } == [1, 4, 5])
  }

  @Test("what cannot be is refused, and nothing is recorded")
  func refusals() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A"), DraftLine.opened("late", on: "2025-02-11"), Self.money("U1"),
      Self.money("U2"), Self.moved("U1", to: "A"), Self.money("D1", currency: "USD"),
      DraftLine.paid("A", "U2", 100),
    ])
    let before = try ledger.files()
    let cases: [(draft: String, code: String, field: String)] = [
      (Self.money("U1", 1), "payment_exists", "data.payment"),
      (Self.moved("U1", to: "late"), "payment_already_identified", "data.payment"),
      (Self.moved("U9", to: "A"), "unknown_payment", "data.payment"),
      (Self.moved("U2", to: "none"), "unknown_account", "data.account"),
      (Self.moved("U2", to: "late"), "before_opening", "data.account"),
      (Self.moved("U2", to: "A"), "payment_exists", "data.payment"),
      (Self.moved("D1", to: "A"), "wrong_currency", "data.account"),
      (Self.moved("U2", to: "late", stream: "account/A"), "id_mismatch", "data.account"),
      (Self.void(3), "payment_already_identified", "data.target"),
    ]
    for each in cases {
      let run = try ledger.record(bytes: Array((each.draft + "\n").utf8), "--json")
      #expect(run.exit == 3, "\(each.code)")
      #expect(try run.failure.code == each.code)
      #expect(try run.failure["field"] == each.field, "\(each.code)")
      #expect(try ledger.files() == before)
    }
  }
}

internal import CanonicalJSON
internal import Testing

/// Ledger-rules, section 3: one payment for several accounts of a debtor (Código Civil arts. 1256, 1259).
@Suite("End to end: a debtor's payment")
struct EndToEndDebtorPaymentTests {
  private static func paid(
    _ amount: Int, on day: String = "2025-03-10", key: String = "d:1", more: String = "",
    stream: String = "subject/S-1", payment: String = "D1"
  ) -> String {
    #"{"type":"DebtorPaymentReceived","stream":"\#(stream)","effective":"\#(day)","key":"\#(key)","#
      + #""data":{"payment":"\#(payment)","amount":\#(amount),"currency":"PEN","#
      + #""method":"transfer"\#(more)}}"#
  }

  private static func instruction(_ parts: [(String, Int)]) -> String {
    let list = parts.map { #"{"account":"\#($0.0)","amount":\#($0.1)}"# }
    return #","instruction":["# + list.joined(separator: ",") + "]"
  }

  /// What each account was paid.
  private func shares(_ ledger: TemporaryLedger, _ accounts: [String]) throws -> [Int64] {
    try accounts.map { account in
      try ledger.run("show \(account) --json --on 2025-12-31").json["paid"]?.integerValue ?? -1
    }
  }

  @Test(
    "100.00 over 300, 200 and 100 that the law does not tell apart, and other sums",
    arguments: [
      (10_000, [5_000, 3_333, 1_667]), (60_000, [30_000, 20_000, 10_000]), (1, [1, 0, 0]),
      // What is more than all they owe is the first one's credit.
      (60_005, [30_005, 20_000, 10_000]),
    ] as [(Int, [Int64])])
  func inProportion(_ amount: Int, _ expected: [Int64]) throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", principal: 30_000), DraftLine.opened("B", principal: 20_000),
      DraftLine.opened("C", principal: 10_000),
    ])
    try ledger.record([Self.paid(amount)])
    #expect(try shares(ledger, ["A", "B", "C"]) == expected)
    let payment = try ledger.run("history A --json").json["events"]?.arrayValue?.last
    #expect(payment?["type"]?.stringValue == "PaymentReceived")
    #expect(payment?["cause"]?.integerValue == 4)
    #expect(payment?["data"]?["payment"]?.stringValue == "D1")
    #expect(try ledger.run("verify").exit == 0)
  }

  @Test("least secured first, then the most onerous, then the oldest")
  func order() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("mortgaged", more: #","security":"real","terms":{"compensatoryBp":9000}"#),
      DraftLine.opened("cheap", more: #","terms":{"compensatoryBp":1000}"#),
      DraftLine.opened("new", on: "2025-02-28", more: #","terms":{"compensatoryBp":3000}"#),
      DraftLine.opened("old", more: #","terms":{"compensatoryBp":2000,"defaultBp":1000}"#),
      DraftLine.opened("guaranteed", more: #","security":"personal""#),
      DraftLine.opened("closed"),
      DraftLine.event("AccountClosed", "closed", "c", on: "2025-02-15", #""reason":"paid""#),
      DraftLine.opened("other", more: "").replacing(#""S-1""#, with: #""S-2""#),
    ])
    try ledger.record([Self.paid(430_000, on: "2025-02-28")])
    let names = ["old", "new", "cheap", "guaranteed", "mortgaged", "closed", "other"]
    let found = try shares(ledger, names)
    // 28 days of 100 000 at 2 000 bp are 1 556, at 1 000 bp 778.
    #expect(found == [102_334, 100_000, 100_778, 100_000, 26_888, 0, 0])
    #expect(found.reduce(0, +) == 430_000)
  }

  @Test("his instruction comes before the law's order, which takes the rest")
  func instructed() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", principal: 30_000), DraftLine.opened("B", principal: 20_000),
    ])
    try ledger.record([
      Self.paid(15_000, more: Self.instruction([("B", 15_000)])),
      Self.paid(
        10_000, key: "d:2", more: Self.instruction([("B", 5_000)]), payment: "D2"),
    ])
    #expect(try shares(ledger, ["A", "B"]) == [5_000, 20_000])
    // A whole instruction needs no debtor: it may come in on a portfolio's stream.
    try ledger.record([
      Self.paid(
        700, key: "d:3", more: Self.instruction([("A", 700)]), stream: "portfolio/P-1",
        payment: "D3")
    ])
    #expect(try shares(ledger, ["A", "B"]) == [5_700, 20_000])
  }

  @Test("a payment and its parts are one batch, whatever its size, and recorded once")
  func oneBatch() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A"), DraftLine.opened("B")])
    let drafts = [
      DraftLine.paid("A", "p-1", 100), Self.paid(10_000), DraftLine.paid("B", "p-2", 100),
    ]
    let bytes = Array(drafts.map { $0 + "\n" }.joined().utf8)
    let run = try ledger.record(bytes: bytes, "--batch 1")
    #expect(run.exit == 0, "\(run.errors)")
    // One receipt a draft.
    #expect(run.output.split(separator: "\n").count == 3)
    let kinds = try ledger.lines().map { line in
      String(decoding: line, as: UTF8.self).firstMatch(of: /"type":"(\w+)"/)?.output.1 ?? "commit"
    }
    let start = try #require(kinds.firstIndex(of: "DebtorPaymentReceived"))
    #expect(
      kinds[(start - 1)...(start + 3)] == [
        "commit", "DebtorPaymentReceived", "PaymentReceived", "PaymentReceived", "commit",
      ])
    let before = try ledger.files()
    let again = try ledger.record(bytes: bytes)
    #expect(again.exit == 0 && again.output == run.output)
    #expect(again.errors.contains("0 recorded; 3 were there already"))
    #expect(try ledger.files()["log/000000000000.jsonl"] == before["log/000000000000.jsonl"])
  }

  @Test("an account opened in the same file is known; one refused with it leaves nothing")
  func sameFile() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A", principal: 100)])
    let bad = [Self.paid(200), DraftLine.opened("B", principal: 100), DraftLine.paid("Z", "p", 1)]
    let before = try ledger.files()
    #expect(try ledger.record(bytes: Array(bad.map { $0 + "\n" }.joined().utf8)).exit == 3)
    #expect(try ledger.files() == before)
    try ledger.record([
      Self.paid(10, key: "d:0", payment: "D0"), DraftLine.opened("B", principal: 90),
      Self.paid(180),
    ])
    #expect(try shares(ledger, ["A", "B"]) == [100, 90])
  }

  @Test("an account opened by mistake for another debtor, and opened again, is paid for once")
  func reopened() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A", principal: 100)])
    func void(_ target: Int) -> String {
      #"{"type":"EventVoided","stream":"account/A","effective":"2025-02-01","key":"v:\#(target)","#
        + #""data":{"target":\#(target),"reason":"wrong","approver":"u-2"}}"#
    }
    let again = DraftLine.opened("A", principal: 200).replacing("open:A", with: "open:again")
    try ledger.record([void(1)])
    try ledger.record([again])
    try ledger.record([void(3)])
    try ledger.record([
      DraftLine.opened("A", principal: 300).replacing("open:A", with: "open:third")
        .replacing(#""S-1""#, with: #""S-2""#)
    ])
    #expect(try ledger.record(bytes: Array((Self.paid(50) + "\n").utf8)).exit == 3)
    try ledger.record([Self.paid(400, stream: "subject/S-2")])
    #expect(try shares(ledger, ["A"]) == [400])
    #expect(try ledger.run("show A --json").json["credit"]?.integerValue == 100)
  }

  @Test(
    "what an instruction leaves goes to the debtor's own accounts, none of it to another's")
  func restOfAnInstruction() throws {
    let other = DraftLine.opened("W", principal: 10_000).replacing(#""S-1""#, with: #""S-9""#)
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("U", principal: 1_000), other, DraftLine.paid("U", "all", 1_000),
    ])
    try ledger.record([Self.paid(120, more: Self.instruction([("W", 5)]))])
    #expect(try shares(ledger, ["U", "W"]) == [1_115, 5])
    #expect(try ledger.run("show U --json --on 2025-12-31").json["credit"]?.integerValue == 115)
    // A debtor without any account of his own: no more than the instruction can be placed.
    let draft = Self.paid(
      120, key: "d:2", more: Self.instruction([("W", 5)]), stream: "subject/S-7", payment: "D2")
    let run = try ledger.record(bytes: Array((draft + "\n").utf8), "--json")
    #expect(try run.exit == 3 && run.failure.code == "nothing_owed")
  }

  @Test("what is refused, both figures named")
  func refused() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", principal: 30_000), DraftLine.opened("late", on: "2025-04-01"),
      DraftLine.opened("dollars").replacing(#""PEN""#, with: #""USD""#),
      DraftLine.paid("A", "taken", 1),
      Self.paid(100, key: "d:0", payment: "D0"),
    ])
    let before = try ledger.files()
    let cases: [(draft: String, code: String, field: String)] = [
      (
        Self.paid(100, more: Self.instruction([("A", 60), ("dollars", 41)])), "wrong_currency",
        "data.instruction[1].account"
      ),
      (
        Self.paid(100, more: Self.instruction([("A", 101)])), "instruction_above_payment",
        "data.instruction"
      ),
      (
        Self.paid(100, more: Self.instruction([("none", 100)])), "unknown_account",
        "data.instruction[0].account"
      ),
      (
        Self.paid(100, more: Self.instruction([("late", 100)])), "before_opening",
        "data.instruction[0].account"
      ),
      (Self.paid(100, payment: "taken"), "payment_exists", "data.payment"),
      (Self.paid(100, stream: "subject/S-9"), "nothing_owed", "data.amount"),
      (Self.paid(100, stream: "portfolio/P-1"), "nothing_owed", "data.amount"),
      (
        #"{"type":"EventVoided","stream":"subject/S-1","effective":"2025-04-02","key":"v","#
          + #""data":{"target":5,"reason":"wrong","approver":"u-2"}}"#, "not_voidable",
        "data.target"
      ),
    ]
    for each in cases {
      let run = try ledger.record(bytes: Array((each.draft + "\n").utf8), "--json")
      #expect(run.exit == 3, "\(each.code): \(run.output)")
      #expect(try run.failure.code == each.code)
      #expect(try run.failure["field"] == each.field, "\(each.code)")
      #expect(try ledger.files() == before)
    }
  }
}

internal import CanonicalJSON
internal import Testing

/// What a history tells of each event: the credit in a restatement, the day it counts from, its cause,
/// what a charge-back gave back.
@Suite("End to end: what a history tells")
struct EndToEndHistoryTests {
  @Test(
    "a restatement tells of the credit, which is all that changed where no item took anything",
    arguments: [
      ("en", "restates payment #2: 80.00 credit became 30.00 cost + 50.00 credit (section 5)"),
      (
        "es",
        "reimputa el pago #2: 80.00 de saldo a favor pasó a 30.00 gastos + 50.00 de saldo a favor"
          + " (sección 5)"
      ),
    ])
  func credit(_ language: String, _ expected: String) throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", on: "2025-02-05", more: #","allocation":{"advance":"hold"}"#)
        .replacing(#""effective":"2025-02-05""#, with: #""effective":"2025-01-01""#),
      DraftLine.paid("A", "p-1", 8_000, on: "2025-01-10"),
      DraftLine.event(
        "ChargeAssessed", "A", "c", on: "2025-01-08",
        #""component":"cost","amount":3000,"label":"fee""#),
    ])
    let history = try ledger.run("history A --on 2025-02-10 --lang \(language)").output
    #expect(history.contains("    \(expected)\n"), "\(history)")
    let json = try ledger.run("history A --on 2025-02-10 --json").json
    let restated = try #require(json["events"]?.arrayValue?.last?["restated"]?.arrayValue?.first)
    #expect(restated["creditBefore"]?.integerValue == 8_000)
    #expect(restated["creditAfter"]?.integerValue == 5_000)
  }

  @Test("a reversal and a void count once known, for every day: neither is told as of later")
  func counted() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A"), DraftLine.paid("A", "p-1", 5_000, on: "2025-02-10"),
      DraftLine.paid("A", "p-2", 1_000, on: "2025-02-11"),
      DraftLine.event(
        "PaymentReversed", "A", "r", on: "2025-02-20",
        #""payment":"p-1","kind":"bounced","reason":"x""#),
    ])
    try ledger.record([
      DraftLine.event(
        "EventVoided", "A", "v", on: "2025-02-21",
        #""target":3,"reason":"wrong","approver":"u-2""#),
      DraftLine.event(
        "PaymentReceived", "A", "l", on: "2025-02-22",
        #""payment":"p-3","amount":100,"currency":"PEN","method":"cash""#),
    ])
    let json = try ledger.run("history A --on 2025-02-15 --json").json
    let events = try #require(json["events"]?.arrayValue)
    let later = events.filter { $0["later"] == .bool(true) }.map { $0["seq"]?.integerValue }
    #expect(later == [6])
    let text = try ledger.run("history A --on 2025-02-15").output
    #expect(text.ranges(of: "takes effect after").count == 1, "\(text)")
    #expect(text.contains("the payment counts as never received, for every day"), "\(text)")
  }

  @Test("an identified payment names its value date, and is of later where that is")
  func valueDate() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A"),
      #"{"type":"UnidentifiedPaymentReceived","stream":"portfolio/unidentified","#
        + #""effective":"2025-02-10","key":"in","data":{"payment":"U1","amount":7000,"#
        + #""currency":"PEN","method":"transfer"}}"#,
      #"{"type":"PaymentIdentified","stream":"portfolio/unidentified","effective":"2025-03-01","#
        + #""key":"id","data":{"payment":"U1","account":"A"}}"#,
    ])
    for (day, isLater) in [("2025-03-02", false), ("2025-02-10", false), ("2025-02-09", true)] {
      let json = try ledger.run("history A --on \(day) --json").json["events"]?.arrayValue?.last
      #expect(json?["valueDate"]?.stringValue == "2025-02-10")
      #expect(json?["later"] == .bool(isLater), "\(day)")
      for (language, text) in [("en", "value date"), ("es", "fecha valor")] {
        let history = try ledger.run("history A --on \(day) --lang \(language)").output
        #expect(history.contains("    \(text) 2025-02-10"), "\(history)")
      }
    }
    let opened = try ledger.run("history A --json").json["events"]?.arrayValue?.first
    #expect(opened?["valueDate"] == .null)
  }

  @Test("an event that another led to names it")
  func cause() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A")])
    try ledger.record([
      #"{"type":"DebtorPaymentReceived","stream":"subject/S-1","effective":"2025-03-10","#
        + #""key":"d","data":{"payment":"D1","amount":100,"currency":"PEN","method":"cash"}}"#
    ])
    for (language, text) in [("en", ", cause #2\n"), ("es", ", causa #2\n")] {
      let history = try ledger.run("history A --lang \(language)").output
      #expect(history.ranges(of: text).count == 1, "\(history)")
    }
  }

  @Test(
    "a waiver and forgiveness that a late payment moves are told as restated",
    arguments: [
      (
        "en",
        [
          "restates waiver #2: 5.00 cost became 0.00 (section 5)",
          "restates forgiveness #3: 40.00 principal became 0.00 (section 5)",
        ]
      ),
      (
        "es",
        [
          "reimputa la exoneración #2: 5.00 gastos pasó a 0.00 (sección 5)",
          "reimputa la condonación #3: 40.00 capital pasó a 0.00 (sección 5)",
        ]
      ),
    ])
  func restatedWaivers(_ language: String, _ expected: [String]) throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", principal: 10_000).replacing(
        #""principal":10000"#, with: #""principal":10000,"cost":500"#),
      DraftLine.event(
        "ChargeWaived", "A", "w", on: "2025-02-10",
        #""component":"cost","amount":500,"reason":"x""#),
      DraftLine.event(
        "DebtForgiven", "A", "f", on: "2025-02-11", #""principal":4000,"reason":"x""#),
      DraftLine.paid("A", "late", 10_500, on: "2025-02-05"),
    ])
    let history = try ledger.run("history A --on 2025-02-28 --lang \(language)").output
    for line in expected {
      #expect(history.ranges(of: "    \(line)\n").count == 1, "\(line) in \(history)")
    }
    let json = try ledger.run("history A --on 2025-02-28 --json").json["events"]?.arrayValue
    let restated = json?.last?["restated"]?.arrayValue
    #expect(restated?.map { $0["restates"]?.stringValue } == ["waiver", "forgiveness"])
    #expect(restated?.map { $0["event"]?.integerValue } == [2, 3])
    #expect(restated?.map { $0["payment"] } == [.null, .null])
  }

  @Test(
    "a charge-back tells what it gave back, and what of the credit it took",
    arguments: [
      (
        "en",
        [
          "makes 1.00 interest + 3.00 cost + 100.00 principal due again (section 3)",
          "makes 5.00 penalty + 19.00 interest due again (section 3)",
          "lowers the credit by 2.00 (section 3)",
        ]
      ),
      (
        "es",
        [
          "vuelve exigible 1.00 interés + 3.00 gastos + 100.00 capital (sección 3)",
          "vuelve exigible 5.00 mora + 19.00 interés (sección 3)",
          "reduce el saldo a favor en 2.00 (sección 3)",
        ]
      ),
    ])
  func chargedBack(_ language: String, _ expected: [String]) throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", principal: 10_000).replacing(
        #""principal":10000"#, with: #""principal":10000,"interest":2000,"penalty":500,"cost":300"#),
      DraftLine.paid("A", "p-1", 13_000),
      DraftLine.event(
        "PaymentChargedBack", "A", "b1", on: "2025-02-20", #""payment":"p-1","amount":10400"#),
      DraftLine.event(
        "PaymentChargedBack", "A", "b2", on: "2025-02-20", #""payment":"p-1","amount":3000"#),
    ])
    let history = try ledger.run("history A --on 2025-02-28 --lang \(language)").output
    for line in expected {
      #expect(history.ranges(of: "    \(line)\n").count == 1, "\(line) in \(history)")
    }
    let json = try ledger.run("history A --on 2025-02-28 --json").json["events"]?.arrayValue
    #expect(json?.first?["gaveBack"] == .null)
    #expect(
      json?.suffix(2).map { $0["gaveBack"]?.canonicalText } == [
        #"{"cost":300,"credit":0,"interest":100,"penalty":0,"principal":10000,"total":10400}"#,
        #"{"cost":0,"credit":200,"interest":1900,"penalty":500,"principal":0,"total":2600}"#,
      ])
  }
}

internal import CanonicalJSON
internal import Testing

/// Bank statements become payments on accounts, and money without an account is never lost.
@Suite("End to end: bank statements")
struct EndToEndBankTests {
  private typealias Entry = CamtFixture.Entry

  /// Three accounts, one of them in another currency.
  private static func ledger() throws -> TemporaryLedger {
    try TemporaryLedger(recording: [
      DraftLine.opened("A-1"), DraftLine.opened("A-2"),
      DraftLine.opened("U-1").replacing("\"PEN\"", with: "\"USD\""),
      DraftLine.opened("late", on: "2025-03-01"),
    ])
  }

  private static func importing(
    _ text: String, into ledger: TemporaryLedger, _ mapping: String = "camt", _ options: String = ""
  ) throws -> Program.Outcome {
    try ledger.write(Array(text.utf8), to: "statement")
    return try ledger.run("import \(mapping) \(ledger.folder)/statement --json \(options)")
  }

  /// The payments of the ledger: where, how much, which.
  private static func payments(_ ledger: TemporaryLedger) throws -> [String] {
    let run = try ledger.run("export jsonl")
    return try run.output.split(separator: "\n").compactMap { line in
      let event = try JSONValue(parsing: String(line), as: .json)
      guard let type = event["type"]?.stringValue, type.contains("Payment") else { return nil }
      let (data, stream) = (event["data"], event["stream"]?.stringValue ?? "")
      let amount = data?["amount"]?.integerValue.map { " \($0)" } ?? ""
      return "\(type) \(stream) \(data?["payment"]?.stringValue ?? "")\(amount)"
    }
  }

  private static var fixture: CamtFixture {
    var fixture = CamtFixture(closing: "1480.50")
    fixture.entries = [
      .credit("B-1", "100.00", "PAGO CUENTA A-1."),
      Entry(
        amount: "200.50", reference: "B-2",
        details: "<TxDtls><RmtInf><Ustrd>A-1</Ustrd>"
          + "<Strd><CdtrRefInf><Ref>A-2</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"),
      .credit("B-3", "50.00", "no account here"), .credit("B-4", "60.00", "A-1 and A-2"),
      .credit("B-5", "70.00", "U-1"), .credit("B-6", "10.00", "late"),
      Entry(amount: "10.00", direction: "DBIT", reference: "B-7"),
      Entry(amount: "999.00", status: "PDNG", reference: "B-8"),
    ]
    return fixture
  }

  private static let recorded = [
    "PaymentReceived account/A-1 B-1 10000", "PaymentReceived account/A-2 B-2 20050",
    "UnidentifiedPaymentReceived portfolio/unidentified B-3 5000",
    "UnidentifiedPaymentReceived portfolio/unidentified B-4 6000",
    "UnidentifiedPaymentReceived portfolio/unidentified B-5 7000",
    "UnidentifiedPaymentReceived portfolio/unidentified B-6 1000",
  ]

  @Test("a statement is recorded once, whatever comes again and in whatever form")
  func recordedOnce() throws {
    let ledger = try Self.ledger()
    let first = try Self.importing(Self.fixture.statement, into: ledger)
    #expect(first.exit == 0, "\(first.errors)")
    #expect(try Self.payments(ledger) == Self.recorded)
    #expect(try first.json["recorded"]?.integerValue == 6)
    #expect(try first.json["rowsWithoutEvent"]?.integerValue == 2)
    let before = try ledger.files()
    // The same statement; the notification of the same entries; the older version of the message.
    var notification = Self.fixture
    notification.namespace = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.04"
    for text in [Self.fixture.statement, notification.notification] {
      let again = try Self.importing(text, into: ledger)
      #expect(again.exit == 0, "\(again.errors)")
      #expect(try again.json["recorded"]?.integerValue == 0)
      #expect(try again.json["repeated"]?.integerValue == 6)
      #expect(try ledger.files() == before)
    }
    // Money that waits goes on waiting under its key, though its account has been opened since.
    try ledger.record([
      DraftLine.opened("here"), DraftLine.opened("now", on: "2025-02-01"),
      #"{"type":"PaymentIdentified","stream":"portfolio/unidentified","key":"i","#
        + #""effective":"2025-03-01","data":{"account":"A-2","payment":"B-4"}}"#,
    ])
    let later = try Self.importing(Self.fixture.statement, into: ledger)
    #expect(later.exit == 0, "\(later.errors)")
    #expect(try later.json["repeated"]?.integerValue == 6)
  }

  @Test("a reversal takes back the payment of its reference; of no such payment it is refused")
  func reversals() throws {
    let ledger = try Self.ledger()
    // In the same statement, and in a later one.
    var fixture = CamtFixture(closing: "1100.00")
    let back = Entry(direction: "DBIT", isReversal: true, booked: "2025-02-11", reference: "B-1")
    fixture.entries = [.credit("B-1", "100.00", "A-1"), back, .credit("B-2", "100.00", "A-2")]
    let first = try Self.importing(fixture.statement, into: ledger)
    #expect(first.exit == 0, "\(first.errors)")
    var second = CamtFixture(opening: "1100.00")
    second.entries = [Entry(direction: "DBIT", isReversal: true, reference: "B-2")]
    #expect(try Self.importing(second.statement, into: ledger).exit == 0)
    #expect(
      try Self.payments(ledger) == [
        "PaymentReceived account/A-1 B-1 10000", "PaymentReversed account/A-1 B-1",
        "PaymentReceived account/A-2 B-2 10000", "PaymentReversed account/A-2 B-2",
      ])
    #expect(try Self.importing(second.statement, into: ledger).json["repeated"]?.integerValue == 1)
    let before = try ledger.files()
    // Of another amount, of nothing, of money that waits.
    var third = CamtFixture(closing: "960.00")
    third.entries = [
      Entry(amount: "40.00", direction: "DBIT", isReversal: true, reference: "B-2")
    ]
    var fourth = CamtFixture(closing: "900.00")
    fourth.entries = [Entry(direction: "DBIT", isReversal: true, reference: "B-9")]
    var fifth = CamtFixture()
    fifth.entries = [
      .credit("B-5", "100.00", "whose"),
      Entry(direction: "DBIT", isReversal: true, reference: "B-5"),
    ]
    for fixture in [third, fourth, fifth] {
      let run = try Self.importing(fixture.statement, into: ledger)
      #expect(run.exit == 3)
      #expect(try run.failure.code == "refused_by_mapping")
      #expect(try ledger.files() == before)
    }
    let rejects = "--skip-invalid --rejects \(ledger.folder)/rejects"
    let run = try Self.importing(fifth.statement, into: ledger, "camt", rejects)
    #expect(run.exit == 0)
    #expect(try run.json["recorded"]?.integerValue == 1)
    #expect(try ledger.text(of: "rejects").contains("refused_by_mapping"))
  }

  @Test("cut in half, mixed or unknown, a message is refused and nothing is recorded")
  func refusals() throws {
    let ledger = try Self.ledger()
    let before = try ledger.files()
    let text = Self.fixture.statement
    let cases: [(text: String, code: String)] = [
      (String(text.prefix(text.count / 2)), "not_well_formed"),
      (text.replacing("camt.053.001.08", with: "camt.052.001.08"), "unknown_message"),
      (text.replacing("Ccy=\"PEN\">60.00", with: "Ccy=\"USD\">60.00"), "mixed_currency"),
      (text.replacing(">1480.50<", with: ">1480.51<"), "balance_differs"),
    ]
    for each in cases {
      let run = try Self.importing(each.text, into: ledger)
      #expect(run.exit == 3, "\(each.code)")
      #expect(try run.failure.code == each.code)
      #expect(try run.failure.number("line") ?? 0 > 0)
      #expect(try ledger.files() == before, "\(each.code)")
    }
  }

  @Test("a statement as CSV goes the same way")
  func delimited() throws {
    let ledger = try Self.ledger()
    let text = """
      bankAccount,reference,valueDate,amount,currency,remittance,reversalOf
      191-1,r1,2025-02-10,100.00,PEN,"cuota A-1, febrero",
      191-1,r2,2025-02-11,20.5,PEN,gracias,
      191-1,r3,2025-02-12,-7.00,PEN,comisión,
      191-1,r4,2025-02-12,-100.00,PEN,devolución,r1

      """
    let run = try Self.importing(text, into: ledger, "bank-statement")
    #expect(run.exit == 0, "\(run.errors)")
    let expected = [
      "PaymentReceived account/A-1 r1 10000",
      "UnidentifiedPaymentReceived portfolio/unidentified r2 2050",
      "PaymentReversed account/A-1 r1",
    ]
    #expect(try Self.payments(ledger) == expected)
    let again = try Self.importing(text, into: ledger, "bank-statement")
    #expect(try again.json["repeated"]?.integerValue == 3)
    let unknown = text.replacing(",r1\n", with: ",r7\n").replacing("r4", with: "r5")
    let refused = try Self.importing(unknown, into: ledger, "bank-statement")
    #expect(refused.exit == 3)
    #expect(try Self.payments(ledger) == expected)
  }
}

internal import Collections
internal import Testing

@testable import quipu

@Suite("camt messages")
struct CamtMessageTests {
  private typealias Entry = CamtFixture.Entry

  private static func rows(_ text: String) throws -> [[CamtColumn: String]] {
    try CamtMessage(parsing: Array(text.utf8)).entries.map(\.values)
  }

  private static func code(_ text: String) -> ImportError.Code? {
    fault(Array(text.utf8))?.code
  }

  private static func fault(_ bytes: [UInt8]) -> ImportError? {
    do throws(ImportError) {
      _ = try CamtMessage(parsing: bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test("an entry is a row: its money exact, its dates, what names it and what it says")
  func row() throws {
    let structured = """
      <TxDtls>
        <Refs><EndToEndId>E-9</EndToEndId></Refs>
        <RmtInf>
          <Ustrd>cuota</Ustrd><Ustrd>de A-7 &amp; más</Ustrd>
          <Strd><CdtrRefInf><Ref>RF18 5390 0754 7034</Ref></CdtrRefInf></Strd>
        </RmtInf>
      </TxDtls>
      """
    var fixture = CamtFixture(closing: "1234.5")
    fixture.entries = [
      Entry(amount: "234.500", valued: "2025-02-09", reference: "B/1", details: structured)
    ]
    let row = try #require(try Self.rows(fixture.statement).first)
    let expected: [CamtColumn: String] = [
      .statement: "S-1", .iban: "PE0012345678", .kind: "credit", .status: "BOOK",
      .minorUnits: "23450", .currency: "PEN", .bookingDate: "2025-02-10",
      .valueDate: "2025-02-09", .creditorReference: "539007547034",
      .remittance: "cuota de A-7 & más", .endToEndId: "E-9",
      .reference: "B_1-" + (row[.reference]?.suffix(16) ?? ""),
    ]
    #expect(row == expected)
    #expect(row[.reference]?.count == 20)
  }

  @Test("amounts have the decimals of their currency, and not one more")
  func amounts() {
    let cases: [(currency: String, amount: String, units: String?)] = [
      ("PEN", "1", "100"), ("PEN", "1.", "100"), ("PEN", "0.01", "1"), ("PEN", "1.230", "123"),
      ("PEN", "1.234", nil), ("JPY", "123", "123"), ("JPY", "123.00", "123"), ("JPY", "1.5", nil),
      ("KWD", "1.234", "1234"), ("KWD", "1.2345", nil), ("PEN", "-1", nil), ("PEN", "1e2", nil),
      ("PEN", "1,5", nil), ("PEN", "", nil), ("PEN", "90071992547409.92", nil),
      ("PEN", "90071992547409.91", "9007199254740991"), ("XYZ", "1", nil), ("pen", "1", nil),
    ]
    for each in cases {
      let fixture = CamtFixture(
        currency: each.currency, entries: [Entry(amount: each.amount, currency: each.currency)])
      let rows = try? Self.rows(fixture.notification)
      #expect(rows?.first?[.minorUnits] == each.units, "\(each.currency) \(each.amount)")
    }
  }

  @Test("an entry's transactions are rows of their own, and add up to it")
  func transactions() throws {
    func part(_ amount: String, _ more: String = "", _ reference: String = "") -> String {
      let refs = reference.isEmpty ? "" : "<Refs><AcctSvcrRef>\(reference)</AcctSvcrRef></Refs>"
      return "<TxDtls>\(refs)<Amt Ccy=\"PEN\">\(amount)</Amt>\(more)</TxDtls>"
    }
    var fixture = CamtFixture(closing: "1100.00")
    let debit = "<CdtDbtInd>DBIT</CdtDbtInd>"
    fixture.entries = [
      Entry(details: part("70.00") + part("50.00", "", "T-2") + part("20.00", debit))
    ]
    let rows = try Self.rows(fixture.statement)
    #expect(rows.map { $0[.minorUnits] } == ["7000", "5000", "2000"])
    #expect(rows.map { $0[.reference] } == ["B-1.1", "T-2", "B-1.3"])
    #expect(rows.map { $0[.kind] } == ["credit", "credit", "debit"])
    fixture.entries = [Entry(details: part("70.00") + part("50.00"))]
    #expect(Self.code(fixture.statement) == .detailsDiffer)
    // Parts without amounts: one sum of unknown origin.
    fixture.entries = [Entry(details: "<TxDtls></TxDtls><TxDtls></TxDtls>")]
    #expect(try Self.rows(fixture.statement).map { $0[.reference] } == ["B-1"])
    // Up to version 7 the amount stands deeper.
    let deeper = "<AmtDtls><TxAmt><Amt Ccy=\"PEN\">50.00</Amt></TxAmt></AmtDtls>"
    fixture.entries = [Entry(details: "<TxDtls>\(deeper)</TxDtls><TxDtls>\(deeper)</TxDtls>")]
    #expect(try Self.rows(fixture.statement).count == 2)
  }

  @Test("reversals, debits and what is not booked yet are told apart")
  func kinds() throws {
    var fixture = CamtFixture(closing: "1000.00")
    fixture.entries = [
      Entry(), Entry(direction: "DBIT"), Entry(direction: "DBIT", isReversal: true),
      Entry(isReversal: true), Entry(amount: "5.00", status: "PDNG"),
    ]
    let rows = try Self.rows(fixture.statement)
    #expect(
      rows.map { $0[.kind] } == ["credit", "debit", "creditReversed", "debitReversed", "credit"])
    #expect(rows.last?[.status] == "PDNG")
    let older = fixture.statement.replacing("<Sts><Cd>BOOK</Cd></Sts>", with: "<Sts>BOOK</Sts>")
      .replacing("053.001.08", with: "053.001.02")
    #expect(try Self.rows(older).first?[.status] == "BOOK")
    let noisy = fixture.statement.replacing(
      "<Dt>2025-02-10</Dt></BookgDt>", with: "<DtTm>2025-02-10T23:59:00-05:00</DtTm></BookgDt>")
    #expect(try Self.rows(noisy).first?[.bookingDate] == "2025-02-10")
  }

  @Test("what does not add up or is no such message is refused, with the line")
  func refusals() throws {
    var sound = CamtFixture(closing: "1100.00")
    sound.entries = [.credit("B-1", "100.00", "A")]
    let text = sound.statement
    #expect(Self.code(text) == nil)
    func without(_ part: String) -> String { text.replacing(part, with: "") }
    let cases: [(name: String, text: String, code: ImportError.Code)] = [
      ("balance", text.replacing(">1100.00<", with: ">1100.01<"), .balanceDiffers),
      ("no closing", text.replacing("CLBD", with: "CLAV"), .missingElement),
      ("no opening", text.replacing("OPBD", with: "XXXX"), .missingElement),
      (
        "two currencies",
        text.replacing("<Amt Ccy=\"PEN\">100.00", with: "<Amt Ccy=\"USD\">100.00"), .mixedCurrency
      ),
      (
        "balance in another",
        text.replacing("<Amt Ccy=\"PEN\">1100.00", with: "<Amt Ccy=\"USD\">1100.00"), .mixedCurrency
      ),
      (
        "no currency", text.replacing("<Amt Ccy=\"PEN\">100.00", with: "<Amt>100.00"),
        .unknownCurrency
      ),
      ("version", text.replacing("053.001.08", with: "053.001.99"), .unknownMessage),
      ("message", text.replacing("camt.053", with: "pain.001"), .unknownMessage),
      ("no namespace", text.replacing(" xmlns=\"\(sound.namespace)\"", with: ""), .unknownMessage),
      (
        "date", text.replacing("<ValDt><Dt>2025-02-10", with: "<ValDt><Dt>2025-02-30"), .invalidDate
      ),
      (
        "direction", CamtFixture(entries: [Entry(direction: "NONE")]).statement, .missingElement
      ),
      (
        "no reference",
        without("<NtryRef>1</NtryRef>").replacing("<AcctSvcrRef>B-1</AcctSvcrRef>", with: ""),
        .missingElement
      ),
      ("no status", without("<Sts><Cd>BOOK</Cd></Sts>"), .missingElement),
      ("no amount", without("<Amt Ccy=\"PEN\">100.00</Amt>"), .missingElement),
      ("empty", "", .notWellFormed),
      ("no XML", "not XML", .notWellFormed),
      ("nothing in it", "<Document xmlns=\"\(sound.namespace)\"/>", .missingElement),
      (
        "entities",
        text.replacing("<Document", with: "<!DOCTYPE x [<!ENTITY a \"b\">]>\n<Document"), .doctype
      ),
      ("unknown entity", text.replacing("<Ustrd>A", with: "<Ustrd>&a;"), .notWellFormed),
      (
        "encoding", text.replacing("encoding=\"UTF-8\"", with: "encoding=\"ISO-8859-1\""),
        .invalidUTF8
      ),
      ("zero byte", text.replacing("<Ustrd>A", with: "<Ustrd>\0"), .invalidUTF8),
    ]
    for each in cases {
      let fault = Self.fault(Array(each.text.utf8))
      #expect(fault?.code == each.code, "\(each.name): \(fault.map { "\($0)" } ?? "taken")")
    }
    let deep = String(repeating: "<x>", count: 60) + String(repeating: "</x>", count: 60)
    #expect(Self.code(text.replacing("<NtryDtls>", with: "<NtryDtls>" + deep)) == .tooLarge)
    #expect(Self.fault([0xFF, 0xFE, 0x3C, 0])?.code == .invalidUTF8)
    let line = try #require(
      Self.fault(Array(text.replacing(">100.00<", with: ">1.234<").utf8))?.line)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[line - 1].contains("<Amt"))
  }

  @Test("cut anywhere, a message gives an error and no entry")
  func cut() {
    var fixture = CamtFixture(closing: "1200.00")
    fixture.entries = [.credit("B-1", "100.00", "A"), .credit("B-2", "100.00", "B")]
    let bytes = Array(fixture.statement.utf8)
    let whole = fixture.statement.split(separator: "</Document>")[0].utf8.count + 11
    for count in stride(from: 0, to: whole, by: 7) {
      #expect(Self.fault(Array(bytes.prefix(count))) != nil, "\(count) bytes")
    }
    #expect(Self.fault(bytes) == nil)
  }

  @Test("bytes changed at random are refused, or read into rows that have all they need")
  func mutations() {
    var random = SeededNumbers.printed(for: "camt mutations")
    var fixture = CamtFixture(closing: "1150.00")
    fixture.entries = [
      .credit("B-1", "100.00", "A-1"), .credit("B-2", "80.00", "ñandú"),
      Entry(amount: "30.00", direction: "DBIT", reference: "B-3"),
    ]
    let sound = Array(fixture.statement.utf8)
    var (read, refused) = (0, 0)
    for _ in 0..<1_500 {
      var bytes = sound
      for _ in 0...Int.random(in: 0...2, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default:
          let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
          bytes.insert(contentsOf: bytes[place..<end], at: place)
        }
      }
      guard let message = try? CamtMessage(parsing: bytes) else {
        refused += 1
        continue
      }
      read += 1
      for entry in message.entries {
        #expect(Int64(entry.values[.minorUnits] ?? "").map { $0 >= 0 } == true)
        #expect(CivilDate(entry.values[.valueDate] ?? "") != nil)
        #expect(entry.values[.reference]?.isEmpty == false)
        #expect(entry.line > 0)
      }
    }
    #expect(read > 30 && refused > 300, "\(read) read, \(refused) refused")
  }
}

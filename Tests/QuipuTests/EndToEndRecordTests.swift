internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: what record accepts, and what it leaves out")
struct EndToEndRecordTests {
  private static let base = Result { try TemporaryLedger(recording: RefusedLine.ledger) }

  /// The `seq` of each receipt printed.
  private func positions(_ run: Program.Outcome) throws -> [Int64] {
    try run.output.split(separator: "\n").map { line in
      try #require(JSONValue(parsing: String(line), as: .json)["seq"]?.integerValue)
    }
  }

  @Test(
    "a file may end without newline, have empty lines, remarks and any white space",
    arguments: [
      "OPEN\nPAY\n", "OPEN\nPAY", "OPEN\r\nPAY\r\n", "\nOPEN\n\n\nPAY\n\n", "\r\nOPEN\r\n\r\nPAY",
      "# why\nOPEN\n#\nPAY\n", " OPEN \n\t PAY\t\n",
    ])
  func forms(_ text: String) throws {
    let ledger = try Self.base.get().copy()
    let drafts = text.replacing("OPEN", with: DraftLine.opened("B-1"))
      .replacing("PAY", with: DraftLine.paid("B-1", "p-9"))
    let run = try ledger.record(bytes: Array(drafts.utf8))
    #expect(run.exit == 0, "\(run.errors)")
    #expect(try positions(run) == [9, 10])
    #expect(run.errors.isEmpty)
  }

  @Test("a key and the same content give the first receipt, in whatever order members stand")
  func repeated() throws {
    let ledger = try Self.base.get().copy()
    let first = try ledger.record([DraftLine.paid("A-1", "p-9", 100)])
    let before = try ledger.files()
    let other = #"""
      { "data":{"method":"transfer","amount":100,"payment":"\u0070-9","currency":"PEN"},
      "key":"pay:p-9", "n":4, "effective":"2025-02-10", "stream":"account/A-1",
      "type":"PaymentReceived"}
      """#.replacing("\n", with: " ")
    let again = try ledger.record([DraftLine.paid("A-1", "p-9", 100), other, other])
    #expect(again == [first[0], first[0], first[0]])
    #expect(try ledger.files() == before)
  }

  @Test("the same lines in a file of the same name, without keys, are the same drafts")
  func defaultKeys() throws {
    let ledger = try Self.base.get().copy()
    let drafts = ["p-8", "p-9"].map { payment in
      DraftLine.paid("A-1", payment).replacing("\"key\":\"pay:\(payment)\",", with: "")
    }
    let first = try ledger.record(drafts)
    #expect(first.compactMap { $0["key"]?.stringValue?.count } == [64, 64])
    #expect(try ledger.record(drafts) == first)
    // On another line it is another draft, which then pays a second time and is refused.
    let moved = try ledger.record(bytes: Array(("\n" + drafts[0] + "\n").utf8), "--json")
    #expect(try moved.failure.code == "payment_exists")
  }

  @Test(
    "a key with other content is a conflict, within one file too, naming the field that differs",
    arguments: table(
      """
      field      of the second line  instead
      data       "amount":100        "amount":101
      effective  2025-02-10          2025-02-11
      type       PaymentReceived     PaymentChargedBack
      stream     account/A-1         account/A-3
      actor      "type"              "actor":{"id":"u-2","kind":"bot","role":"x"},"type"
      cause      "type"              "cause":1,"type"
      """))
  func conflict(_ row: [String]) throws {
    let ledger = try Self.base.get().copy()
    let before = try ledger.files()
    let first = DraftLine.paid("A-1", "p-9", 100)
    var second = first.replacing(row[1], with: row[2])
    if row[0] == "type" {
      second = DraftLine.event(
        row[2], "A-1", "pay:p-9", on: "2025-02-10", #""payment":"p-1","amount":100"#)
    }
    let run = try ledger.record(bytes: Array("\(first)\n\(second)\n".utf8), "--json")
    #expect(run.exit == 3)
    #expect(try run.failure.code == "key_conflict")
    #expect(try run.failure["field"] == "key")
    #expect(try run.failure["expected"].hasPrefix("the \(row[0]) first recorded"))
    #expect(try run.failure.number("line") == 2)
    #expect(try ledger.files() == before)
    // The other way about too, unless the second draft just says less than the first.
    let turned = try ledger.record(bytes: Array("\(second)\n\(first)\n".utf8))
    #expect(turned.exit == (["actor", "cause"].contains(row[0]) ? 0 : 3))
  }

  @Test("--segment-size says when the next batch begins a new file of the log")
  func segmentSize() throws {
    let ledger = try Self.base.get().copy()
    let drafts = (0..<4).map { DraftLine.paid("A-1", "p-roll-\($0)", 100) + "\n" }.joined()
    let before = try ledger.files().keys.count { $0.hasPrefix("log/") && $0.hasSuffix(".jsonl") }
    let run = try ledger.record(bytes: Array(drafts.utf8), "--batch 2 --segment-size 1")
    #expect(run.exit == 0, "\(run.errors)")
    let after = try ledger.files().keys.count { $0.hasPrefix("log/") && $0.hasSuffix(".jsonl") }
    #expect(after == before + 2)
    #expect(try ledger.run("verify").exit == 0)
  }

  @Test("tomorrow is accepted, the day after is not; today is the day in the ledger's zone")
  func nearFuture() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "America/Lima"))
    func day(_ offset: Int) throws -> String {
      let date = try #require(calendar.date(byAdding: .day, value: offset, to: Date()))
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let numbers = [parts.year ?? 0, parts.month ?? 0, parts.day ?? 0]
      return numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
    }
    let ledger = try Self.base.get().copy()
    let later = try ledger.record(
      bytes: Array(DraftLine.paid("A-1", "p-9", on: day(2)).utf8), "--json")
    #expect(try later.failure.code == "in_the_future")
    try ledger.record([DraftLine.paid("A-1", "p-9", on: day(1))])
    // Without a date the event takes effect today.
    let undated = DraftLine.paid("A-1", "p-8", on: "X")
      .replacing(#""effective":"X","#, with: "")
    try ledger.record([undated])
    let line = String(decoding: try ledger.lines().dropLast().last ?? [], as: UTF8.self)
    #expect(line.contains("\"effective\":\"\(try day(0))\""))
  }

  @Test("what is just allowed: a refund of the whole credit, a payment on a closed account")
  func justAllowed() throws {
    let ledger = try Self.base.get().copy()
    try ledger.record([
      DraftLine.event(
        "RefundIssued", "A-3", "r", on: "2025-03-02", #""amount":500,"method":"cash""#),
      DraftLine.paid("A-2", "p-9", on: "2025-03-02"),
      DraftLine.event(
        "PaymentReversed", "A-2", "x", on: "2025-03-03",
        #""payment":"p-9","kind":"error","reason":"r""#),
      DraftLine.event("AccountReopened", "A-2", "o", on: "2025-03-04", #""reason":"r""#),
      DraftLine.event(
        "ChargeAssessed", "A-2", "c", on: "2025-03-04",
        #""component":"cost","amount":5,"label":"x""#),
    ])
  }

  @Test("--skip-invalid records the rest; the others are in a file, untouched, under their reasons")
  func skipInvalid() throws {
    let ledger = try Self.base.get().copy()
    // Accounts of their own, so that the good lines among the bad ones disturb none of them.
    var drafts: [UInt8] = []
    for (place, bad) in RefusedLine.all.enumerated() {
      drafts += Array(DraftLine.opened("B-\(place)").utf8) + [10] + bad.line + [10]
    }
    let run = try ledger.record(
      bytes: drafts, "--actor u-1 --skip-invalid --rejects \(ledger.folder)/rejects")
    #expect(run.exit == 0, "\(run.errors)")
    #expect(try positions(run) == (0..<RefusedLine.all.count).map { Int64($0) + 9 })
    #expect(run.errors.contains("\(RefusedLine.all.count) lines left out"))

    var expected: [[UInt8]] = []
    var found: [[UInt8]] = []
    for line in try ledger.bytes(of: "rejects").split(separator: 10) {
      if line.starts(with: Array("# line ".utf8)) {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        let bad = try #require(RefusedLine.all.dropFirst(expected.count).first)
        #expect(words[2] == "\(2 * expected.count + 2):")
        #expect(words[3].trimmingPrefix { $0 == ";" }.hasPrefix(bad.code), "\(bad.testDescription)")
        if !bad.field.isEmpty { #expect(words[4].hasPrefix(bad.field)) }
        expected.append(bad.line)
      } else {
        found.append(Array(line))
      }
    }
    #expect(expected.count == RefusedLine.all.count)
    #expect(found == expected)

    // The file itself may be mended and recorded: its remarks are passed over.
    let rejects = try ledger.bytes(of: "rejects")
    let mended = rejects.split(separator: 10).prefix(2).joined(separator: [10])
    let text = String(decoding: Array(mended), as: UTF8.self)
    try ledger.record([text.replacing("PaymentRecieved", with: "PaymentReceived")])
  }

  @Test("refusals are told in order, up to twenty; all are counted")
  func allRefusals() throws {
    let ledger = try Self.base.get().copy()
    let drafts = (0..<23).map { DraftLine.paid("A-1", "p-\($0)", -1) }
    let run = try ledger.record(bytes: Array(drafts.joined(separator: "\n").utf8))
    #expect(run.exit == 3)
    #expect(run.errors.components(separatedBy: "error[amount_not_positive]").count - 1 == 20)
    #expect(run.errors.contains("the first 20 follow"))
    let lines = run.errors.components(separatedBy: "  line: ").dropFirst().map {
      Int($0.prefix { $0.isNumber })
    }
    #expect(lines == Array(1...20))
    #expect(run.errors.contains("nothing was recorded: 23 of 23 lines are refused"))
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Foundation
internal import Ledger
internal import Testing

@Suite("End to end: a damaged log")
struct EndToEndDamageTests {
  /// A header, the ledger's opening (lines 2 and 3), and three batches of two (4–6, 7–9, 10–12).
  private static let base = Result {
    let ledger = try TemporaryLedger()
    let drafts = (0..<6).map { DraftLine.opened("A-\($0)") + "\n" }.joined()
    let run = try ledger.record(bytes: Array(drafts.utf8), "--batch 2")
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  private static let segment = "log/000000000000.jsonl"

  /// A copy of the ledger whose segment has other bytes.
  private func damaged(_ change: (inout [[UInt8]]) throws -> Void) throws -> TemporaryLedger {
    let ledger = try Self.base.get().copy()
    var lines = try ledger.lines().map { $0 + [10] }
    try change(&lines)
    try ledger.write(lines.flatMap { $0 }, to: "ledger/" + Self.segment)
    return ledger
  }

  /// `record` must refuse to write and leave every byte alone.
  @discardableResult
  private func expectNoWriting(_ ledger: TemporaryLedger) throws -> ReportedFailure {
    let before = try ledger.files()
    let run = try ledger.record(bytes: Array(DraftLine.opened("B-1").utf8), "--json")
    #expect(run.exit == 3)
    #expect(run.output.isEmpty)
    let failure = try run.failure
    #expect(failure.code == "damaged")
    #expect(failure["file"].hasPrefix("log/"))
    #expect(!failure["lines"].isEmpty || failure.number("line") != nil)
    #expect(try ledger.files() == before)
    return failure
  }

  @Test("a sound log: verify exits 0, finds nothing and counts everything")
  func sound() throws {
    let ledger = try Self.base.get()
    let key = try ledger.run("key show").output.dropLast()
    let untrusted = try ledger.run("verify")
    #expect(untrusted.exit == 0)
    #expect(untrusted.errors.contains("a key found inside the ledger proves nothing by itself"))
    let run = try ledger.run("verify --vkey \(key)")
    #expect(run.exit == 0)
    #expect(run.output.hasPrefix("sound: 7 events in 4 batches and 1 segment, "))
    #expect(run.errors.isEmpty)
    let json = try ledger.run("verify --json").json
    #expect(json["findings"] == .array([]))
    #expect(json["notices"] == .array([]))
    #expect(json["events"]?.integerValue == 7)
    #expect(json["batches"]?.integerValue == 4)
    let bytes = try ledger.bytes(of: "ledger/" + Self.segment).count
    #expect(json["bytes"]?.integerValue == Int64(bytes))
    #expect(run.output.contains("root   \(json["root"]?.stringValue ?? "?")\n"))
  }

  @Test(
    "one flipped bit: verify exits 1 and names file and lines, record does not write",
    arguments: table(
      """
      line  at           batch
      1     {"segment"   1-1
      1     "first":     1-1
      1     0,"format"   1-1
      1     1,"ledger"   1-1
      1     "}}          1-1
      2     {"actor"     2-3
      2     "seq":0      2-3
      2     PEN          2-3
      3     "root":      2-3
      4     {"actor"     4-6
      4     "at":        4-6
      4     100000       4-6
      4     2025-01-31   4-6
      4     open:A-0     4-6
      4     "n":0        4-6
      4     1,"stream"   4-6
      4     "salt"       4-6
      5     bank         4-6
      6     {"commit"    4-6
      6     2,"root"     4-6
      6     "size"       4-6
      6     }}           4-6
      9     "root":"     7-9
      """))
  func flipped(_ row: [String]) throws {
    let number = try #require(Int(row[0]))
    for bit in [0, 4] {
      let ledger = try damaged { lines in
        let line = String(decoding: lines[number - 1], as: UTF8.self)
        let place = try #require(line.range(of: row[1])).lowerBound
        lines[number - 1][line.utf8.distance(from: line.startIndex, to: place)] ^= 1 << bit
      }
      let run = try ledger.run("verify --json")
      #expect(run.exit == 1)
      let findings = try #require(run.json["findings"]?.arrayValue)
      let named = findings.compactMap { finding -> String? in
        let lines = finding["lines"]?.arrayValue?.compactMap(\.integerValue) ?? []
        guard finding["file"]?.stringValue == Self.segment, lines.count == 2 else { return nil }
        return "\(lines[0])-\(lines[1])"
      }
      // The batch as a whole, or the line itself where its form tells.
      #expect(
        named.contains(row[2]) || named.contains("\(number)-\(number)"),
        "bit \(bit): \(run.output)")
      let text = try ledger.run("verify")
      #expect(text.exit == 1)
      #expect(text.output.contains("\(Self.segment) line"))
      #expect(text.output.contains("DAMAGED: \(findings.count) finding"))
      let refusal = try expectNoWriting(ledger)
      // It names no sound batch but the one after, where the damage took a commit from between them;
      // a bad header leaves all of them in doubt.
      let last = refusal["lines"].split(separator: "-").last.flatMap { Int64($0) }
      let batch = try #require(row[2].split(separator: "-").last.flatMap { Int64($0) })
      let reach = try #require(last ?? refusal.number("line"))
      #expect(number == 1 || reach <= batch + 3, "\(row) bit \(bit)")
    }
  }

  @Test(
    "lines and batches moved, lost or copied",
    arguments: [
      ("two lines swapped", [1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11, 12]),
      ("an event lost", [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12]),
      ("an event twice", [1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      ("a commit lost", [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]),
      ("a commit twice", [1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12]),
      ("a batch lost", [1, 2, 3, 7, 8, 9, 10, 11, 12]),
      ("a batch twice", [1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      ("two batches swapped", [1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12]),
      ("the header lost", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ])
  func rearranged(_ name: String, _ order: [Int]) throws {
    let ledger = try damaged { lines in lines = order.map { lines[$0 - 1] } }
    let run = try ledger.run("verify --json")
    #expect(run.exit == 1)
    #expect(try run.json["findings"]?.arrayValue?.isEmpty == false)
    try expectNoWriting(ledger)
  }

  @Test(
    "reading a damaged log ends with exit 1 and leaves no output",
    arguments: ["show A-1", "history A-1", "portfolio", "replay", "replay --known-at 4"])
  func reading(_ command: String) throws {
    let ledger = try damaged { $0[4][100] ^= 1 }
    let run = try ledger.bash("\"$quipu\" \(command) --json")
    #expect(run.exit == 1)
    #expect(run.output.isEmpty)
    #expect(try run.failure.code == "damaged")
  }

  @Test("damage met in the middle of a replay leaves an earlier one's files as they were")
  func halfway() throws {
    let ledger = try TemporaryLedger()
    let actor = try #require(Actor(id: "u-1", kind: .person, role: "agent"))
    let today = try #require(CivilDate("2025-02-01"))
    let now = try #require(Instant("2025-02-01T12:00:00.000Z"))
    // Small segments, so that the damage lies before the segment that is looked at on opening.
    do {
      let intake = try Intake(
        opening: ledger.path, by: actor, at: now, today: today,
        settings: EventLog.Settings(segmentSize: 2_000))
      for number in 1...12 {
        let line = Array(DraftLine.opened("A-\(number)").utf8)
        let draft = try Draft(line: line, number: number, of: "drafts")
        _ = try intake.accept(draft, by: actor, today: today)
      }
      try intake.commit(batchesOf: 2, at: { now }, { _ in true })
    }
    let command = "replay --json --on 2025-02-01 --out \(ledger.folder)/out --format"
    for format in ["csv", "json", "sqlite"] {
      #expect(try ledger.run("\(command) \(format)").exit == 0)
    }
    let segments = try FileManager.default.contentsOfDirectory(atPath: ledger.path + "/log")
    try #require(segments.count >= 3)
    let hurt = "ledger/log/" + segments.sorted()[segments.count - 2]
    var bytes = try ledger.bytes(of: hurt)
    bytes[bytes.count / 2] ^= 1
    let path = "\(ledger.folder)/\(hurt)"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try ledger.write(bytes, to: hurt)

    func output() throws -> [String: [UInt8]] {
      let names = try FileManager.default.contentsOfDirectory(atPath: ledger.folder + "/out")
      return Dictionary(
        uniqueKeysWithValues: try names.map { ($0, try ledger.bytes(of: "out/" + $0)) })
    }
    let before = try output()
    #expect(before.count == 13)
    for format in ["csv", "json", "sqlite"] {
      let run = try ledger.run("\(command) \(format)")
      #expect(run.exit == 1)
      #expect(run.output.isEmpty)
      #expect(hurt.hasSuffix(try run.failure["file"]))
    }
    #expect(try output() == before)
    try expectNoWriting(ledger)
  }
}

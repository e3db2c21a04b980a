internal import CanonicalJSON
internal import EventStore
internal import Foundation
internal import Testing

@Suite("End to end: a torn tail")
struct EndToEndRecoveryTests {
  private static let base = Result {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    try ledger.record([DraftLine.paid("A-1", "p-1"), DraftLine.paid("A-1", "p-2")])
    return ledger
  }

  private static let segment = "ledger/log/000000000000.jsonl"

  /// How the end of the log is torn, and how many events stay.
  @Test(
    "readers pass over it; record moves it to quarantine, says so, and tells the log",
    arguments: [
      ("the last newline is missing", -1, "", 2), ("the commit is cut", -50, "", 2),
      ("an event is cut", -600, "", 2), ("a batch is begun", 0, #"{"actor":{"id":"u-1","#, 4),
      ("zeros are left in it", 0, #"{"actor":"# + String(repeating: "\0", count: 700) + "}", 4),
    ])
  func torn(_ name: String, _ cut: Int, _ more: String, _ kept: Int64) throws {
    let ledger = try Self.base.get().copy()
    try forgetLastCheckpoint(of: ledger)
    let whole = try ledger.bytes(of: Self.segment)
    let torn = Array(whole.dropLast(-cut)) + Array(more.utf8)
    try ledger.write(torn, to: Self.segment)
    let sound = kept == 4 ? whole.count : try endOfSecondBatch(whole)

    // Reading changes nothing, and sees the batches that are whole.
    let show = try ledger.run("show A-1 --on 2025-03-01 --json")
    #expect(show.exit == 0)
    #expect(try show.json["knownAt"]?["size"]?.integerValue == kept)
    #expect(show.errors.contains("\(torn.count - sound) bytes from byte \(sound)"))
    let verify = try ledger.run("verify --json")
    #expect(verify.exit == 0)
    #expect(try verify.json["notices"]?.arrayValue?.first?["notice"]?.stringValue == "torn_tail")
    #expect(try ledger.bytes(of: Self.segment) == torn)

    let run = try ledger.record(bytes: Array(DraftLine.opened("B-1").utf8), "--actor u-9/clerk")
    #expect(run.exit == 0)
    #expect(try JSONValue(parsing: run.output, as: .json)["seq"]?.integerValue == kept + 1)
    #expect(run.errors.contains("warning"))
    let names = try FileManager.default.contentsOfDirectory(atPath: ledger.path + "/quarantine")
    try #require(names.count == 1)
    #expect(run.errors.contains(names[0]))
    let tail = try ledger.bytes(of: "ledger/quarantine/" + names[0])
    #expect(tail == Array(torn[sound...]))

    let after = try ledger.bytes(of: Self.segment)
    #expect(after.starts(with: torn[..<sound]))
    let line = Array(after[sound...].prefix { $0 != 10 })
    let event = try JSONValue(parsing: line.span, as: .event)
    #expect(event["type"]?.stringValue == "LogRecovered")
    #expect(event["seq"]?.integerValue == kept)
    #expect(event["actor"]?["id"]?.stringValue == "u-9")
    #expect(event["data"]?["bytes"]?.integerValue == Int64(tail.count))
    #expect(event["data"]?["sha256"]?.stringValue == Digest(hashing: tail.span).hex)

    let sane = try ledger.run("verify --json").json
    #expect(sane["findings"] == .array([]))
    #expect(sane["notices"] == .array([]))
    #expect(sane["events"]?.integerValue == kept + 2)
    // What was lost may be recorded again, and nothing is recovered twice.
    let again = try ledger.record([DraftLine.paid("A-1", "p-1"), DraftLine.paid("A-1", "p-2")])
    #expect(again.map { $0["seq"]?.integerValue } == (kept == 4 ? [2, 3] : [4, 5]))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: ledger.path + "/quarantine") == names)
  }

  /// Takes back what a clean end signs: a crash that tears the tail comes before that.
  private func forgetLastCheckpoint(of ledger: TemporaryLedger) throws {
    let run = try ledger.bash(
      """
      set -e
      rm ledger/checkpoints/000000000004.checkpoint ledger/tile/0/000.p/4
      cp ledger/checkpoints/000000000002.checkpoint ledger/checkpoints/latest
      """)
    try #require(run.exit == 0, "\(run.errors)")
  }

  @Test("a tail that was signed is no tear: nobody may write")
  func signedTail() throws {
    let ledger = try Self.base.get().copy()
    let whole = try ledger.bytes(of: Self.segment)
    try ledger.write(Array(whole.dropLast(50)), to: Self.segment)
    let before = try ledger.files()
    let run = try ledger.record(bytes: Array(DraftLine.opened("B-1").utf8), "--json")
    #expect(run.exit == 3)
    #expect(try run.failure.code == "damaged")
    #expect(try ledger.files() == before)
  }

  /// The byte after the commit of the second batch.
  private func endOfSecondBatch(_ bytes: [UInt8]) throws -> Int {
    var end = 0
    var commits = 0
    for line in bytes.split(separator: 10) where commits < 2 {
      end += line.count + 1
      if line.starts(with: Array(#"{"commit":"#.utf8)) { commits += 1 }
    }
    return end
  }

  @Test("an identity file that does not say what the log says is written anew, with a notice")
  func staleIdentity() throws {
    let ledger = try Self.base.get().copy()
    let identity = try ledger.text(of: "ledger/LEDGER.json")
    try ledger.write(Array(identity.replacing("PEN", with: "USD").utf8), to: "ledger/LEDGER.json")
    let verify = try ledger.run("verify")
    #expect(verify.exit == 0)
    #expect(verify.errors.contains("stale LEDGER.json"))
    let run = try ledger.record(bytes: Array(DraftLine.paid("A-1", "p-3").utf8))
    #expect(run.exit == 0)
    #expect(run.errors.contains("LEDGER.json"))
    #expect(try ledger.text(of: "ledger/LEDGER.json") == identity)
    let key = try ledger.run("key show").output.dropLast()
    #expect(try ledger.run("verify --vkey \(key)").errors.isEmpty)
  }
}

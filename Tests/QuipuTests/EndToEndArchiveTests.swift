import CanonicalJSON
import Testing

/// `archive`, and every command on what it leaves.
@Suite("End to end: archived segments")
struct EndToEndArchiveTests {
  /// Three segments: one that is read-only is finished, whatever its size.
  private static let base = Result {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    for part in 1...2 {
      let finished = try ledger.bash("chmod 444 ledger/log/*.jsonl")
      try #require(finished.exit == 0)
      try ledger.record([DraftLine.paid("A-1", "p-\(part)", 1_000 * part)])
    }
    return ledger
  }

  private static let first = "ledger/log/000000000000.jsonl"

  @Test func everyCommandReadsBoth() throws {
    let ledger = try Self.base.get().copy()
    let lines = [
      "verify", "show A-1 --on 2025-03-01 --json", "history A-1 --json", "replay --on 2025-03-01",
      "proof 1", "proof 3", "consistency 1 4", "checkpoint", "scrub", "key show",
    ]
    let before = try lines.map { try ledger.run($0) }
    for (line, run) in zip(lines, before) { #expect(run.exit == 0, "\(line): \(run.errors)") }
    let run = try ledger.run("archive")
    #expect(run.exit == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("log/000000000000.jsonl.zst  "))
    #expect(run.output.contains("\n2 segments archived: "))
    let names = try ledger.files().keys.filter { $0.hasPrefix("log/") }.sorted()
    #expect(
      names == [
        "log/000000000000.jsonl.zst", "log/000000000000.jsonl.zst.sha256",
        "log/000000000002.jsonl.zst", "log/000000000002.jsonl.zst.sha256",
        "log/000000000003.jsonl",
      ])
    for (line, was) in zip(lines, before) {
      let now = try ledger.run(line)
      #expect(now.exit == 0, "\(line): \(now.errors)")
      #expect(timeless(now.output) == timeless(was.output), "\(line)")
    }
    try ledger.record([DraftLine.paid("A-1", "p-9")])
    #expect(try ledger.run("verify").exit == 0)
    let again = try ledger.run("archive --json")
    #expect(try again.json["archived"] == .array([]))
  }

  /// Without the line that says how fast it was.
  private func timeless(_ output: String) -> [Substring] {
    output.split(separator: "\n").filter { !$0.hasPrefix("speed ") }
  }

  /// `zstdcat` and `sha256sum` need nothing of this program.
  @Test func otherProgramsReadIt() throws {
    let ledger = try Self.base.get().copy()
    guard try ledger.bash("command -v zstdcat sha256sum").exit == 0 else {
      return print("zstdcat or sha256sum is not installed: their check was skipped")
    }
    let plain = try ledger.bytes(of: Self.first)
    #expect(try ledger.run("archive --keep 1").exit == 0)
    let run = try ledger.bash(
      "zstdcat \(Self.first).zst && cd ledger/log && sha256sum -c *.sha256 >&2")
    #expect(run.exit == 0, "\(run.errors)")
    #expect(Array(run.output.utf8) == plain)
    #expect(run.errors.contains("000000000000.jsonl.zst: OK"))
    #expect(!run.errors.contains("000000000002"))
  }

  @Test func damageIsNamedAndNothingIsWritten() throws {
    let ledger = try Self.base.get().copy()
    #expect(try ledger.run("archive").exit == 0)
    var bytes = try ledger.bytes(of: Self.first + ".zst")
    bytes[bytes.count / 2] ^= 4
    let spoilt = try ledger.bash("chmod u+w \(Self.first).zst")
    #expect(spoilt.exit == 0)
    try ledger.write(bytes, to: Self.first + ".zst")
    let verified = try ledger.run("verify --json")
    #expect(verified.exit == 1)
    #expect(verified.output.contains("\"log/000000000000.jsonl.zst\""))
    let shown = try ledger.run("show A-1 --json")
    #expect(shown.exit == 1)
    #expect(try shown.failure.code == "damaged")
    #expect(try shown.failure["file"] == "log/000000000000.jsonl.zst")
    let recorded = try ledger.record(bytes: Array(DraftLine.paid("A-1", "p-9").utf8), "--json")
    #expect(recorded.exit == 3)
    #expect(try recorded.failure.code == "damaged")
  }

  @Test func aDamagedSegmentIsNotArchived() throws {
    let ledger = try Self.base.get().copy()
    #expect(try ledger.bash("chmod u+w \(Self.first)").exit == 0)
    var bytes = try ledger.bytes(of: Self.first)
    bytes[bytes.count / 2] ^= 1
    try ledger.write(bytes, to: Self.first)
    let run = try ledger.run("archive --json")
    #expect(run.exit == 1)
    #expect(try run.failure.code == "damaged")
    #expect(try ledger.bytes(of: Self.first) == bytes)
  }

  @Test func wrongUseIsRefused() throws {
    let ledger = try Self.base.get()
    #expect(try ledger.run("archive --keep -1").exit == 2)
    #expect(try ledger.run("archive now").exit == 2)
    let nowhere = try Program.run(["archive", "--ledger", ledger.folder + "/nowhere", "--json"])
    #expect(nowhere.exit == 4)
    #expect(try nowhere.failure.code == "not_a_ledger")
  }
}

import CanonicalJSON
import Testing

/// The options of `verify`, as an auditor uses them.
@Suite("End to end: verify against what is known outside")
struct EndToEndVerifyTests {
  /// A ledger of seven events in two segments, with the checkpoint it had after the fourth beside it.
  private static let base = Result {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A-1"), DraftLine.paid("A-1", "p-1"), DraftLine.paid("A-1", "p-2"),
    ])
    let kept = try ledger.bash("cp ledger/checkpoints/latest kept")
    try #require(kept.exit == 0)
    for (number, size) in [(3, 1200), (4, 1200), (5, 1200)] {
      let draft = Array(DraftLine.paid("A-1", "p-\(number)").utf8)
      try #require(try ledger.record(bytes: draft, "--segment-size \(size)").exit == 0)
    }
    return ledger
  }

  /// A copy of the ledger with the earlier checkpoint beside it, and the key it is signed with.
  private func books() throws -> (ledger: TemporaryLedger, key: String) {
    let base = try Self.base.get()
    let ledger = try base.copy()
    try ledger.write(try base.bytes(of: "kept"), to: "kept")
    let shown = try ledger.run("key show").output
    return (ledger, try #require(shown.split(separator: "\n").last.map(String.init)))
  }

  /// Kind and file of every finding of `verify --json`, and of every notice.
  private func named(_ run: Program.Outcome) throws -> (findings: [String], notices: [String]) {
    let list = { (name: String, kind: String) throws -> [String] in
      try (run.json[name]?.arrayValue ?? []).map {
        "\($0[kind]?.stringValue ?? "?") \($0["file"]?.stringValue ?? "?")"
      }
    }
    return (try list("findings", "finding"), try list("notices", "notice"))
  }

  /// Another history under the same key, one event longer than the ledger's checkpoint kept outside.
  private func fork(_ ledger: TemporaryLedger) throws {
    let run = try ledger.bash(
      """
      set -e
      cp -r ledger fork
      cd fork
      rm -r tile checkpoints index log/*[1-9].jsonl
      sed -i '4,$d' log/000000000000.jsonl
      chmod u+w log/*
      export QUIPU_LEDGER=$PWD
      printf '%s\\n' '\(DraftLine.opened("A-1"))' '\(DraftLine.paid("A-1", "p-8"))' \\
        '\(DraftLine.paid("A-1", "p-9"))' '\(DraftLine.paid("A-1", "p-7"))' > ../drafts
      "$quipu" record ../drafts > /dev/null
      "$quipu" verify
      """)
    try #require(run.exit == 0, "\(run.errors)")
  }

  @Test func theRightKeyIsTrustedAndSaid() throws {
    let (ledger, key) = try books()
    let run = try ledger.run("verify --vkey \(key)")
    #expect(run.exit == 0)
    #expect(run.errors.isEmpty)
    #expect(run.output.contains("  \(key) (--vkey, or vouched for by it)\n"))
    let json = try ledger.run("verify --vkey \(key) --json").json
    #expect(json["trusted"]?.boolValue == true)
    #expect(json["keys"] == .array([.string(key)]))
    let inside = try ledger.run("verify --json")
    #expect(inside.exit == 0)
    #expect(try inside.json["trusted"]?.boolValue == false)
  }

  /// Nothing is signed in the eyes of who trusts another key, whatever the ledger says of itself.
  @Test func anotherKeyHasSignedNothing() throws {
    let (ledger, _) = try books()
    let other = try ledger.bash("\"$quipu\" key new other.pem --name test")
    let stranger = try #require(other.output.split(separator: "\n").last.map(String.init))
    let run = try ledger.run("verify --vkey \(stranger) --json")
    #expect(run.exit == 1)
    let findings = try named(run).findings
    #expect(!findings.isEmpty && findings.allSatisfy { $0.hasPrefix("unsigned checkpoints/") })
    #expect(findings.count == 5, "\(findings)")
    for wrong in ["", "x", "test+00000000+AAAA", stranger + "A"] {
      let refused = try Program.run(["verify", "--ledger", ledger.path, "--vkey", wrong])
      #expect(refused.exit == 2, "\(wrong)")
      #expect(refused.output.isEmpty)
    }
  }

  /// A trusted key vouches for the one it changed to; a witness's must have cosigned.
  @Test func trustFollowsAChangeOfKeys() throws {
    let (ledger, key) = try books()
    let changed = try ledger.run("key change")
    #expect(changed.exit == 0)
    let next = String(changed.output.dropLast())
    for trusted in [key, next] {
      let run = try ledger.run("verify --vkey \(trusted) --json")
      #expect(run.exit == 0, "\(run.output)")
      let keys = try run.json["keys"]?.arrayValue?.compactMap(\.stringValue) ?? []
      #expect(Set(keys) == [key, next])
    }
    let witness = try ledger.bash("\"$quipu\" key new w.pem --name w.example --cosigner")
    let cosigner = try #require(witness.output.split(separator: "\n").last.map(String.init))
    let run = try ledger.run("verify --vkey \(key) --vkey \(cosigner) --json")
    #expect(run.exit == 1)
    #expect(try named(run).findings == ["unsigned checkpoints/000000000008.checkpoint"])
  }

  @Test func strictMakesNoticesFindings() throws {
    let (ledger, _) = try books()
    #expect(try ledger.run("verify --strict").exit == 0)
    _ = try ledger.bash("echo > ledger/LEDGER.json")
    let lax = try ledger.run("verify --json")
    #expect(lax.exit == 0)
    #expect(try named(lax) == ([], ["stale LEDGER.json"]))
    let strict = try ledger.run("verify --strict --json")
    #expect(strict.exit == 1)
    #expect(try named(strict) == ([], ["stale LEDGER.json"]))
  }

  @Test func anEarlierCheckpointMustBeContained() throws {
    let (ledger, key) = try books()
    #expect(try ledger.bash("\"$quipu\" verify --against kept --vkey '\(key)'").exit == 0)
    try fork(ledger)
    let forked = try ledger.bash("QUIPU_LEDGER=fork \"$quipu\" verify --against kept --json")
    #expect(forked.exit == 1)
    #expect(try named(forked).findings == ["inconsistent kept"])
    // The other way round it is the kept one that belongs to another history.
    let other = try ledger.bash("\"$quipu\" verify --against fork/checkpoints/latest --json")
    #expect(other.exit == 1)
    #expect(try named(other).findings == ["inconsistent fork/checkpoints/latest"])
    let later = try ledger.bash(
      """
      cp ledger/checkpoints/latest later; rm -r ledger/tile ledger/checkpoints/*[5-9].checkpoint
      cp kept ledger/checkpoints/latest; rm ledger/log/*[4-9].jsonl
      "$quipu" verify --against later --json
      """)
    #expect(later.exit == 1)
    #expect(try named(later).findings == ["truncated log/000000000000.jsonl"])
    let missing = try ledger.bash("\"$quipu\" verify --against nowhere --json")
    #expect(missing.exit == 4 || missing.exit == 1)
    let stranger = try ledger.bash(
      "echo no checkpoint > junk; \"$quipu\" verify --against junk --json")
    #expect(stranger.exit == 1)
    #expect(try named(stranger).findings.contains("malformed junk"))
  }

  /// Damage before what was verified is not looked at again; damage after it is found.
  @Test func sinceReadsWhatCameAfter() throws {
    let (ledger, _) = try books()
    let segments = try ledger.bash("ls ledger/log").output.split(separator: "\n").map(String.init)
    try #require(segments.count >= 2)
    let newest = try ledger.bash("\"$quipu\" verify --since ledger/checkpoints/latest --json")
    #expect(newest.exit == 0)
    #expect(try newest.json["first"]?.integerValue ?? 0 > 0)
    #expect(try newest.json["segments"]?.integerValue ?? 9 < Int64(segments.count))
    let hurt = { (segment: String, line: Int) in
      try ledger.bash(
        "chmod u+w ledger/log/*; sed -i '\(line)s/\"seq\":/\"sEq\":/' ledger/log/\(segment)")
    }
    _ = try hurt(segments[0], 4)
    #expect(try ledger.bash("\"$quipu\" verify").exit == 1)
    #expect(try ledger.bash("\"$quipu\" verify --since ledger/checkpoints/latest").exit == 0)
    _ = try hurt(segments[segments.count - 1], 2)
    let found = try ledger.bash("\"$quipu\" verify --since ledger/checkpoints/latest --json")
    #expect(found.exit == 1)
    #expect(try named(found).findings.allSatisfy { $0.contains(segments[segments.count - 1]) })
    let junk = try ledger.bash("echo x > junk; \"$quipu\" verify --since junk --json")
    #expect(junk.exit == 1)
    #expect(try junk.failure.code == "not_proven")
  }

  @Test func aProofStandsAloneAndEveryChangeOfItIsSeen() throws {
    let (ledger, key) = try books()
    #expect(try ledger.bash("\"$quipu\" proof 3 --out proof; rm -r ledger").exit == 0)
    let proven = try ledger.bash("\"$quipu\" verify --proof proof --vkey '\(key)' --json")
    #expect(proven.exit == 0, "\(proven.errors)")
    let json = try proven.json
    #expect(json["proven"]?.boolValue == true)
    #expect(json["seq"]?.integerValue == 3)
    #expect(json["size"]?.integerValue == 7)
    #expect(json["keys"] == .array([.string(key)]))
    #expect(json["event"]?.stringValue?.contains(#""payment":"p-2""#) == true)
    let sound = try ledger.bytes(of: "proof")
    for place in stride(from: 0, to: sound.count, by: sound.count / 23) {
      var wrong = sound
      wrong[place] ^= 1
      try ledger.write(wrong, to: "wrong")
      let run = try ledger.bash("\"$quipu\" verify --proof wrong --vkey '\(key)' --json")
      #expect(run.exit == 1, "byte \(place)")
      #expect(run.output.isEmpty)
      #expect(try run.failure.code == "not_proven", "byte \(place)")
    }
    let other = try ledger.bash("\"$quipu\" key new other.pem --name test")
    let stranger = try #require(other.output.split(separator: "\n").last.map(String.init))
    #expect(try ledger.bash("\"$quipu\" verify --proof proof --vkey '\(stranger)'").exit == 1)
    #expect(try ledger.bash("\"$quipu\" verify --proof proof").exit == 2, "no key is trusted")
    #expect(try ledger.bash("\"$quipu\" verify --proof proof --vkey '\(key)' --strict").exit == 2)
    #expect(try ledger.bash("\"$quipu\" verify --proof nowhere --vkey '\(key)'").exit == 4)
  }

  /// The object that `--json` prints, whole: names and kinds of values, for a sound and a damaged log.
  @Test func theJSONHasItsShape() throws {
    let (ledger, _) = try books()
    let names = [
      "batches", "bytes", "checkpoints", "covered", "events", "findings", "first", "keys",
      "notices",
      "root", "segments", "tiles", "trusted",
    ]
    let sound = try ledger.run("verify --json").json
    #expect(sound.objectValue?.map(\.key) == names)
    #expect(sound["events"]?.integerValue == 7)
    #expect(sound["covered"]?.integerValue == 7)
    #expect(sound["checkpoints"]?.integerValue == 5)
    #expect(sound["root"]?.stringValue?.count == 44)
    _ = try ledger.bash(
      "chmod u+w ledger/log/*; sed -i '4s/A-1/A-2/' ledger/log/000000000000.jsonl")
    let run = try ledger.run("verify --json")
    #expect(run.exit == 1)
    let damaged = try run.json
    #expect(damaged.objectValue?.map(\.key) == names)
    let finding = try #require(damaged["findings"]?.arrayValue?.first)
    #expect(finding.objectValue?.map(\.key) == ["byte", "detail", "file", "finding", "lines"])
    #expect(finding["finding"]?.stringValue == "mutated")
    #expect(finding["file"]?.stringValue == "log/000000000000.jsonl")
    #expect(finding["lines"] == .array([.integer(4), .integer(4)]))
    #expect(finding["byte"]?.integerValue != nil)
    #expect(finding["detail"]?.stringValue?.isEmpty == false)
  }
}

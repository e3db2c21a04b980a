import CanonicalJSON
import Testing

/// Backup, restore, repair and doctor as an operator meets them.
@Suite struct EndToEndBackupTests {
  private func books() throws -> TemporaryLedger {
    try TemporaryLedger(recording: [
      DraftLine.opened("A-1"), DraftLine.paid("A-1", "p-1"), DraftLine.paid("A-1", "p-2"),
    ])
  }

  @Test func aBackupIsReadCheckedAndRestored() throws {
    let ledger = try books()
    let made = try ledger.bash("\"$quipu\" backup copy --json")
    #expect(made.exit == 0, "\(made.errors)")
    #expect(try made.json["events"]?.integerValue == 4)
    #expect(try made.json["kept"]?.integerValue == 0)
    let checked = try ledger.bash("cd copy; sha256sum --strict -c SHA256SUMS")
    #expect(checked.exit == 0, "\(checked.output)\(checked.errors)")
    #expect(checked.output.contains("log/000000000000.jsonl: OK"))
    #expect(checked.output.contains("BACKUP.json: OK"))
    let shown = try ledger.bash("\"$quipu\" show A-1 --on 2025-03-01 --ledger copy")
    #expect(shown.output == (try ledger.run("show A-1 --on 2025-03-01").output))
    let back = try ledger.bash("\"$quipu\" restore copy again")
    #expect(back.exit == 0, "\(back.errors)")
    #expect(back.output.hasPrefix("restored and verified up to event 3"))
    #expect(back.errors.contains("QUIPU_SIGNING_KEY_FILE"))
    #expect(try ledger.bash("\"$quipu\" verify --ledger again").exit == 0)
    #expect(try ledger.bash("cmp ledger/log/*.jsonl again/log/*.jsonl").exit == 0)
    #expect(try ledger.bash("test -e copy/keys || test -e again/keys/signing.pem").exit == 1)
    let again = try ledger.bash("\"$quipu\" restore copy again")
    #expect(again.exit == 0 && again.output == back.output, "what is done already is done")
    let used = try ledger.bash("echo >> again/LEDGER.json; \"$quipu\" restore copy again --json")
    #expect(used.exit == 3)
    #expect(try used.failure.code == "exists")
  }

  /// A copy has no tiles: as many as there are, that is one line.
  @Test func aRestoredLedgerIsVerifiedInFewLines() throws {
    let ledger = try TemporaryLedger(
      recording: [DraftLine.opened("A-1")] + (1...520).map { DraftLine.paid("A-1", "p-\($0)", 1) })
    #expect(try ledger.bash("\"$quipu\" backup copy && \"$quipu\" restore copy again").exit == 0)
    let verified = try ledger.bash("\"$quipu\" verify --ledger again")
    #expect(verified.exit == 0)
    let told = verified.errors.split(separator: "\n").filter { $0.contains("stale") }
    #expect(told.count == 1 && told[0].contains("tile/0/000 and 3 more in tile/: "), "\(told)")
    let whole = try ledger.bash("\"$quipu\" verify --ledger again --json")
    #expect(try whole.json["notices"]?.arrayValue?.count == 4)
  }

  @Test func whatIsNoBackupOrNoReplicaIsToldSo() throws {
    let ledger = try books()
    let noBackup = try ledger.bash("\"$quipu\" restore ledger again --json")
    #expect(try noBackup.failure.code == "not_a_ledger")
    #expect(try noBackup.failure["expected"].contains("`quipu backup DIR`"))
    let spanish = try ledger.bash("\"$quipu\" restore ledger again --lang es")
    #expect(spanish.errors.contains("aquí no hay ninguna copia\n"))
    #expect(spanish.errors.contains("se esperaba: una copia, como la hace `quipu backup DIR`\n"))
    let noReplica = try ledger.bash(
      "\"$quipu\" promote nats://127.0.0.1:1 --stream books --ledger ledger --json")
    #expect(try noReplica.failure.code == "exists")
    #expect(try noReplica.failure["expected"].contains("`quipu follow`"))
  }

  @Test func theSecondBackupCopiesWhatIsNew() throws {
    let ledger = try books()
    _ = try ledger.bash("\"$quipu\" backup copy --with-keys")
    let same = try ledger.bash("\"$quipu\" backup copy --with-keys --json")
    #expect(try same.json["copied"]?.integerValue == 0)
    try ledger.record([DraftLine.paid("A-1", "p-3")])
    let more = try ledger.bash("\"$quipu\" backup copy --with-keys --json")
    #expect(try more.json["events"]?.integerValue == 5)
    let restored = try ledger.bash(
      "\"$quipu\" restore copy again && stat -c %a again/keys again/keys/signing.pem again/log")
    #expect(restored.output.hasSuffix("700\n600\n755\n"), "\(restored.output)")
    #expect(try ledger.bash("\"$quipu\" checkpoint --ledger again").exit == 0)
  }

  @Test func aBackupIsMadeWhileAWriterWrites() throws {
    let ledger = try books()
    let run = try ledger.bash(
      """
      "$quipu" generate --accounts 300 --seed 4 --people none > drafts || exit 7
      "$quipu" record drafts > receipts & writer=$!
      for n in 1 2 3 4 5 6; do
        "$quipu" backup copy --json || exit 8
        (cd copy && sha256sum --quiet -c SHA256SUMS) || exit 9
        "$quipu" verify --ledger copy > verified || exit 10
      done
      wait $writer || exit 11
      "$quipu" backup copy --json && "$quipu" restore copy again && diff -r ledger/log again/log
      """)
    #expect(run.exit == 0, "\(run.errors)")
  }

  @Test func whatIsNoBackupOrAnothersIsRefused() throws {
    let ledger = try books()
    let other = try TemporaryLedger()
    _ = try ledger.bash("\"$quipu\" backup copy; mkdir full; touch full/file; echo 1 > copy/x")
    let wrong = try Program.run([
      "backup", ledger.folder + "/copy", "--ledger", other.path, "--json",
    ])
    #expect(wrong.exit == 3)
    #expect(try wrong.failure.code == "exists")
    #expect(try ledger.bash("\"$quipu\" backup full").exit == 3)
    #expect(try ledger.bash("\"$quipu\" backup").exit == 2)
    #expect(try ledger.bash("\"$quipu\" restore full again").exit == 4)
    let damaged = try ledger.bash(
      "sed -i s/p-1/p-9/ copy/log/*.jsonl; \"$quipu\" restore copy again --json")
    #expect(damaged.exit == 1)
    #expect(try damaged.failure["file"] == "log/000000000000.jsonl")
    #expect(try ledger.bash("test -e again || test -e again.unfinished").exit == 1)
  }

  @Test func aDamagedLedgerIsRepaired() throws {
    let ledger = try books()
    let before = try ledger.bytes(of: "ledger/log/000000000000.jsonl")
    _ = try ledger.bash("\"$quipu\" backup copy; sed -i s/p-1/p-9/ ledger/log/*.jsonl")
    #expect(try ledger.run("verify").exit == 1)
    let plan = try ledger.bash("\"$quipu\" repair --from copy --dry-run")
    #expect(plan.output.contains("can be mended, 1 line "), "\(plan.output)")
    #expect(try ledger.run("verify").exit == 1)
    let done = try ledger.bash("\"$quipu\" repair --from copy --json")
    #expect(done.exit == 0, "\(done.errors)")
    #expect(try done.json["lines"]?.integerValue == 1)
    #expect(try ledger.bytes(of: "ledger/log/000000000000.jsonl") == before)
    #expect(try ledger.run("verify").exit == 0)
    let kept = try #require(try done.json["original"]?.stringValue)
    #expect(try ledger.text(of: "ledger/\(kept)").contains("p-9"))
    let again = try ledger.bash("\"$quipu\" repair --from copy")
    #expect(again.output == "nothing is damaged\n")
    #expect(try ledger.bash("\"$quipu\" repair").exit == 2)
  }

  @Test func theDoctorSaysWhatToDo() throws {
    let ledger = try books()
    let sound = try ledger.run("doctor")
    #expect(sound.exit == 0, "\(sound.output)")
    #expect(table(sound.output).count == 18)
    // On a machine without a ledger it looks at the machine alone.
    let machine = try ledger.bash(#"cd / && env -u QUIPU_LEDGER "$quipu" doctor"#)
    #expect(
      machine.exit == 0
        && table(machine.output).map(\.first) == ["ledger", "time service", "open files"])
    _ = try ledger.bash("rm -r ledger/tile; echo > ledger/LEDGER.json; chmod 644 ledger/keys/*")
    let ill = try ledger.run("doctor --json")
    #expect(ill.exit == 1)
    let states = Dictionary(
      uniqueKeysWithValues: try ill.json["checks"]?.arrayValue?.map {
        ($0["check"]?.stringValue ?? "", $0["state"]?.stringValue ?? "")
      } ?? [])
    #expect(states["permissions"] == "bad")
    #expect(states["derived"] == "warn")
    _ = try ledger.bash("chmod 600 ledger/keys/*")
    let fixed = try ledger.run("doctor --fix")
    #expect(fixed.exit == 0, "\(fixed.output)")
    #expect(fixed.errors.contains("tile") && fixed.errors.contains("LEDGER.json"))
    #expect(try ledger.run("doctor --fix").errors == "")
  }
}

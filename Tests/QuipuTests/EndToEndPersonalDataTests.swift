import CanonicalJSON
import Testing

/// Personal data as its keepers meet it: sealed, opened on record, erased, kept in backups.
@Suite struct EndToEndPersonalDataTests {
  /// A folder with a ledger `books` of two people, two identities, and outer keys in `config`.
  private func books() throws -> TemporaryLedger {
    let ledger = try TemporaryLedger()
    try ledger.write(
      Array(
        (#"{"type":"SubjectRegistered","stream":"subject/S-1","data":{"subject":"S-1","#
          + #""identity":{"name":"Juana Quispe","documentType":"DNI","document":"45678901"}}}"#
          + "\n"
          + #"{"type":"SubjectRegistered","stream":"subject/S-2","data":{"subject":"S-2","#
          + #""identity":{"name":"Pedro Huanca","documentType":"DNI","document":"10203040"}}}"#
          + "\n")
          .utf8), to: "people")
    let made = try shell(
      ledger,
      """
      "$quipu" init --name books && "$quipu" record people &&
        "$quipu" identity add eva --role admin --save &&
        "$quipu" identity add ana --role dpo --save --as eva
      """)
    try #require(made.exit == 0, "\(made.errors)")
    return ledger
  }

  /// Runs a line of bash on the ledger `books`, its keys in `config`.
  private func shell(_ ledger: TemporaryLedger, _ script: String) throws -> Program.Outcome {
    try ledger.bash(
      "export QUIPU_LEDGER=$folder/books XDG_CONFIG_HOME=$folder/config; " + script)
  }

  @Test func initSaysWhereTheKeysAre() throws {
    let ledger = try TemporaryLedger()
    let made = try shell(ledger, #""$quipu" init --name books; stat -c %a config/quipu/*/*"#)
    #expect(made.output.contains("config/quipu/") && made.output.contains("master.key"))
    #expect(made.output.hasSuffix("600\n600\n"))
    let json = try shell(ledger, #""$quipu" init --ledger other --json"#)
    #expect(try json.json["masterKey"]?.stringValue?.hasSuffix("/master.key") == true)
    let without = try ledger.bash(
      #"env -u HOME -u XDG_CONFIG_HOME "$quipu" init --ledger third --json"#)
    #expect(without.exit == 0 && without.errors.contains("no_vault_keys"))
  }

  @Test func nothingOfThePeopleIsInAnyFileOrMessage() throws {
    let ledger = try books()
    let found = try shell(
      ledger,
      """
      "$quipu" replay --out out --format csv; "$quipu" backup copy; "$quipu" checkpoint
      sed 's/Juana/Maria/' people > other; cp other people2; mv people kept
      cp people2 people; "$quipu" record people; mv kept people
      grep -rlaE 'Juana|Quispe|45678901|Pedro|Huanca|10203040' books copy out config
      """)
    #expect(found.output.split(separator: "\n").allSatisfy { !$0.hasPrefix("books/") })
    #expect(found.exit == 1, "\(found.output)")
    #expect(found.errors.contains("key_conflict"))
    for text in ["Juana", "Maria", "Quispe", "45678901"] {
      #expect(!found.errors.contains(text), "\(found.errors)")
    }
  }

  @Test func openingIsOnRecordAndForThoseWhoMay() throws {
    let ledger = try books()
    let opened = try shell(ledger, #""$quipu" unseal --subject S-1 --purpose access --as ana"#)
    #expect(try opened.json["fields"]?["identity"]?["name"]?.stringValue == "Juana Quispe")
    let recorded = try shell(ledger, "cat books/log/*")
    #expect(recorded.output.contains(#""purpose":"access","reader":"ana""#))
    for (line, code) in [
      ("unseal 1 --purpose x", "not_permitted"), ("unseal 1 --purpose x --as eva", "not_permitted"),
      ("unseal 1 --as ana", "no_purpose"), ("unseal 1 --purpose x --as ../ana", "no_token"),
      ("unseal 1 --purpose x --as bob", "no_token"), ("erase S-1 --as ana", "second_person_needed"),
      ("erase S-1 --as ana --approve-as ana", "same_person"),
      ("erase S-1 --as eva --approve-as ana", "not_permitted"),
      ("identity add x --role dpo", "not_permitted"), ("vault rotate-master", "not_permitted"),
      ("vault export-keys k --as ana", "not_permitted"),
    ] {
      let refused = try shell(ledger, "\"$quipu\" \(line) --json")
      #expect(refused.exit == 3, "\(line): \(refused.errors)")
      #expect(try refused.failure.code == code, "\(line)")
      #expect(!refused.output.contains("Juana"))
    }
    let forged = try shell(
      ledger, #"QUIPU_TOKEN=quipu_0000 "$quipu" unseal 1 --purpose x --as ana --json"#)
    #expect(try forged.failure.code == "wrong_token")
    let claimed = try shell(
      ledger, #""$quipu" record people --actor ana/dpo >/dev/null && "$quipu" unseal 1 --purpose x"#
    )
    #expect(claimed.exit == 3)
  }

  @Test func everythingAboutHerThenErased() throws {
    let ledger = try books()
    let run = try shell(
      ledger,
      """
      "$quipu" proof 1 > proof && "$quipu" vault export-keys safe --as eva >/dev/null &&
      "$quipu" erase S-1 --as ana --approve-as eva --json && "$quipu" verify >/dev/null &&
      "$quipu" unseal 2 --purpose x --as ana
      """)
    #expect(run.exit == 0, "\(run.errors)")
    #expect(run.output.contains(#""keys":1"#) && run.output.contains("Pedro Huanca"))
    let gone = try shell(ledger, #""$quipu" unseal --subject S-1 --purpose x --as ana --json"#)
    #expect(try gone.failure.code == "subject_erased")
    let doctor = try shell(ledger, #""$quipu" doctor"#)
    #expect(doctor.output.contains("export-keys"), "the copy of the keys is no longer of today")
    let voided =
      #"{"type":"EventVoided","stream":"subject/S-1","data":{"target":3,"reason":"x","approver":"eva"}}"#
    try ledger.write(Array((voided + "\n").utf8), to: "void")
    let refused = try shell(ledger, #""$quipu" record void --approve-as eva --json"#)
    #expect(try refused.failure.code == "not_voidable")
  }

  @Test func aBackupTakesTheVaultAndRestoresIt() throws {
    let ledger = try books()
    let run = try shell(
      ledger,
      """
      "$quipu" backup copy --with-keys >/dev/null && (cd copy && sha256sum -c --quiet SHA256SUMS) &&
      "$quipu" backup copy --with-keys --json && stat -c %a copy/vault/keys.db &&
      "$quipu" restore copy again >/dev/null &&
      "$quipu" unseal 1 --purpose x --as ana --ledger again
      """)
    #expect(run.exit == 0, "\(run.errors)")
    #expect(run.output.contains(#""copied":0"#) && run.output.contains("600\n"), "\(run.output)")
    #expect(run.output.contains("Juana Quispe"))
    let after = try shell(
      ledger,
      """
      cp -r copy old; "$quipu" erase S-1 --as ana --approve-as eva >/dev/null
      cp books/log/* old/log/; "$quipu" restore copy third >/dev/null
      "$quipu" unseal 1 --purpose x --as ana --ledger third; "$quipu" vault status --ledger third
      """)
    #expect(!after.output.contains("Juana") && after.errors.contains("no_vault_keys"))
    #expect(after.errors.contains("lost_epochs") || after.errors.contains("epochs the key is gone"))
  }

  @Test func theMasterKeyRotates() throws {
    let ledger = try books()
    let run = try shell(
      ledger,
      """
      cat config/quipu/*/master.key > old && "$quipu" vault rotate-master --as eva >/dev/null &&
      ! cmp -s old config/quipu/*/master.key && "$quipu" unseal 1 --purpose x --as ana
      """)
    #expect(run.exit == 0 && run.output.contains("Juana Quispe"), "\(run.errors)")
    let given = try shell(
      ledger,
      """
      openssl rand -base64 32 > given && chmod 600 given &&
      "$quipu" vault rotate-master given --as eva --json >/dev/null
      QUIPU_MASTER_KEY_FILE=$folder/given "$quipu" unseal 1 --purpose x --as ana
      "$quipu" unseal 1 --purpose x --as ana --json
      """)
    #expect(given.output.contains("Juana Quispe"), "\(given.errors)")
    #expect(try given.failure.code == "no_vault_keys")
  }

  @Test func theDoctorWarnsOfKeysThatLieWrong() throws {
    let ledger = try books()
    func vault(_ script: String) throws -> [String] {
      let run = try shell(ledger, script + #""$quipu" doctor --json"#)
      let checks = try run.json["checks"]?.arrayValue ?? []
      return checks.filter { $0["check"]?.stringValue == "vault" }.compactMap { check in
        guard let state = check["state"]?.stringValue, let detail = check["detail"]?.stringValue
        else { return nil }
        return "\(state) \(detail)"
      }
    }
    let fresh = try vault("")
    #expect(fresh.count == 1 && fresh[0].hasPrefix("warn no copy of the keys"), "\(fresh)")
    let copied = try vault(#""$quipu" vault export-keys safe --as eva >/dev/null; "#)
    #expect(copied.count == 1 && copied[0].hasPrefix("ok"), "\(copied)")
    // Named from the folder that holds both, so that no path shows it.
    let beside = try vault(
      "cp config/quipu/*/master.key mk; export QUIPU_MASTER_KEY_FILE=mk QUIPU_LEDGER=books; ")
    #expect(beside.contains { $0.hasPrefix("warn") && $0.contains("beside") }, "\(beside)")
    let exposed = try vault("chmod 644 config/quipu/*/epochs; ")
    #expect(exposed.contains { $0.hasPrefix("bad others can read") }, "\(exposed)")
    let missing = try vault("rm config/quipu/*/master.key; ")
    #expect(missing.contains { $0.hasPrefix("bad") && $0.contains("import-keys") }, "\(missing)")
  }

  @Test func onceThereAreIdentitiesAVoidIsApprovedByOne() throws {
    let ledger = try books()
    let void =
      #"{"type":"EventVoided","stream":"subject/S-2","key":"v","data":{"target":2,"#
      + #""reason":"entered twice","approver":"eva"}}"#
    try ledger.write(Array((void + "\n").utf8), to: "void")
    for (words, code) in [
      ("", "second_person_needed"), ("--approve-as ana", "second_person_needed"),
      ("--as eva --approve-as eva", "not_permitted"),
    ] {
      let refused = try shell(ledger, "\"$quipu\" record void \(words) --json")
      #expect(try refused.failure.code == code, "\(words)")
    }
    let done = try shell(ledger, #""$quipu" record void --approve-as eva"#)
    #expect(done.exit == 0, "\(done.errors)")
  }
}

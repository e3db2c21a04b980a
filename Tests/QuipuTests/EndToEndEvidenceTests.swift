import CanonicalJSON
import Foundation
import Testing

/// Packages of evidence, as a regulator or a court receives them: they prove themselves, and nothing in
/// them can be changed, added or taken away unseen.
@Suite struct EndToEndEvidenceTests {
  /// Two persons' accounts; S-1 also guarantees the other's.
  private func books() throws -> TemporaryLedger {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A-1"),
      DraftLine.opened("B-1").replacing("S-1", with: "S-2"),
      DraftLine.opened("C-1").replacing("S-1", with: "S-3"),
      DraftLine.paid("A-1", "p-1"), DraftLine.paid("B-1", "p-2"), DraftLine.paid("C-1", "p-3"),
      #"{"type":"SubjectLinked","stream":"subject/S-1","effective":"2025-03-01","key":"link:1","#
        + #""data":{"account":"B-1","role":"guarantor"}}"#,
      #"{"type":"UnidentifiedPaymentReceived","stream":"portfolio/unidentified","key":"u:1","#
        + #""effective":"2025-03-02","data":{"payment":"u-1","amount":1000,"currency":"PEN","#
        + #""method":"cash"}}"#,
      #"{"type":"PaymentIdentified","stream":"portfolio/unidentified","key":"u:2","#
        + #""effective":"2025-03-03","data":{"payment":"u-1","account":"A-1"}}"#,
    ])
    try ledger.addIdentities()
    return ledger
  }

  private func package(
    _ ledger: TemporaryLedger, _ words: String = "--subject S-1 --for regulator"
  ) throws -> JSONValue {
    let made = try ledger.run(
      "evidence \(words) --as otto --out \(ledger.folder)/package --json")
    try #require(made.exit == 0, "\(made.errors)")
    return try made.json
  }

  private func seqs(_ ledger: TemporaryLedger) throws -> [Int64] {
    try ledger.text(of: "package/events.jsonl").split(separator: "\n").compactMap {
      try JSONValue(parsing: String($0), as: .json)["seq"]?.integerValue
    }
  }

  /// Whether python3 and openssl are there, without which no package can be verified.
  private func canVerify(_ ledger: TemporaryLedger) throws -> Bool {
    if try ledger.bash("command -v python3 openssl sha256sum").exit == 0 { return true }
    print("python3, openssl or sha256sum is not installed: their check was skipped")
    return false
  }

  @Test func aPersonsPackageHoldsWhatIsHersAndWhatBearsOnIt() throws {
    let ledger = try books()
    let told = try package(ledger)
    // Not account C-1; the payment that was unidentified, and who identified it, are there.
    #expect(try seqs(ledger) == [0, 1, 2, 4, 5, 7, 8, 9])
    #expect(told["events"]?.integerValue == 8)
    let report = try JSONValue(parsing: try ledger.text(of: "package/report.json"), as: .json)
    let streams = try #require(report["completeStreams"])
    #expect(streams["account/A-1"]?.integerValue == 2)
    #expect(streams["account/B-1"]?.integerValue == 2)
    #expect(streams["subject/S-1"]?.integerValue == 1)
    #expect(streams["account/C-1"] == nil)
  }

  @Test func theExportItselfIsRecorded() throws {
    let ledger = try books()
    let told = try package(ledger, "--subject S-1 --for regulator --recipient SBS")
    let sums = try ledger.bash("sha256sum package/SHA256SUMS")
    #expect(sums.output.hasPrefix(try #require(told["sha256"]?.stringValue)))
    let events = try ledger.run("export jsonl").output
    #expect(events.contains(#""recipient":"regulator: SBS""#))
    #expect(events.contains(try #require(told["sha256"]?.stringValue)))
  }

  @Test func aPackageProvesItselfAndAnyChangeIsSeen() throws {
    let ledger = try books()
    guard try canVerify(ledger) else { return }
    let key = try #require(try package(ledger)["vkey"]?.stringValue)
    let sound = try ledger.bash(
      "cd package && sha256sum -c --quiet SHA256SUMS && python3 verify.py --vkey '\(key)'")
    #expect(sound.exit == 0, "\(sound.output)\(sound.errors)")
    #expect(sound.output.hasSuffix("PROVEN\n"))
    // Any file changed by one byte, or taken away; a file added.
    let changed = try ledger.bash(
      """
      for file in $(cut -c67- package/SHA256SUMS) SHA256SUMS; do
        for way in change remove; do
          rm -rf copy; cp -r package copy
          if [ $way = remove ]; then rm "copy/$file"
          else python3 - "copy/$file" <<'END'
      import sys
      data = bytearray(open(sys.argv[1], "rb").read())
      data[len(data) // 2] ^= 1
      open(sys.argv[1], "wb").write(data)
      END
          fi
          case $file in verify.py | evidence.py) cp package/verify.py package/evidence.py . ;; esac
          python3 package/verify.py copy >told 2>&1 && echo "unseen: $way $file"
        done
      done
      rm -rf copy; cp -r package copy; echo x > copy/added
      python3 package/verify.py copy > told && echo "unseen: a file added"
      cat told
      """)
    #expect(changed.output == "NOT PROVEN: added is not in SHA256SUMS\n", "\(changed.errors)")
  }

  /// Whoever changes an event can make the sums anew, but not the proofs.
  @Test func aChangedEventIsSeenWhoeverMakesTheSumsAnew() throws {
    let ledger = try books()
    guard try canVerify(ledger) else { return }
    _ = try package(ledger)
    let run = try ledger.bash(
      """
      # The keeper himself, who has the key, makes sums and note anew.
      resum() { (cd copy && sha256sum $(cut -c67- SHA256SUMS | while read -r f; do
        [ -e "$f" ] && echo "$f"; done) > sums && mv sums SHA256SUMS)
        python3 - <<'END'
      import base64, hashlib, subprocess
      text = f"quipu package\\n{hashlib.sha256(open('copy/SHA256SUMS', 'rb').read()).hexdigest()}\\n"
      open("text", "w").write(text)
      key = open("copy/vkey").read().strip().split("+", 2)
      made = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey",
                             "ledger/keys/signing.pem", "-in", "text"], capture_output=True).stdout
      data = base64.b64encode(bytes.fromhex(key[1]) + made).decode()
      open("copy/SHA256SUMS.note", "w").write(f"{text}\\n— {key[0]} {data}\\n")
      END
        python3 copy/verify.py; }
      rm -rf copy; cp -r package copy; sed -i 's/"amount":20000/"amount":29000/' copy/events.jsonl; resum
      rm -rf copy; cp -r package copy; sed -i 4d copy/events.jsonl; rm copy/proofs/000000000004*; resum
      rm -rf copy; cp -r package copy; echo '{"fields":{},"seq":4}' > copy/opened.jsonl
      (cd copy && sha256sum opened.jsonl >> SHA256SUMS); resum
      python3 package/verify.py --vkey 'test+00000000+AAAA' package
      """)
    let told = run.output.split(separator: "\n").map(String.init)
    #expect(
      told == [
        "NOT PROVEN: proofs/000000000004.tlog-proof proves another line than events.jsonl has",
        "NOT PROVEN: account/A-1 has not its 2 events",
        "NOT PROVEN: opened.jsonl: event 4 has nothing sealed",
      ], "\(run.errors)")
    // Whoever has not the key cannot make the sums anew.
    let forged = try ledger.bash(
      """
      rm -rf copy; cp -r package copy; sed -i 's/"accounts":/"accountz":/' copy/report.json
      (cd copy && sha256sum $(cut -c67- SHA256SUMS) > sums && mv sums SHA256SUMS); python3 copy/verify.py
      """)
    #expect(forged.output == "NOT PROVEN: SHA256SUMS.note speaks of other sums\n")
    #expect(run.exit == 2)
  }

  @Test func aPeriodIsARunWithoutGaps() throws {
    let ledger = try books()
    guard try canVerify(ledger) else { return }
    _ = try package(ledger, "--period 2020-01-01..2199-12-31 --for court")
    let run = try ledger.bash("python3 package/verify.py")
    #expect(run.output.contains("no event from 0 to 9 is left out"))
    let empty = try ledger.run(
      "evidence --period 2020-01-01..2020-01-02 --for court --as otto --out \(ledger.folder)/p --json"
    )
    #expect(try empty.failure.code == "empty_period")
  }

  /// What is sealed is in a package only where a dpo said what for, and that is in the package too.
  @Test func onlyADpoOpensWhatIsSealed() throws {
    let ledger = try books()
    guard try canVerify(ledger) else { return }
    try ledger.record([
      #"{"type":"SubjectRegistered","stream":"subject/S-1","key":"reg:1","data":{"subject":"S-1","#
        + #""identity":{"name":"Zoila Quispe <b>","documentType":"DNI","document":"44556677"}}}"#
    ])
    let nobody = try ledger.run(
      "evidence --subject S-1 --for regulator --out \(ledger.folder)/none --json")
    #expect(try nobody.failure.code == "not_permitted")
    let auditor = try ledger.run(
      "evidence --subject S-1 --for regulator --purpose audit --as otto --out \(ledger.folder)/no"
        + " --json")
    #expect(try auditor.failure.code == "not_permitted")
    _ = try package(ledger)
    #expect(try ledger.bash("grep -rl -e Zoila -e 44556677 package ledger").output == "")
    let opened = try ledger.run(
      "evidence --subject S-1 --for subject --purpose access-request --as ana --lang es --out "
        + "\(ledger.folder)/hers")
    #expect(opened.exit == 0, "\(opened.errors)")
    let check = try ledger.bash(
      """
      cd hers && sha256sum -c --quiet SHA256SUMS && python3 verify.py && grep -c Zoila opened.jsonl
      grep -c 'Zoila Quispe &lt;b&gt;' index.html; grep -o '"purpose":"access-request"' events.jsonl
      """)
    #expect(
      check.output.hasSuffix("PROVEN\n1\n1\n\"purpose\":\"access-request\"\n"), "\(check.output)")
  }

  @Test func anErasedPersonsPackageHoldsTheReceiptAndNothingOfHer() throws {
    let ledger = try books()
    guard try canVerify(ledger) else { return }
    try ledger.record([
      #"{"type":"SubjectRegistered","stream":"subject/S-9","key":"reg:9","data":{"subject":"S-9","#
        + #""identity":{"name":"Zoila Quispe","documentType":"DNI","document":"44556677"}}}"#
    ])
    let erased = try ledger.run("erase S-9 --as ana --approve-as eva")
    #expect(erased.exit == 0, "\(erased.errors)")
    _ = try package(ledger, "--subject S-9 --for regulator")
    let check = try ledger.bash(
      "cd package && sha256sum -c --quiet SHA256SUMS && python3 verify.py && ls receipts")
    #expect(check.output.hasSuffix("PROVEN\nerasure-0.receipt\n"), "\(check.output)\(check.errors)")
    #expect(try ledger.bash("grep -rl -e Zoila -e 44556677 package ledger").output == "")
  }

  @Test func wrongInputIsRefusedAndNothingIsLeftBehind() throws {
    let ledger = try books()
    let before = try ledger.run("checkpoint --json").json["size"]?.integerValue
    for (words, code) in [
      ("--subject S-9 --for court --out X", "unknown_subject"),
      ("--account A-9 --for court --out X", "unknown_account"),
      ("--request R-9 --for court --out X", "unknown_request"),
      ("--subject a/../b --for court --out X", "not_an_id"),
      ("--subject S-1 --account A-1 --for court --out X", "wrong_usage"),
      ("--for court --out X", "wrong_usage"), ("--subject S-1 --out X", "wrong_usage"),
      ("--subject S-1 --for court", "wrong_usage"),
      ("--period 2026-02-30..2026-03-01 --for court --out X", "wrong_usage"),
      ("--period 2026-03-02..2026-03-01 --for court --out X", "wrong_usage"),
      ("--subject S-1 --for court --out \(ledger.path)", "folder_exists"),
    ] {
      let words = words.replacing("X", with: ledger.folder + "/x")
      let failure = try ledger.run("evidence \(words) --as otto --json").failure
      #expect(failure.code == code, "\(words)")
    }
    #expect(try ledger.bash("ls -d x* 2>/dev/null").output == "")
    #expect(try ledger.run("checkpoint --json").json["size"]?.integerValue == before)
  }
}

import CanonicalJSON
import Testing

/// Checkpoints, proofs, witnesses, anchors and keys, as an auditor meets them.
@Suite struct EndToEndProofTests {
  private func books() throws -> TemporaryLedger {
    try TemporaryLedger(recording: [
      DraftLine.opened("A-1"), DraftLine.paid("A-1", "p-1"), DraftLine.paid("A-1", "p-2"),
    ])
  }

  private func key(_ ledger: TemporaryLedger) throws -> String {
    let shown = try ledger.run("key show")
    return try #require(shown.output.split(separator: "\n").last.map(String.init))
  }

  @Test func recordingSignsWhatItRecorded() throws {
    let ledger = try books()
    let list = try ledger.run("checkpoint --list")
    #expect(table(list.output).map { $0[0] } == ["1", "4"])
    let note = try ledger.text(of: "ledger/checkpoints/latest")
    #expect(note == (try ledger.text(of: "ledger/checkpoints/000000000004.checkpoint")))
    let printed = try ledger.run("checkpoint")
    #expect(printed.output == note)
    let json = try ledger.run("checkpoint --size 1 --json").json
    #expect(json["size"]?.integerValue == 1)
    #expect(json["origin"]?.stringValue == "test")
  }

  /// The signature is checked by another program alone, from the note's text and the key's bytes.
  @Test func opensslVerifiesTheSignature() throws {
    let ledger = try books()
    guard try ledger.bash("command -v openssl python3").exit == 0 else {
      return print("openssl or python3 is not installed: their check was skipped")
    }
    try ledger.write(Array(try key(ledger).utf8), to: "vkey")
    let run = try ledger.bash(
      """
      python3 - <<'END'
      import base64
      text, lines = open("ledger/checkpoints/latest").read().split("\\n\\n")
      open("text", "w").write(text + "\\n")
      open("signature", "wb").write(base64.b64decode(lines.split()[2])[4:])
      key = base64.b64decode(open("vkey").read().split("+", 2)[2])[1:]
      open("key.der", "wb").write(bytes.fromhex("302a300506032b6570032100") + key)
      END
      openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in text -sigfile signature
      echo x >> text
      ! openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in text -sigfile signature
      """)
    #expect(run.exit == 0, "\(run.errors)")
    #expect(run.output.contains("Signature Verified Successfully"))
  }

  @Test func aProofNamesTheVeryLine() throws {
    let ledger = try books()
    let proof = try ledger.run("proof 2").output
    let lines = proof.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "c2sp.org/tlog-proof@v1")
    #expect(lines[2] == "index 2")
    #expect(proof.hasSuffix(try ledger.text(of: "ledger/checkpoints/latest")))
    let decoded = try ledger.bash("\"$quipu\" proof 2 | sed -n 's/^extra //p' | base64 -d")
    #expect(Array(decoded.output.utf8) == (try ledger.lines())[4])
  }

  @Test func whatCannotBeProvenIsRefused() throws {
    let ledger = try books()
    let later = try ledger.run("proof 4 --json")
    #expect(later.exit == 3)
    #expect(try later.failure.code == "no_such_event")
    let uncovered = try ledger.run("proof 3 --size 1 --json")
    #expect(uncovered.exit == 3)
    #expect(try uncovered.failure.code == "not_covered")
    let unknown = try ledger.run("proof 0 --size 2 --json")
    #expect(unknown.exit == 3)
    #expect(try unknown.failure.code == "no_such_event")
    #expect(try ledger.run("proof x").exit == 2)
  }

  /// A witness sees one history: the same request twice, a later one, and no other.
  @Test func aWitnessCosignsOneHistory() throws {
    let ledger = try books()
    try ledger.write(Array(try key(ledger).utf8), to: "vkey")
    let script = """
      set -e
      "$quipu" key new w.pem --name w.example --cosigner > w.vkey
      ask() { "$quipu" consistency "$1" --out request; }
      cosign() {
        "$quipu" cosign request --key w.pem --name w.example --log "$(cat vkey)" --memory seen
      }
      ask 0; cosign > one
      "$quipu" witness one --witness "$(cat w.vkey)" > note
      grep -c '^— w.example' note
      """
    let first = try ledger.bash(script)
    #expect(first.exit == 0, "\(first.errors)")
    #expect(first.output == "1\n")
    try ledger.record([DraftLine.paid("A-1", "p-3")])
    let again = try ledger.bash(
      script.replacing("\"$quipu\" key new w.pem --name w.example --cosigner > w.vkey", with: "")
        .replacing("ask 0", with: "ask 4"))
    #expect(again.exit == 0, "\(again.errors)")
    let behind = try ledger.bash(
      """
      "$quipu" consistency 1 --out request
      "$quipu" cosign request --key w.pem --name w.example --log "$(cat vkey)" --memory seen --json
      """)
    #expect(behind.exit == 3)
    #expect(try behind.failure.code == "conflict")
    #expect(try behind.failure.number("value") == 5)
  }

  /// Another history under the same key and name is what a witness is there for.
  @Test func aWitnessRefusesAFork() throws {
    let ledger = try books()
    try ledger.write(Array(try key(ledger).utf8), to: "vkey")
    let fork = try ledger.copy()
    let setUp = try ledger.bash(
      """
      "$quipu" key new w.pem --name w.example --cosigner > w.vkey
      "$quipu" consistency 0 --out request
      "$quipu" cosign request --key w.pem --name w.example --log "$(cat vkey)" --memory seen
      """)
    #expect(setUp.exit == 0, "\(setUp.errors)")
    // The copy is cut back to its first event, and grows otherwise, with the ledger's own key.
    let lines = try fork.lines()
    let kept = Array(lines.prefix(3).map { $0 + [10] }.joined())
    try fork.write(kept, to: "ledger/log/000000000000.jsonl")
    _ = try fork.bash("rm -rf ledger/tile ledger/checkpoints/*4* ledger/checkpoints/latest")
    try fork.record([
      DraftLine.opened("A-1"), DraftLine.paid("A-1", "p-8"), DraftLine.paid("A-1", "p-9"),
      DraftLine.paid("A-1", "p-7"),
    ])
    let refused = try ledger.bash(
      """
      "$quipu" consistency 1 --ledger "\(fork.path)" | sed 's/^old 1$/old 4/' > request
      "$quipu" cosign request --key w.pem --name w.example --log "$(cat vkey)" --memory seen --json
      """)
    #expect(refused.exit == 1)
    #expect(try refused.failure.code == "inconsistent")
  }

  /// The same over HTTP: a witness that answers as C2SP tlog-witness says.
  @Test func aWitnessIsAskedOverTheNetwork() throws {
    let ledger = try books()
    guard try ledger.bash("command -v curl python3").exit == 0 else {
      return print("curl or python3 is not installed: the network witness was skipped")
    }
    try ledger.write(Array(try key(ledger).utf8), to: "vkey")
    try ledger.write(Array(Self.server.utf8), to: "server.py")
    let run = try ledger.bash(
      """
      "$quipu" key new w.pem --name w.example --cosigner > w.vkey
      python3 server.py & server=$!
      for i in $(seq 100); do [ -s port ] && break; sleep 0.05; done
      url=http://127.0.0.1:$(cat port)
      "$quipu" witness $url --witness "$(cat w.vkey)" | grep -c '^— w.example'
      echo '\(DraftLine.paid("A-1", "p-3"))' | "$quipu" record - > /dev/null
      "$quipu" witness $url/ --witness "$(cat w.vkey)" | grep -c '^— w.example'
      wait $server
      "$quipu" witness $url --witness "$(cat w.vkey)" --json
      """)
    #expect(run.output == "1\n1\n", "\(run.errors)")
    #expect(run.exit == 4)
    #expect(try run.failure.code == "unreachable")
  }

  /// A witness of the tests: `quipu cosign` behind an HTTP server of one route, which ends by itself
  /// after the two requests it is there for, or when none comes.
  private static let server = """
    import http.server, json, os, subprocess
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            open("asked", "wb").write(body)
            run = subprocess.run(
                [os.environ["quipu"], "cosign", "asked", "--key", "w.pem", "--name", "w.example",
                 "--log", open("vkey").read(), "--memory", "seen", "--json"], capture_output=True)
            if run.returncode == 0:
                status, answer = 200, json.loads(run.stdout)["cosignature"] + "\\n"
            else:
                error = json.loads(run.stderr.splitlines()[-1])["error"]
                known = error["detail"].get("value")
                status = 409 if error["code"] == "conflict" else 422
                answer = f"{known}\\n" if status == 409 else error["message"]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer.encode())
        def log_message(self, *words): pass
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    open("port.new", "w").write(str(server.server_port))
    os.rename("port.new", "port")
    server.timeout = 20
    for request in range(2): server.handle_request()
    """

  @Test func anAnchorCatchesAnOldBackup() throws {
    let ledger = try books()
    let kept = try ledger.run("anchor \(ledger.folder)/kept")
    #expect(kept.exit == 0, "\(kept.errors)")
    #expect(table(kept.output).map { $0[1] } == ["4"])
    let backup = try ledger.copy()
    try ledger.record([DraftLine.paid("A-1", "p-3")])
    let draft = DraftLine.paid("A-1", "p-4")
    let refused = try backup.record(bytes: Array(draft.utf8), "--json")
    #expect(refused.exit == 3)
    #expect(try refused.failure.code == "behind_anchor")
    #expect(try backup.run("show A-1").exit == 0)
    #expect(try backup.run("anchor \(ledger.folder)/kept --forget").exit == 3)
    let other = try TemporaryLedger("--name other")
    let stranger = try other.run("anchor \(ledger.folder)/kept --json")
    #expect(stranger.exit == 3)
    #expect(try stranger.failure.code == "behind_anchor")
  }

  @Test func keysChangeAndLieOutside() throws {
    let ledger = try books()
    let old = try key(ledger)
    let changed = try ledger.run("key change")
    #expect(changed.exit == 0, "\(changed.errors)")
    try ledger.record([DraftLine.paid("A-1", "p-3")])
    let shown = try ledger.run("key show").output
    #expect(shown == "\(old)  (retired)\n\(changed.output)")
    let outside = try ledger.bash(
      """
      "$quipu" key new outside.pem --name test > /dev/null
      "$quipu" key change outside.pem
      rm ledger/keys/signing.pem
      echo '\(DraftLine.paid("A-1", "p-4"))' > draft
      QUIPU_SIGNING_KEY_FILE=$PWD/outside.pem "$quipu" record draft
      "$quipu" record <(echo '\(DraftLine.paid("A-1", "p-5"))')
      """)
    #expect(outside.exit == 0)
    #expect(outside.output.contains("pay:p-5"))
    #expect(outside.errors.contains("no checkpoint was made"))
    #expect(table(try ledger.run("checkpoint --list").output).last?[0] == "8")
  }

  /// A time stamp authority made for the test stamps a checkpoint; openssl checks what was kept.
  @Test func aTimeStampIsKeptBesideItsCheckpoint() throws {
    let ledger = try books()
    guard try ledger.bash("command -v openssl").exit == 0 else {
      return print("openssl is not installed: the time stamp was skipped")
    }
    try ledger.write(Array(Self.authority.utf8), to: "tsa.cnf")
    let run = try ledger.bash(
      """
      set -e
      openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2 \\
        -subj /CN=tsa -config tsa.cnf -extensions stamping 2>/dev/null
      echo 01 > serial
      "$quipu" checkpoint --stamp-request request.tsq > note 2>/dev/null
      openssl ts -reply -queryfile request.tsq -out answer.tsr -config tsa.cnf 2>/dev/null
      "$quipu" checkpoint --stamp answer.tsr
      sed '/^$/,$d' note > text
      openssl ts -verify -data text -in ledger/checkpoints/000000000004.tsr -CAfile tsa.pem 2>/dev/null
      """)
    #expect(run.exit == 0, "\(run.output) \(run.errors)")
    #expect(run.output.contains("Verification: OK"))
    try ledger.record([DraftLine.paid("A-1", "p-3")])
    let other = try ledger.bash("\"$quipu\" checkpoint --stamp answer.tsr --json")
    #expect(other.exit == 3 || other.exit == 1)
    #expect(try other.failure.code == "not_proven")
  }

  private static let authority = """
    [req]
    distinguished_name = name
    [name]
    [stamping]
    extendedKeyUsage = critical,timeStamping
    [tsa]
    default_tsa = here
    [here]
    serial = ./serial
    signer_cert = ./tsa.pem
    signer_key = ./tsa.key
    signer_digest = sha256
    default_policy = 1.2.3.4
    digests = sha256
    """
}

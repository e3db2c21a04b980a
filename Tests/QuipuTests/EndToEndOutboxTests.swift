import CanonicalJSON
import Foundation
import Testing

@Suite("End to end: the outbox and what gateways report")
struct EndToEndOutboxTests {
  private static let gateway = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "tools/gateway").path()

  /// A ledger whose rules never sleep, with the texts and two people: S-1 owes in three days on two accounts,
  /// S-2 paid today.
  private static let base = Result {
    let ledger = try TemporaryLedger()
    try ledger.addIdentities()
    try ledger.write(
      Array(
        #"""
        {"format":"quipu-policy/1","policy":"own","version":1,"jurisdiction":"PE","rules":[
        {"id":"OUT","kind":"optOut","verdict":"block","condition":"not refused","citation":"test"},
        {"id":"CAP","kind":"frequencyCap","verdict":"block","condition":"one a day",
        "citation":"test","parameters":{"n":1,"perDays":1,"per":"subject"}}]}
        """#.utf8), to: "own.json")
    let run = try ledger.bash(
      #"""
      set -e
      "$quipu" policy adopt own.json --effective 2020-01-01 --as ana --approve-as eva
      "$quipu" assistant adopt pe-messages --as ana --approve-as eva
      due=$(TZ=America/Lima date -d '+3 days' +%F) today=$(TZ=America/Lima date +%F)
      open() {
        printf '{"type":"AccountOpened","stream":"account/%s","key":"%s","effective":"2025-01-02",' $1 $1
        printf '"data":{"account":"%s","subject":"%s","creditor":"bank","product":"consumer",' $1 $2
        printf '"currency":"PEN","items":[{"n":1,"dueOn":"%s","principal":50000}]}}\n' $3
      }
      point() {
        printf '{"type":"ContactPointAdded","stream":"subject/%s","key":"p%s",' $1 $1
        printf '"effective":"2025-01-02","subject":"%s","data":{"point":"m","kind":"mobile",' $1
        printf '"value":"+51999999991","source":"contract","agreed":true,'
        printf '"localZone":"America/Lima"}}\n'
      }
      { open A-1 S-1 $due; open A-2 S-1 $due; open B-1 S-2 2027-12-01; point S-1; point S-2
        printf '{"type":"PaymentReceived","stream":"account/B-1","key":"pay","effective":"%s",' $today
        printf '"data":{"payment":"p-1","amount":20000,"currency":"PEN","method":"wallet"}}\n'
      } > drafts
      "$quipu" record drafts > /dev/null
      """#)
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  /// That ledger again, and the secret beside it.
  static func copy() throws -> TemporaryLedger {
    let ledger = try base.get().copy()
    try ledger.write(Array("a secret of the test\n".utf8), to: "secret")
    return ledger
  }

  /// The lines that a command prints.
  private func lines(_ ledger: TemporaryLedger, _ command: String) throws -> [JSONValue] {
    let run = try ledger.run(command)
    try #require(run.exit == 0, "\(run.errors)")
    return try run.output.split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)
    }
  }

  /// Runs a script beside a gateway; `$sent` is where it keeps what went out.
  static func withGateway(
    _ ledger: TemporaryLedger, _ options: String, _ script: String
  ) throws -> Program.Outcome {
    try ledger.bash(
      """
      export QUIPU_GATEWAY_KEY_FILE=$PWD/secret sent=$PWD/sent
      : > sent
      \(gateway) --key secret --log sent \(options) > address &
      gateway=$!
      trap 'kill -9 $gateway' EXIT
      for try in {1..300}; do grep -q http address && break; sleep 0.1; done
      address=$(cat address)
      \(script)
      """)
  }

  static func count(_ type: String, in ledger: TemporaryLedger) throws -> Int {
    try ledger.run("export jsonl").output.components(separatedBy: "\"type\":\"\(type)\"").count - 1
  }

  @Test("one message a person, in her words, without her number; thanks after a payment")
  func messages() throws {
    let ledger = try Self.copy()
    let messages = try lines(ledger, "outbox")
    #expect(messages.map { $0["account"]?.stringValue } == ["A-1", "B-1"])
    #expect(messages.map { $0["occasion"]?.stringValue } == ["due", "thanks"])
    #expect(messages.allSatisfy { $0["allowed"] == .bool(true) })
    #expect(messages[0]["text"]?.stringValue?.contains("S/ 500.00") == true)
    #expect(messages[1]["text"]?.stringValue?.contains("Recibimos S/ 200.00") == true)
    #expect(!messages.contains { $0.canonicalText.contains("+51") })
    #expect(try Self.count("ContactAuthorized", in: ledger) == 0)
    #expect(try lines(ledger, "outbox --record").count == 2)
    #expect(try Self.count("ContactAuthorized", in: ledger) == 2)
  }

  @Test("what is sent is sent once and recorded once, and its receipts however often they come")
  func delivered() throws {
    let ledger = try Self.copy()
    let run = try Self.withGateway(
      ledger, "--plain",
      """
      "$quipu" outbox --deliver $address --json
      "$quipu" outbox --deliver $address --json
      curl -s $address/receipts > receipts
      tac receipts | "$quipu" receipts - --json
      cat receipts receipts | "$quipu" receipts - --json
      """)
    let said = try run.output.split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)
    }
    try #require(said.count == 4, "\(run.errors)")
    #expect(said[0]["sent"] == .integer(2) && said[0]["unsent"] == .integer(0))
    #expect(said[1]["already"] == .integer(2) && said[1]["sent"] == .integer(0))
    #expect(said[2]["recorded"] == .integer(2))
    #expect(said[3]["receipts"] == .integer(8) && said[3]["recorded"] == .integer(0))
    #expect(try ledger.text(of: "sent").split(separator: "\n").count == 2)
    #expect(try Self.count("ContactAttempted", in: ledger) == 2)
    #expect(try Self.count("ContactDelivered", in: ledger) == 2)
    #expect(try ledger.run("outbox").output.isEmpty)
  }

  @Test("a refusal recorded while the gateway is busy stops the message")
  func refusedMeanwhile() throws {
    let ledger = try Self.copy()
    let run = try Self.withGateway(
      ledger, "--refuse 10000",
      """
      "$quipu" outbox --deliver $address --tries 9 --seed 7 --json > said 2> errors &
      sender=$!
      for try in {1..300}; do "$quipu" export jsonl | grep -q ContactAuthorized && break; done
      for channel in whatsapp sms; do for person in S-1 S-2; do
        printf '{"type":"ChannelOptedOut","stream":"subject/%s","subject":"%s","key":"%s%s",' \\
          $person $person $channel $person
        printf '"data":{"channel":"%s"}}\\n' $channel
      done; done > refusals
      until "$quipu" record refusals > /dev/null 2>&1; do sleep 0.05; done
      wait $sender
      cat said
      """)
    #expect(try run.json["sent"] == .integer(0), "\(run.errors)")
    #expect(try run.json["unsent"] == .integer(0), "\(run.errors)")
    #expect(try ledger.text(of: "sent").isEmpty)
    #expect(try Self.count("ContactAttempted", in: ledger) == 0)
  }

  @Test(
    "a receipt that makes no sense is refused, with its line and field",
    arguments: [
      (#"{"event":"read"}"#, "not_a_choice", "event"), ("[]", "wrong_type", ""),
      (
        #"{"id":"1","event":"delivered","account":"A-1","subject":"S-1"}"#, "missing_field",
        "contact"
      ),
      (
        #"{"id":"1","event":"delivered","account":"A-1","subject":"S-1","contact":"c"}"#,
        "unknown_contact", "contact"
      ),
      (
        #"{"id":"1","event":"delivered","account":"A-7","subject":"S-1","contact":"c"}"#,
        "unknown_account", "account"
      ),
      (
        #"{"id":"1","event":"message","account":"A-1","subject":"S-1","channel":"fax","text":"a"}"#,
        "not_a_choice", "channel"
      ),
    ])
  func refusedReceipt(receipt: String, code: String, field: String) throws {
    let ledger = try Self.base.get()
    let name = "receipt-\(UUID())"
    let inbound =
      #"{"id":"0","event":"message","account":"A-1","subject":"S-1","channel":"sms","text":"hola"}"#
    try ledger.write(Array("\(inbound)\n\(receipt)\n".utf8), to: name)
    let run = try ledger.run("receipts \(ledger.folder)/\(name) --json")
    #expect(run.exit == 3)
    let failure = try run.failure
    #expect(failure.code == code && failure["field"] == field && failure.number("line") == 2)
    #expect(try Self.count("MessageReceived", in: ledger) == 0)
  }

  @Test("the service takes what the gateway signed, and nothing else")
  func signed() throws {
    let ledger = try Self.copy()
    let run = try ledger.bash(
      #"""
      export QUIPU_GATEWAY_KEY_FILE=$PWD/secret
      "$quipu" outbox --record > messages
      token=$("$quipu" token add gate --role recorder --as eva 2> /dev/null)
      "$quipu" serve --listen 127.0.0.1:0 > served 2>&1 &
      service=$!
      trap 'kill $service; wait $service' EXIT
      for try in {1..300}; do grep -q http served && break; sleep 0.1; done
      address=$(grep -o 'http://[0-9.:]*' served | head -1)
      contact=$(grep -o 'due-[0-9-]*' messages | head -1)
      about='"account":"A-1","subject":"S-1"'
      printf '{"id":"2","event":"delivered",%s,"contact":"%s"}\n' "$about" $contact > body
      printf '{"id":"m-1","event":"message",%s,"channel":"sms","text":"ya pagué"}\n' "$about" >> body
      post() {
        now=$1
        code=$({ printf '%s.' $now; cat body; } |
          openssl dgst -sha256 -hmac "$(cat secret)" | grep -o '[0-9a-f]*$')
        curl -s -o said -w '%{http_code} ' -H "Authorization: Bearer $token" \
          -H "Quipu-Signature: t=$now,v1=$2$code" -H 'Content-Type: application/x-ndjson' \
          --data-binary @body "$address/v1/gateway/receipts"
        cat said
      }
      post $(date +%s); post $(date +%s)
      post $(($(date +%s) - 600)); post $(date +%s) 0
      """#)
    let said = run.output.split(separator: "\n").map(String.init)
    try #require(said.count == 4, "\(run.output) \(run.errors)")
    #expect(said[0] == #"200 {"receipts":2,"recorded":2}"#)
    #expect(said[1] == #"200 {"receipts":2,"recorded":0}"#)
    #expect(said[2].hasPrefix("403 ") && said[2].contains("wrong_signature"))
    #expect(said[3].hasPrefix("403 ") && said[3].contains("wrong_signature"))
    #expect(try Self.count("ContactDelivered", in: ledger) == 1)
    #expect(try Self.count("MessageReceived", in: ledger) == 1)
  }
}

import CanonicalJSON
import Testing

@testable import quipu

@Suite("End to end: the outbox beside a running service")
struct EndToEndServedOutboxTests {
  /// Runs a script beside a gateway and a service of the ledger: `$through` are the options of `outbox`,
  /// `refuse S-1` has the service record that a person refuses messages.
  private func run(
    _ ledger: TemporaryLedger, _ options: String, _ script: String
  ) throws -> Program.Outcome {
    try EndToEndOutboxTests.withGateway(
      ledger, options,
      #"""
      "$quipu" token add gate --role recorder --as eva > token 2> /dev/null
      export QUIPU_TOKEN_FILE=$PWD/token
      "$quipu" serve --listen 127.0.0.1:0 > served 2>&1 &
      service=$!
      trap 'kill -9 $gateway; kill $service; wait $service' EXIT
      for try in {1..300}; do grep -q http served && break; sleep 0.1; done
      url=$(grep -o 'http://[0-9.:]*' served | head -1)
      through="--deliver $address --through $url"
      refuse() {
        for channel in whatsapp sms; do
          curl -sf -o /dev/null -H "Authorization: Bearer $(cat token)" \
            -H 'Content-Type: application/json' "$url/v1/events" -d "{\"type\":\"ChannelOptedOut\",
            \"stream\":\"subject/$1\",\"subject\":\"$1\",\"key\":\"$channel$1\",
            \"data\":{\"channel\":\"$channel\"}}" || echo not recorded
        done
      }
      """# + "\n" + script)
  }

  @Test("what is sent is recorded by the service, and sent once by however many senders")
  func delivered() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try run(
      ledger, "--plain",
      """
      "$quipu" outbox $through --json > one 2> /dev/null & one=$!
      "$quipu" outbox $through --json > two 2> /dev/null & two=$!
      wait $one; echo $?; wait $two; echo $?
      "$quipu" outbox $through --json
      """)
    let lines = run.output.split(separator: "\n")
    try #require(lines.count == 3 && lines[0] == "0" && lines[1] == "0", "\(run.errors)")
    let said = try JSONValue(parsing: String(lines[2]), as: .json)
    #expect(said["already"] == .integer(2) && said["sent"] == .integer(0))
    let sent = try ledger.text(of: "sent").split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)["subject"]?.stringValue
    }
    #expect(sent.sorted { ($0 ?? "") < ($1 ?? "") } == ["S-1", "S-2"])
    #expect(try EndToEndOutboxTests.count("ContactAttempted", in: ledger) == 2)
    #expect(try ledger.run("verify").exit == 0)
  }

  @Test("a refusal that the service recorded a second before stops the message")
  func refusedMeanwhile() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try run(
      ledger, "--refuse 10000",
      """
      "$quipu" outbox $through --tries 9 --seed 7 --json > said 2> errors &
      sender=$!
      for try in {1..300}; do "$quipu" export jsonl | grep -q ContactAuthorized && break; done
      refuse S-1; refuse S-2
      sleep 1
      wait $sender
      cat said
      """)
    #expect(try run.json["sent"] == .integer(0), "\(run.errors)")
    #expect(try run.json["unsent"] == .integer(0), "\(run.errors)")
    #expect(try ledger.text(of: "sent").isEmpty)
    #expect(try EndToEndOutboxTests.count("ContactAttempted", in: ledger) == 0)
  }

  @Test("a service that refuses or is not there is told by its code, and nothing is sent")
  func refused() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try run(
      ledger, "--plain",
      """
      fails() { "$quipu" outbox $1 --json > said 2> errors; echo $?; cat errors; }
      printf 'not a token\\n' > token; fails "$through"
      "$quipu" token add eyes --role reader --as eva > token 2> /dev/null; fails "$through"
      unset QUIPU_TOKEN_FILE; fails "$through"
      export QUIPU_TOKEN_FILE=$PWD/token; fails "--deliver $address --through http://127.0.0.1:9"
      fails "--through $url"
      """)
    let told = run.output.split(separator: "\n").filter { !$0.contains("notice") }
    let exits = told.filter { $0.count == 1 }.joined()
    #expect(exits == "33342", "\(run.output)")
    for code in ["wrong_token", "not_permitted", "no_token", "unreachable", "wrong_usage"] {
      #expect(told.contains { $0.contains("\"\(code)\"") }, "\(code): \(run.output)")
    }
    #expect(try ledger.text(of: "sent").isEmpty)
  }
}

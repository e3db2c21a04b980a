import CanonicalJSON
import Collections
import Foundation
import Ledger
import Projections
import Testing

@testable import quipu

@Suite("POST /v1/assist") struct RouteAssistTests {
  /// Serves a ledger while messages are posted by a recorder and a reader; gives each answer with its status.
  private func answers(
    _ ledger: TemporaryLedger, to bodies: [String], as role: String = "recorder"
  ) throws -> [(status: String, json: JSONValue)] {
    try ledger.write(Array((bodies.joined(separator: "\n") + "\n").utf8), to: "bodies")
    let run = try ledger.bash(
      """
      token=$("$quipu" token add gate --role \(role) --as eva 2> /dev/null)
      "$quipu" serve --listen 127.0.0.1:0 > served 2>&1 &
      service=$!
      trap 'kill $service; wait $service' EXIT
      for try in {1..300}; do grep -q http served && break; sleep 0.1; done
      address=$(grep -o 'http://[0-9.:]*' served | head -1)
      while IFS= read -r body; do
        curl -s -o said -w '%{http_code} ' -H "Authorization: Bearer $token" \\
          -H 'Content-Type: application/json' -d "$body" "$address/v1/assist"
        tr -d '\\n' < said; echo
      done < bodies
      """)
    return try run.output.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      try #require(parts.count == 2, "\(run.output) \(run.errors)")
      return (String(parts[0]), try JSONValue(parsing: String(parts[1]), as: .json))
    }
  }

  @Test("it answers as the command does, once a message, and all of it is made again")
  func answered() throws {
    let ledger = try EndToEndAssistantTests.base.get().copy()
    let plain = try ledger.bash(
      #"printf 'kuanto debo pe' > m; "$quipu" assist A-1 m --subject S-1 --json"#)
    let asked = #"{"account":"A-1","key":"m-1","subject":"S-1","text":"kuanto debo pe"}"#
    let told = try answers(
      ledger,
      to: [
        asked, asked, #"{"account":"A-1","key":"m-1","text":"otra cosa"}"#,
        #"{"account":"A-1","key":"m-2","channel":"sms","text":"ya no me escriban mas"}"#,
        #"{"account":"A-1","key":"m-3","text":"me quiero matar, ya no quiero vivir"}"#,
        #"{"account":"A-1","key":"m-4","subject":"S-2","text":"cuanto debo"}"#,
      ])
    #expect(told.map(\.status) == ["201", "200", "409", "201", "201", "201"])
    #expect(told[0].json == told[1].json && told[0].json["topic"] == .string("balance"))
    #expect(SchemaChecker().faults(told[0].json, Schema.reference("AssistantAnswer")) == [])
    for name in ["facts", "intent", "template", "text", "topic"] {
      #expect(told[0].json[name] == (try plain.json[name]), "\(name)")
    }
    #expect(told[3].json["optsOut"] == .bool(true))
    #expect(told[4].json["next"] == .string("handOver"))
    #expect(told[5].json["topic"] == .string("stranger"))
    let log = try ledger.run("export jsonl").output
    func count(_ type: String) -> Int {
      log.components(separatedBy: "\"type\":\"\(type)\"").count - 1
    }
    #expect(count("MessageReceived") == 4 && count("AnswerGiven") == 4)
    #expect(count("ChannelOptedOut") == 1)
    let replay = try ledger.run("replay --scores --purpose review --as ana --json")
    #expect(replay.exit == 0, "\(replay.output)")
    #expect(try replay.json["answers"]?["readAgain"] == .integer(4))
  }

  @Test("a message brought twice at once among others is answered once, and both get that answer")
  func atOnce() throws {
    let ledger = try EndToEndAssistantTests.base.get().copy()
    let run = try ledger.bash(
      #"""
      token=$("$quipu" token add gate --role recorder --rate 10000 --as eva 2> /dev/null)
      "$quipu" serve --listen 127.0.0.1:0 > served 2>&1 &
      service=$!
      trap 'kill $service; wait $service' EXIT
      for try in {1..300}; do grep -q http served && break; sleep 0.1; done
      address=$(grep -o 'http://[0-9.:]*' served | head -1)
      # One curl that keeps many requests under way: no start of a program lies between two of them.
      for message in {10..69}; do
        printf '{"account":"A-1","key":"m-%s","text":"cuanto debo"}' $message > body-$message
        for sender in 1 2; do
          (( message == 10 && sender == 1 )) || echo next
          printf 'url = "%s/v1/assist"\nheader = "Authorization: Bearer %s"\n' $address $token
          printf 'header = "Content-Type: application/json"\nsilent\n'
          printf 'data = "@body-%s"\noutput = "said-%s-%s"\n' $message $message $sender
        done
      done > requests
      curl --parallel --parallel-immediate --parallel-max 40 --config requests
      for file in said-*; do tr -d '\n' < $file; echo; done
      """#)
    let said = run.output.split(separator: "\n")
    try #require(said.count == 120, "\(run.output) \(run.errors)")
    for first in stride(from: 0, to: said.count, by: 2) {
      #expect(said[first] == said[first + 1])
      #expect(said[first].contains(#""topic":"balance""#), "\(said[first])")
    }
    let log = try ledger.run("export jsonl").output
    #expect(log.components(separatedBy: "\"type\":\"AnswerGiven\"").count - 1 == 60)
  }

  @Test("who may record what people say, and no answers, is refused")
  func notYet() throws {
    let ledger = try EndToEndAssistantTests.base.get().copy()
    let agent = try answers(
      ledger, to: [#"{"account":"A-1","key":"m","text":"hola"}"#], as: "agent --subject S-1")
    #expect(agent.map(\.status) == ["403"])
    #expect(agent.first?.json["code"] == .string("not_permitted"))
  }

  @Test("what makes no sense is refused, and leaves nothing on record")
  func refused() throws {
    let ledger = try EndToEndAssistantTests.base.get().copy()
    let cases: [(body: String, status: String, code: String)] = [
      ("{", "400", "truncated"), ("7", "422", "wrong_type"),
      (#"{"account":"A-1","text":"hola"}"#, "422", "missing_field"),
      (#"{"account":"A-1","key":"m 1","text":"hola"}"#, "422", "not_a_key"),
      (#"{"account":"A-1","key":"m","text":"\u0000\n"}"#, "422", "no_message"),
      (#"{"account":"A-1","key":"m","text":7}"#, "422", "wrong_type"),
      (#"{"account":"A-1","key":"m","text":"hola","to":"x"}"#, "422", "unknown_field"),
      (#"{"account":"A-1","key":"m","channel":"fax","text":"hola"}"#, "422", "not_a_choice"),
      (#"{"account":"A-9","key":"m","text":"hola"}"#, "422", "unknown_account"),
      (#"{"account":"A 9","key":"m","text":"hola"}"#, "422", "not_an_id"),
    ]
    let before = try ledger.run("checkpoint").output
    let told = try answers(ledger, to: cases.map(\.body))
    for (answer, wanted) in zip(told, cases) {
      #expect(answer.status == wanted.status, "\(wanted.body)")
      #expect(answer.json["code"] == .string(wanted.code), "\(wanted.body)")
    }
    #expect(told.count == cases.count)
    #expect(try ledger.run("checkpoint").output == before)
    let reader = try answers(
      try EndToEndAssistantTests.base.get().copy(), to: [cases[2].body], as: "reader")
    #expect(reader.map(\.status) == ["403"])
  }

  @Test("documents are read once, and again when another is adopted")
  func shelf() throws {
    let ledger = try EndToEndAssistantTests.base.get().copy()
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel()
    let shelf = AdoptedShelf()
    let day = try #require(CivilDate("2999-12-31"))
    var seen: [Bool] = []
    for size in 1...view.size {
      try view.advance(&model, to: size, parking: { _ in }, { _ in })
      let kept = shelf.documents(of: model)
      let read = AssistantDesk.Documents(model, knownAt: size)
      let hasTexts = kept.assistant.templates(on: day, before: size) != nil
      #expect(kept.assistant.templates.map(\.seq) == read.assistant.templates.map(\.seq))
      #expect(kept.assistant.classifiers.map(\.seq) == read.assistant.classifiers.map(\.seq))
      #expect(kept.patterns.adoptions.map(\.seq) == read.patterns.adoptions.map(\.seq))
      seen.append(hasTexts)
    }
    #expect(seen.first == false && seen.last == true)
  }
}

internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: the assistant")
struct EndToEndAssistantTests {
  /// A ledger with an account, the texts, a classifier trained from the project's examples, and the
  /// patterns of vulnerability.
  static let base = Result {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A-1"), DraftLine.paid("A-1", "p-1"),
    ])
    try ledger.addIdentities()
    let examples = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "tools/assistant/intents.json").path()
    let model = ledger.folder + "/classifier.json"
    for line in [
      "assistant adopt pe-messages --as eva --approve-as ana",
      "assistant adopt \(model) --as eva --approve-as ana",
      "vulnerability adopt --as eva --approve-as ana",
    ] {
      if line.contains("classifier") {
        let trained = try Program.run("train --intents \(examples) --out \(model)")
        try #require(trained.exit == 0, "\(trained.errors)")
      }
      let run = try ledger.run(line)
      try #require(run.exit == 0, "\(run.errors)")
    }
    return ledger
  }

  /// What is answered to a text, on record.
  private static func answer(
    _ ledger: TemporaryLedger, _ text: String, _ options: String = ""
  ) throws -> JSONValue {
    try ledger.write(Array(text.utf8), to: "message")
    let run = try ledger.run("assist A-1 \(ledger.folder)/message --record --json \(options)")
    try #require(run.exit == 0, "\(run.errors)")
    return try run.json
  }

  @Test("a question is answered with facts that name their events, on record, and made again")
  func answered() throws {
    let ledger = try Self.base.get().copy()
    let balance = try Self.answer(ledger, "kuanto debo pe", "--key m-1")
    #expect(balance["topic"]?.stringValue == "balance")
    #expect(balance["text"]?.stringValue?.contains("S/ 800.00") == true)
    let facts = try #require(balance["facts"]?.arrayValue)
    let told = try #require(facts.first { $0["fact"]?.stringValue == "balance" })
    #expect(told["value"] == .integer(80_000))
    #expect(told["events"] == .array([.integer(1), .integer(2)]))
    // Sent again, it is neither recorded nor answered twice.
    let size = try ledger.run("checkpoint").output
    let again = try Self.answer(ledger, "kuanto debo pe", "--key m-1")
    #expect(again["recorded"] == balance["recorded"] && again["text"] == balance["text"])
    #expect(try ledger.run("checkpoint").output == size)
    let english = try Self.answer(ledger, "how much do I owe?")
    #expect(english["text"]?.stringValue?.hasPrefix("The balance") == true)
    let log = String(decoding: try ledger.files().values.joined(), as: UTF8.self)
    #expect(!log.contains("kuanto debo pe") && !log.contains("El saldo de la cuenta A-1"))
    // A payment recorded later, of an earlier day, changes no answer that was given.
    try ledger.record([DraftLine.paid("A-1", "p-2", 30_000, on: "2025-02-11")])
    let replay = try ledger.run("replay --scores --purpose review --as ana --json")
    #expect(replay.exit == 0, "\(replay.output)")
    let made = try #require(try replay.json["answers"])
    #expect(made["derived"] == .integer(2) && made["readAgain"] == .integer(2))
    #expect(
      try Self.answer(ledger, "cuanto debo ahora")["text"]?.stringValue?
        .contains("S/ 500.00") == true)
  }

  @Test("signs of vulnerability come first, stop the machine and call a person")
  func vulnerable() throws {
    let ledger = try Self.base.get().copy()
    let grave = try Self.answer(ledger, "cuanto debo, ya no quiero vivir, me quiero matar")
    #expect(grave["topic"]?.stringValue == "vulnerable")
    #expect(grave["next"]?.stringValue == "handOver")
    #expect(grave["facts"] == .array([]))
    let next = try Self.answer(ledger, "cuanto debo")
    #expect(next["topic"]?.stringValue == "underCare" && next["facts"] == .array([]))
    let types = try ledger.run("export jsonl").output
    #expect(types.contains(#""type":"VulnerabilitySignalled""#))
    #expect(types.contains(#""type":"BotHandedOff""#))
  }

  @Test("who has nothing to do with the account hears nothing of it")
  func stranger() throws {
    let ledger = try Self.base.get().copy()
    let answer = try Self.answer(ledger, "cuanto debo", "--subject S-2")
    #expect(answer["topic"]?.stringValue == "stranger" && answer["facts"] == .array([]))
    let text = try #require(answer["text"]?.stringValue)
    #expect(!text.contains(where: \.isNumber) && !text.contains("A-1") && !text.contains("bank"))
  }

  @Test("unsure is a question, unsure again a person; a wish to be left alone is kept at once")
  func unsureAndStop() throws {
    let ledger = try Self.base.get().copy()
    #expect(try Self.answer(ledger, "🙂")["next"]?.stringValue == "clarify")
    let second = try Self.answer(ledger, "🙂🙂")
    #expect(
      second["topic"]?.stringValue == "unsureAgain" && second["next"]?.stringValue == "person")
    let stop = try Self.answer(ledger, "ya no me escriban mas por favor")
    #expect(stop["optsOut"] == .bool(true))
    let log = try ledger.run("export jsonl").output
    #expect(log.contains(#""type":"ChannelOptedOut""#))
    let long = try Self.answer(ledger, String(repeating: "cuánto debo 😀 ", count: 1_000))
    #expect(long["recorded"]?["messages"]?.arrayValue?.count == 2)
    let replay = try ledger.run("replay --scores --purpose review --as ana --json")
    #expect(replay.exit == 0, "\(replay.output)")
    #expect(try replay.json["answers"]?["readAgain"] == .integer(4))
  }

  @Test("an answer that is not what the documents give is named, and in what")
  func differs() throws {
    let ledger = try Self.base.get().copy()
    _ = try Self.answer(ledger, "cuanto debo", "--key m-1")
    let lines = try ledger.run("export jsonl").output.split(separator: "\n")
    let given = try #require(lines.last { $0.contains(#""type":"AnswerGiven""#) })
    let event = try JSONValue(parsing: String(given), as: .json)
    var fields = try #require(event["data"]?.objectValue).filter { $0.key != "template" }
    fields.append(JSONMember(key: "template", value: .string("balance-settled")))
    fields.append(JSONMember(key: "text", value: .string("Nada.")))
    try ledger.record([
      JSONValue.object([
        "data": JSONValue(members: fields), "key": .string("forged"),
        "stream": .string("account/A-1"), "subject": .string("S-1"),
        "type": .string("AnswerGiven"),
      ]).canonicalText
    ])
    let replay = try ledger.run("replay --scores --purpose review --as ana --json")
    #expect(replay.exit == 1)
    let differences = try #require(try replay.json["answers"]?["differences"]?.arrayValue)
    #expect(
      differences.compactMap { $0["field"]?.stringValue } == ["template", "events", "text"]
        || differences.compactMap { $0["field"]?.stringValue } == ["template", "text"])
  }

  @Test("texts and classifier need two persons; nothing is recorded without patterns")
  func adoption() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    try ledger.addIdentities()
    try ledger.write(Array("hola".utf8), to: "message")
    let alone = try ledger.run("assistant adopt pe-messages --as eva --json")
    #expect(alone.exit == 3)
    #expect(try alone.failure.code == "second_person_needed")
    let none = try ledger.run("assist A-1 \(ledger.folder)/message --record --json")
    #expect(none.exit == 3)
    #expect(try none.failure.code == "no_texts")
    // Each is told what it takes.
    #expect(try none.failure["expected"].contains("--texts"))
    let outbox = try ledger.run("outbox --json").failure
    #expect(outbox.code == "no_texts" && !outbox["expected"].contains("--texts"))
  }
}

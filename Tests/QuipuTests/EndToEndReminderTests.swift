import CanonicalJSON
import Testing

@testable import quipu

@Suite("End to end: reminders of the work list")
struct EndToEndReminderTests {
  /// The outbox's ledger (S-1 owes in three days on two accounts, S-2 paid today) with a strategy in force.
  private static let base = Result {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try ledger.run(
      "strategy adopt pe-empathetic --as ana --approve-as eva --effective 2020-01-01")
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  private static func reminders(_ ledger: TemporaryLedger) throws -> [JSONValue] {
    let run = try ledger.run("worklist --json")
    try #require(run.exit == 0, "\(run.errors)")
    return try #require(try run.json["reminders"]?.arrayValue, "\(run.output)")
  }

  @Test("the work list shows what the outbox sends: by what, from when, in which tone and why")
  func same() throws {
    let ledger = try Self.base.get()
    let shown = try Self.reminders(ledger)
    let holds = shown.map { row in
      "\(row["account"]?.stringValue ?? "") \(row["hold"]?.stringValue ?? "-")"
    }
    #expect(holds == ["A-1 -", "A-2 samePerson", "B-1 -"])
    let sent = try ledger.run("outbox").output.split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)
    }
    let told = shown.filter { $0["hold"] == .null }
    try #require(sent.count == told.count, "\(sent)")
    for (one, other) in zip(told, sent) {
      #expect(one["kind"] == other["occasion"])
      let keys = "account subject contact channel point template tone reasons".split(separator: " ")
      for key in keys.map(String.init) { #expect(one[key] == other[key], "\(key)") }
      #expect(one["window"]?["from"] == other["window"]?["from"])
      #expect(one["window"]?["to"] == other["window"]?["to"])
      #expect(one["earliest"]?["from"] == .string("08:00"))
    }
    #expect(told[0]["reasons"]?.canonicalText.contains("tone.usual") == true)
    let account = try ledger.run("worklist --account B-1 --json").json
    #expect(account["reminder"]?["kind"] == .string("thanks"))
    let text = try ledger.run("worklist --queue reminders --lang es").output
    #expect(text.contains("2 recordatorios y agradecimientos salen, 1 no"), "\(text)")
    #expect(text.contains("el tono usual") && text.contains("se atiende otra de sus cuentas"))
    let only = try ledger.run("worklist --queue reminders --json").json
    #expect(only["actions"] == nil && only["care"] == nil && only["reminders"] != nil)
  }

  @Test("nobody is thanked for a payment that her bank took back")
  func takenBack() throws {
    let ledger = try Self.base.get().copy()
    try ledger.record([
      #"{"type":"PaymentChargedBack","stream":"account/B-1","key":"back","data":{"payment":"p-1","amount":20000}}"#
    ])
    #expect(try Self.reminders(ledger).allSatisfy { $0["kind"] != .string("thanks") })
  }

  @Test("the service and the console show the same")
  func served() throws {
    let ledger = try Self.base.get()
    let list = try ledger.run("worklist --json").json
    let served = try ServedLedger(ledger, today: try #require(list["asOf"]?.stringValue))
    let whole = try served.json("/v1/worklist?limit=1000")
    #expect(whole["reminders"] == list["reminders"])
    #expect(SchemaChecker().faults(whole, Schema.reference("WorkList")) == [])
    var (target, reminders): (String?, [JSONValue]) = ("/v1/worklist?limit=1", [])
    while let next = target {
      let page = try served.json(next)
      reminders += page["reminders"]?.arrayValue ?? []
      target = page["next"]?.stringValue.map { "/v1/worklist?limit=1&cursor=\($0)" }
    }
    #expect(.array(reminders) == whole["reminders"])
    let only = try served.json("/v1/worklist?queue=reminders")
    #expect(only["actions"] == nil && only["reminders"] == whole["reminders"])
    // A copy, for tokens are made for the console.
    let page = try ConsoleDesk(try ledger.copy()).page(
      "/console/worklist", as: "auditor", .spanish)
    #expect(page.text.contains("Recordatorios y agradecimientos (2)"))
    #expect(page.text.contains("pe-due-reminder") && page.text.contains("el tono usual"))
    #expect(page.text.contains("hoy no: se atiende otra de sus cuentas"))
  }

  @Test("a plan is recorded once, derived again at any time, and a forged one is named")
  func recorded() throws {
    let ledger = try Self.base.get().copy()
    for _ in 0..<2 {
      let run = try ledger.run("worklist --record --as ana")
      try #require(run.exit == 0, "\(run.errors)")
      #expect(try EndToEndOutboxTests.count("ContactPlanned", in: ledger) == 2)
    }
    #expect(try ledger.run("outbox --record").exit == 0)
    #expect(try EndToEndOutboxTests.count("ContactPlanned", in: ledger) == 2)
    let hardship = try ledger.record([
      #"{"type":"HardshipDeclared","stream":"subject/S-1","key":"h","data":{"from":"2025-01-03","kind":"x"}}"#
    ])
    #expect(hardship.count == 1)
    let gentle = try #require(try Self.reminders(ledger).first { $0["account"] == .string("A-1") })
    #expect(gentle["tone"] == .string("caring"))
    let replay = try ledger.run("replay --scores --json")
    #expect(replay.exit == 0, "\(replay.output.suffix(600))")
    #expect(try replay.json["proposals"]?["reminders"] == .integer(2))
    let log = try ledger.run("export jsonl").output.split(separator: "\n")
    let line = try #require(
      log.first { $0.contains(#""type":"ContactPlanned""#) && $0.contains("account/A-1") })
    let plan = try JSONValue(parsing: String(line), as: .json)
    let data = try #require(plan["data"]).canonicalText
    #expect(data.contains(#""tone":"warm""#))
    let forged = data.replacing(#""tone":"warm""#, with: #""tone":"plain""#)
    let receipts = try ledger.record([
      #"{"type":"ContactPlanned","stream":"account/A-1","subject":"S-1","key":"f","data":\#(forged)}"#
    ])
    let again = try ledger.run("replay --scores --json")
    #expect(again.exit == 1)
    let differences = try again.json["proposals"]?["differences"]?.arrayValue ?? []
    #expect(differences.map { $0["seq"] } == receipts.map { $0["seq"] })
    #expect(differences.first?["field"] == .string("tone"))
    #expect(differences.first?["derived"] == .string("warm"))
  }

  @Test("what was sent stands in the list as sent, with its plan before its permission")
  func sent() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try EndToEndOutboxTests.withGateway(
      ledger, "--plain", #""$quipu" outbox --deliver $address --json"#)
    #expect(try run.json["sent"] == .integer(2), "\(run.output) \(run.errors)")
    let types = try ledger.run("export jsonl").output.split(separator: "\n").compactMap { line in
      ["ContactPlanned", "ContactAuthorized", "ContactAttempted"].first {
        line.contains("\"type\":\"\($0)\"")
      }
    }
    let one = ["ContactPlanned", "ContactAuthorized", "ContactAttempted"]
    #expect(types == one + one)
    let adopted = try ledger.run(
      "strategy adopt pe-empathetic --as ana --approve-as eva --effective 2020-01-01")
    try #require(adopted.exit == 0, "\(adopted.errors)")
    #expect(
      try Self.reminders(ledger).map { $0["hold"]?.stringValue } == ["sent", "samePerson", "sent"])
    let replay = try ledger.run("replay --scores --json")
    #expect(replay.exit == 0, "\(replay.output.suffix(600))")
    #expect(try replay.json["proposals"]?["reminders"] == .integer(2))
  }
}

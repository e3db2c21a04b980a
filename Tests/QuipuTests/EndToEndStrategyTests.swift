import CanonicalJSON
import Foundation
import Testing

@Suite("End to end: strategies and the work list")
struct EndToEndStrategyTests {
  /// A portfolio of a year, under the Peruvian policy and strategy.
  private static let base = Result { try portfolio("cat") }

  private static func portfolio(_ filter: String) throws -> TemporaryLedger {
    let ledger = try TemporaryLedger()
    let run = try ledger.bash(
      """
      export XDG_CONFIG_HOME="$folder/config"
      "$quipu" identity add ana --role admin --save >/dev/null 2>&1
      "$quipu" identity add luis --role dpo --save --as ana >/dev/null 2>&1
      set -e -o pipefail
      "$quipu" generate --accounts 300 --months 12 --seed 5 --start 2025-01-01 | \(filter) > drafts.jsonl
      "$quipu" record drafts.jsonl --as luis >/dev/null
      "$quipu" policy adopt pe --as ana --approve-as luis --effective 2020-01-01 >/dev/null
      "$quipu" strategy adopt pe-empathetic --as ana --approve-as luis --effective 2025-01-01 --json
      """)
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  /// A Wednesday that is no holiday, within the generated year.
  private static let day = "2025-12-17"

  @Test(
    "an independent filter finds nobody in it who should not be, and all the vulnerable in their queue"
  )
  func filter() throws {
    let ledger = try Self.base.get()
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../slow/worklist_filter.py").path()
    let run = try ledger.bash(
      """
      set -e
      "$quipu" export jsonl --out filter.jsonl
      "$quipu" replay --on \(Self.day) --out filter >/dev/null
      "$quipu" worklist --on \(Self.day) --json > filter.json
      python3 '\(script)' filter.jsonl filter/accounts.csv filter.json 2025-12-25
      """)
    #expect(run.exit == 0, "\(run.output)\(run.errors)")
    let list = try JSONValue(parsing: try ledger.text(of: "filter.json"), as: .json)
    #expect((list["actions"]?.arrayValue?.count ?? 0) > 30)
    #expect((list["care"]?.arrayValue?.count ?? 0) > 0)
    // No texts are in force: nobody is reminded, and the list is what it was without.
    #expect(list["reminders"] == nil)
  }

  @Test(
    "who says that she cannot pay is seen to before anything is overdue, and not once nothing is owed"
  )
  func careBeforeOverdue() throws {
    let ledger = try TemporaryLedger()
    try ledger.addIdentities()
    func hardship(_ account: String) -> String {
      DraftLine.event(
        "HardshipDeclared", account, "hardship:\(account)", on: "2025-02-10",
        #""from":"2025-02-10","kind":"unemployment""#)
    }
    let later = DraftLine.opened("A-1").replacing(
      #""dueOn":"2025-01-31""#, with: #""dueOn":"2025-06-30""#)
    let other = DraftLine.opened("A-2", principal: 20_000)
      .replacing(#""subject":"S-1""#, with: #""subject":"S-2""#)
    try ledger.record([
      DraftLine.registered("S-1", "99123456"), DraftLine.registered("S-2", "99654321"),
      later, other, hardship("A-1"), hardship("A-2"), DraftLine.paid("A-2", "p-2"),
    ])
    for document in ["policy adopt pe", "strategy adopt pe-empathetic"] {
      let run = try ledger.run("\(document) --as eva --approve-as ana --effective 2020-01-01")
      try #require(run.exit == 0, "\(run.errors)")
    }
    let list = try ledger.run("worklist --on 2025-03-05 --json")
    #expect(list.exit == 0, "\(list.errors)")
    let care = try list.json["care"]?.arrayValue ?? []
    #expect(care.compactMap { $0["account"]?.stringValue } == ["A-1"], "\(list.output)")
  }

  @Test("the same bytes whatever the jobs, the zone of the machine and its language")
  func sameBytes() throws {
    let ledger = try Self.base.get()
    let command = "\"$quipu\" worklist --on \(Self.day) --capacity call=5,whatsapp=9 --json"
    let first = try ledger.bash("\(command) --jobs 1")
    #expect(first.exit == 0, "\(first.errors)")
    for line in [
      "\(command) --jobs 2", "\(command) --jobs 7 --from-scratch",
      "TZ=Asia/Tokyo LC_ALL=es_PE.UTF-8 \(command)",
    ] {
      let again = try ledger.bash(line)
      #expect(again.output == first.output, "\(line)")
    }
    let used = try first.json["used"]
    #expect(used?["call"]?.integerValue == 5)
    #expect(used?["whatsapp"]?.integerValue == 9)
  }

  @Test("recorded once, told in the history, derived again the same; a forged one is named")
  func recording() throws {
    let ledger = try Self.base.get().copy()
    let command = "worklist --on \(Self.day) --capacity call=20 --record --as luis --emit out.jsonl"
    let first = try ledger.bash(
      "export XDG_CONFIG_HOME=\"$folder/config\"; \"$quipu\" \(command) --json")
    guard first.exit == 0 else {
      Issue.record("\(first.errors)")
      return
    }
    let actions = try first.json["actions"]?.arrayValue ?? []
    #expect(!actions.isEmpty)
    let emitted = try ledger.text(of: "out.jsonl").split(separator: "\n")
    #expect(emitted.count == actions.count)
    let line = try JSONValue(parsing: String(emitted.first ?? ""), as: .json)
    let keys = Set((line.objectValue ?? []).map(\.key))
    #expect(
      keys == [
        "account", "action", "arm", "channel", "kind", "localZone", "offers", "point", "proposal",
        "segment", "strategy", "subject", "template", "tone", "version", "window",
      ])
    let again = try ledger.bash(
      "export XDG_CONFIG_HOME=\"$folder/config\"; \"$quipu\" \(command) --json")
    #expect(
      try again.json["actions"]?.arrayValue?.allSatisfy { row in
        !actions.contains { $0["account"] == row["account"] }
      } == true)
    let account = try #require(line["account"]?.stringValue)
    let history = try ledger.run("history \(account) --lang en")
    #expect(history.output.contains("because: "))
    let replay = try ledger.run("replay --scores --json")
    #expect(replay.exit == 0, "\(replay.output.suffix(600))")
    let proposals = try replay.json["proposals"]
    #expect((proposals?["derived"]?.integerValue ?? 0) >= Int64(actions.count))
    #expect(proposals?["differences"]?.arrayValue?.isEmpty == true)
    try forge(account, in: ledger)
  }

  /// Records a proposal that no strategy made, and looks for it.
  private func forge(_ account: String, in ledger: TemporaryLedger) throws {
    let receipts = try ledger.record([
      DraftLine.event(
        "ActionProposed", account, "forged", on: Self.day,
        #""action":"early-link","channel":"sms","tone":"warm","window":{"from":"09:00","to":"10:00"},"#
          + #""reasons":["segment.early"],"strategy":"pe-empathetic","version":1,"arm":"link-first","#
          + #""segment":"early","asOf":"\#(Self.day)","basis":100,"expected":1"#)
    ])
    let replay = try ledger.run("replay --scores --json")
    #expect(replay.exit == 1)
    let differences = try replay.json["proposals"]?["differences"]?.arrayValue ?? []
    #expect(differences.count == 1)
    #expect(differences.first?["seq"] == receipts.first?["seq"])
  }

  @Test(
    "another decade of birth and another region change neither what is asked nor who goes first")
  func fairness() throws {
    let other = try Self.portfolio(
      #"sed -E 's/"birthDecade":[0-9]+/"birthDecade":1940/; s/"region":"[^"]*"/"region":"Elsewhere"/'"#
    )
    func asked(_ ledger: TemporaryLedger) throws -> [String] {
      let list = try ledger.run("worklist --on \(Self.day) --json").json
      return (list["actions"]?.arrayValue ?? []).map { row in
        ["account", "action", "arm", "segment", "expected", "cost", "overdue"].map {
          row[$0]?.canonicalText ?? ""
        }.joined(separator: " ")
      }
    }
    let first = try asked(try Self.base.get())
    #expect(!first.isEmpty)
    #expect(try asked(other) == first)
    func offers(_ ledger: TemporaryLedger, _ account: String) throws -> String {
      let run = try ledger.run(
        "strategy offer \(account) --on \(Self.day) --instalment 20000 --json")
      return run.exit < 2 ? run.output : try run.failure.code
    }
    for row in first.prefix(12) {
      let account = String(row.split(separator: " ")[0].dropFirst().dropLast())
      #expect(try offers(other, account) == offers(Self.base.get(), account))
    }
  }

  @Test("an offer is recorded as it stands, and balances")
  func offer() throws {
    let ledger = try Self.base.get().copy()
    let list = try ledger.run("worklist --on \(Self.day) --json").json
    let row = try #require(
      list["actions"]?.arrayValue?.first { $0["kind"]?.stringValue == "planOffer" })
    let account = try #require(row["account"]?.stringValue)
    let made = try ledger.bash(
      "\"$quipu\" strategy offer \(account) --on \(Self.day) --instalment 99999999 --drafts d.jsonl --agreed a.jsonl --json"
    )
    #expect(made.exit == 0, "\(made.errors)")
    #expect(try made.json["offers"]?.arrayValue?.first?["best"]?.boolValue == true)
    let recorded = try ledger.bash("\"$quipu\" record d.jsonl")
    #expect(recorded.exit == 0, "\(recorded.errors)")
    let offered = try ledger.run("plans \(account) --on \(Self.day) --json")
    #expect(!offered.output.contains("\"active\""), "an offer binds nobody before it is taken")
    let taken = try ledger.bash("\"$quipu\" record a.jsonl")
    #expect(taken.exit == 0, "\(taken.errors)")
    let plans = try ledger.run("plans \(account) --on \(Self.day) --json")
    #expect(plans.output.contains("\"active\""))
  }

  @Test("the arms beside each other; too small a sample is said to be")
  func comparison() throws {
    let ledger = try Self.base.get().copy()
    let before = try ledger.run("strategy compare pe-empathetic --json")
    #expect(try before.failure.code == "nothing_assigned")
    let recorded = try ledger.bash(
      "export XDG_CONFIG_HOME=\"$folder/config\"; "
        + "\"$quipu\" worklist --on 2025-06-18 --record --as luis --json")
    #expect(recorded.exit == 0, "\(recorded.errors)")
    let run = try ledger.run(
      "strategy compare pe-empathetic --from 2025-06-18 --to 2025-12-17 --json")
    #expect(run.exit == 0, "\(run.errors)")
    let comparison = try run.json
    #expect(comparison["arms"]?.arrayValue?.count == 2)
    let lines = try #require(comparison["comparisons"]?.arrayValue)
    #expect(lines.count == 5)
    #expect(lines.contains { $0["verdict"]?.stringValue == "tooSmall" })
  }

  @Test(
    "what cannot be done says what would be right",
    arguments: table(
      """
      command                                                  exit  code
      worklist --strategy nothing                              4     unknown_strategy
      worklist --queue reminders --on 2025-06-05               3     no_texts
      worklist --on 2019-06-05                                 3     no_strategy
      worklist --capacity fax=3                                2     wrong_usage
      worklist --capacity call=3,call=4                        2     wrong_usage
      worklist --at 25:00                                      2     wrong_usage
      worklist --reviewer ana                                  2     wrong_usage
      worklist --strategy pe-empathetic --policy pe --record   3     not_adopted
      worklist --account A-0                                   3     unknown_account
      strategy offer A-0                                       3     unknown_account
      strategy check nothing.json                              4     unknown_strategy
      strategy show                                            2     wrong_usage
      strategy compare pe-empathetic --from 2026-01-01 --to 2025-01-01  2  wrong_usage
      """))
  func refusals(_ row: [String]) throws {
    let run = try Self.base.get().run("\(row[0]) --json")
    #expect(run.exit == Int32(row[1]), "\(run.output)\(run.errors)")
    #expect(try run.failure.code == row[2])
  }

  @Test("without a contact policy nothing is proposed")
  func noPolicy() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    let run = try ledger.run("worklist --strategy pe-empathetic --json")
    #expect(run.exit == 3)
    #expect(try run.failure.code == "no_policy")
  }
}

internal import CanonicalJSON
internal import Testing

/// Ledger-rules, section 6, through the program: example D, what is refused, what a history explains.
@Suite("End to end: plans")
struct EndToEndPlanTests {
  private static func items(_ amount: Int, _ dates: [String]) -> String {
    let items = zip(1..., dates).map { n, date in
      #"{"n":\#(n),"dueOn":"\#(date)","principal":\#(amount)}"#
    }
    return "[" + items.joined(separator: ",") + "]"
  }

  private static let months = [
    "2026-01-28", "2026-02-28", "2026-03-28", "2026-04-28", "2026-05-28", "2026-06-28",
  ]

  private static func plan(
    _ id: String, on day: String, items: String, haircut: Int = 0, more: String = ""
  ) -> String {
    let cut = haircut == 0 ? "" : #","haircut":{"principal":\#(haircut)}"#
    return DraftLine.event(
      "PlanAgreed", "A", "plan:\(id)", on: day,
      #""plan":"\#(id)","kind":"settlement","items":\#(items),"conditional":true,"#
        + #""defaultAfterDays":15\#(cut)\#(more)"#)
  }

  private static let exampleD = [
    DraftLine.opened("A", on: "2026-01-05"),
    plan("L1", on: "2026-01-20", items: items(10_000, months), haircut: 40_000),
    DraftLine.paid("A", "p-1", 10_000, on: "2026-01-28"),
  ]

  @Test("Example D: show, plans, plans.csv and history before and after the fall")
  func exampleD() throws {
    let ledger = try TemporaryLedger(recording: Self.exampleD)
    for (day, owed, late, state) in [
      ("2026-03-15", 50_000, 15, "active"), ("2026-03-16", 90_000, 15, "default"),
    ] {
      let json = try ledger.run("show A --json --on \(day)").json
      #expect(json["outstanding"]?["total"]?.integerValue == Int64(owed))
      #expect(json["daysPastDue"]?.integerValue == Int64(late))
      let plan = try #require(json["plans"]?.arrayValue?.first)
      #expect(plan["plan"]?.stringValue == "L1" && plan["kind"]?.stringValue == "settlement")
      #expect(plan["state"]?.stringValue == state)
      #expect(plan["fallen"] == .bool(state == "default"))
    }
    let list = try ledger.run("plans --late --on 2026-03-15")
    #expect(
      list.output == """
        account  plan  kind        state   since       outstanding  overdue  days late  next due
        A        L1    settlement  active  2026-01-20       500.00   100.00         15  2026-03-28

        """)
    #expect(try ledger.run("plans --late --on 2026-02-28").output.hasPrefix("no plan, "))
    let rows = try ledger.run("plans A --json --on 2026-03-16").json["plans"]?.arrayValue
    #expect(rows?.first?["account"]?.stringValue == "A" && rows?.count == 1)
    #expect(try ledger.run("plans B --json").failure.code == "unknown_account")
    for (day, row) in [
      ("2026-01-19", ""), ("2026-03-15", "A,L1,settlement,active,2026-01-20\n"),
      ("2026-03-16", "A,L1,settlement,default,2026-03-16\n"),
    ] {
      #expect(try ledger.bash("\"$quipu\" replay --on \(day) --out out >/dev/null").exit == 0)
      #expect(try ledger.text(of: "out/plans.csv") == "account,plan,kind,state,since\n" + row)
    }
  }

  @Test("one day past due is one day")
  func oneDay() throws {
    let plan = Self.exampleD[1]
    let strict = plan.replacing(#""defaultAfterDays":15"#, with: #""defaultAfterDays":0"#)
    let ledger = try TemporaryLedger(recording: [Self.exampleD[0], strict])
    for (language, words) in [
      ("en", "plan L1 is in default: 1 day past due, more than 0;"),
      ("es", "el plan L1 está incumplido: 1 día de atraso, más de 0;"),
    ] {
      let output = try ledger.run("history A --on 2026-02-05 --lang \(language)").output
      #expect(output.contains(words), "\(output)")
    }
  }

  @Test(
    "history says what fell, by which rule and figures, and what it restated",
    arguments: [
      (
        "en",
        "2026-03-16  plan L1 is in default: 16 days past due, more than 15; it falls away, as if it "
          + "had never been agreed, but 2026-01-20 to 2026-03-15 neither accrue nor count as past "
          + "due (section 6)\n"
      ),
      (
        "es",
        "2026-03-16  el plan L1 está incumplido: 16 días de atraso, más de 15; queda sin efecto, como "
          + "si nunca se hubiera acordado, pero del 2026-01-20 al 2026-03-15 nada se devenga ni "
          + "cuenta como atraso (sección 6)\n"
      ),
    ])
  func explains(_ language: String, _ line: String) throws {
    let ledger = try TemporaryLedger(recording: Self.exampleD)
    let text = try ledger.run("history A --on 2026-03-16 --lang \(language)").output
    #expect(text.contains(line), "\(text)")
    let json = try ledger.run("history A --json --on 2026-03-16").json
    let restated = json["events"]?.arrayValue?.compactMap { $0["restated"]?.arrayValue?.first }
    #expect(restated?.count == 1 && restated?.first?["reason"]?.stringValue == "planDefault")
    #expect(restated?.first?["by"]?.integerValue == 2)
    #expect(restated?.first?["payment"]?.integerValue == 3)
    let change = try #require(json["changes"]?.arrayValue?.first)
    #expect(change["change"]?.stringValue == "planDefault" && change["section"] == .integer(6))
    #expect(change["inputs"]?["daysPastDue"]?.integerValue == 16)
    #expect(change["inputs"]?["from"]?.stringValue == "2026-01-20")
  }

  @Test(
    "a plan that does not balance is refused with both sides, and nothing of its file is recorded")
  func unbalanced() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened(
        "A", on: "2026-01-05", more: #","terms":{"compensatoryBp":3600}"#)
    ])
    let before = try ledger.files()
    let bad = Self.plan("L1", on: "2026-02-04", items: Self.items(45_000, ["2026-03-01"]))
    let run = try ledger.record(
      bytes: Array("\(DraftLine.paid("A", "p-1", 10_000, on: "2026-02-04"))\n\(bad)\n".utf8),
      "--json")
    #expect(run.exit == 3)
    let failure = try run.failure
    #expect(failure.code == "plan_unbalanced" && failure["field"] == "data.items")
    #expect(failure.number("line") == 2)
    #expect(
      failure["value"] == "items and haircut: principal 45000, interest 0, penalty 0, cost 0")
    // 30 days at a tenth of a per cent a day are 3,000 of interest; 10,000 paid them and 7,000 more.
    #expect(
      failure["expected"]
        == "what is outstanding on 2026-02-04 at its turn, and planInterest: "
        + "principal 93000, interest 0, penalty 0, cost 0")
    #expect(try ledger.files() == before)
  }

  @Test(
    "what plans are refused for",
    arguments: [
      (
        DraftLine.event(
          "PlanCancelled", "A", "c:1", on: "2026-02-01", #""plan":"L9","reason":"error""#),
        "unknown_plan", "data.plan"
      ),
      (
        EndToEndPlanTests.plan(
          "L1", on: "2026-02-01", items: EndToEndPlanTests.items(50_000, ["2026-03-01"])),
        "plan_exists", "data.plan"
      ),
      (
        EndToEndPlanTests.plan(
          "L2", on: "2026-01-04", items: EndToEndPlanTests.items(50_000, ["2026-03-01"])),
        "before_opening", "effective"
      ),
    ])
  func refused(_ draft: String, _ code: String, _ field: String) throws {
    let ledger = try TemporaryLedger(recording: Self.exampleD)
    // Another key, so that it is no repetition of what was recorded.
    let line = draft.replacing(#""key":""#, with: #""key":"other:"#)
    let run = try ledger.record(bytes: Array((line + "\n").utf8), "--json")
    #expect(run.exit == 3)
    #expect(try run.failure.code == code)
    #expect(try run.failure["field"] == field)
  }

  @Test("Example H, a cancellation, and what each settled, line by line")
  func cancelled() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", on: "2026-01-05"),
      DraftLine.paid("A", "p-1", 20_000, on: "2026-02-02"),
      Self.plan(
        "L1", on: "2026-02-02",
        items: Self.items(20_000, ["2026-03-02", "2026-04-02", "2026-05-02", "2026-06-02"])),
      DraftLine.paid("A", "p-2", 20_000, on: "2026-03-02"),
    ])
    let show = try ledger.run("show A --json --on 2026-03-02").json
    #expect(show["outstanding"]?["total"]?.integerValue == 60_000)
    #expect(show["items"]?.arrayValue?.map { $0["plan"]?.stringValue } == ["L1", "L1", "L1", "L1"])
    let agreed = try ledger.run("history A --json --on 2026-03-02").json["events"]?.arrayValue?[2]
    let lines = agreed?["allocation"]?.arrayValue?.map { line in
      "\(line["cause"]?.stringValue ?? "") \(line["amount"]?.integerValue ?? 0)"
    }
    #expect(lines == ["plan 80000"])
    try ledger.record([
      DraftLine.event(
        "PlanCancelled", "A", "c:1", on: "2026-03-10", #""plan":"L1","reason":"error""#)
    ])
    let after = try ledger.run("show A --json --on 2026-03-10").json
    #expect(after["outstanding"]?["total"]?.integerValue == 60_000)
    #expect(after["plans"]?.arrayValue?.first?["state"]?.stringValue == "cancelled")
    #expect(after["plans"]?.arrayValue?.first?["cause"]?.integerValue == 5)
    let history = try ledger.run("history A --on 2026-03-10").output
    #expect(history.contains("plan L1 is cancelled; it falls away"), "\(history)")
    #expect(history.contains("by event #5 PlanCancelled (section 6)"), "\(history)")
    #expect(history.contains("restates payment #4"), "\(history)")
  }

  @Test("a plan completed, credit that completed it, and an account paid are explained")
  func completed() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened(
        "A", on: "2026-01-05", principal: 30_000, more: #","allocation":{"advance":"hold"}"#),
      Self.plan("L1", on: "2026-02-02", items: Self.items(15_000, ["2026-03-02", "2026-04-02"])),
      DraftLine.paid("A", "p-1", 30_000, on: "2026-03-02"),
    ])
    let history = try ledger.run("history A --on 2026-04-02").output
    for line in [
      "2026-04-02  plan L1 is completed: nothing scheduled on its items is outstanding (section 6)",
      "2026-04-02  credit paid 150.00 of what was due (section 3)",
      "2026-04-02  nothing is outstanding any more (section 9)",
    ] { #expect(history.contains(line), "\(history)") }
    #expect(try ledger.run("history A --on 2026-04-01").output.contains("completed") == false)
  }
}

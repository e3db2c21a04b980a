internal import CanonicalJSON
internal import Testing

/// Ledger-rules, section 7, through the program: example G as known then and now, what is refused, holds.
@Suite("End to end: promises, holds and facts")
struct EndToEndPromiseTests {
  private static func event(
    _ type: String, _ key: String, on day: String, _ fields: String, account: String = "A"
  ) -> String { DraftLine.event(type, account, key, on: day, fields) }

  private static let exampleG = [
    DraftLine.opened("A", on: "2026-01-05"), DraftLine.opened("B", on: "2026-01-05"),
    event(
      "PromiseMade", "pr:1", on: "2026-03-02",
      #""promise":"R1","amount":20000,"dueOn":"2026-03-10","toleranceBp":500,"graceDays":2,"#
        + #""channel":"call""#),
    DraftLine.paid("A", "p-1", 12_000, on: "2026-03-11"),
    // Recorded on 20 March with the value date of the 11th.
    DraftLine.paid("A", "p-2", 7_500, on: "2026-03-11"),
  ]

  @Test("Example G: kept as known now, broken as known on 19 March")
  func exampleG() throws {
    let ledger = try TemporaryLedger(recording: Self.exampleG)
    func outcome(_ options: String) throws -> JSONValue? {
      try ledger.run("show A --json \(options)").json["promises"]?.arrayValue?.first
    }
    #expect(try outcome("--on 2026-03-12 --known-at 5")?["outcome"]?.stringValue == "open")
    #expect(try outcome("--on 2026-03-12 --known-at 5")?["paidBp"]?.integerValue == 6_000)
    #expect(try outcome("--on 2026-03-13 --known-at 5")?["outcome"]?.stringValue == "broken")
    #expect(try outcome("--on 2026-03-13")?["outcome"]?.stringValue == "kept")
    #expect(try outcome("--on 2026-03-13")?["paid"]?.integerValue == 19_500)

    let both = try ledger.run("promises --on 2026-03-19 --known-at 5")
    #expect(
      both.output == """
        account  promise  amount    paid  due         grace ends  known then  known now
        A        R1       200.00  120.00  2026-03-10  2026-03-12  broken      kept

        """)
    let json = try ledger.run("promises A --json --on 2026-03-19 --known-at 5").json
    let row = try #require(json["promises"]?.arrayValue?.first)
    #expect(row["outcome"]?.stringValue == "broken")
    #expect(row["knownNow"]?["outcome"]?.stringValue == "kept")
    let now = try ledger.run("promises --on 2026-03-19")
    #expect(now.output.contains("outcome") && !now.output.contains("known then"))
    #expect(
      try ledger.run("promises --on 2026-03-19 --outcome broken").output.hasPrefix("no promise, "))

    for (options, row) in [
      ("--on 2026-03-19 --known-at 5", "A,R1,20000,12000,2026-03-10,2026-03-12,broken\n"),
      ("--on 2026-03-19", "A,R1,20000,19500,2026-03-10,2026-03-12,kept\n"),
      ("--on 2026-03-01", ""),
    ] {
      #expect(try ledger.bash("\"$quipu\" replay \(options) --out out >/dev/null").exit == 0)
      #expect(
        try ledger.text(of: "out/promises.csv")
          == "account,promise,amount,paid,dueOn,graceEndsOn,outcome\n" + row)
    }
  }

  @Test(
    "history explains an outcome in both languages",
    arguments: [
      (
        "--lang en",
        "2026-03-11  promise R1 is kept: 195.00 of 200.00 paid in its window, 500 bp may be missing, "
          + "by event #5 PaymentReceived (section 7)"
      ),
      (
        "--lang en --known-at 5",
        "2026-03-13  promise R1 is broken: 120.00 of 200.00 paid by the end of its grace, "
          + "2026-03-12 (section 7)"
      ),
      (
        "--lang es --known-at 5",
        "2026-03-13  la promesa R1 está rota: 120.00 de 200.00 pagados al fin de su gracia, "
          + "2026-03-12 (sección 7)"
      ),
    ])
  func explains(_ options: String, _ line: String) throws {
    let ledger = try TemporaryLedger(recording: Self.exampleG)
    let text = try ledger.run("history A --on 2026-03-19 \(options)").output
    #expect(text.contains(line), "\(text)")
  }

  @Test("what promises are refused for, and money that cannot be")
  func refused() throws {
    let ledger = try TemporaryLedger(
      recording: Self.exampleG + [
        Self.event(
          "PaymentReversed", "rev:1", on: "2026-03-20",
          #""payment":"p-1","kind":"bounced","reason":"no funds""#)
      ])
    let before = try ledger.files()
    let cases: [(draft: String, code: String, field: String)] = [
      (
        Self.event(
          "PromiseRescheduled", "x", on: "2026-03-13", #""promise":"R1","dueOn":"2026-03-20""#),
        "grace_ended", "effective"
      ),
      (
        Self.event(
          "PromiseCancelled", "x", on: "2026-03-13",
          #""promise":"R1","by":"debtor","reason":"no work""#), "grace_ended", "effective"
      ),
      (
        Self.event(
          "PromiseRescheduled", "x", on: "2026-03-01", #""promise":"R1","dueOn":"2026-03-20""#),
        "before_promise", "effective"
      ),
      (
        Self.event(
          "PromiseRescheduled", "x", on: "2026-03-05", #""promise":"R9","dueOn":"2026-03-20""#),
        "unknown_promise", "data.promise"
      ),
      (
        // The promise is another account's.
        Self.event(
          "PaymentReceived", "x", on: "2026-03-05",
          #""payment":"p-9","amount":1,"currency":"PEN","method":"cash","promise":"R1""#,
          account: "B"), "unknown_promise", "data.promise"
      ),
      (
        Self.event(
          "PromiseCancelled", "x", on: "2026-03-05",
          #""promise":"R1","by":"debtor","reason":"no work""#, account: "B"), "unknown_promise",
        "data.promise"
      ),
      (
        Self.event(
          "PaymentReversed", "x", on: "2026-03-21",
          #""payment":"p-1","kind":"error","reason":"again""#), "payment_already_reversed",
        "data.payment"
      ),
      (
        Self.event(
          "PaymentReceived", "x", on: "2026-03-05",
          #""payment":"p-9","amount":1,"currency":"USD","method":"cash""#), "wrong_currency",
        "data.currency"
      ),
    ]
    for each in cases {
      // Together with a line that could be recorded: nothing is.
      let good = DraftLine.paid("B", "good", 1, on: "2026-03-01")
      let run = try ledger.record(bytes: Array("\(good)\n\(each.draft)\n".utf8), "--json")
      #expect(run.exit == 3, "\(each.code)")
      #expect(try run.failure.code == each.code)
      #expect(try run.failure["field"] == each.field, "\(each.code)")
      #expect(try run.failure.number("line") == 2)
      #expect(try ledger.files() == before)
    }
  }

  @Test("moved within its grace it is another promise; cancelled, its window ends the day before")
  func moved() throws {
    let ledger = try TemporaryLedger(recording: Self.exampleG)
    try ledger.record([
      Self.event(
        "PromiseRescheduled", "m:1", on: "2026-03-12",
        #""promise":"R1","dueOn":"2026-03-31","amount":30000"#)
    ])
    let moved = try ledger.run("show A --json --on 2026-03-13").json["promises"]?.arrayValue?.first
    #expect(moved?["outcome"]?.stringValue == "open" && moved?["rescheduled"] == .integer(1))
    #expect(moved?["graceEndsOn"]?.stringValue == "2026-04-06")
    try ledger.record([
      Self.event(
        "PromiseCancelled", "c:1", on: "2026-03-20",
        #""promise":"R1","by":"debtor","reason":"no work""#),
      DraftLine.paid("A", "p-3", 30_000, on: "2026-03-20"),
    ])
    let ended = try ledger.run("show A --json --on 2026-03-20").json["promises"]?.arrayValue?.first
    #expect(ended?["outcome"]?.stringValue == "cancelled")
    #expect(ended?["paid"]?.integerValue == 19_500 && ended?["since"]?.stringValue == "2026-03-20")
  }

  @Test("holds stand until they are lifted; suit, judgment and the rest are facts with dates")
  func facts() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", on: "2026-01-05"),
      Self.event(
        "HoldPlaced", "1", on: "2026-02-01", #""hold":"H1","kind":"legal","reason":"law""#),
      Self.event(
        "DisputeOpened", "2", on: "2026-02-02",
        #""dispute":"D1","scope":"amount","amount":5000,"reason":"paid before""#),
      Self.event("HoldLifted", "3", on: "2026-02-10", #""hold":"H1""#),
      Self.event(
        "SuitFiled", "4", on: "2026-02-11", #""court":"Juzgado \"3\"","case":"123-2026""#),
      Self.event("JudgmentEntered", "5", on: "2026-02-12", #""amount":100000"#),
      Self.event("LimitationInterrupted", "6", on: "2026-02-13", #""by":"letter""#),
      Self.event(
        "AgencyPlaced", "7", on: "2026-02-14",
        #""agency":"G1","from":"2026-02-14","purgeBy":"2027-02-14""#),
      Self.event("AssignmentNotified", "8", on: "2026-02-15", #""assignee":"F1""#),
      Self.event("AgencyRecalled", "9", on: "2026-02-16", ""),
      Self.event("AccountClosed", "10", on: "2026-02-17", #""reason":"sold off""#),
      Self.event("AccountReopened", "11", on: "2026-02-18", #""reason":"mistake""#),
    ])
    func show(_ day: String) throws -> JSONValue {
      try ledger.run("show A --json --on \(day)").json
    }
    func holds(_ day: String) throws -> [String?] {
      try (show(day)["holds"]?.arrayValue ?? []).map {
        $0["hold"]?.stringValue ?? $0["dispute"]?.stringValue
      }
    }
    #expect(try holds("2026-02-01") == ["H1"])
    #expect(try holds("2026-02-02") == ["H1", "D1"])
    #expect(try holds("2026-02-10") == ["D1"])
    let facts = try #require(try show("2026-02-16")["facts"]?.arrayValue)
    #expect(
      facts.map { $0["fact"]?.stringValue } == [
        "hold", "suit", "judgment", "limitation", "placement", "assignment",
      ])
    #expect(facts[0]["endedOn"]?.stringValue == "2026-02-10")
    #expect(facts[1]["court"]?.stringValue == #"Juzgado "3""#)
    #expect(facts[1]["case"]?.stringValue == "123-2026")
    #expect(facts[2]["amount"]?.integerValue == 100_000)
    #expect(facts[3]["by"]?.stringValue == "letter")
    #expect(facts[4]["purgeBy"]?.stringValue == "2027-02-14")
    #expect(facts[4]["endedOn"]?.stringValue == "2026-02-16")
    #expect(facts[5]["assignee"]?.stringValue == "F1")
    #expect(try show("2026-02-17")["status"]?.stringValue == "closed")
    #expect(try show("2026-02-18")["status"]?.stringValue == "open")
    // No figure of the debt moved.
    #expect(try show("2026-02-18")["outstanding"]?["total"]?.integerValue == 100_000)
    let text = try ledger.run("show A --on 2026-02-18 --lang es").output
    #expect(text.contains("demanda") && text.contains("prescripción interrumpida"), "\(text)")
    let history = try ledger.run("history A --on 2026-02-17").output
    #expect(
      history.contains(
        "2026-02-17  closed: nothing accrues, and a payment becomes credit, by event"),
      "\(history)")
  }
}

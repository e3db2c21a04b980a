internal import CanonicalJSON
internal import Collections
internal import Testing

/// Example C of the ledger's rules, section 5: 1 000.00 at 36 % a year; 200.00 paid on 2 March, and
/// recorded after it 300.00 paid on 10 February.
@Suite("End to end: show and history of example C")
struct EndToEndShowTests {
  private static let account = DraftLine.opened(
    "A-1", on: "2026-01-31",
    more: #","terms":{"compensatoryBp":3600,"yearDays":360}"#)
  private static let first = DraftLine.paid("A-1", "p-1", 20_000, on: "2026-03-02")
  private static let late = DraftLine.paid("A-1", "p-2", 30_000, on: "2026-02-10")

  private static let ledger = Result {
    let ledger = try TemporaryLedger(recording: [account, first])
    try ledger.record([late])
    return ledger
  }

  private func show(_ options: String) throws -> JSONValue {
    let run = try Self.ledger.get().run("show A-1 --json \(options)")
    #expect(run.exit == 0, "\(run.errors)")
    return try run.json
  }

  @Test(
    "the three questions, in JSON",
    arguments: table(
      """
      asked                            principal  interest  days past due  bucket  class       provision
      --on 2026-03-02 --known-at 3     83000      0         30             1-30    CPP         4150
      --on 2026-03-02                  52420      0         30             1-30    CPP         2621
      --on 2026-03-12                  52420      524       40             31-60   Deficiente  13105
      """))
  func questions(_ row: [String]) throws {
    let report = try show(row[0])
    let (principal, interest) = (try #require(Int64(row[1])), try #require(Int64(row[2])))
    for name in ["outstanding", "overdue"] {
      let amounts = try #require(report[name])
      #expect(
        amounts.canonicalText
          == #"{"cost":0,"interest":\#(interest),"penalty":0,"principal":\#(principal),"#
          + #""total":\#(principal + interest)}"#)
    }
    #expect(report["daysPastDue"]?.integerValue == Int64(row[3]))
    #expect(report["bucket"]?.stringValue == row[4])
    #expect(report["classification"]?.stringValue == row[5])
    #expect(report["provision"]?.integerValue == Int64(row[6]))
    #expect(report["knownAt"]?["size"]?.integerValue == (row[0].contains("known") ? 3 : 4))
    #expect(report["on"]?.stringValue.map { row[0].contains("--on \($0)") } == true)
  }

  private static let before = """
    A-1  on 2026-03-02, known at 3 events

      status                open
      product               consumer, bank
      days past due         30 (1-30), CPP, provision 41.50

    PEN          principal  interest  penalty  cost   total
    outstanding     830.00      0.00     0.00  0.00  830.00
    overdue         830.00      0.00     0.00  0.00  830.00
    paid 200.00, credit 0.00

    item  due         principal  interest  penalty  cost  accrued
    1     2026-01-31     830.00      0.00     0.00  0.00    30.00

    payment  value date  amount  principal  interest  penalty  cost  credit  state
    p-1      2026-03-02  200.00     170.00     30.00     0.00  0.00    0.00  applied

    """

  private static let after = """
    A-1  on 2026-03-12, known at 4 events

      status                open
      product               consumer, bank
      days past due         40 (31-60), Deficiente, provision 131.05

    PEN          principal  interest  penalty  cost   total
    outstanding     524.20      5.24     0.00  0.00  529.44
    overdue         524.20      5.24     0.00  0.00  529.44
    paid 500.00, credit 0.00

    item  due         principal  interest  penalty  cost  accrued
    1     2026-01-31     524.20      5.24     0.00  0.00    29.44

    payment  value date  amount  principal  interest  penalty  cost  credit  state
    p-2      2026-02-10  300.00     290.00     10.00     0.00  0.00    0.00  applied
    p-1      2026-03-02  200.00     185.80     14.20     0.00  0.00    0.00  applied, restated by 3

    """

  @Test(
    "the same, for a reader",
    arguments: [
      ("--on 2026-03-02 --known-at 3", before), ("--on 2026-03-12", after),
      ("--on 2026-03-02", nil), ("--on 2026-03-02 --lang es", nil),
    ])
  func text(_ options: String, _ expected: String?) throws {
    let run = try Self.ledger.get().run("show A-1 \(options)")
    #expect(run.exit == 0)
    #expect(run.errors.isEmpty)
    if let expected {
      #expect(run.output == expected)
    } else {
      let item = run.output.split(separator: "\n").first { $0.hasPrefix("1 ") }
      #expect(item?.split(separator: " ").dropFirst(2).first == "524.20", "\(run.output)")
    }
  }

  @Test("JSON has the fields that the interface names, and the payments' lines add up")
  func fields() throws {
    let report = try show("--on 2026-03-12")
    let named = [
      "account", "on", "knownAt", "currency", "status", "outstanding", "overdue", "credit",
      "daysPastDue", "bucket", "classification", "provision", "items", "payments", "nextDue",
      "promises", "plans", "holds",
    ]
    for name in named { #expect(report[name] != nil, "\(name)") }
    #expect(report["account"]?.stringValue == "A-1")
    #expect(report["currency"]?.stringValue == "PEN")
    #expect(report["status"]?.stringValue == "open")
    #expect(report["credit"]?.integerValue == 0)
    #expect(report["nextDue"] == .null)
    let payments = try #require(report["payments"]?.arrayValue)
    let lines = payments.map { payment in
      let lines = payment["allocation"]?.arrayValue ?? []
      return (payment["payment"]?.stringValue ?? "") + ":"
        + lines.map { line in
          " \(line["component"]?.stringValue ?? "") \(line["amount"]?.integerValue ?? 0)"
        }.joined()
    }
    #expect(
      lines == ["p-2: interest 1000 principal 29000", "p-1: interest 1420 principal 18580"])
    #expect(
      payments.last?["restated"]?.canonicalText
        == #"[{"after":{"cost":0,"interest":1420,"penalty":0,"principal":18580,"total":20000},"#
        + #""before":{"cost":0,"interest":3000,"penalty":0,"principal":17000,"total":20000},"#
        + #""by":3,"creditAfter":0,"creditBefore":0,"reason":"event"}]"#)
    #expect(
      report["items"]?.arrayValue?.first?["outstanding"]?["principal"]?.integerValue == 52_420)
  }

  @Test("what comes due next is named")
  func nextDue() throws {
    let report = try #require(
      try Self.ledger.get().run("show A-1 --json --on 2026-01-31").json["nextDue"])
    #expect(report.canonicalText == #"{"amount":100000,"dueOn":"2026-01-31"}"#)
  }

  @Test("history tells what the late payment restated, and why, for a reader and in JSON")
  func history() throws {
    let run = try Self.ledger.get().run("history A-1 --on 2026-03-12")
    #expect(run.exit == 0)
    #expect(
      run.output.contains(
        "restates payment #2: 30.00 interest + 170.00 principal became 14.20 interest + 185.80 "
          + "principal (section 5)"))
    let json = try Self.ledger.get().run("history A-1 --on 2026-03-12 --json").json
    let events = try #require(json["events"]?.arrayValue)
    #expect(events.map { $0["seq"]?.integerValue } == [1, 2, 3])
    #expect(events.map { $0["n"]?.integerValue } == [0, 1, 2])
    #expect(events.map { $0["restated"]?.arrayValue?.count } == [0, 0, 1])
    let restated = try #require(events.last?["restated"]?.arrayValue?.first)
    #expect(restated["payment"]?.integerValue == 2)
    #expect(restated["by"]?.integerValue == 3)
    #expect(restated["before"]?["interest"]?.integerValue == 3_000)
    #expect(restated["after"]?["interest"]?.integerValue == 1_420)
    // Before it was known nothing was restated.
    let earlier = try Self.ledger.get().run("history A-1 --known-at 3 --json").json
    #expect(earlier["events"]?.arrayValue?.compactMap { $0["restated"]?.arrayValue?.first } == [])
  }

  @Test("--known-at takes an instant: what was recorded by then, in any offset")
  func instants() throws {
    let ledger = try TemporaryLedger(recording: [Self.account])
    let receipts = try ledger.record([Self.first])
    try ledger.record([Self.late])
    let at = try #require(receipts[0]["at"]?.stringValue)
    let moment = try #require(Instant(at))
    let local = Instant(milliseconds: moment.milliseconds + 330 * 60_000).text
    let elsewhere = local.dropLast() + "+05:30"
    for instant in [at, elsewhere] {
      let run = try ledger.run("show A-1 --on 2026-03-02 --json --known-at \(instant)")
      #expect(try run.json["knownAt"]?["size"]?.integerValue == 3, "\(instant)")
      #expect(try run.json["outstanding"]?["principal"]?.integerValue == 83_000)
    }
    let all = try ledger.run("show A-1 --on 2026-03-02 --json --known-at 2999-01-01T00:00Z").json
    #expect(all["outstanding"]?["principal"]?.integerValue == 52_420)
  }

  @Test(
    "what there is no answer to is refused: exit 3",
    arguments: table(
      """
      asked                                          code             value
      show A-9                                       unknown_account  A-9
      history A-9                                    unknown_account  A-9
      show A-1 --on 2026-01-30                       unknown_account  A-1
      history A-1 --on 2026-01-30                    unknown_account  A-1
      show A-1 --known-at 1                          unknown_account  A-1
      show A-1 --known-at 0                          unknown_account  A-1
      show A-1 --known-at 2020-01-01T00:00:00Z       unknown_account  A-1
      show A-1 --known-at 5                          no_such_size     5
      replay --known-at 5                            no_such_size     5
      portfolio --known-at 5                         no_such_size     5
      """))
  func refused(_ row: [String]) throws {
    let run = try Self.ledger.get().run(row[0] + " --json")
    #expect(run.exit == 3)
    #expect(run.output.isEmpty)
    #expect(try run.failure.code == row[1])
    let value = try run.failure.json["detail"]?["value"]
    #expect(value?.stringValue ?? value?.canonicalText == row[2])
  }

  @Test("an account that is not found for a reason says how it is")
  func hints() throws {
    let ledger = try TemporaryLedger(recording: [Self.account])
    try ledger.record([
      #"{"type":"EventVoided","stream":"account/A-1","effective":"2026-02-01","key":"v","#
        + #""data":{"target":1,"reason":"wrong","approver":"u-2"}}"#
    ])
    let opened = "2026-01-31"
    let cases = [
      ("show account/A-1", "the id alone: A-1"),
      ("show A-1 --on 2026-01-30 --known-at 2", "--on \(opened) or later: it opened then"),
      ("history A-1", "--known-at 2, before event 2 voided its opening"),
    ]
    for (asked, hint) in cases {
      let run = try ledger.run(asked + " --json")
      #expect(run.exit == 3)
      #expect(try run.failure["expected"] == hint, "\(asked)")
    }
    #expect(try ledger.run("history A-1 --on \(opened) --known-at 2").exit == 0)
  }
}

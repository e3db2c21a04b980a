internal import CanonicalJSON
internal import Foundation
internal import Testing

/// What other programs get of a ledger, and what they make of it.
@Suite("End to end: export")
struct EndToEndExportTests {
  private static let hasHledger = FileManager.default.isExecutableFile(atPath: "/usr/bin/hledger")

  /// 300 accounts over a year, and money that waits, was identified, reversed and voided.
  private static let portfolio = Result {
    let ledger = try GeneratedPortfolio.make(accounts: 300, months: 12, seed: 11)
    let money = #""currency":"PEN","method":"transfer","payment":"#
    try ledger.record([
      DraftLine.opened("odd:one", on: "2024-03-02"),
      DraftLine.paid("odd:one", "p:1", 30_000, on: "2024-03-20"),
      DraftLine.paid("odd:one", "p-2", 90_000, on: "2024-03-10"),
      #"{"type":"UnidentifiedPaymentReceived","stream":"portfolio/unidentified","key":"u1","#
        + #""effective":"2024-04-01","data":{"amount":700,\#(money)"u-1"}}"#,
      #"{"type":"UnidentifiedPaymentReceived","stream":"portfolio/unidentified","key":"u2","#
        + #""effective":"2024-04-02","data":{"amount":900,\#(money)"u-2"}}"#,
      #"{"type":"PaymentIdentified","stream":"portfolio/unidentified","key":"i1","#
        + #""effective":"2024-05-01","data":{"account":"odd:one","payment":"u-1"}}"#,
      DraftLine.event(
        "PaymentReversed", "odd:one", "r1", on: "2024-05-02",
        #""kind":"bounced","payment":"p-2","reason":"no funds""#),
    ])
    // A debtor's payment is split into one an account, which alone is booked.
    try ledger.record([
      DraftLine.opened("odd:two", on: "2024-03-05"),
      #"{"type":"DebtorPaymentReceived","stream":"subject/S-1","effective":"2024-06-03","key":"d1","#
        + #""data":{"amount":5000,\#(money)"D1","instruction":["#
        + #"{"account":"odd:one","amount":2000},{"account":"odd:two","amount":3000}]}}"#,
    ])
    return ledger
  }

  @Test(
    "hledger's balances by account and component are accounts.csv's, to the cent",
    .enabled(if: hasHledger, "hledger is not installed"))
  func hledgerAgrees() throws {
    let ledger = try Self.portfolio.get()
    for (day, name) in [("2024-12-31", "end"), ("2024-08-15", "middle")] {
      let run = try ledger.bash(
        """
        set -e
        "$quipu" replay --on \(day) --out \(name) >/dev/null
        "$quipu" export hledger --on \(day) --out \(name).journal --json > \(name).summary
        export LC_ALL=C.UTF-8
        hledger -f \(name).journal check --strict
        hledger -f \(name).journal balance --flat --no-total --output-format csv \\
          assets:receivable liabilities:credit > \(name).balances
        hledger -f \(name).journal balance --no-total --depth 1 assets liabilities equity income \\
          expenses --output-format csv --layout bare > \(name).sums
        """)
      try #require(run.exit == 0, "\(run.errors)")
      var balances = try Self.balances(try ledger.text(of: "\(name).balances"))
      let accounts = try PlainTable(try ledger.text(of: "\(name)/accounts.csv"))
      let ids = accounts["account"].map { $0.replacing(":", with: "/") }
      #expect(ids.contains("odd/one"))
      for (column, sign, ledgerName) in [
        ("principal", 1, "assets:receivable:ID:principal"),
        ("interest", 1, "assets:receivable:ID:interest"),
        ("penalty", 1, "assets:receivable:ID:penalty"),
        ("cost", 1, "assets:receivable:ID:cost"), ("credit", -1, "liabilities:credit:ID"),
      ] as [(String, Int64, String)] {
        for (id, cell) in zip(ids, try accounts.numbers(column)) {
          let balance = balances.removeValue(forKey: ledgerName.replacing("ID", with: id)) ?? 0
          #expect(balance * sign == cell, "\(id) \(column) on \(day)")
        }
      }
      #expect(balances.isEmpty, "hledger has accounts of its own")
      let entries = try ledger.text(of: "\(name).journal").components(separatedBy: "\n\n")
        .filter { $0.contains(" (D1) PaymentReceived odd") }
      #expect(
        entries.count == 2 && entries.allSatisfy { $0.contains("    assets:cash:transfer  ") })
      let json = try JSONValue(parsing: try ledger.text(of: "\(name).summary"), as: .json)
      #expect(json["accounts"]?.integerValue == Int64(ids.count))
      // The books as a whole add up to nothing.
      let sums = try ledger.text(of: "\(name).sums").split(separator: "\n").dropFirst()
      #expect(sums.count == 5)
      #expect(try sums.map { try Self.cents(String($0)) }.reduce(0, +) == 0)
    }
  }

  /// hledger's CSV: `"account","12.34 PEN"`, zero as `"0"`.
  private static func balances(_ text: String) throws -> [String: Int64] {
    var balances: [String: Int64] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let cells = line.dropFirst().dropLast().components(separatedBy: "\",\"")
      try #require(cells.count == 2)
      let number: String = cells[1].replacing(" PEN", with: "").replacing(".", with: "")
      let cents = try #require(Int64(number), "\(line)")
      balances[cells[0]] = cents
    }
    return balances
  }

  /// The last cell of a line of bare CSV, in cents.
  private static func cents(_ line: String) throws -> Int64 {
    let cell = try #require(line.split(separator: ",").last)
    let digits = String(cell.filter { $0 != "\"" && $0 != "." })
    return try #require(Int64(digits), "\(line)")
  }

  @Test("csv has a row an event of an account, and xes the same, by case and time")
  func logs() throws {
    let ledger = try Self.portfolio.get()
    let run = try ledger.bash(
      """
      set -e
      "$quipu" export csv --out log.csv
      "$quipu" export xes > log.xes 2>notice
      "$quipu" export jsonl > log.jsonl 2>/dev/null
      cat ledger/log/*.jsonl | grep '^{"actor"' > recorded
      cmp recorded log.jsonl
      "$quipu" export jsonl --known-at 100 2>/dev/null | cmp - <(head -n 100 recorded)
      grep -c '"stream":"account/' recorded
      """)
    try #require(run.exit == 0, "\(run.errors)")
    let count = try #require(Int(run.output.split(separator: "\n").last ?? ""))
    let rows = try ledger.text(of: "log.csv").split(separator: "\n")
    #expect(rows.count == count + 1)
    #expect(
      rows[0] == "case,activity,timestamp,seq,recordedAt,resource,role,key,data")
    let log = try XESLog(try ledger.bytes(of: "log.xes"))
    #expect(log.events.count == count)
    let cells = rows.dropFirst().map { $0.split(separator: ",").prefix(4).map(String.init) }
    let fromXES = Set(
      log.events.map { [$0.trace, $0["concept:name"], $0["time:timestamp"], $0["seq"]] })
    #expect(Set(cells) == fromXES)
    #expect(log.traces == Set(cells.map { $0[0] }).sorted())
    for (first, second) in zip(log.events, log.events.dropFirst()) where first.trace == second.trace
    {
      #expect(first["time:timestamp"] <= second["time:timestamp"])
    }
    #expect(try ledger.text(of: "notice").contains("\(log.traces.count) cases"))
  }

  @Test("xes writes every text so that a reader of XML gets it back")
  func escapes() throws {
    let reason = #"a<b> & "q" 'p' \t tab \n line ñ 😀"#
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", on: "2025-01-31"),
      DraftLine.event(
        "AccountClosed", "A", "close", on: "2025-02-01",
        #""reason":"\#(reason.replacing("\"", with: "\\\""))""#),
    ])
    let run = try ledger.bash("\"$quipu\" export xes --out log.xes")
    try #require(run.exit == 0, "\(run.errors)")
    let log = try XESLog(try ledger.bytes(of: "log.xes"))
    #expect(log.events.last?["reason"] == "a<b> & \"q\" 'p' \t tab \n line ñ 😀")
  }

  @Test("sqlite holds what replay writes, and what cannot be is said")
  func databaseAndUsage() throws {
    let ledger = try Self.portfolio.get()
    let run = try ledger.bash(
      """
      set -e
      "$quipu" export sqlite x.sqlite --on 2024-08-15
      "$quipu" replay --on 2024-08-15 --out db --format sqlite >/dev/null
      cmp x.sqlite db/quipu.sqlite
      """)
    #expect(run.exit == 0, "\(run.errors)")
    #expect(try ledger.run("export sqlite").exit == 2)
    #expect(try ledger.run("export csv --on 2024-08-15").exit == 2)
    #expect(try ledger.run("export ledger").exit == 2)
    #expect(try ledger.run("export jsonl a --out b").exit == 2)
    #expect(try ledger.run("export jsonl --known-at 99999999").exit == 3)
    #expect(try ledger.run("export hledger --out /nowhere/x").exit == 4)
  }
}

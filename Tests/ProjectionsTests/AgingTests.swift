import Collections
import EventStore
import Projections
import Support
import Testing

@Suite("Portfolio")
struct AgingTests {
  /// Accounts in several currencies, products and buckets, some with credit, some closed.
  private static func log(_ random: inout SeededGenerator) -> EventLines {
    var log = EventLines()
    let products = ["consumer", "card", "mortgage", "fine"]
    for number in 0..<Int.random(in: 1...40, using: &random) {
      let account = "A-\(number)"
      let currency = random.once(in: 4) ? "USD" : "PEN"
      log.open(
        account, products.randomElement(using: &random) ?? "fine", currency,
        creditor: "c-\(Int.random(in: 1...3, using: &random))",
        due:
          "202\(Int.random(in: 4...5, using: &random))-0\(Int.random(in: 1...9, using: &random))-15",
        principal: Int64.random(in: 0...100_000, using: &random))
      for payment in 0..<Int.random(in: 0...2, using: &random) {
        let amount = Int.random(in: 1...70_000, using: &random)
        log.add(
          "PaymentReceived", "account/\(account)", "2025-02-0\(payment + 1)",
          #"{"amount":\#(amount),"currency":"\#(currency)","method":"cash","payment":"p-\#(payment)"}"#
        )
      }
      if random.once(in: 8) {
        log.add("AccountClosed", "account/\(account)", "2025-02-05", #"{"reason":"r"}"#)
      }
    }
    return log
  }

  @Test("whatever accounts are grouped by, groups and buckets add up to all accounts")
  func sums() throws {
    let base = seed()
    var buckets: Set<AgingBucket> = []
    for seed in base..<base + 20 {
      var random = SeededGenerator(seed: seed)
      let model = try Self.log(&random).model()
      let table = AccountTable.make(
        model.accounts, on: try day("2025-06-01"), knownAt: model.size, jobs: 3)
      #expect(table.failures == [])
      for grouping in AgingReport.Grouping.allCases {
        let report = try AgingReport(
          table.rows,
          by: GroupNames(grouping, of: model.accounts, on: day("2025-06-01"), knownAt: model.size))
        var accounts: [String: [Int64]] = [:]
        for row in table.rows {
          buckets.insert(row.bucket)
          let figures = [
            1, row.outstanding.total, row.overdue.total, row.credit, row.provision,
          ]
          let sums = accounts[row.currency.code] ?? [0, 0, 0, 0, 0]
          accounts[row.currency.code] = zip(sums, figures).map { $0 + $1 }
        }
        var groups: [String: [Int64]] = [:]
        for group in report.groups {
          let code = group.currency.code
          groups[code] = zip(groups[code] ?? [0, 0, 0, 0, 0], Self.figures(group.total))
            .map { $0 + $1 }
          let cells = group.buckets.map(Self.figures)
          let inside = cells.reduce([0, 0, 0, 0, 0]) { sum, cell in zip(sum, cell).map { $0 + $1 } }
          #expect(inside == Self.figures(group.total))
        }
        #expect(groups == accounts, "seed \(seed), by \(grouping)")
        let names = report.groups.map { [$0.currency.code, $0.name] }
        #expect(names == names.sorted { $0.lexicographicallyPrecedes($1) })
      }
      let totals = table.totals.map { ($0.currency.code, $0["outstanding"], $0["provision"]) }
      let none = try AgingReport(
        table.rows,
        by: GroupNames(.none, of: model.accounts, on: day("2025-06-01"), knownAt: model.size)
      ).groups
      #expect(totals.map(\.0) == none.map(\.currency.code))
      #expect(totals.map(\.1) == none.map { Int128($0.total.outstanding) })
      #expect(totals.map(\.2) == none.map { Int128($0.total.provision) })
    }
    #expect(buckets.count > 5)
  }

  private static func figures(_ cell: AgingReport.Cell) -> [Int64] {
    [cell.accounts, cell.outstanding, cell.overdue, cell.credit, cell.provision]
  }

  @Test("a group is what its accounts have in common")
  func groups() throws {
    var log = EventLines()
    log.open("A-1", "card", "PEN", creditor: "north", due: "2025-05-01", principal: 10)
    log.open("A-2", "fine", "USD", creditor: "south", due: "2025-07-01", principal: 20)
    log.open("A-3", "card", "PEN", creditor: "south", due: "2025-02-01", principal: 0)
    let model = try log.model()
    let table = AccountTable.make(
      model.accounts, on: try day("2025-06-01"), knownAt: model.size, jobs: 1)
    for (grouping, expected) in [
      (AgingReport.Grouping.none, ["PEN ", "USD "]), (.product, ["PEN card", "USD fine"]),
      (.creditor, ["PEN north", "PEN south", "USD south"]),
      (.status, ["PEN open", "PEN paid", "USD open"]),
      (.classification, ["PEN Deficiente", "PEN Normal", "USD "]),
      (.portfolio, ["PEN ", "USD "]),
    ] {
      let groups = try AgingReport(
        table.rows,
        by: GroupNames(grouping, of: model.accounts, on: day("2025-06-01"), knownAt: model.size)
      ).groups
      #expect(groups.map { "\($0.currency.code) \($0.name)" } == expected, "\(grouping)")
    }
  }

  @Test("an arm is the last one assigned by the day, as known then")
  func arms() throws {
    var log = EventLines()
    log.open("A-1", principal: 10)
    log.open("A-2", principal: 10)
    func assign(_ arm: String, _ on: String) {
      log.add(
        "ArmAssigned", "account/A-1", on, #"{"arm":"\#(arm)","bucket":7,"strategy":"s"}"#)
    }
    assign("late", "2025-05-01")
    assign("early", "2025-03-01")
    log.add(
      "EventVoided", "account/A-1", "2025-05-02", #"{"approver":"u-2","reason":"r","target":3}"#)
    let model = try log.model()
    var arms = ArmBook()
    var reader = FieldReader()
    for line in log.lines {
      try arms.apply(try EventEnvelope(parsing: line.span), line.span, &reader)
    }
    for (on, knownAt, expected) in [
      ("2025-05-31", 6, "s:early"), ("2025-05-31", 5, "s:late"), ("2025-04-30", 5, "s:early"),
      ("2025-02-28", 6, ""), ("2025-05-31", 3, ""),
    ] as [(String, Int64, String)] {
      let names = GroupNames(
        .arm, of: model.accounts, arms: arms, on: try day(on), knownAt: knownAt)
      let rows = AccountTable.make(
        model.accounts, on: try day(on), knownAt: model.size, jobs: 1
      ).rows
      #expect(rows.map(names.name) == [expected, ""], "\(on) at \(knownAt)")
    }
  }

  @Test("a sum past 2^53 − 1 is an error of the report, and exact in the totals")
  func overflow() throws {
    var log = EventLines()
    log.open("A-1", principal: largestAmount)
    log.open("A-2", principal: 1)
    let model = try log.model()
    let table = AccountTable.make(
      model.accounts, on: try day("2025-01-31"), knownAt: model.size, jobs: 2)
    #expect(table.rows.count == 2)
    #expect(table.totals[0]["outstanding"] == Int128(largestAmount) + 1)
    #expect(throws: RuleError(.overflow, "")) {
      try AgingReport(
        table.rows,
        by: GroupNames(.none, of: model.accounts, on: day("2025-06-01"), knownAt: model.size))
    }
  }
}

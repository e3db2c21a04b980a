import Collections
import EventStore
import Projections
import Support
import Testing

@Suite("Portfolio measures")
struct PortfolioTests {
  /// Seven accounts between 31 March and 30 April 2025, each there for a reason.
  private static func log() -> EventLines {
    var log = EventLines()
    func item(_ n: Int, _ due: String, _ principal: Int) -> String {
      #"{"dueOn":"\#(due)","n":\#(n),"principal":\#(principal)}"#
    }
    func open(_ account: String, _ items: [String], _ more: String = "") {
      log.add(
        "AccountOpened", "account/\(account)", "2025-01-31",
        #"{"account":"\#(account)","creditor":"bank","currency":"PEN","#
          + #""items":[\#(items.joined(separator: ","))]\#(more),"product":"consumer","subject":"S"}"#
      )
    }
    func pay(_ account: String, _ amount: Int, _ on: String) {
      log.add(
        "PaymentReceived", "account/\(account)", on,
        #"{"amount":\#(amount),"currency":"PEN","method":"cash","payment":"\#(on)"}"#)
    }
    open("forward", [item(1, "2025-03-01", 10_000)])
    open("cured", [item(1, "2025-03-01", 20_000)])
    open("closed", [item(1, "2025-01-31", 7_000)])
    open("coming", [item(1, "2025-05-15", 5_000)])
    open("again", [item(1, "2025-02-01", 6_000), item(2, "2025-04-05", 6_000)])
    open("off", [item(1, "2025-02-01", 8_000)])
    open(
      "placed", [item(1, "2025-06-01", 1_000)],
      #","placement":{"balance":1000,"placedOn":"2025-03-15","portfolio":"p"}"#)
    pay("forward", 3_000, "2025-04-09")
    pay("cured", 20_000, "2025-04-10")
    pay("again", 6_000, "2025-03-20")
    log.add("AccountClosed", "account/closed", "2025-04-05", #"{"reason":"r"}"#)
    log.add("WrittenOff", "account/off", "2025-02-15", "{}")
    pay("off", 2_000, "2025-04-20")
    for (promise, amount, due) in [
      ("kept", 3_000, "2025-04-10"), ("broken", 4_000, "2025-04-20"), ("open", 500, "2025-04-30"),
    ] {
      log.add(
        "PromiseMade", "account/forward", "2025-04-01",
        #"{"amount":\#(amount),"channel":"call","dueOn":"\#(due)","promise":"\#(promise)"}"#)
    }
    func contact(_ id: String, _ on: String, _ direction: String, _ party: String?) {
      log.add(
        "ContactAttempted", "account/forward", on,
        #"{"channel":"call","contact":"\#(id)","direction":"\#(direction)","#
          + #""localAt":"\#(on)T10:00:00-05:00"}"#)
      guard let party else { return }
      log.add(
        "ContactConnected", "account/forward", on,
        #"{"contact":"\#(id)","party":"\#(party)"}"#)
    }
    contact("c-1", "2025-04-02", "outbound", "right")
    contact("c-2", "2025-04-03", "outbound", "wrong")
    contact("c-3", "2025-04-04", "outbound", nil)
    contact("c-4", "2025-04-05", "inbound", "right")
    contact("c-5", "2025-03-31", "outbound", "right")
    log.add(
      "CostIncurred", "account/forward", "2025-04-02", #"{"amount":150,"kind":"call"}"#)
    log.add("CostIncurred", "portfolio/p", "2025-04-30", #"{"amount":50,"kind":"rent"}"#)
    log.add("CostIncurred", "portfolio/p", "2025-03-31", #"{"amount":70,"kind":"rent"}"#)
    return log
  }

  static func report(
    _ log: EventLines, by grouping: AgingReport.Grouping = .none, from: String = "2025-03-31",
    on: String = "2025-04-30"
  ) throws -> PortfolioReport {
    let model = try log.model()
    var side = SideBooks()
    var reader = FieldReader()
    for line in log.lines {
      try side.apply(try EventEnvelope(parsing: line.span), line.span, &reader)
    }
    let day = try day(on)
    let table = AccountTable.make(model.accounts, on: day, knownAt: model.size, jobs: 2)
    let names = GroupNames(grouping, of: model.accounts, on: day, knownAt: model.size)
    return try PortfolioReport(
      table, of: model, side.money, side.dealings, from: CivilDate(from) ?? day, on: day,
      by: names, jobs: 2)
  }

  @Test("accounts roll on, stay, roll back, are cured, leave, and fall back")
  func rolls() throws {
    let group = try #require(try Self.report(Self.log()).groups.first)
    func row(_ name: String) -> RollReport.Row {
      let place = AgingBucket.allCases.firstIndex { $0.name == name }
      return group.rolls.rows[place ?? 0]
    }
    func cells(_ row: RollReport.Row) -> [[Int64]] {
      ([row.all] + row.outcomes + [row.cured]).map { [$0.accounts, $0.outstanding] }
    }
    // All; forward, same, back, left; cured.
    let none: [Int64] = [0, 0]
    #expect(cells(row("0")) == [[3, 12_000], [1, 6_000], [2, 6_000], none, none, none])
    #expect(
      cells(row("1-30")) == [[2, 30_000], [1, 10_000], none, [1, 20_000], none, [1, 20_000]])
    #expect(cells(row("31-60")) == [[2, 15_000], [1, 8_000], none, none, [1, 7_000], none])
    #expect(group.rolls.redefault == Share(1, of: 1))
  }

  @Test("rates have their denominators; a promise counts once its grace is over")
  func work() throws {
    let work = try #require(try Self.report(Self.log()).groups.first).work
    #expect(work.contactRate == Share(2, of: 3))
    #expect(work.rightPartyRate == Share(1, of: 3))
    #expect(work.promiseRate == Share(3, of: 1))
    #expect(work.keptRate == Share(1, of: 2))
    #expect(work.keptAmountRate == Share(3_000, of: 7_000))
    #expect(work.costToCollect == Share(200, of: 25_000))
    #expect(work.costToCollect.basisPoints == 80)
    #expect(work.contactRate.basisPoints == 6_667)
    #expect(Share(5, of: 0).basisPoints == nil)
    #expect(Share(1, of: 20_000).basisPoints == 1)
    #expect(Share(1, of: 20_001).basisPoints == 0)
  }

  @Test("vintages are of the month of placement, else of opening, and go as far as months are over")
  func vintages() throws {
    let group = try #require(try Self.report(Self.log()).groups.first)
    #expect(group.vintages.map(\.name) == ["2025-01", "2025-03"])
    #expect(group.vintages.map(\.accounts) == [6, 1])
    #expect(group.vintages.map(\.opened) == [62_000, 1_000])
    #expect(group.vintages[0].curve == [0, 0, 6_000, 31_000])
    #expect(group.vintages[0].liquidation(after: 3)?.basisPoints == 5_000)
    #expect(group.vintages[0].liquidation(after: 4) == nil)
    #expect(group.vintages[1].curve == [0, 0])
    #expect(group.recovery.rate == Share(2_000, of: 8_000))
    let before = try #require(try Self.report(Self.log(), on: "2025-04-29").groups.first)
    #expect(before.vintages[0].curve == [0, 0, 6_000])
    #expect(before.vintages[0].paid == 31_000)
  }

  @Test("recovery is the money of the days while written off, of what such accounts owed then")
  func recovery() throws {
    var log = Self.log()
    func recovery(_ from: String, _ on: String) throws -> RecoveryReport {
      try #require(try Self.report(log, from: from, on: on).groups.first).recovery
    }
    // `off`: 80.00 written off on 15 February; 20.00 came in on 20 April.
    #expect(try recovery("2025-02-14", "2025-03-31").rate == Share(0, of: 8_000))
    #expect(try recovery("2025-04-19", "2025-04-20").rate == Share(2_000, of: 8_000))
    #expect(try recovery("2025-04-20", "2025-04-30").rate == Share(0, of: 8_000))
    // A second write-off, as one recorded for an earlier day leaves it, changes nothing.
    log.add("WrittenOff", "account/off", "2025-04-22", "{}")
    #expect(try recovery("2025-03-31", "2025-04-30").rate == Share(2_000, of: 8_000))
    // What came in when the write-off was reversed is no recovery, and what came in before stays.
    log.add("WriteOffReversed", "account/off", "2025-04-25", "{}")
    log.add(
      "PaymentReceived", "account/off", "2025-04-26",
      #"{"amount":500,"currency":"PEN","method":"cash","payment":"after"}"#)
    #expect(try recovery("2025-03-31", "2025-04-30").rate == Share(2_000, of: 8_000))
    #expect(try recovery("2025-04-24", "2025-04-30").rate == Share(0, of: 8_000))
    #expect(try recovery("2025-04-25", "2025-04-30").accounts == 0)
    #expect(try recovery("2025-01-31", "2025-02-14").rate == Share(0, of: 0))
  }

  @Test("groups add up to all accounts, whatever they are grouped by")
  func groups() throws {
    let log = Self.log()
    let whole = try #require(try Self.report(log).groups.first)
    for grouping in AgingReport.Grouping.allCases {
      let report = try Self.report(log, by: grouping)
      #expect(report.failures == [])
      func sum(_ figure: (PortfolioReport.Group) -> Int64) -> Int64 {
        report.groups.reduce(0) { $0 + figure($1) }
      }
      #expect(sum { $0.work.collected } == whole.work.collected, "\(grouping)")
      #expect(sum { $0.work.cost } == whole.work.cost, "\(grouping)")
      #expect(sum { $0.work.attempts } == 3, "\(grouping)")
      #expect(sum { $0.recovery.recovered } == 2_000, "\(grouping)")
      #expect(sum { $0.rolls.rows.reduce(0) { $0 + $1.all.accounts } } == 7, "\(grouping)")
      #expect(sum { $0.vintages.reduce(0) { $0 + $1.opened } } == 63_000, "\(grouping)")
      #expect(sum { $0.classes.reduce(0) { $0 + $1.accounts } } == 7, "\(grouping)")
      for group in report.groups {
        for row in group.rolls.rows {
          #expect(row.outcomes.reduce(0) { $0 + $1.outstanding } == row.all.outstanding)
        }
      }
    }
    let byPortfolio = try Self.report(log, by: .portfolio).groups
    #expect(byPortfolio.map(\.name) == ["", "p"])
    #expect(byPortfolio.map(\.work.cost) == [150, 50])
  }
}

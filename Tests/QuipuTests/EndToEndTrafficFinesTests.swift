internal import CanonicalJSON
internal import Foundation
internal import Support
internal import Testing

private let events = SharedData.url("traffic-fines/events.csv.xz")

/// One fine as the source's rows tell it, in cents, without a line of the ledger's code.
private struct Fine {
  /// What a row does, ordered as the ledger's rules order a day: first debt, then money.
  enum Step {
    case debt(Int)
    case money(Int)
    case dismissal
  }

  private var steps: [(day: String, rank: Int, step: Step)] = []
  private var level = 0
  private var isDismissed = false

  private(set) var assessed = 0
  private(set) var paid = 0
  private(set) var forgiven = 0
  private(set) var outstanding = 0
  private(set) var credit = 0

  /// Takes the next row: activity, day, amount, expense, payment and dismissal among its cells.
  mutating func take(_ cells: [String]) throws {
    let day = cells[4]
    switch cells[2] {
    case "Create Fine":
      level = try Self.cents(cells[5])
      steps.append((day, 0, .debt(level)))
    case "Send Fine": steps.append((day, 0, .debt(try Self.cents(cells[6]))))
    case "Add penalty":
      let raised = try Self.cents(cells[5])
      steps.append((day, 0, .debt(raised - level)))
      level = raised
    case "Payment": steps.append((day, 1, .money(try Self.cents(cells[7]))))
    default: break
    }
    if cells[12] == "#" || cells[12] == "G" { isDismissed = true }
    // What is added after a dismissal is forgiven as well.
    if isDismissed { steps.append((day, 1, .dismissal)) }
  }

  /// Goes through the steps by day; same days in the file's order.
  mutating func settle() {
    let ordered = steps.enumerated().sorted {
      ($0.element.day, $0.element.rank, $0.offset) < ($1.element.day, $1.element.rank, $1.offset)
    }
    for (_, (_, _, step)) in ordered {
      switch step {
      case .debt(let amount):
        assessed += amount
        outstanding += amount
      case .money(let amount):
        paid += amount
        credit += amount
      case .dismissal:
        forgiven += outstanding
        outstanding = 0
      }
      let used = min(credit, outstanding)
      credit -= used
      outstanding -= used
    }
  }

  static func cents(_ text: String) throws -> Int {
    if text.isEmpty { return 0 }
    let parts = text.split(separator: ".").map(String.init)
    let decimals = parts.count > 1 ? parts[1] : ""
    try #require(parts.count <= 2 && decimals.count <= 2)
    let padded = decimals + String(repeating: "0", count: 2 - decimals.count)
    return try #require(Int(parts[0])) * 100 + #require(Int(padded))
  }
}

/// Skipped where the shared data is not there. One pass over it: about a minute in a debug build.
@Suite("End to end: road traffic fines", .enabled(if: events != nil, "the data is absent"))
struct EndToEndTrafficFinesTests {
  /// The figures are those that the source file states, but for zero payments (3, which are no
  /// events), forgiveness, disputes and warnings, counted from the CSV without the program's code.
  @Test("imported whole, every fine reconciles to the cent")
  func wholeFile() throws {
    let url = try #require(events)
    let ledger = try TemporaryLedger(
      "--name fines --currency EUR --time-zone Europe/Rome --jurisdiction IT")
    let run = try ledger.bash(
      """
      set -eo pipefail
      xz -dc '\(url.path)' > rows.csv
      "$quipu" import road-traffic-fines rows.csv --json > imported
      "$quipu" replay --json --on 2015-01-01 --out out > replayed
      """)
    try #require(run.exit == 0, "\(run.errors)")
    try checkImport(try JSONValue(parsing: try ledger.text(of: "imported"), as: .json))
    let replayed = try JSONValue(parsing: try ledger.text(of: "replayed"), as: .json)
    try checkTotals(replayed)

    let fines = try fines(try ledger.text(of: "rows.csv"))
    let accounts = try PlainTable(try ledger.text(of: "out/accounts.csv"))
    try #require(accounts.rows.count == 119_604)
    let (outstanding, credit) = (
      try accounts.numbers("outstanding"), try accounts.numbers("credit")
    )
    let paid = try accounts.numbers("paid")
    var wrong: [String] = []
    var forgiven = 0
    for (row, account) in accounts["account"].enumerated() {
      let fine = try #require(fines[account])
      let (owed, left) = (Int(outstanding[row]), Int(credit[row]))
      let applied = Int(paid[row]) - left
      if owed + fine.forgiven + applied != fine.assessed || owed != fine.outstanding
        || left != fine.credit || Int(paid[row]) != fine.paid
      {
        wrong.append(account)
      }
      forgiven += fine.forgiven
    }
    #expect(wrong == [])
    let total = try #require(replayed["totals"]?.arrayValue?.first)
    #expect(total["forgiven"]?.integerValue == Int64(forgiven))
    #expect(fines.values.filter { $0.forgiven > 0 }.allSatisfy { $0.outstanding == 0 })
  }

  private func fines(_ text: String) throws -> [String: Fine] {
    var fines: [String: Fine] = [:]
    for line in text.components(separatedBy: "\n").dropFirst() where !line.isEmpty {
      let cells = line.components(separatedBy: ",")
      try fines[cells[0], default: Fine()].take(cells)
    }
    for name in fines.keys { fines[name]?.settle() }
    return fines
  }

  private func checkImport(_ imported: JSONValue) throws {
    #expect(imported["rows"]?.integerValue == 452_813)
    #expect(imported["repeated"]?.integerValue == 0)
    #expect(imported["refused"]?.integerValue == 0)
    let zeros: Int64 = 2_227 + 15 + 3
    #expect(imported["omitted"]?.integerValue == zeros)
    let payments = try #require(
      imported["rules"]?.arrayValue?.first {
        $0["rule"]?.stringValue?.hasPrefix("a payment") == true
      })
    #expect(payments["rows"]?.integerValue == 61_617)
    #expect(payments["events"]?.integerValue == 61_614)
    #expect(payments["omitted"]?.integerValue == 3)
    let warnings = try #require(imported["warnings"]?.arrayValue)
    #expect(warnings.count == 71)
    #expect(Set(warnings.map { $0["code"]?.stringValue }) == ["figure_differs"])
  }

  private func checkTotals(_ replayed: JSONValue) throws {
    let counts: [String: Int64] = [
      "LedgerOpened": 1, "AccountOpened": 119_604,
      "ChargeAssessed": 84_332 - 2_227 + 65_220 - 15, "ContactAttempted": 84_332 + 726,
      "ContactDelivered": 65_220, "PaymentReceived": 61_617 - 3, "AgencyPlaced": 48_666,
      "DisputeOpened": 3_087 + 494, "DisputeResolved": 2_230, "DebtForgiven": 1_455,
    ]
    for (type, count) in counts {
      #expect(replayed["events"]?[type]?.integerValue == count, "\(type)")
    }
    #expect(replayed["knownAt"]?["size"]?.integerValue == counts.values.reduce(0, +))
    let totals = try #require(replayed["totals"]?.arrayValue)
    try #require(totals.count == 1)
    let expected: [String: Int64] = [
      "accounts": 119_604, "openedPrincipal": 512_434_072, "chargedCost": 95_218_626,
      "paid": 274_731_152, "payments": 61_614, "placed": 48_666,
    ]
    for (name, value) in expected { #expect(totals[0][name]?.integerValue == value, "\(name)") }
  }
}

internal import CanonicalJSON
internal import Collections
internal import Projections

/// The aging of a portfolio for a reader at a terminal.
struct AgingText {
  private let report: AgingReport
  private let grouping: AgingReport.Grouping
  private let console: Console

  init(_ report: AgingReport, _ grouping: AgingReport.Grouping, _ console: Console) {
    self.report = report
    self.grouping = grouping
    self.console = console
  }

  /// Prints a row a bucket that holds accounts, and one of sums, for each group.
  func print(on day: CivilDate, knownAt size: Int64) throws {
    try console.print(Text("portfolio ", "cartera ") + asOf(day, knownAt: size))
    var table = Table(columns)
    for group in report.groups {
      for bucket in AgingBucket.allCases {
        let cell = group.buckets[Int(bucket.rawValue)]
        if cell.accounts > 0 { table.add(row(group, bucket.name, cell)) }
      }
      table.add(row(group, Text("all", "todos")[console.language], group.total))
    }
    guard !table.isEmpty else {
      return try console.print(Text("no account is open", "no hay cuentas abiertas"))
    }
    try console.print("")
    try console.print(table)
  }

  private var columns: [Table.Column] {
    let group: [Table.Column] =
      grouping == .none ? [] : [.init(Text(grouping.rawValue, Self.spanish(grouping)))]
    return [.init(Text("currency", "moneda"))] + group + [
      .init(Text("days past due", "días de atraso")), .init(Text("accounts", "cuentas"), .right),
      .init(Text("outstanding", "saldo"), .right), .init(Text("overdue", "vencido"), .right),
      .init(Text("credit", "a favor"), .right), .init(Text("provision", "provisión"), .right),
    ]
  }

  private func row(
    _ group: AgingReport.Group, _ bucket: String, _ cell: AgingReport.Cell
  ) -> [String] {
    let digits = group.currency.minorDigits
    return [group.currency.code] + (grouping == .none ? [] : [group.name]) + [
      bucket, grouped(cell.accounts), amountText(cell.outstanding, digits: digits),
      amountText(cell.overdue, digits: digits), amountText(cell.credit, digits: digits),
      amountText(cell.provision, digits: digits),
    ]
  }

  static func spanish(_ grouping: AgingReport.Grouping) -> String {
    switch grouping {
    case .none: ""
    case .product: "producto"
    case .creditor: "acreedor"
    case .portfolio: "cartera"
    case .status: "estado"
    case .classification: "clasificación"
    case .arm: "brazo"
    }
  }
}

extension AgingReport {
  /// The report as JSON: amounts are integers in minor units.
  func json(
    on day: CivilDate, knownAt size: Int64, by grouping: Grouping, _ measures: [JSONMember] = []
  ) -> JSONValue {
    let members = [
      JSONMember(key: "on", value: .string(day.text)),
      JSONMember(key: "knownAt", value: .object(["size": .integer(size)])),
      JSONMember(key: "by", value: grouping == .none ? .null : .string(grouping.rawValue)),
      JSONMember(key: "groups", value: .array(groups.map { Self.json($0, by: grouping) })),
    ]
    return JSONValue(members: members + measures)
  }

  private static func json(_ group: Group, by grouping: Grouping) -> JSONValue {
    .object([
      "currency": .string(group.currency.code),
      "name": grouping == .none ? .null : .string(group.name), "total": json(group.total),
      "buckets": .array(
        AgingBucket.allCases.map { bucket in
          var cell = json(group.buckets[Int(bucket.rawValue)])
          if case .object(let members) = cell {
            cell = JSONValue(
              members: members + [JSONMember(key: "bucket", value: .string(bucket.name))])
          }
          return cell
        }),
    ])
  }

  private static func json(_ cell: Cell) -> JSONValue {
    .object([
      "accounts": .integer(cell.accounts), "outstanding": .integer(cell.outstanding),
      "overdue": .integer(cell.overdue), "credit": .integer(cell.credit),
      "provision": .integer(cell.provision),
    ])
  }
}

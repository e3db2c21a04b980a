internal import Collections
internal import Projections

/// An account's report for a reader at a terminal.
struct AccountText {
  private let report: AccountReport
  private let console: Console
  private let digits: Int

  init(_ report: AccountReport, _ console: Console) {
    self.report = report
    self.console = console
    digits = report.row.currency.minorDigits
  }

  /// Prints the figures, then items, payments, plans, promises, facts and remarks, where there are any.
  func print() throws {
    let row = report.row
    let title = console.terminal.emphasised(report.account, .bold)
    try console.print(
      Text(same: "\(title)  ") + asOf(report.on, knownAt: report.knownAt))
    try console.print("")
    try line(Text("status", "estado"), status)
    try line(Text("product", "producto"), "\(row.product.name), \(report.creditor)")
    var aging = "\(row.daysPastDue) (\(row.bucket.name))"
    if let classification = row.classification {
      let provision = Text("provision", "provisión")[console.language]
      aging += ", \(classification.name), \(provision) \(money(row.provision))"
    }
    try line(Text("days past due", "días de atraso"), aging)
    if let next = row.nextDueOn { try line(Text("next due", "próximo vencimiento"), next.text) }
    if !report.agency.isEmpty { try line(Text("placed with", "asignada a"), report.agency) }
    try console.print("")
    try printAmounts()
    try printItems()
    try printPayments()
    try AgreementText(report, console).print()
    for remark in report.remarks {
      let text = remark.text(digits: digits)[console.language]
      try console.print(Text("event \(remark.seq): \(text)", "evento \(remark.seq): \(text)"))
    }
  }

  private var status: String {
    let status = report.row.status.text[console.language]
    guard let closure = report.life.closure else { return status }
    return "\(status) \(closure.on.text) (\(report.closureText))"
  }

  private func line(_ name: Text, _ value: String) throws {
    let name = name[console.language]
    let space = String(repeating: " ", count: max(1, 22 - name.count))
    try console.print("  \(name)\(space)\(value)")
  }

  private func printAmounts() throws {
    let row = report.row
    var table = Table([
      .init(Text(same: row.currency.code)), .init(Text("principal", "capital"), .right),
      .init(Text("interest", "interés"), .right), .init(Text("penalty", "mora"), .right),
      .init(Text("cost", "gastos"), .right), .init("total", .right),
    ])
    for (name, amounts) in [
      (Text("outstanding", "saldo"), row.outstanding), (Text("overdue", "vencido"), row.overdue),
    ] {
      table.add([name[console.language]] + cells(amounts) + [money(amounts.total)])
    }
    try console.print(table)
    try console.print(
      Text(
        "paid \(money(row.paid)), credit \(money(row.credit))",
        "pagado \(money(row.paid)), a favor \(money(row.credit))"))
  }

  private func printItems() throws {
    let open = report.items.filter { $0.outstanding.total != 0 }
    guard !open.isEmpty else { return }
    var table = Table([
      .init(Text("item", "cuota")), .init(Text("due", "vence")),
      .init(Text("principal", "capital"), .right), .init(Text("interest", "interés"), .right),
      .init(Text("penalty", "mora"), .right), .init(Text("cost", "gastos"), .right),
      .init(Text("accrued", "devengado"), .right),
    ])
    for item in open {
      table.add(
        [item.n == 0 ? "#\(item.seq)" : String(item.n), item.dueOn.text] + cells(item.outstanding)
          + [money(item.accrued.total)])
    }
    try console.print("")
    try console.print(table)
  }

  private func printPayments() throws {
    guard !report.payments.isEmpty else { return }
    var table = Table([
      .init(Text("payment", "pago")), .init(Text("value date", "fecha valor")),
      .init(Text("amount", "monto"), .right), .init(Text("principal", "capital"), .right),
      .init(Text("interest", "interés"), .right), .init(Text("penalty", "mora"), .right),
      .init(Text("cost", "gastos"), .right), .init(Text("credit", "a favor"), .right),
      .init(Text("state", "estado")),
    ])
    let restatements = Dictionary(grouping: report.restatements, by: \.event)
    for payment in report.payments {
      let restated = (restatements[payment.seq] ?? []).map(\.cause)
      let by = Text("restated by", "reimputado por")[console.language]
      let note =
        restated.isEmpty ? "" : ", \(by) " + restated.map { "\($0)" }.joined(separator: ", ")
      table.add(
        [
          report.id(of: payment), CivilDate(days: payment.effective).text, money(payment.amount),
        ] + cells(payment.taken) + [
          money(payment.toCredit), payment.state.text[console.language] + note,
        ])
    }
    try console.print("")
    try console.print(table)
  }

  private func cells(_ amounts: Amounts) -> [String] {
    [amounts.principal, amounts.interest, amounts.penalty, amounts.cost].map(money)
  }

  private func money(_ amount: Int64) -> String { amountText(amount, digits: digits) }
}

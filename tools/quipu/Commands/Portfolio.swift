internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Option {
  static let by = Option(
    "by", Text("COLUMN", "COLUMNA"),
    .choices(AgingReport.Grouping.allCases.filter { $0 != .none }.map(\.rawValue)),
    doc: Text(
      "group by this too; by currency and days past due always",
      "agrupar también por esto; por moneda y días de atraso, siempre"))
}

extension Command {
  static let portfolio = Command(
    "portfolio", Text("all accounts, summed up", "todas las cuentas, en resumen"),
    details: Text(
      "Accounts and what they owe, by days past due and, with --by, by another column.",
      "Cuentas y lo que deben, según días de atraso y, con --by, según otra columna."),
    options: [.on, .knownAt, .by, .fromScratch],
    examples: [
      Example(
        "quipu portfolio --on 2026-03-31 --by product",
        Text("the end of March, by product", "el cierre de marzo, por producto"))
    ]
  ) { invocation in
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    let table = AccountTable.make(
      model.accounts, on: day, knownAt: size, jobs: Processors.count)
    for failure in table.failures { invocation.console.warn(Failure(failure).message) }
    let grouping = AgingReport.Grouping(rawValue: invocation.value(.by) ?? "") ?? .none
    let report = try AgingReport(table.rows, of: model.accounts, by: grouping)
    if invocation.console.json {
      try invocation.console.print(report.json(on: day, knownAt: size, by: grouping))
    } else {
      try AgingText(report, grouping, invocation.console).print(on: day, knownAt: size)
    }
    return table.failures.isEmpty ? .done : .foundWrong
  }
}

internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Option {
  static let outcome = Option(
    "outcome", Text("OUTCOME", "RESULTADO"),
    .choices(PromiseOutcome.Outcome.allCases.map(\.rawValue)),
    doc: Text("only those of that outcome", "solo las de ese resultado"))
}

extension Command {
  static let promises = Command(
    "promises", Text("what was promised, and what came of it", "lo prometido y su resultado"),
    details: Text(
      "Each promise made by a day: kept, cancelled, broken or open, from the payments in its window. "
        + "With --known-at an outcome as known then stands beside the one as known now: a payment "
        + "recorded late or reversed changes it.",
      "Cada promesa hecha hasta un día: cumplida, cancelada, rota o pendiente, según los pagos en su "
        + "plazo. Con --known-at el resultado según lo que se sabía entonces va junto al que se sabe "
        + "hoy: un pago registrado tarde o extornado lo cambia."),
    arguments: [.someAccount], options: [.on, .knownAt, .outcome, .fromScratch],
    examples: [
      Example(
        "quipu promises --on 2026-03-31 --outcome broken",
        Text("what was broken by the end of March", "las rotas al cierre de marzo")),
      Example(
        "quipu promises A-1 --on 2026-03-19 --known-at 4711",
        Text(
          "by the first 4711 events, and by all of them",
          "según los primeros 4711 eventos y según todos")),
    ]
  ) { try PromisesRun($0).run() }
}

/// One run of `promises`.
private struct PromisesRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let account = invocation.argument(.someAccount)
    // The book of all there is answers for any earlier size too.
    let book = try invocation.book(of: view, account: account, at: view.size)
    let promises = PromiseRows(
      book, book.numbers(of: account), outcome: invocation.value(.outcome), on: day, knownAt: size,
      present: view.size)
    for failure in promises.failures { invocation.console.warn(Failure(failure)) }
    try print(promises, on: day, knownAt: size)
    return promises.failures.isEmpty ? .done : .foundWrong
  }

  private func print(
    _ promises: PromiseRows, on day: CivilDate, knownAt size: Int64
  ) throws {
    let console = invocation.console
    let rows = promises.rows
    if console.json {
      return try console.print(
        .listing("promises", rows.map(promises.json), on: day, knownAt: size))
    }
    guard !rows.isEmpty else {
      return try console.print(
        Text("no promise, ", "ninguna promesa, ") + asOf(day, knownAt: size))
    }
    // Beside each other only where something differs.
    let differs = rows.contains { row in
      promises.isPast && promises.known(row)?.outcome != row.report.outcome
    }
    var table = PromiseTable(namesAccounts: true, comparesKnowledge: differs)
    for row in rows {
      table.add(
        row.report, of: row.account, row.currency, console.language, now: promises.known(row))
    }
    try console.print(table.table)
  }
}

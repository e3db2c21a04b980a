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

  private typealias Row = AgreementList<PromiseReport>.Row

  func run() throws -> ExitCode {
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let account = invocation.argument(.someAccount)
    let isPast = size < view.size
    // The book of all there is answers for any earlier size too.
    let book = try invocation.book(of: view, account: account, at: view.size)
    let list = AgreementList(promisesOf: book, account: account, on: day, knownAt: size)
    let outcome = invocation.value(.outcome)
    let rows = list.rows.filter { outcome == nil || $0.report.outcome.outcome.rawValue == outcome }
    var failures = list.failures
    var now: [String: PromiseReport] = [:]
    if isPast {
      let known = AgreementList(promisesOf: book, account: account, on: day, knownAt: view.size)
      for row in known.rows { now["\(row.account) \(row.report.outcome.seq)"] = row.report }
      failures += known.failures
    }
    for failure in failures { invocation.console.warn(Failure(failure)) }
    try print(rows, isPast ? now : nil, on: day, knownAt: size)
    return failures.isEmpty ? .done : .foundWrong
  }

  private func print(
    _ rows: [Row], _ now: [String: PromiseReport]?, on day: CivilDate, knownAt size: Int64
  ) throws {
    let console = invocation.console
    func known(_ row: Row) -> PromiseReport? { now?["\(row.account) \(row.report.outcome.seq)"] }
    if console.json {
      return try console.print(
        .object([
          "on": .string(day.text), "knownAt": .object(["size": .integer(size)]),
          "promises": .array(
            rows.map { row in
              let promise = row.report.json.adding("account", row.account)
              return now == nil
                ? promise : promise.adding("knownNow", known(row)?.json ?? .null)
            }),
        ]))
    }
    guard !rows.isEmpty else {
      return try console.print(
        Text("no promise, ", "ninguna promesa, ") + asOf(day, knownAt: size))
    }
    // Beside each other only where something differs.
    let differs = rows.contains { row in
      guard now != nil else { return false }
      return known(row)?.outcome != row.report.outcome
    }
    var table = PromiseTable(namesAccounts: true, comparesKnowledge: differs)
    for row in rows {
      table.add(row.report, of: row.account, row.currency, console.language, now: known(row))
    }
    try console.print(table.table)
  }
}

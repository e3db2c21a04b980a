internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Command {
  static let history = Command(
    "history",
    Text(
      "an account's events, and what each changed",
      "los eventos de una cuenta y lo que cambió cada uno"),
    details: Text(
      "In the order in which they were recorded, each with the date on which it takes effect and "
        + "where its money went; an event recorded late shows which payments it restated.",
      "En el orden en que se registraron, cada uno con la fecha en que surte efecto y el destino de "
        + "su dinero; un evento registrado tarde muestra qué pagos reimputó."),
    arguments: [.account], options: [.on, .knownAt],
    examples: [
      Example("quipu history A-1 --json", Text("one JSON object", "un objeto JSON"))
    ]
  ) { invocation in
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let id = invocation.required(.account)
    let (book, lines) = try view.account(id, knownAt: size)
    guard let report = try AccountReport(id, of: book, on: day, knownAt: size) else {
      throw Failure.unknownAccount(id, of: book, on: day, knownAt: size)
    }
    let history = try AccountHistory(report, lines: lines, of: book)
    if invocation.console.json {
      try invocation.console.print(history.json)
    } else {
      try HistoryText(history, invocation.console).print()
    }
    return .done
  }
}

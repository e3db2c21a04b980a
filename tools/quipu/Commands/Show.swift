internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Command {
  static let show = Command(
    "show", Text("what an account owes", "cuánto debe una cuenta"),
    details: Text(
      "Outstanding by component, what is overdue and since when, items, and payments with their "
        + "allocation: at the end of a day, and by what was known at some moment.",
      "Saldo por componente, lo vencido y desde cuándo, cuotas, y pagos con su imputación: al cierre "
        + "de un día y según lo que se sabía en algún momento."),
    arguments: [.account], options: [.on, .knownAt],
    examples: [
      Example("quipu show A-1", Text("now", "ahora")),
      Example(
        "quipu show A-1 --on 2026-03-02 --known-at 4711",
        Text(
          "2 March, by the first 4711 events alone",
          "el 2 de marzo, solo según los primeros 4711 eventos")),
    ]
  ) { invocation in
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let id = invocation.required(.account)
    let report = try AccountReport.read(id, in: view, on: day, knownAt: size)
    if invocation.console.json {
      try invocation.console.print(report.json)
    } else {
      try AccountText(report, invocation.console).print()
    }
    return .done
  }
}

extension AccountReport {
  /// The report of one account, read from the log. Throws ``Failure`` `unknown_account`, exit 3.
  static func read(
    _ id: String, in view: LedgerView, on day: CivilDate, knownAt size: Int64
  ) throws -> AccountReport {
    let (book, _) = try view.account(id, knownAt: size)
    guard let report = try AccountReport(id, of: book, on: day, knownAt: size) else {
      throw Failure.unknownAccount(id, of: book, on: day, knownAt: size)
    }
    return report
  }
}

extension Failure {
  /// No account of that id was open by then, as known then.
  static func unknownAccount(
    _ id: String, of book: AccountBook, on day: CivilDate, knownAt size: Int64
  ) -> Failure {
    Failure(
      .refused, "unknown_account",
      Text(
        "no account \(id) was open on \(day.text), as known at \(size) events",
        "ninguna cuenta \(id) estaba abierta el \(day.text), según los primeros \(size) eventos"),
      [Detail("value", id)] + (hint(id, book, day).map { [Detail("expected", $0)] } ?? []))
  }

  /// What would find it: its id alone, a later day, or a moment before its opening was voided.
  private static func hint(_ id: String, _ book: AccountBook, _ day: CivilDate) -> String? {
    guard let account = book.accounts.find(id) else {
      return id.hasPrefix("account/") ? "the id alone: \(id.dropFirst(8))" : nil
    }
    var chain = book.chain(of: account)
    while let entry = chain.next() {
      guard entry.kind == .opened else { continue }
      if let void = book.voids[entry.seq] {
        return "--known-at \(void), before event \(void) voided its opening"
      }
      if entry.effective > day.days {
        return "--on \(CivilDate(days: entry.effective).text) or later: it opened then"
      }
    }
    return nil
  }
}

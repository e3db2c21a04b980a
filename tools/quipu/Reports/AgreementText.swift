internal import Collections
internal import Projections

/// An account's plans, promises and facts for a reader at a terminal.
struct AgreementText {
  private let report: AccountReport
  private let console: Console

  init(_ report: AccountReport, _ console: Console) {
    self.report = report
    self.console = console
  }

  /// Prints a table of each kind of which there is one.
  func print() throws {
    let currency = report.row.currency
    if !report.plans.isEmpty {
      var table = PlanTable(namesAccounts: false)
      for plan in report.plans { table.add(plan, of: report.account, currency, console.language) }
      try console.print("")
      try console.print(table.table)
    }
    if !report.promises.isEmpty {
      var table = PromiseTable(namesAccounts: false, comparesKnowledge: false)
      for promise in report.promises {
        table.add(promise, of: report.account, currency, console.language)
      }
      try console.print("")
      try console.print(table.table)
    }
    try printFacts(currency.minorDigits)
  }

  private func printFacts(_ digits: Int) throws {
    guard !report.facts.isEmpty else { return }
    var table = Table([
      .init(Text("fact", "hecho")), .init(Text("since", "desde")), .init(Text("until", "hasta")),
      .init(Text("amount", "monto"), .right), .init(Text("what", "qué")),
    ])
    for fact in report.facts {
      let texts = [fact.name, fact.kind, fact.reason].filter { !$0.isEmpty }
      let amount = fact.fact.amount
      table.add([
        fact.fact.kind.text[console.language], CivilDate(days: fact.fact.on).text,
        fact.fact.endedOn.map { CivilDate(days: $0).text } ?? "",
        amount == 0 ? "" : amountText(amount, digits: digits), texts.joined(separator: ", "),
      ])
    }
    try console.print("")
    try console.print(table)
  }
}

/// Plans as rows of a table.
struct PlanTable {
  private(set) var table: Table
  private let namesAccounts: Bool

  /// With a column of accounts where there is more than one.
  init(namesAccounts: Bool) {
    self.namesAccounts = namesAccounts
    table = Table(
      (namesAccounts ? [.init(Text("account", "cuenta"))] : []) + [
        .init(Text("plan", "plan")), .init(Text("kind", "tipo")), .init(Text("state", "estado")),
        .init(Text("since", "desde")), .init(Text("outstanding", "saldo"), .right),
        .init(Text("overdue", "vencido"), .right), .init(Text("days late", "días"), .right),
        .init(Text("next due", "próximo")),
      ])
  }

  mutating func add(
    _ plan: PlanReport, of account: String, _ currency: Currency, _ language: Language
  ) {
    let digits = currency.minorDigits
    let fell = plan.outcome.hasFallen ? Text(", fell away", ", sin efecto") : Text("", "")
    table.add(
      (namesAccounts ? [account] : []) + [
        plan.id, plan.outcome.stated.kind.text[language],
        plan.outcome.state.text[language] + fell[language],
        CivilDate(days: plan.outcome.since).text,
        amountText(plan.progress.outstanding, digits: digits),
        amountText(plan.progress.overdue, digits: digits), "\(plan.progress.daysPastDue)",
        plan.progress.nextDueOn?.text ?? "",
      ])
  }
}

/// Promises as rows of a table.
struct PromiseTable {
  private(set) var table: Table
  private let namesAccounts: Bool
  private let comparesKnowledge: Bool

  /// With a column of accounts where there is more than one, and one for what is known now.
  init(namesAccounts: Bool, comparesKnowledge: Bool) {
    self.namesAccounts = namesAccounts
    self.comparesKnowledge = comparesKnowledge
    table = Table(
      (namesAccounts ? [.init(Text("account", "cuenta"))] : []) + [
        .init(Text("promise", "promesa")), .init(Text("amount", "monto"), .right),
        .init(Text("paid", "pagado"), .right), .init(Text("due", "vence")),
        .init(Text("grace ends", "fin de gracia")),
        .init(
          comparesKnowledge ? Text("known then", "según entonces") : Text("outcome", "resultado")),
      ] + (comparesKnowledge ? [.init(Text("known now", "según hoy"))] : []))
  }

  mutating func add(
    _ promise: PromiseReport, of account: String, _ currency: Currency, _ language: Language,
    now: PromiseReport? = nil
  ) {
    let digits = currency.minorDigits
    let outcome = promise.outcome
    table.add(
      (namesAccounts ? [account] : []) + [
        promise.id, amountText(outcome.amount, digits: digits),
        amountText(outcome.paid, digits: digits), outcome.dueOn.text, outcome.graceEndsOn.text,
        Self.text(promise, language),
      ] + (comparesKnowledge ? [now.map { Self.text($0, language) } ?? ""] : []))
  }

  /// `open, 60 %`, `broken, cured late 2026-03-13`.
  private static func text(_ promise: PromiseReport, _ language: Language) -> String {
    var text = promise.outcome.outcome.text[language]
    if promise.outcome.outcome == .open { text += ", \(promise.paidBp / 100) %" }
    if let day = promise.outcome.curedLateOn {
      text += Text(", cured late \(day.text)", ", pagada tarde el \(day.text)")[language]
    }
    return text
  }
}

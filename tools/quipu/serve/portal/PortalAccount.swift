internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// One account of hers: what she owes and why, what she paid and where it went, what was agreed.
struct PortalAccount {
  let visit: PortalVisit
  /// Its number in the visit.
  let number: String
  let report: AccountReport
  /// Its events, by their positions in the log.
  let events: [Int64: AccountHistory.Event]

  static let route = Route(
    "GET", "/accounts/{n}", "getPortalAccount",
    Text("what she owes on an account, and why", "qué debe en una cuenta, y por qué"),
    permission: nil, isPage: true, answers: [.page], problems: [401, 404, 429],
    .aside { exchange in
      try PortalAccount(try exchange.visit(), exchange.pathValue("n")).response()
    })

  /// Payments shown at first; the rest unfold.
  private static let mostPayments = 12

  /// Reads the account of a number. O(its events); throws ``Problem`` 404.
  init(_ visit: PortalVisit, _ number: String) throws {
    let id = try visit.account(numbered: number)
    let (book, lines) = try visit.service.view().account(id, knownAt: visit.size)
    guard let report = try AccountReport(id, of: book, on: visit.today, knownAt: visit.size)
    else { throw Problem.noSuchPage }
    let history = try AccountHistory(report, lines: lines, of: book)
    (self.visit, self.number, self.report) = (visit, number, report)
    events = Dictionary(history.events.map { ($0.seq, $0) }) { first, _ in first }
  }

  var money: PortalMoney { PortalMoney(report) }

  /// The account is hers to agree about: she owes it herself.
  var isOwn: Bool { visit.owes(report.account) }

  /// The position in the account's stream that its next event takes.
  var nextPosition: Int64 {
    let stream = "account/\(report.account)"
    return (events.values.lazy.filter { $0.stream == stream }.map(\.n).max() ?? -1) + 1
  }

  /// Whether nothing is agreed on it any more.
  var isClosed: Bool { report.row.status == .closed }

  /// Her promise that is open, if she has one.
  var openPromise: PromiseReport? { report.promises.last { $0.outcome.outcome == .open } }

  /// Events of a type that stand, in the order they were recorded.
  func standing(_ type: EventType) -> [AccountHistory.Event] {
    events.values.filter { $0.type == type && $0.voidedBy == nil }.sorted { $0.seq < $1.seq }
  }

  /// The day that the ledger keeps for a due date agreed today: the next business day where the account's
  /// terms say so.
  func kept(_ due: CivilDate) -> CivilDate {
    let changes = standing(.termsChanged).filter { $0.effective <= visit.today }
    let last = changes.max { ($0.effective, $0.seq) < ($1.effective, $1.seq) }
    let stating = last ?? standing(.accountOpened).last
    guard stating?.data["terms"]?["roll"]?.stringValue == "\(RollRule.following)" else {
      return due
    }
    let size = visit.size
    return visit.service.books.read {
      $0.accounts.calendar(on: visit.today, knownAt: size).following(due)
    }
  }
  var path: String { "/accounts/\(number)" }
  var owed: Int64 { report.row.outstanding.total }

  func say(_ english: String, _ spanish: String) -> String { visit.say(english, spanish) }

  /// A day as people say it.
  func day(_ date: CivilDate) -> String { date.spoken(visit.language) }

  /// What happened and where it stands: `Pago, registro n.º 123`.
  func origin(_ seq: Int64) -> String {
    let what = events[seq].map { $0.type.title[visit.language] } ?? say("Event", "Hecho")
    return "\(what), " + say("record no. \(grouped(seq))", "registro n.º \(grouped(seq))")
  }

  private func response() throws -> HTTPResponse {
    let page = PortalPage(
      visit.exchange,
      isOwn
        ? Text("What I owe and why", "Lo que debo y por qué")
        : Text("What is owed and why", "Lo que se debe y por qué"),
      lead: Text(
        same: "\(choiceText(report.row.product.name, visit.language)) · \(report.creditor) · "
          + report.account))
    return try page.response { html in
      writeSum(&html)
      writeOffers(&html)
      try writeActions(&html)
      writeParts(&html)
      writePayments(&html)
      writeReported(&html)
      writeAgreements(&html)
      html.element("ul", ["class": "list"]) { html in
        html.element("li") {
          $0.link(
            path + "/certificate", say("My certificate of no debt", "Mi constancia de no adeudo"))
        }
      }
      html.paragraph(
        say(
          "Every line comes from records that nobody can edit, of which \(grouped(visit.size)) are "
            + "known now. If one of them is wrong, tell us by its number.",
          "Cada línea viene de registros que nadie puede editar; hoy se conocen "
            + "\(grouped(visit.size)). Si alguno está mal, díganos su número."), isNote: true)
    }
  }

  private func writeSum(_ html: inout HTMLWriter) {
    let row = report.row
    html.element("section", ["class": "card", "aria-labelledby": "sum"]) { html in
      if let closing = report.closing {
        html.element("h2", ["id": "sum"], say("It is closed", "Está cerrada"))
        return html.element("p", closing[visit.language])
      }
      html.element("h2", ["id": "sum"], say("In all, today", "En total, hoy"))
      html.element("p", ["class": "sum"], money.text(owed))
      if owed == 0 {
        html.element("p", ["class": "good"], say("Nothing is owed.", "No debe nada."))
      }
      guard owed > 0 || row.credit > 0 else { return }
      html.element("dl") { html in
        if row.credit > 0 {
          html.line(say("In your favour", "A su favor"), money.text(row.credit))
        }
        guard owed > 0 else { return }
        html.line(say("Overdue", "Vencido"), money.text(row.overdue.total))
        if row.daysPastDue > 0 {
          html.line(say("Days late", "Días de atraso"), "\(row.daysPastDue)")
        }
        if let due = row.nextDueOn {
          html.line(say("Next due date", "Próximo vencimiento"), day(due))
          let sum = report.items.filter { $0.dueOn == due }
            .reduce(Int64(0)) { $0 + $1.outstanding.total }
          html.line(say("To pay that day", "A pagar ese día"), money.text(sum))
        }
      }
    }
  }

  private func writeActions(_ html: inout HTMLWriter) throws {
    html.element("h2", say("What I can do", "Qué puedo hacer"))
    try writeActions(PortalForms.actions, &html)
  }

  /// Those of some actions that would be accepted as the account stands.
  func writeActions(_ actions: [PortalForms.Action], _ html: inout HTMLWriter) throws {
    try html.element("ul", ["class": "list"]) { html in
      for action in actions where try action.isOpen(self) {
        html.element("li") {
          $0.link("\(path)/\(action.suffix)", action.words[visit.language])
        }
      }
    }
  }

  /// Each component with what is unpaid of it, unfolding to the items and the records behind them.
  private func writeParts(_ html: inout HTMLWriter) {
    guard owed > 0, !isClosed else { return }
    html.element("h2", say("What it is made of", "De qué se compone"))
    for component in [Component.principal, .interest, .penalty, .cost] {
      let amount = report.row.outstanding[component]
      guard amount != 0 else { continue }
      let words = Self.words(component)
      html.unfolding(words.name[visit.language], money.text(amount)) { html in
        html.paragraph(words.meaning[visit.language], isNote: true)
        for item in report.items where item.outstanding[component] != 0 {
          writeItem(item, component, &html)
        }
      }
    }
  }

  private func writeItem(
    _ item: ItemState, _ component: Component, _ html: inout HTMLWriter
  ) {
    let name =
      item.n > 0
      ? say("Instalment \(item.n)", "Cuota \(item.n)") : say("Charge", "Cargo")
    html.element("p") {
      $0.element(
        "strong", "\(name), " + say("due \(day(item.dueOn))", "vence el \(day(item.dueOn))"))
    }
    html.element("dl") { html in
      var rest = item.outstanding[component]
      func line(_ words: String, _ amount: Int64) {
        html.line(words, money.text(amount))
        rest -= amount
      }
      if item.stated[component] != 0 { line(origin(item.seq), item.stated[component]) }
      if item.accrued[component] != 0 {
        line(say("Grown with the days", "Sumado por los días"), item.accrued[component])
      }
      for settled in report.settlements
      where settled.itemSeq == item.seq && settled.itemN == item.n
        && settled.component == component
      {
        let what =
          settled.seq < 0 ? settled.cause.text[visit.language] : origin(settled.seq)
        line("\(what), \(day(CivilDate(days: settled.on)))", -settled.amount)
      }
      if rest != 0 { line(say("Later changes", "Cambios posteriores"), rest) }
      html.line(say("Left to pay", "Queda por pagar"), money.text(item.outstanding[component]))
    }
  }

  private static func words(_ component: Component) -> (name: Text, meaning: Text) {
    switch component {
    case .principal:
      (
        Text("Capital", "Capital"),
        Text(
          "What was lent or bought, not yet paid back.",
          "Lo prestado o comprado que aún no se devuelve.")
      )
    case .interest:
      (
        Text("Interest", "Interés"),
        Text(
          "The agreed price of the money over time.", "El precio pactado del dinero en el tiempo.")
      )
    case .penalty:
      (
        Text("Late charges", "Mora"),
        Text("What being late costs by the contract.", "Lo que cuesta el atraso según el contrato.")
      )
    case .cost:
      (
        Text("Costs", "Gastos"),
        Text(
          "Fees and expenses charged to the account.", "Comisiones y gastos cargados a la cuenta.")
      )
    }
  }

  private func writePayments(_ html: inout HTMLWriter) {
    html.element(
      "h2",
      isOwn
        ? say("What I paid and where it went", "Lo que pagué y adónde fue")
        : say("What was paid and where it went", "Lo que se pagó y adónde fue"))
    let payments = Array(report.payments.reversed())
    guard !payments.isEmpty else {
      return html.nothing(say("No payment is recorded yet.", "Aún no hay pagos registrados."))
    }
    html.paragraph(
      say(
        "\(money.text(report.row.paid)) in all.", "\(money.text(report.row.paid)) en total."))
    for payment in payments.prefix(Self.mostPayments) { write(payment, &html) }
    guard payments.count > Self.mostPayments else { return }
    html.unfolding(
      say("Earlier payments", "Pagos anteriores"), "\(payments.count - Self.mostPayments)"
    ) { html in
      for payment in payments.dropFirst(Self.mostPayments) { write(payment, &html) }
    }
  }

  private func write(_ payment: AppliedPayment, _ html: inout HTMLWriter) {
    let on = day(CivilDate(days: payment.effective))
    html.unfolding(on, money.text(payment.amount)) { html in
      html.element("dl") { html in
        for component in [Component.principal, .interest, .penalty, .cost] {
          let amount = payment.taken[component]
          if amount != 0 {
            html.line(Self.words(component).name[visit.language], money.text(amount))
          }
        }
        if payment.toCredit > 0 {
          html.line(say("Left in your favour", "Quedó a su favor"), money.text(payment.toCredit))
        }
        if payment.chargedBack > 0 {
          html.line(
            say("Taken back by the bank", "Devuelto por el banco"), money.text(payment.chargedBack))
        }
      }
      if payment.state != .applied {
        html.element("p", ["class": "bad"], payment.state.text[visit.language])
      }
      html.paragraph(origin(payment.seq), isNote: true)
    }
  }

  private func writeAgreements(_ html: inout HTMLWriter) {
    guard !report.plans.isEmpty || !report.promises.isEmpty else { return }
    html.element("h2", say("What was agreed", "Lo acordado"))
    for plan in report.plans.reversed() {
      let outcome = plan.outcome
      html.unfolding(
        outcome.stated.kind.text[visit.language], outcome.state.text[visit.language]
      ) { html in
        html.element("dl") { html in
          html.line(say("Agreed on", "Acordado el"), day(CivilDate(days: outcome.agreedOn)))
          html.line(
            say("Left to pay of it", "Queda por pagar"), money.text(plan.progress.outstanding))
          if let due = plan.progress.nextDueOn {
            html.line(say("Next due date", "Próximo vencimiento"), day(due))
          }
        }
        html.paragraph(origin(outcome.seq), isNote: true)
      }
    }
    for promise in report.promises.reversed() {
      let outcome = promise.outcome
      let name = say("Promise for \(day(outcome.dueOn))", "Promesa para el \(day(outcome.dueOn))")
      html.unfolding(name, outcome.outcome.text[visit.language]) { html in
        html.element("dl") { html in
          html.line(say("Promised", "Prometido"), money.text(outcome.amount))
          html.line(say("Paid of it", "Pagado"), money.text(outcome.paid))
          html.line(say("Counts until", "Cuenta hasta el"), day(outcome.graceEndsOn))
        }
        html.paragraph(origin(outcome.seq), isNote: true)
      }
    }
  }
}

extension HTMLWriter {
  /// A name and its value on one line of a list.
  mutating func line(_ name: String, _ value: String) {
    element("div") { html in
      html.element("dt", name)
      html.element("dd", value)
    }
  }

  /// A line that unfolds, without a script, to what `body` writes.
  mutating func unfolding(
    _ name: String, _ value: String, _ body: (inout HTMLWriter) -> Void
  ) {
    element("details") { html in
      html.element("summary") { html in
        html.element("span", ["class": "what"], name)
        html.words(" ")
        html.element("span", ["class": "money"], value)
      }
      body(&html)
    }
  }
}

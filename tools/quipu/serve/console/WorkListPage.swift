internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// The day's list of one strategy, as a page shows it: no projections are held.
struct WorkListFigures: Sendable {
  /// What is to be done for one account, or was proposed already.
  struct Row: Sendable {
    var account: String
    var subject: String
    var action: String
    var arm: String
    var way: String
    var hours: String
    var tone: String
    var daysPastDue: Int
    var overdue: Int64
    var expected: Int64
    var probabilityBp: Int64
    var reasons: [Text]
    /// The event that proposed it; nil where it is not recorded.
    var seq: Int64?
  }

  /// The most rows kept of each queue.
  static let most = 500

  var strategy: String
  var version: Int64
  var currency: Currency
  /// Proposed and recorded; to be done; for trained people.
  var recorded: [Row] = []
  var actions: [Row] = []
  var care: [Row] = []
  /// What is told unasked, what goes out first; nil where no texts are in force.
  var reminders: [ReminderRow]?
  /// How many there are of each in all.
  var counts: (recorded: Int, actions: Int, care: Int, reminders: (sent: Int, all: Int))
  var accounts: Int
  var overdue: Int
  /// Why nothing is proposed for the others, most first.
  var holds: [(hold: ActionHold, accounts: Int)]

  /// The list of a day; of the one strategy in force where none is named.
  ///
  /// Throws ``Failure`` where no strategy or no contact policy is in force.
  init(
    _ model: borrowing ReadModel, _ identity: LedgerIdentity, _ moment: Moment, _ name: String?
  ) throws {
    let model = copy model
    let adopted = AdoptedStrategies(model, knownAt: moment.size)
    let inForce = adopted.ids.filter {
      adopted.inForce($0, on: moment.on, before: moment.size) != nil
    }
    guard let id = name ?? inForce.first,
      let found = adopted.inForce(id, on: moment.on, before: moment.size)
    else { throw Failure.strategyNotAdopted(name, inForce, on: moment.on) }
    var rules = try ActionRules(
      ChosenStrategy(strategy: found.strategy, adoption: found.seq),
      ActionRules.policies(in: model, on: moment.on, knownAt: moment.size), in: model,
      zone: identity.timeZone, on: moment.on, knownAt: moment.size)
    rules.texts = AdoptedAssistant(model, knownAt: moment.size, only: .templates)
      .templates(on: moment.on, before: moment.size)
    let words = WorkListWords(model, rules)
    let list = WorkList(model, rules, capacity: [:], jobs: Processors.count)
    strategy = found.strategy.id
    version = found.strategy.version
    currency = found.strategy.currency
    accounts = list.accounts
    overdue = list.overdue
    counts = (list.proposed.count, list.rows.count, list.care.count, (0, 0))
    actions = list.rows.prefix(Self.most).map { Self.row($0, words) }
    care = list.care.prefix(Self.most).map { Self.row($0, words) }
    if let told = list.reminders {
      let ordered = told.filter { $0.hold == nil } + told.filter { $0.hold != nil }
      reminders = ordered.prefix(Self.most).map { ReminderRow($0, words) }
      counts.reminders = (told.count { $0.hold == nil }, told.count)
    }
    // The most promising first; equal ones stay in the order of their accounts.
    let proposed = list.proposed.compactMap { action in
      let proposal = model.proposals.proposal(
        of: words.account(action), in: found.strategy.id, for: moment.on, knownAt: moment.size,
        voids: model.accounts)
      return proposal.map { (action: action, proposal: $0) }
    }
    let ordered = proposed.enumerated().sorted {
      ($1.element.proposal.expected, $0.offset) < ($0.element.proposal.expected, $1.offset)
    }
    recorded = ordered.prefix(Self.most).map {
      Self.row($0.element.action, $0.element.proposal, words)
    }
    let held = ActionHold.allCases.compactMap { hold in
      list.holds[hold].map { (hold: hold, accounts: $0) }
    }
    holds = held.sorted { $0.accounts > $1.accounts }
  }

  private static func row(_ row: WorkList.Row, _ words: WorkListWords) -> Row {
    let action = row.action
    let way = words.way(row)
    return Row(
      account: words.account(action), subject: words.subject(action), action: words.name(action),
      arm: words.strategy.arms[action.arm].id, way: way.map { "\($0.channel)" } ?? "",
      hours: way.map { "\(timeText($0.from))–\(timeText($0.to))" } ?? "", tone: way?.tone ?? "",
      daysPastDue: action.daysPastDue, overdue: action.overdue, expected: action.expected,
      probabilityBp: action.probabilityBp,
      reasons: action.reasons(words.strategy, by: way).map(words.reason), seq: nil)
  }

  private static func row(
    _ action: NextAction, _ proposal: ProposalBook.Proposal, _ words: WorkListWords
  ) -> Row {
    Row(
      account: words.account(action), subject: words.subject(action), action: proposal.action,
      arm: proposal.arm, way: "\(proposal.channel)",
      hours: "\(timeText(proposal.from))–\(timeText(proposal.to))", tone: proposal.tone,
      daysPastDue: action.daysPastDue, overdue: action.overdue,
      expected: proposal.expected, probabilityBp: action.probabilityBp, reasons: [],
      seq: proposal.seq)
  }
}

/// What to do next, for whom and why.
struct WorkListPage {
  let exchange: Exchange
  private let moment: Moment
  let link: ConsoleLink

  static let route = Route(
    "GET", "/console/worklist", "getConsoleWorkList",
    Text("the day's next best actions, as a page", "las mejores acciones del día, como página"),
    permission: .readProjections, isPage: true, answers: [.page],
    .aside { try WorkListPage($0).response() })

  private init(_ exchange: Exchange) throws {
    self.exchange = exchange
    moment = try exchange.pageMoment()
    link = ConsoleLink(exchange.request)
  }

  func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func response() throws -> HTTPResponse {
    let title = Text("Work list", "Lista de trabajo")
    let name = exchange.request.parameter("strategy").flatMap { $0.isEmpty ? nil : $0 }
    let figures: WorkListFigures
    do {
      figures = try exchange.service.console.workList(exchange.service, moment, name)
    } catch let failure as Failure where failure.exit == .refused {
      return empty(title, failure)
    }
    let page = ConsolePage(
      exchange, .workList, title,
      Text(
        "What strategy \(figures.strategy) \(figures.version) proposes for \(moment.on.text), the most "
          + "promising first, and who needs care instead. ",
        "Lo que la estrategia \(figures.strategy) \(figures.version) propone para el "
          + "\(moment.on.text), lo más prometedor primero, y quién necesita cuidado. ")
        + Text(same: exchange.stand(moment)))
    return page.response { html in
      writeForm(&html)
      html.tiles([
        (
          say("actions", "acciones"),
          grouped(Int64(figures.counts.actions + figures.counts.recorded)),
          say(
            "\(grouped(Int64(figures.counts.recorded))) recorded",
            "\(grouped(Int64(figures.counts.recorded))) registradas")
        ),
        (say("for trained people", "para especialistas"), grouped(Int64(figures.counts.care)), ""),
        (say("accounts overdue", "cuentas vencidas"), grouped(Int64(figures.overdue)), ""),
        (say("accounts looked at", "cuentas revisadas"), grouped(Int64(figures.accounts)), ""),
      ])
      writeCare(figures, &html)
      writeActions(
        "recorded", say("Recorded for the day", "Registradas para el día"), figures.recorded,
        figures.counts.recorded, figures, &html)
      writeActions(
        "actions", say("To be done", "Por hacer"), figures.actions, figures.counts.actions, figures,
        &html)
      writeReminders(figures, &html)
      writeHolds(figures, &html)
    }
  }

  private func empty(_ title: Text, _ failure: Failure) -> HTTPResponse {
    let page = ConsolePage(
      exchange, .workList, title,
      Text(
        "What to do next, for whom and why. ", "Qué hacer, para quién y por qué. ")
        + Text(same: exchange.stand(moment)))
    return page.response { html in
      writeForm(&html)
      let isNamed = exchange.request.parameter("strategy").map { !$0.isEmpty } ?? false
      html.nothing(
        failure.code == "no_strategy" && !isNamed
          ? say(
            "No strategy is in force on \(moment.on.text).",
            "Ninguna estrategia rige el \(moment.on.text).")
          : failure.message[exchange.language].capitalizedFirst + ".")
      html.paragraph(
        say(
          "A strategy and contact rules are adopted with two names under them:",
          "Una estrategia y reglas de contacto se adoptan con dos firmas:"))
      html.code(
        "quipu policy adopt pe --as eva --approve-as ana\n"
          + "quipu strategy adopt pe-empathetic --as eva --approve-as ana")
    }
  }

  private func writeForm(_ html: inout HTMLWriter) {
    let names = exchange.service.books.read { model in
      AdoptedStrategies(copy model, knownAt: moment.size).ids
    }
    html.ask("/console/worklist", say("Which day", "Qué día"), say("Show", "Mostrar")) { html in
      exchange.momentFields(&html, moment)
      guard names.count > 1 else { return }
      html.choice(
        "strategy", say("Strategy", "Estrategia"), names.map { ($0, $0) },
        chosen: exchange.request.parameter("strategy") ?? names[0])
    }
  }

  private func writeActions(
    _ id: String, _ title: String, _ rows: [WorkListFigures.Row], _ count: Int,
    _ figures: WorkListFigures, _ html: inout HTMLWriter
  ) {
    guard count > 0 || id == "actions" else { return }
    let digits = figures.currency.minorDigits
    let most = rows.map(\.expected).max() ?? 0
    html.part(id, "\(title) (\(grouped(Int64(count))))") { html in
      guard !rows.isEmpty else {
        return html.nothing(
          say("Nothing more is proposed for this day.", "Nada más se propone para este día."))
      }
      html.wideTable(
        title,
        heads: [
          say("account", "cuenta"), say("action", "acción"), say("by", "por"),
          say("between", "entre"), say("overdue", "vencido"),
          say("days past due", "días de atraso"),
          say("may bring", "puede traer"), say("picture", "gráfico"),
          id == "recorded" ? say("event", "evento") : say("why", "por qué"),
        ], numbers: [4, 5, 6],
        rows: rows.map { row in
          [
            .head(.link(link.account(row.account), row.account)),
            .noted(.text(row.action), row.arm),
            .noted(
              .text(choiceText(row.way, exchange.language)), choiceText(row.tone, exchange.language)
            ), .text(row.hours),
            .text("\(figures.currency.code) \(amountText(row.overdue, digits: digits))"),
            .text(grouped(Int64(row.daysPastDue))),
            .text(amountText(row.expected, digits: digits)),
            .bar(
              [(Scale.length(row.expected, of: most), "p0")],
              amountText(row.expected, digits: digits)), why(row),
          ]
        })
      writeRest(rows.count, count, &html)
    }
  }

  private func why(_ row: WorkListFigures.Row) -> HTMLWriter.Cell {
    guard let seq = row.seq else { return .lines(row.reasons.map { $0[exchange.language] }) }
    return exchange.grant.allows(.readEvents) ? .link(link.event(seq), "#\(seq)") : .text("#\(seq)")
  }

  private func writeCare(_ figures: WorkListFigures, _ html: inout HTMLWriter) {
    guard !figures.care.isEmpty else { return }
    let digits = figures.currency.minorDigits
    html.part(
      "care",
      say("For trained people", "Para especialistas") + " (\(grouped(Int64(figures.counts.care))))",
      say(
        "Nobody here is in any other list: somebody trained sees to them, or nobody calls.",
        "Nadie de aquí figura en otra lista: los atiende alguien capacitado, o nadie llama.")
    ) { html in
      html.wideTable(
        say("Who needs care", "Quién necesita cuidado"),
        heads: [
          say("account", "cuenta"), say("person", "persona"), say("by", "por"),
          say("between", "entre"), say("overdue", "vencido"), say("why", "por qué"),
        ], numbers: [4],
        rows: figures.care.map { row in
          [
            .head(.link(link.account(row.account), row.account)), .text(row.subject),
            .text(
              row.way.isEmpty
                ? say("not to be called", "no se la llama")
                : choiceText(row.way, exchange.language)), .text(row.hours),
            .text("\(figures.currency.code) \(amountText(row.overdue, digits: digits))"),
            .lines(row.reasons.map { $0[exchange.language] }),
          ]
        })
      writeRest(figures.care.count, figures.counts.care, &html)
    }
  }

  private func writeHolds(_ figures: WorkListFigures, _ html: inout HTMLWriter) {
    guard !figures.holds.isEmpty else { return }
    let most = Int64(figures.holds.map(\.accounts).max() ?? 0)
    html.part("holds", say("Nothing proposed, because", "Nada propuesto, porque")) { html in
      html.wideTable(
        say(
          "Accounts for which nothing is proposed, by the reason",
          "Cuentas sin propuesta, por motivo"),
        heads: [
          say("reason", "motivo"), say("picture", "gráfico"), say("accounts", "cuentas"),
        ], numbers: [2],
        rows: figures.holds.map { held in
          [
            .head(.text(held.hold.text[exchange.language])),
            .bar([(Scale.length(Int64(held.accounts), of: most), "p4")], "\(held.accounts)"),
            .text(grouped(Int64(held.accounts))),
          ]
        })
    }
  }

  func writeRest(_ shown: Int, _ count: Int, _ html: inout HTMLWriter) {
    guard count > shown else { return }
    html.paragraph(
      say(
        "… and \(grouped(Int64(count - shown))) more: `quipu worklist --on \(moment.on.text) --json`.",
        "… y \(grouped(Int64(count - shown))) más: `quipu worklist --on \(moment.on.text) --json`."),
      isNote: true)
  }
}

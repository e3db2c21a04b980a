internal import Collections
internal import Ledger
internal import Projections

/// How people were contacted: when, by what, and which rules were not kept.
struct ConductPage {
  private let exchange: Exchange
  private let moment: Moment
  private let from: CivilDate
  private let rule: String?
  private let link: ConsoleLink

  private static let mostRows = 300

  static let route = Route(
    "GET", "/console/conduct", "getConsoleConduct",
    Text("contacts and rules not kept, as a page", "contactos y reglas no cumplidas, como página"),
    permission: .readEvents, isPage: true, answers: [.page],
    .aside { try ConductPage($0).response() })

  private init(_ exchange: Exchange) throws {
    self.exchange = exchange
    moment = try exchange.pageMoment()
    from = try exchange.pageDate("from") ?? moment.on - 90
    guard from <= moment.on else {
      throw Problem.badParameter(
        "from", from.text,
        Text("a day by \(moment.on.text)", "un día hasta el \(moment.on.text)"))
    }
    rule = exchange.request.parameter("rule").flatMap { $0.isEmpty ? nil : $0 }
    link = ConsoleLink(exchange.request)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func response() throws -> HTTPResponse {
    let scope = ConductReport.Scope(from: from, to: moment.on, knownAt: moment.size)
    let figures = try exchange.service.console.conduct(exchange.service, scope)
    let page = ConsolePage(
      exchange, .conduct, Text("Conduct", "Conducta"),
      Text(
        "Outbound contacts of the local days \(from.text) to \(moment.on.text), each judged by the rules "
          + "that were in force. ",
        "Contactos salientes de los días locales \(from.text) a \(moment.on.text), cada uno juzgado por "
          + "las reglas vigentes. ")
        + Text(same: exchange.stand(moment)))
    return page.response { html in
      html.ask("/console/conduct", say("Which days", "Qué días"), say("Show", "Mostrar")) { html in
        html.field("from", say("From", "Desde"), type: "date", value: from.text)
        exchange.momentFields(&html, moment)
        if let rule { html.hidden("rule", rule) }
      }
      let report = figures.adopted
      guard report.total.contacts > 0 else {
        html.nothing(
          say(
            "Nobody was contacted in these days, as known then.",
            "Nadie fue contactado en estos días, según lo conocido."))
        return writeDuties(figures.duties, &html)
      }
      let total = report.total
      html.tiles([
        (
          say("contacts", "contactos"), grouped(total.contacts),
          say("\(grouped(report.inbound)) inbound", "\(grouped(report.inbound)) entrantes")
        ),
        (
          say("broke a rule that blocks", "infringen regla que bloquea"), grouped(total.blocked), ""
        ),
        (say("broke one that warns", "infringen una que advierte"), grouped(total.warned), ""),
        (
          say("not judged", "sin juzgar"), grouped(total.unjudged),
          say("no policy in force", "sin política vigente")
        ),
      ])
      writeHours(report, &html)
      writeChannels(report, &html)
      writeRules(report, &html)
      writeViolations(report, &html)
      writeDuties(figures.duties, &html)
    }
  }

  // MARK: When

  private var weekdays: [String] {
    exchange.language == .spanish
      ? ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"]
      : ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  }

  private func writeHours(_ report: ConductReport, _ html: inout HTMLWriter) {
    let most = report.byHour.map(\.contacts).max() ?? 0
    html.part(
      "hours", say("By weekday and hour", "Por día y hora"),
      say(
        "Contacts at the local hour of the person; † marks hours in which some broke a rule that blocks.",
        "Contactos según la hora local de la persona; † marca horas con alguna infracción que bloquea."
      )
    ) { html in
      html.wideTable(
        say("Contacts by weekday and local hour", "Contactos por día y hora local"),
        heads: [say("day", "día")] + (0..<24).map { "\($0)" }, numbers: Set(1...24),
        rows: (0..<7).map { day in
          [.head(.text(weekdays[day]))]
            + (0..<24).map { hour in
              let count = report.byHour[day * 24 + hour]
              guard count.contacts > 0 else { return .heat("", 0) }
              let mark = count.blocked > 0 ? "†" : ""
              return .heat(
                .text(grouped(count.contacts) + mark), Scale.heat(count.contacts, of: most))
            }
        })
    }
  }

  private func writeChannels(_ report: ConductReport, _ html: inout HTMLWriter) {
    html.part("channels", say("By channel and agent", "Por canal y gestor")) { html in
      html.element("div", ["class": "columns"]) { html in
        html.element("div") {
          writeCounts(
            say("channel", "canal"),
            ContactChannel.allCases.compactMap { channel in
              let count = report.byChannel[Int(channel.rawValue)]
              return count.contacts > 0 ? (channel.text[exchange.language], count) : nil
            }, &$0)
        }
        html.element("div") {
          let agents = report.byAgent.sorted {
            ($1.count.blocked, $1.count.contacts, $0.agent)
              < ($0.count.blocked, $0.count.contacts, $1.agent)
          }
          var rows = agents.prefix(Self.mostAgents).map { ($0.agent, $0.count) }
          let others = agents.dropFirst(Self.mostAgents)
          if !others.isEmpty {
            let rest = others.reduce(into: ConductReport.Count()) { $0.add($1.count) }
            rows.append((say("\(others.count) others", "otros \(others.count)"), rest))
          }
          writeCounts(say("agent", "gestor"), rows, &$0)
        }
      }
    }
  }

  /// Agents shown by name; all others in one row.
  private static let mostAgents = 20

  private func writeCounts(
    _ name: String, _ counts: [(String, ConductReport.Count)], _ html: inout HTMLWriter
  ) {
    let most = counts.map(\.1.contacts).max() ?? 0
    html.wideTable(
      say("Contacts by \(name)", "Contactos por \(name)"),
      heads: [
        name, say("contacts", "contactos"), say("picture", "gráfico"),
        say("blocked", "bloqueados"), say("warned", "advertidos"),
      ], numbers: [1, 3, 4],
      rows: counts.map { label, count in
        let whole = count.contacts
        func part(_ number: Int64) -> Int { Scale.length(number, of: most) }
        return [
          .head(.text(label)), .text(grouped(whole)),
          .bar(
            [
              (part(count.blocked), "bad"), (part(count.warned), "warn"),
              (part(whole - count.blocked - count.warned), "p0"),
            ],
            say(
              "\(count.blocked) blocked, \(count.warned) warned of \(whole)",
              "\(count.blocked) bloqueados, \(count.warned) advertidos de \(whole)")),
          .text(grouped(count.blocked)), .text(grouped(count.warned)),
        ]
      })
  }

  // MARK: Rules

  private func writeRules(_ report: ConductReport, _ html: inout HTMLWriter) {
    html.part("rules", say("Rules not kept", "Reglas no cumplidas")) { html in
      let counts = ConductRuleCount.all(of: report.violations)
      guard !counts.isEmpty else {
        return html.nothing(
          report.total.unjudged == report.total.contacts
            ? say(
              "No contact was judged: no policy was in force. `quipu policy adopt pe` adopts Peru's.",
              "Ningún contacto fue juzgado: no había política vigente. `quipu policy adopt pe` adopta la del Perú."
            )
            : say("Every rule was kept.", "Se cumplieron todas las reglas."))
      }
      let most = counts.map(\.count).max() ?? 0
      html.wideTable(
        say("Violations by rule", "Infracciones por regla"),
        heads: [
          say("rule", "regla"), say("follows", "consecuencia"), say("contacts", "contactos"),
          say("picture", "gráfico"), say("known then", "se sabía entonces"),
          say("source", "fuente"),
        ], numbers: [2, 4],
        rows: counts.map { count in
          let isBlock = count.verdict == .block
          return [
            .head(
              .link(
                link.page("/console/conduct", [("from", from.text), ("rule", count.rule)])
                  + "#violations", count.rule)),
            isBlock
              ? .mark(choiceText("block", exchange.language), isGood: false)
              : .text(choiceText("\(count.verdict)", exchange.language)),
            .text(grouped(count.count)),
            .bar(
              [(Scale.length(count.count, of: most), isBlock ? "bad" : "warn")], "\(count.count)"),
            .text(grouped(count.known)), .text(sourceText(count.citation, exchange.language)),
          ]
        })
    }
  }

  private func writeViolations(_ report: ConductReport, _ html: inout HTMLWriter) {
    let chosen = report.violations.filter { rule == nil || $0.rule == rule }
    guard !chosen.isEmpty || rule != nil else { return }
    let title =
      rule.map { say("Violations of \($0)", "Infracciones de \($0)") }
      ?? say("Violations", "Infracciones")
    html.part("violations", "\(title) (\(grouped(Int64(chosen.count))))") { html in
      if rule != nil {
        html.element("p") {
          $0.link(
            link.page("/console/conduct", [("from", from.text)]) + "#violations",
            say("Of all rules", "De todas las reglas"))
        }
      }
      html.wideTable(
        title,
        heads: [
          say("contact", "contacto"), say("account", "cuenta"),
          say("when, locally", "cuándo, local"),
          say("channel", "canal"), say("agent", "gestor"), say("rule", "regla"),
          say("because", "porque"), say("known then", "se sabía"),
        ],
        rows: chosen.suffix(Self.mostRows).reversed().map { violation in
          let contact = violation.contact
          return [
            .head(.link(link.event(contact.seq), contact.contact)),
            .link(link.account(contact.account), contact.account),
            .time(
              localText(
                contact.localDate, second: contact.localSecond,
                offsetMinutes: contact.offsetMinutes)),
            .text(contact.channel.text[exchange.language]), .text(contact.agent),
            .noted(.text(violation.rule), sourceText(violation.citation, exchange.language)),
            .text(violation.inputs),
            .text(violation.wasKnown ? say("yes", "sí") : say("no", "no")),
          ]
        })
      if chosen.count > Self.mostRows {
        html.paragraph(
          say(
            "The last \(Self.mostRows) of \(grouped(Int64(chosen.count))); `quipu conduct --json` has all.",
            "Las últimas \(Self.mostRows) de \(grouped(Int64(chosen.count))); `quipu conduct --json` las tiene todas."
          ), isNote: true)
      }
    }
  }

  private func writeDuties(_ duties: DutyReport, _ html: inout HTMLWriter) {
    html.part(
      "duties", say("Duties beside contacts", "Deberes ajenos a los contactos"),
      say(
        "Complaints not answered in time, decisions of machines nobody reviewed, scores of models not "
          + "registered, costs charged while past due.",
        "Reclamos no respondidos a tiempo, decisiones automáticas sin revisor, puntajes de modelos no "
          + "registrados, gastos cobrados estando en mora.")
    ) { html in
      guard !duties.breaches.isEmpty else {
        return html.nothing(say("All were kept.", "Se cumplieron todos."))
      }
      html.wideTable(
        say("Duties not kept", "Deberes no cumplidos"),
        heads: [
          say("event", "evento"), say("day", "día"), say("stream", "secuencia"),
          say("rule", "regla"), say("because", "porque"),
        ],
        rows: duties.breaches.suffix(Self.mostRows).reversed().map { breach in
          [
            .head(.link(link.event(breach.seq), "#\(breach.seq)")), .time(breach.on.text),
            breach.stream.hasPrefix("account/")
              ? .link(link.account(String(breach.stream.dropFirst(8))), breach.stream)
              : .text(breach.stream),
            .noted(.text(breach.rule), sourceText(breach.citation, exchange.language)),
            .text(breach.inputs),
          ]
        })
    }
  }
}

internal import CanonicalJSON
internal import Collections
internal import Projections

// What happened to the account, and what has come of what was agreed.
extension AccountPage {
  // MARK: The timeline

  func writeTimeline(_ html: inout HTMLWriter) {
    let path = "/console/accounts/" + ConsoleLink.encoded(report.account)
    let isByEffect = timeline.isByEffect
    html.part(
      "timeline", say("What happened", "Lo que pasó"),
      isByEffect
        ? say("In the order of effect.", "En el orden de vigencia.")
        : say("In the order recorded.", "En el orden en que se registró.")
    ) { html in
      writePages(path, &html)
      html.element("p") { html in
        html.link(
          link.page(path, [("by", isByEffect ? nil : "effect")]) + "#timeline",
          isByEffect
            ? say("In the order recorded", "En el orden de registro")
            : say("In the order of effect", "En el orden de vigencia"))
      }
      let explanation = EventExplanation(report)
      let fields = FieldText(language: language, digits: digits)
      html.element("ol", ["class": "timeline"]) { html in
        for event in timeline.history.events { write(event, explanation, fields, &html) }
      }
      writeDerived(&html)
    }
  }

  private func write(
    _ event: AccountHistory.Event, _ explanation: EventExplanation, _ fields: FieldText,
    _ html: inout HTMLWriter
  ) {
    let kind = event.voidedBy != nil ? "voided" : event.isLater ? "later" : nil
    let none: HTMLWriter.Attributes = [:]
    html.element("li", none.adding("class", kind).adding("id", "e\(event.seq)")) { html in
      html.element("h3") { html in
        html.element("span", event.type.title[language])
        html.element("time", event.effective.text)
        html.element("span", ["class": "seq"]) { $0.write(self.event(event.seq)) }
      }
      html.write(.pairs(fields.pairs(event.data, of: event.type)))
      let lines = explanation.lines(event)
      if !lines.isEmpty {
        html.element("ul") { html in
          for line in lines { html.element("li", line[language]) }
        }
      }
      let actor = event.actor["id"]?.stringValue ?? ""
      let recorded = exchange.local(event.at)
      var note = say(
        "recorded \(recorded) by \(actor)", "registrado el \(recorded) por \(actor)")
      if event.stream != "account/\(report.account)" {
        note += say(" on \(event.stream)", " en \(event.stream)")
      }
      html.element("small", note)
    }
  }

  /// What rules derived by themselves.
  private func writeDerived(_ html: inout HTMLWriter) {
    let changes = report.changes.suffix(Self.mostRows)
    guard !changes.isEmpty else { return }
    html.element("h3", say("What the rules derived from it", "Lo que las reglas derivaron de ello"))
    let types = moments.events.compactMap { event in event.type.map { (event.seq, $0) } }
    let text = ChangeText(
      Dictionary(types, uniquingKeysWith: { first, _ in first }), digits: digits)
    html.wideTable(
      say("Changes derived by the rules", "Cambios derivados por las reglas"),
      heads: [say("since", "desde"), say("what, and by which rule", "qué, y por cuál regla")],
      rows: changes.map { [.time($0.on.text), .text(text.line($0)[language])] })
    writeRest(changes.count, of: report.changes.count, &html)
  }

  /// The ways to the events before and after those shown.
  private func writePages(_ path: String, _ html: inout HTMLWriter) {
    guard timeline.pages > 1 else { return }
    func target(_ page: Int) -> String {
      let by = timeline.isByEffect ? "effect" : nil
      return link.page(path, [("by", by), ("events", "\(page)")]) + "#timeline"
    }
    html.element("nav", ["class": "pager", "aria-label": say("More events", "Más eventos")]) {
      html in
      let page = timeline.page
      if page > 1 { html.link(target(page - 1), say("← Earlier", "← Antes")) }
      html.element(
        "span",
        say(
          "Events \(grouped(timeline.first)) to \(grouped(timeline.last)) of "
            + grouped(timeline.count),
          "Eventos \(grouped(timeline.first)) a \(grouped(timeline.last)) de "
            + grouped(timeline.count)))
      if page < timeline.pages { html.link(target(page + 1), say("Later →", "Después →")) }
    }
  }

  /// Rows of a table that are shown at most: the last of them.
  static let mostRows = 200

  /// Says that a table has more rows than are shown.
  func writeRest(_ shown: Int, of count: Int, _ html: inout HTMLWriter) {
    guard shown < count else { return }
    html.paragraph(
      say(
        "The last \(grouped(Int64(shown))) of \(grouped(Int64(count))); "
          + "`quipu show \(report.account)` has all.",
        "Los últimos \(grouped(Int64(shown))) de \(grouped(Int64(count))); "
          + "`quipu show \(report.account)` los tiene todos."), isNote: true)
  }

  // MARK: What was agreed

  func writePromises(_ html: inout HTMLWriter) {
    guard !report.promises.isEmpty else { return }
    html.part("promises", say("Promises", "Promesas")) { html in
      html.wideTable(
        say("Promises to pay", "Promesas de pago"),
        heads: [
          say("promise", "promesa"), "#", say("made on", "hecha el"), say("due on", "vence el"),
          say("amount", "monto"), say("paid in time", "pagado a tiempo"), say("picture", "gráfico"),
          say("outcome", "resultado"),
        ], numbers: [4, 5],
        rows: report.promises.map { promise in
          let outcome = promise.outcome
          let paid = Scale.length(outcome.paid, of: outcome.amount)
          return [
            .head(.text(promise.id)), event(outcome.seq),
            .time(CivilDate(days: outcome.madeOn).text),
            .noted(
              .time(outcome.dueOn.text),
              say("grace to \(outcome.graceEndsOn.text)", "gracia al \(outcome.graceEndsOn.text)")),
            .text(money(outcome.amount)), .text(money(outcome.paid)),
            .bar(
              [(paid, "credit"), (max(0, 1_000 - paid), "rest")],
              percentText(promise.paidBp)),
            outcome.outcome == .broken
              ? .mark(outcome.outcome.text[language], isGood: false)
              : .text(outcome.outcome.text[language]),
          ]
        })
    }
  }

  func writePlans(_ html: inout HTMLWriter) {
    guard !report.plans.isEmpty else { return }
    html.part("plans", say("Plans", "Planes")) { html in
      html.wideTable(
        say("Plans agreed", "Planes acordados"),
        heads: [
          say("plan", "plan"), "#", say("kind", "tipo"), say("agreed on", "acordado el"),
          say("state", "estado"), say("since", "desde"), say("left", "queda"),
          say("overdue", "vencido"), say("next due", "próximo"),
        ], numbers: [6, 7],
        rows: report.plans.map { plan in
          let outcome = plan.outcome
          return [
            .head(.text(plan.id)), event(outcome.seq), .text(outcome.stated.kind.text[language]),
            .time(CivilDate(days: outcome.agreedOn).text),
            outcome.state == .inDefault
              ? .mark(outcome.state.text[language], isGood: false)
              : .text(outcome.state.text[language]),
            .time(CivilDate(days: outcome.since).text), .text(money(plan.progress.outstanding)),
            .text(money(plan.progress.overdue)), .time(plan.progress.nextDueOn?.text ?? "–"),
          ]
        })
    }
  }

  /// Holds and disputes first: whoever opens the page must not miss them.
  func writeHolds(_ html: inout HTMLWriter) {
    for hold in report.facts where hold.isHold {
      let words = [hold.name, choiceText(hold.kind, language), hold.reason].filter { !$0.isEmpty }
        .joined(separator: ", ")
      let day = CivilDate(days: hold.fact.on).text
      html.notice(
        say(
          "\(hold.fact.kind.text.english.capitalizedFirst) since \(day): \(words). Collection is to stop.",
          "\(hold.fact.kind.text.spanish.capitalizedFirst) desde el \(day): \(words). La cobranza debe detenerse."
        ), isBad: true)
    }
    let others = report.facts.filter { !$0.isHold }
    guard !others.isEmpty else { return }
    html.part("facts", say("Other facts", "Otros hechos")) { html in
      html.wideTable(
        say(
          "Holds that are over, disputes, suits, placements",
          "Retenciones levantadas, disputas, demandas, asignaciones"),
        heads: [
          say("what", "qué"), "#", say("from", "desde"), say("to", "hasta"),
          say("particulars", "detalle"),
        ],
        rows: others.map { fact in
          [
            .head(.text(fact.fact.kind.text[language])), event(fact.fact.seq),
            .time(CivilDate(days: fact.fact.on).text),
            .time(fact.fact.endedOn.map { CivilDate(days: $0).text } ?? "–"),
            .text(
              [fact.name, choiceText(fact.kind, language), fact.reason].filter { !$0.isEmpty }
                .joined(separator: ", ")),
          ]
        })
    }
  }

  // MARK: Contacts

  /// Contacts one by one, with all that became of each.
  func writeContacts(_ html: inout HTMLWriter) {
    var order: [String] = []
    var byContact: [String: [AccountHistory.Event]] = [:]
    for event in contacts.events {
      let name = event.data["contact"]?.stringValue ?? "#\(event.seq)"
      if byContact[name] == nil { order.append(name) }
      byContact[name, default: []].append(event)
    }
    guard !order.isEmpty else { return }
    html.part("contacts", say("Contacts", "Contactos")) { html in
      html.wideTable(
        say("Contacts, the last first", "Contactos, el último primero"),
        heads: [
          say("contact", "contacto"), say("effective", "vigente"), say("channel", "canal"),
          say("what became of it", "qué fue de él"), say("events", "eventos"),
        ],
        rows: order.reversed().prefix(200).map { name in
          let events = byContact[name] ?? []
          func first(_ field: String) -> String? {
            events.lazy.compactMap { $0.data[field]?.stringValue }.first
          }
          return [
            .head(.text(name)),
            .time(first("localAt") ?? first("at") ?? events.first?.effective.text ?? ""),
            .text(choiceText(first("channel") ?? "–", language)),
            .lines(events.map { $0.type.title[language] + outcome($0) }),
            .cells(events.map { self.event($0.seq) }),
          ]
        })
    }
  }

  private func outcome(_ event: AccountHistory.Event) -> String {
    let words = ["code", "party"].compactMap { event.data[$0]?.stringValue }
    return words.isEmpty
      ? "" : ": " + words.map { choiceText($0, language) }.joined(separator: ", ")
  }
}

extension String {
  /// With a capital at its beginning.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

internal import Collections
internal import Projections

// What the account owes, and what of it has changed since.
extension AccountPage {
  func writeFigures(_ html: inout HTMLWriter) {
    let row = report.row
    var tiles = [
      (say("outstanding", "saldo"), full(row.outstanding.total), ""),
      (say("overdue", "vencido"), full(row.overdue.total), ""),
      (
        say("days past due", "días de atraso"), grouped(Int64(row.daysPastDue)),
        row.classification?.name ?? ""
      ),
      (say("paid", "pagado"), full(row.paid), ""),
    ]
    if row.credit > 0 { tiles.append((say("credit", "a favor"), full(row.credit), "")) }
    if let next = row.nextDueOn {
      let due = report.items.filter { $0.dueOn == next }.map(\.outstanding.total).reduce(0, +)
      tiles.append((say("next due", "próximo vencimiento"), next.text, full(due)))
    }
    html.tiles(tiles)
    html.part("figures", say("What is owed", "Lo que se debe")) { html in
      html.wideTable(
        say("Outstanding and overdue by component", "Saldo y vencido por componente"),
        heads: [
          row.currency.code, say("picture", "gráfico"), Component.principal.text[language],
          Component.interest.text[language], Component.penalty.text[language],
          Component.cost.text[language], "total",
        ], numbers: [2, 3, 4, 5, 6],
        rows: [
          figures(say("outstanding", "saldo"), row.outstanding),
          figures(say("overdue", "vencido"), row.overdue),
        ])
      html.legend(Self.paints.map { ($0.paint, $0.component.text[language]) })
    }
  }

  static let paints: [(component: Component, paint: String)] = [
    (.principal, "principal"), (.interest, "interest"), (.penalty, "penalty"), (.cost, "cost"),
  ]

  private func figures(_ name: String, _ amounts: Amounts) -> [HTMLWriter.Cell] {
    [.head(.text(name)), bar(amounts, of: report.row.outstanding.total, name)]
      + Self.paints.map { .text(money(amounts[$0.component])) } + [.text(money(amounts.total))]
  }

  /// Amounts as parts of a bar; `credit` is drawn after them.
  private func bar(
    _ amounts: Amounts, credit: Int64 = 0, of most: Int64, _ words: String
  ) -> HTMLWriter.Cell {
    var parts = Self.paints.map { part in
      (Scale.length(amounts[part.component], of: most), part.paint)
    }
    parts.append((Scale.length(credit, of: most), "credit"))
    return .bar(parts, words)
  }

  // MARK: Then and now

  /// What the figures were at the moments asked for, and are today.
  func writeChange(_ html: inout HTMLWriter) {
    guard moment.on != now.on || moment.size != now.knownAt else { return }
    let (one, two) = (report.row, now.row)
    var rows: [[HTMLWriter.Cell]] = []
    func compare(_ name: String, _ before: Int64, _ after: Int64, isMoney: Bool = true) {
      let shown = { (number: Int64) in isMoney ? money(number) : grouped(number) }
      let difference = after - before
      let text =
        difference == 0 ? "=" : (difference > 0 ? "+" : "−") + shown(abs(difference))
      rows.append([
        .head(.text(name)), .text(shown(before)), .text(shown(after)), .text(text),
      ])
    }
    compare(say("outstanding", "saldo"), one.outstanding.total, two.outstanding.total)
    for (component, _) in Self.paints
    where one.outstanding[component] != 0 || two.outstanding[component] != 0 {
      compare(
        "· " + component.text[language], one.outstanding[component], two.outstanding[component])
    }
    compare(say("overdue", "vencido"), one.overdue.total, two.overdue.total)
    compare(say("credit", "a favor"), one.credit, two.credit)
    compare(say("paid", "pagado"), one.paid, two.paid)
    compare(
      say("days past due", "días de atraso"), Int64(one.daysPastDue), Int64(two.daysPastDue),
      isMoney: false)
    compare(say("provision", "provisión"), one.provision, two.provision)
    let later = moments.events.filter { $0.seq >= moment.size }
    html.part(
      "change", say("What has changed since", "Qué ha cambiado desde entonces"),
      say(
        "Then: effective on \(moment.on.text), known at \(grouped(moment.size)) events. Now: "
          + "\(now.on.text), all \(grouped(now.knownAt)). \(later.count) events of this account were "
          + "recorded in between.",
        "Entonces: vigente al \(moment.on.text), según \(grouped(moment.size)) eventos. Ahora: "
          + "\(now.on.text), todos los \(grouped(now.knownAt)). Entre ambos se registraron "
          + "\(later.count) eventos de esta cuenta.")
    ) { html in
      html.wideTable(
        say("Figures then and now", "Cifras de entonces y de ahora"),
        heads: [
          report.row.currency.code, say("then", "entonces"), say("now", "ahora"),
          say("difference", "diferencia"),
        ], numbers: [1, 2, 3], rows: rows)
      if one.status != two.status {
        html.paragraph(
          say(
            "Status: \(one.status.text.english) then, \(two.status.text.english) now.",
            "Estado: \(one.status.text.spanish) entonces, \(two.status.text.spanish) ahora."))
      }
    }
  }

  // MARK: Items and payments

  func writeItems(_ html: inout HTMLWriter) {
    guard !report.items.isEmpty else { return }
    let most = report.items.map { max($0.stated.total, $0.outstanding.total) }.max() ?? 0
    html.part(
      "items", say("Due items", "Cuotas"),
      say(
        "Each with what was stated, what has accrued since, and what is left.",
        "Cada una con lo pactado, lo devengado desde entonces y lo que queda.")
    ) { html in
      html.wideTable(
        say("Due items", "Cuotas"),
        heads: [
          say("item", "cuota"), say("due", "vence"), say("stated", "pactado"),
          say("accrued", "devengado"), say("left, as a picture", "lo que queda, en gráfico"),
          Component.principal.text[language], Component.interest.text[language],
          Component.penalty.text[language], Component.cost.text[language], say("left", "queda"),
        ], numbers: [2, 3, 5, 6, 7, 8, 9],
        rows: report.items.map { item in
          let name = item.n == 0 ? "#\(item.seq)" : "\(item.n)"
          return [
            .head(.text(name)), .time(item.dueOn.text), .text(money(item.stated.total)),
            .text(money(item.accrued.total)), bar(item.outstanding, of: most, name),
          ] + Self.paints.map { .text(money(item.outstanding[$0.component])) }
            + [.text(money(item.outstanding.total))]
        })
    }
  }

  func writePayments(_ html: inout HTMLWriter) {
    html.part(
      "payments", say("Payments, and what they paid", "Pagos, y qué pagaron"),
      say(
        "Where each payment went, by the rules and in their order; what a later event changed is said "
          + "beside it.",
        "Adónde fue cada pago, según las reglas y en su orden; lo que un evento posterior cambió se "
          + "dice al lado.")
    ) { html in
      guard !report.payments.isEmpty else {
        return html.nothing(say("Nothing has been paid.", "No se ha pagado nada."))
      }
      let shown = report.payments.suffix(Self.mostRows)
      let most = shown.map(\.amount).max() ?? 0
      let restatements = Dictionary(grouping: report.restatements, by: \.event)
      let explanation = EventExplanation(report)
      html.legend(
        Self.paints.map { ($0.paint, $0.component.text[language]) }
          + [("credit", say("credit", "a favor"))])
      html.wideTable(
        say("Payments and their allocation", "Pagos y su imputación"),
        heads: [
          say("payment", "pago"), "#", say("value date", "fecha valor"), say("amount", "monto"),
          say("picture", "gráfico"), say("what it paid", "qué pagó"), say("state", "estado"),
        ], numbers: [3],
        rows: shown.map { payment in
          let lines = report.settlements[payment.settlements].map { explanation.line($0)[language] }
          let credit =
            payment.toCredit == 0
            ? []
            : [say("\(money(payment.toCredit)) to credit", "\(money(payment.toCredit)) a favor")]
          let causes = (restatements[payment.seq] ?? []).map(\.cause)
          let state: HTMLWriter.Cell =
            payment.state == .applied
            ? .text(payment.state.text[language])
            : .mark(payment.state.text[language], isGood: false)
          return [
            .head(.text(report.id(of: payment))), event(payment.seq),
            .time(CivilDate(days: payment.effective).text), .text(money(payment.amount)),
            bar(
              payment.taken, credit: payment.toCredit, of: most,
              (lines + credit).joined(separator: "; ")), .lines(lines + credit),
            causes.isEmpty
              ? state
              : .cells(
                [state, .text(say("restated by", "reimputado por"))] + causes.map(event)),
          ]
        })
      writeRest(shown.count, of: report.payments.count, &html)
    }
  }
}

internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// The whole portfolio: who owes how much for how long, how it moved, what was done about it.
struct PortfolioPage {
  private let exchange: Exchange
  private let moment: Moment
  private let from: CivilDate
  private let grouping: AgingReport.Grouping
  private let link: ConsoleLink

  /// How many groups are shown.
  private static let mostGroups = 12
  /// How many months of a vintage, and how many vintages.
  private static let mostMonths = 13
  private static let mostVintages = 24

  static let route = Route(
    "GET", "/console/portfolio", "getConsolePortfolio",
    Text("the portfolio, as a page", "la cartera, como página"),
    permission: .readProjections, isPage: true, answers: [.page], problems: [],
    .aside { try PortfolioPage($0).response() })

  private init(_ exchange: Exchange) throws {
    self.exchange = exchange
    moment = try exchange.pageMoment()
    from = try exchange.pageDate("from") ?? moment.on - 30
    guard from < moment.on else {
      throw Problem.badParameter(
        "from", from.text,
        Text("a day before \(moment.on.text)", "un día anterior al \(moment.on.text)"))
    }
    let by = exchange.request.parameter("by") ?? ""
    guard by.isEmpty || AgingReport.Grouping(rawValue: by) != nil else {
      throw Problem.badParameter(
        "by", by,
        Text(
          "one of \(AgingReport.Grouping.allCases.map(\.rawValue).joined(separator: ", "))",
          "uno de \(AgingReport.Grouping.allCases.map(\.rawValue).joined(separator: ", "))"))
    }
    grouping = AgingReport.Grouping(rawValue: by) ?? .none
    link = ConsoleLink(exchange.request)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func response() throws -> HTTPResponse {
    let page = ConsolePage(
      exchange, .portfolio, Text("Portfolio", "Cartera"),
      Text(
        "What accounts owe and for how long, and how that moved since \(from.text). ",
        "Lo que deben las cuentas y desde cuándo, y cómo cambió desde el \(from.text). ")
        + Text(same: exchange.stand(moment)))
    let figures = try exchange.service.console.portfolio(
      exchange.service,
      PortfolioQuery(day: moment.on, knownAt: moment.size, from: from, grouping: grouping))
    return page.response { html in
      writeForm(&html)
      writeFailures(figures.failures, &html)
      guard !figures.aging.groups.isEmpty else {
        return html.nothing(
          moment.size <= 1
            ? say(
              "The ledger is empty. `quipu record` or `quipu import` puts events into it; "
                + "`quipu generate` invents a portfolio to try things out.",
              "El libro está vacío. `quipu record` o `quipu import` le agregan eventos; "
                + "`quipu generate` inventa una cartera para probar.")
            : say(
              "No account was open on \(moment.on.text), as known then.",
              "Ninguna cuenta estaba abierta el \(moment.on.text), según lo conocido entonces."))
      }
      for group in figures.aging.groups.prefix(Self.mostGroups) {
        let measured = figures.measures?.groups.first {
          $0.currency == group.currency && $0.name == group.name
        }
        write(group, measured, &html)
      }
      let hidden = figures.aging.groups.count - Self.mostGroups
      if hidden > 0 {
        html.paragraph(
          say(
            "\(hidden) more groups are not shown; `quipu portfolio` prints them all.",
            "Otros \(hidden) grupos no se muestran; `quipu portfolio` los imprime todos."),
          isNote: true)
      }
    }
  }

  private func writeForm(_ html: inout HTMLWriter) {
    html.ask(
      "/console/portfolio", say("Moments and grouping", "Momentos y agrupación"),
      say("Show", "Mostrar")
    ) { html in
      exchange.momentFields(&html, moment)
      html.field("from", say("Moved since", "Cambios desde"), type: "date", value: from.text)
      html.choice(
        "by", say("Group by", "Agrupar por"),
        AgingReport.Grouping.allCases.map { grouping in
          let name = Text(grouping.rawValue, AgingText.spanish(grouping))[exchange.language]
          return (
            grouping == .none ? "" : grouping.rawValue,
            grouping == .none ? say("currency only", "solo moneda") : name
          )
        }, chosen: grouping == .none ? "" : grouping.rawValue)
    }
  }

  private func writeFailures(_ failures: [RuleError], _ html: inout HTMLWriter) {
    guard let first = failures.first else { return }
    html.notice(
      say(
        "\(failures.count) accounts are left out: their figures leave the range of money "
          + "(\(first.code.rawValue)).",
        "\(failures.count) cuentas quedan fuera: sus cifras exceden el rango de dinero "
          + "(\(first.code.rawValue))."), isBad: true)
  }

  private func write(
    _ group: AgingReport.Group, _ measured: PortfolioReport.Group?, _ html: inout HTMLWriter
  ) {
    let code = group.currency.code
    let name = grouping == .none ? code : "\(code) · \(group.name.isEmpty ? "–" : group.name)"
    let id = "g-" + name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    let money = { amountText($0, digits: group.currency.minorDigits) }
    html.part(id, name) { html in
      let total = group.total
      let share = Share(total.overdue, of: total.outstanding).basisPoints ?? 0
      var tiles = [
        (say("accounts", "cuentas"), grouped(total.accounts), ""),
        (say("outstanding", "saldo"), "\(code) \(money(total.outstanding))", ""),
        (
          say("overdue", "vencido"), "\(code) \(money(total.overdue))",
          say(
            "\(percentText(share)) of what is outstanding", "\(percentText(share)) del saldo")
        ),
        (say("provision", "provisión"), "\(code) \(money(total.provision))", ""),
      ]
      if let measured, measured.work.matured > 0 {
        tiles.append(
          (
            say("promises kept", "promesas cumplidas"),
            percentText(measured.work.keptRate.basisPoints ?? 0),
            say(
              "\(grouped(measured.work.kept)) of \(grouped(measured.work.matured))",
              "\(grouped(measured.work.kept)) de \(grouped(measured.work.matured))")
          ))
      }
      if let measured {
        tiles.append(
          (
            say("collected since \(from.text)", "cobrado desde el \(from.text)"),
            "\(code) \(money(measured.work.collected))", ""
          ))
      }
      html.tiles(tiles)
      writeAging(group, money, &html)
      if let measured {
        writeRolls(measured, money, &html)
        html.element("div", ["class": "columns"]) { html in
          html.element("div") { writeRates(measured, money, &$0) }
          html.element("div") { writeClasses(measured, money, &$0) }
        }
        DealingTables(exchange: exchange).write(measured.dealings, &html)
        writeVintages(measured, money, id, &html)
      }
    }
  }

  // MARK: Days past due

  private func writeAging(
    _ group: AgingReport.Group, _ money: (Int64) -> String, _ html: inout HTMLWriter
  ) {
    html.heading(3, say("By days past due", "Según días de atraso"))
    let most = group.buckets.map(\.outstanding).max() ?? 0
    var rows: [[HTMLWriter.Cell]] = AgingBucket.allCases.compactMap { bucket in
      let cell = group.buckets[Int(bucket.rawValue)]
      guard cell.accounts > 0 else { return nil }
      let share = Share(cell.outstanding, of: group.total.outstanding)
      return [
        .head(.link(list(group, bucket), bucket.name)),
        .bar(
          [(Scale.length(cell.outstanding, of: most), "p\(bucket.rawValue)")],
          "\(bucket.name): \(money(cell.outstanding))"),
        .text(money(cell.outstanding)), .text(share.basisPoints.map(percentText) ?? "–"),
        .text(grouped(cell.accounts)), .text(money(cell.overdue)), .text(money(cell.credit)),
        .text(money(cell.provision)),
      ]
    }
    let total = group.total
    rows.append([
      .head(.link(list(group, nil), say("all", "todos"))), "", .text(money(total.outstanding)),
      "", .text(grouped(total.accounts)), .text(money(total.overdue)), .text(money(total.credit)),
      .text(money(total.provision)),
    ])
    html.wideTable(
      say("Accounts and money by days past due", "Cuentas y dinero según días de atraso"),
      heads: [
        say("days past due", "días de atraso"), say("picture", "gráfico"),
        say("outstanding", "saldo"), say("share", "parte"), say("accounts", "cuentas"),
        say("overdue", "vencido"), say("credit", "a favor"), say("provision", "provisión"),
      ], numbers: [2, 3, 4, 5, 6, 7], rows: rows)
  }

  /// The list of the accounts a figure is made of.
  private func list(_ group: AgingReport.Group, _ bucket: AgingBucket?) -> String {
    var parameters: [(String, String?)] = [
      ("currency", group.currency.code), ("bucket", bucket?.name),
    ]
    switch grouping {
    case .product, .status, .classification, .creditor, .portfolio:
      parameters.append((grouping.rawValue, group.name))
    case .none, .arm: break
    }
    return link.page("/console/accounts", parameters)
  }

  // MARK: How it moved

  private func writeRolls(
    _ group: PortfolioReport.Group, _ money: (Int64) -> String, _ html: inout HTMLWriter
  ) {
    let rolls = group.rolls
    guard rolls.rows.contains(where: { $0.all.accounts > 0 }) else { return }
    html.heading(
      3,
      say(
        "Where the accounts of \(from.text) are on \(moment.on.text)",
        "Dónde están al \(moment.on.text) las cuentas del \(from.text)"))
    writeLegend(
      [
        ("bad", say("further past due", "más atraso")), ("rest", say("the same", "igual")),
        ("credit", say("less past due", "menos atraso")),
        ("principal", say("closed or sold", "cerrada o vendida")),
      ], &html)
    let rows: [[HTMLWriter.Cell]] = AgingBucket.allCases.compactMap { bucket in
      let row = rolls.rows[Int(bucket.rawValue)]
      guard row.all.accounts > 0 else { return nil }
      func outcome(_ outcome: RollReport.Outcome) -> RollReport.Cell {
        row.outcomes[outcome.rawValue]
      }
      func part(_ cell: RollReport.Cell) -> Int {
        Int(cell.accounts * 1_000 / max(1, row.all.accounts))
      }
      func share(_ cell: RollReport.Cell) -> HTMLWriter.Cell {
        let rate = Share(cell.accounts, of: row.all.accounts)
        return .heat(
          .noted(.text(rate.basisPoints.map(percentText) ?? "–"), grouped(cell.accounts)),
          Scale.heat(cell.accounts, of: row.all.accounts))
      }
      return [
        .head(.text(bucket.name)), .text(grouped(row.all.accounts)),
        .text(money(row.all.outstanding)),
        .bar(
          [
            (part(outcome(.forward)), "bad"), (part(outcome(.same)), "rest"),
            (part(outcome(.back)), "credit"), (part(outcome(.left)), "principal"),
          ], bucket.name), share(outcome(.forward)), share(outcome(.same)), share(outcome(.back)),
        share(row.cured), share(outcome(.left)),
      ]
    }
    html.wideTable(
      say("Rolls by days past due", "Rodamientos por días de atraso"),
      heads: [
        say("days past due then", "días de atraso entonces"), say("accounts", "cuentas"),
        say("outstanding then", "saldo entonces"), say("picture", "gráfico"),
        Measure.rollForward.name[exchange.language], say("stayed", "quedan"),
        Measure.rollBack.name[exchange.language],
        say("of these cured", "de ellas curadas"), Measure.left.name[exchange.language],
      ], numbers: [1, 2, 4, 5, 6, 7, 8], rows: rows)
  }

  private func writeLegend(_ items: [(paint: String, name: String)], _ html: inout HTMLWriter) {
    html.legend(items)
  }

  private func writeRates(
    _ group: PortfolioReport.Group, _ money: (Int64) -> String, _ html: inout HTMLWriter
  ) {
    html.heading(3, say("What was done, and what it brought", "Lo hecho y lo obtenido"))
    let rates = group.rates.filter { $0.share.whole > 0 || $0.share.part > 0 }
    guard !rates.isEmpty else {
      return html.nothing(
        say(
          "Nothing was attempted, promised or paid in this time.",
          "Nada se intentó, prometió ni pagó en este lapso."))
    }
    html.wideTable(
      say("Rates since \(from.text)", "Tasas desde el \(from.text)"),
      heads: [
        say("measure", "medida"), say("rate", "tasa"), say("part", "parte"), say("of", "de"),
      ],
      numbers: [1, 2, 3],
      rows: rates.map { measure, share, isMoney in
        func figure(_ number: Int64) -> String { isMoney ? money(number) : grouped(number) }
        return [
          .noted(
            .text(measure.name[exchange.language]), measure.definition[exchange.language]),
          .text(share.basisPoints.map(percentText) ?? "–"), .text(figure(share.part)),
          .text(figure(share.whole)),
        ]
      })
  }

  private func writeClasses(
    _ group: PortfolioReport.Group, _ money: (Int64) -> String, _ html: inout HTMLWriter
  ) {
    html.heading(3, say("By class", "Por clase"))
    html.wideTable(
      say("Principal and provision by class", "Capital y provisión por clase"),
      heads: [
        say("class", "clase"), say("accounts", "cuentas"), say("principal", "capital"),
        say("provision", "provisión"),
      ], numbers: [1, 2, 3],
      rows: group.classes.map { entry in
        [
          .head(.text(entry.classification?.name ?? say("none", "sin clase"))),
          .text(grouped(entry.accounts)), .text(money(entry.principal)),
          .text(money(entry.provision)),
        ]
      })
    html.paragraph(
      Measure.provision.definition[exchange.language] + ".", isNote: true)
  }

  // MARK: Vintages

  private func writeVintages(
    _ group: PortfolioReport.Group, _ money: (Int64) -> String, _ id: String,
    _ html: inout HTMLWriter
  ) {
    let all = group.vintages.filter { $0.opened > 0 }
    let shown = all.suffix(Self.mostVintages)
    let months = min(Self.mostMonths, shown.map(\.curve.count).max() ?? 0)
    guard months > 0 else { return }
    html.heading(3, say("Paid of what accounts began with", "Pagado de lo que tenían al empezar"))
    html.paragraph(Measure.liquidation.definition[exchange.language] + ".", isNote: true)
    let points = shown.flatMap { vintage in
      vintage.curve.indices.prefix(months).map { vintage.liquidation(after: $0)?.basisPoints ?? 0 }
    }
    let most = max(1, points.max() ?? 0)
    writeCurves(Array(shown), months, &html)
    html.wideTable(
      say("Liquidation by month of opening", "Liquidación por mes de apertura"),
      heads: [
        say("month", "mes"), say("accounts", "cuentas"), say("began with", "empezaron con"),
        say("paid", "pagado"),
      ] + (0..<months).map { "M\($0)" }, numbers: Set(1..<4 + months),
      rows: shown.map { vintage in
        [
          .head(.text(vintage.name)), .text(grouped(vintage.accounts)),
          .text(money(vintage.opened)), .text(money(vintage.paid)),
        ]
          + (0..<months).map { month in
            guard let share = vintage.liquidation(after: month)?.basisPoints else {
              return .heat("", 0)
            }
            return .heat(.text(percentText(share)), Scale.heat(share, of: most))
          }
      })
  }

  private func writeCurves(
    _ vintages: [VintageReport], _ months: Int, _ html: inout HTMLWriter
  ) {
    let drawn = vintages.filter { $0.curve.count > 1 }
    guard !drawn.isEmpty else { return }
    let most = 6
    let chosen =
      drawn.count <= most
      ? drawn : (0..<most).map { drawn[$0 * (drawn.count - 1) / (most - 1)] }
    let chart = LineChart(
      title: say("Paid by months since opening", "Pagado por meses desde la apertura"),
      across: say(
        "months since opening or placement", "meses desde la apertura o asignación"),
      lines: chosen.map { vintage in
        LineChart.Line(
          name: vintage.name,
          points: vintage.curve.indices.prefix(months).map {
            (Int64($0), vintage.liquidation(after: $0)?.basisPoints ?? 0)
          })
      })
    chart.write(&html)
  }
}

extension Route.Answer {
  /// A page.
  static let page = Route.Answer(
    status: 200, doc: Text("a page for people", "una página para personas"), content: nil)
}

internal import Collections
internal import Projections

/// How a portfolio moved, for a reader at a terminal: a table a subject, its definitions below it.
struct PortfolioText {
  private let report: PortfolioReport
  private let grouping: AgingReport.Grouping
  private let console: Console
  private let language: Language

  /// Months after opening that have a column, as far as there are any.
  private static let months = [0, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60]

  init(_ report: PortfolioReport, _ grouping: AgingReport.Grouping, _ console: Console) {
    self.report = report
    self.grouping = grouping
    self.console = console
    language = console.language
  }

  /// Prints every subject of which there is anything to say.
  func print() throws {
    try console.print("")
    try console.print(
      Text(
        "from \(report.from.text) to \(report.on.text)",
        "del \(report.from.text) al \(report.on.text)"))
    try print(rolls, [.rollForward, .rollBack, .cure, .left])
    try print(
      rates,
      [
        .redefault, .contactRate, .rightPartyRate, .promiseRate, .keptRate, .keptAmountRate,
        .costToCollect, .recoveryRate, .selfServicePromises, .callPromises, .selfServicePlans,
        .selfServiceMoney, .callMoney, .complaintRate, .optOutRate,
      ])
    try print(channels, [.answers])
    try print(waits, [.waits])
    try print(vintages, [.liquidation])
    try print(classes, [.provision])
  }

  private func print(_ table: Table, _ measures: [Measure]) throws {
    guard !table.isEmpty else { return }
    try console.print("")
    try console.print(table)
    for measure in measures {
      try console.print("  \(measure.name[language]): \(measure.definition[language])")
    }
  }

  private func table(_ columns: [Table.Column]) -> Table {
    let group: [Table.Column] =
      grouping == .none ? [] : [.init(Text(grouping.rawValue, AgingText.spanish(grouping)))]
    return Table([.init(Text("currency", "moneda"))] + group + columns)
  }

  private func head(_ group: PortfolioReport.Group) -> [String] {
    [group.currency.code] + (grouping == .none ? [] : [group.name])
  }

  private func money(_ amount: Int64, _ group: PortfolioReport.Group) -> String {
    amountText(amount, digits: group.currency.minorDigits)
  }

  /// A share as `12.34 %`, or a dash where there is nothing it could be of.
  static func rate(_ share: Share) -> String {
    guard let points = share.basisPoints else { return "–" }
    return amountText(points) + " %"
  }

  /// `12.34 % 10.00 %`: by number and by amount.
  private var rolls: Table {
    let amounts = Text(", by amount", ", por monto")
    var columns: [Table.Column] = [
      .init(Text("days past due", "días de atraso")), .init(Text("accounts", "cuentas"), .right),
      .init(Text("outstanding", "saldo"), .right),
    ]
    for measure in [Measure.rollForward, .rollBack, .cure, .left] {
      columns.append(.init(measure.name, .right))
      columns.append(.init(measure.name + amounts, .right))
    }
    var table = table(columns)
    for group in report.groups {
      for bucket in AgingBucket.allCases {
        let row = group.rolls.rows[Int(bucket.rawValue)]
        guard row.all.accounts > 0 else { continue }
        var cells =
          head(group) + [bucket.name, grouped(row.all.accounts), money(row.all.outstanding, group)]
        for cell in [
          row.outcomes[RollReport.Outcome.forward.rawValue],
          row.outcomes[RollReport.Outcome.back.rawValue], row.cured,
          row.outcomes[RollReport.Outcome.left.rawValue],
        ] {
          cells.append(Self.rate(Share(cell.accounts, of: row.all.accounts)))
          cells.append(Self.rate(Share(cell.outstanding, of: row.all.outstanding)))
        }
        table.add(cells)
      }
    }
    return table
  }

  private var rates: Table {
    var table = table([
      .init(Text("measure", "medida")), .init(Text("part", "parte"), .right),
      .init(Text("of", "de"), .right), .init(Text("rate", "tasa"), .right),
    ])
    for group in report.groups {
      for (measure, share, isMoney) in group.rates where share.whole > 0 || share.part > 0 {
        func figure(_ number: Int64) -> String { isMoney ? money(number, group) : grouped(number) }
        table.add(
          head(group) + [
            measure.name[language], figure(share.part), figure(share.whole), Self.rate(share),
          ])
      }
    }
    return table
  }

  private var channels: Table {
    var table = table([
      .init(Text("channel", "canal")), .init(Text("went out", "salieron"), .right),
      .init(Measure.answers.name, .right), .init(Text("rate", "tasa"), .right),
      .init(Text("begun by her", "iniciados por ella"), .right),
    ])
    for group in report.groups {
      for (channel, figures) in group.dealings.usedChannels {
        table.add(
          head(group) + [
            "\(channel)", grouped(figures.attempts), grouped(figures.answered),
            Self.rate(Share(figures.answered, of: figures.attempts)), grouped(figures.begun),
          ])
      }
    }
    return table
  }

  private var waits: Table {
    var table = table([
      .init(Text("waited after", "espera tras")), .init(Text("began", "empezaron"), .right),
      .init(Text("still waiting", "aún esperan"), .right), .init(Text("median", "mediana"), .right),
      .init(Text("nine in ten", "nueve de diez"), .right),
    ])
    for group in report.groups {
      for (reason, wait) in group.dealings.usedWaits {
        table.add(
          head(group) + [
            reason.text[language], grouped(wait.begun), grouped(wait.open),
            DealingReport.Wait.text(wait.median), DealingReport.Wait.text(wait.ninetieth),
          ])
      }
    }
    return table
  }

  private var vintages: Table {
    let longest = report.groups.flatMap { $0.vintages.map(\.curve.count) }.max() ?? 0
    let months = Self.months.filter { $0 < longest }
    var table = table(
      [
        .init(Text("month", "mes")), .init(Text("accounts", "cuentas"), .right),
        .init(Text("opened with", "apertura"), .right), .init(Text("paid", "pagado"), .right),
      ] + months.map { .init(Text(same: "M\($0)"), .right) })
    for group in report.groups {
      for vintage in group.vintages {
        table.add(
          head(group) + [
            vintage.name, grouped(vintage.accounts), money(vintage.opened, group),
            money(vintage.paid, group),
          ]
            + months.map { vintage.liquidation(after: $0).map(Self.rate) ?? "" })
      }
    }
    return table
  }

  private var classes: Table {
    var table = table([
      .init(Text("classification", "clasificación")), .init(Text("accounts", "cuentas"), .right),
      .init(Text("principal", "capital"), .right), .init(Text("provision", "provisión"), .right),
    ])
    for group in report.groups {
      for entry in group.classes {
        table.add(
          head(group) + [
            entry.classification?.name ?? "–", grouped(entry.accounts),
            money(entry.principal, group), money(entry.provision, group),
          ])
      }
    }
    return table
  }
}

extension PortfolioReport.Group {
  /// The rates with one figure each, in the order in which they are shown; whether they are of money.
  var rates: [(measure: Measure, share: Share, isMoney: Bool)] {
    [
      (.redefault, rolls.redefault, false), (.contactRate, work.contactRate, false),
      (.rightPartyRate, work.rightPartyRate, false), (.promiseRate, work.promiseRate, false),
      (.keptRate, work.keptRate, false), (.keptAmountRate, work.keptAmountRate, true),
      (.costToCollect, work.costToCollect, true), (.recoveryRate, recovery.rate, true),
    ] + dealingRates
  }
}

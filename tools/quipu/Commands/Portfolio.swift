internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Option {
  static let by = Option(
    "by", Text("COLUMN", "COLUMNA"),
    .choices(AgingReport.Grouping.allCases.filter { $0 != .none }.map(\.rawValue)),
    doc: Text(
      "group by this too; by currency and days past due always",
      "agrupar también por esto; por moneda y días de atraso, siempre"))

  static let firstDay = Option(
    "from", Text("DATE", "FECHA"), .date,
    doc: Text(
      "also say how it moved since the end of this day: rolls, cures, contacts, promises, cost, "
        + "vintages, recovery and provisions, each with its definition",
      "decir también cómo se movió desde el cierre de ese día: rodamientos, curas, contactos, "
        + "promesas, costo, cosechas, recuperos y provisiones, cada uno con su definición"))

  static let picture = Option(
    "svg", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "draw days past due and vintages there, as an SVG picture",
      "dibujar ahí los días de atraso y las cosechas, como imagen SVG"))
}

extension Command {
  static let portfolio = Command(
    "portfolio", Text("all accounts, summed up", "todas las cuentas, en resumen"),
    details: Text(
      "Accounts and what they owe, by days past due and, with --by, by another column. With --from, "
        + "where the accounts of each bucket went until --on, what was done and what it brought. "
        + "All of it is as known at one moment, also what was so on the first day.",
      "Cuentas y lo que deben, según días de atraso y, con --by, según otra columna. Con --from, "
        + "adónde fueron las cuentas de cada tramo hasta --on, qué se hizo y qué se obtuvo. Todo "
        + "según lo conocido en un mismo momento, también lo que regía el primer día."),
    options: [.on, .knownAt, .by, .firstDay, .picture, .fromScratch],
    examples: [
      Example(
        "quipu portfolio --on 2026-03-31 --by product",
        Text("the end of March, by product", "el cierre de marzo, por producto")),
      Example(
        "quipu portfolio --from 2026-02-28 --on 2026-03-31 --svg march.svg",
        Text("how March went, and a picture", "cómo fue marzo, y una imagen")),
    ]
  ) { try PortfolioRun($0).run() }
}

/// One run of `portfolio`.
private struct PortfolioRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let console = invocation.console
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let query = PortfolioQuery(
      day: day, knownAt: size, from: invocation.date(.firstDay),
      grouping: AgingReport.Grouping(rawValue: invocation.value(.by) ?? "") ?? .none)
    if let from = query.from, query.isBackward {
      throw invocation.wrongUsage(
        Text(
          "--from \(from.text) is not before \(day.text), the day asked about",
          "--from \(from.text) no es anterior a \(day.text), el día consultado"))
    }
    let model = try invocation.readModel(of: view, at: size).model
    let jobs = Processors.count
    let table = AccountTable.make(model.accounts, on: day, knownAt: size, jobs: jobs)
    let isDrawn = invocation.has(.picture)
    let side = query.needsSideBooks || isDrawn ? try view.sideBooks(at: size) : nil
    let figures = try PortfolioFigures(
      query, table, of: model, side: side,
      measuringFrom: query.from ?? (isDrawn ? day - 30 : nil), jobs: jobs)
    for failure in figures.failures { console.warn(Failure(failure)) }
    if let path = invocation.value(.picture), let measures = figures.measures {
      let picture = PortfolioPicture(figures.aging, measures, query.grouping, console.language)
      try OutputFile.write(picture.svg(on: day, knownAt: size), to: path)
    }
    if console.json {
      try console.print(figures.json(query, in: console.language))
    } else {
      try AgingText(figures.aging, query.grouping, console).print(on: day, knownAt: size)
      // The measures since a day are shown where that day is asked about.
      if query.from != nil, let measures = figures.measures {
        try PortfolioText(measures, query.grouping, console).print()
      }
    }
    return figures.failures.isEmpty ? .done : .foundWrong
  }
}

internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Route {
  static let portfolio = Route(
    "GET", "/v1/portfolio", "getPortfolio",
    Text("all accounts, summed up", "todas las cuentas, en resumen"),
    permission: .readProjections,
    parameters: [
      .on, .knownAt,
      .query(
        "by",
        .choices(AgingReport.Grouping.allCases.filter { $0 != .none }.map(\.rawValue)),
        Option.by.doc),
      .query("from", .date, Option.firstDay.doc),
    ],
    answers: [
      .json("Portfolio", Text("sums by days past due", "sumas por días de atraso"))
    ],
    problems: [404, 422],
    .aside { exchange in
      let moment = try exchange.moment()
      let query = PortfolioQuery(
        day: moment.on, knownAt: moment.size, from: exchange.date("from"),
        grouping: AgingReport.Grouping(rawValue: exchange.request.parameter("by") ?? "") ?? .none)
      if let from = query.from, query.isBackward {
        throw Problem.senseless(
          "from", from.text,
          Text("a day before \(moment.on.text)", "un día anterior al \(moment.on.text)"))
      }
      let figures = try exchange.service.console.portfolio(exchange.service, query)
      return HTTPResponse(
        json: figures.json(query, in: exchange.language)
          .adding("failures", .array(figures.failures.map(\.json))))
    })

  static let conduct = Route(
    "GET", "/v1/conduct", "getConduct",
    Text("contacts made, and rules they broke", "contactos hechos y reglas infringidas"),
    permission: .readProjections,
    parameters: Page.parameters + [
      .query("from", .date, Option.firstLocalDay.doc), .query("to", .date, Option.lastLocalDay.doc),
      .query("agent", .identifier, Option.byAgent.doc), .ofAccount, .ofSubject,
      .query("rule", .identifier, Option.rule.doc),
    ],
    answers: [
      .json(
        "Conduct",
        Text(
          "counts of all contacts, and a page of what was found, duties last",
          "cuentas de todos los contactos, y una página de lo hallado, los deberes al final"))
    ],
    problems: [404, 422],
    .aside { exchange in
      let page = try Page(exchange, of: "conduct")
      let moment = page.moment
      let (first, last) = (exchange.date("from") ?? .first, exchange.date("to") ?? moment.on)
      guard first <= last else {
        throw Problem.senseless(
          "from", first.text, Text("at most \(last.text)", "como máximo \(last.text)"))
      }
      var scope = ConductReport.Scope(from: first, to: last, knownAt: moment.size)
      scope.agent = exchange.request.parameter("agent")
      scope.account = exchange.request.parameter("account")
      scope.subject = exchange.request.parameter("subject")
      return try exchange.answer(page) {
        var model = exchange.service.books.copy()
        model.placeContacts()
        let figures = try ConductFigures(
          model, scope, rule: exchange.request.parameter("rule"))
        return figures.json(model).cut(["violations", "duties"], to: page)
      }
    })
}

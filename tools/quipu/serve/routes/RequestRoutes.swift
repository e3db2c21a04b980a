internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Route {
  static let requests = Route(
    "GET", "/v1/requests", "listRequests",
    Text(
      "requests about personal data, and what is late", "solicitudes ARCO y lo vencido"),
    permission: .readProjections,
    parameters: Page.parameters + [
      .ofSubject,
      .query("pending", .choices(["false", "true"]), Option.pending.doc),
      .query(
        "late", .choices(["false", "true"]),
        Text("only those past their last day", "solo las vencidas")),
    ],
    answers: [
      .json("RequestPage", Text("requests, what is due first", "solicitudes, lo pendiente primero"))
    ],
    problems: [404, 422],
    .aside { exchange in
      let page = try Page(exchange, of: "requests")
      let (moment, books) = (page.moment, exchange.service.books)
      let subject = exchange.request.parameter("subject")
      return exchange.answer(page) {
        let list = books.read { model in
          RequestList(
            model.people, model.accounts.calendar(on: moment.on, knownAt: moment.size),
            jurisdiction: books.identity.jurisdiction, subject: subject, on: moment.on,
            knownAt: moment.size)
        }
        let rows = list.rows.filter { row in
          (!exchange.flag("late") || row.state == .late)
            && (!exchange.flag("pending") || row.isPending)
        }
        return RequestText.json(rows, list.terms, on: moment.on, knownAt: moment.size)
          .cut(["requests"], to: page)
      }
    })
}

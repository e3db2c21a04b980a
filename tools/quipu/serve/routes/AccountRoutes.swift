internal import CanonicalJSON
internal import Ledger
internal import Projections

extension Route {
  static let account = Route(
    "GET", "/v1/accounts/{account}", "getAccount",
    Text("what an account owes, and why", "cuánto debe una cuenta, y por qué"),
    permission: .readProjections,
    answers: [], problems: [404],
    .now { exchange in
      let moment = try exchange.moment()
      let id = exchange.pathValue("account")
      let report = try exchange.service.books.read { model in
        guard
          let report = try AccountReport(
            id, of: model.accounts, on: moment.on, knownAt: moment.size)
        else {
          throw Failure.unknownAccount(
            id, of: model.accounts, on: moment.on, knownAt: moment.size)
        }
        return report
      }
      return HTTPResponse(json: report.json)
    })
}

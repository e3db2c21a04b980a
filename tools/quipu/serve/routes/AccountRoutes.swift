internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Route {
  static let account = Route(
    "GET", "/v1/accounts/{account}", "getAccount",
    Text("what an account owes, and why", "cuánto debe una cuenta, y por qué"),
    permission: .readProjections, parameters: [.account, .on, .knownAt],
    answers: [.json("Account", Text("the account on that day", "la cuenta ese día"))],
    problems: [404],
    lastChange: { exchange, moment in
      exchange.service.books.read { model in
        let known = model.accounts.accounts.find(exchange.pathValue("account"))
        let last = known.map { model.accounts.lastChange(of: $0) }
        return min(last ?? moment.size, moment.size)
      }
    },
    .now { exchange in
      let moment = try exchange.moment()
      let id = exchange.pathValue("account")
      let service = exchange.service
      let body = try service.books.read { model in
        let answer = try service.accountAnswers.answer(
          id, of: model.accounts, on: moment.on, knownAt: moment.size)
        guard let answer else {
          throw Failure.unknownAccount(
            id, of: model.accounts, on: moment.on, knownAt: moment.size)
        }
        return answer
      }
      return HTTPResponse(type: "application/json", body)
    })

  static let accountHistory = Route(
    "GET", "/v1/accounts/{account}/history", "getAccountHistory",
    Text(
      "an account's events, and what each changed",
      "los eventos de una cuenta y lo que cambió cada uno"
    ),
    permission: .readEvents, parameters: [.account, .on, .knownAt],
    answers: [
      .json("History", Text("the events, as recorded", "los eventos, como se registraron"))
    ],
    problems: [404],
    .aside { exchange in
      let moment = try exchange.moment()
      let id = exchange.pathValue("account")
      let (book, lines) = try exchange.service.view().account(id, knownAt: moment.size)
      guard
        let report = try AccountReport(id, of: book, on: moment.on, knownAt: moment.size)
      else { throw Failure.unknownAccount(id, of: book, on: moment.on, knownAt: moment.size) }
      return HTTPResponse(json: try AccountHistory(report, lines: lines, of: book).json)
    })
}

extension AccountRow {
  /// The figures of an account, under the names that `show` gives them.
  var json: JSONValue {
    func day(_ date: CivilDate?) -> JSONValue { date.map { .string($0.text) } ?? .null }
    return .object([
      "currency": .string(currency.code), "product": .string(product.name),
      "status": .string(status.rawValue), "outstanding": AccountReport.json(outstanding),
      "overdue": AccountReport.json(overdue), "credit": .integer(credit),
      "daysPastDue": .integer(Int64(daysPastDue)), "bucket": .string(bucket.name),
      "classification": classification.map { .string($0.name) } ?? .null,
      "provision": .integer(provision), "paid": .integer(paid),
      "lastPaymentOn": day(lastPaymentOn), "nextDueOn": day(nextDueOn),
    ])
  }
}

extension AccountStatus {
  /// The names of all of them.
  static let allNames = [AccountStatus.closed, .open, .paid, .writtenOff].map(\.rawValue)
}

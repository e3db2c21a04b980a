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

  static let accounts = Route(
    "GET", "/v1/accounts", "listAccounts",
    Text("the accounts and what they owe", "las cuentas y cuánto deben"),
    permission: .readProjections,
    parameters: Page.parameters + [
      .query(
        "status", .choices(AccountStatus.allNames),
        Text("only of this status", "solo de este estado")),
      .query(
        "bucket", .choices(AgingBucket.allCases.map(\.name)),
        Text("only with days past due in this range", "solo con días de atraso en este tramo")),
      .query(
        "product", .choices(Product.names), Text("only of this product", "solo de este producto")),
    ],
    answers: [
      .json("AccountPage", Text("accounts by their ids", "cuentas por su identificador"))
    ],
    problems: [404, 422],
    .aside { exchange in
      let status = exchange.request.parameter("status")
      let bucket = exchange.request.parameter("bucket")
      let product = exchange.request.parameter("product")
      return try AccountListing(exchange, "accounts").answer { model, numbers, page in
        var rows: [AccountListing.Row] = []
        var failures: [RuleError] = []
        let book = model.accounts
        let (day, size) = (page.moment.on, page.moment.size)
        let calendar = book.calendar(on: day, knownAt: size)
        var fold = AccountFold()
        for number in numbers {
          do throws(RuleError) {
            let isOpen = try fold.fold(
              number, of: book, on: day, knownAt: size, calendar: calendar)
            guard isOpen, let row = try AccountRow(fold, account: number) else { continue }
            guard status.map({ $0 == row.status.rawValue }) ?? true,
              bucket.map({ $0 == row.bucket.name }) ?? true,
              product.map({ $0 == row.product.name }) ?? true
            else { continue }
            let account = book.accounts.text(number)
            rows.append((account, row.json.adding("account", account)))
          } catch {
            failures.append(error)
          }
        }
        return (rows, failures)
      }
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

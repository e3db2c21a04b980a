internal import CanonicalJSON
internal import Collections
internal import Projections

/// A listing that goes through the accounts by their ids, a piece of them at a time, so that others are
/// answered in between; all of it holds for the moment of its first page.
struct AccountListing {
  /// A row, and the account it is of.
  typealias Row = (account: String, json: JSONValue)

  private let exchange: Exchange
  private let name: String
  let page: Page

  /// Accounts looked at while nobody else reads, and in one answer: where few of many fit, a page may be
  /// short, or empty, and has a `next` all the same.
  private static let piece = 500
  private static let mostLookedAt = 50_000

  /// Throws ``Problem`` for a moment or cursor that does not read.
  init(_ exchange: Exchange, _ name: String) throws(Problem) {
    self.exchange = exchange
    self.name = name
    page = try Page(exchange, of: name)
  }

  /// Answers with the page's rows. `make` gives the rows of accounts, in their order, and which accounts
  /// cannot be computed.
  func answer(
    _ make: (borrowing ReadModel, [Int], Page) throws -> (rows: [Row], failures: [RuleError])
  ) throws -> HTTPResponse {
    try exchange.answer(page) {
      if let account = exchange.request.parameter("account") { return try only(account, make) }
      return try through(make)
    }
  }

  /// The rows of one account that is named.
  private func only(
    _ account: String,
    _ make: (borrowing ReadModel, [Int], Page) throws -> (rows: [Row], failures: [RuleError])
  ) throws -> (json: JSONValue, next: String?) {
    let made = try exchange.service.books.read { model in
      guard let number = model.accounts.accounts.find(account),
        model.accounts.opening(of: number, knownAt: page.moment.size) != nil
      else {
        throw Failure.unknownAccount(
          account, of: model.accounts, on: page.moment.on, knownAt: page.moment.size)
      }
      return try make(model, [number], page)
    }
    let rows = made.rows.dropFirst(page.skip)
    let next = rows.count > page.limit ? page.next(skip: page.skip + page.limit) : nil
    return (document(rows.prefix(page.limit).map(\.json), made.failures), next)
  }

  private func through(
    _ make: (borrowing ReadModel, [Int], Page) throws -> (rows: [Row], failures: [RuleError])
  ) throws -> (json: JSONValue, next: String?) {
    let service = exchange.service
    var (found, failures): ([JSONValue], [RuleError]) = ([], [])
    // Where the next page begins: after an account, and after so many rows of what follows it.
    var (after, given, current) = (page.after, 0, "")
    var (start, looked, skip) = (page.after, 0, page.skip)
    while looked < Self.mostLookedAt {
      let piece = try service.books.read { model in
        let numbers = service.accountOrder.numbers(
          after: start, count: Self.piece, in: model.accounts)
        let made = try make(model, numbers, page)
        return (
          made.rows, made.failures, numbers.last.map { model.accounts.accounts.text($0) },
          numbers.count
        )
      }
      guard let last = piece.2 else { return (document(found, failures), nil) }
      for row in piece.0 {
        if found.count == page.limit {
          return (document(found, failures), page.next(after: after, skip: given))
        }
        if row.account != current {
          if !current.isEmpty { (after, given) = (current, 0) }
          current = row.account
        }
        given += 1
        if skip > 0 { skip -= 1 } else { found.append(row.json) }
      }
      failures += piece.1
      (start, looked) = (last, looked + piece.3)
    }
    // What was looked at without finding anything is not looked at again.
    return found.isEmpty && skip == 0
      ? (document(found, failures), page.next(after: start, skip: 0))
      : (document(found, failures), page.next(after: after, skip: given))
  }

  private func document(_ rows: [JSONValue], _ failures: [RuleError]) -> JSONValue {
    JSONValue.listing(name, rows, on: page.moment.on, knownAt: page.moment.size)
      .adding("failures", .array(failures.map(\.json)))
  }
}

extension RuleError {
  /// An account whose figures cannot be computed, and why.
  var json: JSONValue {
    .object(["account": .string(context), "code": .string(code.rawValue)])
  }
}

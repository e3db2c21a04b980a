internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Route {
  static let accounts = Route(
    "GET", "/v1/accounts", "listAccounts",
    Text("the accounts and what they owe", "las cuentas y cuánto deben"),
    permission: .readProjections, parameters: Page.parameters + AccountFilter.parameters,
    answers: [
      .json("AccountPage", Text("accounts in the order asked for", "cuentas en el orden pedido"))
    ],
    problems: [404, 422],
    .aside { try list($0) })

  private static func list(_ exchange: Exchange) throws -> HTTPResponse {
    let filter = try AccountFilter(exchange)
    let sort = exchange.request.parameter("sort").flatMap(AccountSort.init) ?? .account
    guard sort != .account else {
      return try AccountListing(exchange, "accounts").answer { model, numbers, page in
        Self.rows(of: numbers, in: model, page.moment, filter)
      }
    }
    // Which come first is known of all of them alone.
    let page = try Page(exchange, of: "accounts.\(sort.rawValue)")
    let all = exchange.service.console.accounts(exchange.service, page.moment)
    let places = sort.sorted(all.rows.indices.filter { filter.takes(all.rows[$0]) }, of: all.rows)
    let rows = places.dropFirst(page.skip).prefix(page.limit).map {
      all.rows[$0].json.adding("account", all.names[$0])
    }
    let listing = JSONValue.listing(
      "accounts", rows, on: page.moment.on, knownAt: page.moment.size
    ).adding("failures", .array(all.failures.map(\.json)))
    let end = page.skip + page.limit
    return exchange.answer(page) { (listing, places.count > end ? page.next(skip: end) : nil) }
  }

  private static func rows(
    of numbers: [Int], in model: borrowing ReadModel, _ moment: Moment, _ filter: AccountFilter
  ) -> (rows: [AccountListing.Row], failures: [RuleError]) {
    var rows: [AccountListing.Row] = []
    var failures: [RuleError] = []
    let book = model.accounts
    let calendar = book.calendar(on: moment.on, knownAt: moment.size)
    var fold = AccountFold()
    for number in numbers {
      do throws(RuleError) {
        let isOpen = try fold.fold(
          number, of: book, on: moment.on, knownAt: moment.size, calendar: calendar)
        guard isOpen, let row = try AccountRow(fold, account: number), filter.takes(row) else {
          continue
        }
        let account = book.accounts.text(number)
        rows.append((account, row.json.adding("account", account)))
      } catch {
        failures.append(error)
      }
    }
    return (rows, failures)
  }
}

/// Which accounts are listed.
struct AccountFilter: Sendable {
  private let status: String?
  private let product: String?
  private let buckets: Set<String>
  private let daysPastDue: ClosedRange<Int64>

  private static let days: ClosedRange<Int64> = 0...1_000_000

  static let parameters: [Route.Parameter] = [
    .query(
      "status", .choices(AccountStatus.allNames),
      Text("only of this status", "solo de este estado")),
    .list(
      "bucket", .choices(AgingBucket.allCases.map(\.name)),
      Text(
        "only with days past due in one of these ranges, as 31-60,61-90",
        "solo con días de atraso en uno de estos tramos, como 31-60,61-90")),
    .query(
      "minDaysPastDue", .integer(days),
      Text("only with as many days past due, or more", "solo con esos días de atraso o más")),
    .query(
      "maxDaysPastDue", .integer(days),
      Text("only with as many days past due, or fewer", "solo con esos días de atraso o menos")),
    .query(
      "product", .choices(Product.names), Text("only of this product", "solo de este producto")),
    .query(
      "sort", .choices(AccountSort.allCases.map(\.rawValue)),
      Text(
        "by their ids, or the largest first; else by their ids",
        "por su identificador, o los mayores primero; si no, por su identificador")),
  ]

  /// Reads the query, which the route has checked. Throws ``Problem`` 422 for days of which the least are
  /// more than the most.
  init(_ exchange: Exchange) throws(Problem) {
    status = exchange.request.parameter("status")
    product = exchange.request.parameter("product")
    let names = exchange.request.parameter("bucket") ?? ""
    buckets = Set(names.split(separator: ",").map(String.init))
    let least = exchange.integer("minDaysPastDue") ?? Self.days.lowerBound
    let most = exchange.integer("maxDaysPastDue") ?? Self.days.upperBound
    guard least <= most else {
      throw Problem.senseless(
        "minDaysPastDue", "\(least)",
        Text("at most maxDaysPastDue, \(most)", "como máximo maxDaysPastDue, \(most)"))
    }
    daysPastDue = least...most
  }

  /// Whether an account is listed.
  func takes(_ row: AccountRow) -> Bool {
    (status.map { $0 == row.status.rawValue } ?? true)
      && (product.map { $0 == row.product.name } ?? true)
      && (buckets.isEmpty || buckets.contains(row.bucket.name))
      && daysPastDue.contains(Int64(row.daysPastDue))
  }
}

/// In which order accounts are listed: by their ids, or by a figure, the largest first.
enum AccountSort: String, CaseIterable, Sendable {
  case account, outstanding, overdue, daysPastDue

  /// Places of rows, which come in the order of their ids, in this order; the id decides between equals.
  func sorted(_ places: [Int], of rows: [AccountRow]) -> [Int] {
    func sorted(_ figure: (AccountRow) -> Int64) -> [Int] {
      places.sorted { first, second in
        let (one, two) = (figure(rows[first]), figure(rows[second]))
        return one == two ? first < second : one > two
      }
    }
    return switch self {
    case .account: places
    case .outstanding: sorted { $0.outstanding.total }
    case .overdue: sorted { $0.overdue.total }
    case .daysPastDue: sorted { Int64($0.daysPastDue) }
    }
  }
}

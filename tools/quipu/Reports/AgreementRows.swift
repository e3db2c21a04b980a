internal import CanonicalJSON
internal import Collections
internal import Projections

/// The promises somebody asked about, each with what is known of it now where that is later.
struct PromiseRows {
  typealias Row = AgreementList<PromiseReport>.Row

  private(set) var rows: [Row]
  /// Accounts whose state cannot be computed, each with the reason.
  private(set) var failures: [RuleError]
  /// Whether it is the past that is asked about: then there is something known now, too.
  let isPast: Bool
  private var now: [String: PromiseReport] = [:]

  /// The promises of accounts on a day, as known at a size; `present` is the size there is now.
  init(
    _ book: AccountBook, _ numbers: [Int], outcome: String?, on day: CivilDate,
    knownAt size: Int64, present: Int64
  ) {
    let list = AgreementList(promisesOf: book, numbers, on: day, knownAt: size)
    rows = list.rows.filter { outcome == nil || $0.report.outcome.outcome.rawValue == outcome }
    failures = list.failures
    isPast = size < present
    guard isPast else { return }
    let known = AgreementList(promisesOf: book, numbers, on: day, knownAt: present)
    for row in known.rows { now[Self.key(row)] = row.report }
    failures += known.failures
  }

  private static func key(_ row: Row) -> String { "\(row.account) \(row.report.outcome.seq)" }

  /// The same promise as known now; nil where it is the present that is asked about.
  func known(_ row: Row) -> PromiseReport? { now[Self.key(row)] }

  /// A promise as JSON, with `knownNow` where the past is asked about.
  func json(_ row: Row) -> JSONValue {
    let promise = row.report.json.adding("account", row.account)
    return isPast ? promise.adding("knownNow", known(row)?.json ?? .null) : promise
  }
}

/// The plans somebody asked about.
struct PlanRows {
  typealias Row = AgreementList<PlanReport>.Row

  private(set) var rows: [Row]
  /// Accounts whose state cannot be computed, each with the reason.
  let failures: [RuleError]

  /// The plans of accounts on a day, as known at a size; of `isLate` those with something overdue alone.
  init(
    _ book: AccountBook, _ numbers: [Int], isLate: Bool, on day: CivilDate, knownAt size: Int64
  ) {
    let list = AgreementList(plansOf: book, numbers, on: day, knownAt: size)
    rows = list.rows.filter { !isLate || $0.report.progress.overdue > 0 }
    failures = list.failures
  }

  /// A plan as JSON.
  static func json(_ row: Row) -> JSONValue { row.report.json.adding("account", row.account) }
}

extension JSONValue {
  /// A list of things under a name, and the pair of moments it holds for.
  static func listing(
    _ name: String, _ rows: [JSONValue], on day: CivilDate, knownAt size: Int64
  ) -> JSONValue {
    .object([
      "on": .string(day.text), "knownAt": .object(["size": .integer(size)]), name: .array(rows),
    ])
  }
}

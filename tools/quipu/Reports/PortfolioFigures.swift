internal import CanonicalJSON
internal import Collections
internal import Projections

/// What is asked of a portfolio.
struct PortfolioQuery {
  var day: CivilDate
  /// Only events before it count.
  var knownAt: Int64
  /// The day since which movements are measured; nil for none.
  var from: CivilDate?
  var grouping: AgingReport.Grouping

  /// Whether the log's own events are needed besides the projections: costs, and who treats whom.
  var needsSideBooks: Bool { from != nil || grouping == .arm }

  /// Whether the first day is not before the last.
  var isBackward: Bool { from.map { $0 >= day } ?? false }
}

/// The figures of a portfolio, for a command and for the service.
struct PortfolioFigures {
  let aging: AgingReport
  /// How it moved; nil where that was not asked.
  let measures: PortfolioReport?
  /// Accounts whose state cannot be computed, each with the reason.
  let failures: [RuleError]

  /// Sums up accounts that were folded already. `measuringFrom` is the day movements are measured since,
  /// for which `side` must be given. Throws ``RuleError``.
  init(
    _ query: PortfolioQuery, _ table: AccountTable, of model: ReadModel,
    side: SideBooks?, measuringFrom from: CivilDate?, jobs: Int
  ) throws {
    let names = GroupNames(
      query.grouping, of: model.accounts, arms: side?.arms ?? ArmBook(), on: query.day,
      knownAt: query.knownAt)
    aging = try AgingReport(table.rows, by: names)
    guard let from, let side else {
      (measures, failures) = (nil, table.failures)
      return
    }
    let measured = try PortfolioReport(
      table, of: model, side.money, side.dealings, from: from, on: query.day, by: names,
      knownAt: query.knownAt, jobs: jobs)
    (measures, failures) = (measured, table.failures + measured.failures)
  }

  /// The figures as JSON, the measures where a first day was asked for.
  func json(_ query: PortfolioQuery, in language: Language) -> JSONValue {
    let shown = query.from == nil ? nil : measures
    return aging.json(
      on: query.day, knownAt: query.knownAt, by: query.grouping, shown?.json(in: language) ?? [])
  }
}

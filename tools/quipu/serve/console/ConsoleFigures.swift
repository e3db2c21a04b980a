internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import Synchronization

/// What pages derive from many accounts, kept for a while: asked again for the same pair of moments, the
/// same figures are given without deriving them anew. What is kept is bounded in number.
final class ConsoleFigures: Sendable {
  /// The accounts at a pair of moments, in the order of their ids, each with its id.
  struct Accounts: Sendable {
    var rows: [AccountRow]
    var names: [String]
    var failures: [RuleError]
  }

  private let portfolios = Kept<String, PortfolioFigures>(limit: 24)
  private let accountLists = Kept<String, Accounts>(limit: 3)
  private let conducts = Kept<String, ConductFigures>(limit: 8)
  private let workLists = Kept<String, WorkListFigures>(limit: 4)
  private let drifts = Kept<String, DriftReport>(limit: 16)
  private let logBooks = Mutex<LogBooks?>(nil)
  private let offsets = Mutex(ZoneOffsets())
  /// The last verification, and whether one is being made.
  let verification = Mutex(VerificationState())

  /// The accounts at a pair of moments. O(events) the first time.
  func accounts(_ service: Service, _ moment: Moment) -> Accounts {
    accountLists.value("\(moment.on.days) \(moment.size)") {
      let model = service.books.copy()
      let table = AccountTable.make(
        model.accounts, on: moment.on, knownAt: moment.size, jobs: Processors.count)
      return Accounts(
        rows: table.rows, names: table.rows.map { model.accounts.accounts.text($0.account) },
        failures: table.failures)
    }
  }

  /// The portfolio as it is asked about. O(events) the first time. Throws ``RuleError`` `amount_overflow`.
  func portfolio(_ service: Service, _ query: PortfolioQuery) throws -> PortfolioFigures {
    let since = query.from.map { "\($0.days)" } ?? "-"
    let name = "\(query.day.days) \(query.knownAt) \(since) \(query.grouping.rawValue)"
    return try portfolios.value(name) {
      let books = query.needsSideBooks ? try books(service, query.knownAt) : nil
      let model = service.books.copy()
      let table = AccountTable.make(
        model.accounts, on: query.day, knownAt: query.knownAt, jobs: Processors.count)
      return try PortfolioFigures(
        query, table, of: model, side: books?.side,
        measuringFrom: query.from, jobs: Processors.count)
    }
  }

  /// The contacts of a span of local days, judged. O(contacts) the first time.
  func conduct(_ service: Service, _ scope: ConductReport.Scope) throws -> ConductFigures {
    try conducts.value("\(scope.from.days) \(scope.to.days) \(scope.knownAt)") {
      var model = service.books.copy()
      model.placeContacts()
      return try ConductFigures(model, scope)
    }
  }

  /// The day's list of a strategy. O(events) the first time.
  func workList(
    _ service: Service, _ moment: Moment, _ strategy: String?
  ) throws -> WorkListFigures {
    try workLists.value("\(moment.on.days) \(moment.size) \(strategy ?? "")") {
      try WorkListFigures(
        service.books.copy(), service.books.identity, moment, strategy)
    }
  }

  /// How the scores of a model moved over a year. O(scores × events) the first time.
  func drift(
    _ service: Service, _ moment: Moment, _ scoring: ScoringModel
  ) throws -> DriftReport {
    try drifts.value("\(moment.on.days) \(moment.size) \(scoring.id) \(scoring.version)") {
      let scope = DriftReport.Scope(
        from: moment.on - 365, to: moment.on, cutoff: moment.on, knownAt: moment.size)
      var recorded = RecordedDays()
      if scoring.target == .keepsPromise {
        let zone = service.books.identity.timeZone
        var offsets = ZoneOffsets()
        recorded = try service.view().recordedDays { instant in
          let minutes = (try? offsets.minutes(at: instant, in: zone)) ?? 0
          return Instant(milliseconds: instant.milliseconds + Int64(minutes) * 60_000).date
        }
      }
      return DriftReport(
        service.books.copy(), of: scoring, scope, recorded: recorded, jobs: Processors.count)
    }
  }

  /// What local time in a zone is ahead of UTC by, in minutes; 0 for a zone the machine does not know.
  func offset(at instant: Instant, in zone: String) -> Int {
    offsets.withLock { (try? $0.minutes(at: instant, in: zone)) ?? 0 }
  }

  /// What the log alone tells, as far as a size or further. Throws ``LogError``.
  func books(_ service: Service, _ size: Int64) throws(LogError) -> LogBooks {
    try logBooks.withLock { books throws(LogError) in
      var now = books ?? LogBooks(service.books.identity)
      if now.size < size {
        let view = try service.view()
        try now.advance(to: max(size, min(view.size, service.books.size)), view)
        books = now
      }
      return now
    }
  }
}

/// Values kept by name; of more than so many the one not asked for longest goes.
final class Kept<Name: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    var value: Value
    var used: Int
  }

  private struct State {
    var entries: [Name: Entry] = [:]
    var clock = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// The value of a name, made by `make` where it is not kept. Two who ask at once may both make it.
  func value(_ name: Name, _ make: () throws -> Value) rethrows -> Value {
    let known = state.withLock { state -> Value? in
      state.clock += 1
      state.entries[name]?.used = state.clock
      return state.entries[name]?.value
    }
    if let known { return known }
    let made = try make()
    state.withLock { state in
      if state.entries.count >= limit,
        let oldest = state.entries.min(by: { $0.value.used < $1.value.used })
      {
        state.entries[oldest.key] = nil
      }
      state.entries[name] = Entry(value: made, used: state.clock)
    }
    return made
  }
}

package import Collections

/// A training table made by replaying to past days: each row is what was known of an account then, and
/// what came after.
///
///     moments ─► accounts by day ─► FeatureReader at (day, size at its end) ─► a row, if it can be one
///                                   fold through the end of its window ──────► its outcome
///
/// A row sees nothing that came after its moment; its outcome is seen as best known by the cut-off. What the
/// windows are is ``Target``'s to say.
package struct TrainingReplay: Sendable {
  /// The table.
  package private(set) var table: TrainingTable
  /// Accounts whose state could not be computed at some moment, each with the reason.
  package private(set) var failures: [RuleError] = []
  /// Moments left out because what came after was not known by the cut-off.
  package private(set) var openWindows = 0
  /// The number of each row's account.
  private var numbers: [Int] = []

  /// Makes the table. O(days × events of the accounts); the same whatever the number of jobs.
  ///
  /// - Parameters:
  ///   - spec: what it is to hold.
  ///   - model: the projections of at least the events before `spec.knownAt`.
  ///   - recorded: when events were recorded; used for `recorded` knowledge alone.
  ///   - jobs: how many threads.
  package init(_ spec: TrainingSpec, of model: ReadModel, recorded: RecordedDays, jobs: Int) {
    table = TrainingTable(features: spec.features)
    var needsContacts = false
    if case .answersOn = spec.target { needsContacts = true }
    var reader = FeatureReader(
      model: model, wanted: FeatureSet(spec.features), knownAt: spec.knownAt,
      knowledge: spec.knowledge, needsContacts: needsContacts)
    let moments = TrainingMoments(spec, model.accounts, recorded)
    let outcomes = OutcomeReader(spec, model.accounts, reader.marks, recorded)
    for (day, accounts) in moments.days {
      reader.knownAt = moments.size(through: day)
      if let days = spec.target.days, day.days + days > spec.cutoff.days {
        openWindows += accounts.count
        continue
      }
      let parts = reader.parts(
        of: accounts, on: day, jobs: min(jobs, accounts.count / 64 + 1),
        from: Rows(features: spec.features.count, outcomes)
      ) { rows, account, reader throws(RuleError) in
        try rows.add(account, reader, spec.features)
      }
      for part in parts { take(part, on: day, model.accounts) }
    }
    group(by: model, spec)
  }

  private mutating func take(
    _ part: FeatureReader.Part<Rows>, on day: CivilDate, _ book: AccountBook
  ) {
    for place in table.columns.indices { table.columns[place] += part.result.columns[place] }
    table.outcomes += part.result.outcomes
    numbers += part.result.accounts
    table.accounts += part.result.accounts.map { book.accounts.text($0) }
    table.dates += Array(repeating: day, count: part.result.accounts.count)
    openWindows += part.result.openWindows
    failures += part.failures
  }

  /// Birth decade and region of whoever owes each account, as known by the cut-off.
  private mutating func group(by model: ReadModel, _ spec: TrainingSpec) {
    var known: [Int: (decade: String, region: String)] = [:]
    var decades: [String] = []
    var regions: [String] = []
    for account in numbers {
      var labels = known[account] ?? ("", "")
      if known[account] == nil {
        if let (_, opening) = model.accounts.opening(of: account, knownAt: spec.knownAt) {
          let subject = model.accounts.texts.text(opening.subject)
          let groups = model.people.groups(of: subject, on: spec.cutoff, knownAt: spec.knownAt)
          labels = (groups.birthDecade.map { "\($0)" } ?? "", groups.region)
        }
        known[account] = labels
      }
      decades.append(labels.decade)
      regions.append(labels.region)
    }
    table.groups = [
      TrainingTable.Grouping(name: "birthDecade", labels: decades),
      TrainingTable.Grouping(name: "region", labels: regions),
    ]
  }

  /// Rows of one day, and what finds their outcomes.
  private struct Rows: Sendable {
    var columns: [[Int64]]
    var outcomes: [Bool] = []
    var accounts: [Int] = []
    var openWindows = 0
    private var reader: OutcomeReader

    init(features count: Int, _ reader: OutcomeReader) {
      columns = Array(repeating: [], count: count)
      self.reader = reader
    }

    /// Adds the rows of an account just read, as many as its outcomes that are known.
    mutating func add(
      _ account: Int, _ features: FeatureReader, _ wanted: [Feature]
    ) throws(RuleError) {
      let found = try reader.outcomes(of: account, after: features.fold)
      openWindows += found.openWindows
      for outcome in found.outcomes {
        for (place, feature) in wanted.enumerated() {
          columns[place].append(features.row[feature])
        }
        outcomes.append(outcome)
        accounts.append(account)
      }
    }
  }
}

package import Collections

/// How the scores of a model moved from month to month, and whether they still mean what they meant.
///
/// | figure | is |
/// | --- | --- |
/// | stability index | Σ (a − e) · ln (a ÷ e) over spans of points: a month's shares against the reference's |
/// | reference | the points of the rows the model was trained on; where it does not say, the first month's, in tenths |
/// | predicted | the mean probability of the scores whose target's window is over |
/// | observed | of how many of them the target came true |
///
/// Only recorded scores count, and of those only what the target says something of, as in training: a model
/// of who pays what is overdue is not measured by those with nothing overdue.
package struct DriftReport: Sendable {
  /// The scores asked of the days of a month.
  package struct Month: Equatable, Sendable {
    /// The month, as `2026-03`.
    package var name: String
    /// How many scores, and the sum of their points.
    package var count: Int64 = 0
    package var points: Int64 = 0
    /// How many in each span of the reference.
    package var spans: [Int64]
    /// The stability index against the reference, in basis points.
    package var stabilityBp: Int64 = 0
    /// Of those whose window is over: how many, the sum of their probabilities in basis points, and of how
    /// many the target came true.
    package var closed: Int64 = 0
    package var predictedBp: Int64 = 0
    package var cameTrue: Int64 = 0
  }

  /// From how much on an index is called a shift, and from how much on it is to be watched.
  package static let shiftBp: Int64 = 2_500
  package static let watchBp: Int64 = 1_000

  /// The months that have scores, ascending.
  package private(set) var months: [Month] = []
  /// The points at which the spans begin, but the first, which takes all below.
  package private(set) var bounds: [Int64] = []
  /// What the reference has in each span.
  package private(set) var reference: [Int64] = []
  /// Whether the reference is the first month, for want of one in the model's document.
  package private(set) var isFirstMonth = false
  /// Accounts whose state cannot be computed, each with the reason.
  package private(set) var failures: [RuleError] = []

  /// What is looked at.
  package struct Scope: Sendable {
    /// The first and the last day that scores were asked of.
    package var from: CivilDate
    package var to: CivilDate
    /// The last day whose events tell what came true, and the position before which they do.
    package var cutoff: CivilDate
    package var knownAt: Int64

    /// A scope.
    package init(from: CivilDate, to: CivilDate, cutoff: CivilDate, knownAt: Int64) {
      (self.from, self.to, self.cutoff, self.knownAt) = (from, to, cutoff, knownAt)
    }
  }

  /// Measures a version of a model. O(scores × their accounts' events); the same whatever the number of jobs.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - scoring: the version.
  ///   - scope: which days.
  ///   - recorded: when events were recorded, for targets about promises.
  ///   - jobs: how many threads.
  package init(
    _ model: ReadModel, of scoring: ScoringModel, _ scope: Scope, recorded: RecordedDays, jobs: Int
  ) {
    let book = model.scores
    let all = ScoreRound.all(of: model, knownAt: scope.knownAt) { entry in
      guard entry.asOf >= scope.from.days, entry.asOf <= scope.to.days else { return false }
      return book.model(of: entry) == (scoring.id, scoring.version)
    }
    var needsContacts = false
    if case .answersOn = scoring.target { needsContacts = true }
    var reader = FeatureReader(
      model: model, wanted: FeatureSet(), knownAt: scope.knownAt, knowledge: scoring.knowledge,
      needsContacts: needsContacts)
    let spec = TrainingSpec(
      features: [], target: scoring.target, moments: .days([]), knowledge: scoring.knowledge,
      cutoff: scope.cutoff, knownAt: scope.knownAt)
    let outcomes = OutcomeReader(spec, model.accounts, reader.marks, recorded)
    let rounds = all.compactMap { Self.concerned($0, book, &reader, outcomes, jobs) }
    takeReference(scoring, rounds, book)
    for round in rounds.sorted(by: { $0.asOf < $1.asOf }) { take(round, book) }
    for place in months.indices {
      months[place].stabilityBp = stabilityIndexBp(of: months[place].spans, against: reference)
    }
    measure(rounds, book, scoring, scope, reader, outcomes, jobs)
  }

  /// A round without the scores of accounts that the target says nothing of; nil where none is left.
  private static func concerned(
    _ round: ScoreRound, _ book: ScoreBook, _ reader: inout FeatureReader,
    _ outcomes: OutcomeReader, _ jobs: Int
  ) -> ScoreRound? {
    reader.knownAt = round.basis
    let accounts = round.places.map { Int(book.entries[$0].account) }
    let parts = reader.parts(
      of: accounts, on: CivilDate(days: round.asOf), jobs: min(jobs, accounts.count / 64 + 1),
      from: Set<Int32>()
    ) { found, account, reader throws(RuleError) in
      if try outcomes.concerns(reader.fold) { found.insert(Int32(account)) }
    }
    var kept = round
    kept.places = round.places.filter { place in
      parts.contains { $0.result.contains(book.entries[place].account) }
    }
    return kept.places.isEmpty ? nil : kept
  }

  // MARK: Points

  private mutating func takeReference(
    _ scoring: ScoringModel, _ rounds: [ScoreRound], _ book: ScoreBook
  ) {
    guard scoring.distribution.isEmpty else {
      bounds = scoring.distribution.dropFirst().map(\.from)
      reference = scoring.distribution.map(\.rows)
      return
    }
    isFirstMonth = true
    guard let first = rounds.map(\.asOf).min() else { return }
    let month = Self.month(first)
    let points = rounds.filter { Self.month($0.asOf) == month }
      .flatMap { $0.places.map { Int64(book.entries[$0].points) } }.sorted()
    for tenth in 1..<10 {
      let bound = points[points.count * tenth / 10]
      if bound > bounds.last ?? points[0] { bounds.append(bound) }
    }
    reference = Array(repeating: 0, count: bounds.count + 1)
    for point in points { reference[span(of: point)] += 1 }
  }

  private mutating func take(_ round: ScoreRound, _ book: ScoreBook) {
    let number = self.number(of: Self.month(round.asOf))
    for place in round.places {
      let points = Int64(book.entries[place].points)
      months[number].count += 1
      months[number].points += points
      months[number].spans[span(of: points)] += 1
    }
  }

  /// The place of a month among the months; rounds come in the order of their days.
  private mutating func number(of name: String) -> Int {
    if let place = months.lastIndex(where: { $0.name == name }) { return place }
    months.append(Month(name: name, spans: Array(repeating: 0, count: bounds.count + 1)))
    return months.count - 1
  }

  private func span(of points: Int64) -> Int { bounds.count { $0 <= points } }

  private static func month(_ day: Int32) -> String {
    String(CivilDate(days: day).text.prefix(7))
  }

  // MARK: What came true

  private mutating func measure(
    _ rounds: [ScoreRound], _ book: ScoreBook, _ scoring: ScoringModel, _ scope: Scope,
    _ features: FeatureReader, _ outcomes: OutcomeReader, _ jobs: Int
  ) {
    var reader = features
    for round in rounds {
      if let days = scoring.target.days, round.asOf + days > scope.cutoff.days { continue }
      reader.knownAt = round.basis
      let entries = round.places.map { book.entries[$0] }
      let chances = Dictionary(
        entries.map { (Int($0.account), Int64($0.probabilityBp)) }, uniquingKeysWith: { $1 })
      let parts = reader.parts(
        of: entries.map { Int($0.account) }, on: CivilDate(days: round.asOf),
        jobs: min(jobs, entries.count / 64 + 1), from: Closed(outcomes)
      ) { closed, account, reader throws(RuleError) in
        try closed.take(account, reader.fold, chances[account] ?? 0)
      }
      let number = self.number(of: Self.month(round.asOf))
      for part in parts {
        months[number].closed += part.result.count
        months[number].predictedBp += part.result.predictedBp
        months[number].cameTrue += part.result.cameTrue
        failures += part.failures
      }
    }
  }

  /// Scores whose window is over.
  private struct Closed: Sendable {
    var count: Int64 = 0
    var predictedBp: Int64 = 0
    var cameTrue: Int64 = 0
    private var reader: OutcomeReader

    init(_ reader: OutcomeReader) { self.reader = reader }

    mutating func take(
      _ account: Int, _ moment: AccountFold, _ probabilityBp: Int64
    ) throws(RuleError) {
      for outcome in try reader.outcomes(of: account, after: moment).outcomes {
        count += 1
        predictedBp += probabilityBp
        cameTrue += outcome ? 1 : 0
      }
    }
  }
}

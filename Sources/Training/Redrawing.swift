internal import Collections

/// Rows drawn anew with replacement, for the intervals of figures (Efron's bootstrap). All rows of an
/// account are drawn together, for they are not independent.
struct Redrawing {
  /// How often each row is drawn; 1 before anything was.
  private(set) var times: [Int]
  /// The rows of each account, accounts in the order of their first row.
  private let clusters: [[Int]]
  /// The place of each row's points among the distinct ones.
  private let places: [Int]
  private let outcomes: [Bool]
  private let points: [Int64]
  private let probabilities: [Int64]
  /// The tenths of the rows trained on, as the place of the first points above each, and their rows.
  private let bounds: [Int64]
  private let before: [Int]

  init(_ model: ScoringModel, _ trained: ScoredRows, _ points: [Int64], _ test: TrainingTable) {
    outcomes = test.outcomes
    let distinct = Array(Set(points)).sorted()
    self.points = distinct
    var place: [Int64: Int] = [:]
    for (number, value) in distinct.enumerated() { place[value] = number }
    places = points.map { place[$0] ?? 0 }
    probabilities = distinct.map(model.probabilityBp(of:))
    times = Array(repeating: 1, count: points.count)
    var clusters: [[Int]] = []
    var clusterOf: [String: Int] = [:]
    for (row, account) in test.accounts.enumerated() {
      if let cluster = clusterOf[account] {
        clusters[cluster].append(row)
      } else {
        clusterOf[account] = clusters.count
        clusters.append([row])
      }
    }
    self.clusters = clusters
    let parts = trained.parts(10)
    bounds = parts.dropFirst().map { trained.points[$0.lowerBound] }
    before = parts.map { part in trained.pools[part].reduce(0) { $0 + $1.rows } }
  }

  /// Draws as many accounts as there are.
  mutating func draw(_ random: inout SplitMix64) {
    for row in times.indices { times[row] = 0 }
    for _ in clusters.indices {
      for row in clusters[random.below(clusters.count)] { times[row] += 1 }
    }
  }

  /// Area under the curve, Gini, Kolmogorov and Smirnov's, Brier's, stability of the rows as drawn; nil
  /// where they do not give it.
  func figures() -> [Double?] {
    var events = Array(repeating: 0, count: points.count)
    var rows = events
    for row in times.indices where times[row] > 0 {
      rows[places[row]] += times[row]
      if outcomes[row] { events[places[row]] += times[row] }
    }
    let scored = ScoredRows(
      points: points, pools: zip(events, rows).map { Pool(events: $0, rows: $1) })
    var after = Array(repeating: 0, count: before.count)
    var span = 0
    for (place, value) in points.enumerated() {
      while span < bounds.count, value >= bounds[span] { span += 1 }
      after[span] += rows[place]
    }
    let area = scored.areaUnderCurve
    return [
      area, area.map { 2 * $0 - 1 }, scored.kolmogorovSmirnov, scored.brier(probabilities),
      stabilityIndex(before, after),
    ]
  }
}

package import Collections

/// How good a model is on rows it was not trained on, in whole numbers: basis points but for points and
/// counts.
package struct TrainingReport: Equatable, Sendable {
  /// A figure and the interval that holds it in 95 of 100 cases: percentiles of the figures of rows drawn
  /// anew, an account's rows together. No interval where too few draws gave the figure.
  package struct Figure: Equatable, Sendable {
    /// The figure, and the bounds.
    package var value: Int64
    package var low: Int64?
    package var high: Int64?
  }

  /// A set of rows.
  package struct Sample: Equatable, Sendable {
    /// How many rows, of how many it came true, of how many accounts; the days of the first and the last.
    package var rows: Int
    package var events: Int
    package var accounts: Int
    package var first: CivilDate?
    package var last: CivilDate?
  }

  /// A tenth of the rows by points.
  package struct Decile: Equatable, Sendable {
    /// Its fewest points.
    package var from: Int64
    package var rows: Int
    package var events: Int
    /// The mean of what was foretold, and what came of it.
    package var predicted: Int64
    package var observed: Int64
    /// The observed share's bounds: all of them hold at once in 99 of 100 cases.
    package var low: Int64
    package var high: Int64
    /// How many times as often it came true as among all rows.
    package var lift: Int64
    /// Whether what was foretold lies within the bounds.
    package var isInside: Bool { (low...high).contains(predicted) }
  }

  /// A feature of the model, or one left out.
  package struct Input: Equatable, Sendable {
    /// How its values are parted.
    package var binning: Binning
    /// Its information value, where 10,000 is 1.
    package var information: Int64
    /// Why it was left out; nil for one of the model's.
    package var left: Selection.Reason?
    /// What its weight is multiplied by, in millionths; 0 where it was left out.
    package var coefficient: Int64
  }

  /// The rows learned from, and those measured by.
  package var training: Sample
  package var test: Sample
  /// Over the rows measured by; ``psi`` between both.
  package var auc: Figure
  package var gini: Figure
  package var ks: Figure
  package var brier: Figure
  package var psi: Figure
  /// The rows measured by in tenths, by birth decade and by region; the features looked at.
  package var deciles: [Decile]
  package var fairness: [Fairness]
  package var inputs: [Input]
  /// The log-odds where every weight is 0, in millionths.
  package var intercept: Int64
  /// How often rows were drawn anew, and where chance began.
  package var rounds: Int
  package var seed: UInt64

  /// Measures a model trained on one table by another. O(rounds × rows).
  package init(
    _ model: ScoringModel, _ plan: TrainingPlan, _ training: TrainingTable, _ test: TrainingTable,
    _ selection: Selection
  ) {
    (self.training, self.test) = (Sample(training), Sample(test))
    (rounds, seed) = (plan.rounds, plan.seed)
    let before = ScoredRows(model.points(of: training), training.outcomes)
    let points = model.points(of: test)
    let rows = ScoredRows(points, test.outcomes)
    deciles = Self.deciles(rows, model)
    var draws = Redrawing(model, before, points, test)
    let favourable = test.outcomes.map { $0 == model.isFavourable }
    let cut = plan.cut ?? rows.median
    var checks = test.groups.map {
      FairnessCheck($0, points, favourable, cut: cut, isFavourable: model.isFavourable)
    }
    let seen = draws.figures()
    var random = SplitMix64(seed: plan.seed)
    var drawn: [[Double?]] = []
    for _ in 0..<plan.rounds {
      draws.draw(&random)
      drawn.append(draws.figures())
      for place in checks.indices { checks[place].add(draws.times) }
    }
    func figure(_ place: Int) -> Figure {
      Figure(seen[place] ?? 0, drawn: drawn.compactMap { $0[place] }, of: plan.rounds)
    }
    auc = figure(0)
    gini = figure(1)
    ks = figure(2)
    brier = figure(3)
    psi = figure(4)
    fairness = checks.map { $0.result(of: plan.rounds) }
    intercept = millionths(selection.intercept)
    inputs =
      selection.taken.map { Input($0.binning, nil, $0.coefficient) }
      + selection.left.map { Input($0.binning, $0.reason, 0) }
  }

  private static func deciles(_ rows: ScoredRows, _ model: ScoringModel) -> [Decile] {
    let parts = rows.parts(10)
    return parts.map { part in
      let pool = rows.pools[part].reduce(Pool(events: 0, rows: 0), +)
      var predicted: Int64 = 0
      for place in part {
        predicted += model.probabilityBp(of: rows.points[place]) * Int64(rows.pools[place].rows)
      }
      let bounds = binomialInterval(
        events: pool.events, rows: pool.rows, error: 0.01 / Double(parts.count))
      let observed = Double(pool.events) / Double(pool.rows)
      return Decile(
        from: rows.points[part.lowerBound], rows: pool.rows, events: pool.events,
        predicted: (predicted + Int64(pool.rows / 2)) / Int64(pool.rows),
        observed: basisPoints(observed), low: Int64((bounds.low * 10_000).rounded(.down)),
        high: Int64((bounds.high * 10_000).rounded(.up)),
        lift: basisPoints(observed * Double(rows.all.rows) / Double(rows.all.events)))
    }
  }
}

extension TrainingReport.Figure {
  /// A figure with the middle 95 of 100 of its draws, where at least half of the rounds gave one.
  init(_ value: Double, drawn: [Double], of rounds: Int) {
    self.value = basisPoints(value)
    guard !drawn.isEmpty, drawn.count * 2 >= rounds else { return }
    let sorted = drawn.sorted()
    let tail = Int((Double(sorted.count - 1) * 0.025).rounded())
    low = basisPoints(sorted[tail])
    high = basisPoints(sorted[sorted.count - 1 - tail])
  }
}

extension TrainingReport.Sample {
  init(_ table: TrainingTable) {
    rows = table.count
    events = table.outcomes.lazy.filter { $0 }.count
    accounts = Set(table.accounts).count
    first = table.dates.min()
    last = table.dates.max()
  }
}

extension TrainingReport.Input {
  init(_ binning: Binning, _ left: Selection.Reason?, _ coefficient: Double) {
    (self.binning, self.left) = (binning, left)
    self.coefficient = millionths(coefficient)
    information = basisPoints(binning.information)
  }
}

extension ScoredRows {
  /// The points of the row in the middle; of two the upper.
  var median: Int64 {
    var rows = 0
    for (points, pool) in zip(points, pools) {
      rows += pool.rows
      if rows * 2 > all.rows { return points }
    }
    return points.last ?? 0
  }
}

/// A share as basis points, rounded.
func basisPoints(_ value: Double) -> Int64 { Int64((value * 10_000).rounded()) }

/// A number in millionths, rounded.
private func millionths(_ value: Double) -> Int64 { Int64((value * 1_000_000).rounded()) }

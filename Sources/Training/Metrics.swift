internal import Glibc

/// How the points of rows go with what came of them, counted by points: what all figures are made from.
///
/// Rows of equal points cannot be told apart; the counts of ``pools`` say all there is to know.
package struct ScoredRows: Sendable {
  /// The distinct points, ascending, and the rows of each.
  package var points: [Int64]
  package var pools: [Pool]
  /// All rows.
  package var all: Pool

  /// Counts rows. O(rows × log rows).
  package init(_ points: [Int64], _ outcomes: [Bool]) {
    var counts: [Int64: Pool] = [:]
    for (value, outcome) in zip(points, outcomes) {
      let row = Pool(events: outcome ? 1 : 0, rows: 1)
      counts[value] = (counts[value] ?? Pool(events: 0, rows: 0)) + row
    }
    let sorted = counts.sorted { $0.key < $1.key }
    self.init(points: sorted.map(\.key), pools: sorted.map(\.value))
  }

  /// Rows counted already; `points` ascend.
  package init(points: [Int64], pools: [Pool]) {
    (self.points, self.pools) = (points, pools)
    all = pools.reduce(Pool(events: 0, rows: 0), +)
  }

  /// The area under the ROC curve, an equal pair counted half: how often a row of which the target came
  /// true has more points than one of which it did not. Nil with one class only. O(points).
  package var areaUnderCurve: Double? {
    guard all.events > 0, all.others > 0 else { return nil }
    // Twice the pairs in the right order, in whole numbers.
    var pairs = Int128(0)
    var othersBelow = 0
    for pool in pools {
      pairs += Int128(pool.events) * Int128(2 * othersBelow + pool.others)
      othersBelow += pool.others
    }
    return Double(pairs) / (2 * Double(all.events) * Double(all.others))
  }

  /// Kolmogorov and Smirnov's: the most by which the shares of both classes up to some points differ.
  package var kolmogorovSmirnov: Double? {
    guard all.events > 0, all.others > 0 else { return nil }
    var (events, others, widest) = (0, 0, 0.0)
    for pool in pools {
      events += pool.events
      others += pool.others
      let gap = Double(events) / Double(all.events) - Double(others) / Double(all.others)
      widest = max(widest, gap.magnitude)
    }
    return widest
  }

  /// Brier's: the mean square of probability less what came of it. `probabilities` stand beside ``points``,
  /// in basis points.
  package func brier(_ probabilities: [Int64]) -> Double? {
    guard all.rows > 0 else { return nil }
    var sum = 0.0
    for (pool, bp) in zip(pools, probabilities) {
      let probability = Double(bp) / 10_000
      sum += Double(pool.events) * (1 - probability) * (1 - probability)
      sum += Double(pool.others) * probability * probability
    }
    return sum / Double(all.rows)
  }

  /// The rows from the fewest points to the most in so many parts as equal as ties allow: the first row
  /// of points that spill over a bound goes with all of its equals. Gives ranges of places in ``points``.
  package func parts(_ count: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var (start, rows) = (0, 0)
    for place in pools.indices {
      rows += pools[place].rows
      let isFull = rows * count >= all.rows * (parts.count + 1)
      guard isFull || place == pools.count - 1 else { continue }
      parts.append(start..<(place + 1))
      start = place + 1
      // Many equals may fill several parts at once.
      while parts.count < count - 1, rows * count >= all.rows * (parts.count + 1),
        place < pools.count - 1
      {
        parts.append(start..<start)
      }
    }
    return parts.filter { !$0.isEmpty }
  }
}

/// The population stability index of two counts over the same spans: Σ (q − p) ln(q / p).
///
/// A span empty on one side counts half a row. Source: Siddiqi, *Credit Risk Scorecards*, 2006, chapter 9:
/// below 0.10 stable, above 0.25 changed.
package func stabilityIndex(_ before: [Int], _ after: [Int]) -> Double {
  let all = (Double(before.reduce(0, +)), Double(after.reduce(0, +)))
  guard all.0 > 0, all.1 > 0 else { return 0 }
  var sum = 0.0
  for (one, other) in zip(before, after) where one + other > 0 {
    let first = max(Double(one), 0.5) / all.0
    let second = max(Double(other), 0.5) / all.1
    sum += (second - first) * log(second / first)
  }
  return sum
}

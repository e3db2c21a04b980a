internal import Glibc

/// What being in a pool says for the target: the logarithm of how much its odds there differ from the odds
/// of all rows.
///
/// A pool counts one row of the average more than it has, so that a pool without events, or without rows
/// at all, says something finite: an empty one nothing, 0. Source: Siddiqi, *Credit Risk Scorecards*, 2006,
/// chapter 6; there with an addition of one half.
package struct WeightOfEvidence: Sendable {
  private let share: Double

  /// The weights of pools among all rows; some of which, not all, the target came true.
  package init(of all: Pool) { share = Double(all.events) / Double(all.rows) }

  /// The weight of a pool.
  package func weight(_ pool: Pool) -> Double {
    log((Double(pool.events) + share) / (Double(pool.others) + 1 - share))
      - log(share / (1 - share))
  }

  /// The information value of all pools: Σ (share of the events − share of the others) × weight.
  package func information(_ pools: [Pool]) -> Double {
    let all = pools.reduce(Pool(events: 0, rows: 0), +)
    guard all.events > 0, all.others > 0 else { return 0 }
    var sum = 0.0
    for pool in pools {
      let events = Double(pool.events) / Double(all.events)
      sum += (events - Double(pool.others) / Double(all.others)) * weight(pool)
    }
    return sum
  }
}

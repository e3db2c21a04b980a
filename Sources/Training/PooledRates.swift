/// Rows that stand together: how many, and of how many the target came true.
package struct Pool: BitwiseCopyable, Equatable, Sendable {
  /// The rows of which it came true, and all rows.
  package var events: Int
  package var rows: Int

  /// A pool.
  package init(events: Int, rows: Int) { (self.events, self.rows) = (events, rows) }

  /// The rows of which it did not come true.
  package var others: Int { rows - events }

  /// Both pools together.
  static func + (one: Pool, other: Pool) -> Pool {
    Pool(events: one.events + other.events, rows: one.rows + other.rows)
  }

  /// Whether the rate of this pool is above another's, in whole numbers.
  func exceeds(_ other: Pool) -> Bool {
    events.multipliedFullWidth(by: other.rows) > other.events.multipliedFullWidth(by: rows)
  }
}

private func > (
  one: (high: Int, low: UInt), other: (high: Int, low: UInt)
) -> Bool {
  one.high != other.high ? one.high > other.high : one.low > other.low
}

/// Pools neighbours until the rates rise, each a rate strictly above the one before: the pool-adjacent-
/// violators method, which gives the nearest rising rates by least squares. O(pools).
///
/// Gives, for each pool of the result, how many of the given ones it holds. Source: Ayer and others, *An
/// Empirical Distribution Function for Sampling with Incomplete Information*, 1955.
package func risingPools(_ pools: [Pool]) -> [(pool: Pool, count: Int)] {
  var stack: [(pool: Pool, count: Int)] = []
  for pool in pools {
    var top = (pool: pool, count: 1)
    while let last = stack.last, !top.pool.exceeds(last.pool) {
      top = (last.pool + top.pool, last.count + top.count)
      stack.removeLast()
    }
    stack.append(top)
  }
  return stack
}

package import Collections
internal import Glibc

/// Turns points into probabilities by what came of the rows that had them: steps of which none is smaller
/// than a hundredth of the rows, pooled until they rise. O(points).
///
/// Every step counts one row of the average more than it has, so that none says never or always.
package func calibration(of rows: ScoredRows) -> [ScoringModel.Step] {
  let least = max(1, rows.all.rows / 100)
  var starts: [Int64] = []
  var pools: [Pool] = []
  for (points, pool) in zip(rows.points, rows.pools) {
    if let last = pools.last, last.rows < least {
      pools[pools.count - 1] = last + pool
    } else {
      starts.append(points)
      pools.append(pool)
    }
  }
  if pools.count > 1, let last = pools.last, last.rows < least {
    pools.removeLast()
    starts.removeLast()
    pools[pools.count - 1] = pools[pools.count - 1] + last
  }
  let share = Double(rows.all.events) / Double(rows.all.rows)
  var steps: [ScoringModel.Step] = []
  var place = 0
  for (pool, count) in risingPools(pools) {
    let probability = (Double(pool.events) + share) / Double(pool.rows + 1)
    // A small pool, drawn to the average more than a large one, may not pass its neighbour by it.
    let bp = max(Int64((probability * 10_000).rounded()), steps.last?.bp ?? 0)
    if steps.last?.bp != bp { steps.append(ScoringModel.Step(from: starts[place], bp: bp)) }
    place += count
  }
  return steps
}

/// The probabilities that points on a scale of odds stand for, a step every ten basis points: where the
/// points are the scale `offset + factor × log-odds`, to five basis points exact.
package func calibration(offset: Double, factor: Double) -> [ScoringModel.Step] {
  var steps = [ScoringModel.Step(from: Score.range.lowerBound, bp: 0)]
  for bp in stride(from: Int64(10), through: 10_000, by: 10) {
    // Where rounding to tens goes over from the step before to this one.
    let probability = Double(bp - 5) / 10_000
    let points = Int64((offset + factor * log(probability / (1 - probability))).rounded(.up))
    if let last = steps.last, last.from >= points { steps.removeLast() }
    steps.append(ScoringModel.Step(from: points, bp: bp))
  }
  return Array(steps.suffix(1_000))
}

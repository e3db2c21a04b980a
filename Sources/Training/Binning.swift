package import Collections

/// How a feature's values are parted into bins, and what each bin says for a target.
package struct Binning: Equatable, Sendable {
  /// Values that stand together.
  package struct Bin: Equatable, Sendable {
    /// Of a feature with an order: the first value above it, nil for the last bin.
    package var below: Int64?
    /// Of a category: its values, ascending.
    package var values: [Int64]
    /// The rows it was made from, and what they say.
    package var pool: Pool
    package var weight: Double
  }

  /// What binning goes by.
  package struct Options: Equatable, Sendable {
    /// As many bins are tried before neighbours are merged.
    package var mostFine = 40
    /// As many are left at most.
    package var mostBins = 8
    /// A bin has at least this part of the rows, in basis points.
    package var leastShareBp: Int64 = 250

    /// The usual ones.
    package init() {}
  }

  /// The feature.
  package var feature: Feature
  /// Its bins, ascending, or a category's groups by rising rate.
  package var bins: [Bin]
  /// The rows without a value, and what they say; nothing where there are none.
  package var missing: Pool
  package var missingWeight: Double
  /// How much the bins tell of the target.
  package var information: Double

  /// Parts a column so that the weights rise or fall with the value throughout, whichever tells more.
  /// O(rows × log rows). Some of the outcomes, not all, are true.
  package init(
    _ feature: Feature, _ column: [Int64], _ outcomes: [Bool], _ options: Options = Options()
  ) {
    self.feature = feature
    missing = Pool(events: 0, rows: 0)
    var counts: [Int64: Pool] = [:]
    for (value, outcome) in zip(column, outcomes) {
      let row = Pool(events: outcome ? 1 : 0, rows: 1)
      if value == Feature.missing {
        missing = missing + row
      } else {
        counts[value] = (counts[value] ?? Pool(events: 0, rows: 0)) + row
      }
    }
    let distinct = counts.sorted { $0.key < $1.key }.map { Fine(values: [$0.key], pool: $0.value) }
    let all = distinct.reduce(missing) { $0 + $1.pool }
    let evidence = WeightOfEvidence(of: all)
    let least = max(1, Int(Int64(all.rows) * options.leastShareBp / 10_000))
    missingWeight = evidence.weight(missing)
    let parted =
      feature.definition.unit == .category
      ? Self.groups(distinct, least, options) : Self.ordered(distinct, least, evidence, options)
    bins = parted.map { fine in
      Bin(values: fine.values, pool: fine.pool, weight: evidence.weight(fine.pool))
    }
    information = evidence.information(bins.map(\.pool) + [missing])
    guard feature.definition.unit != .category else { return }
    for place in bins.indices {
      // The bound is the next bin's least value: what lies between was not seen, and counts as this bin's.
      bins[place].below = place + 1 < bins.count ? parted[place + 1].values[0] : nil
      bins[place].values = []
    }
  }

  /// The weight of a value.
  package func weight(of value: Int64) -> Double {
    if value == Feature.missing { return missingWeight }
    if feature.definition.unit == .category {
      return bins.first { $0.values.contains(value) }?.weight ?? 0
    }
    return bins.first { $0.below.map { value < $0 } ?? true }?.weight ?? 0
  }

  /// Values that lie together, and their rows.
  private struct Fine {
    var values: [Int64]
    var pool: Pool

    static func + (one: Fine, other: Fine) -> Fine {
      Fine(values: one.values + other.values, pool: one.pool + other.pool)
    }
  }

  /// Bins of a feature with an order.
  private static func ordered(
    _ distinct: [Fine], _ least: Int, _ evidence: WeightOfEvidence, _ options: Options
  ) -> [Fine] {
    let rows = distinct.reduce(0) { $0 + $1.pool.rows }
    let enough = max(1, rows / options.mostFine)
    var fine: [Fine] = []
    for value in distinct {
      // A value that is many rows by itself does not join those before it.
      if let last = fine.last, last.pool.rows < enough, value.pool.rows < enough {
        fine[fine.count - 1] = last + value
      } else {
        fine.append(value)
      }
    }
    let rising = merged(fine, isRising: true, least, evidence, options)
    let falling = merged(fine, isRising: false, least, evidence, options)
    let (up, down) = (
      evidence.information(rising.map(\.pool)), evidence.information(falling.map(\.pool))
    )
    return up >= down ? rising : falling
  }

  /// Groups of a category's values, by rising rate; a value too rare to judge is left to no group.
  private static func groups(_ distinct: [Fine], _ least: Int, _ options: Options) -> [Fine] {
    let frequent = distinct.filter { $0.pool.rows >= least }
    let sorted = frequent.sorted { one, other in
      if other.pool.exceeds(one.pool) { return true }
      return !one.pool.exceeds(other.pool) && one.values[0] < other.values[0]
    }
    var merged: [Fine] = []
    for group in sorted {
      if let last = merged.last, !group.pool.exceeds(last.pool) || merged.count == options.mostBins
      {
        merged[merged.count - 1] = last + group
      } else {
        merged.append(group)
      }
    }
    return merged.map { Fine(values: $0.values.sorted(), pool: $0.pool) }
  }

  /// Neighbours merged until the rates rise (or fall), no bin is too small, and there are few enough.
  private static func merged(
    _ fine: [Fine], isRising: Bool, _ least: Int, _ evidence: WeightOfEvidence, _ options: Options
  ) -> [Fine] {
    var bins = fine
    while true {
      bins = monotone(bins, isRising)
      guard bins.count > 1 else { return bins }
      let small = bins.indices.min { bins[$0].pool.rows < bins[$1].pool.rows } ?? 0
      if bins[small].pool.rows < least {
        join(&bins, small, evidence)
      } else if bins.count > options.mostBins {
        // The two neighbours that lose least information by being one.
        let costs = bins.indices.dropLast().map { place -> Double in
          let pair = [bins[place].pool, bins[place + 1].pool]
          let all = bins.map(\.pool)
          let after = all[..<place] + [pair[0] + pair[1]] + all[(place + 2)...]
          return evidence.information(all) - evidence.information(Array(after))
        }
        let place = costs.indices.min { costs[$0] < costs[$1] } ?? 0
        bins[place] = bins[place] + bins.remove(at: place + 1)
      } else {
        return bins
      }
    }
  }

  /// Joins a bin to the neighbour that is most like it.
  private static func join(_ bins: inout [Fine], _ place: Int, _ evidence: WeightOfEvidence) {
    func distance(_ other: Int) -> Double {
      guard bins.indices.contains(other) else { return .infinity }
      return (evidence.weight(bins[place].pool) - evidence.weight(bins[other].pool)).magnitude
    }
    let first = distance(place - 1) <= distance(place + 1) ? place - 1 : place
    bins[first] = bins[first] + bins.remove(at: first + 1)
  }

  private static func monotone(_ bins: [Fine], _ isRising: Bool) -> [Fine] {
    // Falling is rising of what does not come true.
    let pools = bins.map {
      isRising ? $0.pool : Pool(events: $0.pool.others, rows: $0.pool.rows)
    }
    var place = 0
    return risingPools(pools).map { pooled in
      defer { place += pooled.count }
      return bins[(place + 1)..<(place + pooled.count)].reduce(bins[place], +)
    }
  }
}

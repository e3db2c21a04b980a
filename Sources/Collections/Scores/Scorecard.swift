/// Points a feature, summed: the form in which credit scores have been built for decades.
///
/// A value falls into one bin of its feature, and that gives its points; a value that is missing gives
/// points of its own. Nothing but whole numbers is added up, so a score is the same on any machine in any
/// year.
package struct Scorecard: Equatable, Sendable {
  /// Values below a bound (and not below the bin before's), or all that are left.
  package struct Bin: BitwiseCopyable, Equatable, Sendable {
    /// The first value above it; nil for the last bin.
    package var below: Int64?
    package var points: Int64

    /// A bin.
    package init(below: Int64?, points: Int64) {
      (self.below, self.points) = (below, points)
    }
  }

  /// Values of a category that give the same points.
  package struct Group: Equatable, Sendable {
    /// The values, by their place among the categories.
    package var values: [Int64]
    package var points: Int64

    /// A group.
    package init(values: [Int64], points: Int64) {
      (self.values, self.points) = (values, points)
    }
  }

  /// How the values of a feature are parted.
  package enum Parting: Equatable, Sendable {
    /// By size, ascending; the last has no bound.
    case bins([Bin])
    /// By kind; `other` is for every value that no group names.
    case groups([Group], other: Int64)
  }

  /// A feature, and what its values are worth.
  package struct Part: Equatable, Sendable {
    /// What it looks at.
    package var feature: Feature
    /// What is said of a person for whom it counts against her.
    package var reason: BilingualText
    /// The points of a value that is missing.
    package var missing: Int64
    package var parting: Parting

    /// A part.
    package init(_ feature: Feature, reason: BilingualText, missing: Int64, _ parting: Parting) {
      (self.feature, self.reason, self.missing, self.parting) = (feature, reason, missing, parting)
    }

    /// The most and the fewest points that a value which is not missing can give.
    package var extremes: (most: Int64, fewest: Int64) {
      let points: [Int64] =
        switch parting {
        case .bins(let bins): bins.map(\.points)
        case .groups(let groups, let other): groups.map(\.points) + [other]
        }
      return (points.max() ?? 0, points.min() ?? 0)
    }

    /// The points of a value.
    package func points(of value: Int64) -> Int64 {
      guard value != Feature.missing else { return missing }
      switch parting {
      case .bins(let bins):
        return bins.first { $0.below.map { value < $0 } ?? true }?.points ?? 0
      case .groups(let groups, let other):
        return groups.first { $0.values.contains(value) }?.points ?? other
      }
    }
  }

  /// What points stand for where they are a scale of odds: `basePoints` at odds of `baseOddsBp` to
  /// 10,000, twice the odds every `pointsToDouble`.
  package struct Scaling: BitwiseCopyable, Equatable, Sendable {
    /// The points at odds of `baseOddsBp`; those odds; and what doubles them.
    package var basePoints: Int64
    package var baseOddsBp: Int64
    package var pointsToDouble: Int64

    /// A scale.
    package init(basePoints: Int64, baseOddsBp: Int64, pointsToDouble: Int64) {
      (self.basePoints, self.baseOddsBp) = (basePoints, baseOddsBp)
      self.pointsToDouble = pointsToDouble
    }
  }

  /// What the points stand for.
  package let scaling: Scaling
  /// The points everybody begins with.
  package let base: Int64
  /// The features, each once.
  package let parts: [Part]
  private let table: ScorecardTable

  /// A scorecard; what must hold of it is checked where its document is read.
  package init(scaling: Scaling, base: Int64, parts: [Part]) {
    (self.scaling, self.base, self.parts) = (scaling, base, parts)
    table = ScorecardTable(parts)
  }

  /// Whether both are made of the same parts.
  package static func == (one: Scorecard, other: Scorecard) -> Bool {
    one.scaling == other.scaling && one.base == other.base && one.parts == other.parts
  }

  /// Points, and the features furthest from their best, of the values of a ``FeatureRow``.
  /// O(bins), nothing allocated.
  func points(
    _ values: Span<Int64>, isFavourable: Bool
  ) -> (points: Int64, reasons: ScoreReasons) {
    table.points(values, base: base, isFavourable: isFavourable)
  }
}

/// A scorecard laid out for summing: bounds and points end to end.
private struct ScorecardTable: Sendable {
  private struct Row: BitwiseCopyable {
    var missing: Int64
    var most: Int64
    var fewest: Int64
    /// Where its bounds and points begin; points of a category have none, but one a value.
    var bounds: Int32
    var boundCount: Int32
    var points: Int32
    /// How many values a category has, the points of any other standing after theirs; 0 for bins.
    var categories: Int32
    var feature: UInt8
  }

  private var rows: [Row] = []
  private var bounds: [Int64] = []
  private var points: [Int64] = []

  init(_ parts: [Scorecard.Part]) {
    for part in parts {
      let extremes = part.extremes
      var row = Row(
        missing: part.missing, most: extremes.most, fewest: extremes.fewest,
        bounds: Int32(bounds.count), boundCount: 0, points: Int32(points.count), categories: 0,
        feature: part.feature.index)
      switch part.parting {
      case .bins(let bins):
        bounds += bins.compactMap(\.below)
        points += bins.map(\.points)
        row.boundCount = Int32(bounds.count) - row.bounds
      case .groups(let groups, _):
        let last = groups.flatMap(\.values).max() ?? -1
        points += (0...last + 1).map { part.points(of: $0 > last ? Int64.max : $0) }
        row.categories = Int32(last + 1)
      }
      rows.append(row)
    }
  }

  func points(
    _ values: Span<Int64>, base: Int64, isFavourable: Bool
  ) -> (points: Int64, reasons: ScoreReasons) {
    var sum = base
    var gaps = WidestGaps()
    let (rows, bounds, points) = (rows.span, bounds.span, points.span)
    for place in rows.indices {
      let row = rows[place]
      let value = values[Int(row.feature)]
      var got = row.missing
      if value != Feature.missing {
        var bin = 0
        if row.boundCount > 0 || row.categories == 0 {
          // Counting the bounds passed needs no jump that depends on the value.
          for bound in 0..<Int(row.boundCount) {
            bin += value >= bounds[Int(row.bounds) + bound] ? 1 : 0
          }
        } else {
          bin = value >= 0 && value < Int64(row.categories) ? Int(value) : Int(row.categories)
        }
        got = points[Int(row.points) + bin]
      }
      sum += got
      gaps.consider(isFavourable ? row.most - got : got - row.fewest, row.feature)
    }
    return (Score.clamped(sum), gaps.reasons)
  }
}

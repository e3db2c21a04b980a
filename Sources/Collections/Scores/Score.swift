/// What a model says of an account on a day.
package struct Score: BitwiseCopyable, Equatable, Sendable {
  /// The score, within ``range``; the more, the likelier the model's target.
  package var points: Int64
  /// The probability of the target, in basis points.
  package var probabilityBp: Int64
  /// What speaks most against the person.
  package var reasons: ScoreReasons

  /// The points a score can have; more or fewer are cut to it.
  package static let range: ClosedRange<Int64> = -1_000_000...1_000_000

  /// A score.
  package init(points: Int64, probabilityBp: Int64, reasons: ScoreReasons) {
    (self.points, self.probabilityBp, self.reasons) = (points, probabilityBp, reasons)
  }

  static func clamped(_ points: Int64) -> Int64 {
    min(max(points, range.lowerBound), range.upperBound)
  }
}

/// The up to four features that speak most against a person, the worst first: those furthest from the
/// bin that is best for her.
package struct ScoreReasons: BitwiseCopyable, Equatable, Sendable {
  /// A byte a reason, the first the lowest; the index of its feature plus one, 0 for none.
  private var places: UInt32 = 0

  /// How many there can be.
  package static let most = 4

  /// None.
  package init() {}

  /// The features, the worst first; what is beyond ``most`` is left out.
  package init(_ features: some Sequence<Feature>) {
    for (place, feature) in features.prefix(Self.most).enumerated() {
      places |= (UInt32(feature.index) + 1) << UInt32(8 * place)
    }
  }

  /// The features, the worst first.
  package var features: [Feature] {
    (0..<Self.most).compactMap { place in
      let index = Int(places >> UInt32(8 * place) & 0xFF)
      return index == 0 ? nil : Feature.all[index - 1]
    }
  }
}

/// Keeps the four widest gaps of those it is shown; of equal ones the first. Nothing is allocated.
struct WidestGaps {
  private var gaps = InlineArray<4, Int64>(repeating: 0)
  private var features = InlineArray<4, UInt8>(repeating: 0)
  private(set) var count = 0

  /// Looks at a gap; one that is not above 0 is none.
  @inline(__always)
  mutating func consider(_ gap: Int64, _ feature: UInt8) {
    guard gap > 0, count < ScoreReasons.most || gap > gaps[ScoreReasons.most - 1] else { return }
    var place = min(count, ScoreReasons.most - 1)
    while place > 0, gaps[place - 1] < gap {
      gaps[place] = gaps[place - 1]
      features[place] = features[place - 1]
      place -= 1
    }
    gaps[place] = gap
    features[place] = feature
    count = min(count + 1, ScoreReasons.most)
  }

  /// The features of the gaps, the widest first.
  var reasons: ScoreReasons {
    var reasons = ScoreReasons()
    for place in 0..<count { reasons.set(place, features[place]) }
    return reasons
  }
}

extension ScoreReasons {
  fileprivate mutating func set(_ place: Int, _ feature: UInt8) {
    places |= (UInt32(feature) + 1) << UInt32(8 * place)
  }
}

/// Values of a feature: spans of whole numbers, and whether having none is among them.
package struct FeatureValues: Equatable, Sendable {
  /// The spans, ascending and apart from each other.
  package private(set) var spans: [ClosedRange<Int64>]
  /// Whether ``Feature/missing`` is one of them.
  package private(set) var takesMissing: Bool

  /// Those of a list of spans, in any order.
  init(_ spans: [ClosedRange<Int64>], takesMissing: Bool) {
    self.spans = []
    self.takesMissing = takesMissing
    for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.spans.last, span.lowerBound <= last.upperBound + 1 {
        self.spans[self.spans.count - 1] =
          last.lowerBound...max(last.upperBound, span.upperBound)
      } else {
        self.spans.append(span)
      }
    }
  }

  /// Every value a feature may have, none included.
  init(of feature: Feature) {
    self.init([Self.domain(of: feature)], takesMissing: true)
  }

  /// The numbers a feature may be: none is negative.
  static func domain(of feature: Feature) -> ClosedRange<Int64> {
    switch feature.definition.unit {
    case .flag: 0...1
    case .category: 0...Int64(feature.definition.categories.count - 1)
    default: 0...largestAmount
    }
  }

  /// Whether there is none.
  var isEmpty: Bool { spans.isEmpty && !takesMissing }

  /// Whether a value is one of them. O(spans).
  package func contains(_ value: Int64) -> Bool {
    if value == Feature.missing { return takesMissing }
    for span in spans where span.contains(value) { return true }
    return false
  }

  /// Those also in another set. O(spans²).
  func intersection(_ other: FeatureValues) -> FeatureValues {
    var found: [ClosedRange<Int64>] = []
    for span in spans {
      for second in other.spans where span.overlaps(second) {
        found.append(span.clamped(to: second))
      }
    }
    return FeatureValues(found, takesMissing: takesMissing && other.takesMissing)
  }

  /// Those not in another set. O(spans²).
  func subtracting(_ other: FeatureValues) -> FeatureValues {
    var left = spans
    for hole in other.spans {
      left = left.flatMap { span -> [ClosedRange<Int64>] in
        guard span.overlaps(hole) else { return [span] }
        var rest: [ClosedRange<Int64>] = []
        if span.lowerBound < hole.lowerBound {
          rest.append(span.lowerBound...(hole.lowerBound - 1))
        }
        if span.upperBound > hole.upperBound {
          rest.append((hole.upperBound + 1)...span.upperBound)
        }
        return rest
      }
    }
    return FeatureValues(left, takesMissing: takesMissing && !other.takesMissing)
  }
}

/// A condition on one feature.
package struct FeatureCondition: Equatable, Sendable {
  /// What is looked at.
  package var feature: Feature
  /// What it may be.
  package var values: FeatureValues
}

extension [FeatureCondition] {
  /// Whether all of them hold of an account.
  package func hold(of row: FeatureRow) -> Bool {
    for condition in self where !condition.values.contains(row[condition.feature]) { return false }
    return true
  }
}

/// The accounts that conditions hold of: the values of each feature, every one where none is named.
struct FeatureRegion {
  private var sides: [(feature: Feature, values: FeatureValues)] = []

  init(_ conditions: [FeatureCondition]) {
    for condition in conditions {
      self[condition.feature] = self[condition.feature].intersection(condition.values)
    }
  }

  /// Whether no account can be in it.
  var isEmpty: Bool { sides.contains { $0.values.isEmpty } }

  /// The values of a feature in it.
  subscript(feature: Feature) -> FeatureValues {
    get {
      sides.first { $0.feature == feature }?.values
        ?? FeatureValues(of: feature)
    }
    set {
      if let place = sides.firstIndex(where: { $0.feature == feature }) {
        sides[place].values = newValue
      } else {
        sides.append((feature, newValue))
      }
    }
  }

  /// What of it is outside another, as regions apart from each other. O(features of the other).
  func subtracting(_ other: FeatureRegion) -> [FeatureRegion] {
    var (pieces, rest): ([FeatureRegion], FeatureRegion) = ([], self)
    for (feature, values) in other.sides {
      let outside = rest[feature].subtracting(values)
      if !outside.isEmpty {
        var piece = rest
        piece[feature] = outside
        pieces.append(piece)
      }
      let inside = rest[feature].intersection(values)
      guard !inside.isEmpty else { return [self] }
      rest[feature] = inside
    }
    return pieces
  }
}

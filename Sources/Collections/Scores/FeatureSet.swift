/// Some of the features, each once.
package struct FeatureSet: Equatable, Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// None.
  package init() {}

  /// Those of a list.
  package init(_ features: some Sequence<Feature>) {
    for feature in features { insert(feature) }
  }

  /// Every one.
  package static var all: FeatureSet { FeatureSet(Feature.all) }

  /// Adds one.
  package mutating func insert(_ feature: Feature) {
    if feature.index < 64 {
      low |= 1 << UInt64(feature.index)
    } else {
      high |= 1 << UInt64(feature.index - 64)
    }
  }

  /// Adds those of another set.
  package mutating func formUnion(_ other: FeatureSet) {
    low |= other.low
    high |= other.high
  }

  /// Whether one is among them. O(1).
  package func contains(_ feature: Feature) -> Bool {
    let word = feature.index < 64 ? low : high
    return word >> UInt64(feature.index & 63) & 1 == 1
  }
}

/// What an account's features are on a day: a value a feature, by ``Feature/index``;
/// ``Feature/missing`` where it has none, or was not asked for.
package struct FeatureRow: Equatable, Sendable {
  /// The values, by index.
  package var values: [Int64]

  /// Nothing known.
  package init() { values = Array(repeating: Feature.missing, count: Feature.all.count) }

  /// The value of a feature; ``Feature/missing`` for none.
  package subscript(feature: Feature) -> Int64 {
    get { values[Int(feature.index)] }
    set { values[Int(feature.index)] = newValue }
  }
}

/// What a score may go by: a whole number, a pure function of (account and person, day, knowledge), never
/// of anything later.
///
/// A feature is its place in ``all``; its name is what models, tables and reports call it. Places may
/// change from release to release, names and meanings never do: a model in the log names them.
package struct Feature: BitwiseCopyable, Hashable, Sendable {
  /// Its place in ``all``.
  package let index: UInt8

  /// How its values are to be read.
  package enum Unit: String, Sendable {
    /// Days; how many; money in minor units of the account's currency.
    case days, count, money
    /// Basis points: parts in 10,000, rounded down.
    case basisPoints = "bp"
    /// 1 for yes, 0 for no.
    case flag
    /// A number that stands for one of ``Definition/categories`` and has no order.
    case category
    /// A number that stands for a span of values, in ascending order.
    case band
  }

  /// What a feature is.
  package struct Definition: Sendable {
    /// Its name.
    package let name: String
    /// How its values are to be read.
    package let unit: Unit
    /// What it says, in words, and when it is missing.
    package let english: String
    package let spanish: String
    /// The names of a category's values, from 0.
    package let categories: [String]

    init(
      _ name: String, _ unit: Unit, _ english: String, _ spanish: String,
      categories: [String] = []
    ) {
      (self.name, self.unit, self.english, self.spanish) = (name, unit, english, spanish)
      self.categories = categories
    }
  }

  /// The value of a feature that has none.
  package static let missing = Int64.min

  /// Every feature, in the order of ``index``.
  package static let all: [Feature] = FeatureCatalog.definitions.indices.map {
    Feature(index: UInt8($0))
  }

  /// What it is.
  package var definition: Definition { FeatureCatalog.definitions[Int(index)] }
  /// Its name.
  package var name: String { definition.name }

  /// The feature of a name. O(1).
  package init?(named name: String) {
    guard let index = FeatureCatalog.places[name] else { return nil }
    self.init(index: index)
  }

  private init(index: UInt8) { self.index = index }

  /// What no score may go by, whatever it is called: about the person herself, or sealed. Birth decade and
  /// region serve the report of fairness alone.
  package static let forbidden: Set<String> = [
    "age", "birthDate", "birthDecade", "disability", "document", "ethnicity", "friends", "gender",
    "hardship", "health", "language", "maritalStatus", "name", "nationality", "politics", "race",
    "region", "religion", "sex", "sexualOrientation", "union", "vulnerability",
  ]
}

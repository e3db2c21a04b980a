internal import CanonicalJSON

/// Writes the features a model goes by as the text whose digest a recorded score carries: a canonical JSON
/// object, a member a feature by name, null for one that is missing.
package struct FeaturesText: Sendable {
  /// `{"daysPastDue":` and so on, and the place of the value that follows.
  private var members: [(head: [UInt8], place: Int)] = []

  /// The writer for a model's features.
  package init(_ model: ScoringModel) {
    // Names are ASCII, so the order of canonical JSON is that of their bytes.
    let sorted = model.features.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for feature in sorted {
      let sign = members.isEmpty ? "{" : ","
      members.append((Array("\(sign)\"\(feature.name)\":".utf8), Int(feature.index)))
    }
  }

  /// Appends the text for the values of a ``FeatureRow``. O(features).
  package func append(_ values: Span<Int64>, to out: inout [UInt8]) {
    for (head, place) in members {
      out.append(contentsOf: head)
      let value = values[place]
      if value == Feature.missing {
        out.append(contentsOf: Self.null)
      } else {
        if value < 0 { out.append(UInt8(ascii: "-")) }
        appendDecimal(value.magnitude, to: &out)
      }
    }
    if members.isEmpty { out.append(UInt8(ascii: "{")) }
    out.append(UInt8(ascii: "}"))
  }

  private static let null = Array("null".utf8)
}


extension Feature {
  /// Reads the name of a feature that a score may go by. Throws ``DocumentError``.
  init(_ node: DocumentNode) throws(DocumentError) {
    let name = try node.text(80)
    guard !Self.isForbidden(name) else {
      throw DocumentError(
        .forbiddenFeature, node.path, value: name,
        expected: "a feature of what was owed, paid, promised or said; never one of the person herself")
    }
    guard let feature = Feature(named: name) else {
      throw DocumentError(
        .unknownFeature, node.path, value: name,
        expected: "a feature, as `quipu score features` lists them",
        nearest: nearest(to: name, among: Feature.all.map(\.name)))
    }
    self = feature
  }

  /// Whether a name is, whatever its case and its dashes, one that no score may go by.
  private static func isForbidden(_ name: String) -> Bool {
    func plain(_ name: String) -> [UInt8] {
      name.lowercased().utf8.filter { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    }
    let wanted = plain(name)
    return forbidden.contains { plain($0) == wanted }
  }
}

// A scorecard's own members of a model's document.
extension Scorecard {
  /// The most bins, or groups, of a feature.
  private static let mostBins = 200

  init(_ members: DocumentMembers) throws(DocumentError) {
    let stated = try members.required("scaling").members(
      required: ["basePoints", "baseOddsBp", "pointsToDouble"])
    let scaling = Scaling(
      basePoints: try stated.required("basePoints").integer(Score.range),
      baseOddsBp: try stated.required("baseOddsBp").integer(1...1_000_000_000_000),
      pointsToDouble: try stated.required("pointsToDouble").integer(1...1_000_000))
    let base = try members.required("base").integer(Score.range)
    let list = members.required("features")
    var parts: [Part] = []
    for node in try list.elements(atMost: Feature.all.count) {
      let part = try Part(node)
      guard !parts.contains(where: { $0.feature == part.feature }) else {
        throw DocumentError(
          .duplicate, "\(node.path).feature", value: part.feature.name,
          expected: "each feature once")
      }
      parts.append(part)
    }
    guard !parts.isEmpty else { throw list.invalid("[]", "at least one feature") }
    self.init(scaling: scaling, base: base, parts: parts)
  }

  fileprivate static func bins(_ node: DocumentNode) throws(DocumentError) -> [Bin] {
    let elements = try node.elements(atMost: mostBins)
    var bins: [Bin] = []
    for (place, element) in elements.enumerated() {
      let isLast = place == elements.count - 1
      let members = try element.members(required: ["points"], optional: ["below"])
      guard (members["below"] == nil) == isLast else {
        throw DocumentError(
          .incompleteBins, element.path, value: isLast ? "a bound" : "no bound",
          expected: "`below` in every bin but the last, which takes all that is left")
      }
      let below = try members["below"]?.integer(-largestAmount...largestAmount)
      if let below, let last = bins.last?.below, below <= last, let bound = members["below"] {
        throw DocumentError(
          .overlappingBins, bound.path, value: "\(below)",
          expected: "more than \(last), the bound of the bin before")
      }
      bins.append(
        Bin(below: below, points: try members.required("points").integer(Score.range)))
    }
    guard !bins.isEmpty else { throw node.invalid("[]", "at least one bin") }
    return bins
  }

  fileprivate static func groups(
    _ node: DocumentNode, of feature: Feature
  ) throws(DocumentError) -> [Group] {
    let names = feature.definition.categories
    var seen: Set<Int64> = []
    var groups: [Group] = []
    for element in try node.elements(atMost: mostBins) {
      let members = try element.members(required: ["values", "points"])
      let list = members.required("values")
      var values: [Int64] = []
      for value in try list.elements(atMost: names.count) {
        let name = try value.text(80)
        guard let place = names.firstIndex(of: name) else {
          throw DocumentError(
            .invalidValue, value.path, value: name,
            expected: "one of " + names.joined(separator: ", "),
            nearest: nearest(to: name, among: names))
        }
        guard seen.insert(Int64(place)).inserted else {
          throw DocumentError(
            .overlappingBins, value.path, value: name, expected: "each value in one group")
        }
        values.append(Int64(place))
      }
      guard !values.isEmpty else { throw list.invalid("[]", "at least one value") }
      groups.append(
        Group(values: values, points: try members.required("points").integer(Score.range)))
    }
    guard !groups.isEmpty else { throw node.invalid("[]", "at least one group") }
    return groups
  }
}

extension Scorecard.Part {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    let all = try node.members(
      required: ["feature", "reason", "missing"], optional: ["bins", "groups", "other"])
    feature = try Feature(all.required("feature"))
    reason = try BilingualText(all.required("reason"), atMost: 200)
    missing = try all.required("missing").integer(Score.range)
    // A category has no order to cut it by, and nothing else has names to group.
    let isCategory = feature.definition.unit == .category
    let members = try node.members(
      required: ["feature", "reason", "missing"] + (isCategory ? ["groups", "other"] : ["bins"]))
    parting =
      isCategory
      ? .groups(
        try Scorecard.groups(members.required("groups"), of: feature),
        other: try members.required("other").integer(Score.range))
      : .bins(try Scorecard.bins(members.required("bins")))
  }
}

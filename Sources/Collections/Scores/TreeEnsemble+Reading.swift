internal import CanonicalJSON

// A tree ensemble's own members of a model's document.
extension TreeEnsemble {
  init(_ members: DocumentMembers) throws(DocumentError) {
    let values = -Self.largestValue...Self.largestValue
    let scale = try members.required("scale").integer(1...Self.largestValue)
    let base = try members.required("base").integer(values)
    let list = members.required("inputs")
    var inputs: [(feature: Feature, reason: BilingualText)] = []
    for node in try list.elements(atMost: Feature.all.count) {
      let members = try node.members(required: ["feature", "reason"])
      let feature = try Feature(members.required("feature"))
      guard !inputs.contains(where: { $0.feature == feature }) else {
        throw DocumentError(
          .duplicate, "\(node.path).feature", value: feature.name, expected: "each feature once")
      }
      inputs.append((feature, try BilingualText(members.required("reason"), atMost: 200)))
    }
    guard !inputs.isEmpty else { throw list.invalid("[]", "at least one feature") }
    var trees: [[Node]] = []
    for tree in try members.required("trees").elements(atMost: Self.mostTrees) {
      trees.append(try Self.tree(tree, inputs: inputs.count))
    }
    guard !trees.isEmpty else {
      throw members.required("trees").invalid("[]", "at least one tree")
    }
    let points = try members.required("points").members(
      required: ["offset", "numerator", "denominator"])
    let scaling = Scaling(
      offset: try points.required("offset").integer(Score.range),
      numerator: try points.required("numerator").integer(1...largestAmount),
      denominator: try points.required("denominator").integer(1...largestAmount))
    self.init(scale: scale, base: base, inputs: inputs, trees: trees, scaling: scaling)
  }

  private static func tree(
    _ list: DocumentNode, inputs: Int
  ) throws(DocumentError) -> [Node] {
    let elements = try list.elements(atMost: mostNodes)
    guard !elements.isEmpty else { throw list.invalid("[]", "at least one node") }
    var nodes: [Node] = []
    for element in elements { nodes.append(try node(element, inputs: inputs, of: elements.count)) }
    // Every node but the first has exactly one that leads to it: no circle, none unreachable, none shared.
    var isReached = Array(repeating: false, count: nodes.count)
    isReached[0] = true
    var open = [0]
    while let place = open.popLast() {
      guard !nodes[place].isLeaf else { continue }
      for (key, next) in [("yes", Int(nodes[place].yes)), ("no", Int(nodes[place].no))] {
        guard !isReached[next] else {
          throw DocumentError(
            .nodeReachedTwice, "\(elements[place].path).\(key)", value: "\(next)",
            expected: "a node that no other leads to")
        }
        isReached[next] = true
        open.append(next)
      }
    }
    if let place = isReached.firstIndex(of: false) {
      throw DocumentError(
        .unreachableNode, elements[place].path, value: "node \(place)",
        expected: "a node that another leads to")
    }
    return nodes
  }

  private static func node(
    _ node: DocumentNode, inputs: Int, of count: Int
  ) throws(DocumentError) -> Node {
    let values = -largestValue...largestValue
    if node.value["leaf"] != nil {
      return Node(leaf: try node.members(required: ["leaf"]).required("leaf").integer(values))
    }
    let members = try node.members(
      required: ["feature", "below", "yes", "no", "missing", "value"], optional: ["leaf"])
    func place(_ key: String, _ count: Int, _ what: String) throws(DocumentError) -> Int {
      let stated = members.required(key)
      let number = try stated.integer(-largestAmount...largestAmount)
      guard number >= 0, number < count else {
        throw DocumentError(
          .nodeOutOfRange, stated.path, value: "\(number)", expected: "\(what), 0 to \(count - 1)")
      }
      return Int(number)
    }
    return Node(
      input: UInt8(try place("feature", inputs, "the place of an input")),
      below: try members.required("below").integer(-largestAmount...largestAmount),
      yes: Int32(try place("yes", count, "the place of a node of the tree")),
      no: Int32(try place("no", count, "the place of a node of the tree")),
      missingIsYes: try members.required("missing").choice(Way.self) == .yes,
      expected: try members.required("value").integer(values))
  }

  private enum Way: CaseIterable {
    case yes, no
  }
}

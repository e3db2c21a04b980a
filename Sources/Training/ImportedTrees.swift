internal import CanonicalJSON
package import Collections
internal import Glibc

/// Boosted trees of another program, not yet whole numbers: what both importers come to.
struct ImportedTrees {
  /// A split or a leaf of a binary tree.
  indirect enum Node {
    case leaf(value: Double, cover: Double)
    /// Values below `below` go to `yes`, others to `no`.
    case split(input: Int, below: Int64, missingIsYes: Bool, yes: Node, no: Node)
  }

  /// The features the trees split by, by the other program's order.
  var inputs: [Feature]
  /// The log-odds every sum begins with.
  var base: Double
  var trees: [Node]
  /// What a sum is multiplied by to be log-odds.
  var slope: Double
  /// The program and the version of its form, as `xgboost 3.2.0`.
  var source: String
}

/// How a model of another program becomes one of ours.
package struct ImportPlan: Sendable {
  /// The model's id, version and title.
  package var id: String
  package var version: Int64
  package var title: BilingualText
  /// What it foretells, and whether that is good for the person.
  package var target: Target
  package var isFavourable: Bool
  /// What counted as known when it was trained.
  package var knowledge: Knowledge
  /// What a leaf's 1 becomes: leaf values are rounded to whole numbers of this scale.
  package var scale: Int64 = 1_000_000_000
  /// The points of even odds, and how many more double the odds.
  package var basePoints: Int64 = 0
  package var pointsToDouble: Int64 = 1_000

  /// A plan at the usual scale.
  package init(
    id: String, version: Int64, title: BilingualText, target: Target, isFavourable: Bool,
    knowledge: Knowledge
  ) {
    (self.id, self.version, self.title) = (id, version, title)
    (self.target, self.isFavourable, self.knowledge) = (target, isFavourable, knowledge)
  }
}

extension ScoringModel {
  /// A model from trees: leaves rounded to the plan's scale, so that the sum differs from the other
  /// program's by at most half a unit a tree, and by what its own floating point loses.
  init(_ imported: ImportedTrees, _ plan: ImportPlan) throws(TrainingError) {
    let factor = Double(plan.pointsToDouble) / log(2) * imported.slope
    // Nine digits of the factor are kept, as many as whole numbers leave room for.
    let fine = 1_000_000.0
    guard factor > 0, factor * fine < Double(largestAmount),
      plan.scale <= largestAmount / Int64(fine)
    else {
      throw TrainingError(
        .unsupported, "sigmoid", value: "\(imported.slope)", expected: "a slope from 1e-6 to 1e6")
    }
    var used = Set<Int>()
    for tree in imported.trees { tree.collectInputs(&used) }
    let order = used.sorted()
    guard !order.isEmpty else {
      throw TrainingError(.unsupported, "trees", expected: "at least one tree that splits")
    }
    var places = Array(repeating: 0, count: imported.inputs.count)
    for (place, input) in order.enumerated() { places[input] = place }
    var trees: [[TreeEnsemble.Node]] = []
    for (number, tree) in imported.trees.enumerated() {
      var nodes: [TreeEnsemble.Node] = []
      let scale = Double(plan.scale)
      _ = try tree.append(to: &nodes, places, scale: scale, path: "trees[\(number)]")
      guard nodes.count <= TreeEnsemble.mostNodes else {
        throw TrainingError(
          .unsupported, "trees[\(number)]", value: "\(nodes.count) nodes",
          expected: "at most \(TreeEnsemble.mostNodes)")
      }
      trees.append(nodes)
    }
    guard trees.count <= TreeEnsemble.mostTrees else {
      throw TrainingError(
        .unsupported, "trees", value: "\(trees.count)",
        expected: "at most \(TreeEnsemble.mostTrees)")
    }
    let ensemble = TreeEnsemble(
      scale: plan.scale, base: try whole(imported.base, Double(plan.scale), "base"),
      inputs: order.map { (imported.inputs[$0], imported.inputs[$0].reason) }, trees: trees,
      scaling: TreeEnsemble.Scaling(
        offset: plan.basePoints, numerator: Int64((factor * fine).rounded()),
        denominator: plan.scale * Int64(fine)))
    self.init(
      id: plan.id, version: plan.version, title: plan.title, target: plan.target,
      isFavourable: plan.isFavourable, knowledge: plan.knowledge, body: .trees(ensemble),
      calibration: Training.calibration(
        offset: Double(plan.basePoints), factor: factor / imported.slope),
      training: .object(["source": .string(imported.source)]))
  }
}

/// A value at a scale, as a whole number within what a node may hold.
private func whole(
  _ value: Double, _ scale: Double, _ path: String
) throws(TrainingError) -> Int64 {
  let scaled = (value * scale).rounded()
  guard scaled.isFinite, scaled.magnitude <= Double(TreeEnsemble.largestValue) else {
    throw TrainingError(
      .unsupported, path, value: "\(value)", expected: "a value from -10000 to 10000")
  }
  return Int64(scaled)
}

extension ImportedTrees.Node {
  func collectInputs(_ inputs: inout Set<Int>) {
    guard case .split(let input, _, _, let yes, let no) = self else { return }
    inputs.insert(input)
    yes.collectInputs(&inputs)
    no.collectInputs(&inputs)
  }

  /// Appends the node and what hangs from it; gives what is expected there and how many rows came so far.
  func append(
    to nodes: inout [TreeEnsemble.Node], _ places: [Int], scale: Double, path: String
  ) throws(TrainingError) -> (expected: Double, cover: Double) {
    switch self {
    case .leaf(let value, let cover):
      nodes.append(TreeEnsemble.Node(leaf: try whole(value, scale, path)))
      return (value, cover)
    case .split(let input, let below, let missingIsYes, let yes, let no):
      let own = nodes.count
      nodes.append(TreeEnsemble.Node(leaf: 0))
      let left = try yes.append(to: &nodes, places, scale: scale, path: path)
      let right = nodes.count
      let other = try no.append(to: &nodes, places, scale: scale, path: path)
      let cover = left.cover + other.cover
      let expected =
        cover > 0
        ? (left.expected * left.cover + other.expected * other.cover) / cover
        : (left.expected + other.expected) / 2
      nodes[own] = TreeEnsemble.Node(
        input: UInt8(places[input]), below: below, yes: Int32(own + 1), no: Int32(right),
        missingIsYes: missingIsYes, expected: try whole(expected, scale, path))
      return (expected, cover)
    }
  }
}

extension Feature {
  /// The feature that another program's model calls by a name. Throws ``TrainingError``
  /// `forbidden_feature`, `unknown_feature`.
  package init(importing name: String, at place: String) throws(TrainingError) {
    guard !Self.isForbidden(name) else {
      throw TrainingError(
        .forbiddenFeature, place, value: name,
        expected:
          "a feature of what was owed, paid, promised or said; never one of the person herself")
    }
    guard let feature = Feature(named: name) else {
      throw TrainingError(
        .unknownFeature, place, value: name,
        expected: "a feature, as `quipu score features` lists them",
        nearest: nearest(to: name, among: Feature.all.map(\.name)))
    }
    self = feature
  }
}

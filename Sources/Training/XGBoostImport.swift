internal import CanonicalJSON
package import Collections
internal import Glibc

extension ScoringModel {
  /// Takes in a model that XGBoost wrote as JSON (`save_model("model.json")`).
  ///
  /// Its trees compare 32-bit floats, `value < condition`; the whole number here is the least that is not
  /// below as such a float, so that every whole number goes the same way. Source: XGBoost's model schema
  /// (doc/model.schema) and `RegTree`. Supported: `gbtree` with one output of log-odds, numbers alone.
  ///
  /// Throws ``TrainingError``: `unreadable_model`, `unsupported_model`, `unknown_feature`,
  /// `forbidden_feature`.
  package init(xgboost bytes: Span<UInt8>, _ plan: ImportPlan) throws(TrainingError) {
    let root: JSONValue
    do {
      root = try JSONValue(
        parsing: bytes, as: .json, limits: JSONLimits(depth: 32, bytes: XGBoostReader.longest))
    } catch {
      throw TrainingError(
        .unreadable, "$", value: "\(error)",
        expected: "what XGBoost's save_model writes to a file named .json")
    }
    try self.init(XGBoostReader(root).trees(), plan)
  }
}

/// Reads the members that matter of XGBoost's JSON.
private struct XGBoostReader {
  /// The most bytes a dump may have: 64 MiB.
  static let longest = 1 << 26

  private let root: JSONValue
  private let learner: JSONValue

  init(_ root: JSONValue) throws(TrainingError) {
    guard let learner = root["learner"] else { throw Self.missing("$.learner") }
    (self.root, self.learner) = (root, learner)
  }

  func trees() throws(TrainingError) -> ImportedTrees {
    let objective = learner["objective"]?["name"]?.stringValue ?? ""
    let objectives = ["binary:logistic", "binary:logitraw", "reg:logistic"]
    guard objectives.contains(objective) else {
      throw TrainingError(
        .unsupported, "$.learner.objective.name", value: objective,
        expected: "one of " + objectives.joined(separator: ", "))
    }
    let booster = learner["gradient_booster"]
    guard booster?["name"]?.stringValue == "gbtree", let model = booster?["model"] else {
      throw TrainingError(
        .unsupported, "$.learner.gradient_booster.name",
        value: booster?["name"]?.stringValue ?? "", expected: "gbtree")
    }
    let param = learner["learner_model_param"]
    for (key, allowed) in [("num_class", ["0", "1"]), ("num_target", ["1"])] {
      let value = param?[key]?.stringValue ?? allowed[0]
      guard allowed.contains(value) else {
        throw TrainingError(
          .unsupported, "$.learner.learner_model_param.\(key)", value: value,
          expected: "one output")
      }
    }
    let list = model["trees"]?.arrayValue ?? []
    try checkStopping(list.count)
    var inputs: [Feature] = []
    for (place, name) in (learner["feature_names"]?.arrayValue ?? []).enumerated() {
      inputs.append(
        try Feature(
          importing: name.stringValue ?? "", at: "$.learner.feature_names[\(place)]"))
    }
    var trees: [ImportedTrees.Node] = []
    for (place, tree) in list.enumerated() {
      let path = "$.learner.gradient_booster.model.trees[\(place)]"
      trees.append(try XGBoostTree(tree, path, inputs: inputs.count).node(0, depth: 0))
    }
    let version = (root["version"]?.arrayValue ?? []).compactMap { $0.integerValue }
    return ImportedTrees(
      inputs: inputs, base: try base(objective, param), trees: trees, slope: 1,
      source: "xgboost " + version.map { "\($0)" }.joined(separator: "."))
  }

  /// Refuses a model that holds more trees than its own best had: programs disagree on which count.
  private func checkStopping(_ count: Int) throws(TrainingError) {
    guard let text = learner["attributes"]?["best_iteration"]?.stringValue,
      let best = Int(text), best + 1 < count
    else { return }
    throw TrainingError(
      .unsupported, "$.learner.attributes.best_iteration", value: text,
      expected: "the best trees alone: booster[:best_iteration + 1].save_model(…)")
  }

  /// The log-odds of the base score, which stands as a probability but for `logitraw`; computed in 32 bits
  /// as XGBoost does.
  private func base(_ objective: String, _ param: JSONValue?) throws(TrainingError) -> Double {
    let path = "$.learner.learner_model_param.base_score"
    let text = param?["base_score"]?.stringValue ?? ""
    let bare =
      text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    guard let score = Float(bare), score.isFinite else {
      throw TrainingError(.unsupported, path, value: text, expected: "one number")
    }
    if objective == "binary:logitraw" { return Double(score) }
    guard score > 0, score < 1 else {
      throw TrainingError(.unsupported, path, value: text, expected: "a number above 0 and below 1")
    }
    return Double(-logf(1 / score - 1))
  }

  static func missing(_ path: String) -> TrainingError {
    TrainingError(.unreadable, path, expected: "a member that XGBoost writes")
  }
}

/// One tree: its lists stand beside each other, a place a node.
private struct XGBoostTree {
  private let path: String
  private let left: [Int]
  private let right: [Int]
  private let features: [Int]
  private let conditions: [Double]
  private let covers: [Double]
  private let missingIsLeft: [Bool]
  private let inputs: Int

  /// No path of a tree is longer: more would be a circle.
  private static let deepest = 1_000

  init(_ tree: JSONValue, _ path: String, inputs: Int) throws(TrainingError) {
    func numbers(_ key: String) throws(TrainingError) -> [Double] {
      guard let list = tree[key]?.arrayValue else {
        throw XGBoostReader.missing("\(path).\(key)")
      }
      var numbers: [Double] = []
      for (place, value) in list.enumerated() {
        guard let number = value.double else {
          throw TrainingError(.unreadable, "\(path).\(key)[\(place)]", expected: "a number")
        }
        numbers.append(number)
      }
      return numbers
    }
    func wholes(_ key: String) throws(TrainingError) -> [Int] {
      try numbers(key).map { Int(exactly: $0) ?? -1 }
    }
    (self.path, self.inputs) = (path, inputs)
    left = try wholes("left_children")
    right = try wholes("right_children")
    features = try wholes("split_indices")
    conditions = try numbers("split_conditions")
    covers = try numbers("sum_hessian")
    let defaults = tree["default_left"]?.arrayValue ?? []
    missingIsLeft = defaults.map { $0.boolValue ?? ($0.integerValue == 1) }
    let size = left.count
    guard size > 0,
      [right.count, features.count, conditions.count, covers.count, defaults.count]
        .allSatisfy({ $0 == size })
    else { throw TrainingError(.unreadable, path, expected: "lists of one length") }
    let kinds = try tree["split_type"] == nil ? [] : wholes("split_type")
    if let place = kinds.firstIndex(where: { $0 != 0 }) {
      throw TrainingError(
        .unsupported, "\(path).split_type[\(place)]", value: "categorical split",
        expected: "splits by number: train without enable_categorical")
    }
    let vector = tree["tree_param"]?["size_leaf_vector"]?.stringValue ?? "1"
    guard vector == "0" || vector == "1" else {
      throw TrainingError(
        .unsupported, "\(path).tree_param.size_leaf_vector", value: vector, expected: "one output")
    }
  }

  func node(_ place: Int, depth: Int) throws(TrainingError) -> ImportedTrees.Node {
    guard left.indices.contains(place), depth < Self.deepest else {
      throw TrainingError(
        .unreadable, path, value: "node \(place)", expected: "a tree of its nodes")
    }
    if left[place] < 0 {
      return .leaf(value: Double(Float(conditions[place])), cover: covers[place])
    }
    guard (0..<inputs).contains(features[place]) else {
      throw TrainingError(
        .unsupported, "\(path).split_indices[\(place)]", value: "\(features[place])",
        expected: "a feature of feature_names: train with names")
    }
    let condition = Float(conditions[place])
    guard !condition.isNaN else {
      throw TrainingError(.unreadable, "\(path).split_conditions[\(place)]", expected: "a number")
    }
    return .split(
      input: features[place], below: leastNotBelow(condition), missingIsYes: missingIsLeft[place],
      yes: try node(left[place], depth: depth + 1), no: try node(right[place], depth: depth + 1))
  }
}

extension JSONValue {
  fileprivate var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let number): number.value
    default: nil
    }
  }
}

/// The least whole number, within what a document may hold, that is not below a condition when both are
/// 32-bit floats: rounding to a float keeps the order, so halving finds it.
package func leastNotBelow(_ condition: Float) -> Int64 {
  var (low, high) = (-largestAmount, largestAmount)
  guard Float(low) < condition else { return low }
  while high - low > 1 {
    let middle = low + (high - low) / 2
    if Float(middle) < condition { low = middle } else { high = middle }
  }
  return high
}

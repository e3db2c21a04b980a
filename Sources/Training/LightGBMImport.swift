package import Collections
internal import Glibc

extension ScoringModel {
  /// Takes in a model that LightGBM wrote as text (`save_model("model.txt")`).
  ///
  /// Its trees compare 64-bit floats, `value <= threshold`, which for whole numbers is `value < ⌊threshold⌋
  /// + 1`. A missing value is a NaN there: it goes where `decision_type` says, or counts as 0 where that
  /// says no value is missing; where zeros are missing they go the same way. Source: LightGBM's
  /// `Tree::NumericalDecision` (include/LightGBM/tree.h). Supported: a binary objective, numbers alone.
  ///
  /// Throws ``TrainingError``: `unreadable_model`, `unsupported_model`, `unknown_feature`,
  /// `forbidden_feature`.
  package init(lightgbm text: String, _ plan: ImportPlan) throws(TrainingError) {
    try self.init(LightGBMReader(text).trees(), plan)
  }
}

/// The lines `key=value` of a section of the text.
private struct Section {
  let name: String
  private var values: [String: String] = [:]

  init(_ name: String) { self.name = name }

  subscript(key: String) -> String? {
    get { values[key] }
    set { values[key] = newValue }
  }

  func numbers(_ key: String, _ count: Int) throws(TrainingError) -> [Double] {
    let words = (values[key] ?? "").split(separator: " ")
    var numbers: [Double] = []
    for word in words {
      guard let number = Double(word), !number.isNaN else {
        throw TrainingError(
          .unreadable, "\(name) \(key)", value: String(word), expected: "a number")
      }
      numbers.append(number)
    }
    guard numbers.count == count else {
      throw TrainingError(
        .unreadable, "\(name) \(key)", value: "\(numbers.count) numbers", expected: "\(count)")
    }
    return numbers
  }

  func wholes(_ key: String, _ count: Int) throws(TrainingError) -> [Int] {
    try numbers(key, count).map { Int(exactly: $0) ?? Int.max }
  }

  func refuse(_ key: String, unless allowed: [String?]) throws(TrainingError) {
    guard !allowed.contains(values[key]) else { return }
    let words = allowed.compactMap { $0 }.joined(separator: " or ")
    throw TrainingError(
      .unsupported, "\(name) \(key)", value: values[key] ?? "",
      expected: words.isEmpty ? "a model without it" : words)
  }
}

/// Reads the header and the trees of LightGBM's text.
private struct LightGBMReader {
  private var header = Section("header")
  private var sections: [Section] = []
  private var isAveraged = false

  init(_ text: String) throws(TrainingError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "tree" else {
      throw TrainingError(
        .unreadable, "line 1", value: String(lines.first ?? ""),
        expected: "what LightGBM's save_model writes")
    }
    var isWhole = false
    for line in lines.dropFirst() {
      if line == "end of trees" {
        isWhole = true
        break
      }
      if line == "average_output" { isAveraged = true }
      guard let sign = line.firstIndex(of: "=") else { continue }
      let (key, value) = (String(line[..<sign]), String(line[line.index(after: sign)...]))
      if key == "Tree" {
        sections.append(Section("Tree=\(value)"))
      } else if sections.isEmpty {
        header[key] = value
      } else {
        sections[sections.count - 1][key] = value
      }
    }
    guard isWhole else {
      throw TrainingError(.unreadable, expected: "a file with all its trees: `end of trees`")
    }
  }

  func trees() throws(TrainingError) -> ImportedTrees {
    try header.refuse("num_class", unless: ["1"])
    try header.refuse("num_tree_per_iteration", unless: ["1"])
    let words = (header["objective"] ?? "").split(separator: " ")
    guard let objective = words.first, ["binary", "cross_entropy"].contains(objective) else {
      throw TrainingError(
        .unsupported, "header objective", value: header["objective"] ?? "",
        expected: "binary or cross_entropy")
    }
    var slope = 1.0
    for word in words.dropFirst() where word.hasPrefix("sigmoid:") {
      guard let value = Double(word.dropFirst(8)), value > 0, value.isFinite else {
        throw TrainingError(
          .unsupported, "header objective", value: String(word), expected: "sigmoid: above 0")
      }
      slope = value
    }
    var inputs: [Feature] = []
    for (place, name) in (header["feature_names"] ?? "").split(separator: " ").enumerated() {
      inputs.append(try Feature(importing: String(name), at: "header feature_names[\(place)]"))
    }
    let share = isAveraged ? 1 / Double(max(1, sections.count)) : 1
    var trees: [ImportedTrees.Node] = []
    for section in sections {
      trees.append(try LightGBMTree(section, inputs: inputs.count, share: share).root())
    }
    return ImportedTrees(
      inputs: inputs, base: 0, trees: trees, slope: slope,
      source: "lightgbm " + (header["version"] ?? ""))
  }
}

/// One tree: splits by place; a child below 0 is the leaf of its complement.
private struct LightGBMTree {
  private enum Missing { case none, zero, notANumber }

  private let name: String
  private let left: [Int]
  private let right: [Int]
  private let features: [Int]
  private let thresholds: [Double]
  private let decisions: [Int]
  private let leaves: [Double]
  private let covers: [Double]

  private static let deepest = 1_000

  init(_ section: Section, inputs: Int, share: Double) throws(TrainingError) {
    name = section.name
    try section.refuse("num_cat", unless: ["0"])
    try section.refuse("is_linear", unless: ["0", nil])
    let count = Int(section["num_leaves"] ?? "") ?? 0
    guard (1...TreeEnsemble.mostNodes).contains(count) else {
      throw TrainingError(
        .unsupported, "\(name) num_leaves", value: section["num_leaves"] ?? "",
        expected: "1 to \(TreeEnsemble.mostNodes)")
    }
    leaves = try section.numbers("leaf_value", count).map { $0 * share }
    guard count > 1 else {
      (left, right, features, decisions, thresholds, covers) = ([], [], [], [], [], [1])
      return
    }
    covers = try section.numbers("leaf_count", count)
    left = try section.wholes("left_child", count - 1)
    right = try section.wholes("right_child", count - 1)
    features = try section.wholes("split_feature", count - 1)
    decisions = try section.wholes("decision_type", count - 1)
    thresholds = try section.numbers("threshold", count - 1)
    guard features.allSatisfy((0..<inputs).contains) else {
      throw TrainingError(.unreadable, "\(name) split_feature", expected: "features of the header")
    }
    if let decision = decisions.first(where: { !(0...11).contains($0) || $0 & 1 == 1 }) {
      throw TrainingError(
        .unsupported, "\(name) decision_type", value: "\(decision)", expected: "splits by number")
    }
  }

  func root() throws(TrainingError) -> ImportedTrees.Node {
    left.isEmpty ? .leaf(value: leaves[0], cover: covers[0]) : try node(0, depth: 0)
  }

  private func node(_ place: Int, depth: Int) throws(TrainingError) -> ImportedTrees.Node {
    guard place >= 0 else {
      let leaf = ~place
      guard leaves.indices.contains(leaf) else { throw broken(place) }
      return .leaf(value: leaves[leaf], cover: covers[leaf])
    }
    guard left.indices.contains(place), depth < Self.deepest else { throw broken(place) }
    let yes = try node(left[place], depth: depth + 1)
    let no = try node(right[place], depth: depth + 1)
    let (input, below) = (features[place], leastAbove(thresholds[place]))
    let isLeft = decisions[place] & 2 == 2
    let missing: Missing =
      decisions[place] >> 2 == 2 ? .notANumber : decisions[place] >> 2 == 1 ? .zero : .none
    switch missing {
    case .notANumber:
      return .split(input: input, below: below, missingIsYes: isLeft, yes: yes, no: no)
    case .none:
      // A value that is not there counts as 0.
      return .split(input: input, below: below, missingIsYes: 0 < below, yes: yes, no: no)
    case .zero where isLeft == (0 < below):
      return .split(input: input, below: below, missingIsYes: isLeft, yes: yes, no: no)
    case .zero:
      return zeroApart(input, below, isLeft, yes, no)
    }
  }

  /// A split at which zeros, and what is missing, go the other way than the numbers beside them: they are
  /// cut out by splits at 0 and at 1.
  private func zeroApart(
    _ input: Int, _ below: Int64, _ isLeft: Bool, _ yes: ImportedTrees.Node,
    _ no: ImportedTrees.Node
  ) -> ImportedTrees.Node {
    let zero = isLeft ? yes : no
    let under: ImportedTrees.Node
    let over: ImportedTrees.Node
    if 0 < below {
      under = yes
      over =
        below <= 1
        ? no : .split(input: input, below: below, missingIsYes: false, yes: yes, no: no)
    } else {
      over = no
      under =
        below >= 0
        ? yes : .split(input: input, below: below, missingIsYes: false, yes: yes, no: no)
    }
    let rest = ImportedTrees.Node.split(
      input: input, below: 1, missingIsYes: true, yes: zero, no: over)
    return .split(input: input, below: 0, missingIsYes: false, yes: under, no: rest)
  }

  private func broken(_ place: Int) -> TrainingError {
    TrainingError(.unreadable, name, value: "node \(place)", expected: "a tree of its nodes")
  }
}

/// The least whole number, within what a document may hold, above a threshold.
package func leastAbove(_ threshold: Double) -> Int64 {
  let floor = threshold.rounded(.down)
  if floor >= Double(largestAmount) { return largestAmount }
  if floor < -Double(largestAmount) { return -largestAmount }
  return Int64(floor) + 1
}

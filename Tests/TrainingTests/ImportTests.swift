import CanonicalJSON
import Collections
import Testing
import Training

@Suite("Taking in boosted trees")
struct ImportTests {
  private let plan = ImportPlan(
    id: "m", version: 1, title: BilingualText("m", "m"), target: .keepsPromise, isFavourable: true,
    knowledge: .recorded)

  private func xgboost(_ changes: (String, String)...) throws(TrainingError) -> ScoringModel {
    var text = """
      {"learner":{"attributes":{},"feature_names":["daysPastDue","outstanding"],"gradient_booster":{
      "model":{"trees":[{"default_left":[1,0,0],"left_children":[1,-1,-1],
      "right_children":[2,-1,-1],"split_conditions":[3.05E1,-5E-1,2.5E-1],"split_indices":[0,0,0],
      "split_type":[0,0,0],"sum_hessian":[4E0,3E0,1E0],"tree_param":{"size_leaf_vector":"1"}}]},
      "name":"gbtree"},"learner_model_param":{"base_score":"[5E-1]","num_class":"0",
      "num_target":"1"},"objective":{"name":"binary:logistic"}},"version":[3,2,0]}
      """
    for (old, new) in changes { text.replace(old, with: new) }
    let bytes = Array(text.utf8)
    return try ScoringModel(xgboost: bytes.span, plan)
  }

  private func lightGBM(_ changes: (String, String)...) throws(TrainingError) -> ScoringModel {
    var text = """
      tree
      version=v4
      num_class=1
      num_tree_per_iteration=1
      objective=binary sigmoid:1
      feature_names=daysPastDue outstanding

      Tree=0
      num_leaves=2
      num_cat=0
      split_feature=0
      threshold=30.5
      decision_type=10
      left_child=-1
      right_child=-2
      leaf_value=-0.5 0.25
      leaf_count=3 1
      is_linear=0
      shrinkage=1

      end of trees
      """
    for (old, new) in changes { text.replace(old, with: new) }
    return try ScoringModel(lightgbm: text, plan)
  }

  /// The sum at a value of days past due, in thousandths.
  private func sum(_ model: ScoringModel, _ value: Int64?) -> Int64 {
    guard case .trees(let trees) = model.body else { return .min }
    var row = FeatureRow()
    if let feature = Feature(named: "daysPastDue") { row[feature] = value ?? Feature.missing }
    return trees.sum(row.values.span) / 1_000_000
  }

  @Test("a split goes the same way for every whole number, and so does what is missing")
  func splits() throws {
    let model = try xgboost()
    #expect([30, 31, nil].map { sum(model, $0) } == [-500, 250, -500])
    let other = try lightGBM(("30.5", "30"))
    #expect([30, 31, nil].map { sum(other, $0) } == [-500, 250, -500])
    guard case .trees(let trees) = model.body else { return }
    // What is expected before anything is known: (3 × −0.5 + 0.25) / 4.
    #expect(trees.expected == -312_500_000)
  }

  @Test(
    "LightGBM's missing values: NaN by direction, none as 0, zeros the same way as what is missing")
  func missing() throws {
    let values: [Int64?] = [-1, 0, 1, 30, 31, nil]
    func sums(_ decision: Int, _ threshold: String = "30.5") throws -> [Int64] {
      let model = try lightGBM(
        ("decision_type=10", "decision_type=\(decision)"), ("30.5", threshold))
      return values.map { sum(model, $0) }
    }
    #expect(try sums(8) == [-500, -500, -500, -500, 250, 250])
    #expect(try sums(0) == [-500, -500, -500, -500, 250, -500])
    #expect(try sums(6) == [-500, -500, -500, -500, 250, -500])
    // Zeros go right although they are not above 30.5.
    #expect(try sums(4) == [-500, 250, -500, -500, 250, 250])
    // Zeros go left although they are above −0.5.
    #expect(try sums(6, "-0.5") == [-500, -500, 250, 250, 250, -500])
    #expect(try sums(4, "0") == [-500, 250, 250, 250, 250, 250])
  }

  @Test(
    "the least whole number that is not below a 32-bit float, when it is one itself",
    arguments: [
      (Float(0), Int64(0)), (-0.5, 0), (0.5, 1), (1, 1), (30.5, 31), (16_777_216, 16_777_216),
      // From 2^24 on floats are two apart; 2^24 + 1 is halfway and rounds to even, down.
      (16_777_218, 16_777_218), (16_777_220, 16_777_219), (3e38, 9_007_199_254_740_991),
      (-3e38, -9_007_199_254_740_991),
    ])
  func floats(_ condition: Float, _ least: Int64) {
    let found = leastNotBelow(condition)
    #expect(found == least)
    if abs(found) < 9_007_199_254_740_991 {
      #expect(!(Float(found) < condition) && Float(found - 1) < condition)
    }
  }

  @Test("the least whole number above a threshold")
  func thresholds() {
    #expect(
      [0.5, 1, -0.5, -1, 1e300, -1e300].map(leastAbove) == [
        1, 2, 0, 0, 9_007_199_254_740_991, -9_007_199_254_740_991,
      ])
  }

  @Test("what is not supported is refused by name")
  func refusals() throws {
    func code(_ body: () throws(TrainingError) -> ScoringModel) -> [String] {
      do {
        _ = try body()
        return []
      } catch {
        return [error.code.rawValue, error.place]
      }
    }
    #expect(
      code { () throws(TrainingError) in try xgboost(("binary:logistic", "multi:softprob")) }
        == ["unsupported_model", "$.learner.objective.name"])
    #expect(
      code { () throws(TrainingError) in try xgboost(("\"gbtree\"", "\"dart\"")) }
        == ["unsupported_model", "$.learner.gradient_booster.name"])
    #expect(
      code { () throws(TrainingError) in try xgboost(("\"split_type\":[0", "\"split_type\":[1")) }
        == ["unsupported_model", "$.learner.gradient_booster.model.trees[0].split_type[0]"])
    #expect(
      code { () throws(TrainingError) in try xgboost(("\"outstanding\"", "\"sex\"")) }
        == ["forbidden_feature", "$.learner.feature_names[1]"])
    #expect(
      code { () throws(TrainingError) in try xgboost(("\"outstanding\"", "\"f1\"")) }
        == ["unknown_feature", "$.learner.feature_names[1]"])
    #expect(
      code { () throws(TrainingError) in
        try xgboost(("\"left_children\":[1", "\"left_children\":[0"))
      }
      .first == "unreadable_model")
    #expect(
      code { () throws(TrainingError) in try xgboost(("{\"learner\"", "{")) }.first
        == "unreadable_model")
    #expect(
      code { () throws(TrainingError) in try lightGBM(("num_cat=0", "num_cat=1")) }
        == ["unsupported_model", "Tree=0 num_cat"])
    #expect(
      code { () throws(TrainingError) in try lightGBM(("is_linear=0", "is_linear=1")) }
        == ["unsupported_model", "Tree=0 is_linear"])
    #expect(
      code { () throws(TrainingError) in try lightGBM(("binary", "regression")) }
        == ["unsupported_model", "header objective"])
    #expect(
      code { () throws(TrainingError) in try lightGBM(("num_class=1", "num_class=3")) }
        == ["unsupported_model", "header num_class"])
    #expect(
      code { () throws(TrainingError) in try lightGBM(("-0.5 0.25", "-0.5 nan")) }
        == ["unreadable_model", "Tree=0 leaf_value"])
    #expect(
      code { () throws(TrainingError) in try lightGBM(("end of trees", "")) }.first
        == "unreadable_model")
  }
}

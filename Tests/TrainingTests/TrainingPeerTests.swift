import Collections
import Foundation
import Testing
import Training

/// What `Tests/slow/training-peers` has peers' programs make; without it these tests have nothing to compare.
@Suite("Training beside its peers")
struct TrainingPeerTests {
  private static let folder = ProcessInfo.processInfo.environment["QUIPU_PEERS"]

  private struct Regression: Decodable {
    var name: String
    var ridge: Double
    var columns: [[Double]]
    var outcomes: [Bool]
    var intercept: Double
    var coefficients: [Double]
  }

  private struct Boosting: Decodable {
    struct Model: Decodable {
      var file: String
      var program: String
      var probabilities: [Double]
      var margins: [Double]
    }

    var names: [String]
    var rows: [[Int64?]]
    var models: [Model]
  }

  private static func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder ?? "")/\(name)"))
  }

  @Test("coefficients are scikit-learn's to 1e-6", .enabled(if: folder != nil))
  func regressions() throws {
    let cases = try JSONDecoder().decode(
      [Regression].self, from: try Self.data("regressions.json"))
    #expect(Set(cases.map(\.name)).count >= 3)
    for one in cases {
      let fit = try LogisticRegression(
        columns: one.columns, outcomes: one.outcomes, ridge: one.ridge)
      let apart =
        zip(
          fit.coefficients + [fit.intercept], one.coefficients + [one.intercept]
        ).map { abs($0 - $1) }.max() ?? 1
      print("\(one.name), ridge \(one.ridge): \(fit.steps) steps, at most \(apart) apart")
      #expect(apart <= 1e-6, "\(one.name), ridge \(one.ridge)")
    }
  }

  @Test("boosted trees taken in give the programs' own predictions", .enabled(if: folder != nil))
  func boosting() throws {
    let boosting = try JSONDecoder().decode(Boosting.self, from: try Self.data("boosting.json"))
    let features = boosting.names.compactMap(Feature.init(named:))
    #expect(features.count == boosting.names.count && boosting.rows.count == 10_000)
    let plan = ImportPlan(
      id: "m", version: 1, title: BilingualText("m", "m"), target: .keepsPromise,
      isFavourable: true, knowledge: .recorded)
    for peer in boosting.models {
      let bytes = [UInt8](try Self.data(peer.file))
      let model =
        peer.program == "xgboost"
        ? try ScoringModel(xgboost: bytes.span, plan)
        : try ScoringModel(lightgbm: String(decoding: bytes, as: UTF8.self), plan)
      guard case .trees(let trees) = model.body else { throw CancellationError() }
      var worst = 0.0
      var worstBp = 0.0
      for (number, values) in boosting.rows.enumerated() {
        var row = FeatureRow()
        for (feature, value) in zip(features, values) { row[feature] = value ?? Feature.missing }
        let sum = Double(trees.sum(row.values.span)) / Double(trees.scale)
        worst = max(worst, abs(sum - peer.margins[number]))
        let bp = Double(model.score(row).probabilityBp) / 10_000
        worstBp = max(worstBp, abs(bp - peer.probabilities[number]))
      }
      // Half a unit a tree; XGBoost itself adds 32-bit floats, whose last digits are lost.
      let scale = Double(trees.trees.count) / 2 / Double(trees.scale)
      let allowed = scale + (peer.program == "xgboost" ? 2e-5 : 1e-9)
      print("\(peer.file): log-odds at most \(worst) apart, probabilities \(worstBp)")
      #expect(worst <= allowed, "\(peer.file)")
      #expect(worstBp <= 0.001, "\(peer.file)")
    }
  }
}

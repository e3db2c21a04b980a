import CanonicalJSON
import Collections
import Foundation
import Testing
import Training

@Suite("Training a scorecard")
struct ScorecardTrainingTests {
  /// Rows whose target depends on days past due and the share paid, and on nothing else; two rows an account.
  static func table(_ rows: Int, seed: UInt64) throws -> TrainingTable {
    let names = ["daysPastDue", "paidShare90dBp", "outstanding", "product", "creditLimit"]
    var table = TrainingTable(features: names.compactMap(Feature.init(named:)))
    #expect(table.features.count == names.count)
    var random = SplitMix64(seed: seed)
    let day = try #require(CivilDate("2025-03-31"))
    var (decades, regions): ([String], [String]) = ([], [])
    for row in 0..<rows {
      let (late, paid) = (Int64(random.below(121)), Int64(random.below(10_001)))
      let values = [
        late, random.below(10) == 0 ? Feature.missing : paid, Int64(random.below(1_000_000)),
        Int64(random.below(4)), Feature.missing,
      ]
      for (place, value) in values.enumerated() { table.columns[place].append(value) }
      let odds = 1.5 - Double(late) / 40 + Double(paid) / 5_000
      table.outcomes.append(Double(random.below(1 << 20)) / Double(1 << 20) < logistic(odds))
      table.accounts.append("A-\(row / 2)")
      table.dates.append(day + row % 2)
      decades.append(["1960", "1970", "1980"][row % 3])
      regions.append(row % 50 == 0 ? "Puno" : row % 2 == 0 ? "Lima" : "")
    }
    table.groups = [
      TrainingTable.Grouping(name: "birthDecade", labels: decades),
      TrainingTable.Grouping(name: "region", labels: regions),
    ]
    return table
  }

  static func plan(_ target: Target = .paysWithin(days: 30, minShareBp: 5_000)) -> TrainingPlan {
    var plan = TrainingPlan(
      id: "m", version: 1, title: BilingualText("m", "m"), target: target, isFavourable: true,
      knowledge: .recorded)
    plan.rounds = 50
    return plan
  }

  @Test("it finds what the target depends on, leaves out what it does not, and is calibrated")
  func finds() throws {
    let training = try ScorecardTraining(
      try Self.table(6_000, seed: 1), test: try Self.table(4_000, seed: 2), Self.plan())
    #expect(training.model.features.map(\.name).sorted() == ["daysPastDue", "paidShare90dBp"])
    #expect(training.report.auc.value > 7_400)
    #expect((training.report.auc.low ?? 0) < training.report.auc.value)
    #expect(training.report.auc.value < (training.report.auc.high ?? 0))
    #expect(
      training.report.gini.value == 2 * training.report.auc.value - 10_000
        || abs(training.report.gini.value - 2 * training.report.auc.value + 10_000) <= 1)
    #expect(training.report.deciles.allSatisfy { $0.isInside })
    #expect(training.report.psi.value < 100)
    let steps = training.model.calibration
    for (one, next) in zip(steps, steps.dropFirst()) {
      #expect(one.from < next.from && one.bp < next.bp)
    }
    // The document is one that the reader takes, and says the same again.
    var bytes: [UInt8] = []
    training.model.json.appendCanonical(to: &bytes)
    #expect(try ScoringModel(parsing: bytes.span) == training.model)
  }

  @Test("the same tables give the same bytes, other seeds other intervals alone")
  func again() throws {
    let (rows, test) = (try Self.table(3_000, seed: 3), try Self.table(2_000, seed: 4))
    func texts(_ seed: UInt64) throws -> [String] {
      var plan = Self.plan()
      plan.seed = seed
      let training = try ScorecardTraining(rows, test: test, plan)
      return [
        training.model.json.canonicalText,
        training.report.json(of: training.model, split: "s").canonicalText,
      ]
    }
    let (first, second, other) = (try texts(1), try texts(1), try texts(2))
    #expect(first == second)
    #expect(first[0] == other[0] && first[1] != other[1])
  }

  @Test("fairness: large groups are judged against the one chosen most, small ones said to be so")
  func fairness() throws {
    let training = try ScorecardTraining(
      try Self.table(3_000, seed: 5), test: try Self.table(3_000, seed: 6), Self.plan())
    let decades = try #require(training.report.fairness.first { $0.name == "birthDecade" })
    #expect(decades.groups.map(\.label) == ["1960", "1970", "1980"])
    let reference = try #require(decades.groups.first { $0.label == decades.reference })
    #expect(reference.impactRatio?.value == 10_000)
    #expect(reference.opportunityDifference?.value == 0)
    #expect(decades.groups.allSatisfy { $0.selected.value <= reference.selected.value })
    let regions = try #require(training.report.fairness.first { $0.name == "region" })
    let puno = try #require(regions.groups.first { $0.label == "Puno" })
    #expect(puno.isSmall && puno.impactRatio == nil && puno.rows == 60)
    // Those of whom it is not known are no measure for the others.
    #expect(regions.reference == "Lima")
  }

  @Test("remarks say what must be said")
  func remarks() throws {
    var plan = Self.plan(.curesWithin(days: 30))
    plan.knowledge = .effective
    let training = try ScorecardTraining(
      try Self.table(2_000, seed: 8), test: try Self.table(2_000, seed: 9), plan)
    let remarks = training.report.remarks(on: training.model)
    #expect(remarks.contains(.effectiveKnowledge) && remarks.contains(.dependsOnTreatment))
    let other = try ScorecardTraining(
      try Self.table(2_000, seed: 8), test: try Self.table(2_000, seed: 9), Self.plan())
    let fewer = other.report.remarks(on: other.model)
    #expect(!fewer.contains(.effectiveKnowledge) && !fewer.contains(.dependsOnTreatment))
  }

  @Test("no rows, few rows, one class, nothing to measure by, nothing told: each refused by code")
  func refusals() throws {
    let good = try Self.table(1_000, seed: 10)
    func code(_ training: TrainingTable, _ test: TrainingTable) -> String? {
      do {
        _ = try ScorecardTraining(training, test: test, Self.plan())
        return nil
      } catch {
        return error.code.rawValue
      }
    }
    let empty = good.rows([], of: good.features)
    var ones = good
    ones.outcomes = Array(repeating: true, count: good.count)
    var constant = good
    for place in constant.columns.indices {
      constant.columns[place] = Array(repeating: 1, count: good.count)
    }
    #expect(code(empty, good) == "no_rows")
    #expect(code(good.rows(Array(0..<60), of: good.features), good) == "too_few_rows")
    #expect(code(ones, good) == "one_class")
    #expect(code(good, empty) == "no_test_rows")
    #expect(code(good, ones) == "no_test_rows")
    #expect(code(constant, good) == "no_feature")
    #expect(code(good, good) == nil)
  }

  @Test("splits: by date, by opening, by the number an id ends in")
  func splits() throws {
    var table = try Self.table(100, seed: 11)
    table.features.append(try #require(Feature(named: "debtAgeDays")))
    table.columns.append((0..<100).map { Int64(200 - $0 / 2) + Int64($0 % 2) })
    let day = try #require(CivilDate("2025-04-01"))
    let byDate = TrainingSplit.date(day)
    #expect(try byDate.testRows(of: table).allSatisfy { table.dates[$0] >= day })
    #expect(try byDate.trainingRows(of: table, before: day).count == 50)
    let byOpening = try #require(TrainingSplit("opened:80"))
    let split = try #require(byOpening.day(in: table))
    let (learned, tested) = (
      try byOpening.trainingRows(of: table, before: split), try byOpening.testRows(of: table)
    )
    #expect(learned == Array(0..<80) && tested == Array(80..<100))
    let byNumber = try #require(TrainingSplit("number:8/10"))
    #expect(
      try byNumber.testRows(of: table).map { table.accounts[$0] }.allSatisfy {
        $0.hasSuffix("8") || $0.hasSuffix("9")
      })
    table.accounts[0] = "north"
    #expect(throws: TrainingError(.noNumber, expected: "")) { try byNumber.testRows(of: table) }
    for text in ["opened:0", "opened:100", "number:8/8", "number:0/10", "number:8", "soon", ""] {
      #expect(TrainingSplit(text) == nil)
    }
  }
}

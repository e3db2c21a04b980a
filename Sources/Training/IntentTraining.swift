package import CanonicalJSON
package import Collections
internal import Glibc

/// Trains a classifier of messages: two logistic regressions (what it wants, in which language) over the
/// same terms, by stochastic gradient with steps that shrink by AdaGrad, then turned into whole points.
///
/// The order of the examples is drawn from one seed, every sum is taken in one order: the same examples give
/// the same bytes. How sure a reading is comes from messages that each of five models did not learn from.
/// Source: Duchi, Hazan, Singer, *Adaptive Subgradient Methods*, JMLR 12 (2011).
package struct IntentTraining: Sendable {
  /// How it is trained.
  package struct Plan: Sendable {
    package var seed: UInt64 = 1
    /// How often all examples are gone through.
    package var rounds = 15
    /// The least readings of which this share was right count as sure, in basis points.
    package var sureFromBp: Int64 = 8_000
    /// A term seen in fewer examples is not kept.
    package var fewest = 2

    /// The usual plan.
    package init() {}
  }

  /// The document, as ``IntentModel`` reads it.
  package let document: JSONValue
  /// How it does on the examples it has not seen.
  package let measure: IntentMeasure

  /// Trains on the examples that are not held out. O(rounds × examples × their terms).
  ///
  /// Throws ``TrainingError``: `no_rows`; `unreadable_model` should the document not be read back.
  package init(_ examples: IntentExamples, _ plan: Plan = Plan()) throws(TrainingError) {
    let learned = examples.examples.filter { !$0.isHeldOut }.map {
      IntentRow($0, MessageTerms.terms(of: $0.text, examples.classes))
    }
    guard !learned.isEmpty else {
      throw TrainingError(.noRows, expected: "examples that are not held out")
    }
    var table = [IntentModel.Step(gap: 0, bp: 0)]
    var pools: [(gap: Int64, isRight: Bool)] = []
    for part in 0..<Self.parts {
      let fit = IntentFit(
        learned.indices.filter { $0 % Self.parts != part }.map { learned[$0] }, plan)
      let model = try Self.model(Self.document(examples, fit, table, plan))
      for place in learned.indices where place % Self.parts == part {
        let example = learned[place].example
        guard let read = model.gap(of: example.text) else { continue }
        pools.append((read.gap, read.intent == example.intent))
      }
    }
    table = Self.table(pools)
    document = Self.document(examples, IntentFit(learned, plan), table, plan)
    measure = IntentMeasure(
      try Self.model(document), examples.examples.filter(\.isHeldOut), learned: learned.count)
  }

  /// In how many parts the examples are split to find how sure a reading is.
  private static let parts = 5
  /// In how many steps the gaps are looked up, before neighbours are pooled.
  private static let mostSteps = 20

  private static func model(_ document: JSONValue) throws(TrainingError) -> IntentModel {
    do { return try IntentModel(document) } catch {
      throw TrainingError(.unreadable, error.path, value: error.value, expected: error.expected)
    }
  }

  /// How often gaps of each width were right, made to rise.
  private static func table(
    _ pools: [(gap: Int64, isRight: Bool)]
  ) -> [IntentModel.Step] {
    let sorted = pools.sorted { $0.gap < $1.gap }
    var groups: [(gap: Int64, pool: Pool)] = []
    for step in 0..<mostSteps {
      let part = sorted[sorted.count * step / mostSteps..<sorted.count * (step + 1) / mostSteps]
      guard let first = part.first else { continue }
      let right = part.lazy.filter(\.isRight).count
      let gap = groups.isEmpty ? 0 : first.gap
      if let last = groups.last, last.gap == gap {
        let pool = last.pool
        groups[groups.count - 1].pool = Pool(
          events: pool.events + right, rows: pool.rows + part.count)
      } else {
        groups.append((gap, Pool(events: right, rows: part.count)))
      }
    }
    var (steps, place): ([IntentModel.Step], Int) = ([], 0)
    for (pool, count) in risingPools(groups.map(\.pool)) {
      let bp = Int64(pool.events * 10_000 / max(1, pool.rows))
      steps.append(IntentModel.Step(gap: groups[place].gap, bp: bp))
      place += count
    }
    return steps
  }

  private static func document(
    _ examples: IntentExamples, _ fit: IntentFit, _ table: [IntentModel.Step], _ plan: Plan
  ) -> JSONValue {
    .object([
      "format": .string(IntentModel.format), "model": .string(examples.model),
      "version": .integer(examples.version), "title": examples.title.json,
      "lists": examples.lists,
      "columns": .array(IntentModel.columns.map { .string($0) }),
      "bias": points(fit.bias), "terms": .array(fit.terms.map { .string($0) }),
      "weights": .array(
        fit.terms.indices.map { row in
          let start = row * IntentModel.columns.count
          return points(fit.weights[start..<start + IntentModel.columns.count])
        }),
      "sureFromBp": .integer(plan.sureFromBp),
      "table": .array(
        table.map { .object(["gap": .integer($0.gap), "bp": .integer($0.bp)]) }),
      "training": .object([
        "examples": .integer(Int64(fit.rowCount)), "rounds": .integer(Int64(plan.rounds)),
        "seed": .string("\(plan.seed)"),
      ]),
    ])
  }

  private static func points(_ values: some Sequence<Double>) -> JSONValue {
    .array(
      values.map { value in
        let points = (value * Double(IntentModel.pointsPerUnit)).rounded()
        return .integer(Int64(max(-32_767, min(32_767, points))))
      })
  }
}

/// An example and its terms.
struct IntentRow: Sendable {
  var example: IntentExamples.Example
  var terms: [String]

  init(_ example: IntentExamples.Example, _ terms: [String]) {
    (self.example, self.terms) = (example, terms)
  }
}

/// The weights that fit some examples.
private struct IntentFit {
  /// The terms kept, sorted; a row of weights each, one a column of ``IntentModel/columns``.
  let terms: [String]
  private(set) var weights: [Double]
  private(set) var bias: [Double]
  let rowCount: Int

  private static let step = 1.0
  /// What a step of the bias is beside one of a weight, and what of a weight a step wears off.
  private static let biasShare = 0.1
  private static let wear = 1e-4

  init(_ rows: [IntentRow], _ plan: IntentTraining.Plan) {
    var counts: [String: Int] = [:]
    for row in rows {
      for term in row.terms { counts[term, default: 0] += 1 }
    }
    terms = counts.filter { $0.value >= plan.fewest }.keys.sorted()
    let places = Dictionary(uniqueKeysWithValues: terms.enumerated().map { ($1, $0) })
    let width = IntentModel.columns.count
    weights = Array(repeating: 0, count: terms.count * width)
    bias = Array(repeating: 0, count: width)
    rowCount = rows.count
    var squares = Array(repeating: 1.0, count: weights.count)
    var biasSquares = Array(repeating: 1.0, count: width)
    let known = rows.map { row in row.terms.compactMap { places[$0] } }
    let wanted = rows.map { row in
      (
        Intent.allCases.firstIndex(of: row.example.intent) ?? 0,
        Intent.allCases.count
          + (MessageLanguage.allCases.firstIndex(of: row.example.language) ?? 0)
      )
    }
    var (random, order) = (SplitMix64(seed: plan.seed), Array(rows.indices))
    for _ in 0..<plan.rounds {
      for place in order.indices.dropFirst().reversed() {
        order.swapAt(place, random.below(place + 1))
      }
      for row in order {
        learn(known[row], wanted[row], &squares, &biasSquares)
      }
    }
  }

  /// One step down the slope of one example.
  private mutating func learn(
    _ known: [Int], _ wanted: (Int, Int), _ squares: inout [Double],
    _ biasSquares: inout [Double]
  ) {
    let width = bias.count
    let share = 1 / Double(max(1, known.count)).squareRoot()
    var slopes = Array(repeating: 0.0, count: width)
    for term in known {
      for column in 0..<width { slopes[column] += weights[term * width + column] }
    }
    for column in 0..<width { slopes[column] = slopes[column] * share + bias[column] }
    Self.turnIntoShares(&slopes, 0..<Intent.allCases.count)
    Self.turnIntoShares(&slopes, Intent.allCases.count..<width)
    slopes[wanted.0] -= 1
    slopes[wanted.1] -= 1
    for term in known {
      for column in 0..<width {
        let (slope, place) = (slopes[column] * share, term * width + column)
        squares[place] += slope * slope
        weights[place] -= Self.step * slope / squares[place].squareRoot()
        weights[place] *= 1 - Self.wear
      }
    }
    for column in 0..<width {
      biasSquares[column] += slopes[column] * slopes[column]
      bias[column] -=
        Self.biasShare * Self.step * slopes[column] / biasSquares[column].squareRoot()
    }
  }

  /// Log-odds into probabilities that add up to 1 (softmax).
  private static func turnIntoShares(_ values: inout [Double], _ range: Range<Int>) {
    let most = values[range].reduce(-.infinity, max)
    var sum = 0.0
    for place in range {
      values[place] = exp(values[place] - most)
      sum += values[place]
    }
    for place in range { values[place] /= sum }
  }
}

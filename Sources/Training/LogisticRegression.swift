internal import Glibc

/// Logistic regression fitted by iteratively reweighted least squares, which is Newton's method.
///
/// The most likely intercept and coefficients, less half the ridge times the sum of the coefficients'
/// squares; the intercept is not penalised. Source: Hastie, Tibshirani, Friedman, *The Elements of
/// Statistical Learning*, 4.4.1. With a ridge of r the result is that of scikit-learn's
/// `LogisticRegression(C=1/r)`.
package struct LogisticRegression: Equatable, Sendable {
  /// The log-odds where every column is 0.
  package var intercept: Double
  /// What one more of a column adds to the log-odds; a value a column.
  package var coefficients: [Double]
  /// How many steps it took.
  package var steps: Int

  /// The most steps; a fit that has a finite best takes some ten.
  private static let mostSteps = 60
  /// At rest: no coefficient of a column of standard deviation 1 moves by more.
  private static let rest = 1e-10
  /// No coefficient of a column of standard deviation 1 gets so far but on its way to infinity.
  private static let farthest = 60.0

  /// Fits. Columns are `columns[column][row]`. O(steps × rows × columns²), in one fixed order.
  ///
  /// Throws ``TrainingError``: `no_rows`, `one_class`, `collinear_columns` (a constant column too, but with
  /// a ridge), `separated_classes`, `not_converged`.
  package init(columns: [[Double]], outcomes: [Bool], ridge: Double) throws(TrainingError) {
    let rows = outcomes.count
    guard rows > 0 else { throw TrainingError(.noRows, expected: "rows to learn from") }
    let positives = outcomes.lazy.filter { $0 }.count
    guard positives > 0, positives < rows else {
      throw TrainingError(
        .oneClass, value: "\(positives) of \(rows)",
        expected: "rows of which the target came true, and rows of which it did not")
    }
    // Columns of mean 0 and deviation 1 keep the matrix well conditioned; the ridge follows them.
    let scales = columns.map { Scale($0) }
    if ridge <= 0, let place = scales.firstIndex(where: { $0.deviation == 0 }) {
      throw TrainingError(
        .collinear, "column \(place)", expected: "columns that vary, or a ridge above 0")
    }
    let design = zip(columns, scales).map { column, scale in
      column.map { ($0 - scale.mean) / scale.divisor }
    }
    let penalties = scales.map { ridge / ($0.divisor * $0.divisor) }
    var fit = NewtonFit(design, outcomes, penalties)
    steps = 0
    while true {
      steps += 1
      guard steps <= Self.mostSteps else {
        throw TrainingError(
          .notConverged, value: "\(steps - 1) steps", expected: "columns of a like size, or a ridge"
        )
      }
      guard let moved = fit.step() else {
        if steps > 1, ridge <= 0 { throw Self.separation }
        throw TrainingError(
          .collinear, expected: "columns of which none follows from the others, or a ridge above 0")
      }
      if ridge <= 0, fit.farthest > Self.farthest { throw Self.separation }
      if moved <= Self.rest { break }
    }
    coefficients = zip(fit.weights.dropFirst(), scales).map { $0 / $1.divisor }
    intercept = fit.weights[0]
    for (coefficient, scale) in zip(coefficients, scales) { intercept -= coefficient * scale.mean }
  }

  private static var separation: TrainingError {
    TrainingError(
      .separated,
      expected: "columns that do not part the classes without a mistake, or a ridge above 0")
  }
}

/// Mean and standard deviation of a column.
private struct Scale {
  var mean: Double
  var deviation: Double
  var divisor: Double { deviation > 0 ? deviation : 1 }

  init(_ column: [Double]) {
    mean = column.reduce(0, +) / Double(column.count)
    var squares = 0.0
    var least = column[0]
    var most = column[0]
    for value in column {
      squares += (value - mean) * (value - mean)
      least = min(least, value)
      most = max(most, value)
    }
    // What rounding leaves of a constant column is no deviation.
    deviation = least == most ? 0 : (squares / Double(column.count)).squareRoot()
  }
}

/// The state of a fit between two steps.
private struct NewtonFit {
  let design: [[Double]]
  let outcomes: [Bool]
  let penalties: [Double]
  /// The intercept, then a weight a column.
  var weights: [Double]
  private var odds: [Double]
  private var loss: Double

  init(_ design: [[Double]], _ outcomes: [Bool], _ penalties: [Double]) {
    (self.design, self.outcomes, self.penalties) = (design, outcomes, penalties)
    weights = Array(repeating: 0, count: design.count + 1)
    odds = Array(repeating: 0, count: outcomes.count)
    loss = Double(outcomes.count) * log(2)
  }

  /// The largest weight of a column.
  var farthest: Double { weights.dropFirst().map(\.magnitude).max() ?? 0 }

  /// Goes one step; gives how far the weight that moved most did, nil where no step can be told.
  mutating func step() -> Double? {
    let (gradient, hessian) = slopes()
    guard let direction = solvePositiveDefinite(hessian, gradient) else { return nil }
    // Half as far while it is worse than before: Newton's step may go too far from a bad start.
    var share = 1.0
    while true {
      let tried = zip(weights, direction).map { $0 + share * $1 }
      let (newOdds, newLoss) = state(tried)
      if newLoss <= loss * (1 + 1e-12) + 1e-12 || share < 1e-6 {
        (weights, odds, loss) = (tried, newOdds, newLoss)
        return direction.map { ($0 * share).magnitude }.max() ?? 0
      }
      share /= 2
    }
  }

  /// The log-odds of every row at some weights, and the penalised loss.
  private func state(_ weights: [Double]) -> (odds: [Double], loss: Double) {
    var odds = Array(repeating: weights[0], count: outcomes.count)
    for (place, column) in design.enumerated() {
      let weight = weights[place + 1]
      for row in odds.indices { odds[row] += weight * column[row] }
    }
    var loss = 0.0
    for row in odds.indices {
      let value = outcomes[row] ? -odds[row] : odds[row]
      loss += max(value, 0) + log1p(exp(-value.magnitude))
    }
    for (place, penalty) in penalties.enumerated() {
      loss += penalty * weights[place + 1] * weights[place + 1] / 2
    }
    return (odds, loss)
  }

  /// The way up and how it bends: the gradient, and minus the matrix of second derivatives.
  private func slopes() -> (gradient: [Double], hessian: [Double]) {
    let size = weights.count
    var gradient = Array(repeating: 0.0, count: size)
    var hessian = Array(repeating: 0.0, count: size * size)
    var residuals = Array(repeating: 0.0, count: outcomes.count)
    var spreads = residuals
    for row in outcomes.indices {
      let probability = logistic(odds[row])
      residuals[row] = (outcomes[row] ? 1 : 0) - probability
      spreads[row] = probability * (1 - probability)
      gradient[0] += residuals[row]
      hessian[0] += spreads[row]
    }
    var weighted = residuals
    for column in design.indices {
      let values = design[column]
      let place = column + 1
      var slope = 0.0
      var cross = 0.0
      for row in values.indices {
        slope += residuals[row] * values[row]
        weighted[row] = spreads[row] * values[row]
        cross += weighted[row]
      }
      gradient[place] = slope - penalties[column] * weights[place]
      hessian[place * size] = cross
      for other in 0...column {
        let second = design[other]
        var sum = 0.0
        for row in second.indices { sum += weighted[row] * second[row] }
        hessian[place * size + other + 1] = sum
      }
      hessian[place * size + place] += penalties[column]
    }
    return (gradient, hessian)
  }
}

/// The probability of log-odds: 1 / (1 + e^−x).
package func logistic(_ odds: Double) -> Double {
  if odds >= 0 { return 1 / (1 + exp(-odds)) }
  let power = exp(odds)
  return power / (1 + power)
}

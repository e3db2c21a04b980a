internal import Collections

/// Which features a scorecard goes by, and with what weight: chosen by rules that always choose the same.
package struct Selection: Sendable {
  /// What choosing goes by.
  package struct Options: Equatable, Sendable {
    /// A feature that tells less is left out.
    package var leastInformation = 0.02
    /// A feature whose weights run alongside a better one's as much as this is left out.
    package var highestCorrelation = 0.9
    /// As many features are taken at most.
    package var mostFeatures = 20
    /// The ridge of the fit.
    package var ridge = 1.0

    /// The usual ones.
    package init() {}
  }

  /// Why a feature was left out.
  package enum Reason: String, Sendable {
    /// It tells too little, or nothing that one with more to tell does not; or there was no room.
    case little, duplicate, crowded
    /// Beside the others it would count against what it says alone.
    case contrary
  }

  /// The binnings taken, the most telling first, and what each one's weight is multiplied by.
  package var taken: [(binning: Binning, coefficient: Double)]
  /// The log-odds where every weight is 0.
  package var intercept: Double
  /// The features left out, in the order of ``Feature/all``.
  package var left: [(binning: Binning, reason: Reason)]

  /// Chooses among binnings of the columns of a table. O(features² × rows).
  ///
  /// Throws ``TrainingError``: `no_feature` where none is left, and those of ``LogisticRegression``.
  package init(
    _ binnings: [Binning], _ columns: [[Int64]], _ outcomes: [Bool], _ options: Options = Options()
  ) throws(TrainingError) {
    var left: [(binning: Binning, reason: Reason)] = []
    var kept: [(binning: Binning, weights: [Double])] = []
    let order = binnings.indices.sorted { one, other in
      let (first, second) = (binnings[one].information, binnings[other].information)
      return first != second ? first > second : one < other
    }
    for place in order {
      let binning = binnings[place]
      guard binning.information >= options.leastInformation else {
        left.append((binning, .little))
        continue
      }
      let weights = columns[place].map(binning.weight(of:))
      if kept.contains(where: { correlation($0.weights, weights) > options.highestCorrelation }) {
        left.append((binning, .duplicate))
      } else if kept.count == options.mostFeatures {
        left.append((binning, .crowded))
      } else {
        kept.append((binning, weights))
      }
    }
    // More evidence for the target must never count against it: the feature that would goes, the most
    // contrary first, until none does.
    while true {
      guard !kept.isEmpty else {
        throw TrainingError(
          .noFeature, expected: "a feature that tells something of the target, or more rows")
      }
      let fit = try LogisticRegression(
        columns: kept.map(\.weights), outcomes: outcomes, ridge: options.ridge)
      let worst = fit.coefficients.indices.min { fit.coefficients[$0] < fit.coefficients[$1] } ?? 0
      if fit.coefficients[worst] > 0 {
        taken = zip(kept, fit.coefficients).map { ($0.binning, $1) }
        intercept = fit.intercept
        break
      }
      left.append((kept.remove(at: worst).binning, .contrary))
    }
    self.left = left.sorted { $0.binning.feature.index < $1.binning.feature.index }
  }
}

/// How alike two columns run, from −1 to 1 (Pearson); 0 where one does not vary. O(rows).
func correlation(_ one: [Double], _ other: [Double]) -> Double {
  let rows = Double(one.count)
  let (first, second) = (one.reduce(0, +) / rows, other.reduce(0, +) / rows)
  var (product, squares, otherSquares) = (0.0, 0.0, 0.0)
  for (left, right) in zip(one, other) {
    product += (left - first) * (right - second)
    squares += (left - first) * (left - first)
    otherSquares += (right - second) * (right - second)
  }
  guard squares > 0, otherSquares > 0 else { return 0 }
  return product / (squares * otherSquares).squareRoot()
}

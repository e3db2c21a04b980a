package import CanonicalJSON

/// A scoring model as one document: what gives points, what the points mean, and what it was trained on.
///
/// A model is whole numbers from end to end, so a score given years ago is given again bit for bit. What
/// speaks for a person is the same as what makes its target likely where the target is *favourable*, and
/// the contrary where it is not: reasons are told from the person's side.
package struct ScoringModel: Equatable, Sendable {
  /// The form of the documents this version reads.
  package static let format = "quipu-model/1"
  /// The most bytes a document may have: 4 MiB.
  package static let longestDocument = 4_194_304

  /// How it comes to its points.
  package enum Body: Equatable, Sendable {
    case scorecard(Scorecard)
    case trees(TreeEnsemble)
  }

  /// From how many points on a score means which probability of the target.
  package struct Step: BitwiseCopyable, Equatable, Sendable {
    /// The points it begins at, and the probability in basis points.
    package var from: Int64
    package var bp: Int64

    /// A step of the calibration.
    package init(from: Int64, bp: Int64) { (self.from, self.bp) = (from, bp) }
  }

  /// How many of the rows it was trained on had points from here to the next: what drift is measured
  /// against.
  package struct Share: BitwiseCopyable, Equatable, Sendable {
    /// The points it begins at, and how many rows.
    package var from: Int64
    package var rows: Int64

    /// A span of points.
    package init(from: Int64, rows: Int64) { (self.from, self.rows) = (from, rows) }
  }

  /// The model's id, that of its stream.
  package var id: String
  /// Its version, from 1.
  package var version: Int64
  /// What a person calls it.
  package var title: BilingualText
  /// What it foretells.
  package var target: Target
  /// Whether it is good for the person that the target comes true.
  package var isFavourable: Bool
  /// What its features count as known of a history.
  package var knowledge: Knowledge
  /// How it comes to its points.
  package var body: Body
  /// What points mean: ascending, the probability never falling; the first step holds below it too.
  package var calibration: [Step]
  /// The points of the rows it was trained on, ascending; none where they are not known.
  package var distribution: [Share]
  /// What else is to be said of its training: an object of whole numbers and texts. `size` and `root`
  /// are the prefix of the log it was trained on, `metrics` how good it is (``EventCatalog``).
  package var training: JSONValue

  /// A model; what must hold of it is checked where its document is read.
  package init(
    id: String, version: Int64, title: BilingualText, target: Target, isFavourable: Bool,
    knowledge: Knowledge = .recorded, body: Body, calibration: [Step],
    distribution: [Share] = [], training: JSONValue = .object([:])
  ) {
    (self.id, self.version, self.title) = (id, version, title)
    (self.target, self.isFavourable, self.knowledge) = (target, isFavourable, knowledge)
    (self.body, self.calibration) = (body, calibration)
    (self.distribution, self.training) = (distribution, training)
  }

  /// The features it goes by, in the order of its document.
  package var features: [Feature] {
    switch body {
    case .scorecard(let card): card.parts.map(\.feature)
    case .trees(let trees): trees.inputs.map(\.feature)
    }
  }

  /// The features it goes by.
  package var featureSet: FeatureSet { FeatureSet(features) }

  /// What is said of a person for whom a feature counts against her; nil for one it does not go by.
  package func reason(of feature: Feature) -> BilingualText? {
    switch body {
    case .scorecard(let card): card.parts.first { $0.feature == feature }?.reason
    case .trees(let trees): trees.inputs.first { $0.feature == feature }?.reason
    }
  }

  /// The score of a row of features. O(bins), or O(depth × trees); nothing is allocated.
  package func score(_ row: FeatureRow) -> Score { score(row.values.span) }

  /// The score of the values of a ``FeatureRow``.
  package func score(_ values: Span<Int64>) -> Score {
    let (points, reasons) =
      switch body {
      case .scorecard(let card): card.points(values, isFavourable: isFavourable)
      case .trees(let trees): trees.points(values, isFavourable: isFavourable)
      }
    return Score(points: points, probabilityBp: probabilityBp(of: points), reasons: reasons)
  }

  /// The probability of the target at so many points. O(log steps).
  package func probabilityBp(of points: Int64) -> Int64 {
    var (low, high) = (0, calibration.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if calibration[middle].from <= points { low = middle } else { high = middle }
    }
    return calibration.isEmpty ? 0 : calibration[low].bp
  }
}

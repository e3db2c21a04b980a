/// How a score came about, feature by feature; the parts add up to the points.
package struct ScoreExplanation: Equatable, Sendable {
  /// What one feature gave.
  package struct Part: Equatable, Sendable {
    /// The feature, and the value it had; ``Feature/missing`` for none.
    package var feature: Feature
    package var value: Int64
    /// What it gave.
    package var points: Int64
    /// What the bin that is best for the person would have given; nil for trees, which have no bins.
    package var best: Int64?
  }

  /// What everybody begins with.
  package var base: Int64
  /// The features, in the order of the model's document.
  package var parts: [Part]
  /// What was cut off so that the points stay within ``Score/range``; 0 but for odd models.
  package var cut: Int64
  /// The score.
  package var score: Score

  /// Explains the score of a row of features by a model. O(bins), or O(depth × trees).
  package init(_ row: FeatureRow, by model: ScoringModel) {
    score = model.score(row)
    switch model.body {
    case .scorecard(let card):
      base = card.base
      parts = card.parts.map { part in
        let extremes = part.extremes
        let value = row[part.feature]
        return Part(
          feature: part.feature, value: value, points: part.points(of: value),
          best: model.isFavourable ? extremes.most : extremes.fewest)
      }
    case .trees(let trees):
      // Each part is the step the points take as its share of the sum is added, so that parts rounded
      // one by one still add up.
      var sum = trees.expected
      base = trees.scaling.points(of: sum)
      parts = []
      var reached = base
      for (input, given) in zip(trees.inputs, trees.contributions(row.values.span)) {
        sum += given
        let next = trees.scaling.points(of: sum)
        parts.append(
          Part(
            feature: input.feature, value: row[input.feature], points: next - reached, best: nil))
        reached = next
      }
    }
    cut = score.points - parts.reduce(base) { $0 + $1.points }
  }
}

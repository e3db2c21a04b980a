package import Collections

/// What is to be trained, and by which rules: with the same tables it gives the same model, byte for byte.
package struct TrainingPlan: Sendable {
  /// The model's id, version and title.
  package var id: String
  package var version: Int64
  package var title: BilingualText
  /// What it foretells, and whether that is good for the person.
  package var target: Target
  package var isFavourable: Bool
  /// What counted as known when the tables were made.
  package var knowledge: Knowledge
  /// What points stand for.
  package var scaling = Scorecard.Scaling(basePoints: 600, baseOddsBp: 10_000, pointsToDouble: 20)
  package var binning = Binning.Options()
  package var selection = Selection.Options()
  /// How often the later rows are drawn anew for the intervals, and where chance begins.
  package var rounds = 1_000
  package var seed: UInt64 = 1
  /// The points from which on (for a target that is good for the person; else below which) she would be
  /// chosen, for the report of fairness; nil for the median.
  package var cut: Int64?

  /// A plan by the usual rules.
  package init(
    id: String, version: Int64, title: BilingualText, target: Target, isFavourable: Bool,
    knowledge: Knowledge
  ) {
    (self.id, self.version, self.title) = (id, version, title)
    (self.target, self.isFavourable, self.knowledge) = (target, isFavourable, knowledge)
  }

  /// Takes the ridge of a text; false where it is no number from 0 up.
  package mutating func takeRidge(_ text: String) -> Bool {
    guard let ridge = Double(text), ridge >= 0, ridge.isFinite else { return false }
    selection.ridge = ridge
    return true
  }

  /// The fewest rows to learn from, and the fewest of either class.
  package static let fewestRows = 100
  package static let fewestOfClass = 20
}

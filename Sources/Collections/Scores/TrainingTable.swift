/// What a model is trained on: accounts at past moments, what was known of them then, and what came after.
///
/// Columns, for they are read one feature at a time. Rows are sorted by date, then by account id; promises
/// of one account and day stand in the order recorded.
package struct TrainingTable: Equatable, Sendable {
  /// One way of grouping the rows, for the report of fairness alone: never a feature.
  package struct Grouping: Equatable, Sendable {
    /// What they are grouped by: `birthDecade`, `region`.
    package var name: String
    /// The group of each row; empty where it is not known.
    package var labels: [String]

    /// A grouping and the group of each row.
    package init(name: String, labels: [String]) {
      (self.name, self.labels) = (name, labels)
    }
  }

  /// What is known of each account.
  package var features: [Feature]
  /// The values: `columns[feature][row]`, ``Feature/missing`` where there is none.
  package var columns: [[Int64]]
  /// Whether the target came true, a row.
  package var outcomes: [Bool] = []
  /// The account of each row.
  package var accounts: [String] = []
  /// The moment of each row: what was known at the end of that day.
  package var dates: [CivilDate] = []
  /// By birth decade and by region of whoever owes the account.
  package var groups: [Grouping] = []

  /// A table of these features without rows.
  package init(features: [Feature]) {
    self.features = features
    columns = Array(repeating: [], count: features.count)
  }

  /// How many rows there are.
  package var count: Int { outcomes.count }
}

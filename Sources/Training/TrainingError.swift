/// Why a model cannot be trained or taken in: what is wrong, where, and what would be accepted.
///
/// Two errors are equal when their codes are: the rest is circumstance.
package struct TrainingError: Error, Equatable, Sendable {
  /// What is wrong; the raw values are stable names, never changed once released.
  package enum Code: String, CaseIterable, Sendable {
    /// There is nothing to learn from, or too little.
    case noRows = "no_rows"
    case tooFewRows = "too_few_rows"
    /// The target came true of all the rows, or of none.
    case oneClass = "one_class"
    /// No row stands on the later side of the split, or only rows of one class do.
    case noTestRows = "no_test_rows"
    /// What came after every moment is not known yet.
    case noClosedWindow = "no_closed_window"
    /// No feature tells anything about the target.
    case noFeature = "no_feature"
    /// Some combination of the columns says nothing new, so that no coefficients are right alone.
    case collinear = "collinear_columns"
    /// The columns part the classes without a mistake: the likeliest coefficients are infinite.
    case separated = "separated_classes"
    /// The steps did not come to rest.
    case notConverged = "not_converged"
    /// An account's id ends in no number, by which the accounts were to be parted.
    case noNumber = "no_account_number"
    /// A model of another program is in no form that is known, or has what no model here can say.
    case unreadable = "unreadable_model"
    case unsupported = "unsupported_model"
    /// It goes by what is no feature here, or by what no score may go by.
    case unknownFeature = "unknown_feature"
    case forbiddenFeature = "forbidden_feature"
  }

  /// What is wrong.
  package var code: Code
  /// Where: a feature, a column, or the path within a document; empty where that says nothing.
  package var place: String
  /// The value that was refused; empty where none was given.
  package var value: String
  /// What would have been accepted.
  package var expected: String
  /// What was most likely meant, if anything is near.
  package var nearest: String?

  /// A refusal of that code.
  package init(
    _ code: Code, _ place: String = "", value: String = "", expected: String,
    nearest: String? = nil
  ) {
    (self.code, self.place, self.expected) = (code, place, expected)
    self.value = String(value.prefix(80))
    self.nearest = nearest
  }

  package static func == (first: TrainingError, second: TrainingError) -> Bool {
    first.code == second.code
  }
}

/// Why a document (a policy, a model, a strategy) is refused: what is wrong, where, and what would be accepted.
///
/// Two errors are equal when their codes are: the rest is circumstance.
package struct DocumentError: Error, Equatable, Sendable {
  /// What is wrong; the raw values are stable names, never changed once released.
  package enum Code: String, CaseIterable, Sendable {
    /// The document has more bytes than its kind may have.
    case tooLong = "policy_too_long"
    case modelTooLong = "model_too_long"
    /// The file that holds it cannot be read.
    case unreadable = "io"
    /// The bytes are no JSON text that may be read.
    case invalidJSON = "invalid_json"
    /// The document is of a form this version does not know.
    case unsupportedFormat = "unsupported_format"
    /// An object has a member that is not known there, or lacks one that has to be there.
    case unknownKey = "unknown_key"
    case missingKey = "missing_key"
    /// A value is another kind of JSON value than is due.
    case wrongType = "wrong_type"
    /// A value is none of those that are due.
    case invalidValue = "invalid_value"
    /// No rule kind has the name.
    case unknownKind = "unknown_rule_kind"
    /// The same rule, or the same template, stands there twice.
    case duplicate
    /// A policy extends itself, by way of others or at once.
    case cycle = "policy_cycle"
    /// Nothing has the name that a policy extends.
    case unknownPolicy = "unknown_policy"
    /// It leaves out a rule that none it extends has.
    case unknownRule = "unknown_rule"
    /// It takes in more policies, or one through more others, than ``PolicySource`` allows.
    case tooDeep = "policy_too_deep"
    /// No feature has the name; or one has, and no score may go by it.
    case unknownFeature = "unknown_feature"
    case forbiddenFeature = "forbidden_feature"
    /// Bins, or groups, claim the same value; or leave one to none.
    case overlappingBins = "overlapping_bins"
    case incompleteBins = "incomplete_bins"
    /// Steps of a table do not ascend.
    case unsorted
    /// A tree names a node or an input that is not there, one that another leads to, or has one that
    /// nothing leads to.
    case nodeOutOfRange = "node_out_of_range"
    case nodeReachedTwice = "node_reached_twice"
    case unreachableNode = "unreachable_node"
    /// A strategy has more bytes than it may have; a segment or a step of it that no account can come to.
    case strategyTooLong = "strategy_too_long"
    case unreachableStep = "unreachable_step"
    /// A document of the assistant has more bytes than it may have.
    case documentTooLong = "document_too_long"
    /// A text names a placeholder that is not known there, threatens, or speaks of other people; a template
    /// that is always there to fall back on is missing.
    case unknownPlaceholder = "unknown_placeholder"
    case threat
    case thirdParty = "third_party"
    case missingTemplate = "missing_template"
  }

  /// What is wrong.
  package var code: Code
  /// Where in the document: `$.rules[2].kind`.
  package var path: String
  /// The value that was refused, shortened; empty where none was given.
  package var value: String
  /// What would have been accepted.
  package var expected: String
  /// What was most likely meant, if anything is near.
  package var nearest: String?

  /// A refusal of that code.
  package init(
    _ code: Code, _ path: String, value: String = "", expected: String, nearest: String? = nil
  ) {
    self.code = code
    self.path = path
    self.value = String(value.prefix(80))
    self.expected = expected
    self.nearest = nearest
  }

  package static func == (first: DocumentError, second: DocumentError) -> Bool {
    first.code == second.code
  }
}

extension DocumentError: CustomStringConvertible {
  /// `unknown_rule_kind at $.rules[0].kind: …`.
  package var description: String { "\(code.rawValue) at \(path): \(expected)" }
}

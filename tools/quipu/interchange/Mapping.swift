internal import CanonicalJSON

/// How the rows of a source become events: a checked mapping document, its names turned into
/// positions. The document's form is described in `tools/mappings/README.md`.
struct Mapping: Sendable {
  /// The form of the source.
  enum Input: Equatable, Sendable {
    case delimited(by: UInt8)
    case jsonLines
    /// A bank statement or notification, ISO 20022 camt.053 or camt.054.
    case camt
  }

  /// Settings of the ledger the mapping was written for, for hints when they differ.
  struct LedgerHint: Equatable, Sendable {
    var name: String?
    var currency: String?
    var timeZone: String?
    var jurisdiction: String?
  }

  /// A number kept for each case while its rows pass.
  struct Variable: Equatable, Sendable {
    let name: String
    let start: Int64
  }

  /// What to do with a row: if the condition holds, make the events, then change the variables,
  /// then compare.
  struct Rule: Sendable {
    let name: String
    let condition: MappingCondition
    let events: [MappingEvent]
    let updates: [Update]
    let expectations: [Expectation]
    /// Why a row the rule applies to must not be recorded; nil where it may.
    let refusal: String?
  }

  /// A change of a variable. All changes of a rule read the variables as they were before it.
  struct Update: Sendable {
    let variable: Int
    let adds: Bool
    let amount: MappingAmount
  }

  /// A column of the source that should say the same as a variable.
  struct Expectation: Sendable {
    let column: Int
    let variable: Int
  }

  /// The only version of the document's form so far.
  static let format = "quipu-mapping/1"

  let name: String
  let description: String
  let ledgerHint: LedgerHint
  let input: Input
  /// The columns the mapping knows; their positions are used everywhere else. Those that the ledger
  /// answers for (``LedgerColumns``) stand after those of the source.
  let columns: [String]
  /// How many of the columns are the source's own.
  let sourceColumnCount: Int
  /// What the ledger is asked about each row.
  let ledgerColumns: LedgerColumns
  /// How the source writes amounts.
  let amounts: DecimalFormat
  /// The column whose text tells cases apart; variables are kept for each. Without one, the whole
  /// source is one case.
  let caseColumn: Int?
  let variables: [Variable]
  let rules: [Rule]
}

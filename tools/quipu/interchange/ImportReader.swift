internal import CanonicalJSON

/// An event draft and the row it comes from.
struct ImportedDraft: Sendable {
  /// The line of the source on which the row starts; the first line, usually a header, is 1.
  let row: Int
  /// The draft as an object, its members in the order of RFC 8785; the row's columns where it is refused.
  let draft: JSONValue
  /// Why the mapping says that the row must not be recorded.
  var refusal: String?
}

/// Something in the source that does not add up, reported and not smoothed.
struct ImportWarning: Equatable, Sendable {
  /// Stable names for scripts.
  enum Code: String, Sendable {
    /// A figure of the source differs from the running variable the mapping compares it with.
    case figureDiffers = "figure_differs"
  }

  /// The line of the source on which the row starts.
  let row: Int
  let code: Code
  let message: String
}

/// What an import has read and made.
struct ImportCounts: Equatable, Sendable {
  /// Rows read, the header not counted.
  var rows = 0
  /// Rows of which nothing was made.
  var silentRows = 0
  /// What each rule did, in the order of the mapping.
  var rules: [Rule] = []

  /// What one rule did.
  struct Rule: Equatable, Sendable {
    /// Rows it applied to.
    var rows = 0
    /// Drafts it made.
    var drafts = 0
    /// Events left out because their amount is zero.
    var omitted = 0
  }

  /// Drafts handed over.
  var drafts: Int { rules.reduce(0) { $0 + $1.drafts } }
  /// Events left out because their amount is zero.
  var omitted: Int { rules.reduce(0) { $0 + $1.omitted } }
}

/// Turns the rows of a source into event drafts, by a mapping.
///
/// One pass; memory is one row, one chunk, and the variables of every case seen (rows of a case
/// need not stand together). Reading the same source again gives the same drafts.
struct ImportReader {
  let mapping: Mapping
  private(set) var counts = ImportCounts()
  private(set) var warnings: [ImportWarning] = []
  private var cases: CaseVariables
  private let ledger: LedgerLookup

  /// A reader of rows by a mapping, whose questions the ledger answers.
  init(_ mapping: Mapping, asking ledger: LedgerLookup = .nothing) {
    self.mapping = mapping
    self.ledger = ledger
    cases = CaseVariables(starts: mapping.variables.map(\.start))
    counts.rules = mapping.rules.map { _ in ImportCounts.Rule() }
  }

  /// Reads the source to its end and gives every draft to `body`, in the order of rows and rules.
  ///
  /// Throws `ImportError` at the first row that cannot be read or mapped (none of whose drafts are
  /// given to `body`), and whatever `body` throws.
  mutating func forEachDraft(
    from fileDescriptor: Int32, _ body: (ImportedDraft) throws -> Void
  ) throws {
    let source = try ByteSource(fileDescriptor)
    var row = ImportRow()
    var drafts: [ImportedDraft] = []
    let columns = Array(mapping.columns.prefix(mapping.sourceColumnCount))
    switch mapping.input {
    case .delimited(let delimiter):
      var reader = try DelimitedReader(source, delimiter: delimiter, columns: columns)
      while try reader.next(into: &row) { try deliver(&row, &drafts, body) }
    case .jsonLines:
      var reader = JSONLinesReader(source, columns: columns)
      while try reader.next(into: &row) { try deliver(&row, &drafts, body) }
    case .camt:
      // The whole message is read and its sums are checked before anything is made of it.
      for entry in try CamtMessage(source).entries {
        entry.fill(&row, columns)
        try deliver(&row, &drafts, body)
      }
    }
  }

  private mutating func deliver(
    _ row: inout ImportRow, _ drafts: inout [ImportedDraft],
    _ body: (ImportedDraft) throws -> Void
  ) throws {
    drafts.removeAll(keepingCapacity: true)
    try mapping.ledgerColumns.fill(&row, mapping, ledger)
    let isSilent = try !map(row, into: &drafts)
    counts.rows += 1
    if isSilent { counts.silentRows += 1 }
    for draft in drafts { try body(draft) }
  }

  /// Applies every rule to a row; whether any had an event to make of it, be its amount zero.
  private mutating func map(
    _ row: ImportRow, into drafts: inout [ImportedDraft]
  ) throws(ImportError) -> Bool {
    var isMade = false
    cases.select(mapping.caseColumn.map { row.bytes[row[$0]] } ?? [])
    for position in mapping.rules.indices {
      // Asked in place: a rule that does not apply is not worth a copy.
      guard try mapping.rules[position].condition.holds(row, cases.current, mapping) else {
        continue
      }
      let rule = mapping.rules[position]
      counts.rules[position].rows += 1
      if let refusal = rule.refusal {
        isMade = true
        drafts.append(
          ImportedDraft(row: row.line, draft: mapping.columnsObject(row), refusal: refusal))
      }
      for event in rule.events {
        isMade = true
        if let draft = try mapping.draft(event, row, cases.current) {
          drafts.append(ImportedDraft(row: row.line, draft: draft))
          counts.rules[position].drafts += 1
        } else {
          counts.rules[position].omitted += 1
        }
      }
      if !rule.updates.isEmpty { try update(rule, row) }
      for expectation in rule.expectations { try compare(expectation, row) }
    }
    return isMade
  }

  private mutating func update(_ rule: Mapping.Rule, _ row: ImportRow) throws(ImportError) {
    let before = cases.current
    for update in rule.updates {
      var amount = try mapping.amount(update.amount, row, before)
      if update.adds { amount += before[update.variable] }
      guard amount.magnitude <= DecimalFormat.largest.magnitude else {
        throw ImportError(
          .amountOutOfRange, line: row.line,
          Text(
            "\(mapping.variables[update.variable].name) grows beyond 2^53 - 1 minor units",
            "\(mapping.variables[update.variable].name) pasa de 2^53 - 1 unidades menores"))
      }
      cases.current[update.variable] = amount
    }
  }

  private mutating func compare(
    _ expectation: Mapping.Expectation, _ row: ImportRow
  ) throws(ImportError) {
    let stated = try mapping.minorUnits(expectation.column, row)
    let computed = cases.current[expectation.variable]
    guard stated != computed else { return }
    let of = mapping.caseColumn.map { "\(row.text($0)): " } ?? ""
    let message =
      of + "\(mapping.columns[expectation.column]) says \(mapping.amounts.text(stated)), "
      + "\(mapping.variables[expectation.variable].name) is \(mapping.amounts.text(computed))"
    warnings.append(ImportWarning(row: row.line, code: .figureDiffers, message: message))
  }
}

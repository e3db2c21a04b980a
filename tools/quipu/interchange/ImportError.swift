/// One row of a source that cannot be read or mapped: a stable code, where it stands, and what
/// would have been accepted.
struct ImportError: Error, Sendable {
  /// Stable names for scripts; the raw values are part of the command's output.
  enum Code: String, Sendable {
    case unreadable = "io"
    case noHeader = "no_header"
    case duplicateColumn = "duplicate_column"
    case missingColumn = "missing_column"
    case fieldCount = "field_count"
    case unterminatedQuote = "unterminated_quote"
    case strayQuote = "stray_quote"
    case strayCarriageReturn = "stray_carriage_return"
    case rowTooLong = "row_too_long"
    case invalidUTF8 = "invalid_utf8"
    case invalidJSON = "invalid_json"
    case notAnObject = "not_an_object"
    case notAScalar = "not_a_scalar"
    case impreciseNumber = "imprecise_number"
    case emptyValue = "empty_value"
    case invalidAmount = "invalid_amount"
    case tooManyDecimals = "too_many_decimals"
    case amountOutOfRange = "amount_out_of_range"
    case invalidInteger = "invalid_integer"
    case invalidDate = "invalid_date"
    case notWellFormed = "not_well_formed"
    case doctype = "doctype_not_allowed"
    case unknownMessage = "unknown_message"
    case missingElement = "missing_element"
    case unknownCurrency = "unknown_currency"
    case mixedCurrency = "mixed_currency"
    case balanceDiffers = "balance_differs"
    case detailsDiffer = "details_differ"
    case tooLarge = "too_large"
  }

  var code: Code
  /// The line of the file on which the row starts (for a quote left open: on which the quote
  /// stands); the first line, usually the header, is 1. 0 when the file itself cannot be read.
  var line: Int
  /// The column the fault lies in, where it lies in one.
  var column: String?
  /// The offending text, as the source has it.
  var value: String?
  /// What is wrong and what would be accepted, for a person.
  var detail: Text

  init(
    _ code: Code, line: Int, column: String? = nil, value: String? = nil, _ detail: Text
  ) {
    self.code = code
    self.line = line
    self.column = column
    self.value = value
    self.detail = detail
  }
}

extension ImportError: Equatable {
  /// Errors are the same when their codes are: the rest is circumstance.
  static func == (left: ImportError, right: ImportError) -> Bool { left.code == right.code }
}

extension ImportError: CustomStringConvertible {
  /// `line 12: too_many_decimals: amount "1.234": …`.
  var description: String {
    var text = "line \(line): \(code.rawValue): "
    if let column { text += column + " " }
    if let value { text += "\"\(value)\" " }
    return text + detail[.english]
  }
}

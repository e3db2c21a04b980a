/// Why the fields of a draft are refused: what is wrong, where, and what would be accepted.
///
/// Two errors are equal when all they say is.
package struct FieldError: Error, Equatable, Sendable {
  /// What is wrong; the raw values are stable names, never changed once released.
  package enum Code: String, CaseIterable, Sendable {
    /// No event type has the name.
    case unknownType = "unknown_type"
    /// The object has no field of the name.
    case unknownField = "unknown_field"
    /// A field that is required is not there.
    case missingField = "missing_field"
    /// The value is another kind of JSON value than the field takes.
    case wrongType = "wrong_type"
    /// A number is below or above what the field takes.
    case outOfRange = "out_of_range"
    /// An amount that has to be above 0 is not.
    case amountNotPositive = "amount_not_positive"
    /// The text is not an id.
    case notAnID = "not_an_id"
    /// The text is not a civil date.
    case notADate = "not_a_date"
    /// The text is not an instant of the form the field takes.
    case notAnInstant = "not_an_instant"
    /// The text is not a time of day.
    case notATime = "not_a_time"
    /// The value is not among those the field takes.
    case notAChoice = "not_a_choice"
    /// The text is not 64 lower-case hexadecimal digits.
    case notASHA256 = "not_a_sha256"
    /// The text is not 32 bytes in base64.
    case notATreeRoot = "not_a_tree_root"
    /// The text is not a key for signed notes.
    case notAVerifierKey = "not_a_vkey"
    /// The text is not a country's code.
    case notACountry = "not_a_country"
    /// No currency in use has the code.
    case unknownCurrency = "unknown_currency"
    /// A text has no characters.
    case emptyText = "empty_text"
    /// A text has more characters than the field takes.
    case textTooLong = "text_too_long"
    /// A list has fewer or more values than the field takes.
    case wrongCount = "wrong_count"
    /// Two items of an event have the same number.
    case duplicateItemNumber = "duplicate_item_number"
    /// A list says twice what it may say once.
    case duplicateValue = "duplicate_value"
    /// A span ends before it begins.
    case datesOutOfOrder = "dates_out_of_order"
    /// Two fields are given of which only one may be.
    case conflictingFields = "conflicting_fields"
    /// A text that is to name no person looks like a name, a number or an address.
    case looksPersonal = "looks_personal"
    /// Personal data, which this ledger has no vault to seal in.
    case sealedNotAvailable = "sealed_not_available"
    /// The name of the stream is not a known kind, a slash and an id.
    case notAStream = "not_a_stream"
    /// The type is not recorded on streams of this kind or name.
    case wrongStream = "wrong_stream"
    /// An id in the event is not that of its stream.
    case idMismatch = "id_mismatch"
    /// The first day of a span is not the event's effective date.
    case notEffectiveDate = "not_effective_date"
  }

  /// What is wrong.
  package var code: Code
  /// Where, such as `data.items[2].principal`.
  package var path: String
  /// The value to blame, shortened; empty where there is none or it is personal data.
  package var value: String
  /// What would be accepted.
  package var expected: String
  /// The right name most like a wrong one.
  package var suggestion: String?

  /// Makes an error that blames the value at `path`.
  package init(
    _ code: Code, at path: String = "", value: String = "", expected: String,
    suggestion: String? = nil
  ) {
    self.code = code
    self.path = path
    self.value = value
    self.expected = expected
    self.suggestion = suggestion
  }

  /// The same error seen from the object or list that holds the value.
  func inside(_ step: String) -> FieldError {
    var error = self
    error.path = path.isEmpty ? step : path.hasPrefix("[") ? step + path : step + "." + path
    return error
  }

  /// The same error without the value, which is personal data.
  var withoutValue: FieldError {
    var error = self
    error.value = ""
    return error
  }
}

extension FieldError: CustomStringConvertible {
  /// The code, the place, the value and what would be accepted, in one line.
  package var description: String {
    var text = "\(code.rawValue): \(path)"
    if !value.isEmpty { text += " is \(value)" }
    text += "; accepted: \(expected)"
    if let suggestion { text += "; did you mean \(suggestion)?" }
    return text
  }
}

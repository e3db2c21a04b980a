/// A mapping document that cannot be used: a stable code, the JSON path of the fault, and what
/// would be accepted.
struct MappingError: Error, Sendable {
  /// Stable names for scripts; the raw values are part of the command's output.
  enum Code: String, Sendable {
    case notFound = "mapping_not_found"
    case unreadable = "io"
    case invalidJSON = "invalid_json"
    case unsupportedFormat = "unsupported_format"
    case unknownKey = "unknown_key"
    case missingKey = "missing_key"
    case wrongType = "wrong_type"
    case invalidValue = "invalid_value"
    case duplicate = "duplicate"
    case unknownColumn = "unknown_column"
    case unknownVariable = "unknown_variable"
    case badTemplate = "bad_template"
  }

  var code: Code
  /// Where in the document: `$.rules[2].events[0].key`.
  var path: String
  /// What is wrong and what would be accepted, for a person.
  var detail: String

  init(_ code: Code, _ path: String, _ detail: String) {
    self.code = code
    self.path = path
    self.detail = detail
  }
}

extension MappingError: Equatable {
  /// Errors are the same when their codes are: the rest is circumstance.
  static func == (left: MappingError, right: MappingError) -> Bool { left.code == right.code }
}

extension MappingError: CustomStringConvertible {
  /// `unknown_column at $.rules[0].events[0].key: …`.
  var description: String { "\(code.rawValue) at \(path): \(detail)" }
}

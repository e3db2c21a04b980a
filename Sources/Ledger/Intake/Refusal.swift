internal import Collections
package import EventStore

/// Why an event was not taken: what an operator needs to mend it.
///
/// Codes are stable; `==` compares them alone. Form is checked by the event catalogue (whose codes
/// pass through here), everything that needs the ledger's state by ``Intake``.
package struct Refusal: Error, Equatable, Sendable {
  /// The stable, snake_case name of the reason.
  package var code: String
  /// The line of the file it stands on, from 1; 0 where there is no file.
  package var line: Int = 0
  /// The field, such as `data.items[2].principal`; empty where the whole line is meant.
  package var field: String = ""
  /// The value that was refused, shortened; empty where none was given.
  package var value: String = ""
  /// What would have been accepted.
  package var expected: String = ""
  /// Why the log could not be read, where that kept the event from being judged: no fault of the event.
  package var unread: LogError?

  /// A refusal of that code.
  package init(
    _ code: String, field: String = "", value: String = "", expected: String = "", line: Int = 0
  ) {
    self.code = code
    self.field = field
    self.value = value
    self.expected = expected
    self.line = line
  }

  /// An event that could not be judged, for the log could not be read.
  init(unread error: LogError, field: String = "") {
    self.init(
      error.code.rawValue, field: field, value: error.detail, expected: "a readable log")
    unread = error
  }

  /// What the event catalogue says of a field.
  init(_ error: FieldError) {
    let hint = error.suggestion.map { "; did you mean \($0)?" } ?? ""
    self.init(
      error.code.rawValue, field: error.path, value: error.value, expected: error.expected + hint)
  }

  package static func == (first: Refusal, second: Refusal) -> Bool {
    first.code == second.code
  }
}

/// Why a command did not do what was asked: what ends the program, with its exit status.
///
/// Equality is that of the exit status and the code, so that a test need not repeat the wording.
struct Failure: Error, Sendable, Equatable {
  let exit: ExitCode
  /// A stable name in snake case for programs to go by.
  let code: String
  let message: Text
  let details: [Detail]

  /// One more fact about a failure: the field, the line, what was expected.
  struct Detail: Sendable, Equatable {
    /// A stable English name, unique in its failure; the well-known ones are shown translated.
    let name: String
    let value: Value

    enum Value: Sendable, Equatable {
      case text(String)
      case number(Int64)
    }

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = .text(value)
    }

    init(_ name: String, _ value: Int64) {
      self.name = name
      self.value = .number(value)
    }
  }

  init(_ exit: ExitCode, _ code: String, _ message: Text, _ details: [Detail] = []) {
    self.exit = exit
    self.code = code
    self.message = message
    self.details = details
  }

  /// The form for messages that exist in one language only, as those of the modules below.
  init(exit: ExitCode, code: String, message: String, detail: [(String, String)]) {
    self.init(exit, code, Text(same: message), detail.map { Detail($0.0, $0.1) })
  }

  static func == (left: Failure, right: Failure) -> Bool {
    left.exit == right.exit && left.code == right.code
  }

  /// The failure as the reader sees it: `quipu: error[code]: message` and an indented line a
  /// detail.
  func text(in language: Language) -> String {
    var lines = "quipu: error[\(code)]: \(printable(message[language]))\n"
    for detail in details {
      let name = Self.shownNames[detail.name]?[language] ?? detail.name
      switch detail.value {
      case .text(let text): lines += "  \(name): \(printable(text))\n"
      case .number(let number): lines += "  \(name): \(number)\n"
      }
    }
    return lines
  }

  private static let shownNames: [String: Text] = [
    "usage": Text("usage", "uso"),
    "help": Text("help", "ayuda"),
    "field": Text("field", "campo"),
    "line": Text("line", "línea"),
    "lines": Text("lines", "líneas"),
    "file": Text("file", "archivo"),
    "expected": Text("expected", "se esperaba"),
    "found": Text("found", "se halló"),
    "rule": Text("rule", "regla"),
    "value": Text("value", "valor"),
    "nearest": Text("nearest", "más parecido"),
  ]
}

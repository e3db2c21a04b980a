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
  func text(in language: Language, on terminal: Terminal? = nil) -> String {
    let head = "error[\(code)]:"
    var lines = "quipu: \(terminal?.emphasised(head, .red) ?? head) "
    lines += printable(message[language]) + "\n"
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
    "argument": Text("argument", "argumento"),
    "builtIn": Text("built in", "incluidos"),
    "date": Text("date", "fecha"),
    "directory": Text("directory", "directorio"),
    "expected": Text("expected", "se esperaba"),
    "field": Text("field", "campo"),
    "file": Text("file", "archivo"),
    "found": Text("found", "se halló"),
    "help": Text("help", "ayuda"),
    "jurisdiction": Text("jurisdiction", "jurisdicción"),
    "line": Text("line", "línea"),
    "lines": Text("lines", "líneas"),
    "nearest": Text("nearest", "más parecido"),
    "option": Text("option", "opción"),
    "policy": Text("policy", "política"),
    "reason": Text("reason", "motivo"),
    "recorded": Text("recorded", "registrados"),
    "refused": Text("refused", "rechazados"),
    "request": Text("request", "solicitud"),
    "rule": Text("rule", "regla"),
    "subject": Text("subject", "persona"),
    "timeZone": Text("time zone", "zona horaria"),
    "usage": Text("usage", "uso"),
    "value": Text("value", "valor"),
  ]
}

internal import CanonicalJSON
internal import Glibc

/// Where a command speaks: results on standard output, everything else on standard error.
final class Console {
  let language: Language
  /// Whether results and errors are wanted as JSON.
  let json: Bool
  let output: StandardOutput
  /// Standard output's terminal, if any.
  let terminal: Terminal
  private let errors: Terminal
  private var progress: Progress?

  init(language: Language, json: Bool) {
    self.language = language
    self.json = json
    output = StandardOutput()
    terminal = Terminal(descriptor: STDOUT_FILENO)
    errors = Terminal(descriptor: STDERR_FILENO)
  }

  /// A result: one line.
  func print(_ line: String) throws(Failure) {
    progress?.clear()
    try output.write(line + "\n")
  }

  /// A result: one line, in the reader's language.
  func print(_ line: Text) throws(Failure) { try print(line[language]) }

  /// A result: a table, fitted to the terminal.
  func print(_ table: Table) throws(Failure) {
    progress?.clear()
    try output.write(table.text(in: language, on: terminal))
  }

  /// A result: one line of canonical JSON.
  func print(_ value: JSONValue) throws(Failure) {
    var bytes: [UInt8] = []
    value.appendCanonical(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    progress?.clear()
    try output.write(bytes)
  }

  /// Something worth knowing that is no result and no failure, on standard error; with `--json` as
  /// `{"notice":{"code":…,"detail":{…},"message":…}}`.
  ///
  /// - Parameters:
  ///   - code: a stable name in snake case for programs to go by.
  ///   - message: what a person reads; the details are said in it too.
  ///   - details: the same facts for programs.
  func notice(_ code: String, _ message: Text, _ details: [Failure.Detail] = []) {
    say(Text("notice", "aviso"), .faint, code, message, details)
  }

  /// Something that the reader should look into, likewise; with `--json` a `warning`.
  func warn(_ code: String, _ message: Text, _ details: [Failure.Detail] = []) {
    say(Text("warning", "advertencia"), .yellow, code, message, details)
  }

  /// A failure that does not end the command, as a warning.
  func warn(_ failure: Failure) { warn(failure.code, failure.message, failure.details) }

  private func say(
    _ kind: Text, _ emphasis: Terminal.Emphasis, _ code: String, _ message: Text,
    _ details: [Failure.Detail]
  ) {
    progress?.clear()
    if json {
      let value = JSONValue.object([
        "code": .string(code), "detail": details.json, "message": .string(message[language]),
      ])
      return writeError(JSONValue.object([kind.english: value]).canonicalText + "\n")
    }
    let head = errors.emphasised("\(kind[language]):", emphasis)
    writeError("quipu: \(head) \(printable(message[language]))\n")
  }

  /// Reports why the command ends: in words, or with `--json` as one object.
  func report(_ failure: Failure) {
    finishProgress()
    writeError(
      json ? failure.json(in: language) : failure.text(in: language, on: errors))
  }

  /// Begins to show how far a long piece of work has come; `total` nil when it is not known.
  ///
  /// The bar is drawn only when standard error is a terminal, and only after a second. It takes the
  /// place of one begun before.
  func startProgress(of total: Int64?, unit: Text) -> Progress {
    finishProgress()
    let errors = errors
    let surface = Progress.Surface(
      canRedraw: errors.canRedraw, width: { errors.width }, write: writeError)
    let begun = Progress(of: total, unit: unit, language: language, on: surface)
    progress = begun
    return begun
  }

  /// Takes the bar away.
  func finishProgress() {
    progress?.finish()
    progress = nil
  }
}

extension [Failure.Detail] {
  fileprivate var json: JSONValue {
    JSONValue(
      members: map { detail in
        switch detail.value {
        case .text(let text): JSONMember(key: detail.name, value: .string(text))
        case .number(let number): JSONMember(key: detail.name, value: .integer(number))
        }
      })
  }
}

extension Failure {
  /// The failure as one line of canonical JSON:
  /// `{"error":{"code":…,"detail":{…},"exit":…,"message":…}}`.
  func json(in language: Language) -> String {
    let error = JSONValue.object([
      "code": .string(code),
      "detail": details.json,
      "exit": .integer(Int64(exit.rawValue)),
      "message": .string(message[language]),
    ])
    return JSONValue.object(["error": error]).canonicalText + "\n"
  }
}

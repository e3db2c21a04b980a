internal import Collections
internal import Ledger

/// One checked call of a command: its arguments, its options, and where its results go.
struct Invocation {
  let command: Command
  let console: Console
  /// Values by long name, in the order given; a flag has an empty list.
  private let values: [String: [String]]
  /// The words of each declared argument, in its place.
  private let words: [[String]]

  init(command: Command, values: [String: [String]], words: [[String]], console: Console) {
    self.command = command
    self.values = values
    self.words = words
    self.console = console
  }

  var language: Language { console.language }

  /// The directory of the ledger: `--ledger`, else `QUIPU_LEDGER`, else `quipu-ledger` here.
  var ledger: String {
    value(.ledger) ?? environmentValue("QUIPU_LEDGER") ?? "quipu-ledger"
  }

  /// Whether the command line or the environment says which ledger.
  var namesLedger: Bool { (value(.ledger) ?? environmentValue("QUIPU_LEDGER")) != nil }

  /// Whether a flag was given.
  func has(_ option: Option) -> Bool {
    requireDeclared(option)
    return values[option.long] != nil
  }

  /// The value of an option, or its standard value, or nil.
  func value(_ option: Option) -> String? {
    requireDeclared(option)
    return values[option.long]?.last ?? option.value?.standard
  }

  /// All values of an option that may be repeated, in the order given.
  func values(_ option: Option) -> [String] {
    requireDeclared(option)
    return values[option.long] ?? []
  }

  /// The number given to an option declared with `.integer`; it lies in the range declared.
  func integer(_ option: Option) -> Int64? { value(option).flatMap { Int64($0) } }

  /// The date given to an option declared with `.date`.
  func date(_ option: Option) -> CivilDate? { value(option).flatMap { CivilDate($0) } }

  /// What `--known-at` asks for, or nil for all that is known.
  var knownAt: KnownAt? { value(.knownAt).flatMap { KnownAt($0) } }

  /// The actor given to an option declared with `.actor`.
  func actor(_ option: Option) -> Actor? { value(option).flatMap { Actor(commandLine: $0) } }

  /// The word given for an argument, or nil for an optional one left out.
  func argument(_ argument: Argument) -> String? { arguments(argument).first }

  /// All words given for a repeated argument.
  func arguments(_ argument: Argument) -> [String] {
    let place = command.arguments.firstIndex { $0.name == argument.name }
    guard let place else {
      preconditionFailure("\(command.name) declares no argument \(argument.name.english)")
    }
    return words[place]
  }

  /// The word given for a required argument.
  func required(_ argument: Argument) -> String {
    guard let word = self.argument(argument) else {
      preconditionFailure("\(argument.name.english) is optional in \(command.name)")
    }
    return word
  }

  /// A wrong use that only the command itself can see: two options that exclude each other, say.
  func wrongUsage(_ message: Text, _ details: [Failure.Detail] = []) -> Failure {
    .usage(message, code: "wrong_usage", command: command, language: language, details)
  }

  /// Whether the command takes an option.
  func declares(_ option: Option) -> Bool {
    command.allOptions.contains { $0.long == option.long }
  }

  private func requireDeclared(_ option: Option) {
    precondition(
      declares(option),
      "\(command.name) declares no option --\(option.long)")
  }
}

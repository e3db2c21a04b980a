/// One command of the program, declared once: parsing, help, completions and the man page come from
/// it.
struct Command: Sendable {
  let name: String
  /// One line, without a full stop.
  let summary: Text
  /// A paragraph for the command's own help; empty when the summary says all.
  let details: Text
  let arguments: [Argument]
  /// Its own options; `allOptions` adds the common ones.
  let options: [Option]
  let examples: [Example]
  /// Whether it opens a ledger, and so takes `--ledger`.
  let usesLedger: Bool
  let run: @Sendable (Invocation) throws -> ExitCode

  /// A line that can be typed as it stands, and what it does.
  struct Example: Sendable {
    let line: String
    let meaning: Text

    init(_ line: String, _ meaning: Text) {
      self.line = line
      self.meaning = meaning
    }
  }

  init(
    _ name: String, _ summary: Text, details: Text = "", arguments: [Argument] = [],
    options: [Option] = [], examples: [Example] = [], usesLedger: Bool = true,
    run: @escaping @Sendable (Invocation) throws -> ExitCode
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.arguments = arguments
    self.options = options
    self.examples = examples
    self.usesLedger = usesLedger
    self.run = run
  }

  /// The options that every command has, less `--ledger` where no ledger is opened.
  var commonOptions: [Option] { (usesLedger ? [.ledger] : []) + [.json, .language, .help] }

  /// Everything `quipu NAME` accepts as an option.
  var allOptions: [Option] { options + commonOptions }

  /// `quipu show ACCOUNT [--on DATE] …`: arguments and own options; the common ones go without
  /// saying.
  func usage(in language: Language) -> String {
    let words =
      ["quipu", name] + arguments.map { $0.usage(in: language) }
      + options.map { "[\($0.form(in: language))]" + ($0.repeated ? "…" : "") }
    return words.joined(separator: " ")
  }
}

/// A word of the command line that is no option, known by its place.
struct Argument: Sendable {
  /// How help shows it, in capitals.
  ///
  /// The English one also names it in the code.
  let name: Text
  let kind: ValueKind
  let optional: Bool
  /// Takes all words that are left; only the last argument may.
  let repeated: Bool
  let doc: Text

  init(
    _ name: Text, _ kind: ValueKind = .text, optional: Bool = false, repeated: Bool = false,
    doc: Text
  ) {
    self.name = name
    self.kind = kind
    self.optional = optional
    self.repeated = repeated
    self.doc = doc
  }

  func usage(in language: Language) -> String {
    let word = name[language] + (repeated ? "…" : "")
    return optional ? "[\(word)]" : word
  }
}

/// An option of one command or of all, known by its long name.
struct Option: Sendable {
  /// The name without its dashes.
  let long: String
  let short: Character?
  /// Nil for a flag.
  let value: Value?
  /// Whether it may be given more than once.
  let repeated: Bool
  let doc: Text

  /// What an option takes.
  struct Value: Sendable {
    /// How help shows it, in capitals.
    let placeholder: Text
    let kind: ValueKind
    /// What holds when the option is not given; shown in help.
    let standard: String?
  }

  /// An option that takes a value.
  init(
    _ long: String, short: Character? = nil, _ placeholder: Text, _ kind: ValueKind = .text,
    standard: String? = nil, repeated: Bool = false, doc: Text
  ) {
    self.long = long
    self.short = short
    self.value = Value(placeholder: placeholder, kind: kind, standard: standard)
    self.repeated = repeated
    self.doc = doc
  }

  /// A flag.
  init(_ long: String, short: Character? = nil, doc: Text) {
    self.long = long
    self.short = short
    self.value = nil
    self.repeated = false
    self.doc = doc
  }

  /// `--on DATE`, or `--json`.
  func form(in language: Language) -> String {
    guard let value else { return "--\(long)" }
    return "--\(long) \(value.placeholder[language])"
  }
}

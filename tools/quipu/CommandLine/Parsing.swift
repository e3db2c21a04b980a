internal import Collections

/// What a command line says, as far as it could be understood.
///
/// Reading goes on past the first mistake, because `--lang` and `--json` after it still say how the
/// mistake is to be reported.
struct ParsedLine {
  /// Nil when no command, or an unknown one, was named.
  private(set) var command: Command?
  /// Values by long name, in the order given; a flag has an empty list.
  private(set) var values: [String: [String]] = [:]
  /// The words of each declared argument of `command`.
  private(set) var words: [[String]] = []
  /// The first mistake.
  private(set) var failure: ((Language) -> Failure)?

  /// The options that may stand before the command.
  static let global: [Option] = [.ledger, .json, .language, .help, .version]

  /// Whether an option was given; tells of flags and of options that mean something without a
  /// command.
  func has(_ option: Option) -> Bool { values[option.long] != nil }

  /// The language asked for, else that of the environment.
  var language: Language {
    values[Option.language.long]?.last.flatMap(Language.init(rawValue:)) ?? .ofEnvironment
  }

  /// Reads the words after the program's name.
  init(_ line: [String]) {
    let (name, rest) = readGlobal(line)
    guard let name else { return }
    guard let command = CommandTable.command(named: name) else {
      let near = nearest(to: name, among: CommandTable.all.map(\.name))
      note { language in
        .usage(
          Text("there is no command '\(name)'", "no existe el comando '\(name)'")
            .suggesting(near), code: "unknown_command", command: nil, language: language,
          near.map { [Failure.Detail("nearest", $0)] } ?? [])
      }
      // How the mistake is reported may still stand in what follows.
      _ = read(rest, options: Self.global, silently: true)
      return
    }
    self.command = command
    let found = read(rest, options: command.allOptions, silently: false)
    place(found, of: command)
  }

  /// Reads the options before the command; gives the command's name and the words after it.
  private mutating func readGlobal(_ line: [String]) -> (name: String?, rest: [String]) {
    var pass = Getopt(words: line, options: Self.global)
    while true {
      let step = pass.next()
      switch step {
      case .argument(let name): return (name, pass.rest)
      case .end:
        let rest = pass.rest
        return (rest.first, Array(rest.dropFirst()))
      default: take(step, of: Self.global, silently: false)
      }
    }
  }

  /// Reads options and arguments; gives the arguments.
  private mutating func read(
    _ line: [String], options: [Option], silently: Bool
  ) -> [String] {
    var pass = Getopt(words: line, options: options)
    var found: [String] = []
    while true {
      let step = pass.next()
      switch step {
      case .argument(let word): found.append(word)
      case .end: return found + pass.rest
      default: take(step, of: options, silently: silently)
      }
    }
  }

  private mutating func take(_ step: Getopt.Step, of options: [Option], silently: Bool) {
    if case .option(let index, let value) = step {
      record(options[index], value)
      return
    }
    guard !silently else { return }
    let command = command
    switch step {
    case .missingValue(let index):
      note { language in
        let form = options[index].form(in: language)
        return .usage(
          Text(
            "--\(options[index].long) wants a value: \(form)",
            "--\(options[index].long) requiere un valor: \(form)"),
          code: "missing_value", command: command, language: language,
          [Failure.Detail("option", "--\(options[index].long)")])
      }
    case .superfluousValue(let index):
      note { language in
        .usage(
          Text(
            "--\(options[index].long) takes no value", "--\(options[index].long) no lleva valor"),
          code: "superfluous_value", command: command, language: language,
          [Failure.Detail("option", "--\(options[index].long)")])
      }
    case .unknown(let word): noteUnknown(word, among: options)
    case .option, .argument, .end: break
    }
  }

  private mutating func noteUnknown(_ word: String, among options: [Option]) {
    let command = command
    let typed = String(word.prefix { $0 != "=" })
    let name = String(typed.drop { $0 == "-" })
    let whole = command.map { "quipu \($0.name)" } ?? "quipu"
    let meant = options.map(\.long).filter { typed.hasPrefix("--") && $0.hasPrefix(name) }
    if meant.count > 1 {
      let list = meant.map { "--\($0)" }.joined(separator: ", ")
      note { language in
        .usage(
          Text("'\(typed)' may mean \(list)", "'\(typed)' puede ser \(list)"),
          code: "ambiguous_option", command: command, language: language,
          [Failure.Detail("option", typed)])
      }
      return
    }
    let near = nearest(to: name, among: options.map(\.long)).map { "--\($0)" }
    note { language in
      .usage(
        Text("'\(whole)' has no option '\(typed)'", "'\(whole)' no tiene la opción '\(typed)'")
          .suggesting(near), code: "unknown_option", command: command, language: language,
        [Failure.Detail("option", typed)] + (near.map { [Failure.Detail("nearest", $0)] } ?? []))
    }
  }

  /// Keeps an option's value, once it is seen to be well formed.
  private mutating func record(_ option: Option, _ value: String?) {
    let command = command
    let name = "--\(option.long)"
    guard let value, let kind = option.value?.kind else {
      values[option.long] = values[option.long] ?? []
      return
    }
    if let objection = kind.objection(to: value) {
      note { language in
        .badValue(value, of: Text(same: name), kind, objection, command, language)
      }
      return
    }
    if values[option.long] != nil, !option.repeated {
      note { language in
        .usage(
          Text("\(name) is given twice", "\(name) se da dos veces"), code: "repeated_option",
          command: command, language: language, [Failure.Detail("option", name)])
      }
      return
    }
    values[option.long, default: []].append(value)
  }

  /// Gives each word its place among the declared arguments.
  private mutating func place(_ found: [String], of command: Command) {
    var left = found[...]
    for argument in command.arguments {
      let taken = argument.repeated ? left : left.prefix(1)
      left = left.dropFirst(taken.count)
      words.append(Array(taken))
      if taken.isEmpty, !argument.optional, !has(.help) {
        note { language in
          let name = argument.name[language]
          return .usage(
            Text("\(name) is missing", "falta \(name)"), code: "missing_argument", command: command,
            language: language, [Failure.Detail("argument", name)])
        }
      }
      for word in taken {
        guard let objection = argument.kind.objection(to: word) else { continue }
        note { language in
          .badValue(word, of: argument.name, argument.kind, objection, command, language)
        }
      }
    }
    guard let first = left.first else { return }
    note { language in
      .usage(
        Text(
          "'\(first)' is one argument too many for 'quipu \(command.name)'",
          "'\(first)' es un argumento de más para 'quipu \(command.name)'"),
        code: "superfluous_argument", command: command, language: language,
        [Failure.Detail("argument", first)])
    }
  }

  /// Keeps the first mistake alone: the others may well be its consequences.
  private mutating func note(_ mistake: @escaping (Language) -> Failure) {
    if failure == nil { failure = mistake }
  }
}

extension Text {
  /// With the nearest right word added as a question.
  fileprivate func suggesting(_ near: String?) -> Text {
    guard let near else { return self }
    return self + Text("; did you mean '\(near)'?", "; ¿quiso decir '\(near)'?")
  }
}

extension Failure {
  /// A wrong command line: exit 2, with the usage line and where to read more.
  static func usage(
    _ message: Text, code: String, command: Command?, language: Language,
    _ details: [Detail] = []
  ) -> Failure {
    let usage = command?.usage(in: language) ?? ProgramHelp.usage[language]
    let help = command.map { "quipu \($0.name) --help" } ?? "quipu help"
    return Failure(.usage, code, message, details + [Detail("usage", usage), Detail("help", help)])
  }

  fileprivate static func badValue(
    _ value: String, of name: Text, _ kind: ValueKind, _ objection: Text, _ command: Command?,
    _ language: Language
  ) -> Failure {
    let near = kind.choices.flatMap { nearest(to: value, among: $0) }
    let message = Text(
      "\(name.english) expects \(objection.english), not '\(value)'",
      "\(name.spanish) espera \(objection.spanish), no '\(value)'")
    return usage(
      message.suggesting(near), code: "bad_value", command: command, language: language,
      [Detail("value", value)])
  }
}

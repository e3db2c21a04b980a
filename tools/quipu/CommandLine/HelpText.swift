/// Help, laid out for a terminal from what the commands declare.
struct HelpText {
  let language: Language
  let terminal: Terminal

  /// Columns in use: as wide as the terminal, but a line longer than 100 is hard to read.
  private var width: Int { min(max(terminal.width, 40), 100) }

  /// All commands, on a screen.
  func program() -> String {
    let title = "quipu \(ProgramHelp.version) – \(ProgramHelp.summary[language])"
    var text = wrapped(title, indent: 0) + "\n\n"
    text += usage(ProgramHelp.usage[language]) + "\n"
    text += wrapped(ProgramHelp.description[language], indent: 0) + "\n\n"
    text += commands()
    text += section(Text("Options", "Opciones"), entries(ParsedLine.global))
    text += section(
      Text("Exit status", "Código de salida"),
      ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning[language]) })
    text += section(
      Text("Environment", "Entorno"),
      ProgramHelp.environment.map { ($0.name, $0.meaning[language]) })
    text += examples(ProgramHelp.examples)
    let more = Text(
      "More on a command: quipu COMMAND --help", "Más sobre un comando: quipu COMANDO --help")
    return text + wrapped(more[language], indent: 0) + "\n"
  }

  /// What is said when no command was named: how to go on.
  func short() -> String {
    var text = usage(ProgramHelp.usage[language]) + "\n"
    text += commands()
    return text + Text("All of it: quipu help", "Todo: quipu help")[language] + "\n"
  }

  /// Every command with what it does, by what people come for.
  private func commands() -> String {
    CommandTable.groups.reduce("") { text, group in
      text + section(group.title, group.commands.map { ($0.name, $0.summary[language]) })
    }
  }

  /// All about one command.
  func command(_ command: Command) -> String {
    let title = "quipu \(command.name) – \(command.summary[language])"
    var text = wrapped(title, indent: 0) + "\n\n"
    text += usage(command.usage(in: language)) + "\n"
    let details = command.details[language]
    if !details.isEmpty { text += wrapped(details, indent: 0) + "\n\n" }
    text += section(
      Text("Arguments", "Argumentos"),
      command.arguments.map { ($0.name[language], described($0, language)) })
    text += section(Text("Options", "Opciones"), entries(command.options))
    text += section(Text("Common options", "Opciones comunes"), entries(command.commonOptions))
    return text + examples(command.examples)
  }

  private func usage(_ line: String) -> String {
    let label = Text("Usage:", "Uso:")[language]
    let indent = label.count + 1
    let lines = wrapped(line, indent: indent).drop { $0 == " " }
    return heading(label) + " " + lines + "\n"
  }

  private func entries(_ options: [Option]) -> [(String, String)] {
    options.map { option in
      let short = option.short.map { "-\($0), " } ?? ""
      return (short + option.form(in: language), described(option, language))
    }
  }

  private func section(_ title: Text, _ entries: [(String, String)]) -> String {
    guard !entries.isEmpty else { return "" }
    var text = heading(wrapped(title[language] + ":", indent: 0)) + "\n"
    // On a narrow terminal most of a line is left to the meaning.
    let column = min(26, width / 2 - 6, (entries.map { $0.0.count }.max() ?? 0) + 4)
    for (name, meaning) in entries {
      let first = wrapped(name, indent: 2)
      let block = wrapped(meaning, indent: column)
      if first.count + 2 <= column {
        text += first + block.dropFirst(first.count) + "\n"
      } else {
        text += first + "\n" + block + "\n"
      }
    }
    return text + "\n"
  }

  private func examples(_ examples: [Command.Example]) -> String {
    guard !examples.isEmpty else { return "" }
    var text = heading(Text("Examples:", "Ejemplos:")[language]) + "\n"
    for example in examples {
      text += "  \(example.line)\n" + wrapped(example.meaning[language], indent: 6) + "\n"
    }
    return text + "\n"
  }

  private func heading(_ text: String) -> String { terminal.emphasised(text, .bold) }

  /// The words in lines of at most `width` columns, each begun with `indent` spaces.
  private func wrapped(_ text: String, indent: Int) -> String {
    let space = String(repeating: " ", count: indent)
    return quipu.wrapped(text, width: width - indent).map { space + $0 }.joined(separator: "\n")
  }
}

/// What an option means, with its standard value.
func described(_ option: Option, _ language: Language) -> String {
  var text = option.doc[language]
  if case .choices(let names)? = option.value?.kind, option.long != Option.language.long {
    text += " (" + names.joined(separator: ", ") + ")"
  }
  if let standard = option.value?.standard {
    text += Text(" [default: \(standard)]", " [por omisión: \(standard)]")[language]
  }
  if option.repeated { text += Text(" (may be repeated)", " (se puede repetir)")[language] }
  return text
}

/// What an argument means, with the words it may be.
func described(_ argument: Argument, _ language: Language) -> String {
  guard case .choices(let names) = argument.kind else { return argument.doc[language] }
  return argument.doc[language] + " (" + names.joined(separator: ", ") + ")"
}

/// The manual page `quipu(1)` in roff (man macros), from what the commands declare.
struct ManPage {
  let language: Language
  private var text = ""

  init(language: Language) { self.language = language }

  /// The whole page.
  ///
  /// It bears no date: the same program writes the same bytes.
  mutating func written() -> String {
    text = ".TH QUIPU 1 \"\" \"quipu \(ProgramHelp.version)\" \"Quipu\"\n"
    section(Text("NAME", "NOMBRE"))
    // The form that man -k looks for.
    text += "quipu \\- \(Self.escaped(ProgramHelp.summary[language]))\n"
    section(Text("SYNOPSIS", "SINOPSIS"))
    text += ".B quipu\n.RI [ OPTIONS ] \" COMMAND \" [ OPTIONS ] \" \" [ ARGUMENTS ]\n"
    section(Text("DESCRIPTION", "DESCRIPCIÓN"))
    text += Self.escaped(ProgramHelp.description[language]) + "\n"
    section(Text("COMMANDS", "COMANDOS"))
    for command in CommandTable.all { write(command) }
    section(Text("COMMON OPTIONS", "OPCIONES COMUNES"))
    for option in ParsedLine.global { write(option) }
    section(Text("EXIT STATUS", "CÓDIGO DE SALIDA"))
    for code in ExitCode.allCases { entry(".B \(code.rawValue)", code.meaning[language]) }
    section(Text("ENVIRONMENT", "ENTORNO"))
    for variable in ProgramHelp.environment {
      entry(".B \(Self.escaped(variable.name))", variable.meaning[language])
    }
    section(Text("EXAMPLES", "EJEMPLOS"))
    for example in ProgramHelp.examples { write(example) }
    return text
  }

  private mutating func write(_ command: Command) {
    text += ".SS \(Self.escaped(command.usage(in: language)))\n"
    text += Self.escaped(command.summary[language] + ".") + "\n"
    if !command.details[language].isEmpty {
      text += ".PP\n\(Self.escaped(command.details[language]))\n"
    }
    for argument in command.arguments {
      entry(".I \(Self.escaped(argument.name[language]))", described(argument, language))
    }
    for option in command.options { write(option) }
    for example in command.examples { write(example) }
  }

  private mutating func write(_ option: Option) {
    let short = option.short.map { "\\-\($0), " } ?? ""
    var tag = ".B \(short)\(Self.escaped("--" + option.long))"
    if let value = option.value {
      tag = ".BI \"\(short)\(Self.escaped("--" + option.long)) \" "
      tag += Self.escaped(value.placeholder[language])
    }
    entry(tag, described(option, language))
  }

  private mutating func write(_ example: Command.Example) {
    entry(".B \(Self.escaped(example.line))", example.meaning[language])
  }

  private mutating func section(_ title: Text) { text += ".SH \(Self.escaped(title[language]))\n" }

  private mutating func entry(_ tag: String, _ meaning: String) {
    text += ".TP\n\(tag)\n\(Self.escaped(meaning))\n"
  }

  /// The text with what roff would take for itself disarmed; a hyphen stays one that can be copied.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "\"": result += "\\(dq"
      case "–": result += "\\(en"
      case "…": result += "..."
      case ".": result += result.isEmpty ? "\\&." : "."
      default: result.append(character)
      }
    }
    return result
  }
}

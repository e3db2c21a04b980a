internal import CanonicalJSON

extension Command {
  private static let man = Option(
    "man",
    doc: Text(
      "write the manual page quipu(1) in roff", "escribir la página de manual quipu(1) en roff"))

  private static let subject = Argument(
    Text("COMMAND", "COMANDO"), .command, optional: true,
    doc: Text("the command to explain; else all", "el comando por explicar; si no, todos"))

  static let help = Command(
    "help", Text("explain the program or one command", "explicar el programa o un comando"),
    arguments: [subject], options: [man],
    examples: [
      Example("quipu help show", Text("all about show", "todo sobre show")),
      Example(
        "quipu help --man > quipu.1", Text("the manual page", "la página de manual")),
    ],
    usesLedger: false
  ) { invocation in
    let console = invocation.console
    let named = invocation.argument(subject).flatMap(CommandTable.command(named:))
    if invocation.has(man) {
      if named != nil {
        throw invocation.wrongUsage(
          Text(
            "--man writes the page of the whole program: name no command",
            "--man escribe la página de todo el programa: no nombre un comando"))
      }
      var page = ManPage(language: console.language)
      try console.output.write(page.written())
    } else if console.json {
      let shown = named.map { [$0] } ?? CommandTable.all
      try console.print(
        JSONValue.object([
          "commands": .array(shown.map { $0.described(in: console.language) }),
          "version": .string(ProgramHelp.version),
        ]))
    } else {
      let help = HelpText(language: console.language, terminal: console.terminal)
      try console.output.write(named.map(help.command) ?? help.program())
    }
    return .done
  }
}

extension Command {
  /// The declaration as JSON, for programs that build on this one.
  fileprivate func described(in language: Language) -> JSONValue {
    .object([
      "arguments": .array(
        arguments.map { argument in
          .object([
            "doc": .string(quipu.described(argument, language)),
            "name": .string(argument.name[language]),
            "optional": .bool(argument.optional),
            "repeated": .bool(argument.repeated),
          ])
        }),
      "name": .string(name),
      "options": .array(
        allOptions.map { option in
          .object([
            "doc": .string(quipu.described(option, language)),
            "name": .string("--\(option.long)"),
            "repeated": .bool(option.repeated),
            "value": option.value.map { .string($0.placeholder[language]) } ?? .null,
          ])
        }),
      "summary": .string(summary[language]),
      "usage": .string(usage(in: language)),
    ])
  }
}

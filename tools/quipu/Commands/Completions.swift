extension Command {
  private static let shell = Argument(
    Text("SHELL", "SHELL"), .choices(["bash", "zsh", "fish"]),
    doc: Text("the shell to write for", "el intérprete para el que se escribe"))

  static let completions = Command(
    "completions",
    Text("write completions for a shell", "escribir el autocompletado de un intérprete de órdenes"),
    details: Text(
      "The script completes commands, options, their values and files. It is written from the same "
        + "table as this help, so it never lags behind the program.",
      "El guion completa comandos, opciones, sus valores y archivos. Se escribe a partir de la "
        + "misma tabla que esta ayuda, así que nunca queda atrás del programa."),
    arguments: [shell],
    examples: [
      Example(
        "source <(quipu completions bash)",
        Text("for this session of bash", "para esta sesión de bash")),
      Example(
        "quipu completions bash > ~/.local/share/bash-completion/completions/quipu",
        Text("for every session of bash", "para todas las sesiones de bash")),
      Example(
        "quipu completions zsh > ~/.zfunc/_quipu",
        Text(
          "for zsh, with ~/.zfunc in fpath before compinit runs",
          "para zsh, con ~/.zfunc en fpath antes de compinit")),
      Example(
        "quipu completions fish > ~/.config/fish/completions/quipu.fish",
        Text("for fish", "para fish")),
    ],
    usesLedger: false
  ) { invocation in
    let completions = ShellCompletions(language: invocation.language)
    let script =
      switch invocation.required(shell) {
      case "zsh": completions.zsh()
      case "fish": completions.fish()
      default: completions.bash()
      }
    try invocation.console.output.write(script)
    return .done
  }
}

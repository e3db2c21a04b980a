extension Option {
  static let actor = Option(
    "actor", Text("ID[/ROLE[/KIND]]", "ID[/ROL[/CLASE]]"), .actor,
    doc: Text(
      "who records, for drafts that do not say; ROLE is agent and KIND person (system, bot) "
        + "unless given",
      "quién registra, para los borradores que no lo digan; ROL es agent y CLASE person "
        + "(system, bot) si no se dan"))

  static let batch = Option(
    "batch", Text("N", "N"), .integer(1...4096), standard: "4096",
    doc: Text("events committed at a time", "eventos confirmados de una vez"))
}

extension Argument {
  static let drafts = Argument(
    Text("FILE", "ARCHIVO"), .fileOrInput, optional: true,
    doc: Text(
      "event drafts, one JSON object a line; else, or when -, standard input",
      "borradores de eventos, un objeto JSON por línea; si falta o es -, la entrada estándar"))
}

extension Command {
  static let record = Command(
    "record", Text("append events", "agregar eventos"),
    details: Text(
      "A draft has type, stream and data; optionally effective, key, actor, cause, subject, v and "
        + "n. The whole file is checked first; then a receipt a line is printed for what is on "
        + "disk for good. Recording the same file again records nothing twice.",
      "Un borrador lleva type, stream y data; opcionalmente effective, key, actor, cause, "
        + "subject, v y n. Primero se revisa todo el archivo; luego se imprime un recibo por "
        + "línea de lo que ya está en disco. Registrar otra vez el mismo archivo no registra "
        + "nada dos veces."),
    arguments: [.drafts], options: [.actor, .skipInvalid, .rejects, .batch],
    examples: [
      Example(
        "quipu record payments.jsonl --actor u-17/agent",
        Text("what agent u-17 collected", "lo que cobró el agente u-17")),
      Example(
        "quipu record today.jsonl --skip-invalid --rejects bad.jsonl",
        Text(
          "the valid lines; the others go to bad.jsonl",
          "las líneas válidas; las otras van a bad.jsonl")),
    ]
  ) { _ in throw Failure.notBuilt }
}

internal import CanonicalJSON
internal import Collections

extension Option {
  static let markdown = Option(
    "markdown",
    doc: Text("as a table to read, in Markdown", "como tabla para leer, en Markdown"))
}

extension Argument {
  static let type = Argument(
    Text("TYPE", "TIPO"), .eventType, optional: true,
    doc: Text(
      "an event type, PaymentReceived say; else all",
      "un tipo de evento, por ejemplo PaymentReceived; si no, todos"))
}

extension Command {
  static let schema = Command(
    "schema", Text("the fields of event types", "los campos de los tipos de evento"),
    details: Text(
      "Prints JSON Schema (draft 2020-12) of a draft. Fields marked x-sealed are personal data, "
        + "refused until there is a vault; LedgerOpened, SigningKeyChanged and LogRecovered are "
        + "recorded by the log itself.",
      "Imprime el JSON Schema (draft 2020-12) de un borrador. Los campos con x-sealed son datos "
        + "personales, rechazados hasta que haya bóveda; LedgerOpened, SigningKeyChanged y "
        + "LogRecovered los registra el propio registro."),
    arguments: [.type], options: [.markdown],
    examples: [
      Example("quipu schema PaymentReceived", Text("one type", "un tipo")),
      Example("quipu schema --markdown", Text("the whole catalogue", "todo el catálogo")),
    ],
    usesLedger: false
  ) { invocation in
    let console = invocation.console
    if invocation.has(.markdown) {
      let type = try invocation.argument(.type).map { try EventType.named($0) }
      try console.output.write(type.map(EventCatalog.markdown(of:)) ?? EventCatalog.markdown)
    } else if let name = invocation.argument(.type) {
      // The parser has checked that there is such a type.
      try console.print(try EventType.named(name).jsonSchema)
    } else {
      try console.print(EventCatalog.jsonSchema)
    }
    return .done
  }
}

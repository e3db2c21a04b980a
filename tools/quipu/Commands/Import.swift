extension Argument {
  static let mapping = Argument(
    Text("MAPPING", "MAPEO"), .file,
    doc: Text(
      "the document that says how columns become events, or the name of one that comes with quipu",
      "el documento que dice cómo las columnas se vuelven eventos, o el nombre de uno incluido"))

  static let source = Argument(
    Text("FILE", "ARCHIVO"), .fileOrInput,
    doc: Text("the data; - for standard input", "los datos; - para la entrada estándar"))
}

extension Command {
  static let importing = Command(
    "import", Text("record another system's data", "registrar datos de otro sistema"),
    details: Text(
      "Reads CSV or JSON Lines through a mapping. It may be stopped and run again: what is already "
        + "recorded is found by its key and left alone.",
      "Lee CSV o JSON Lines mediante un mapeo. Se puede detener y volver a ejecutar: lo ya "
        + "registrado se reconoce por su clave y no se toca."),
    arguments: [.mapping, .source], options: [.skipInvalid, .rejects],
    examples: [
      Example(
        "xz -dc events.csv.xz | quipu import road-traffic-fines - --ledger T",
        Text("a packed file through a pipe", "un archivo comprimido por una tubería"))
    ]
  ) { _ in throw Failure.notBuilt }
}

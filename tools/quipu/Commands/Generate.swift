extension Option {
  static let accounts = Option(
    "accounts", Text("N", "N"), .integer(1...10_000_000), standard: "1000",
    doc: Text("how many accounts", "cuántas cuentas"))

  static let months = Option(
    "months", Text("N", "N"), .integer(1...600), standard: "24",
    doc: Text("how many months of life", "cuántos meses de vida"))

  static let seed = Option(
    "seed", Text("N", "N"), .integer(0...Int64.max), standard: "1",
    doc: Text(
      "the same seed gives the same portfolio", "la misma semilla da la misma cartera"))

  static let start = Option(
    "start", Text("DATE", "FECHA"), .date, standard: "2024-01-01",
    doc: Text("the first day", "el primer día"))

  static let outputFile = Option(
    "out", Text("FILE", "ARCHIVO"), .file,
    doc: Text("write there; else to standard output", "escribir ahí; si no, en la salida estándar"))
}

extension Command {
  static let generate = Command(
    "generate", Text("a synthetic portfolio", "una cartera sintética"),
    details: Text(
      "Writes event drafts for record. Names, calendars and behaviour look like Peru's; none of "
        + "the people exist.",
      "Escribe borradores de eventos para record. Nombres, calendarios y conducta parecen del "
        + "Perú; ninguna de las personas existe."),
    options: [.accounts, .months, .seed, .start, .outputFile],
    examples: [
      Example(
        "quipu generate --accounts 200 --months 12 | quipu record --ledger T",
        Text("into a ledger", "a un libro"))
    ],
    usesLedger: false
  ) { _ in throw Failure.notBuilt }
}

internal import Collections

extension Option {
  static let accounts = Option(
    "accounts", Text("N", "N"), .integer(1...10_000_000), standard: "1000",
    doc: Text("how many accounts", "cuántas cuentas"))

  static let months = Option(
    "months", Text("N", "N"), .integer(1...600), standard: "12",
    doc: Text("how many months of life", "cuántos meses de vida"))

  static let seed = Option(
    "seed", Text("N", "N"), .integer(0...Int64.max), standard: "1",
    doc: Text(
      "the same seed gives the same portfolio", "la misma semilla da la misma cartera"))

  static let start = Option(
    "start", Text("DATE", "FECHA"), .date,
    doc: Text(
      "the first day; else such that all of it lies in the past",
      "el primer día; si no, tal que todo quede en el pasado"))

  static let people = Option(
    "people", "full|none", .choices(["full", "none"]), standard: "full",
    doc: Text(
      "full: names, documents, telephones, notes and requests too; none: pseudonyms alone",
      "full: también nombres, documentos, teléfonos, notas y solicitudes; none: solo seudónimos"))

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
    options: [.accounts, .months, .seed, .start, .people, .outputFile],
    examples: [
      Example(
        "quipu generate --accounts 200 --months 12 | quipu record --ledger T",
        Text("into a ledger", "a un libro"))
    ],
    usesLedger: false
  ) { try GenerateRun($0).run() }
}

/// One run of `generate`.
private struct GenerateRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let months = Int(invocation.integer(.months) ?? 0)
    let today = WallClock.now().date
    let options = GenerateOptions(
      seed: UInt64(invocation.integer(.seed) ?? 0),
      accounts: Int(invocation.integer(.accounts) ?? 0), months: months,
      people: invocation.value(.people) == "full",
      start: invocation.date(.start)
        ?? GenerateOptions.lastStart(for: months, endingBefore: today))
    let output = try invocation.value(.outputFile).map { try OutputFile.Draft($0) }
    let console = invocation.console
    try generate(options) { piece in
      let bytes = piece.indices.map { piece[$0] }
      if let output { try output.write(bytes) } else { try console.output.write(bytes) }
    }
    try output?.finish()
    console.notice(
      "generated",
      Text(
        "seed \(options.seed), from \(options.start.text) for \(months) months",
        "semilla \(options.seed), desde \(options.start.text) por \(months) meses"))
    return .done
  }
}

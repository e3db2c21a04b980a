internal import CanonicalJSON
internal import EventStore
internal import Glibc
internal import Ledger

extension Argument {
  static let mapping = Argument(
    Text("MAPPING", "MAPEO"), .mapping,
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
      "Reads CSV, JSON Lines or bank statements (ISO 20022 camt.053, camt.054) through a mapping. It "
        + "may be stopped and run again: what is already recorded is found by its key and left "
        + "alone. camt and bank-statement record payments on the account that the remittance "
        + "information names, and on portfolio/unidentified where it names none.",
      "Lee CSV, JSON Lines o extractos bancarios (ISO 20022 camt.053, camt.054) mediante un mapeo. "
        + "Se puede detener y volver a ejecutar: lo ya registrado se reconoce por su clave y no se "
        + "toca. camt y bank-statement registran pagos en la cuenta que nombra el concepto, y en "
        + "portfolio/unidentified si no nombra ninguna."),
    arguments: [.mapping, .source], options: [.actor, .skipInvalid, .rejects, .segmentSize],
    examples: [
      Example(
        "xz -dc events.csv.xz | quipu import road-traffic-fines - --ledger T",
        Text("a packed file through a pipe", "un archivo comprimido por una tubería")),
      Example(
        "quipu import camt statement.xml --ledger T",
        Text("the payments of a bank statement", "los pagos de un extracto bancario")),
    ]
  ) { try ImportRun($0).run() }
}

/// One run of `import`.
private struct ImportRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let mapping = try mapping(invocation.required(.mapping))
    let path = invocation.required(.source)
    let descriptor = try OutputFile.open(path)
    defer { if path != "-" { close(descriptor) } }
    var recorder = try recorder(for: mapping)
    var reader = ImportReader(mapping, asking: recorder.lookup)
    do {
      try reader.forEachDraft(from: descriptor) { imported in
        recorder.take(imported.draft.canonicalBytes) { () throws(Refusal) in
          if let reason = imported.refusal {
            throw Refusal("refused_by_mapping", expected: reason, line: imported.row)
          }
          return try Draft(imported.draft, line: imported.row) { bytes in
            Draft.defaultKey(of: bytes, line: imported.row, in: mapping.name)
          }
        }
      }
    } catch let error as ImportError {
      throw Failure(error, in: path == "-" ? "standard input" : path)
    }
    let rejects = invocation.value(.rejects) ?? mapping.name + ".rejected"
    let tally = try recorder.finish(batch: 4096, rejects: rejects) { _ in }
    try summarise(reader, tally)
    return .done
  }

  private func mapping(_ name: String) throws(Failure) -> Mapping {
    do { return try Mapping.named(name) } catch { throw Failure(error, in: name) }
  }

  /// A ledger that is not there is named together with the command that makes one to the mapping's liking.
  private func recorder(for mapping: Mapping) throws -> Recorder {
    do {
      return try Recorder(invocation)
    } catch let failure as Failure where failure.code == LogError.Code.notALedger.rawValue {
      throw Failure(
        failure.exit, failure.code, failure.message,
        failure.details.filter { $0.name != "expected" } + [
          Failure.Detail("expected", "a ledger; make one with: \(initCommand(for: mapping))")
        ])
    }
  }

  private func initCommand(for mapping: Mapping) -> String {
    let hint = mapping.ledgerHint
    let options = [
      ("name", hint.name), ("currency", hint.currency), ("time-zone", hint.timeZone),
      ("jurisdiction", hint.jurisdiction),
    ]
    return options.reduce("quipu init --ledger \(invocation.ledger)") { line, option in
      option.1.map { "\(line) --\(option.0) \($0)" } ?? line
    }
  }

  private func summarise(_ reader: ImportReader, _ tally: Recorder.Tally) throws {
    let console = invocation.console
    let summary = ImportSummary(reader: reader, tally: tally)
    if console.json { return try console.print(summary.json) }
    for warning in reader.warnings {
      console.warn(
        warning.code.rawValue,
        Text("line ", "línea ")
          + Text(same: "\(warning.row): \(warning.code.rawValue): \(warning.message)"),
        [Failure.Detail("line", Int64(warning.row))])
    }
    try console.print(summary.totals(in: console.language))
    try console.print("")
    try console.print(summary.rules)
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let exportFormat = Argument(
    Text("FORMAT", "FORMATO"), .choices(ExportFormat.allCases.map(\.rawValue)),
    doc: Text(
      "hledger: the books in double entry; xes, csv: the accounts' events for process mining; "
        + "jsonl: the events as recorded; sqlite: the projections as a database",
      "hledger: los libros en partida doble; xes, csv: los eventos de las cuentas para minería de "
        + "procesos; jsonl: los eventos tal como se registraron; sqlite: las proyecciones como base "
        + "de datos"))

  static let target = Argument(
    Text("FILE", "ARCHIVO"), .file, optional: true,
    doc: Text("the same as --out FILE", "lo mismo que --out ARCHIVO"))
}

/// The forms another program gets a ledger in.
enum ExportFormat: String, CaseIterable {
  case hledger, xes, csv, jsonl, sqlite

  /// Whether it tells the state on a day, and so takes `--on`.
  var tellsState: Bool { self == .hledger || self == .sqlite }
}

extension Command {
  static let export = Command(
    "export", Text("the ledger for other programs", "el libro para otros programas"),
    details: Text(
      "hledger gives the one history known at the moment asked about: payments reversed and events "
        + "voided by then are not in it, and what came late stands on its own day. The balances of "
        + "assets:receivable are what replay writes to accounts.csv. xes (IEEE 1849) and csv have "
        + "a case an account and an activity an event type, on its effective date.",
      "hledger da la única historia que se conocía en el momento consultado: no incluye pagos "
        + "extornados ni eventos anulados hasta entonces, y lo que llegó tarde está en su propio "
        + "día. Los saldos de assets:receivable son los que replay escribe en accounts.csv. xes "
        + "(IEEE 1849) y csv tienen un caso por cuenta y una actividad por tipo de evento, en su "
        + "fecha efectiva."),
    arguments: [.exportFormat, .target], options: [.on, .knownAt, .outputFile, .fromScratch],
    examples: [
      Example(
        "quipu export hledger --on 2026-03-31 --out march.journal",
        Text("the books at the end of March", "los libros al cierre de marzo")),
      Example(
        "quipu export xes --out log.xes",
        Text("every account's events, for process mining", "los eventos de cada cuenta")),
    ]
  ) { try ExportRun($0).run() }
}

/// One run of `export`.
private struct ExportRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// Where to write; nil for standard output.
  private var path: String? { invocation.value(.outputFile) ?? invocation.argument(.target) }

  func run() throws -> ExitCode {
    if invocation.has(.outputFile), invocation.argument(.target) != nil {
      throw invocation.wrongUsage(
        Text(
          "the file is named twice: FILE and --out",
          "el archivo se nombra dos veces: ARCHIVO y --out")
      )
    }
    guard let format = ExportFormat(rawValue: invocation.required(.exportFormat)) else {
      preconditionFailure("a format that the command line let through")
    }
    if invocation.has(.on), !format.tellsState {
      throw invocation.wrongUsage(
        Text(
          "--on is of a state, and \(format.rawValue) holds events: cut them with --known-at",
          "--on es de un estado, y \(format.rawValue) contiene eventos: se cortan con --known-at"))
    }
    if format == .sqlite, path == nil {
      throw invocation.wrongUsage(
        Text(
          "a database is a file: name it with --out FILE",
          "una base de datos es un archivo: nómbrelo con --out ARCHIVO"))
    }
    let view = try invocation.openView()
    let size = try invocation.size(of: view)
    if format == .sqlite { return try exportDatabase(view, size) }
    let output = try path.map { try OutputFile.Draft($0) }
    let counts: [(name: String, count: Int64)]
    var failures: [RuleError] = []
    func write(_ bytes: [UInt8]) throws {
      if let output { try output.write(bytes) } else { try invocation.console.output.write(bytes) }
    }
    do {
      switch format {
      case .hledger: (counts, failures) = try exportBooks(view, size, write)
      case .xes:
        var log = CaseLog(view, upTo: size)
        try log.writeXES(write)
        counts = [("cases", log.cases), ("events", log.events)]
      case .csv:
        var log = CaseLog(view, upTo: size)
        try log.writeCSV(write)
        counts = [("events", log.events)]
      case .jsonl, .sqlite: counts = [("events", try exportLines(view, size, write))]
      }
    } catch {
      output?.abandon()
      throw error
    }
    try output?.finish()
    try summarise(format, size, counts)
    for failure in failures { invocation.console.warn(Failure(failure)) }
    return failures.isEmpty ? .done : .foundWrong
  }

  /// The double entry of the day asked about.
  private func exportBooks(
    _ view: LedgerView, _ size: Int64, _ write: ([UInt8]) throws -> Void
  ) throws -> (counts: [(name: String, count: Int64)], failures: [RuleError]) {
    let day = try invocation.day(of: view)
    let model = try invocation.readModel(of: view, at: size).model
    let money = try view.sideBooks(at: size).money
    var journal = HledgerJournal(model.accounts, money, on: day, knownAt: size)
    try journal.write(write)
    return ([("accounts", journal.accounts), ("entries", journal.entries)], journal.failures)
  }

  /// The events as they lie in the log, without its headers and commits.
  private func exportLines(
    _ view: LedgerView, _ size: Int64, _ write: ([UInt8]) throws -> Void
  ) throws -> Int64 {
    var piece: [UInt8] = []
    try view.eachEvent(upTo: size) { _, line in
      for index in line.indices { piece.append(line[index]) }
      piece.append(UInt8(ascii: "\n"))
      guard piece.count > 1 << 16 else { return }
      try write(piece)
      piece.removeAll(keepingCapacity: true)
    }
    try write(piece)
    return size
  }

  private func exportDatabase(_ view: LedgerView, _ size: Int64) throws -> ExitCode {
    let day = try invocation.day(of: view)
    let model = try invocation.readModel(of: view, at: size).model
    let accounts = AccountTable.make(
      model.accounts, on: day, knownAt: size, jobs: invocation.jobs)
    let contacts = ContactTable.make(
      model.contacts, accounts: model.accounts, on: day, knownAt: size, jobs: invocation.jobs)
    let scores = ScoreTable(model, on: day, knownAt: size)
    let tables = DerivedTable.all(accounts, contacts, scores)
    try ReplayFiles.writeDatabase(
      tables, on: day, size: size, digest: DerivedTable.digest(of: tables), to: path ?? "")
    try summarise(.sqlite, size, [("accounts", Int64(accounts.rows.count))])
    for failure in accounts.failures { invocation.console.warn(Failure(failure)) }
    return accounts.failures.isEmpty ? .done : .foundWrong
  }

  /// Says what is in the file: on standard output where the file is not.
  private func summarise(
    _ format: ExportFormat, _ size: Int64, _ counts: [(name: String, count: Int64)]
  ) throws {
    let console = invocation.console
    let names: [String: (Text, Text)] = [
      "accounts": (Text("account", "cuenta"), Text("accounts", "cuentas")),
      "entries": (Text("entry", "asiento"), Text("entries", "asientos")),
      "cases": (Text("case", "caso"), Text("cases", "casos")),
      "events": (Text("event", "evento"), Text("events", "eventos")),
    ]
    var parts = Text("")
    for (name, count) in counts {
      let (one, many) = names[name] ?? (Text(same: name), Text(same: name))
      parts = parts + (parts == "" ? "" : ", ") + counted(count, one, many)
    }
    guard let path else {
      return console.notice(
        "exported", parts, counts.map { Failure.Detail($0.name, $0.count) })
    }
    if console.json {
      let members = counts.map { JSONMember(key: $0.name, value: .integer($0.count)) }
      return try console.print(
        JSONValue(
          members: members + [
            JSONMember(key: "format", value: .string(format.rawValue)),
            JSONMember(key: "file", value: .string(path)),
            JSONMember(key: "knownAt", value: .object(["size": .integer(size)])),
          ]))
    }
    try console.print(Text(same: "\(path): ") + parts)
  }
}

extension LedgerView {
  /// The events before a size, in one pass; throws the log's own error, or what `body` threw.
  func eachEvent(
    upTo size: Int64, _ body: (borrowing EventEnvelope, Span<UInt8>) throws -> Void
  ) throws {
    do throws(PassError<any Error>) {
      try forEachEvent(upTo: size, body)
    } catch {
      switch error {
      case .log(let error): throw error
      case .body(let error): throw error
      }
    }
  }
}

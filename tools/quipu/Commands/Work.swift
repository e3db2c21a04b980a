internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import Replication

extension Argument {
  static let partFiles = Argument(
    Text("PART", "PARTE"), .file, optional: true, repeated: true,
    doc: Text(
      "with --merge: the files that the workers of all parts wrote",
      "con --merge: los archivos que escribieron los trabajadores de todas las partes"))
}

extension Option {
  static let partition = Option(
    "partition", Text("I/N", "I/N"), .partition,
    doc: Text(
      "replay part I of N: the accounts and people whose ids' hash says so",
      "rehacer la parte I de N: las cuentas y personas cuyo resumen de identificador lo dice"))

  static let merge = Option(
    "merge",
    doc: Text(
      "put the parts together: the same tables and digest as one replay's",
      "juntar las partes: las mismas tablas y el mismo resumen que una sola lectura"))

  static let workOutput = Option(
    "out", Text("PATH", "RUTA"), .file,
    doc: Text(
      "a worker's file, else part-I-of-N here; with --merge the directory of the tables",
      "archivo del trabajador, si no part-I-of-N aquí; con --merge el directorio de las tablas"))
}

extension Command {
  static let work = Command(
    "work",
    Text("replay a part of the accounts, or merge the parts", "rehacer una parte, o juntarlas"),
    details: Text(
      "Shares a replay among machines: each worker reads the whole log, checks every hash, folds only the "
        + "accounts of its part, and writes what they come to in one file. --merge puts the files of all parts "
        + "together, which must be of the same history, size, day and program; every event must have been "
        + "counted by exactly one of them. The tables are then those of `quipu replay`, to the byte. A worker "
        + "keeps nothing else: one that is killed is started again.",
      "Reparte una lectura entre máquinas: cada trabajador lee todo el registro, revisa cada hash, pliega solo "
        + "las cuentas de su parte y escribe el resultado en un archivo. --merge junta los archivos de todas "
        + "las partes, que deben ser de la misma historia, tamaño, día y programa; cada evento debe haber sido "
        + "contado por exactamente una. Las tablas son entonces las de `quipu replay`, byte a byte. Un "
        + "trabajador no guarda nada más: si lo matan, se lo inicia de nuevo."),
    arguments: [.partFiles],
    options: [.partition, .merge, .on, .knownAt, .jobs, .workOutput, .format] + Option.source,
    examples: [
      Example(
        "quipu work --partition 2/7 --from nats://a:4222 --stream books --on 2026-03-31 --known-at 950340",
        Text("the second of seven workers", "el segundo de siete trabajadores")),
      Example(
        "quipu work --merge part-1-of-2 part-2-of-2 --out march",
        Text("the end of March, as CSV", "el cierre de marzo, en CSV")),
    ]
  ) { try WorkRun($0).run() }
}

/// One run of `work`.
private struct WorkRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    if invocation.has(.merge) { return try merge() }
    guard let text = invocation.value(.partition), let partition = Partition(text) else {
      throw invocation.wrongUsage(
        Text(
          "give --partition I/N, or --merge and files", "dé --partition I/N, o --merge y archivos"))
    }
    guard invocation.arguments(.partFiles).isEmpty, !invocation.has(.format) else {
      throw invocation.wrongUsage(
        Text("parts and --format go with --merge", "las partes y --format van con --merge"))
    }
    return try work(partition)
  }

  private func work(_ partition: Partition) throws -> ExitCode {
    let start = ContinuousClock.now
    var part = PartitionModel(partition)
    var reader = FieldReader()
    let identity: LedgerIdentity
    let root: Digest
    switch try invocation.eventSource() {
    case .ledger(let view):
      let size = try invocation.size(of: view)
      identity = view.identity
      let progress = invocation.console.startProgress(of: size, unit: Text("events", "eventos"))
      defer { invocation.console.finishProgress() }
      do {
        try view.forEachEvent(upTo: size) { (event, line) throws(RuleError) in
          try part.apply(event, line, &reader)
          if event.seq & 0x3FFF == 0x3FFF { progress.advance(by: 0x4000) }
        }
      } catch { throw error.logError }
      root = try view.root(at: size) ?? .empty
    case .stream(let stream):
      let standing = try invocation.read(stream) { (event, line) throws(RuleError) in
        try part.apply(event, line, &reader)
      }
      (identity, root) = (standing.identity, standing.root)
    }
    let day = try invocation.date(.on) ?? WallClock.today(in: identity.timeZone)
    let jobs = invocation.jobs
    let result = ReplayResult(part, on: day, jobs: jobs)
    let made = PartialResult(
      result, partition, ledger: identity.ledger, root: root.base64,
      program: try ProgramDigest.read())
    let file =
      invocation.value(.workOutput) ?? "part-\(partition.number)-of-\(partition.count)"
    try OutputFile.write(made.bytes, to: file)
    for failure in result.failures { invocation.console.warn(Failure(failure)) }
    try tell(made, file, ContinuousClock.now - start)
    return result.failures.isEmpty ? .done : .foundWrong
  }

  private func tell(_ part: PartialResult, _ file: String, _ time: Duration) throws {
    let (console, result) = (invocation.console, part.result)
    let milliseconds = max(1, time.milliseconds)
    let rate = result.size * 1000 / milliseconds
    let name = "\(part.partition.number)/\(part.partition.count)"
    if console.json {
      try console.print(
        .object([
          "partition": .string(name), "file": .string(file), "on": .string(result.on.text),
          "knownAt": .object(["size": .integer(result.size)]), "root": .string(part.root),
          "events": .integer(result.counts.total), "accounts": .integer(result.accounts),
          "contacts": .integer(result.contacts), "milliseconds": .integer(milliseconds),
          "eventsPerSecond": .integer(rate),
        ]))
      return
    }
    try console.print(
      Text("part \(name): ", "parte \(name): ") + countedEvents(result.counts.total)
        + Text(" of \(grouped(result.size)), ", " de \(grouped(result.size)), ")
        + counted(result.accounts, Text("account", "cuenta"), Text("accounts", "cuentas"))
        + Text(
          ", on \(result.on.text): \(file)", ", al \(result.on.text): \(file)"))
    try console.print(
      Text(
        "speed   \(grouped(rate)) events/s, every hash checked",
        "ritmo    \(grouped(rate)) eventos/s, cada hash revisado"))
  }

  private func merge() throws -> ExitCode {
    let own = ([.partition, .on, .knownAt, .jobs] + Option.source).filter { invocation.has($0) }
    guard own.isEmpty else {
      throw invocation.wrongUsage(
        Text(
          "--\(own[0].long) is for workers: the parts say it",
          "--\(own[0].long) es para trabajadores: lo dicen las partes"))
    }
    let parts = try invocation.arguments(.partFiles).map { path in
      do {
        return try PartialResult(parsing: try OutputFile.read(path))
      } catch let error as PartialResultError {
        throw Failure(error, in: path)
      }
    }
    let result: ReplayResult
    do {
      result = try ReplayResult(merging: parts)
    } catch { throw Failure(error) }
    let text = ReplayText(result, snapshot: 0, speed: nil)
    if let directory = invocation.value(.workOutput) {
      try ReplayFiles(directory, invocation.value(.format) ?? "csv").write(text)
    } else if invocation.has(.format) {
      throw invocation.wrongUsage(
        Text("--format says how --out is written", "--format dice cómo se escribe --out"))
    }
    for failure in result.failures { invocation.console.warn(Failure(failure)) }
    if invocation.console.json {
      try invocation.console.print(text.json)
    } else {
      try text.print(on: invocation.console)
    }
    return result.failures.isEmpty ? .done : .foundWrong
  }
}

extension Failure {
  /// Parts that cannot be read, or are no whole.
  init(_ error: PartialResultError, in file: String? = nil) {
    self.init(
      error.code == .damaged ? .foundWrong : .refused, error.code.rawValue,
      Text(same: error.detail), file.map { [Detail("file", $0)] } ?? [])
  }
}

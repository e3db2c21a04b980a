internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let jobs = Option(
    "jobs", Text("N", "N"), .integer(1...256),
    doc: Text(
      "threads; else one a processor. The result is the same",
      "hilos; si no, uno por procesador. El resultado es el mismo"))

  static let outputDirectory = Option(
    "out", Text("DIR", "DIR"), .directory,
    doc: Text("write the projections there", "escribir ahí las proyecciones"))

  static let format = Option(
    "format", Text("FORMAT", "FORMATO"), .choices(["csv", "json", "sqlite"]), standard: "csv",
    doc: Text("the form of what --out gets", "forma de lo que recibe --out"))
}

extension Option {
  static let scores = Option(
    "scores",
    doc: Text(
      "compute every recorded score again from the prefix of the log and the model it names; exit 1 "
        + "where one differs",
      "recalcular cada puntaje registrado desde el tramo de registro y el modelo que nombra; sale con "
        + "1 si alguno difiere"))
}

extension Command {
  static let replay = Command(
    "replay", Text("rebuild every projection", "reconstruir todas las proyecciones"),
    details: Text(
      "Prints counts, a digest of the state and the speed. The files are sorted by identifier and "
        + "the same to the byte, whatever the number of threads. A long replay keeps a snapshot in "
        + "the ledger, with which the next one begins; --from-scratch reads the whole log instead.",
      "Imprime cantidades, un resumen criptográfico del estado y la velocidad. Los archivos van "
        + "ordenados por identificador y son iguales byte a byte con cualquier número de hilos. Una "
        + "lectura larga guarda una instantánea en el libro, con la que empieza la siguiente; "
        + "--from-scratch lee todo el registro."),
    options: [.on, .knownAt, .fromScratch, .jobs, .scores, .outputDirectory, .format],
    examples: [
      Example(
        "quipu replay --on 2026-03-31 --out march",
        Text("the end of March, as CSV", "el cierre de marzo, en CSV")),
      Example(
        "quipu replay --scores",
        Text("is every score what its model says", "si cada puntaje es lo que dice su modelo")),
    ]
  ) { try ReplayRun($0).run() }
}

/// One run of `replay`.
private struct ReplayRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let console = invocation.console
    if invocation.has(.format), !invocation.has(.outputDirectory) {
      throw invocation.wrongUsage(
        Text(
          "--format says in what form --out is written: give --out DIR too",
          "--format dice en qué forma se escribe --out: dé también --out DIR"))
    }
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let jobs = invocation.jobs
    let start = ContinuousClock.now
    let rebuilt = try invocation.readModel(of: view, at: size)
    let model = rebuilt.model
    let read = ContinuousClock.now
    let accounts = AccountTable.make(model.accounts, on: day, knownAt: size, jobs: jobs)
    let contacts = ContactTable.make(
      model.contacts, accounts: model.accounts, on: day, knownAt: size, jobs: jobs)
    let scores = ScoreTable(model, on: day, knownAt: size)
    let tables = DerivedTable.all(accounts, contacts, scores)
    let end = ContinuousClock.now
    let digest = DerivedTable.digest(of: tables)
    let result = ReplayText(
      model: model, snapshot: rebuilt.snapshot, accounts: accounts, contacts: contacts, on: day,
      digest: digest,
      reading: read - start, folding: end - read)
    if let directory = invocation.value(.outputDirectory) {
      try ReplayFiles(directory, invocation.value(.format) ?? "csv").write(tables, result)
    }
    invocation.keepSnapshot(of: rebuilt, of: view)
    for failure in accounts.failures { console.warn(Failure(failure)) }
    let scored = invocation.has(.scores) ? rescore(model, size, jobs) : nil
    let proposed =
      invocation.has(.scores)
      ? ProposalReplay(model, of: view, knownAt: size, jobs: jobs) : nil
    if console.json {
      let json = scored.map { result.json.adding("scores", $0.json) } ?? result.json
      try console.print(proposed.map { json.adding("proposals", $0.json) } ?? json)
    } else {
      try result.print(on: console)
      try scored?.print(on: console)
      try proposed?.print(on: console)
    }
    let isSame =
      scored?.replay.differences.isEmpty ?? true && proposed?.differences.isEmpty ?? true
    return accounts.failures.isEmpty && isSame ? .done : .foundWrong
  }
  /// Computes every recorded score again.
  private func rescore(_ model: ReadModel, _ size: Int64, _ jobs: Int) -> ScoreReplayText {
    let start = ContinuousClock.now
    let progress = invocation.console.startProgress(
      of: Int64(model.scores.entries.count), unit: Text("scores", "puntajes"))
    defer { invocation.console.finishProgress() }
    let replay = ScoreReplay(model, knownAt: size, jobs: jobs) { progress.advance(by: $0) }
    return ScoreReplayText(replay: replay, time: ContinuousClock.now - start)
  }
}

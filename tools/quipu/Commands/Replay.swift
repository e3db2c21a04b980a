internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import Replication

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
      "compute every recorded score, proposal and answer again from the prefix of the log and the "
        + "document it names, answers with --purpose from the messages themselves, opened on record; "
        + "exit 1 where one differs",
      "recalcular cada puntaje, propuesta y respuesta desde el tramo de registro y el documento que "
        + "nombra, las respuestas con --purpose desde los mensajes mismos, abiertos con constancia; "
        + "sale con 1 si algo difiere"))
}

extension Command {
  static let replay = Command(
    "replay", Text("rebuild every projection", "reconstruir todas las proyecciones"),
    details: Text(
      "Prints counts, a digest of the state and the speed. The files are sorted by identifier and "
        + "the same to the byte, whatever the number of threads. A long replay keeps a snapshot in "
        + "the ledger, with which the next one begins; --from-scratch reads the whole log instead. "
        + "--from reads a mirrored ledger's stream, on any machine, up to a checkpoint that it has signed.",
      "Imprime cantidades, un resumen criptográfico del estado y la velocidad. Los archivos van "
        + "ordenados por identificador y son iguales byte a byte con cualquier número de hilos. Una "
        + "lectura larga guarda una instantánea en el libro, con la que empieza la siguiente; "
        + "--from-scratch lee todo el registro. --from lee el flujo de un libro reflejado, en cualquier "
        + "máquina, hasta un punto de control que el libro ha firmado."),
    options: [
      .on, .knownAt, .fromScratch, .jobs, .scores, .purpose, .actingAs, .outputDirectory, .format,
    ] + Option.source,
    examples: [
      Example(
        "quipu replay --on 2026-03-31 --out march",
        Text("the end of March, as CSV", "el cierre de marzo, en CSV")),
      Example(
        "quipu replay --scores",
        Text("is every score what its model says", "si cada puntaje es lo que dice su modelo")),
      Example(
        "quipu replay --from nats://a:4222,nats://b:4222 --stream books --out march",
        Text("where the ledger is not", "donde no está el libro")),
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
    if invocation.has(.purpose), !invocation.has(.scores) || invocation.has(.readFrom) {
      throw invocation.wrongUsage(
        Text(
          "--purpose goes with --scores, and opens what a ledger here has sealed, not a stream",
          "--purpose va con --scores, y abre lo sellado en un libro local, no en un flujo"))
    }
    let jobs = invocation.jobs
    let start = ContinuousClock.now
    let reading = try read()
    let (model, size) = (reading.rebuilt.model, reading.rebuilt.model.size)
    let day = try invocation.date(.on) ?? WallClock.today(in: reading.zone)
    let read = ContinuousClock.now
    let result = ReplayResult(model, on: day, jobs: jobs)
    let text = ReplayText(
      result, snapshot: reading.rebuilt.snapshot,
      speed: ReplayText.Speed(reading: read - start, folding: ContinuousClock.now - read))
    if let directory = invocation.value(.outputDirectory) {
      try ReplayFiles(directory, invocation.value(.format) ?? "csv").write(text)
    }
    if let view = reading.view { invocation.keepSnapshot(of: reading.rebuilt, of: view) }
    for failure in result.failures { console.warn(Failure(failure)) }
    let scored = invocation.has(.scores) ? rescore(model, size, jobs) : nil
    let proposed =
      invocation.has(.scores)
      ? ProposalReplay(model, in: reading.zone, knownAt: size, jobs: jobs) : nil
    let answered =
      invocation.has(.scores) ? try invocation.replayAnswers(model, knownAt: size) : nil
    if console.json {
      var json = text.json
      if let scored { json = json.adding("scores", scored.json) }
      if let proposed { json = json.adding("proposals", proposed.json) }
      if let answered { json = json.adding("answers", answered.json) }
      try console.print(json)
    } else {
      try text.print(on: console)
      try scored?.print(on: console)
      try proposed?.print(on: console)
      try answered?.print(on: console)
    }
    let isSame =
      scored?.replay.differences.isEmpty ?? true && proposed?.differences.isEmpty ?? true
      && answered?.differences.isEmpty ?? true
    return result.failures.isEmpty && isSame ? .done : .foundWrong
  }

  /// What was read, and where its days begin.
  private struct Reading {
    var rebuilt: RebuiltModel
    var zone: String
    /// The ledger, where it was read from one.
    var view: LedgerView?
  }

  private func read() throws -> Reading {
    switch try invocation.eventSource() {
    case .ledger(let view):
      let rebuilt = try invocation.readModel(of: view, at: try invocation.size(of: view))
      return Reading(rebuilt: rebuilt, zone: view.identity.timeZone, view: view)
    case .stream(let stream):
      var model = ReadModel()
      var reader = FieldReader()
      let standing = try invocation.read(stream) { (event, line) throws(RuleError) in
        try model.apply(event, line, &reader)
      }
      return Reading(rebuilt: RebuiltModel(model: model), zone: standing.identity.timeZone)
    }
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

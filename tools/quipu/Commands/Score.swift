internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let scored = Argument(
    Text("ACCOUNT|features", "CUENTA|features"), optional: true,
    doc: Text(
      "one account; else all. `features` lists what scores may go by, and its values",
      "una cuenta; si no, todas. `features`: aquello por lo que se puntúa, y sus valores"))

  static let scoredAccount = Argument(
    Text("ACCOUNT", "CUENTA"), optional: true,
    doc: Text("with features: one account", "con features: una cuenta"))
}

extension Option {
  static let scoringModel = Option(
    "model", Text("MODEL", "MODELO"),
    doc: Text("the id of a registered model", "el id de un modelo registrado"))

  static let recordScores = Option(
    "record",
    doc: Text(
      "append ScoreRecorded for every account that is open, on the day asked for",
      "agregar ScoreRecorded de cada cuenta abierta, por el día consultado"))

  static let scoreFormat = Option(
    "format", Text("FORMAT", "FORMATO"), .choices(["csv", "json"]),
    doc: Text(
      "csv, the default for all accounts, or json: JSON Lines",
      "csv, lo normal para todas las cuentas, o json: JSON Lines"))
}

extension Command {
  static let score = Command(
    "score", Text("what a model says of accounts", "lo que un modelo dice de las cuentas"),
    details: Text(
      "Scores one account or all, by what was known at a size of the log: a sum of whole numbers, the "
        + "same on any machine. --record keeps what was said, with the size it was made from; "
        + "`quipu replay --scores` computes it again, `quipu explain` says why.",
      "Puntúa una cuenta o todas, según lo conocido en un tamaño del registro: una suma de números "
        + "enteros, igual en cualquier máquina. --record guarda lo dicho, con el tamaño del que "
        + "salió; `quipu replay --scores` lo recalcula, `quipu explain` dice por qué."),
    arguments: [.scored, .scoredAccount],
    options: [
      .scoringModel, .modelVersion, .on, .knownAt, .recordScores, .actor, .actingAs, .outputFile,
      .scoreFormat, .jobs, .fromScratch, .segmentSize,
    ] + ScoreFeatures.options,
    examples: [
      Example(
        "quipu score A-1 --model pays30 --on 2026-03-31",
        Text("one account, with its reasons", "una cuenta, con sus motivos")),
      Example(
        "quipu score --model pays30 --record --out scores.csv",
        Text("all of them, kept in the log", "todas, guardadas en el registro")),
      Example(
        "quipu score features --list",
        Text("what scores may go by", "aquello por lo que se puede puntuar")),
    ]
  ) { invocation in
    guard invocation.argument(.scored) == "features" else { return try ScoreRun(invocation).run() }
    return try ScoreFeatures(invocation, account: invocation.argument(.scoredAccount)).run()
  }
}

/// One run of `score`.
private struct ScoreRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  /// As many accounts as are scored before they are written.
  private static let atOnce = 1 << 16

  func run() throws -> ExitCode {
    let account = invocation.argument(.scored)
    if let more = invocation.argument(.scoredAccount) {
      throw invocation.wrongUsage(
        Text("one account or all, not \(more) too", "una cuenta o todas, no también \(more)"))
    }
    guard let name = invocation.value(.scoringModel) else {
      throw invocation.wrongUsage(
        Text("--model says by which model", "--model dice con qué modelo"),
        [Failure.Detail("expected", "--model MODEL; `quipu model list` names them")])
    }
    if invocation.has(.recordScores), account != nil {
      throw invocation.wrongUsage(
        Text("--record is of all accounts", "--record es de todas las cuentas"))
    }
    // The ledger is taken for writing first, so that nothing comes between what is said and its record.
    let recording = invocation.has(.recordScores) ? try ScoreRecording(invocation) : nil
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let rebuilt = try invocation.readModel(of: view, at: view.size)
    let models = RegisteredModels(rebuilt.model, knownAt: view.size)
    let version = invocation.integer(.modelVersion)
    let found = try models.model(name, version: version)
    if let retired = found.entry.retired, invocation.has(.recordScores) {
      throw Failure(
        .refused, "model_retired",
        Text(
          "model \(name) \(found.entry.version) was retired at seq \(retired)",
          "el modelo \(name) \(found.entry.version) fue retirado en seq \(retired)"),
        [Failure.Detail("expected", "a version in use")])
    }
    let reader = ScoreReader(found.model, of: rebuilt.model, knownAt: size)
    if let account { return try one(account, reader, on: day) }
    return try all(reader, on: day, recording)
  }

  // MARK: One account

  private func one(_ account: String, _ reader: ScoreReader, on day: CivilDate) throws -> ExitCode {
    let found = try ExplainedScore(of: account, by: reader, on: day)
    if console.json {
      try console.print(found.json)
    } else {
      try ExplanationText(found).printShort(on: console)
    }
    return .done
  }

  // MARK: All accounts

  private func all(
    _ reader: ScoreReader, on day: CivilDate, _ recording: ScoreRecording?
  ) throws -> ExitCode {
    var reader = reader
    let jobs = invocation.jobs
    let book = reader.features.model.accounts
    let size = reader.features.knownAt
    let path = invocation.value(.outputFile)
    // What goes to a file is CSV unless told otherwise; --json is about standard output.
    let format = invocation.value(.scoreFormat) ?? (console.json && path == nil ? "json" : "csv")
    let asJSON = format == "json"
    let lines = ScoreLines(reader.model, book, on: day, basis: size)
    let file = try path.map { try OutputFile.Draft($0) }
    let isListed = file != nil || recording == nil
    func write(_ bytes: [UInt8]) throws {
      guard isListed else { return }
      if let file { try file.write(bytes) } else { try console.output.write(bytes) }
    }
    if !asJSON { try write(lines.header) }
    let accounts = book.accounts.sorted()
    var tally = ScoreRecording.Tally()
    var failures: [RuleError] = []
    let progress = console.startProgress(
      of: Int64(accounts.count), unit: Text("accounts", "cuentas"))
    var start = 0
    while start < accounts.count {
      let end = min(start + Self.atOnce, accounts.count)
      let part = reader.rows(of: Array(accounts[start..<end]), on: day, jobs: jobs)
      failures += part.failures
      try write(asJSON ? lines.json(part.result) : lines.csv(part.result))
      if let recording {
        try recording.record(part.result, lines, &tally) { progress.advance(by: $0) }
      } else {
        progress.advance(by: Int64(end - start))
      }
      start = end
    }
    console.finishProgress()
    try file?.finish()
    for failure in failures { console.warn(Failure(failure)) }
    if let recording {
      recording.close()
      try tally.print(reader.model, on: day, basis: size, console)
    }
    return failures.isEmpty ? .done : .foundWrong
  }
}

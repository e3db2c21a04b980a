internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import SQLite

extension Argument {
  static let readModel = Argument(
    Text("FILE", "ARCHIVO"), .file, optional: true,
    doc: Text("the SQLite file to keep current", "el archivo SQLite que se mantiene al día"))
}

extension Option {
  static let follow = Option(
    "follow",
    doc: Text(
      "go on as the ledger grows and the day changes, until interrupted",
      "seguir mientras el libro crece y cambia el día, hasta ser interrumpido"))

  static let every = Option(
    "every", Text("SECONDS", "SEGUNDOS"), .integer(1...3_600), standard: "1",
    doc: Text("how often --follow looks", "cada cuánto mira --follow"))

  static let rebuild = Option(
    "rebuild",
    doc: Text(
      "make the file anew, whatever it holds", "rehacer el archivo, contenga lo que contenga"))

  static let databaseSchema = Option(
    "schema",
    doc: Text(
      "print the tables and views as documented SQL, and do nothing else",
      "imprimir las tablas y vistas como SQL documentado, y nada más"))
}

extension Command {
  static let project = Command(
    "project",
    Text("keep a SQLite read model current", "mantener al día un modelo de lectura en SQLite"),
    details: Text(
      "The file holds the tables of replay, and views for the usual questions, for any tool that reads "
        + "SQLite. Each run goes on where the last one ended: rows and position change in one "
        + "transaction, so that no event is missed or counted twice, and readers never wait. Made anew "
        + "beside the old one, and then put in its place, is a file of another ledger, of another "
        + "version of this program, or ahead of the ledger. An event that cannot be read is left out, "
        + "stands in the table parked, and makes the command exit with 1.",
      "El archivo contiene las tablas de replay y vistas para las preguntas usuales, para cualquier "
        + "herramienta que lea SQLite. Cada corrida sigue donde terminó la anterior: filas y posición "
        + "cambian en una transacción, así que ningún evento falta ni cuenta dos veces, y quien lee "
        + "nunca espera. Se rehace al lado del anterior, y luego toma su lugar, el archivo de otro "
        + "libro, de otra versión de este programa, o adelantado al libro. Un evento que no se puede "
        + "leer queda fuera, figura en la tabla parked y hace que la orden termine con 1."),
    arguments: [.readModel],
    options: [.follow, .every, .on, .rebuild, .jobs, .databaseSchema],
    examples: [
      Example(
        "quipu project desk.sqlite",
        Text("make the file, or bring it up to date", "crear el archivo o ponerlo al día")),
      Example(
        "quipu project desk.sqlite --follow",
        Text("keep it up to date", "mantenerlo al día")),
      Example(
        "quipu project --schema",
        Text("what is in it", "qué contiene")),
    ]
  ) { try ProjectRun($0).run() }
}

/// One run of `project`.
private final class ProjectRun {
  private let invocation: Invocation
  private let jobs: Int
  private let follows: Bool
  /// The projections, at the size of the last step; none before the first.
  private var model: ReadModel?
  private var parked: [ParkedEvent] = []
  /// How many of them were told of.
  private var told = 0
  private var failures: Int64 = 0
  private var isRebuildAsked: Bool

  /// Of so many events and accounts at once it is told one by one.
  private static let mostToldOf = 10

  /// That the program was told to stop while it read.
  private struct Stopped: Error {}

  init(_ invocation: Invocation) {
    self.invocation = invocation
    jobs = invocation.jobs
    follows = invocation.has(.follow)
    isRebuildAsked = invocation.has(.rebuild)
  }

  func run() throws -> ExitCode {
    if invocation.has(.databaseSchema) {
      try printSchema()
      return .done
    }
    guard let name = invocation.argument(.readModel) else {
      throw invocation.wrongUsage(
        Text("name the file: quipu project FILE", "nombre el archivo: quipu project ARCHIVO"))
    }
    if follows { StopSignal.hold() }
    let rules = try ProgramDigest.read()
    let file = try ReadModelFile(name)
    if follows {
      try follow(file, name, rules)
    } else {
      try step(file, name, rules, isFirst: true)
    }
    return parked.isEmpty && failures == 0 ? .done : .foundWrong
  }

  private func printSchema() throws {
    let console = invocation.console
    guard console.json else { return try console.output.write(DatabaseSchema.text) }
    try console.print(
      JSONValue.object([
        "applicationId": .integer(DatabaseSchema.applicationID),
        "schema": .string(DatabaseSchema.text), "userVersion": .integer(DatabaseSchema.version),
      ]))
  }

  /// A step whenever the log has grown or the day is another, until a signal comes.
  private func follow(
    _ file: borrowing ReadModelFile, _ name: String, _ rules: String
  ) throws {
    let seconds = Int(invocation.integer(.every) ?? 1)
    var last: (mark: LogMark, day: CivilDate)?
    repeat {
      do {
        let mark = try LogMark(of: invocation.ledger)
        let zone = try LedgerIdentity.read(directory: invocation.ledger).timeZone
        let day = try invocation.date(.on) ?? WallClock.today(in: zone)
        let isNew = last.map { $0.mark != mark || $0.day != day } ?? true
        guard isNew else { continue }
        try step(file, name, rules, isFirst: last == nil)
        last = (mark, day)
      } catch is Stopped {
        return
      } catch let error as LogError where error.code == .inUse {
        // A writer that is just opening: the next look is soon enough.
        continue
      } catch let error as SQLiteError where error.isBusy {
        invocation.console.notice(
          "read_model_busy",
          Text(
            "\(name) is being written by another program: tried again in \(seconds) s",
            "otro programa está escribiendo \(name): se intenta de nuevo en \(seconds) s"))
      }
    } while !StopSignal.wait(seconds: seconds)
  }

  /// Brings the file to the ledger's size and the day.
  private func step(
    _ file: borrowing ReadModelFile, _ name: String, _ rules: String, isFirst: Bool
  ) throws {
    let start = ContinuousClock.now
    let view = isFirst ? try invocation.openView() : try LedgerView(opening: invocation.ledger)
    let day = try invocation.day(of: view)
    let contents = try file.contents()
    let standing = try ReadModelStanding(contents, view, rules: rules, isAsked: isRebuildAsked)
    if standing.isOfOtherHistory { (model, parked, told) = (nil, [], 0) }
    let model = try advance(to: view)
    let target = ReadDatabase.Position(
      ledger: view.identity.ledger, size: view.size, root: try view.root(at: view.size)?.hex ?? "",
      on: day, program: ProgramHelp.version, rules: rules)
    let rows: ModelRows
    let written: ReadDatabase.Written
    switch standing {
    case .sound(let position):
      let since = position.on == day ? position.size : nil
      rows = ModelRows(model, since: since, on: day, parked: parked, jobs: jobs)
      written = try file.update(rows, for: target, after: position)
    case .toRebuild(let reason):
      if let text = reason.text { sayRebuilt(name, reason, text) }
      rows = ModelRows(model, since: nil, on: day, parked: parked, jobs: jobs)
      written = try file.rebuild(rows, for: target, over: contents)
      isRebuildAsked = false
    }
    failures = written.failures
    warn(of: rows.failures)
    try invocation.console.print(
      ProjectText(
        file: name, position: target, standing: standing, folded: rows.folded, written: written,
        parked: parked.count, time: ContinuousClock.now - start))
  }

  /// The projections at a view's size.
  private func advance(to view: LedgerView) throws -> ReadModel {
    let console = invocation.console
    var rebuilt =
      model.map { RebuiltModel(model: $0, snapshot: $0.size) }
      ?? invocation.beginning(of: view, at: view.size)
    model = nil
    let progress = console.startProgress(
      of: view.size - rebuilt.model.size, unit: Text("events", "eventos"))
    defer { console.finishProgress() }
    do {
      func advance(_ count: Int64) throws(Stopped) {
        progress.advance(by: count)
        if follows, StopSignal.wait(seconds: 0) { throw Stopped() }
      }
      try view.advance(
        &rebuilt.model, to: view.size, parking: { parked.append($0) }, advance)
    } catch {
      switch error {
      case .log(let error): throw error
      case .body(let stopped): throw stopped
      }
    }
    // Another command would take a snapshot for all there is.
    if parked.isEmpty { invocation.keepSnapshot(of: rebuilt, of: view) }
    warnOfParked()
    model = rebuilt.model
    return rebuilt.model
  }

  private func warnOfParked() {
    let console = invocation.console
    for event in parked.dropFirst(told).prefix(Self.mostToldOf) {
      console.warn(
        "event_parked",
        Text(
          "event \(event.seq) cannot be read and is left out: \(event.reason)",
          "el evento \(event.seq) no se puede leer y queda fuera: \(event.reason)"),
        [Failure.Detail("seq", event.seq), Failure.Detail("reason", event.code)])
    }
    let rest = parked.count - told - Self.mostToldOf
    if rest > 0 {
      console.warn(
        "events_parked",
        Text(
          "\(rest) more events are left out: see the table parked",
          "\(rest) eventos más quedan fuera: véase la tabla parked"),
        [Failure.Detail("value", Int64(rest))])
    }
    told = parked.count
  }

  private func warn(of failures: [RuleError]) {
    for failure in failures.prefix(Self.mostToldOf) { invocation.console.warn(Failure(failure)) }
  }

  private func sayRebuilt(_ name: String, _ reason: ReadModelStanding.Reason, _ text: Text) {
    invocation.console.notice(
      "read_model_rebuilt",
      Text("\(name) is made anew: ", "\(name) se rehace: ") + text,
      [Failure.Detail("file", name), Failure.Detail("reason", reason.rawValue)])
  }
}

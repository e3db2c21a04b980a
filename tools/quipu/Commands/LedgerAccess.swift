internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger
internal import Vault

extension Option {
  static let segmentSize = Option(
    "segment-size", Text("BYTES", "BYTES"), .integer(1...1 << 30), standard: "16777216",
    doc: Text(
      "bytes after which the next batch begins a new file of the log",
      "bytes a partir de los cuales el siguiente lote comienza otro archivo del registro"))
}

// How commands reach a ledger: for reading at a pair of moments, and for writing.
extension Invocation {
  /// The ledger for reading; says on standard error what an operator should hear of it.
  func openView() throws -> LedgerView {
    let view = try LedgerView(opening: ledger)
    report(view.notices)
    return view
  }

  /// The day asked about: `--on`, else today in the ledger's zone.
  func day(of view: LedgerView) throws -> CivilDate {
    if let date = date(.on) { return date }
    return try WallClock.today(in: view.identity.timeZone)
  }

  /// The size asked about: `--known-at`, else all there is.
  func size(of view: LedgerView) throws -> Int64 {
    switch knownAt {
    case nil: return view.size
    case .size(let size):
      guard size <= view.size else {
        throw Failure(noSuchSize: size, of: view.size)
      }
      return size
    case .instant(let moment): return try view.size(knownAt: moment)
    }
  }

  /// The ledger for writing, and today in its zone.
  func openIntake(by actor: Actor) throws -> (intake: Intake, today: CivilDate) {
    do {
      let zone = try LedgerIdentity.read(directory: ledger).timeZone
      let today = try WallClock.today(in: zone)
      var settings = logSettings
      if declares(.segmentSize), let size = integer(.segmentSize) {
        settings.segmentSize = Int(size)
      }
      let intake = try Intake(
        opening: ledger, by: actor, at: WallClock.now(), today: today, settings: settings,
        vault: try vaultSettings)
      report(intake.notices)
      if !BusinessCalendar(jurisdiction: intake.identity.jurisdiction).isKnown {
        let code = intake.identity.jurisdiction
        console.notice(
          "no_holidays",
          Text(
            "no holidays of ours for \(code): business days are Monday to Friday, but for what "
              + "CalendarAdopted events say",
            "no hay feriados propios para \(code): son hábiles de lunes a viernes, salvo lo que "
              + "digan eventos CalendarAdopted"),
          [Failure.Detail("jurisdiction", code)])
      }
      return (intake, today)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  /// What the environment says of the ledger's key, anchors and disk.
  var logSettings: EventLog.Settings {
    let anchors = environmentValue("QUIPU_ANCHOR")?.split(separator: ":").map(String.init) ?? []
    return EventLog.Settings(
      signingKey: environmentValue("QUIPU_SIGNING_KEY_FILE"), anchors: anchors,
      allowsNetworkDisk: environmentValue("QUIPU_ALLOW_NFS") == "1")
  }

  /// What the environment says of the keys of the ledger's vault; nil where it names no place for them.
  var vaultSettings: SubjectVault.Settings? {
    get throws(LogError) {
      let identity = try LedgerIdentity.read(directory: ledger)
      return KeyPlaces(ledger: identity.ledger, environment: environmentValue).map {
        SubjectVault.Settings(places: $0, home: OutputFile.wholePath(ledger))
      }
    }
  }

  /// The log alone for writing, for what the store itself records and signs, and today in its zone.
  func openLog(by actor: Actor) throws -> (log: EventLog, today: CivilDate) {
    do {
      let today = try WallClock.today(in: try LedgerIdentity.read(directory: ledger).timeZone)
      let log = try EventLog.open(
        directory: ledger, at: WallClock.now().text, effective: today.text,
        actor: actor.canonical, settings: logSettings)
      report(log.notices)
      return (log, today)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  /// Who records: `--actor`, else the user of the operating system.
  func recordingActor() throws -> Actor {
    if let actor = actor(.actor) { return actor }
    let name = unsafe getpwuid(geteuid()).map { unsafe String(cString: $0.pointee.pw_name) }
    guard let actor = Actor(id: name ?? "unknown", kind: .person, role: "recorder") else {
      throw wrongUsage(
        Text(
          "the user's name is no id: name an actor with --actor",
          "el nombre del usuario no es un identificador: nombre un actor con --actor"))
    }
    return actor
  }

  /// Says on standard error what an operator should hear of.
  func report(_ notices: [LogNotice]) {
    for notice in notices {
      let text = notice.file.isEmpty ? notice.detail : "\(notice.file): \(notice.detail)"
      let details = notice.file.isEmpty ? [] : [Failure.Detail("file", notice.file)]
      if [.recovered, .unsigned, .ballast, .clockBackwards].contains(notice.kind) {
        console.warn(notice.kind.rawValue, Text(same: text), details)
      } else {
        console.notice(notice.kind.rawValue, Text(same: text), details)
      }
    }
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let subject = Option(
    "subject", Text("SUBJECT", "PERSONA"),
    doc: Text(
      "a person: her stream, and all of every account she owes or guarantees",
      "una persona: su secuencia, y todo de cada cuenta que debe o garantiza"))

  static let ofAccount = Option(
    "account", Text("ACCOUNT", "CUENTA"),
    doc: Text(
      "an account, and what elsewhere bears on it",
      "una cuenta, y lo que en otra parte incide en ella"))

  static let ofRequest = Option(
    "request", Text("REQUEST", "SOLICITUD"),
    doc: Text(
      "a request about personal data: the stream of who made it",
      "una solicitud sobre datos personales: la secuencia de quien la hizo"))

  static let period = Option(
    "period", Text("FROM..TO", "DESDE..HASTA"),
    doc: Text(
      "everything recorded from one day to another, both included",
      "todo lo registrado de un día a otro, ambos incluidos"))

  static let recipientKind = Option(
    "for", Text("WHOM", "QUIÉN"), .choices(EvidenceRecipient.allCases.map(\.rawValue)),
    doc: Text("whom it is made for", "para quién se hace"))

  static let recipient = Option(
    "recipient", Text("NAME", "NOMBRE"),
    doc: Text(
      "the office by name, as SBS, which the ledger records with the export",
      "la oficina por su nombre, como SBS, que el libro registra con la entrega"))

  static let evidenceFolder = Option(
    "out", Text("DIR", "DIR"), .directory,
    doc: Text(
      "the folder to make; nothing may be there yet", "la carpeta por crear; no debe existir")
  )
}

extension Command {
  static let evidence = Command(
    "evidence",
    Text(
      "a folder that proves what was recorded", "una carpeta que prueba lo registrado"),
    details: Text(
      "Chooses the events about a person, an account, a request or a period, and writes them with a "
        + "proof each, the signed checkpoint, the policies they were judged by, a page to read and "
        + "print (index.html) and a verifier that needs nothing of Quipu: `sha256sum -c SHA256SUMS` "
        + "and `python3 verify.py` in the folder. The export is recorded (EvidenceExported).",
      "Elige los eventos sobre una persona, una cuenta, una solicitud o un periodo, y los escribe con "
        + "una prueba cada uno, el punto de control firmado, las políticas con que se juzgaron, una "
        + "página para leer e imprimir (index.html) y un verificador que no necesita nada de Quipu: "
        + "`sha256sum -c SHA256SUMS` y `python3 verify.py` en la carpeta. La entrega queda registrada "
        + "(EvidenceExported)."),
    options: [
      .subject, .ofAccount, .ofRequest, .period, .recipientKind, .recipient, .evidenceFolder, .actor,
    ],
    examples: [
      Example(
        "quipu evidence --subject S-1 --for regulator --recipient SBS --out sbs --lang es",
        Text("all about a person, in Spanish", "todo sobre una persona, en español")),
      Example(
        "quipu evidence --account A-1 --for court --out case-77",
        Text("one debt, for a court", "una deuda, para un juzgado")),
    ]
  ) { try EvidenceRun($0).run() }
}

/// One run of `evidence`.
private struct EvidenceRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let scope = try scope()
    let actor = try invocation.recordingActor()
    guard let whom = invocation.value(.recipientKind).flatMap(EvidenceRecipient.init(rawValue:))
    else { throw missing(.recipientKind) }
    guard let path = invocation.value(.evidenceFolder) else { throw missing(.evidenceFolder) }
    try EvidenceFolder.requireFree(path)
    let checkpoint = try signed(by: actor)
    let view = try invocation.openView()
    let zone = view.identity.timeZone
    var days = LocalDays(zone: zone)
    let selection = try EvidenceSelection(scope, in: view) { days.day(of: $0) }
    if let failure = days.failure { throw failure }
    guard !selection.isEmpty else { throw unknown(scope) }
    let today = try WallClock.today(in: zone)
    let package = EvidencePackage(
      identity: view.identity, selection: selection, checkpoint: checkpoint.note,
      key: checkpoint.key, recipient: whom, recipientName: invocation.value(.recipient),
      madeAt: WallClock.now(), on: today, histories: try histories(selection, view, on: today))
    let digest = try package.write(to: path, from: view, invocation.language)
    try record(digest, scope, whom, by: actor)
    try tell(package, path, digest)
    return .done
  }

  private func scope() throws -> EvidenceScope {
    let given: [(Option, (String) throws -> EvidenceScope)] = [
      (.subject, { .subject($0) }), (.ofAccount, { .account($0) }),
      (.ofRequest, { .request($0) }), (.period, { .period(try period($0)) }),
    ]
    let named = given.compactMap { option, make in invocation.value(option).map { ($0, make) } }
    guard named.count == 1, let (value, make) = named.first else {
      throw invocation.wrongUsage(
        Text(
          "say what it is about with one of --subject, --account, --request and --period",
          "diga de qué trata con una de --subject, --account, --request y --period"))
    }
    let scope = try make(value)
    guard case .period = scope else {
      guard isIdentifier(value) else {
        throw Failure(
          .refused, "not_an_id", Text("no id: \(value)", "no es un identificador: \(value)"),
          [Failure.Detail("expected", "1 to 64 of A–Z a–z 0–9 . _ : -")])
      }
      return scope
    }
    return scope
  }

  private func period(_ text: String) throws -> ClosedRange<CivilDate> {
    let days = text.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
    guard text.contains(".."), days.count == 2, let from = CivilDate(days[0]),
      let to = CivilDate(days[1]), from <= to
    else {
      throw invocation.wrongUsage(
        Text(
          "--period expects two dates as 2026-01-01..2026-03-31, not \(text)",
          "--period espera dos fechas como 2026-01-01..2026-03-31, no \(text)"))
    }
    return from...to
  }

  private func missing(_ option: Option) -> Failure {
    invocation.wrongUsage(Text("--\(option.long) is missing", "falta --\(option.long)"))
  }

  /// A checkpoint over all there is, and the key that checks it.
  private func signed(by actor: Actor) throws -> (note: Checkpoint, key: String) {
    let (log, _) = try invocation.openLog(by: actor)
    do {
      let checkpoint = try log.checkpoint()
      guard let key = checkpoint.signers(among: log.keys.all)?.last else {
        throw LogError(.invalidKey, "no key of the ledger signed its checkpoint")
      }
      return (checkpoint, key.text)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  private func histories(
    _ selection: EvidenceSelection, _ view: LedgerView, on day: CivilDate
  ) throws -> [AccountHistory] {
    try selection.accounts.compactMap { id in
      let (book, lines) = try view.account(id, knownAt: view.size)
      return try AccountReport(id, of: book, on: day, knownAt: view.size).map {
        try AccountHistory($0, lines: lines, of: book)
      }
    }
  }

  private func unknown(_ scope: EvidenceScope) -> Failure {
    let (code, what) =
      switch scope {
      case .subject(let id): ("unknown_subject", Text("person \(id)", "la persona \(id)"))
      case .account(let id): ("unknown_account", Text("account \(id)", "la cuenta \(id)"))
      case .request(let id): ("unknown_request", Text("request \(id)", "la solicitud \(id)"))
      case .period(let days):
        (
          "empty_period",
          Text(
            "\(days.lowerBound.text) to \(days.upperBound.text)",
            "\(days.lowerBound.text) al \(days.upperBound.text)")
        )
      }
    return Failure(
      .refused, code, Text("the ledger has nothing about ", "el libro no tiene nada sobre ") + what)
  }

  /// Records the export, under the digest of the folder's sums.
  private func record(
    _ digest: String, _ scope: EvidenceScope, _ whom: EvidenceRecipient, by actor: Actor
  ) throws {
    let (log, today) = try invocation.openLog(by: actor)
    let stream =
      switch scope {
      case .subject(let id): "subject/\(id)"
      case .account(let id): "account/\(id)"
      case .request, .period: log.identity.stream
      }
    let name = invocation.value(.recipient).map { ": \($0)" } ?? ""
    let event = PendingEvent(
      type: EventType.evidenceExported.name, stream: stream, key: "evidence:\(digest)",
      effective: today.text, actor: actor.canonical,
      data: JSONValue.object([
        "recipient": .string(String((whom.rawValue + name).prefix(120))),
        "sha256": .string(digest),
      ]).canonicalBytes)
    do {
      _ = try log.append([event], at: WallClock.now().text)
      invocation.report(log.close())
    } catch {
      throw Failure(error, damage: .refused)
    }
  }

  private func tell(_ package: EvidencePackage, _ path: String, _ digest: String) throws {
    let events = Int64(package.selection.events.count)
    if invocation.console.json {
      return try invocation.console.print(
        .object([
          "events": .integer(events), "folder": .string(path), "sha256": .string(digest),
          "size": .integer(package.checkpoint.size), "vkey": .string(package.key),
        ]))
    }
    try invocation.console.print(
      Text(
        "\(path): \(grouped(events)) events, each with its proof, of \(grouped(package.checkpoint.size))",
        "\(path): \(grouped(events)) eventos, cada uno con su prueba, de \(grouped(package.checkpoint.size))"
      ))
    try invocation.console.print(
      Text(
        "check it there: sha256sum -c SHA256SUMS && python3 verify.py --vkey '\(package.key)'",
        "compruébela allí: sha256sum -c SHA256SUMS && python3 verify.py --vkey '\(package.key)'"))
  }
}

/// The day in a zone on which an instant lies, looked up once a quarter of an hour: zones keep to those.
private struct LocalDays {
  let zone: String
  var failure: Failure?
  private var last: (quarter: Int64, day: CivilDate)?

  init(zone: String) { self.zone = zone }

  mutating func day(of instant: Instant) -> CivilDate {
    let quarter = instant.milliseconds / 900_000
    if let last, last.quarter == quarter { return last.day }
    do {
      let day = try WallClock.date(of: instant, in: zone)
      last = (quarter, day)
      return day
    } catch {
      failure = error
      return instant.date
    }
  }
}

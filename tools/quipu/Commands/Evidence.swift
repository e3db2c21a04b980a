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
        + "and `python3 verify.py` in the folder. It takes an auditor or a dpo, and the export is recorded "
        + "(EvidenceExported). With --purpose a dpo opens what is sealed about the person, on record.",
      "Elige los eventos sobre una persona, una cuenta, una solicitud o un periodo, y los escribe con "
        + "una prueba cada uno, el punto de control firmado, las políticas con que se juzgaron, una "
        + "página para leer e imprimir (index.html) y un verificador que no necesita nada de Quipu: "
        + "`sha256sum -c SHA256SUMS` y `python3 verify.py` en la carpeta. Hace falta un auditor o un dpo, "
        + "y la entrega queda registrada (EvidenceExported). Con --purpose un dpo abre lo sellado sobre "
        + "la persona, dejando constancia."),
    options: [
      .subject, .ofAccount, .ofRequest, .period, .recipientKind, .recipient, .evidenceFolder,
      .purpose, .actingAs, .fromScratch,
    ],
    examples: [
      Example(
        "quipu evidence --subject S-1 --for regulator --recipient SBS --as ana --out sbs --lang es",
        Text("all about a person, in Spanish", "todo sobre una persona, en español")),
      Example(
        "quipu evidence --account A-1 --for court --as ana --out case-77",
        Text("one debt, for a court", "una deuda, para un juzgado")),
    ]
  ) { invocation in
    do {
      return try EvidenceRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `evidence`.
private struct EvidenceRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let scope = try scope()
    guard let whom = invocation.value(.recipientKind).flatMap(EvidenceRecipient.init(rawValue:))
    else { throw missing(.recipientKind) }
    guard let path = invocation.value(.evidenceFolder) else { throw missing(.evidenceFolder) }
    let grant = try invocation.grant()
    try grant.require(.exportEvidence)
    if invocation.value(.purpose) != nil { try grant.require(.unseal) }
    guard let actor = grant.actor else { return .refused }
    try ProofFolder.requireFree(path)
    let (intake, today) = try invocation.openIntake(by: actor)
    do {
      let package = try package(scope, for: whom, intake, grant, today)
      let digest = try package.write(to: path, invocation.language) {
        try intake.signedNote(of: $0)
      }
      let name = invocation.value(.recipient).map { ": \($0)" } ?? ""
      try intake.recordExport(
        of: digest, about: scope, to: whom.rawValue + name, by: grant, at: WallClock.now(),
        today: today)
      try tell(package, path, digest)
    } catch {
      invocation.report(intake.close())
      if let error = error as? LogError { throw Failure(error, damage: .refused) }
      throw error
    }
    invocation.report(intake.close())
    return .done
  }

  /// Opens what is to be opened, on record, then signs, then chooses: so the access is in the package.
  private func package(
    _ scope: EvidenceScope, for whom: EvidenceRecipient, _ intake: Intake, _ grant: Grant,
    _ today: CivilDate
  ) throws -> EvidencePackage {
    var opened: [Int64: JSONValue] = [:]
    if let purpose = invocation.value(.purpose) {
      let chosen = try selection(scope, try LedgerView(opening: invocation.ledger))
      // Of others who are named in passing nothing is opened.
      let hers = chosen.events.filter {
        $0.isSealed && (chosen.subjects.isEmpty || chosen.subjects.contains($0.subject))
      }
      let events = try intake.unseal(
        hers.map(\.envelope.seq), for: purpose, by: grant, at: WallClock.now(), today: today)
      for event in events { opened[event.seq] = event.fields }
    }
    let (checkpoint, key) = try intake.signedCheckpoint()
    let view = try LedgerView(opening: invocation.ledger)
    let chosen = try selection(scope, view)
    var model = try invocation.readModel(of: view, at: view.size).model
    model.placeContacts()
    let requests = RequestList(
      model.people, model.accounts.calendar(on: today, knownAt: view.size),
      jurisdiction: view.identity.jurisdiction, subject: nil, on: today, knownAt: view.size)
    return EvidencePackage(
      view: view, selection: chosen, checkpoint: checkpoint, key: key.text, recipient: whom,
      recipientName: invocation.value(.recipient), madeAt: WallClock.now(), on: today,
      histories: try histories(chosen, view, on: today),
      conduct: conduct(of: chosen, model, on: today, knownAt: view.size),
      requests: requests.rows.filter { row in chosen.events.contains { $0.envelope.seq == row.seq }
      },
      receipts: try intake.receipts(of: chosen.events), opened: opened)
  }

  /// The contacts chosen, judged: of the persons where they are known, else of the accounts.
  private func conduct(
    of chosen: EvidenceSelection, _ model: ReadModel, on today: CivilDate, knownAt size: Int64
  ) -> ConductReport {
    var scope = ConductReport.Scope(from: .first, to: today, knownAt: size)
    if chosen.subjects.isEmpty, chosen.accounts.count == 1 { scope.account = chosen.accounts[0] }
    var report = ConductReport(model, scope)
    report.keepOnly(Set(chosen.events.map(\.envelope.seq)))
    return report
  }

  private func selection(
    _ scope: EvidenceScope, _ view: LedgerView
  ) throws -> EvidenceSelection {
    var days = LocalDays(zone: view.identity.timeZone)
    let selection = try EvidenceSelection(scope, in: view) { days.day(of: $0) }
    if let failure = days.failure { throw failure }
    guard !selection.isEmpty else { throw unknown(scope) }
    return selection
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

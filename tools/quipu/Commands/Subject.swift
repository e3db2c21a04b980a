internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let find = Option(
    "find", Text("TEXT", "TEXTO"),
    doc: Text(
      "find the person by a document, phone or e-mail address, in the vault's blind index (role dpo)",
      "hallar a la persona por documento, teléfono o correo, en el índice ciego de la bóveda (rol dpo)"
    ))

  static let opened = Option(
    "open",
    doc: Text(
      "open what is sealed too; --purpose is recorded first (role dpo, or the agent who serves her)",
      "abrir también lo sellado; antes se registra --purpose (rol dpo, o el agente que la atiende)")
  )
}

extension Command {
  static let person = Command(
    "subject", Text("what is known of a person", "qué se sabe de una persona"),
    details: Text(
      "Everything the ledger knows of her in clear, on a day and as known at some moment: accounts and "
        + "roles, how she may be reached and by what she agreed to, consents, wishes, hardship, holds, "
        + "requests, what binds her data. Names, numbers and notes are sealed: --open adds them, with a "
        + "role and a purpose, and leaves a record.",
      "Todo lo que el libro sabe de ella en claro, a un día y según lo conocido en algún momento: "
        + "cuentas y roles, cómo se le puede contactar y qué aceptó, consentimientos, deseos, "
        + "vulnerabilidad, retenciones, solicitudes, qué obliga a conservar sus datos. Nombres, números y "
        + "notas están sellados: --open los agrega, con un rol y una finalidad, y deja constancia."),
    arguments: [.someSubject],
    options: [.on, .knownAt, .find, .opened, .purpose, .actingAs, .fromScratch],
    examples: [
      Example("quipu subject S-1", Text("now", "ahora")),
      Example(
        "quipu subject S-1 --on 2026-03-02 --known-at 4711",
        Text("as known at 4711 events", "según los primeros 4711 eventos")),
      Example(
        "quipu subject --find 99000018 --as ana",
        Text("whose document it is", "de quién es el documento")),
      Example(
        "quipu subject S-1 --open --purpose complaint --as ana",
        Text("with names and notes", "con nombres y notas")),
    ]
  ) { invocation in
    do {
      return try SubjectRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `subject`.
private struct SubjectRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let text = invocation.value(.find)
    guard (text == nil) != (invocation.argument(.someSubject) == nil) else {
      throw invocation.wrongUsage(Text("name SUBJECT or --find", "nombre PERSONA o --find"))
    }
    var id = invocation.argument(.someSubject) ?? ""
    if let text {
      let found = try invocation.subjects(foundBy: text)
      guard found.count == 1 else { return try tell(found) }
      id = found[0]
    }
    let opened =
      invocation.has(.opened)
      ? try invocation.opened(of: id, for: invocation.value(.purpose) ?? "") : nil
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    let report = try SubjectReport(id, model, view, on: day)
    if invocation.console.json {
      let json = report.json(on: day, knownAt: size)
      try invocation.console.print(
        opened.map { json.adding("opened", .array($0.map(\.json))) } ?? json)
      return .done
    }
    try SubjectText(report, invocation.console).print(on: day, knownAt: size)
    if let opened { try SubjectText(report, invocation.console).print(opened) }
    return .done
  }

  /// Nobody has that text, or more than one.
  private func tell(_ found: [String]) throws -> ExitCode {
    let console = invocation.console
    if console.json {
      try console.print(.object(["subjects": .array(found.map { .string($0) })]))
    } else if found.isEmpty {
      try console.print(Text("nobody is found by it", "nadie se halla por ese dato"))
    } else {
      for subject in found { try console.print(subject) }
    }
    return found.isEmpty ? .foundWrong : .done
  }
}

extension Invocation {
  /// The people a document, phone or e-mail address leads to. Throws ``Refusal`` without the right.
  func subjects(foundBy text: String) throws -> [String] {
    let grant = try grant()
    try grant.require(.find)
    guard let actor = grant.actor else { return [] }
    let (intake, today) = try openIntake(by: actor)
    defer { report(intake.close()) }
    return try intake.subjects(
      foundBy: text, for: value(.purpose) ?? "look-up", by: grant, at: WallClock.now(),
      today: today)
  }

  /// Every sealed event of a person, opened after the access was recorded. Throws ``Refusal``.
  func opened(
    of subject: String, for purpose: String, types: Set<EventType> = Set(EventType.allCases)
  ) throws -> [UnsealedEvent] {
    let grant = try grant()
    // Before the log is read: who may not see hears nothing of what is there.
    try grant.require(.unseal, of: subject)
    guard let actor = grant.actor else { return [] }
    let (intake, today) = try openIntake(by: actor)
    defer { report(intake.close()) }
    let seqs = try intake.sealedEvents(of: subject, types: types)
    guard !seqs.isEmpty else { return [] }
    return try intake.unseal(
      seqs, for: purpose, by: grant, at: WallClock.now(), today: today)
  }
}

extension UnsealedEvent {
  /// As programs read it; `fields` is null where the keys were destroyed.
  var json: JSONValue {
    .object([
      "effective": .string(effective), "fields": fields ?? .null, "seq": .integer(seq),
      "stream": .string(stream), "subject": .string(subject), "type": .string(type.name),
    ])
  }

  /// The fields as names and values, those of inner objects after their own names.
  var values: [(name: String, value: String)] {
    func flat(_ name: String, _ value: JSONValue) -> [(name: String, value: String)] {
      if case .object(let members) = value {
        return members.flatMap { flat($0.key, $0.value) }
      }
      return [(name, value.stringValue ?? value.canonicalText)]
    }
    return fields.map { flat("", $0) } ?? []
  }
}

/// Everything known in clear of one person.
struct SubjectReport {
  var facts: PersonFacts
  var requests: [DataRequest]
  var retention: RetainedPerson
  /// Business days within which a revoked consent is to have taken effect.
  var revocationDays: Int?
  var calendar: BusinessCalendar

  /// The report of a person on a day, as known at the model's size. Throws ``Failure`` `unknown_subject`.
  init(_ id: String, _ model: ReadModel, _ view: LedgerView, on day: CivilDate) throws {
    let size = model.size
    guard let facts = model.people.facts(of: id, on: day, knownAt: size) else {
      throw Failure.unknownSubject(id, on: day, knownAt: size)
    }
    self.facts = facts
    let jurisdiction = view.identity.jurisdiction
    calendar = model.accounts.calendar(on: day, knownAt: size)
    let list = RequestList(
      model.people, calendar, jurisdiction: jurisdiction, subject: id, on: day, knownAt: size)
    requests = list.rows
    revocationDays = list.terms?.revocation
    let bindings = RetentionSchedule(jurisdiction: jurisdiction).bindings(
      of: facts, model.accounts.retained(facts, on: day, knownAt: size), on: day)
    retention = RetainedPerson(facts: facts, bindings: bindings)
  }

  /// The last day by which a revoked consent has to have taken effect; nil where none is said.
  func honouredBy(_ consent: PersonFacts.Consent) -> CivilDate? {
    guard let on = consent.revokedOn, let days = revocationDays else { return nil }
    return calendar.adding(businessDays: days, to: on)
  }
}

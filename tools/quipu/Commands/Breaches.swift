internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let breachAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["list", "open", "notify"]), optional: true,
    doc: Text(
      "list them, which is what is done when left out; open one; notify somebody of one",
      "list: listarlas, lo que se hace si falta; open: abrir una; notify: comunicarla"))

  static let breach = Argument(
    Text("BREACH", "BRECHA"), optional: true, doc: Text("the breach's id", "el id de la brecha"))
}

extension Option {
  static let awareAt = Option(
    "aware-at", Text("INSTANT", "INSTANTE"),
    doc: Text(
      "with open: when it was known, 2026-03-12T15:04:05.000Z; the terms run from then; now if left out",
      "con open: cuándo se conoció, 2026-03-12T15:04:05.000Z; desde ahí corren los plazos; si falta, ahora"
    ))

  static let breachScope = Option(
    "scope", Text("WORDS", "PALABRAS"),
    doc: Text(
      "with open: what and how much, in words that name no person",
      "con open: qué y cuánto, en palabras que no nombren a nadie"))

  static let breachGround = Option(
    "ground", "largeScale|sensitive|harm", .choices(BreachGround.allCases.map { "\($0)" }),
    repeated: true,
    doc: Text(
      "with open: why it has to be made known (art. 34)",
      "con open: por qué debe comunicarse (art. 34)"))

  static let contained = Option(
    "contained",
    doc: Text(
      "with open: it was contained in time: the subjects need not be told",
      "con open: se contuvo a tiempo: no hace falta avisar a los titulares"))

  static let notifiedTo = Option(
    "to", Text("WHOM", "QUIÉN"), standard: "ANPD",
    doc: Text(
      "with notify: the authority's name, or subjects",
      "con notify: el nombre de la autoridad, o titulares"))

  static let notifiedAt = Option(
    "at", Text("INSTANT", "INSTANTE"),
    doc: Text("with notify: when; now if left out", "con notify: cuándo; si falta, ahora"))

  static let delayReason = Option(
    "reason", Text("WORDS", "PALABRAS"),
    doc: Text("with notify: why so late", "con notify: por qué tan tarde"))
}

extension Command {
  static let breaches = Command(
    "breach", Text("breaches of data and their clocks", "brechas de datos y sus plazos"),
    details: Text(
      "Peru gives 48 hours from awareness to tell the authority and the people concerned "
        + "(DS 016-2024-JUS art. 34), the GDPR 72 hours to tell the authority. A notification past its "
        + "term needs a reason. Exit 1 while one is late or was late without a reason.",
      "El Perú da 48 horas desde que se conoce para avisar a la autoridad y a los titulares "
        + "(DS 016-2024-JUS art. 34); el RGPD, 72 horas para la autoridad. Un aviso fuera de plazo "
        + "exige un motivo. Sale con 1 mientras alguno esté vencido o se dio tarde sin motivo."),
    arguments: [.breachAction, .breach],
    options: [
      .awareAt, .breachScope, .breachGround, .contained, .notifiedTo, .notifiedAt, .delayReason,
      .on, .knownAt, .actor,
    ],
    examples: [
      Example("quipu breach", Text("what is to be notified", "lo que falta comunicar")),
      Example(
        "quipu breach open b-7 --scope laptop-robada --ground sensitive",
        Text("the clock starts", "empieza el plazo")),
      Example(
        "quipu breach notify b-7 --to ANPD",
        Text("the authority was told", "se avisó a la autoridad")),
    ]
  ) { try BreachRun($0).run() }
}

/// One run of `breach`.
private struct BreachRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let view = try invocation.openView()
    switch invocation.argument(.breachAction) ?? "list" {
    case "open": try open(view)
    case "notify": try notify(view)
    default: break
    }
    return try list(try invocation.openView())
  }

  private func open(_ view: LedgerView) throws {
    guard let id = invocation.argument(.breach), let scope = invocation.value(.breachScope) else {
      throw invocation.wrongUsage(
        Text("open needs BREACH and --scope", "open necesita BRECHA y --scope"))
    }
    let grounds = invocation.values(.breachGround).map { JSONValue.string($0) }
    _ = try invocation.append([
      OwnDraft(
        .breachDetected, view.identity.stream, key: "breach:\(id)",
        [
          "awareAt": .string(try instant(.awareAt).text), "scope": .string(scope),
          "breach": .string(id), "grounds": grounds.isEmpty ? nil : .array(grounds),
          "contained": invocation.has(.contained) ? .bool(true) : nil,
        ])
    ])
  }

  private func notify(_ view: LedgerView) throws {
    guard let id = invocation.argument(.breach) else {
      throw invocation.wrongUsage(Text("notify needs BREACH", "notify necesita BRECHA"))
    }
    let book = try CustodyBook(of: view, upTo: view.size, on: try invocation.day(of: view))
    guard let breach = book.breaches.first(where: { $0.id == id }) else {
      throw Failure(
        .refused, "unknown_breach",
        Text("no breach \(id) is recorded", "no hay brecha \(id) registrada"),
        [
          Failure.Detail("value", id),
          Failure.Detail("expected", "an id that `quipu breach` shows"),
        ])
    }
    let to = invocation.value(.notifiedTo) ?? "ANPD"
    let at = try instant(.notifiedAt)
    guard at >= breach.awareAt else {
      throw invocation.wrongUsage(
        Text(
          "nobody was told at \(at.text), before the breach was known",
          "nadie fue avisado el \(at.text), antes de conocerse la brecha"),
        [Failure.Detail("expected", "\(breach.awareAt.text) or later")])
    }
    let reason = invocation.value(.delayReason)
    _ = try invocation.append([
      OwnDraft(
        .breachNotified, view.identity.stream,
        key: "breach:\(id):\(to.replacing(" ", with: "_")):\(at.text)",
        cause: breach.seq,
        [
          "to": .string(to), "at": .string(at.text), "breach": .string(id),
          "reason": reason.map { .string($0) },
        ])
    ])
  }

  private func instant(_ option: Option) throws -> Instant {
    guard let text = invocation.value(option) else { return WallClock.now() }
    let full = text.contains(".") ? text : text.replacing("Z", with: ".000Z")
    if let instant = Instant(full), instant > WallClock.now() {
      throw invocation.wrongUsage(
        Text(
          "--\(option.long) is in the future: \(text)",
          "--\(option.long) está en el futuro: \(text)"))
    }
    guard let instant = Instant(full) else {
      throw invocation.wrongUsage(
        Text(
          "--\(option.long) expects an instant as 2026-03-12T15:04:05Z",
          "--\(option.long) espera un instante como 2026-03-12T15:04:05Z"))
    }
    return instant
  }

  private func list(_ view: LedgerView) throws -> ExitCode {
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let book = try CustodyBook(of: view, upTo: size, on: day)
    let terms = BreachTerms(jurisdiction: view.identity.jurisdiction)
    // The end of the day asked about, or now.
    let end = Instant(milliseconds: Int64(day.days + 1) * 86_400_000)
    let now = invocation.date(.on) == nil ? WallClock.now() : end
    let console = invocation.console
    var isWrong = false
    var table = Table([
      .init(Text("breach", "brecha")), .init(Text("known since", "conocida desde")),
      .init(Text("whom", "a quién")), .init(Text("last moment", "último momento")),
      .init(Text("state", "estado")), .init(Text("scope", "alcance")),
    ])
    var rows: [JSONValue] = []
    for breach in book.breaches {
      let parts = [
        ("authority", Text("authority", "autoridad"), breach.authority(at: now, terms)),
        ("subjects", Text("subjects", "titulares"), breach.subjects(at: now, terms)),
      ]
      for (_, whom, term) in parts {
        if [.late, .toldLateWithoutReason].contains(term.state) { isWrong = true }
        table.add([
          breach.id, breach.awareAt.text, whom[console.language], term.due?.text ?? "",
          term.state.text(term.notice)[console.language], breach.scope,
        ])
      }
      rows.append(breach.json(parts.map { ($0.0, $0.2) }))
    }
    if console.json {
      try console.print(
        .object([
          "at": .string(now.text), "knownAt": .object(["size": .integer(size)]),
          "source": .string(terms.source), "breaches": .array(rows),
        ]))
    } else if rows.isEmpty {
      try console.print(Text("no breach, ", "ninguna brecha, ") + asOf(day, knownAt: size))
    } else {
      try console.print(table)
    }
    return isWrong ? .foundWrong : .done
  }
}

extension Breach.State {
  func text(_ notice: Breach.Notice?) -> Text {
    let at = notice.map { " \($0.at.text), \($0.to)" } ?? ""
    return switch self {
    case .notNeeded: Text("need not be told", "no hace falta")
    case .open: Text("to be told", "por avisar")
    case .late: Text("LATE", "VENCIDO")
    case .told: Text("told", "avisado") + Text(same: at)
    case .toldLate: Text("told late, with a reason", "avisado tarde, con motivo") + Text(same: at)
    case .toldLateWithoutReason:
      Text("told LATE, no reason given", "avisado TARDE, sin motivo") + Text(same: at)
    }
  }
}

extension Breach {
  fileprivate func json(_ terms: [(name: String, term: Term)]) -> JSONValue {
    let parts = terms.map { name, term in
      JSONMember(
        key: name,
        value: .object([
          "dueAt": term.due.map { .string($0.text) } ?? .null,
          "state": .string(term.state.rawValue),
          "notifiedAt": term.notice.map { .string($0.at.text) } ?? .null,
          "to": term.notice.map { .string($0.to) } ?? .null,
          "reason": term.notice.flatMap { $0.reason.isEmpty ? nil : .string($0.reason) } ?? .null,
        ]))
    }
    return JSONValue(
      members: parts + [
        JSONMember(key: "breach", value: .string(id)), JSONMember(key: "seq", value: .integer(seq)),
        JSONMember(key: "awareAt", value: .string(awareAt.text)),
        JSONMember(key: "scope", value: .string(scope)),
        JSONMember(key: "isContained", value: .bool(isContained)),
        JSONMember(
          key: "grounds",
          value: grounds.map { .array($0.map { .string("\($0)") }) } ?? .null),
      ])
  }
}

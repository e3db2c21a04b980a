internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let someSubject = Argument(
    Text("SUBJECT", "PERSONA"), optional: true,
    doc: Text("this person alone; else all", "solo esta persona; si no, todas"))
}

extension Option {
  static let pending = Option(
    "pending",
    doc: Text("only those that wait for an answer", "solo las que esperan respuesta"))

  static let lateRequests = Option(
    "late",
    doc: Text(
      "only those past their last day; exit status 1 if there are any",
      "solo las vencidas; estado de salida 1 si las hay"))
}

extension Command {
  static let requests = Command(
    "requests",
    Text("requests about personal data, and what is late", "solicitudes ARCO y lo vencido"),
    details: Text(
      "Each request by a day with the last day to answer it, counted by the law of the ledger's "
        + "jurisdiction: Peru in business days from the next day (information 8, access and "
        + "portability 20, rectification, erasure and objection 10; DS 016-2024-JUS), the GDPR in "
        + "months. Asking for more stops the clock until it comes; one extension in time is counted.",
      "Cada solicitud hasta un día con el último día para atenderla, según la ley de la jurisdicción "
        + "del libro: en el Perú días hábiles desde el siguiente (información 8, acceso y portabilidad "
        + "20, rectificación, cancelación y oposición 10; DS 016-2024-JUS), en el RGPD meses. Pedir "
        + "más información detiene el plazo hasta que llega; se cuenta una prórroga hecha a tiempo."
    ),
    arguments: [.someSubject],
    options: [.on, .knownAt, .pending, .lateRequests, .fromScratch],
    examples: [
      Example(
        "quipu requests --pending", Text("what is to be answered", "lo que falta atender")),
      Example(
        "quipu requests --late --on 2026-08-31 || echo late",
        Text("for a scheduled job", "para una tarea programada")),
    ]
  ) { invocation in
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let list = try invocation.requestList(
      of: view, subject: invocation.argument(.someSubject), on: day, knownAt: size)
    for stray in list.strays {
      invocation.console.warn(
        "stray_step",
        Text(
          "event \(stray.seq), \(stray.type.name), names request \(stray.request), which \(stray.subject) never made",
          "el evento \(stray.seq), \(stray.type.name), nombra la solicitud \(stray.request), que \(stray.subject) no presentó"
        ),
        [
          Failure.Detail("seq", stray.seq), Failure.Detail("request", stray.request),
          Failure.Detail("subject", stray.subject),
        ])
    }
    let lateOnly = invocation.has(.lateRequests)
    let rows = list.rows.filter { row in
      (!lateOnly || row.state == .late) && (!invocation.has(.pending) || row.isPending)
    }
    try RequestText(invocation.console).print(rows, list.terms, on: day, knownAt: size)
    return lateOnly && !rows.isEmpty ? .foundWrong : .done
  }
}

extension Invocation {
  /// The requests about personal data by a day, as known at a size.
  func requestList(
    of view: LedgerView, subject: String? = nil, on day: CivilDate, knownAt size: Int64
  ) throws -> RequestList {
    let model = try readModel(of: view, at: size).model
    return RequestList(
      model.people, model.accounts.calendar(on: day, knownAt: size),
      jurisdiction: view.identity.jurisdiction, subject: subject, on: day, knownAt: size)
  }
}

/// Requests for a reader.
struct RequestText {
  private let console: Console

  init(_ console: Console) { self.console = console }

  /// Requests as JSON, with the name of the law's terms.
  static func json(
    _ rows: [DataRequest], _ terms: RequestTerms?, on day: CivilDate, knownAt size: Int64
  ) -> JSONValue {
    JSONValue.listing("requests", rows.map(\.json), on: day, knownAt: size)
      .adding("terms", terms.map { .string($0.pack) } ?? .null)
  }

  func print(
    _ rows: [DataRequest], _ terms: RequestTerms?, on day: CivilDate, knownAt size: Int64
  ) throws {
    if console.json {
      return try console.print(Self.json(rows, terms, on: day, knownAt: size))
    }
    guard !rows.isEmpty else {
      return try console.print(
        Text("no request, ", "ninguna solicitud, ") + asOf(day, knownAt: size))
    }
    var table = Table([
      .init(Text("subject", "persona")), .init(Text("request", "solicitud")),
      .init(Text("right", "derecho")), .init(Text("filed", "presentada")),
      .init(Text("last day", "último día")), .init(Text("days left", "días hábiles"), .right),
      .init(Text("state", "estado")), .init(Text("what", "detalle")),
    ])
    for row in rows {
      table.add([
        row.subject, row.id, row.right.text[console.language], row.filedOn.text,
        row.dueOn?.text ?? "", row.businessDaysLeft.map { "\($0)" } ?? "",
        row.state.text[console.language], detail(row)[console.language],
      ])
      for warning in row.warnings {
        console.warn(
          warning.code, warning.text(row),
          [Failure.Detail("subject", row.subject), Failure.Detail("request", row.id)])
      }
    }
    try console.print(table)
  }

  private func detail(_ row: DataRequest) -> Text {
    if let answered = row.answeredOn {
      return Text(
        "\(row.decision) on \(answered.text)",
        "\(choiceText(row.decision, .spanish)) el \(answered.text)")
    }
    if let sendBy = row.sendBy, row.state == .suspended {
      return Text(
        "waits for the person until \(sendBy.text)", "espera a la persona hasta \(sendBy.text)")
    }
    return row.extendedBy == nil ? "" : Text("extended", "prorrogada")
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let requestAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["open", "ask", "received", "extend", "answer", "refuse"]),
    doc: Text(
      "open a request; ask the person for more; received: it came; extend the term; answer; refuse",
      "open: abrir una solicitud; ask: pedir más información; received: llegó; extend: prorrogar; "
        + "answer: atender; refuse: denegar"))

  static let requestOrSubject = Argument(
    Text("ID", "ID"),
    doc: Text(
      "with open, the person's id; else the request's",
      "con open, el id de la persona; si no, el de la solicitud"))
}

extension Option {
  static let right = Option(
    "right", Text("RIGHT", "DERECHO"), .choices(DataRight.allCases.map { "\($0)" }),
    doc: Text("with open: which right is invoked", "con open: qué derecho se ejerce"))

  static let via = Option(
    "via", Text("CHANNEL", "CANAL"), standard: "email",
    doc: Text("with open: how it came in", "con open: por dónde llegó"))

  static let requestID = Option(
    "request", Text("ID", "ID"),
    doc: Text(
      "with open: the request's id; else one made of the person's id, the right and the day",
      "con open: el id de la solicitud; si no, uno hecho del id de la persona, el derecho y el día")
  )

  static let reason = Option(
    "reason", Text("WORDS", "PALABRAS"),
    doc: Text(
      "with ask and extend: why, in words that name no person",
      "con ask y extend: por qué, en palabras que no nombren a nadie"))

  static let ground = Option(
    "ground", Text("WORDS", "PALABRAS"),
    doc: Text("with refuse: on what ground", "con refuse: con qué fundamento"))

  static let decision = Option(
    "decision", Text("WORD", "PALABRA"), standard: "granted",
    doc: Text("with answer: what was decided", "con answer: qué se decidió"))

  static let packageFile = Option(
    "package", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "with answer: what was handed over; its SHA-256 is recorded",
      "con answer: lo que se entregó; se registra su SHA-256"))
}

extension Option {
  static let packageFolder = Option(
    "out", Text("DIR", "DIR"), .directory,
    doc: Text(
      "with answer: make the package there, all that is held of the person, opened: JSON and HTML; "
        + "needs --as a dpo",
      "con answer: hacer ahí el paquete, todo lo que se tiene de la persona, abierto: JSON y HTML; "
        + "exige --as un dpo"))
}

extension Command {
  static let request = Command(
    "request", Text("open, follow and answer a request", "abrir, seguir y atender una solicitud"),
    details: Text(
      "Records the step as an event; the last day to answer is counted here and printed. `quipu "
        + "requests` lists all of them. Exit 3 where the request is not known or was answered.",
      "Registra el paso como evento; el último día para atender se calcula aquí y se muestra. `quipu "
        + "requests` las lista todas. Sale con 3 si la solicitud no existe o ya fue atendida."),
    arguments: [.requestAction, .requestOrSubject],
    options: [
      .right, .via, .requestID, .reason, .ground, .decision, .packageFile, .packageFolder, .purpose,
      .actingAs, .on, .actor,
    ],
    examples: [
      Example(
        "quipu request open S-1 --right access --via letter --on 2026-07-20",
        Text("due on 21 August 2026", "vence el 21 de agosto de 2026")),
      Example(
        "quipu request refuse r-1 --ground legal-retention",
        Text("with its ground", "con su fundamento")),
      Example(
        "quipu request answer r-1 --out answer --as ana --lang es",
        Text("with all that is held of her", "con todo lo que se tiene de ella")),
    ]
  ) { invocation in
    do {
      return try RequestRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `request`.
private struct RequestRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let action = invocation.required(.requestAction)
    let id = invocation.required(.requestOrSubject)
    let view = try invocation.openView()
    let day = try invocation.day(of: view)
    if action == "open" { return try open(id, view, on: day) }
    let list = try invocation.requestList(of: view, on: day, knownAt: view.size)
    let named = list.requests(id)
    if named.count > 1, named[0].isPending {
      throw Failure(
        .refused, "ambiguous_request",
        Text(
          "more than one person made a request \(id)",
          "más de una persona presentó una solicitud \(id)"),
        [
          Failure.Detail("value", id),
          Failure.Detail(
            "expected",
            "the step recorded as a draft on one of: "
              + named.map { "subject/\($0.subject)" }.joined(separator: ", ")),
        ])
    }
    guard let request = named.first else {
      throw Failure(
        .refused, "unknown_request",
        Text(
          "no request \(id) was made by \(day.text)", "no hay solicitud \(id) hasta el \(day.text)"),
        [
          Failure.Detail("value", id),
          Failure.Detail("expected", "the id that `quipu requests` shows"),
        ])
    }
    guard request.isPending else {
      throw Failure(
        .refused, "request_closed",
        Text(
          "request \(id) is \(request.state.text.english) already",
          "la solicitud \(id) ya está \(request.state.text.spanish)"),
        [Failure.Detail("value", id), Failure.Detail("seq", request.answeredBy ?? request.seq)])
    }
    if action == "answer", request.right == .cancellation { try requireErased(request, on: day) }
    _ = try invocation.append([try step(action, request, on: day)])
    let after = try invocation.openView()
    return try show(request.id, in: after, on: day)
  }

  /// A request for erasure is granted by erasing alone.
  private func requireErased(_ request: DataRequest, on day: CivilDate) throws {
    guard invocation.value(.decision).map({ $0 == "granted" }) ?? true else { return }
    let view = try invocation.openView()
    let people = try invocation.readModel(of: view, at: view.size).model.people
    guard people.facts(of: request.subject, on: day)?.erased == nil else { return }
    throw Failure(
      .refused, "not_erased",
      Text(
        "request \(request.id) asks for erasure, and nothing was erased",
        "la solicitud \(request.id) pide la supresión, y no se suprimió nada"),
      [
        Failure.Detail("value", request.id),
        Failure.Detail(
          "expected",
          "`quipu erase \(request.subject) --request \(request.id)`, which answers it, or "
            + "`quipu request refuse`"),
      ])
  }

  private func open(_ subject: String, _ view: LedgerView, on day: CivilDate) throws -> ExitCode {
    guard let word = invocation.value(.right),
      let right = DataRight.allCases.first(where: { "\($0)" == word })
    else {
      throw invocation.wrongUsage(Text("open needs --right", "open necesita --right"))
    }
    guard let terms = RequestTerms(jurisdiction: view.identity.jurisdiction) else {
      throw Failure(
        .refused, "no_terms",
        Text(
          "the terms of \(view.identity.jurisdiction) are not known: record RequestReceived with its dueOn",
          "no se conocen los plazos de \(view.identity.jurisdiction): registre RequestReceived con su dueOn"
        ),
        [Failure.Detail("jurisdiction", view.identity.jurisdiction)])
    }
    let book = try view.account("-", knownAt: view.size).book
    let due = terms.term(of: right).length.end(
      after: day, book.calendar(on: day, knownAt: view.size))
    let id = invocation.value(.requestID) ?? "\(subject.prefix(34)):\(word):\(day.text)"
    let draft = OwnDraft(
      .requestReceived, "subject/\(subject)", key: "request:\(subject):\(id)", on: day,
      [
        "request": .string(id), "right": .string(word), "dueOn": .string(due.text),
        "via": .string(invocation.value(.via) ?? "email"),
      ])
    _ = try invocation.append([draft])
    return try show(id, in: try invocation.openView(), on: day)
  }

  private func step(_ action: String, _ request: DataRequest, on day: CivilDate) throws -> OwnDraft
  {
    let stream = "subject/\(request.subject)"
    func draft(_ type: EventType, _ data: KeyValuePairs<String, JSONValue?>) -> OwnDraft {
      OwnDraft(
        type, stream, key: "\(type.name):\(request.id):\(day.text)", on: day, cause: request.seq,
        data)
    }
    let (name, reason) = (JSONValue.string(request.id), invocation.value(.reason))
    switch action {
    case "ask":
      return draft(.requestInfoAsked, ["request": name, "reason": reason.map(JSONValue.string)])
    case "received": return draft(.requestInfoReceived, ["request": name])
    case "extend":
      guard let reason else {
        throw invocation.wrongUsage(Text("extend needs --reason", "extend necesita --reason"))
      }
      return draft(.requestExtended, ["request": name, "reason": .string(reason)])
    case "refuse":
      guard let ground = invocation.value(.ground) else {
        throw invocation.wrongUsage(Text("refuse needs --ground", "refuse necesita --ground"))
      }
      return draft(
        .requestAnswered,
        ["request": name, "decision": .string("refused"), "ground": .string(ground)])
    default:
      var digest: JSONValue?
      if let folder = invocation.value(.packageFolder) {
        digest = .string(try package(request, in: folder, on: day))
      } else if let file = invocation.value(.packageFile) {
        let bytes = try OutputFile.read(file)
        digest = .string(Digest(hashing: bytes.span).hex)
      }
      return draft(
        .requestAnswered,
        [
          "request": name, "decision": .string(invocation.value(.decision) ?? "granted"),
          "package": digest,
        ])
    }
  }

  /// Makes the package that answers a request; gives the digest of its sums.
  private func package(
    _ request: DataRequest, in path: String, on day: CivilDate
  ) throws -> String {
    try invocation.grant().require(.unseal, of: request.subject)
    // Begun first: nothing is opened for a place where nothing can be written.
    return try ProofFolder.make(at: path) { folder in
      let opened = try invocation.opened(
        of: request.subject, for: invocation.value(.purpose) ?? "\(request.right)-request")
      let view = try invocation.openView()
      let model = try invocation.readModel(of: view, at: view.size).model
      let package = try PersonPackage(of: request.subject, model, view, opened: opened, on: day)
      try folder.write(package.json.canonicalBytes + [UInt8(ascii: "\n")], as: "data.json")
      let page = package.page(invocation.language, controller: view.identity.origin)
      try folder.write(Array(page.utf8), as: "index.html")
    }
  }

  private func show(_ id: String, in view: LedgerView, on day: CivilDate) throws -> ExitCode {
    let list = try invocation.requestList(of: view, on: day, knownAt: view.size)
    let rows = list.rows.filter { $0.id == id }
    if invocation.console.json {
      if let row = rows.first { try invocation.console.print(row.json) }
    } else {
      try RequestText(invocation.console).print(rows, list.terms, on: day, knownAt: view.size)
    }
    return .done
  }
}

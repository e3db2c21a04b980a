internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let deliverTo = Option(
    "deliver", Text("URL", "URL"), .address,
    doc: Text(
      "hand each message to a gateway by POST, signed; QUIPU_GATEWAY_KEY_FILE names the secret",
      "entregar cada mensaje a una pasarela por POST, firmado; QUIPU_GATEWAY_KEY_FILE nombra el secreto"
    ))

  static let through = Option(
    "through", Text("URL", "URL"), .address,
    doc: Text(
      "with --deliver: record through the service that has the ledger open, such as http://127.0.0.1:8080; "
        + "QUIPU_TOKEN_FILE names its token",
      "con --deliver: registrar mediante el servicio que tiene abierto el libro, como "
        + "http://127.0.0.1:8080; QUIPU_TOKEN_FILE nombra su clave"))

  static let tries = Option(
    "tries", Text("N", "N"), .integer(1...100), standard: "5",
    doc: Text(
      "with --deliver: how often to try each, pausing longer each time",
      "con --deliver: cuántas veces intentar cada uno, con pausas cada vez más largas"))

  static let jitterSeed = Option(
    "seed", Text("N", "N"), .integer(0...Int64.max), standard: "1",
    doc: Text("what the pauses are drawn from", "de qué se sortean las pausas"))

  static let recordApprovals = Option(
    "record",
    doc: Text(
      "append ContactAuthorized or ContactBlocked for each, and print those allowed alone: for a gateway "
        + "that takes lines, and answers by `quipu receipts`",
      "agregar ContactAuthorized o ContactBlocked por cada uno y mostrar solo los permitidos: para una "
        + "pasarela que toma líneas y responde con `quipu receipts`"))
}

extension Command {
  static let outbox = Command(
    "outbox", Text("messages that are to go out today", "mensajes por enviar hoy"),
    details: Text(
      "One message a person: what the work list proposed for today, else the reminder or the thanks that "
        + "`worklist` shows for her, in the tone and for the reasons shown there, each by a reviewed "
        + "text in force. A line each, with a key that makes sending it twice the same as once, and no "
        + "name or number. --deliver asks the contact rules again at the moment of sending: an opt-out "
        + "recorded a second before stops it. What was sent is recorded once; run it again after a "
        + "failure. Where serve has the ledger open, --through records by it: one writer. Exit 1: some could not "
        + "be handed over.",
      "Un mensaje por persona: lo que la lista de trabajo propuso para hoy; si no, el recordatorio o las "
        + "gracias que `worklist` muestra para ella, en el tono y por las razones que ahí se ven, cada uno "
        + "con un texto vigente y revisado. Una línea por mensaje, con una clave que hace que enviarlo dos "
        + "veces sea como una, sin nombre ni número. --deliver consulta otra vez las reglas de contacto "
        + "al momento de enviar: una baja registrada un segundo antes lo detiene. Lo enviado se registra "
        + "una vez; repita el comando tras una falla. Donde serve tiene abierto el libro, --through registra "
        + "por él: un solo escritor. Salida 1: algunos no se pudieron entregar."),
    options: [
      .recordApprovals, .deliverTo, .through, .tries, .jitterSeed, .actor, .actingAs, .segmentSize,
      .fromScratch,
    ],
    examples: [
      Example(
        "quipu outbox", Text("see what is to go out", "ver lo que se enviará")),
      Example(
        "quipu outbox --deliver https://gateway.example/messages",
        Text("hand it to a gateway", "entregarlo a una pasarela")),
      Example(
        "quipu outbox --deliver https://gateway.example/messages --through http://127.0.0.1:8080",
        Text("the same beside a service", "lo mismo junto a un servicio")),
    ]
  ) { try OutboxRun($0).run() }
}

/// One run of `outbox`.
private struct OutboxRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    for option in [Option.tries, .jitterSeed, .through]
    where invocation.has(option) && !invocation.has(.deliverTo) {
      throw invocation.wrongUsage(
        Text(
          "--\(option.long) goes with --deliver", "--\(option.long) va con --deliver"))
    }
    if invocation.has(.recordApprovals), invocation.has(.deliverTo) {
      throw invocation.wrongUsage(
        Text("--deliver records by itself", "--deliver registra por sí mismo"))
    }
    let view = try invocation.openView()
    let day = try invocation.today(of: view)
    let model = try invocation.readModel(of: view, at: view.size).model
    let planned = try OutboxDay(
      model, zone: view.identity.timeZone, on: day, knownAt: view.size)
    let messages = try planned.messages()
    guard let url = invocation.value(.deliverTo) else {
      return try list(messages, by: planned.rules, model, view)
    }
    guard let key = try GatewayKey.ofEnvironment() else { throw GatewayKey.missing }
    let seed = invocation.integer(.jitterSeed) ?? 1
    console.notice(
      "seed", Text("seed \(seed)", "semilla \(seed)"), [Failure.Detail("value", seed)])
    var delivery = OutboxDelivery(
      invocation: invocation, url: url, key: key, tries: Int(invocation.integer(.tries) ?? 5),
      rules: planned.rules, known: view.size, jitter: SplitMix64(seed: UInt64(seed)),
      model: model, view: view,
      service: try invocation.value(.through).map { try RecordingService(at: $0) })
    return try deliver(messages, &delivery)
  }

  /// Prints what is to go out; on record where that is wanted.
  private func list(
    _ messages: [OutboxMessage], by rules: ActionRules, _ model: ReadModel, _ view: LedgerView
  ) throws -> ExitCode {
    var desk = ContactDesk(
      model, knownAt: view.size, zone: view.identity.timeZone, now: WallClock.now(),
      proposed: nil)
    var (lines, drafts): ([JSONValue], [OwnDraft]) = ([], [])
    for message in messages {
      let standing = model.contacts.standing(
        of: message.contact, about: message.account, model.accounts, knownAt: view.size)
      guard standing?.isOver != true else { continue }
      let answer = try desk.answerOrFail(message.request)
      let isOpen = message.window.contains(answer.question.localSecond / 60)
      let isApproved = answer.isAllowed && isOpen
      if invocation.has(.recordApprovals) {
        if isOpen {
          if let plan = message.reminder.flatMap({ OwnDraft($0, in: model, by: rules) }) {
            drafts.append(plan)
          }
          drafts.append(
            answer.ownDraft(
              of: message.request, account: message.account, contact: message.contact,
              under: desk.policies))
        }
        guard isApproved else { continue }
      }
      let blocked = answer.checks(of: desk.policies).filter { $0.finding.verdict == .block }
      let rules = Set(blocked.map(\.rule.id)).sorted()
      lines.append(
        JSONValue(
          members: (message.json(in: view.identity.ledger).objectValue ?? []) + [
            JSONMember(key: "allowed", value: .bool(isApproved)),
            JSONMember(key: "rules", value: .array(rules.map { .string($0) })),
          ]))
    }
    if !drafts.isEmpty { _ = try invocation.append(drafts) }
    for line in lines {
      try console.output.write(line.canonicalBytes + [UInt8(ascii: "\n")])
    }
    return .done
  }

  private func deliver(
    _ messages: [OutboxMessage], _ delivery: inout OutboxDelivery
  ) throws -> ExitCode {
    var counts: [OutboxDelivery.Outcome: Int] = [:]
    for message in messages { counts[try delivery.send(message), default: 0] += 1 }
    if console.json {
      try console.print(
        JSONValue(
          members: OutboxDelivery.Outcome.allCases.map {
            JSONMember(key: $0.rawValue, value: .integer(Int64(counts[$0] ?? 0)))
          }))
    } else {
      var table = Table([
        Table.Column(Text("outcome", "resultado")),
        Table.Column(Text("messages", "mensajes"), .right),
      ])
      for outcome in OutboxDelivery.Outcome.allCases {
        if let count = counts[outcome] { table.add([outcome.text[console.language], "\(count)"]) }
      }
      try console.print(table)
    }
    return (counts[.unsent] ?? 0) + (counts[.refused] ?? 0) == 0 ? .done : .foundWrong
  }
}

extension OutboxDelivery.Outcome {
  fileprivate var text: Text {
    switch self {
    case .sent: Text("sent", "enviado")
    case .already: Text("sent before", "ya enviado")
    case .blocked: Text("stopped by the contact rules", "detenido por las reglas de contacto")
    case .waiting: Text("its hours have not come", "aún no es su hora")
    case .lapsed: Text("no longer right", "ya no corresponde")
    case .refused: Text("refused by the gateway", "rechazado por la pasarela")
    case .unsent: Text("the gateway does not answer", "la pasarela no responde")
    }
  }
}

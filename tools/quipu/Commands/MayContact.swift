internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let contactSubject = Argument(
    Text("SUBJECT", "PERSONA"), optional: true,
    doc: Text(
      "the person's id; none with --batch", "identificador de la persona; ninguno con --batch"))
}

extension Option {
  static let channel = Option(
    "channel", Text("CHANNEL", "CANAL"), .choices(ContactChannel.allCases.map { "\($0)" }),
    doc: Text("by what the person is to be reached", "por qué medio se contactaría"))

  static let moment = Option(
    "at", Text("TIME", "HORA"),
    doc: Text(
      "when: 2026-03-02T10:15:00-05:00, or 2026-03-02T10:15 where the person is; else now",
      "cuándo: 2026-03-02T10:15:00-05:00, o 2026-03-02T10:15 donde está la persona; si no, ahora"))

  static let forAccount = Option(
    "account", Text("ACCOUNT", "CUENTA"),
    doc: Text("the account it is about", "la cuenta de la que se trata"))

  static let point = Option(
    "point", Text("POINT", "PUNTO"),
    doc: Text(
      "the contact point; its zone tells the local time", "el punto de contacto; su zona da la hora"
    ))

  static let template = Option(
    "template", Text("TEMPLATE", "PLANTILLA"), doc: Text("the text", "el texto"))

  static let agent = Option(
    "agent", Text("AGENT", "AGENTE"), doc: Text("who makes it", "quién lo hace"))

  static let underPolicy = Option(
    "policy", Text("POLICY", "POLÍTICA"),
    doc: Text(
      "ask this one in place of those in force: a built-in one, a FILE, or adopted:ID",
      "preguntar a esta en lugar de las que rigen: una incluida, un ARCHIVO o adopted:ID"))

  static let recordAnswer = Option(
    "record",
    doc: Text(
      "append the answer as ContactAuthorized or ContactBlocked; needs --account and --contact",
      "agregar la respuesta como ContactAuthorized o ContactBlocked; requiere --account y --contact"
    ))

  static let contactID = Option(
    "contact", Text("CONTACT", "CONTACTO"),
    doc: Text("with --record: the contact's id", "con --record: identificador del contacto"))

  static let questions = Option(
    "batch", Text("FILE|-", "ARCHIVO|-"), .fileOrInput,
    doc: Text(
      "questions as JSON Lines (subject, channel, at, account, point, template, agent), an answer a "
        + "line in the same order; exit 3 if a line cannot be answered, else 0",
      "preguntas en JSON Lines (subject, channel, at, account, point, template, agent), una respuesta "
        + "por línea en el mismo orden; sale con 3 si alguna no se puede responder, si no con 0"))
}

extension Command {
  static let mayContact = Command(
    "may-contact", Text("may this person be contacted now?", "¿se puede contactar a esta persona?"),
    details: Text(
      "Asks every rule of the policies in force: hours, holidays, how often, what the person wished, "
        + "holds, disputes, moratoriums. Each answers pass, warn or block with what it went by and its "
        + "source; one that cannot be judged for want of what was not said warns. Exit 0 allowed, 1 "
        + "blocked. A contact that happened is recorded whatever the answer was.",
      "Pregunta a cada regla de las políticas vigentes: horario, feriados, frecuencia, lo que la persona "
        + "pidió, retenciones, disputas, moratorias. Cada una responde pass, warn o block con lo que tuvo "
        + "en cuenta y su fuente; la que no se puede juzgar por falta de datos advierte. Sale con 0 si "
        + "se puede, 1 si no. Un contacto que ocurrió se registra sea cual sea la respuesta."),
    arguments: [.contactSubject],
    options: [
      .channel, .moment, .forAccount, .point, .template, .agent, .underPolicy, .recordAnswer,
      .contactID, .questions, .knownAt, .actor, .segmentSize, .fromScratch,
    ],
    examples: [
      Example(
        "quipu may-contact S-1 --channel call --at 2026-03-02T10:15",
        Text("on a Monday at a quarter past ten", "un lunes a las diez y cuarto")),
      Example(
        "quipu may-contact S-1 --channel call --policy us-regf",
        Text("by a policy that is not adopted", "según una política no adoptada")),
      Example(
        "quipu may-contact --batch questions.jsonl > answers.jsonl",
        Text("a whole day's list at once", "la lista de un día, de una vez")),
    ]
  ) { try MayContactRun($0).run() }
}

/// One run of `may-contact`.
private struct MayContactRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    if let path = invocation.value(.questions) {
      let isAlone = [
        Option.channel, .moment, .forAccount, .point, .template, .agent, .contactID,
      ].allSatisfy { invocation.value($0) == nil }
      guard invocation.argument(.contactSubject) == nil, !invocation.has(.recordAnswer), isAlone
      else {
        throw invocation.wrongUsage(
          Text(
            "--batch takes its questions from FILE alone", "--batch toma sus preguntas de ARCHIVO"))
      }
      return try ContactBatch(invocation).answer(path, try openDesk().desk)
    }
    let request = try request()
    guard invocation.has(.recordAnswer) else {
      let (opened, size) = try openDesk()
      var desk = opened
      let answer = try desk.answerOrFail(request)
      try print(answer, request, desk, size)
      return answer.isAllowed ? .done : .foundWrong
    }
    let recording = try ContactRecording(invocation, request)
    let (opened, size) = try openDesk()
    var desk = opened
    let answer = try desk.answerOrFail(request)
    let receipt = try recording.record(answer, desk.policies)
    try print(answer, request, desk, size)
    console.notice(
      "recorded",
      Text("recorded at seq \(receipt.seq)", "registrado en seq \(receipt.seq)"),
      [Failure.Detail("seq", receipt.seq)])
    return answer.isAllowed ? .done : .foundWrong
  }

  /// The question of the command line.
  private func request() throws -> ContactRequest {
    guard let subject = invocation.argument(.contactSubject),
      let name = invocation.value(.channel),
      let channel = ContactChannel.allCases.first(where: { "\($0)" == name })
    else {
      throw invocation.wrongUsage(
        Text(
          "a question needs SUBJECT and --channel, or --batch FILE",
          "una pregunta requiere PERSONA y --channel, o --batch ARCHIVO"))
    }
    var request = ContactRequest(subject: subject, channel: channel)
    if let text = invocation.value(.moment) {
      guard let moment = StatedMoment(text) else {
        throw invocation.wrongUsage(
          Text("--at is no time", "--at no es una hora"),
          [
            Failure.Detail("value", text),
            Failure.Detail(
              "expected", "2026-03-02T10:15:00-05:00, or 2026-03-02T10:15 where the person is"),
          ])
      }
      request.at = moment
    }
    request.account = invocation.value(.forAccount)
    request.point = invocation.value(.point)
    request.template = invocation.value(.template)
    request.agent = invocation.value(.agent)
    return request
  }

  private func openDesk() throws -> (desk: ContactDesk, size: Int64) {
    let view = try invocation.openView()
    let size = try invocation.size(of: view)
    let model = try invocation.readModel(of: view, at: size).model
    let proposed = try invocation.value(.underPolicy).map { name in
      try invocation.policy(
        named: name, in: model, on: try invocation.today(of: view), knownAt: size)
    }
    let desk = ContactDesk(
      model, knownAt: size, zone: view.identity.timeZone, now: WallClock.now(),
      proposed: proposed)
    if proposed == nil { invocation.report(desk.unreadable) }
    return (desk, size)
  }

  private func print(
    _ answer: ContactDesk.Answer, _ request: ContactRequest, _ desk: ContactDesk, _ size: Int64
  ) throws {
    if console.json {
      var line: [UInt8] = []
      var writer = ContactAnswerWriter(desk.policies, knownAt: size)
      writer.append(
        answer, to: request, desk.policies, into: &line)
      line.append(UInt8(ascii: "\n"))
      return try console.output.write(line)
    }
    let names = answer.policies.map { place, _ in
      "\(desk.policies[place].id) \(desk.policies[place].version)"
    }.joined(separator: ", ")
    let words =
      answer.isAllowed ? Text("allowed", "permitido") : Text("blocked", "bloqueado")
    try console.print(
      words
        + Text(
          ": \(request.subject), \(request.channel), \(answer.localAt) (\(answer.zone)), under \(names)",
          ": \(request.subject), \(request.channel), \(answer.localAt) (\(answer.zone)), según \(names)"
        ))
    var table = Table([
      Table.Column(Text("rule", "regla")), Table.Column(Text("verdict", "veredicto")),
      Table.Column(Text("by", "por")), Table.Column(Text("source", "fuente")),
    ])
    for (policy, rule, finding) in answer.checks(of: desk.policies) {
      table.add([
        rule.id, finding.verdict.text[console.language],
        policy.inputs(of: finding, answer.question), rule.citation,
      ])
    }
    try console.print(table)
  }
}

extension Invocation {
  /// Today in the ledger's zone.
  func today(of view: LedgerView) throws -> CivilDate {
    try WallClock.today(in: view.identity.timeZone)
  }
}

extension RuleVerdict {
  var text: Text {
    switch self {
    case .pass: Text("pass", "cumple")
    case .block: Text("block", "bloquea")
    case .warn: Text("warn", "advierte")
    }
  }
}

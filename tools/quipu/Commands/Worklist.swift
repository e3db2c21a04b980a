internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let capacity = Option(
    "capacity", Text("CHANNEL=N,…", "CANAL=N,…"),
    doc: Text(
      "how many actions each channel takes that day, as call=400,whatsapp=5000; one that is not named "
        + "has no bound, and 0 leaves it out",
      "cuántas acciones admite cada canal ese día, como call=400,whatsapp=5000; uno que no se nombra "
        + "no tiene tope, y 0 lo excluye"))

  static let notBefore = Option(
    "at", Text("HH:MM", "HH:MM"),
    doc: Text(
      "only what may be done from this local hour on, where each person is",
      "solo lo que se puede hacer desde esta hora local, donde esté cada persona"))

  static let queue = Option(
    "queue", Text("QUEUE", "COLA"), .choices(["actions", "specialist", "reminders"]),
    doc: Text(
      "only this queue: what to do, who needs care and goes to a trained person, or who is reminded or "
        + "thanked",
      "solo esta cola: qué hacer, quién necesita cuidado y va a una persona capacitada, o a quién se le "
        + "recuerda o agradece"))

  static let emit = Option(
    "emit", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "write the actions to FILE as JSON Lines for dialler, gateway or portal, without personal data; "
        + "with --record each names its proposal",
      "escribir las acciones en ARCHIVO como JSON Lines para el marcador, la pasarela o el portal, sin "
        + "datos personales; con --record cada una nombra su propuesta"))

  static let recordProposals = Option(
    "record",
    doc: Text(
      "append ActionProposed for each, ArmAssigned for every account treated that has no arm, "
        + "DecisionMade for plan offers, and ContactPlanned for reminders",
      "agregar ActionProposed por cada una, ArmAssigned a cada cuenta tratada sin brazo, DecisionMade "
        + "por las ofertas de plan y ContactPlanned por los recordatorios"))

  static let reviewer = Option(
    "reviewer", Text("ID", "ID"),
    doc: Text(
      "with --record: who reviewed the plan offers; without, `conduct` lists them as decisions made by "
        + "a machine alone",
      "con --record: quién revisó las ofertas de plan; sin esto, `conduct` las lista como decisiones "
        + "solo automáticas"))

  static let rows = Option(
    "rows", Text("N", "N"), .integer(0...1_000_000), standard: "20",
    doc: Text("how many rows of each queue to print", "cuántas filas de cada cola mostrar"))
}

extension Command {
  static let worklist = Command(
    "worklist", Text("the day's next best actions", "las mejores acciones del día"),
    details: Text(
      "What the strategy comes to for each account: expected recovery less cost decides who goes first; "
        + "the contact rules in force, the person's own wishes and the day's capacity decide what, when "
        + "and by which channel. Who needs care is in no list but the specialists' queue. Nobody who "
        + "died, is disputed, held, blocked, under a moratorium or out of hours is in it. Where texts are in "
        + "force, who is reminded of a promise or an instalment or thanked for a payment, in the tone that "
        + "her answers call for: `outbox` sends them. The same ledger "
        + "gives the same bytes on any day and machine. --account tells why, or why not, of one account.",
      "Lo que indica la estrategia para cada cuenta: el recupero esperado menos el costo decide quién va "
        + "primero; las reglas de contacto vigentes, los deseos de la persona y la capacidad del día "
        + "deciden qué, cuándo y por qué canal. Quien necesita cuidado solo está en la cola de "
        + "especialistas. No figura quien falleció, está en disputa, retenido, bloqueado, en moratoria o "
        + "fuera de horario. Si hay textos vigentes, a quién se le recuerda una promesa o una cuota o se le "
        + "agradece un pago, en el tono que piden sus respuestas: los envía `outbox`. El mismo libro da los mismos bytes cualquier día y en cualquier máquina. "
        + "--account dice por qué, o por qué no, de una cuenta."),
    options: [
      .on, .notBefore, .strategy, .capacity, .queue, .forAccount, .underPolicy, .rows, .emit,
      .recordProposals, .reviewer, .jobs, .knownAt, .actor, .actingAs, .segmentSize, .fromScratch,
    ],
    examples: [
      Example(
        "quipu worklist --on 2026-03-02 --capacity call=400,whatsapp=5000",
        Text("what to do on a Monday", "qué hacer un lunes")),
      Example(
        "quipu worklist --strategy pe-empathetic --policy pe --on 2026-03-02",
        Text("try both out, adopting nothing", "probar ambas, sin adoptar nada")),
      Example(
        "quipu worklist --on 2026-03-02 --record --emit today.jsonl",
        Text("record it and hand it to the gateways", "registrarla y darla a las pasarelas")),
      Example(
        "quipu worklist --on 2026-03-02 --account A-1",
        Text("why, or why not, this account", "por qué sí o por qué no esta cuenta")),
    ]
  ) { try WorklistRun($0).run() }
}

/// One run of `worklist`.
private struct WorklistRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let capacity = try capacity()
    let notBefore = try notBefore()
    let isRecorded = invocation.has(.recordProposals)
    if isRecorded, invocation.value(.knownAt) != nil {
      throw invocation.wrongUsage(
        Text(
          "--record proposes by all that is known, not --known-at",
          "--record propone según todo lo que se sabe, no con --known-at"))
    }
    if invocation.value(.forAccount) != nil, isRecorded || invocation.value(.emit) != nil {
      throw invocation.wrongUsage(
        Text(
          "--account only tells why: --record and --emit take the whole day's list",
          "--account solo explica: --record y --emit toman toda la lista del día"))
    }
    if invocation.value(.queue) != nil, isRecorded {
      throw invocation.wrongUsage(
        Text(
          "--record takes the whole day's list, --queue shows a part of it",
          "--record toma toda la lista del día, --queue muestra una parte"))
    }
    if invocation.value(.reviewer) != nil, !isRecorded {
      throw invocation.wrongUsage(
        Text("--reviewer goes with --record", "--reviewer va con --record"))
    }
    if let reviewer = invocation.value(.reviewer) { try requireReviewer(reviewer) }
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    let chosen = try invocation.strategy(
      named: invocation.value(.strategy), in: model, on: day, knownAt: size)
    var rules = try invocation.actionRules(
      chosen, in: model, of: view, on: day, knownAt: size, notBefore: notBefore)
    rules.texts = AdoptedAssistant(model, knownAt: size, only: .templates)
      .templates(on: day, before: size)
    if invocation.value(.queue) == "reminders", rules.texts == nil {
      throw AssistantDesk.noTexts(on: day)
    }
    let words = WorkListWords(model, rules)
    if let account = invocation.value(.forAccount) {
      return try explain(account, model, rules, words)
    }
    if isRecorded, chosen.adoption < 0 || invocation.value(.underPolicy) != nil {
      throw Failure(
        .refused, "not_adopted",
        Text(
          "only what an adopted strategy proposes under adopted policies is recorded",
          "solo se registra lo que propone una estrategia adoptada bajo políticas adoptadas"),
        [Failure.Detail("expected", "quipu strategy adopt, and no --policy")])
    }
    let jobs = invocation.jobs
    let list = WorkList(model, rules, capacity: capacity, jobs: jobs)
    var receipts = ProposalReceipts()
    if isRecorded {
      receipts = try WorkListRecording(invocation, words).record(
        list, reviewer: invocation.value(.reviewer))
    }
    if let path = invocation.value(.emit) {
      try OutputFile.write(words.emitted(list, receipts), to: path)
    }
    if console.json {
      try console.output.write(words.json(list, receipts, queue: invocation.value(.queue)))
    } else {
      try print(list, words)
    }
    return .done
  }

  /// A review is a person's: one the ledger knows, and not whoever records.
  private func requireReviewer(_ name: String) throws {
    let known = try IdentityList(of: invocation.ledger).identities
      .filter { $0.revoked == nil }.map(\.name)
    let recorder = try invocation.value(.actingAs) ?? invocation.recordingActor().id
    guard known.contains(name), name != recorder else {
      throw Failure(
        .refused, "unknown_reviewer",
        Text(
          "\(name) is nobody who can have reviewed this",
          "\(name) no es quien pueda haber revisado esto"),
        [
          Failure.Detail("field", "--reviewer"), Failure.Detail("value", name),
          Failure.Detail(
            "expected",
            "an identity of the ledger other than who records: "
              + (known.isEmpty ? "quipu identity add" : known.sorted().joined(separator: ", "))),
        ])
    }
  }

  /// `call=400,whatsapp=5000`.
  private func capacity() throws -> [ContactChannel: Int] {
    var capacity: [ContactChannel: Int] = [:]
    let names = ContactChannel.allCases.map { "\($0)" }
    for part in invocation.value(.capacity)?.split(separator: ",") ?? [] {
      let words = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      let channel = names.firstIndex(of: words.first ?? "")
      guard words.count == 2, let channel, let count = Int(words[1]),
        (0...100_000_000).contains(count), capacity[ContactChannel.allCases[channel]] == nil
      else {
        var details = [
          Failure.Detail("value", String(part)),
          Failure.Detail(
            "expected", "CHANNEL=N, each once; CHANNEL one of \(names.joined(separator: ", "))"),
        ]
        if channel == nil, let near = nearest(to: words.first ?? "", among: names) {
          details.append(Failure.Detail("nearest", near))
        }
        throw invocation.wrongUsage(
          Text("--capacity cannot be read", "--capacity no se entiende"), details)
      }
      capacity[ContactChannel.allCases[channel]] = count
    }
    return capacity
  }

  /// The minute of the day that `--at` names; 0 without it.
  private func notBefore() throws -> Int {
    guard let text = invocation.value(.notBefore) else { return 0 }
    guard let moment = OffsetInstant("2000-01-01T\(text):00Z"), text.utf8.count == 5 else {
      throw invocation.wrongUsage(
        Text("--at is no time of day", "--at no es una hora del día"),
        [Failure.Detail("value", text), Failure.Detail("expected", "HH:MM, as 10:00")])
    }
    return moment.localSecondOfDay / 60
  }

  private func explain(
    _ account: String, _ model: ReadModel, _ rules: ActionRules, _ words: WorkListWords
  ) throws -> ExitCode {
    var reader = ActionReader(model, rules)
    guard let number = model.accounts.accounts.find(account),
      let action = reader.action(of: number)
    else {
      throw Failure(
        .refused, "unknown_account",
        Text(
          "the account was not open on \(rules.date.text)",
          "la cuenta no estaba abierta el \(rules.date.text)"),
        [Failure.Detail("field", "account"), Failure.Detail("value", account)])
    }
    let reminder = try reader.reminder(of: number)
    if console.json {
      try console.print(words.whole(action, reminder))
    } else {
      let lines = words.explanation(action) + (reminder.map(words.explanation) ?? [])
      for line in lines { try console.print(line) }
    }
    return .done
  }

  private func print(_ list: WorkList, _ words: WorkListWords) throws {
    let limit = Int(invocation.integer(.rows) ?? 20)
    let queue = invocation.value(.queue)
    try console.print(words.heading(list))
    if queue == nil || queue == "actions" {
      try console.print(words.table(list.rows.prefix(limit), console.language))
      try note(list.rows.count, limit)
    }
    if queue == nil || queue == "specialist" {
      try console.print(
        counted(
          Int64(list.care.count),
          Text(
            "account goes to a trained person", "cuenta va a una persona capacitada"),
          Text(
            "accounts go to a trained person", "cuentas van a una persona capacitada")))
      if !list.care.isEmpty {
        try console.print(words.careTable(list.care.prefix(limit), console.language))
        try note(list.care.count, limit)
      }
    }
    if queue == nil || queue == "reminders", let reminders = list.reminders {
      try console.print(words.heading(reminders))
      let ordered = reminders.filter { $0.hold == nil } + reminders.filter { $0.hold != nil }
      if !ordered.isEmpty {
        try console.print(words.table(ordered.prefix(limit), console.language))
        try note(ordered.count, limit)
      }
    }
    guard queue == nil else { return }
    var table = Table([
      Table.Column(Text("nothing proposed, because", "nada propuesto, porque")),
      Table.Column(Text("accounts", "cuentas"), .right),
    ])
    for hold in ActionHold.allCases {
      if let count = list.holds[hold] { table.add([hold.text[console.language], "\(count)"]) }
    }
    if !table.isEmpty { try console.print(table) }
  }

  private func note(_ count: Int, _ limit: Int) throws {
    guard count > limit else { return }
    try console.print(
      Text(
        "… and \(count - limit) more: --rows, --json or --emit",
        "… y \(count - limit) más: --rows, --json o --emit"))
  }
}

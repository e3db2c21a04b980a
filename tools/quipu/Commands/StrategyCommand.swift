internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let strategyAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["list", "show", "check", "adopt", "compare", "offer"]),
    doc: Text(
      "list what there is; show one; check a file; adopt one; compare its arms; offer: what may be "
        + "offered on an account",
      "list: las que hay; show: una; check: revisar un archivo; adopt: adoptar una; compare: sus "
        + "brazos; offer: qué se puede ofrecer en una cuenta"))

  static let strategyName = Argument(
    Text("NAME", "NOMBRE"), optional: true,
    doc: Text(
      "pe-empathetic, a FILE, or the id of one that is adopted; with offer: an account",
      "pe-empathetic, un ARCHIVO o el id de una adoptada; con offer: una cuenta"))
}

extension Option {
  static let strategy = Option(
    "strategy", Text("NAME", "NOMBRE"),
    doc: Text(
      "the strategy: the id of one in force, else a built-in one or a FILE to try out; else the one "
        + "in force",
      "la estrategia: el id de una que rige, o una incluida o un ARCHIVO para probar; si no, la que "
        + "rige"))
}

extension Command {
  static let strategy = Command(
    "strategy", Text("strategies: adopt, compare arms, offers", "estrategias de cobranza"),
    details: Text(
      "A strategy is a JSON document: segments of accounts by their features, and for each arm of a "
        + "test a ladder of steps, from a link by which a person helps herself to a person who talks "
        + "with her. `check` says what is wrong with a file, an unreachable step included; `adopt` puts "
        + "it into the log. `compare` sets the arms beside each other with 95 % intervals. `offer` "
        + "makes the plans the strategy allows an account, affordable and balanced, as drafts that "
        + "`record` accepts.",
      "Una estrategia es un documento JSON: segmentos de cuentas según sus características y, por cada "
        + "brazo de una prueba, una escalera de pasos, desde un enlace con el que la persona se ayuda "
        + "sola hasta una persona que conversa con ella. `check` dice qué está mal en un archivo, "
        + "incluso un paso inalcanzable; `adopt` lo pone en el registro. `compare` pone los brazos lado "
        + "a lado con intervalos del 95 %. `offer` prepara los planes que la estrategia permite a una "
        + "cuenta, asequibles y cuadrados, como borradores que `record` acepta."),
    arguments: [.strategyAction, .strategyName],
    options: [
      .effective, .actingAs, .approveAs, .strategy, .on, .knownAt, .fromDay, .throughDay, .detect,
      .instalment, .income, .draftsFile, .agreedFile, .segmentSize, .fromScratch,
    ],
    examples: [
      Example(
        "quipu strategy adopt pe-empathetic --as ana --approve-as luis",
        Text("the Peruvian example holds from today", "el ejemplo peruano rige desde hoy")),
      Example(
        "quipu strategy check mine.json",
        Text("what is wrong with a file", "qué está mal en un archivo")),
      Example(
        "quipu strategy compare pe-empathetic --from 2026-01-01 --to 2026-03-31",
        Text("which arm does better", "qué brazo da mejor resultado")),
      Example(
        "quipu strategy offer A-1 --instalment 15000 --drafts offer.jsonl",
        Text(
          "plans of at most 150.00 an instalment", "planes de a lo más 150.00 por cuota")),
    ]
  ) { invocation in
    do {
      return try StrategyRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `strategy`.
private struct StrategyRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let action = invocation.required(.strategyAction)
    guard action != "list" else { return try list() }
    guard let name = invocation.argument(.strategyName) else {
      throw invocation.wrongUsage(
        Text("\(action) needs a name", "\(action) necesita un nombre"),
        [
          Failure.Detail(
            "expected",
            action == "offer"
              ? "an account"
              : "one of \(StrategyDocuments.builtInNames.joined(separator: ", ")), or a file")
        ])
    }
    switch action {
    case "show": return try show(name)
    case "check": return try check(name)
    case "adopt": return try adopt(name)
    case "compare": return try StrategyComparison(invocation).compare(name)
    default: return try StrategyOffers(invocation).offer(name)
    }
  }

  private func adopt(_ name: String) throws -> ExitCode {
    let document = try StrategyDocuments.document(named: name)
    let strategy = document.strategy
    let recording = try DocumentRecording(invocation)
    let effective = invocation.date(.effective) ?? recording.today
    let view = try invocation.openView()
    let adopted = AdoptedStrategies(
      try invocation.readModel(of: view, at: view.size).model, knownAt: view.size
    ).adoptions.filter { $0.strategy.id == strategy.id }
    if adopted.contains(where: {
      $0.strategy.version == strategy.version && $0.strategy != strategy
    }) {
      throw Failure.versionTaken(
        strategy.id, strategy.version, next: (adopted.map(\.strategy.version).max() ?? 0) + 1)
    }
    let recorded = try recording.record(document.text) { digest in
      OwnDraft(
        .strategyAdopted, "policy/\(strategy.id)",
        key: "strategy:\(strategy.version):\(effective.text):\(digest.prefix(32))", on: effective,
        [
          "approver": recording.approver.map { .string($0) }, "document": .string(digest),
          "strategy": .string(strategy.id), "version": .integer(strategy.version),
        ])
    }
    guard !console.json else {
      try console.print(
        .object([
          "document": .string(recorded.document), "effective": .string(effective.text),
          "seq": .integer(recorded.seq), "strategy": .string(strategy.id),
          "version": .integer(strategy.version),
        ]))
      return .done
    }
    try console.print(
      Text(
        "strategy \(strategy.id) \(strategy.version) holds from \(effective.text): seq \(recorded.seq)",
        "la estrategia \(strategy.id) \(strategy.version) rige desde el \(effective.text): seq \(recorded.seq)"
      ))
    return .done
  }

  private func list() throws -> ExitCode {
    guard invocation.argument(.strategyName) == nil else {
      throw invocation.wrongUsage(Text("list takes no name", "list no lleva nombre"))
    }
    var builtIn: [Strategy] = []
    for name in StrategyDocuments.builtInNames {
      builtIn.append(try StrategyDocuments.document(named: name).strategy)
    }
    let adopted = try adoptedOfLedger()
    if console.json {
      try console.print(
        .object([
          "adopted": .array(
            adopted.map { adoption in
              .object([
                "document": .string(adoption.document),
                "effective": .string(adoption.effective.text), "seq": .integer(adoption.seq),
                "strategy": .string(adoption.strategy.id),
                "version": .integer(adoption.strategy.version),
              ])
            }),
          "builtIn": .array(
            builtIn.map { strategy in
              .object([
                "jurisdiction": .string(strategy.jurisdiction),
                "strategy": .string(strategy.id), "version": .integer(strategy.version),
              ])
            }),
        ]))
      return .done
    }
    var table = Table([
      Table.Column(Text("strategy", "estrategia")),
      Table.Column(Text("version", "versión"), .right),
      Table.Column(Text("from", "desde")), Table.Column(Text("what", "qué")),
    ])
    for strategy in builtIn {
      table.add([
        strategy.id, "\(strategy.version)", Text("built in", "incluida")[console.language],
        strategy.title.text[console.language],
      ])
    }
    for adoption in adopted {
      table.add([
        adoption.strategy.id, "\(adoption.strategy.version)", adoption.effective.text,
        Text("adopted at seq \(adoption.seq)", "adoptada en seq \(adoption.seq)")[
          console.language],
      ])
    }
    try console.print(table)
    return .done
  }

  /// What the ledger adopted; nothing where there is no ledger and none was named.
  private func adoptedOfLedger() throws -> [AdoptedStrategies.Adoption] {
    do {
      let view = try invocation.openView()
      let size = try invocation.size(of: view)
      let model = try invocation.readModel(of: view, at: size).model
      return AdoptedStrategies(model, knownAt: size).adoptions
    } catch let error as LogError where error.code == .notALedger && !invocation.has(.ledger) {
      return []
    }
  }

  private func check(_ name: String) throws -> ExitCode {
    let strategy = try StrategyDocuments.document(named: name).strategy
    if console.json {
      try console.print(StrategyText(strategy).json)
    } else {
      try console.print(
        Text(
          "\(strategy.id) \(strategy.version) can be adopted: \(strategy.segments.count) segments, "
            + "\(strategy.arms.count) arms, \(strategy.offers.count) offers",
          "\(strategy.id) \(strategy.version) se puede adoptar: \(strategy.segments.count) segmentos, "
            + "\(strategy.arms.count) brazos, \(strategy.offers.count) ofertas"))
    }
    return .done
  }

  private func show(_ name: String) throws -> ExitCode {
    let strategy: Strategy
    if StrategyDocuments.builtInNames.contains(name) || OutputFile.wholePath(name) != nil {
      strategy = try StrategyDocuments.document(named: name).strategy
    } else {
      let view = try invocation.openView()
      let size = try invocation.size(of: view)
      let model = try invocation.readModel(of: view, at: size).model
      strategy = try invocation.strategy(
        named: name, in: model, on: try invocation.day(of: view), knownAt: size
      ).strategy
    }
    let text = StrategyText(strategy)
    if console.json { try console.print(text.json) } else { try text.print(on: console) }
    return .done
  }
}

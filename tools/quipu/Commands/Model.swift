internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let modelAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["list", "show", "check", "import", "register", "retire"]),
    doc: Text(
      "list those registered; show one; check a file; import one of another program; register one; "
        + "retire one",
      "list: los registrados; show: uno; check: un archivo; import: traer uno de otro programa; "
        + "register: registrar; retire: retirar"))

  static let modelName = Argument(
    Text("MODEL", "MODELO"), optional: true,
    doc: Text(
      "a model's id; with check, import and register, its FILE",
      "el id de un modelo; con check, import y register, su ARCHIVO"))
}

extension Option {
  static let modelVersion = Option(
    "version", Text("N", "N"), .integer(1...1_000_000),
    doc: Text(
      "which version; else the highest in use", "qué versión; si no, la mayor en uso"))

  static let retirementReason = Option(
    "reason", Text("WORDS", "PALABRAS"),
    doc: Text("with retire: why", "con retire: por qué"))
}

extension Command {
  static let model = Command(
    "model", Text("scoring models: register, show, retire", "modelos de puntaje"),
    details: Text(
      "A model is a JSON document of whole numbers: points a bin of each feature, or boosted trees, "
        + "what the points mean, and reasons in words. `register` puts its text and ModelRegistered "
        + "into the log, approved by a second person: scoring people weighs on them. `check` reads "
        + "a file and changes nothing. A retired model scores no more; what it scored stays, and "
        + "is computed again by `quipu replay --scores`.",
      "Un modelo es un documento JSON de números enteros: puntos por tramo de cada variable, o "
        + "árboles potenciados, qué significan los puntos, y motivos en palabras. `register` pone su "
        + "texto y ModelRegistered en el registro, con la aprobación de una segunda persona: puntuar "
        + "personas pesa sobre ellas. `check` lee un archivo y no cambia nada. Un modelo retirado ya "
        + "no puntúa; lo que puntuó queda, y `quipu replay --scores` lo vuelve a calcular."),
    arguments: [.modelAction, .modelName],
    options: [
      .modelVersion, .retirementReason, .actingAs, .approveAs, .knownAt, .segmentSize,
      .fromScratch,
    ] + ModelImport.options,
    examples: [
      Example(
        "quipu model check pays30.json", Text("would it be taken", "si se aceptaría")),
      Example(
        "quipu model import boosted.json --from xgboost --model pays30x "
          + "--target paysWithin:30:5000 --out pays30x.json",
        Text("boosted trees become whole numbers", "árboles potenciados en números enteros")),
      Example(
        "quipu model register pays30.json --as eva --approve-as otto",
        Text("it may be used from today", "puede usarse desde hoy")),
      Example(
        "quipu model show pays30", Text("its bins, points and reasons", "sus tramos y puntos")),
    ]
  ) { try ModelRun($0).run() }
}

/// One run of `model`.
private struct ModelRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let action = invocation.required(.modelAction)
    let name = invocation.argument(.modelName)
    if action == "list" {
      guard name == nil else {
        throw invocation.wrongUsage(Text("list takes no name", "list no lleva nombre"))
      }
      return try list()
    }
    guard let name else {
      let isFile = ["check", "import", "register"].contains(action)
      throw invocation.wrongUsage(
        isFile
          ? Text("\(action) needs a FILE", "\(action) necesita un ARCHIVO")
          : Text("\(action) needs the id of a model", "\(action) necesita el id de un modelo"))
    }
    switch action {
    case "check": return try show(try ModelDocuments.model(in: name), nil)
    case "import": return try ModelImport(invocation).run(name)
    case "register": return try register(name)
    case "retire": return try retire(name)
    default:
      let models = try registered()
      let found = try models.model(name, version: invocation.integer(.modelVersion))
      return try show(found.model, found.entry)
    }
  }

  /// The models of the ledger, as known at the size asked for.
  private func registered() throws -> RegisteredModels {
    let view = try invocation.openView()
    let size = try invocation.size(of: view)
    return RegisteredModels(try invocation.readModel(of: view, at: size).model, knownAt: size)
  }

  private func list() throws -> ExitCode {
    let models = try registered()
    if console.json {
      try console.print(.object(["models": .array(models.entries.map(\.json))]))
      return .done
    }
    guard !models.entries.isEmpty else {
      try console.print(Text("no model is registered", "no hay modelos registrados"))
      return .done
    }
    var table = Table([
      Table.Column(Text("model", "modelo")), Table.Column(Text("version", "versión"), .right),
      Table.Column(Text("from", "desde")), Table.Column("seq", .right),
      Table.Column(Text("state", "estado")), Table.Column(Text("what", "qué")),
      Table.Column(Text("foretells", "predice")),
    ])
    for entry in models.entries {
      table.add([
        entry.name, "\(entry.version)", entry.effective.text, "\(entry.seq)",
        entry.state[console.language], entry.model?.title.text[console.language] ?? "",
        entry.model?.target.words[console.language] ?? entry.reason,
      ])
    }
    try console.print(table)
    return .done
  }

  private func show(_ model: ScoringModel, _ entry: RegisteredModels.Entry?) throws -> ExitCode {
    if console.json {
      try console.print(model.json)
    } else {
      try ModelText(model, entry).print(on: console)
    }
    return .done
  }

  private func register(_ path: String) throws -> ExitCode {
    let model = try ModelDocuments.model(in: path)
    let recording = try DocumentRecording(invocation)
    let view = try invocation.openView()
    let projections = try invocation.readModel(of: view, at: view.size).model
    try requireNew(model, among: RegisteredModels(projections, knownAt: view.size))
    let origin = try ModelOrigin(model, of: view)
    if let notice = origin.notice { console.notice("trained_elsewhere", notice) }
    let recorded = try recording.record(model.json.canonicalText) { digest in
      OwnDraft(
        .modelRegistered, "model/\(model.id)",
        key: "model:\(model.version):\(digest.prefix(32))", on: recording.today,
        [
          "approver": recording.approver.map { .string($0) }, "document": .string(digest),
          "metrics": origin.metrics, "model": .string(model.id), "trainedOn": origin.trainedOn,
          "version": .integer(model.version),
        ])
    }
    if console.json {
      try console.print(
        .object([
          "document": .string(recorded.document), "model": .string(model.id),
          "seq": .integer(recorded.seq), "version": .integer(model.version),
        ]))
    } else {
      try console.print(
        Text(
          "model \(model.id) \(model.version) is registered: seq \(recorded.seq)",
          "el modelo \(model.id) \(model.version) queda registrado: seq \(recorded.seq)"))
    }
    return .done
  }

  /// Refuses a version that is there with another text, and one that was retired.
  private func requireNew(_ model: ScoringModel, among models: RegisteredModels) throws {
    let own = models.entries.filter { $0.name == model.id }
    let bytes = model.json.canonicalBytes
    let digest = Digest(hashing: bytes.span).hex
    let next = (own.map(\.version).max() ?? 0) + 1
    for entry in own where entry.version == model.version {
      guard entry.document == digest else {
        throw Failure.versionTaken(model.id, model.version, next: next)
      }
      if let retired = entry.retired {
        throw Failure(
          .refused, "model_retired",
          Text(
            "model \(model.id) \(model.version) was retired at seq \(retired)",
            "el modelo \(model.id) \(model.version) fue retirado en seq \(retired)"),
          [Failure.Detail("field", "$.version"), Failure.Detail("expected", next)])
      }
    }
  }

  private func retire(_ name: String) throws -> ExitCode {
    let recording = try DocumentRecording(invocation, byOneAlone: true)
    let models = try registered()
    let version = invocation.integer(.modelVersion)
    let own = models.entries.filter { $0.name == name && $0.retired == nil }
    guard let last = own.last(where: { version == nil || $0.version == version }) else {
      throw Failure.unknownModel(name, version, of: models)
    }
    let seq = try recording.record(
      OwnDraft(
        .modelRetired, "model/\(name)",
        key: "retire:\(version.map { "\($0)" } ?? "all"):\(last.seq)", on: recording.today,
        [
          "model": .string(name), "version": version.map { .integer($0) },
          "reason": invocation.value(.retirementReason).map { .string($0) },
        ]))
    if console.json {
      try console.print(
        .object([
          "model": .string(name), "seq": .integer(seq),
          "version": version.map { .integer($0) } ?? .null,
        ]))
    } else {
      let what = version.map { "\(name) \($0)" } ?? name
      try console.print(
        Text(
          "model \(what) scores no more: seq \(seq)",
          "el modelo \(what) ya no puntúa: seq \(seq)"))
    }
    return .done
  }
}

/// What a model was trained on and how good it is, as its document says.
private struct ModelOrigin {
  let trainedOn: JSONValue
  let metrics: JSONValue
  /// What an operator should hear of it.
  var notice: Text?

  init(_ model: ScoringModel, of view: LedgerView) throws {
    let training = model.training
    metrics = training["metrics"] ?? .object([:])
    guard let size = training["size"]?.integerValue, let root = training["root"]?.stringValue else {
      trainedOn = .object(["size": .integer(0), "root": .string(Digest.empty.base64)])
      notice = Text(
        "its document names no prefix of a log it was trained on",
        "su documento no nombra un tramo de registro con el que se entrenó")
      return
    }
    trainedOn = .object(["size": .integer(size), "root": .string(root)])
    if try size > view.size || view.root(at: size)?.base64 != root {
      notice = Text(
        "it was trained on another ledger than this", "se entrenó con otro libro, no con este")
    }
  }
}

extension RegisteredModels.Entry {
  /// Whether it is in use, in words.
  var state: Text {
    if model == nil { return Text("unreadable", "ilegible") }
    return retired.map { Text("retired at \($0)", "retirado en \($0)") }
      ?? Text("in use", "en uso")
  }

  fileprivate var json: JSONValue {
    .object([
      "document": .string(document), "effective": .string(effective.text),
      "favourable": model.map { .bool($0.isFavourable) } ?? .null, "model": .string(name),
      "reason": reason.isEmpty ? .null : .string(reason),
      "retired": retired.map { .integer($0) } ?? .null, "seq": .integer(seq),
      "target": model?.target.json ?? .null, "title": model?.title.json ?? .null,
      "version": .integer(version),
    ])
  }
}

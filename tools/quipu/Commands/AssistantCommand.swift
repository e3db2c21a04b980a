internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Argument {
  static let assistantAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["list", "check", "adopt", "measure"]),
    doc: Text(
      "list what was adopted; check a file; adopt one; measure a classifier on labelled examples",
      "list: lo adoptado; check: revisar un archivo; adopt: adoptar uno; measure: medir un "
        + "clasificador con ejemplos etiquetados"))

  static let assistantDocument = Argument(
    Text("FILE", "ARCHIVO"), optional: true,
    doc: Text(
      "pe-messages, the texts that come with the program; or a FILE: texts, a classifier or examples",
      "pe-messages, los textos incluidos; o un ARCHIVO: textos, un clasificador o ejemplos"))
}

extension Option {
  static let classifier = Option(
    "classifier", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "a classifier to try out, as `train --intents` writes it; else the one in force",
      "un clasificador para probar, como lo escribe `train --intents`; si no, el que rige"))
}

extension Command {
  static let assistant = Command(
    "assistant",
    Text("the assistant's texts and classifier", "textos y clasificador del asistente"),
    details: Text(
      "The assistant says nothing but texts that two persons adopted, and reads messages by a "
        + "classifier in whole numbers that two persons adopted. A text that threatens, speaks of other "
        + "people, gives something away, spells out an amount or lacks a language is refused. `measure` "
        + "tells by intent how a classifier does on the examples held out of a file.",
      "El asistente solo dice textos que dos personas adoptaron, y lee los mensajes con un clasificador "
        + "en números enteros que dos personas adoptaron. Se rechaza un texto que amenaza, habla de "
        + "otras personas, regala algo, escribe un monto o carece de un idioma. `measure` dice por "
        + "intención cómo le va a un clasificador con los ejemplos reservados de un archivo."),
    arguments: [.assistantAction, .assistantDocument],
    options: [
      .effective, .actingAs, .approveAs, .classifier, .on, .knownAt, .segmentSize, .fromScratch,
    ],
    examples: [
      Example(
        "quipu assistant adopt pe-messages --as ana --approve-as luis",
        Text("the texts that come with the program hold", "rigen los textos incluidos")),
      Example(
        "quipu assistant adopt classifier.json --as ana --approve-as luis",
        Text(
          "and a classifier that `train --intents` made", "y un clasificador de `train --intents`")),
      Example(
        "quipu assistant measure mine.json --classifier classifier.json",
        Text("how it does on one's own examples", "cómo le va con ejemplos propios")),
    ]
  ) { invocation in
    do {
      return try AssistantRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `assistant`.
private struct AssistantRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let action = invocation.required(.assistantAction)
    let name = invocation.argument(.assistantDocument)
    guard (name == nil) == (action == "list") else {
      throw invocation.wrongUsage(
        action == "list"
          ? Text("list takes no file", "list no lleva archivo")
          : Text("\(action) needs a file", "\(action) necesita un archivo"))
    }
    switch action {
    case "list": return try list()
    case "check": return try check(name ?? "")
    case "adopt": return try adopt(name ?? "")
    default: return try measure(name ?? "")
    }
  }

  private func measure(_ file: String) throws -> ExitCode {
    let examples = try AssistantDocuments.examples(in: file)
    let classifier: IntentModel
    if let path = invocation.value(.classifier) {
      classifier = try AssistantDocuments.model(in: path)
    } else {
      let view = try invocation.openView()
      let size = try invocation.size(of: view)
      let model = try invocation.readModel(of: view, at: size).model
      let day = try invocation.day(of: view)
      classifier = try AssistantDocuments.classifierInForce(in: model, on: day, knownAt: size)
    }
    let measure = IntentMeasure(classifier, examples.examples.filter(\.isHeldOut))
    if console.json { try console.print(measure.json) } else { try measure.print(on: console) }
    return .done
  }

  private func check(_ name: String) throws -> ExitCode {
    let document = try AssistantDocuments.document(named: name)
    let summary = document.summary
    guard !console.json else {
      try console.print(
        .object([
          "document": .string(document.id), "format": .string(document.format),
          "parts": .integer(Int64(document.parts)), "version": .integer(document.version),
        ]))
      return .done
    }
    try console.print(
      Text(
        "\(document.id) \(document.version) can be used: ",
        "\(document.id) \(document.version) se puede usar: ")
        + summary)
    return .done
  }

  private func adopt(_ name: String) throws -> ExitCode {
    let document = try AssistantDocuments.document(named: name)
    guard let value = document.adoptable else {
      throw Failure(
        .refused, "not_adoptable",
        Text("examples are not adopted", "los ejemplos no se adoptan"),
        [
          Failure.Detail("file", name),
          Failure.Detail(
            "expected", "texts, or the classifier that `train --intents` makes of them"),
        ])
    }
    let recording = try DocumentRecording(invocation)
    let effective = invocation.date(.effective) ?? recording.today
    let text = value.canonicalText
    let view = try invocation.openView()
    let model = try invocation.readModel(of: view, at: view.size).model
    let versions = AdoptedAssistant(model, knownAt: view.size).versions(of: document.id)
    if versions.contains(where: { $0.version == document.version && $0.document != value }) {
      let next = (versions.map(\.version).max() ?? 0) + 1
      throw Failure.versionTaken(document.id, document.version, next: next)
    }
    let recorded = try recording.record(text) { digest in
      OwnDraft(
        .policyAdopted, "policy/\(document.id)",
        key: "policy:\(document.version):\(effective.text):\(digest.prefix(32))", on: effective,
        [
          "approver": recording.approver.map { .string($0) }, "document": .string(digest),
          "policy": .string(document.id), "version": .integer(document.version),
        ])
    }
    guard !console.json else {
      try console.print(
        .object([
          "document": .string(recorded.document), "effective": .string(effective.text),
          "policy": .string(document.id), "seq": .integer(recorded.seq),
          "version": .integer(document.version),
        ]))
      return .done
    }
    try console.print(
      Text(
        "\(document.id) \(document.version) holds from \(effective.text): seq \(recorded.seq)",
        "\(document.id) \(document.version) rige desde el \(effective.text): seq \(recorded.seq)"))
    return .done
  }

  private func list() throws -> ExitCode {
    let view = try invocation.openView()
    let size = try invocation.size(of: view)
    let adopted = AdoptedAssistant(
      try invocation.readModel(of: view, at: size).model, knownAt: size)
    for (policy, seq, reason) in adopted.unreadable {
      console.warn(
        "document_unreadable",
        Text(
          "\(policy), adopted at seq \(seq), cannot be read",
          "no se puede leer \(policy), adoptado en seq \(seq)"),
        [Failure.Detail("found", reason)])
    }
    let rows =
      adopted.templates.map { ($0.seq, $0.effective, AssistantDocument.texts($0.document)) }
      + adopted.classifiers.map {
        ($0.seq, $0.effective, AssistantDocument.classifier($0.document))
      }
    let sorted = rows.sorted { $0.0 < $1.0 }
    guard !console.json else {
      try console.print(
        .array(
          sorted.map { seq, effective, document in
            .object([
              "document": .string(document.id), "effective": .string(effective.text),
              "format": .string(document.format), "parts": .integer(Int64(document.parts)),
              "seq": .integer(seq), "version": .integer(document.version),
            ])
          }))
      return .done
    }
    guard !sorted.isEmpty else {
      try console.print(Text("nothing was adopted", "no se adoptó nada"))
      return .done
    }
    var table = Table([
      .init(Text("document", "documento")), .init(Text("version", "versión"), .right),
      .init(Text("from", "desde")), .init("seq", .right), .init(Text("what", "qué")),
    ])
    for (seq, effective, document) in sorted {
      table.add([
        document.id, "\(document.version)", effective.text, "\(seq)",
        document.summary[console.language],
      ])
    }
    try console.print(table)
    return .done
  }
}

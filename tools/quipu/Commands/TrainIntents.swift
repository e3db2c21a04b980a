internal import CanonicalJSON
internal import Collections
internal import Training

extension Option {
  static let intentExamples = Option(
    "intents", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "train the assistant's classifier of messages from labelled examples instead; with --out, "
        + "--report and --seed alone",
      "entrenar en cambio el clasificador de mensajes del asistente con ejemplos etiquetados; solo con "
        + "--out, --report y --seed"))
}

/// One run of `train --intents`.
struct IntentTrainingRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run(_ file: String) throws -> ExitCode {
    for option in [Option.trainedModel, .target, .moments, .split, .tableFile]
    where invocation.has(option) {
      throw invocation.wrongUsage(
        Text(
          "--\(option.long) does not go with --intents", "--\(option.long) no va con --intents"),
        [Failure.Detail("option", "--\(option.long)")])
    }
    let examples = try AssistantDocuments.examples(in: file)
    var plan = IntentTraining.Plan()
    plan.seed = UInt64(invocation.integer(.trainingSeed) ?? 1)
    let training = try IntentTraining(examples, plan)
    for (option, value) in [
      (Option.outputFile, training.document), (.reportFile, training.measure.json),
    ] {
      guard let path = invocation.value(option) else { continue }
      try OutputFile.write(value.canonicalBytes + [UInt8(ascii: "\n")], to: path)
    }
    if invocation.console.json {
      try invocation.console.print(training.measure.json)
    } else {
      try training.measure.print(on: invocation.console)
    }
    return .done
  }
}

extension IntentMeasure {
  /// Prints the table by intent, and the sums.
  func print(on console: Console) throws {
    var table = Table([
      .init(Text("intent", "intención")), .init(Text("examples", "ejemplos"), .right),
      .init(Text("right", "bien"), .right), .init(Text("recall, bp", "cobertura, pb"), .right),
      .init(Text("precision, bp", "precisión, pb"), .right),
    ])
    for count in counts {
      table.add([
        choiceText(count.intent.rawValue, console.language), grouped(Int64(count.examples)),
        grouped(Int64(count.right)), grouped(Self.bp(count.right, of: count.examples)),
        grouped(Self.bp(count.right, of: count.right + count.mistaken)),
      ])
    }
    try console.print(table)
    if learned > 0 {
      try console.print(
        Text(
          "learned from \(grouped(Int64(learned))) examples; measured on those held out",
          "aprendido de \(grouped(Int64(learned))) ejemplos; medido en los reservados"))
    }
    try console.print(
      Text(
        "read rightly \(right) of \(examples), \(grouped(Self.bp(right, of: examples))) bp; "
          + "sure of \(sure), of them right \(grouped(Self.bp(sureAndRight, of: sure))) bp; "
          + "language \(grouped(Self.bp(rightLanguage, of: examples))) bp",
        "bien leídos \(right) de \(examples), \(grouped(Self.bp(right, of: examples))) pb; "
          + "seguro de \(sure), bien \(grouped(Self.bp(sureAndRight, of: sure))) pb; "
          + "idioma \(grouped(Self.bp(rightLanguage, of: examples))) pb"))
  }
}

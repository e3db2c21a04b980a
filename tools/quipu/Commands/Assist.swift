internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let messageFile = Argument(
    Text("FILE", "ARCHIVO"), optional: true,
    doc: Text(
      "what the person wrote; - or nothing for standard input",
      "lo que la persona escribió; - o nada para la entrada estándar"))
}

extension Option {
  static let writer = Option(
    "subject", Text("SUBJECT", "PERSONA"),
    doc: Text(
      "who wrote; else whoever owes the account", "quién escribió; si no, quien debe la cuenta"))

  static let writtenBy = Option(
    "channel", Text("CHANNEL", "CANAL"), .choices(ContactChannel.allCases.map { "\($0)" }),
    standard: "whatsapp", doc: Text("how she wrote", "por dónde escribió"))

  static let texts = Option(
    "texts", Text("NAME", "NOMBRE"),
    doc: Text(
      "texts to try out: pe-messages or a FILE; else those in force",
      "textos para probar: pe-messages o un ARCHIVO; si no, los que rigen"))

  static let messageKey = Option(
    "key", Text("KEY", "CLAVE"),
    doc: Text(
      "with --record: the gateway's id of the message; the same again records nothing twice",
      "con --record: identificador del mensaje en la pasarela; repetirlo no registra nada dos veces"
    ))

  static let recordTalk = Option(
    "record",
    doc: Text(
      "append the message, sealed, then the answer, and what follows from it: a hand-over, an opt-out",
      "agregar el mensaje, cifrado, y la respuesta con lo que sigue: una derivación, una baja"))
}

extension Command {
  static let assist = Command(
    "assist", Text("answer what a person wrote", "responder lo que una persona escribió"),
    details: Text(
      "Reads a message: signs of vulnerability first, which stop the machine and call a trained person; "
        + "else what she wants, by the classifier in force. The answer is a text in force with facts of "
        + "the ledger in it, each with the events it rests on, and what follows: nothing, a question, a "
        + "person, a hand-over. Whoever has nothing to do with the account hears nothing of it. Unsure "
        + "means a question, unsure again a person. `replay --scores` makes every recorded answer again.",
      "Lee un mensaje: primero las señales de vulnerabilidad, que detienen a la máquina y llaman a una "
        + "persona preparada; si no, lo que quiere, según el clasificador que rige. La respuesta es un "
        + "texto vigente con datos del libro, cada uno con sus eventos, y lo que sigue: nada, una "
        + "pregunta, una persona, una derivación. Quien no tiene que ver con la cuenta no se entera de "
        + "nada. Dudar es preguntar; dudar otra vez, pasar a una persona. `replay --scores` vuelve a "
        + "hacer cada respuesta registrada."),
    arguments: [.account, .messageFile],
    options: [
      .writer, .writtenBy, .texts, .classifier, .recordTalk, .messageKey, .on, .knownAt, .actor,
      .actingAs, .segmentSize, .fromScratch,
    ],
    examples: [
      Example(
        "quipu assist A-1 message.txt --texts pe-messages --classifier classifier.json",
        Text("try both out, adopting nothing", "probar ambos, sin adoptar nada")),
      Example(
        "quipu assist A-1 message.txt --subject S-1 --record --key wamid:77",
        Text("answer it on record", "responderlo y dejar constancia")),
    ]
  ) { try AssistRun($0).run() }
}

/// One run of `assist`.
private struct AssistRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let account = invocation.required(.account)
    let isRecorded = invocation.has(.recordTalk)
    for option in [Option.texts, .classifier, .on, .knownAt]
    where isRecorded && invocation.has(option) {
      throw invocation.wrongUsage(
        Text(
          "--record answers today by what is in force: not with --\(option.long)",
          "--record responde hoy con lo que rige: no va con --\(option.long)"))
    }
    if invocation.has(.messageKey), !isRecorded {
      throw invocation.wrongUsage(Text("--key goes with --record", "--key va con --record"))
    }
    let message = try message()
    let channel = ContactChannel.allCases.first {
      "\($0)" == invocation.value(.writtenBy) ?? "whatsapp"
    }
    guard let channel else { preconditionFailure("the option takes a channel") }
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    let desk = AssistantDesk(model, on: day, knownAt: size)
    let subject = try invocation.value(.writer) ?? desk.debtor(of: account)
    guard isIdentifier(subject) else {
      throw invocation.wrongUsage(
        Text("--subject expects an id", "--subject espera un identificador"),
        [Failure.Detail("value", subject)])
    }
    if isRecorded {
      let talk = AssistTalk(
        account: account, subject: subject, channel: channel, message: message,
        key: invocation.value(.messageKey) ?? WallClock.now().text)
      let made = try AssistRecording(invocation, talk).record(desk)
      try AnswerText(made.answer, account, subject, channel).print(
        on: invocation.console, recorded: made.recorded)
      return .done
    }
    var answering = desk
    if let name = invocation.value(.texts) {
      answering.texts = try AssistantDocuments.texts(named: name)
    }
    if let file = invocation.value(.classifier) {
      answering.classifier = try AssistantDocuments.model(in: file)
    }
    let answer = try answering.answer(message, about: account, to: subject, by: channel)
    try AnswerText(answer, account, subject, channel).print(on: invocation.console, recorded: nil)
    return .done
  }

  /// What was written, without the line's end after it.
  private func message() throws -> String {
    let file = invocation.argument(.messageFile) ?? "-"
    // Four bytes a character at most.
    let limit = IntentModel.longestMessage * 4
    let bytes = try OutputFile.read(file, atMost: limit + 1)
    guard bytes.count <= limit, let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(
        .refused, bytes.count > limit ? "message_too_long" : "invalid_utf8",
        Text("the message cannot be read", "no se puede leer el mensaje"),
        [
          Failure.Detail("file", file),
          Failure.Detail("expected", "UTF-8 of at most \(IntentModel.longestMessage) characters"),
        ])
    }
    guard let kept = AssistTalk.readable(text) else {
      throw Failure(
        .refused, "no_message", Text("nothing was written", "no se escribió nada"),
        [Failure.Detail("file", file), Failure.Detail("expected", "what the person wrote")])
    }
    return kept
  }
}

internal import CanonicalJSON
internal import Collections
internal import Ledger

extension Argument {
  static let someEvents = Argument(
    Text("SEQ", "SEQ"), optional: true, repeated: true,
    doc: Text("the events, by their sequence numbers", "los eventos, por su número de secuencia"))
}

extension Option {
  static let purpose = Option(
    "purpose", Text("PURPOSE", "FINALIDAD"),
    doc: Text(
      "what the data is needed for, such as access-request; it is recorded",
      "para qué se necesitan los datos, p. ej. access-request; queda registrado"))

  static let ofSubject = Option(
    "subject", Text("SUBJECT", "PERSONA"),
    doc: Text("every event about a person", "todos los eventos sobre una persona"))
}

extension Command {
  static let unseal = Command(
    "unseal", Text("open personal data, on record", "abrir datos personales, dejando constancia"),
    details: Text(
      "First PersonalDataAccessed is recorded: who, what for, which fields, how many events. Only when "
        + "that is on the disk the fields are opened and printed, a JSON object a line. A dpo opens "
        + "everybody's, an agent those of the people he serves.",
      "Primero se registra PersonalDataAccessed: quién, para qué, qué campos, cuántos eventos. Solo "
        + "cuando eso está en disco se abren los campos y se imprimen, un objeto JSON por línea. Un "
        + "dpo abre los de cualquiera; un agente, los de quienes atiende."),
    arguments: [.someEvents], options: [.ofSubject, .purpose, .actingAs],
    examples: [
      Example(
        "quipu unseal 17 42 --purpose access-request --as ana",
        Text("two events", "dos eventos")),
      Example(
        "quipu unseal --subject S-1 --purpose complaint --as ana",
        Text("all about a person", "todo sobre una persona")),
    ]
  ) { invocation in
    do {
      return try UnsealRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `unseal`.
private struct UnsealRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    var seqs: [Int64] = []
    for word in invocation.arguments(.someEvents) {
      guard let seq = Int64(word), seq >= 0 else {
        throw invocation.wrongUsage(
          Text("a SEQ is a whole number from 0", "un SEQ es un número entero desde 0"))
      }
      seqs.append(seq)
    }
    let subject = invocation.value(.ofSubject)
    guard seqs.isEmpty != (subject == nil) else {
      throw invocation.wrongUsage(
        Text("name events or a --subject", "nombre eventos o una --subject"))
    }
    let grant = try invocation.grant()
    // Before the log is read: who may not see hears nothing of what is there.
    if let subject { try grant.require(.unseal, of: subject) }
    guard let actor = grant.actor else {
      try grant.require(.unseal)
      return .refused
    }
    let (intake, today) = try invocation.openIntake(by: actor)
    if let subject {
      seqs = try intake.sealedEvents(of: subject)
      guard !seqs.isEmpty else {
        invocation.report(intake.close())
        throw Refusal(
          "unknown_subject", field: "subject", value: isIdentifier(subject) ? subject : "",
          expected: "a person of whom something is sealed")
      }
    }
    let purpose = invocation.value(.purpose) ?? ""
    let opened: [UnsealedEvent]
    do throws(Refusal) {
      opened = try intake.unseal(
        seqs, for: purpose, by: grant, at: WallClock.now(), today: today)
    } catch {
      invocation.report(intake.close())
      throw error
    }
    invocation.report(intake.close())
    for event in opened {
      try invocation.console.print(
        .object([
          "effective": .string(event.effective), "fields": event.fields ?? .null,
          "seq": .integer(event.seq), "stream": .string(event.stream),
          "subject": .string(event.subject), "type": .string(event.type.name),
        ]))
    }
    return .done
  }
}

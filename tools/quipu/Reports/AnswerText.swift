internal import CanonicalJSON
internal import Collections
internal import Projections

/// An answer of the assistant, for a reader at a terminal and as JSON.
struct AnswerText {
  private let made: AssistantDesk.Answer
  private let account: String
  private let subject: String
  private let channel: ContactChannel

  init(
    _ made: AssistantDesk.Answer, _ account: String, _ subject: String, _ channel: ContactChannel
  ) {
    (self.made, self.account, self.subject, self.channel) = (made, account, subject, channel)
  }

  /// Prints the answer, how the message was read, the facts and what follows.
  func print(on console: Console, recorded: AssistRecording.Recorded?) throws {
    guard !console.json else { return try console.print(json(recorded)) }
    let answer = made.answer
    try console.print(printable(answer.text))
    try console.print(
      Text(
        "read as \(answer.intent.rawValue), right \(grouped(answer.probabilityBp)) times in 10,000; "
          + "answered: \(answer.topic.rawValue), text \(answer.template) (\(answer.language.rawValue))",
        "leído como \(answer.intent.rawValue), acierta \(grouped(answer.probabilityBp)) veces de "
          + "10,000; respondido: \(answer.topic.rawValue), texto \(answer.template) "
          + "(\(answer.language.rawValue))"))
    try console.print(Text("next: ", "sigue: ") + Self.step(answer.step))
    for finding in made.findings {
      try console.print(
        Text("sign of ", "señal de ")
          + Text(same: choiceText(finding.category.rawValue, console.language))
          + Text(
            finding.isImmediate ? ", to a person at once" : ", a person is to look at it",
            finding.isImmediate ? ", a una persona de inmediato" : ", debe verla una persona"))
    }
    if !answer.facts.isEmpty {
      var table = Table([
        .init(Text("fact", "dato")), .init(Text("value", "valor")),
        .init(Text("events", "eventos")),
      ])
      for fact in answer.facts {
        table.add([
          fact.placeholder.rawValue, value(fact),
          fact.events.map { "\($0)" }.joined(separator: " "),
        ])
      }
      try console.print(table)
    }
    guard let recorded else { return }
    let seqs = recorded.messages.map { "\($0)" }.joined(separator: ", ")
    try console.print(
      Text(
        "recorded: message at seq \(seqs), answer at seq \(recorded.answer)",
        "registrado: mensaje en seq \(seqs), respuesta en seq \(recorded.answer)"))
  }

  private func value(_ fact: ToldFact) -> String {
    switch fact.value {
    case .money(let amount): "\(amount)"
    case .date(let date): date.text
    case .days(let days): "\(days)"
    case .name(let name): name
    }
  }

  private static func step(_ step: AnswerStep) -> Text {
    switch step {
    case .answer: Text("nothing, it was answered", "nada, se respondió")
    case .clarify: Text("the person says what she means", "la persona aclara qué desea")
    case .person: Text("a person takes it up", "lo toma una persona")
    case .handOver:
      Text(
        "a trained person takes over; no machine goes on",
        "lo toma una persona preparada; ninguna máquina sigue")
    }
  }

  /// The answer as JSON: amounts are integers in minor units.
  func json(_ recorded: AssistRecording.Recorded?) -> JSONValue {
    let answer = made.answer
    return .object([
      "account": .string(account), "channel": .string("\(channel)"),
      "classifier": .string(AnswerReplay.name(of: made.classifier)),
      "facts": .array(answer.facts.map(json)), "intent": .string(answer.intent.rawValue),
      "knownAt": .object(["size": .integer(made.size)]),
      "language": .string(answer.language.rawValue), "next": .string("\(answer.step)"),
      "on": .string(made.day.text), "optsOut": .bool(answer.optsOut),
      "probabilityBp": .integer(answer.probabilityBp),
      "recorded": recorded.map { recorded in
        .object([
          "answer": .integer(recorded.answer),
          "messages": .array(recorded.messages.map { .integer($0) }),
        ])
      } ?? .null,
      "signs": .array(
        made.findings.map { finding in
          .object([
            "category": .string(finding.category.rawValue),
            "immediate": .bool(finding.isImmediate), "level": .string("\(finding.level)"),
          ])
        }),
      "subject": .string(subject), "template": .string(answer.template),
      "text": .string(answer.text),
      "texts": .object([
        "document": .string(made.texts.id), "version": .integer(made.texts.version),
      ]), "tone": .string(answer.tone), "topic": .string(answer.topic.rawValue),
    ])
  }

  private func json(_ fact: ToldFact) -> JSONValue {
    let value: JSONValue =
      switch fact.value {
      case .money(let amount): .integer(amount)
      case .date(let date): .string(date.text)
      case .days(let days): .integer(days)
      case .name(let name): .string(name)
      }
    return .object([
      "events": .array(fact.events.map { .integer($0) }),
      "fact": .string(fact.placeholder.rawValue), "value": value,
    ])
  }
}

internal import CanonicalJSON
internal import Collections

// What a person wrote, and what is answered.
extension SchemaCatalog {
  static let assistant: [JSONMember] = [
    JSONMember(key: "WrittenMessage", value: writtenMessage),
    JSONMember(key: "AssistantAnswer", value: assistantAnswer),
    JSONMember(key: "GatewayReceipt", value: gatewayReceipt),
    JSONMember(
      key: "GatewayRecord",
      value: Schema.object(["receipts": Schema.count, "recorded": Schema.count])),
  ]

  private static let channel = Schema.choice(ContactChannel.allCases.map { "\($0)" })

  private static let gatewayReceipt = Schema.object(
    [
      "account": Schema.id, "at": Schema.instant, "channel": channel, "code": Schema.id,
      "contact": Schema.id, "event": Schema.choice(GatewayReceipt.Event.allCases.map(\.rawValue)),
      "id": Schema.id, "subject": Schema.id, "text": Schema.text,
    ], optional: ["at", "channel", "code", "contact", "text"])

  private static let writtenMessage = Schema.object(
    [
      "account": Schema.id, "channel": channel,
      "key": .object([
        "description": .string(
          "the gateway's id of the message; the same again is recorded and answered once"),
        "pattern": .string("^[A-Za-z0-9._:=-]{1,48}$"), "type": .string("string"),
      ]),
      "subject": .object([
        "description": .string("who wrote; else whoever owes the account"),
        "pattern": .string("^[A-Za-z0-9._:-]{1,64}$"), "type": .string("string"),
      ]),
      "text": .object([
        "maxLength": .integer(Int64(IntentModel.longestMessage)), "minLength": .integer(1),
        "type": .string("string"),
      ]),
    ], optional: ["channel", "subject"])

  /// A message, as an example.
  static let writtenExample: JSONValue = .object([
    "account": .string("A-1"), "channel": .string("whatsapp"), "key": .string("wamid:77"),
    "subject": .string("S-1"), "text": .string("cuánto debo"),
  ])

  private static let told = Schema.object([
    "events": Schema.array(Schema.seq),
    "fact": Schema.choice(Placeholder.allCases.map(\.rawValue)),
    "value": .object(["type": .array([.string("string"), .string("integer")])]),
  ])

  private static let sign = Schema.object([
    "category": Schema.text, "immediate": Schema.bool, "level": Schema.text,
  ])

  private static let assistantAnswer = Schema.object([
    "account": Schema.id, "channel": channel, "classifier": Schema.text,
    "facts": Schema.array(told), "intent": Schema.choice(Intent.allCases.map(\.rawValue)),
    "knownAt": Schema.knownAt,
    "language": Schema.choice(MessageLanguage.allCases.map(\.rawValue)),
    "next": Schema.choice(AnswerStep.allCases.map { "\($0)" }), "on": Schema.date,
    "optsOut": Schema.bool, "probabilityBp": Schema.integer(0...10_000),
    "recorded": Schema.object([
      "answer": Schema.seq, "messages": Schema.array(Schema.seq),
    ]), "signs": Schema.array(sign), "subject": Schema.id, "template": Schema.id,
    "text": Schema.text,
    "texts": Schema.object(["document": Schema.id, "version": Schema.count]),
    "tone": Schema.id, "topic": Schema.choice(AnswerTopic.answers.map(\.rawValue)),
  ])
}

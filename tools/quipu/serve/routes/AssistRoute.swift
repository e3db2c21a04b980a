internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Route {
  static let assist = Route(
    "POST", "/v1/assist", "answerMessage",
    Text(
      "answer what a person wrote: message and answer are recorded as `quipu assist --record` does",
      "responder lo que una persona escribió: mensaje y respuesta se registran como lo hace "
        + "`quipu assist --record`"),
    permission: .record,
    body: .json("WrittenMessage", example: SchemaCatalog.writtenExample),
    answers: [
      Answer(
        status: 201,
        doc: Text("the answer to send, on the disk", "la respuesta por enviar, ya en disco"),
        content: .json("AssistantAnswer")),
      Answer(
        status: 200,
        doc: Text(
          "the answer that this message was given before",
          "la respuesta que ya se dio a este mensaje"),
        content: .json("AssistantAnswer")),
    ],
    problems: [403, 409, 422, 503, 507],
    .later { exchange, answer in
      let counter = try counter(exchange)
      let isTaken = exchange.service.aside.add { counter.begin(answer) }
      if !isTaken { throw Problem.busy }
    })

  /// What answers the message of a request. Throws ``Problem``: 400 for what is no JSON, 422 for what is
  /// no message, 403 for whom may not record it, 503 where nothing is recorded.
  private static func counter(_ exchange: Exchange) throws -> AssistCounter {
    guard let writer = exchange.service.writer else { throw Problem.readOnly }
    guard let actor = exchange.grant.actor else { preconditionFailure("who may record has a name") }
    let question = try AssistCounter.Question(exchange.request.body)
    do {
      for type in [EventType.messageReceived, .answerGiven, .botHandedOff, .channelOptedOut] {
        try exchange.grant.require(recording: type, line: 0)
      }
    } catch {
      throw Problem(of: error)
    }
    return AssistCounter(
      service: exchange.service, writer: writer, actor: actor, question: question
    ) { given in
      let text = AnswerText(
        given.made, given.talk.account, given.talk.subject, given.talk.channel)
      return HTTPResponse(given.isRepeated ? 200 : 201, json: text.json(given.recorded))
    }
  }
}

extension AssistCounter.Question {
  /// Reads a body. Throws ``Problem`` 400, 422.
  fileprivate init(_ body: [UInt8]) throws(Problem) {
    self.init()
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(
        parsing: body.span, as: .interoperable, limits: JSONLimits(bytes: 1 << 20))
    } catch {
      throw Problem(
        400, error.code.rawValue, Text("the body is no JSON", "el cuerpo no es JSON"),
        [("byte", .integer(Int64(error.offset)))])
    }
    guard let members = value.objectValue else {
      throw Self.refusal("wrong_type", "", "", "one JSON object")
    }
    let known = ["account", "subject", "channel", "text", "key"]
    for member in members {
      guard known.contains(member.key) else {
        throw Self.refusal(
          "unknown_field", member.key, "", "one of " + known.joined(separator: ", "))
      }
      guard let text = member.value.stringValue else {
        throw Self.refusal("wrong_type", member.key, "", "a text")
      }
      try take(member.key, text)
    }
    for (field, value) in [("account", account), ("text", text), ("key", key)]
    where value.isEmpty {
      throw Self.refusal("missing_field", field, "", "account, text and key")
    }
  }

  private mutating func take(_ field: String, _ value: String) throws(Problem) {
    switch field {
    case "account", "subject":
      guard isIdentifier(value) else {
        throw Self.refusal("not_an_id", field, value, "1 to 64 of A-Z a-z 0-9 . _ : -")
      }
      if field == "account" { account = value } else { subject = value }
    case "channel":
      let names = ContactChannel.allCases.map { "\($0)" }
      guard let place = names.firstIndex(of: value) else {
        throw Self.refusal(
          "not_a_choice", field, value, "one of " + names.joined(separator: ", "))
      }
      channel = ContactChannel.allCases[place]
    case "key":
      let isKey = value.utf8.allSatisfy { byte in
        isIdentifier(String(UnicodeScalar(byte))) || byte == UInt8(ascii: "=")
      }
      guard isKey, 1...48 ~= value.utf8.count else {
        throw Self.refusal("not_a_key", field, value, "1 to 48 of A-Z a-z 0-9 . _ : = -")
      }
      key = value
    default:
      guard let readable = AssistTalk.readable(value) else {
        throw Self.refusal(
          "no_message", field, "", "1 to \(IntentModel.longestMessage) characters")
      }
      text = readable
    }
  }

  private static func refusal(
    _ code: String, _ field: String, _ value: String, _ expected: String
  ) -> Problem {
    Problem(
      422, code, Text("the message is refused", "el mensaje se rechaza"),
      [
        ("field", .string(field)), ("value", .string(String(value.prefix(64)))),
        ("expected", .string(expected)),
      ])
  }
}

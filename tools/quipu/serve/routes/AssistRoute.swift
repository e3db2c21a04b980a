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
      let counter = try AssistCounter(exchange)
      let isTaken = exchange.service.aside.add { counter.begin(answer) }
      if !isTaken { throw Problem.busy }
    })
}

/// Answers the message of one request.
///
///     can it be answered? ─► message on the disk ─► given before? ─► that
///                                                   else the answer by all that is known ─► on the disk
private struct AssistCounter: Sendable {
  private let exchange: Exchange
  private let writer: EventWriter
  private let actor: Actor
  private let question: Question

  private var service: Service { exchange.service }

  /// Throws ``Problem``: 400 for what is no JSON, 422 for what is no message, 503 where nothing is
  /// recorded.
  init(_ exchange: Exchange) throws {
    self.exchange = exchange
    guard let writer = exchange.service.writer else { throw Problem.readOnly }
    guard let actor = exchange.grant.actor else { preconditionFailure("who may record has a name") }
    (self.writer, self.actor) = (writer, actor)
    question = try Question(exchange.request.body)
    do {
      for type in [EventType.messageReceived, .answerGiven, .botHandedOff, .channelOptedOut] {
        try exchange.grant.require(recording: type, line: 0)
      }
    } catch {
      throw Problem(of: error)
    }
  }

  /// Records the message, if it can be answered.
  func begin(_ answer: @escaping Route.Work.Later) {
    do {
      let talk = try service.books.read { model in
        let desk = desk(of: model)
        let talk = AssistTalk(
          account: question.account,
          subject: try question.subject ?? desk.debtor(of: question.account),
          channel: question.channel, message: question.text, key: question.key)
        // Nothing is recorded of a message that cannot be answered.
        _ = try talk.answer(at: desk)
        return talk
      }
      try record(talk.received, answer) { messages in
        // The disk's thread has others to serve.
        if !service.aside.add({ give(talk, messages, answer) }) { answer { throw Problem.busy } }
      }
    } catch {
      answer { throw Problem(ofBody: error) }
    }
  }

  private func desk(of model: borrowing ReadModel) -> AssistantDesk {
    AssistantDesk(
      copy model, on: service.books.today, knownAt: model.size,
      service.assistantDocuments.documents(of: model))
  }

  /// Gives and records the answer to a message that is on record.
  private func give(
    _ talk: AssistTalk, _ messages: [Int64], _ answer: @escaping Route.Work.Later
  ) {
    do {
      let (made, seq) = try service.books.read { model in
        let size = model.size
        if let given = try talk.given(to: messages, in: copy model, before: size) {
          return (given.answer, Int64?.some(given.seq))
        }
        return (try talk.answer(at: desk(of: model)), nil)
      }
      if let seq {
        let response = response(200, talk, made, messages, seq)
        return answer { response }
      }
      try record(talk.drafts(of: made, to: messages), answer) { seqs in
        let response = response(201, talk, made, messages, seqs.first ?? -1)
        answer { response }
      }
    } catch {
      answer { throw Problem(ofBody: error) }
    }
  }

  private func response(
    _ status: Int, _ talk: AssistTalk, _ made: AssistantDesk.Answer, _ messages: [Int64],
    _ seq: Int64
  ) -> HTTPResponse {
    let text = AnswerText(made, talk.account, talk.subject, talk.channel)
    return HTTPResponse(
      status,
      json: text.json(AssistRecording.Recorded(messages: messages, answer: seq)))
  }

  /// Has events of the ledger's own making recorded; `then` is given their positions.
  private func record(
    _ own: [OwnDraft], _ answer: @escaping Route.Work.Later,
    _ then: @escaping @Sendable ([Int64]) -> Void
  ) throws {
    var drafts: [Draft] = []
    do {
      for draft in own { drafts.append(try Draft(draft.json, line: 0) { _ in draft.key }) }
    } catch {
      throw Problem(of: error)
    }
    let submission = EventWriter.Submission(drafts: drafts, actor: actor, approval: nil)
    writer.record(submission) { outcome in
      switch outcome {
      case .recorded(let receipts, _): then(receipts.map(\.seq))
      case .refused(let refusal): answer { throw Problem(of: refusal) }
      case .failed(let error): answer { throw Problem(of: error) }
      }
    }
  }
}

/// What a body says.
private struct Question: Sendable {
  var account = ""
  var subject: String?
  var channel = ContactChannel.whatsapp
  var text = ""
  var key = ""

  /// Reads a body. Throws ``Problem`` 400, 422.
  init(_ body: [UInt8]) throws(Problem) {
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

extension Problem {
  /// What went wrong with what a body names: 422 where a path would be 404.
  fileprivate init(ofBody error: any Error) {
    let problem = Problem(error)
    self.init(
      problem.status == 404 ? 422 : problem.status, problem.code, problem.message, problem.members)
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Route {
  /// Questions of one request at most.
  private static let mostQuestions = 10_000

  private static let recordedContact = Parameter.query(
    "contact", .identifier,
    Text(
      "record the answer as ContactAuthorized or ContactBlocked of a contact with this id; the question "
        + "is one, and names its account",
      "registrar la respuesta como ContactAuthorized o ContactBlocked de un contacto con este "
        + "identificador; la pregunta es una sola y nombra su cuenta"))

  static let mayContact = Route(
    "POST", "/v1/may-contact", "askMayContact",
    Text(
      "may this person be contacted? One question, or a list of them",
      "¿se puede contactar a esta persona? Una pregunta, o una lista"),
    permission: .askContact, parameters: [.knownAt, recordedContact],
    body: Content(
      "application/json",
      .object([
        "anyOf": .array([
          Schema.reference("ContactQuestion"),
          .object([
            "type": .string("array"),
            "items": .object([
              "description": .string("a ContactQuestion; what is none is answered by its error")
            ]),
            "minItems": .integer(1), "maxItems": .integer(Int64(mostQuestions)),
          ]),
        ])
      ]), example: SchemaCatalog.questionExample),
    answers: [
      Answer(
        status: 201, doc: Text("the answer, which is recorded", "la respuesta, que se registró"),
        content: .json("ContactAnswer", example: SchemaCatalog.answerExample)),
      Answer(
        status: 200,
        doc: Text(
          "what each rule says; for a list an answer each in the same order, `error` where there is none",
          "lo que dice cada regla; para una lista una respuesta por pregunta en el mismo orden, `error` "
            + "donde no la hay"),
        content: Content(
          "application/json",
          .object([
            "anyOf": .array([
              Schema.reference("ContactAnswer"),
              Schema.array(
                .object([
                  "anyOf": .array([
                    Schema.reference("ContactAnswer"), Schema.reference("ContactRefusal"),
                  ])
                ])),
            ])
          ]))),
    ],
    problems: [403, 404, 409, 422, 503, 507],
    .later { exchange, answer in
      let isTaken = exchange.service.aside.add {
        do {
          let desk = ContactCounter(exchange, try exchange.moment())
          let value = try question(exchange.request.body)
          if let contact = exchange.request.parameter("contact") {
            let (told, draft) = try desk.answer(value, recordedAs: contact)
            return try exchange.record(
              draft, answering: HTTPResponse(201, type: "application/json", told), answer)
          }
          let response = HTTPResponse(
            type: "application/json", try answers(to: value, at: desk))
          answer { response }
        } catch {
          answer { throw error }
        }
      }
      if !isTaken { throw Problem.busy }
    })

  /// What is said to one question or to a list of them. Throws ``Problem`` 422 for too many.
  private static func answers(
    to value: JSONValue, at desk: ContactCounter
  ) throws -> [UInt8] {
    guard let questions = value.arrayValue else { return try desk.answer(value) }
    guard 1...mostQuestions ~= questions.count else {
      throw Problem(
        422, "wrong_count",
        Text("so many questions are not answered", "no se responden tantas preguntas"),
        [("expected", .string("1 to \(mostQuestions)"))])
    }
    return desk.answers(questions)
  }

  /// The body as JSON. Throws ``Problem`` 400.
  private static func question(_ body: [UInt8]) throws(Problem) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(
        parsing: body.span, as: .interoperable, limits: JSONLimits(bytes: 4 << 20))
    } catch {
      throw Problem(
        400, error.code.rawValue, Text("the body is no JSON", "el cuerpo no es JSON"),
        [("byte", .integer(Int64(error.offset)))])
    }
  }
}

extension Exchange {
  /// Has the draft recorded; the response goes out once it is on the disk, with the place of its event.
  fileprivate func record(
    _ draft: Draft, answering response: HTTPResponse, _ answer: @escaping Route.Work.Later
  ) throws {
    guard let writer = service.writer else { throw Problem.readOnly }
    guard let actor = grant.actor else { preconditionFailure("who may record has a name") }
    writer.record(EventWriter.Submission(drafts: [draft], actor: actor, approval: nil)) { outcome in
      answer {
        switch outcome {
        case .recorded(let receipts, _):
          var response = response
          response.headers += receipts.prefix(1).map { ("Location", "/v1/events/\($0.seq)") }
          return response
        case .refused(let refusal): throw Problem(of: refusal)
        case .failed(let error): throw Problem(of: error)
        }
      }
    }
  }
}

/// Answers the questions of one request.
private struct ContactCounter {
  private let exchange: Exchange
  private let moment: Moment

  init(_ exchange: Exchange, _ moment: Moment) {
    (self.exchange, self.moment) = (exchange, moment)
  }

  private func desk(_ model: ReadModel, only subject: String?) -> ContactDesk {
    ContactDesk(
      model, knownAt: moment.size, zone: exchange.service.books.identity.timeZone,
      now: WallClock.now(), proposed: nil, only: subject)
  }

  /// The answer to one question: the same bytes as `quipu may-contact --json`. Throws ``Problem`` 422.
  func answer(_ value: JSONValue) throws -> [UInt8] {
    try answered(value) { (_, _, _) in }.bytes
  }

  /// The answer to one question, and the event that keeps it. Throws ``Problem`` 403 for who may not
  /// record, 422.
  func answer(
    _ value: JSONValue, recordedAs contact: String
  ) throws -> (bytes: [UInt8], more: Draft) {
    guard exchange.grant.allows(.record) else {
      throw Problem.notPermitted(.record, exchange.grant)
    }
    guard exchange.request.parameter("knownAt") == nil else {
      throw Problem.senseless(
        "contact", contact,
        Text(
          "what is recorded is answered by all that is known, without knownAt",
          "lo que se registra se responde según todo lo que se sabe, sin knownAt"))
    }
    return try answered(value) { question, answer, policies in
      guard let account = question.account else {
        throw Failure(
          Refusal(
            "missing_field", field: "account",
            expected: "the account it is about: the answer is recorded there"))
      }
      do {
        return try answer.draft(of: question, account: account, contact: contact, under: policies)
      } catch let refusal as Refusal {
        throw Failure(refusal)
      }
    }
  }

  private func answered<More: Sendable>(
    _ value: JSONValue,
    _ more: (ContactRequest, ContactDesk.Answer, [ContactPolicy]) throws -> More
  ) throws -> (bytes: [UInt8], more: More) {
    do {
      let question = try ContactRequest(value)
      return try exchange.service.books.read { model in
        var desk = desk(copy model, only: question.subject)
        let answer = try desk.answerOrFail(question)
        var (out, writer) = ([UInt8](), ContactAnswerWriter(desk.policies, knownAt: moment.size))
        writer.append(answer, to: question, desk.policies, into: &out)
        out.append(UInt8(ascii: "\n"))
        return (out, try more(question, answer, desk.policies))
      }
    } catch let failure as Failure {
      // Whom or what the body names is not what the path names: 422 and not 404.
      let problem = Problem(failure)
      throw Problem(422, problem.code, problem.message, problem.members)
    }
  }

  /// The answers to many, in their order, as one array.
  func answers(_ values: [JSONValue]) -> [UInt8] {
    var desk = desk(exchange.service.books.copy(), only: nil)
    var writer = ContactAnswerWriter(desk.policies, knownAt: moment.size)
    var out = [UInt8(ascii: "[")]
    for (place, value) in values.enumerated() {
      if place > 0 { out.append(UInt8(ascii: ",")) }
      do throws(Failure) {
        let question = try ContactRequest(value)
        let answer = try desk.answerOrFail(question)
        writer.append(answer, to: question, desk.policies, into: &out)
      } catch {
        out += error.json(in: exchange.language).utf8.dropLast()
      }
    }
    return out + "]\n".utf8
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Route {
  /// Questions of one request at most.
  private static let mostQuestions = 10_000

  static let mayContact = Route(
    "POST", "/v1/may-contact", "askMayContact",
    Text(
      "may this person be contacted? One question, or a list of them",
      "¿se puede contactar a esta persona? Una pregunta, o una lista"),
    permission: .readProjections, parameters: [.knownAt],
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
      ])),
    answers: [
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
          ])))
    ],
    problems: [404, 422],
    .aside { exchange in
      let moment = try exchange.moment()
      let value: JSONValue
      do throws(JSONError) {
        let body = exchange.request.body
        value = try JSONValue(
          parsing: body.span, as: .interoperable, limits: JSONLimits(bytes: 4 << 20))
      } catch {
        throw Problem(
          400, error.code.rawValue, Text("the body is no JSON", "el cuerpo no es JSON"),
          [("byte", .integer(Int64(error.offset)))])
      }
      let desk = ContactCounter(exchange, moment)
      guard let questions = value.arrayValue else {
        return HTTPResponse(type: "application/json", try desk.answer(value))
      }
      guard 1...mostQuestions ~= questions.count else {
        throw Problem(
          422, "wrong_count",
          Text("so many questions are not answered", "no se responden tantas preguntas"),
          [("expected", .string("1 to \(mostQuestions)"))])
      }
      return HTTPResponse(type: "application/json", desk.answers(questions))
    })
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
    do {
      let question = try ContactRequest(value)
      return try exchange.service.books.read { model in
        var desk = desk(copy model, only: question.subject)
        let answer = try desk.answerOrFail(question)
        var (out, writer) = ([UInt8](), ContactAnswerWriter(desk.policies, knownAt: moment.size))
        writer.append(answer, to: question, desk.policies, into: &out)
        out.append(UInt8(ascii: "\n"))
        return out
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

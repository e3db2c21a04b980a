internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// A question in her own words, answered by the assistant: from facts and released texts alone, or by a
/// person.
enum AskForm {
  static let routes = [form, ask]

  private static let form = Route(
    "GET", "/accounts/{n}/ask", "getPortalQuestion",
    Text("ask something", "preguntar algo"), permission: nil, isPage: true, answers: [.page],
    .aside { exchange in
      let occasion = PortalOccasion(try exchange.visit(), PortalFields([]))
      _ = try occasion.account()
      return try page(occasion)
    })

  private static let ask = Route(
    "POST", "/accounts/{n}/ask", "postPortalQuestion",
    Text("ask something", "preguntar algo"), permission: nil, isPage: true, body: .form,
    answers: [.page], problems: [403, 429, 503],
    .later { exchange, answer in
      guard let writer = exchange.service.writer else { throw Problem.readOnly }
      let isTaken = exchange.service.aside.add {
        do { try receive(exchange, writer, answer) } catch { answer { throw error } }
      }
      if !isTaken { throw Problem.busy }
    })

  /// Has her words answered, once however often they are sent.
  private static func receive(
    _ exchange: Exchange, _ writer: EventWriter, _ answer: @escaping Route.Work.Later
  ) throws {
    let visit = try exchange.visit()
    let fields = exchange.request.form ?? []
    let occasion = PortalOccasion(visit, PortalFields(fields), key: try visit.key(of: fields))
    let account = try occasion.account()
    guard let text = AssistTalk.readable(occasion.fields["words"]) else {
      let fault = FormFault(
        "words", Text("Write what you want to know.", "Escriba qué quiere saber."))
      let page = try page(occasion.with(fault))
      return answer { page }
    }
    // Other words in the same form, as after a way back in the browser, are another question.
    let question = AssistCounter.Question(
      account: account, subject: visit.subject, channel: .portal, text: text,
      key: "\(occasion.key):\(visit.mark(of: text))",
      cause: visit.cause(of: account))
    AssistCounter(
      service: exchange.service, writer: writer, actor: Portal.actor, question: question
    ) { given in
      try page(occasion, text, given.made.answer)
    }.begin(answer)
  }

  /// The page, with what was asked and answered just now, if anything.
  private static func page(
    _ occasion: PortalOccasion, _ asked: String = "", _ answer: AssistantAnswer? = nil
  ) throws -> HTTPResponse {
    guard isManned(occasion.visit) else {
      return occasion.page(
        Text("Ask something", "Preguntar algo"),
        lead: Text(
          "Nobody answers here yet. Write or call us.",
          "Todavía nadie responde aquí. Escríbanos o llámenos.")
      ) { _ in }
    }
    return try occasion.page(
      answer == nil ? Text("Ask something", "Preguntar algo") : Text("Our answer", "Respuesta"),
      lead: answer == nil
        ? Text(
          "A program answers, from what is on record and nothing else. Write “a person” for a person.",
          "Responde un programa, solo con lo que está registrado. Escriba «una persona» para que le "
            + "atienda alguien.") : ""
    ) { html in
      if let answer {
        html.element("p", ["class": "soft"]) { html in
          html.words(occasion.say("You wrote: ", "Usted escribió: ") + asked)
        }
        html.element("div", ["class": "done", "role": "status"]) { html in
          html.element("p", ["lang": answer.language.rawValue], answer.text)
        }
        for line in next(answer) { html.paragraph(line[occasion.language]) }
        writeWay(answer.topic, occasion, &html)
      }
      try html.act(
        "\(occasion.accountPath)/ask", occasion.visit, occasion.say("Ask", "Preguntar")
      ) { html in
        html.element("div", ["class": "field"]) { html in
          html.element(
            "label", ["for": "f-words"],
            answer == nil
              ? occasion.say("What do you want to know?", "¿Qué quiere saber?")
              : occasion.say("Something else?", "¿Algo más?"))
          html.element(
            "textarea", ["id": "f-words", "name": "words", "rows": "4", "maxlength": "4000"], "")
        }
      }
    }
  }

  /// Whether texts, a classifier and patterns of vulnerability are in force.
  static func isManned(_ visit: PortalVisit) -> Bool {
    visit.service.books.read { model in
      let desk = AssistantDesk(
        copy model, on: visit.today, knownAt: model.size,
        visit.service.assistantDocuments.documents(of: model))
      return desk.hasPatterns && (try? desk.documents()) != nil
    }
  }

  /// What happens now, where it is more than the answer.
  private static func next(_ answer: AssistantAnswer) -> [Text] {
    if answer.optsOut {
      return [
        Text(
          "It is recorded: nobody writes to you or calls you about this any more.",
          "Quedó registrado: ya nadie le escribe ni le llama por esto.")
      ]
    }
    switch answer.step {
    case .answer, .clarify: return []
    case .person:
      return [
        Text(
          "It is on record for a person. If you need an answer soon, write or call us.",
          "Quedó registrado para una persona. Si necesita respuesta pronto, escríbanos o llámenos.")
      ]
    case .handOver:
      return [
        Text(
          "It is on record for a trained person; no program goes on. In danger, call an emergency line now.",
          "Quedó registrado para una persona preparada; ningún programa sigue. Si hay peligro, llame ya a "
            + "emergencias.")
      ]
    }
  }

  /// Where what she wants is done: an answer records no promise, no dispute, no request and no plan.
  static func way(_ topic: AnswerTopic) -> (path: String, isOfAccount: Bool, words: Text)? {
    func account(_ suffix: String, _ words: Text) -> (String, Bool, Text) { (suffix, true, words) }
    switch topic {
    case .promise:
      return account(
        "promise",
        Text("Promise it here: only then is it noted", "Prométalo aquí: solo así queda anotado"))
    case .plan:
      return account("plan", Text("See a plan, with every figure", "Ver un plan, con cada cifra"))
    case .dispute:
      return account(
        "dispute",
        Text(
          "Say what is not right: then it is recorded",
          "Diga qué no es correcto: así queda registrado"))
    case .paymentDone:
      return account("payment", Text("Tell us of the payment", "Avísenos del pago"))
    case .cannotPay:
      return account("hardship", Text("Tell us that you cannot pay", "Avise que no puede pagar"))
    case .anger: return account("complaint", Text("Make a complaint", "Presentar un reclamo"))
    case .myData:
      return (
        "/data", false,
        Text("Ask for it, with the day by which we answer", "Pídalo, con el día en que respondemos")
      )
    case .stop: return ("/contact", false, Text("How to reach me", "Cómo contactarme"))
    default: return nil
    }
  }

  private static func writeWay(
    _ topic: AnswerTopic, _ occasion: PortalOccasion, _ html: inout HTMLWriter
  ) {
    guard let way = way(topic) else { return }
    html.element("p") {
      $0.link(
        way.isOfAccount ? "\(occasion.accountPath)/\(way.path)" : way.path,
        way.words[occasion.language])
    }
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Her rights about her data, each with the day by which it is answered.
enum DataForm {
  static let form = PortalForm(
    path: "/data", name: "Data",
    doc: Text("rights about one's data", "derechos sobre los propios datos"),
    page: { try page($0) }, act: { try act($0) })

  private static let rights: [FormChoice] = DataRight.allCases.map { right in
    let (english, spanish) =
      switch right {
      case .information:
        ("Know what is done with my data", "Saber qué se hace con mis datos")
      case .access: ("Have a copy of my data", "Tener una copia de mis datos")
      case .rectification: ("Correct my data", "Corregir mis datos")
      case .cancellation: ("Have my data erased", "Que se supriman mis datos")
      case .opposition: ("Object to a use of my data", "Oponerme a un uso de mis datos")
      case .portability: ("Take my data elsewhere", "Llevar mis datos a otro lugar")
      case .objectiveTreatment:
        (
          "Have a person look at what a program decided",
          "Que una persona revise lo que decidió un programa"
        )
      }
    return FormChoice("\(right)", english, spanish)
  }

  private static func requests(_ visit: PortalVisit) -> [DataRequest] {
    let books = visit.service.books
    return books.read { model in
      RequestList(
        model.people, model.accounts.calendar(on: visit.today, knownAt: visit.size),
        jurisdiction: books.identity.jurisdiction, subject: visit.subject, on: visit.today,
        knownAt: visit.size
      ).rows
    }
  }

  private static func page(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let requests = requests(occasion.visit)
    return try occasion.page(
      Text("My rights about my data", "Mis derechos sobre mis datos"),
      lead: Text(
        "What you may ask of us about your data. It costs nothing.",
        "Lo que puede pedirnos sobre sus datos. No cuesta nada.")
    ) { html in
      if !requests.isEmpty {
        html.element("h2", occasion.say("What you have asked for", "Lo que ha pedido"))
        html.element("ul") { html in
          for request in requests { html.element("li", line(request, occasion)) }
        }
      }
      html.element("h2", occasion.say("Ask for something", "Pedir algo"))
      try html.act("/data", occasion.visit, occasion.say("Ask for it", "Pedirlo")) { html in
        occasion.choice(
          &html, "right", occasion.say("What do you want?", "¿Qué quiere?"), rights)
        if !occasion.visit.accounts.isEmpty {
          occasion.words(
            &html, "words",
            occasion.say("What we should know (optional)", "Lo que debemos saber (opcional)"))
        }
      }
    }
  }

  private static func line(_ request: DataRequest, _ occasion: PortalOccasion) -> String {
    let name = rights.first { $0.value == "\(request.right)" }?.words[occasion.language] ?? ""
    let asked = occasion.say(
      "\(name): asked on \(request.filedOn.spoken(.english)), ",
      "\(name): pedido el \(request.filedOn.spoken(.spanish)), ")
    let state = request.state.text[occasion.language].lowercased()
    guard request.isPending, let due = request.dueOn else { return asked + state + "." }
    return asked + state
      + occasion.say(
        "; answered until \(due.spoken(.english)).",
        "; se responde hasta el \(due.spoken(.spanish)).")
  }

  private static func act(_ occasion: PortalOccasion) throws -> PortalAct {
    let choice = try occasion.fields.choice("right", rights)
    let request = try request(
      DataRight.allCases.first { "\($0)" == choice.value }, occasion)
    let words =
      occasion.visit.accounts.first.map { occasion.message("words", on: $0.account) } ?? []
    return PortalAct(
      drafts: [request.draft] + words,
      what: Text(
        "We have your request: \(choice.words.english). Its number is \(request.id).",
        "Tenemos su pedido: \(choice.words.spanish). Su número es \(request.id)."),
      whatFollows: [request.term])
  }

  /// A right she asks for: its event, its number, and by when it is answered, in words. Throws
  /// ``FormFault`` where the ledger's law knows no term.
  static func request(
    _ right: DataRight?, _ occasion: PortalOccasion
  ) throws(FormFault) -> (draft: OwnDraft, id: String, term: Text) {
    let visit = occasion.visit
    let books = visit.service.books
    guard let right, let terms = RequestTerms(jurisdiction: books.identity.jurisdiction) else {
      throw FormFault(
        "",
        Text(
          "This cannot be asked for here: write to us.",
          "Esto no se puede pedir aquí: escríbanos."))
    }
    let calendar = books.read { $0.accounts.calendar(on: visit.today, knownAt: visit.size) }
    let due = terms.term(of: right).length.end(after: visit.today, calendar)
    let id = occasion.id("request")
    let draft = occasion.draft(
      .requestReceived,
      [
        "dueOn": .string(due.text), "request": .string(id), "right": .string("\(right)"),
        "via": .string("portal"),
      ])
    return (
      draft, id,
      Text(
        "We answer at the latest on \(due.spoken(.english)).",
        "Respondemos a más tardar el \(due.spoken(.spanish)).")
    )
  }
}

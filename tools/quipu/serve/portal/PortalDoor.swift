internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// The way into the portal and out of it.
///
///     GET /enter/{link} ── the same form for any link, and nothing is looked up
///     POST /enter ── document ─► blind index ─► link alive and hers? ─► PortalVisited ─► 303 /
///                                               └─ else one answer, whatever was wrong
enum PortalDoor {
  static let routes = [form, enter, leave]

  private static let form = Route(
    "GET", "/enter/{link}", "getPortalEntry",
    Text("where a link of the portal leads", "adonde lleva un enlace del portal"),
    permission: nil, isPage: true, answers: [.page],
    .now { page($0, link: $0.pathValue("link")) })

  private static let enter = Route(
    "POST", "/enter", "postPortalEntry",
    Text("lets the person of a link in", "deja entrar a la persona de un enlace"),
    permission: nil, isPage: true, body: .form,
    answers: [
      Route.Answer(status: 303, doc: Text("in", "adentro"), content: nil)
    ], problems: [403, 429, 503],
    .later { exchange, answer in
      try exchange.requireSameOrigin()
      guard let writer = exchange.service.writer else { throw Problem.readOnly }
      let fields = exchange.request.form ?? []
      func field(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
      let (link, document) = (field("link"), String(field("document").prefix(64)))
      // Whom a document belongs to is asked of the one who writes, whom all others wait for: not for a link
      // that leads nowhere, of which anybody may send many.
      guard exchange.service.portal?.links.isAlive(link, at: WallClock.now()) == true else {
        return judge(exchange, link, .success([]), writer, answer)
      }
      writer.identify(document) { found in
        // What spends a link waits for the disk: not on the writer's thread, which others need.
        let isTaken = exchange.service.aside.add {
          judge(exchange, link, found, writer, answer)
        }
        if !isTaken { answer { throw Problem.busy } }
      }
    })

  private static let leave = Route(
    "POST", "/leave", "postPortalExit",
    Text("ends a visit to the portal", "termina una visita al portal"),
    permission: nil, isPage: true,
    answers: [.page], problems: [403],
    .now { exchange in
      try exchange.requireSameOrigin()
      exchange.service.portal?.sessions.end(exchange.request)
      var page = PortalPage(
        exchange, Text("You have left", "Ha salido"),
        lead: Text(
          "Nothing of yours stays in this browser. To come back, ask for another link.",
          "Nada suyo queda en este navegador. Para volver, pida otro enlace."), back: nil)
      page.headers = [PortalSessions.header("", isSecure: exchange.request.isSecure)]
      return page.response { _ in }
    })

  /// Lets in, or not, whoever showed a link and a document.
  private static func judge(
    _ exchange: Exchange, _ link: String, _ found: Result<[String], LogError>,
    _ writer: EventWriter, _ answer: @escaping Route.Work.Later
  ) {
    guard let portal = exchange.service.portal else { preconditionFailure("it is no portal") }
    do {
      let now = WallClock.now()
      // A link that leads somewhere counts its own tries; only those that lead nowhere are the address's.
      let isCounted = !portal.links.isAlive(link, at: now)
      guard let entered = try portal.links.enter(link, as: try found.get(), at: now) else {
        answer {
          if isCounted { try portal.countGuess(from: exchange.request.peer) }
          return page(exchange, link: link, isRefused: true)
        }
        // After the answer: how long it took tells nothing of whether there is such a link.
        let metrics = exchange.service.metrics
        return portal.links.keep(link) { metrics.note(Problem($0)) }
      }
      try record(entered, link, exchange, writer) { visits in
        answer {
          // Nobody looks at a debt unrecorded.
          let cookie = try portal.sessions.begin(
            for: entered.subject, by: exchange.request, in: exchange.language, at: now,
            visits: try visits.get()
          ).cookie
          return HTTPResponse(
            seeOther: "/",
            headers: [
              PortalSessions.header(cookie, isSecure: exchange.request.isSecure),
              ("Cache-Control", "no-store"),
            ])
        }
      }
    } catch {
      exchange.service.metrics.note(Problem(error))
      answer { throw error }
    }
  }

  /// Records the visit, once for each account she will see, with who made the link; `then` is given where
  /// each is recorded, or why that could not be.
  private static func record(
    _ entered: PortalLinks.Link, _ link: String, _ exchange: Exchange, _ writer: EventWriter,
    _ then: @escaping @Sendable (Result<[String: Int64], Problem>) -> Void
  ) throws {
    let subject = entered.subject
    let books = exchange.service.books
    let today = books.today
    // One that is hers and that nobody has opened yet takes no events, and keeps her from no other.
    let accounts = books.read { model in
      let person = model.people.facts(of: subject, on: today, knownAt: model.size)
      return (person.map { PortalVisit.accounts(of: $0) } ?? []).filter { link in
        let id = Array(link.account.utf8)
        return model.accounts.accounts.find(id.span, 0..<id.count)
          .flatMap { model.accounts.opening(of: $0) } != nil
      }
    }
    guard !accounts.isEmpty else { return then(.success([:])) }
    // A link is good for one visit, so it names it.
    let visit = Digest(hashing: link).hex.prefix(32)
    var drafts: [Draft] = []
    for (place, account) in accounts.enumerated() {
      let own = OwnDraft(
        .portalVisited, "account/\(account.account)", key: "portal-visit:\(visit):\(place + 1)",
        on: today, subject: subject, ["agent": .string(entered.by)])
      drafts.append(try Draft(own.json, line: 0) { _ in own.key })
    }
    let submission = EventWriter.Submission(
      drafts: drafts, actor: Portal.actor, approval: nil)
    writer.record(submission) { outcome in
      switch outcome {
      case .recorded(let receipts, _):
        let places = zip(accounts, receipts).map { ($0.account, $1.seq) }
        then(.success(Dictionary(places) { first, _ in first }))
      case .refused(let refusal): then(.failure(Problem(of: refusal)))
      case .failed(let error): then(.failure(Problem(of: error)))
      }
    }
  }

  private static func page(
    _ exchange: Exchange, link: String, isRefused: Bool = false
  ) -> HTTPResponse {
    var page = PortalPage(
      exchange, Text("Is it you?", "¿Es usted?"),
      lead: Text(
        "Before we show anything, write the number of your identity document.",
        "Antes de mostrar nada, escriba el número de su documento de identidad."), back: nil)
    page.status = isRefused ? 403 : 200
    page.address = "/enter/\(percentEncoded(link))"
    return page.response { html in
      if isRefused {
        html.notice(
          exchange.say(
            "With this link and this number we cannot let you in. Perhaps the number has a mistake, or "
              + "the link was used, is too old or was tried too often: then ask for another.",
            "Con este enlace y este número no podemos dejarle entrar. Quizá el número tiene un error, o "
              + "el enlace ya se usó, es muy antiguo o se intentó demasiadas veces: entonces pida otro."
          ),
          isBad: true)
      }
      html.element(
        "form", ["method": "post", "action": "/enter?lang=\(exchange.language.rawValue)"]
      ) { html in
        html.hidden("link", link)
        html.field(
          "document", exchange.say("Document number", "Número de documento"), type: "text",
          value: "",
          hint: exchange.say("DNI, CE or passport.", "DNI, carné de extranjería o pasaporte."),
          [("autocomplete", "off"), ("required", "required"), ("maxlength", "40")])
        html.element("button", [:], exchange.say("Enter", "Entrar"))
      }
    }
  }
}

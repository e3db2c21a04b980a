internal import CanonicalJSON
internal import Collections
internal import Ledger

/// The way into the console and out of it.
enum DoorPages {
  static let routes = [door, enter, leave, home]

  private static let home = Route(
    "GET", "/", "getHome", Text("the way to the console", "el camino a la consola"),
    permission: nil, isPage: true,
    answers: [
      Route.Answer(status: 303, doc: Text("the portfolio", "la cartera"), content: nil)
    ], .now { _ in HTTPResponse(seeOther: "/console/portfolio") })

  private static let door = Route(
    "GET", "/console/login", "getConsoleLogin",
    Text("where readers of the console sign in", "donde se inicia sesión en la consola"),
    permission: nil, isPage: true, answers: [.page], .now { page($0) })

  private static let enter = Route(
    "POST", "/console/login", "postConsoleLogin",
    Text("signs a reader of the console in", "inicia la sesión de un lector"),
    permission: nil, isPage: true, body: .form,
    answers: [
      Route.Answer(status: 303, doc: Text("signed in", "sesión iniciada"), content: nil)
    ], problems: [401, 403, 429],
    .now { exchange in
      try exchange.requireSameOrigin()
      let fields = exchange.request.form ?? []
      let token = fields.first { $0.name == "token" }?.value ?? ""
      // A token is pasted, often with the end of its line.
      let trimmed = String(
        token.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
      do {
        let service = exchange.service
        let value = try service.sessions.begin(
          token: trimmed, in: try service.door.list(), at: WallClock.now())
        let next = safe(fields.first { $0.name == "next" }?.value)
        return HTTPResponse(
          seeOther: next,
          headers: [Sessions.header(value, isSecure: exchange.request.isSecure)])
      } catch let refusal as Refusal {
        try exchange.service.door.countGuess(from: exchange.request.peer)
        return page(exchange, refused: refusal)
      }
    })

  private static let leave = Route(
    "POST", "/console/logout", "postConsoleLogout",
    Text("signs a reader of the console out", "cierra la sesión de un lector"),
    permission: nil, isPage: true,
    answers: [
      Route.Answer(status: 303, doc: Text("signed out", "sesión cerrada"), content: nil)
    ], problems: [403],
    .now { exchange in
      try exchange.requireSameOrigin()
      exchange.service.sessions.end(exchange.request)
      return HTTPResponse(
        seeOther: "/console/login",
        headers: [Sessions.header("", isSecure: exchange.request.isSecure)])
    })

  /// Where whoever is not known is sent, and brought back from.
  static func address(for request: HTTPRequest) -> String {
    guard request.method == "GET" || request.method == "HEAD" else { return "/console/login" }
    let wanted = ConsoleLink.address(request.path, request.query)
    return ConsoleLink.address("/console/login", [("next", wanted)])
  }

  /// A page of the console itself, whatever a link to the door says: nobody is led elsewhere by it.
  private static func safe(_ next: String?) -> String {
    guard let next, next.hasPrefix("/console/"), !next.hasPrefix("/console/log"),
      next.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return "/console/portfolio" }
    return next
  }

  private static func page(_ exchange: Exchange, refused: Refusal? = nil) -> HTTPResponse {
    var page = ConsolePage(
      exchange, nil, Text("Sign in", "Iniciar sesión"),
      Text(
        "The console shows what the ledger's events say. It needs the token that whoever keeps the "
          + "ledger gave you.",
        "La consola muestra lo que dicen los eventos del libro. Necesita el token que le dio quien lo "
          + "administra."))
    page.isNarrow = true
    page.status = refused == nil ? 200 : 401
    return page.response { html in
      if let refused { html.notice(words(refused)[exchange.language], isBad: true) }
      html.element("form", ["method": "post", "action": "/console/login", "class": "ask"]) { html in
        html.field(
          "token", exchange.say("Token", "Token"), type: "password", value: "",
          hint: exchange.say("It begins with quipu_.", "Empieza con quipu_."),
          [("autocomplete", "current-password"), ("required", "required"), ("size", "40")])
        let sent = exchange.request.form?.first { $0.name == "next" }?.value
        if let next = exchange.request.parameter("next") ?? sent { html.hidden("next", next) }
        html.element("div", ["class": "field"]) {
          $0.element("button", [:], exchange.say("Sign in", "Entrar"))
        }
      }
      html.element("h2", exchange.say("No token yet?", "¿Aún sin token?"))
      html.paragraph(
        exchange.say(
          "An admin of the ledger makes one, for a person:",
          "Un administrador del libro crea uno, para una persona:"))
      html.code("quipu identity add ana --role auditor --as eva")
      html.paragraph(
        exchange.say(
          "A session lasts eight hours and ends at once when the token is revoked.",
          "Una sesión dura ocho horas y termina en cuanto se revoca el token."), isNote: true)
    }
  }

  private static func words(_ refusal: Refusal) -> Text {
    switch refusal.code {
    case "identity_revoked":
      Text("This token was revoked: ask for another.", "Este token fue revocado: pida otro.")
    case "token_expired":
      Text("This token has expired: ask for another.", "Este token venció: pida otro.")
    default:
      Text(
        "This is no token of this ledger. Was all of it pasted?",
        "Este no es un token de este libro. ¿Se pegó completo?")
    }
  }
}

extension Route.Content {
  /// The fields of a form.
  static let form = Route.Content(types: [
    (
      "application/x-www-form-urlencoded",
      .object(["type": .string("object")])
    )
  ])
}

extension Exchange {
  /// Refuses what no page of the console itself sent: `other_origin`, 403.
  func requireSameOrigin() throws(Problem) {
    guard request.isSameOrigin else {
      throw Problem(
        403, "other_origin",
        Text(
          "this was not sent from a page of this service: open the page again and send it from there",
          "esto no se envió desde una página de este servicio: abra la página de nuevo y envíelo desde ahí"
        ),
        [("expected", .string("the form on the service's own page"))])
    }
  }
}

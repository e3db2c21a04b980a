internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// The frame of a page of the portal: one column, whose it is, the way back, the other language.
struct PortalPage {
  let exchange: Exchange
  var title: Text
  /// In a line or two, what the page is about.
  var lead = Text("")
  /// Where the way back leads; nil for none.
  var back: (path: String, words: Text)?
  var status = 200
  var headers: [(name: String, value: String)] = []
  /// Where the page is asked for anew in the other language; nil for its own path, or the first page's.
  var address: String?

  /// The way back that most pages have.
  static let home = (path: "/", words: Text("All my accounts", "Todas mis cuentas"))

  private var language: Language { exchange.language }

  init(
    _ exchange: Exchange, _ title: Text, lead: Text = "",
    back: (path: String, words: Text)? = PortalPage.home
  ) {
    (self.exchange, self.title, self.lead, self.back) = (exchange, title, lead, back)
  }

  /// The answer, with what `body` writes as the page's main part.
  func response(_ body: (inout HTMLWriter) throws -> Void) rethrows -> HTTPResponse {
    let lender = exchange.service.portal?.lender ?? ""
    var html = HTMLWriter(
      title: "\(title[language]) · \(lender)", language: language, style: PortalStyle.sheet)
    html.element(
      "a", ["class": "skip", "href": "#main"], say("Skip to content", "Ir al contenido"))
    writeHead(&html, lender)
    try html.element("main", ["id": "main"]) { html in
      if let back {
        html.element("p", ["class": "back"]) { $0.link(back.path, "‹ " + back.words[language]) }
      }
      html.element("h1", title[language])
      if !lead[language].isEmpty { html.element("p", ["class": "lead"], lead[language]) }
      try body(&html)
    }
    writeFoot(&html, lender)
    return HTTPResponse(
      status, type: "text/html; charset=utf-8", Array(html.page().utf8),
      headers: [
        ("Content-Security-Policy", PortalStyle.policy), ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
      ] + headers)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    Text(english, spanish)[language]
  }

  private var isIn: Bool {
    exchange.service.portal?.sessions.session(of: exchange.request, at: WallClock.now()) != nil
  }

  private func writeHead(_ html: inout HTMLWriter, _ lender: String) {
    let request = exchange.request
    let other: Language = language == .english ? .spanish : .english
    // A page that answers a form is asked for anew where the forms stand.
    let path = address ?? (request.method == "POST" || status >= 400 ? "/" : request.path)
    let query = request.query.filter { $0.name != "lang" } + [("lang", other.rawValue)]
    html.element("header") { html in
      html.element("strong", lender)
      html.element("nav", ["aria-label": say("Language and exit", "Idioma y salida")]) { html in
        html.element(
          "a",
          [
            "href": ConsoleLink.address(path, query), "hreflang": other.rawValue,
            "lang": other.rawValue,
          ], other == .spanish ? "Español" : "English")
        guard isIn else { return }
        html.element("form", ["method": "post", "action": "/leave"]) {
          $0.element("button", ["class": "plain"], say("Leave", "Salir"))
        }
      }
    }
  }

  private func writeFoot(_ html: inout HTMLWriter, _ lender: String) {
    let contact = exchange.service.portal?.contact ?? ""
    html.element("footer") { html in
      html.element(
        "p",
        say(
          "This page is of \(lender). We never ask here for a card, a password or a code of your bank.",
          "Esta página es de \(lender). Aquí nunca pedimos tarjeta, contraseña ni código de su banco."
        ))
      if !contact.isEmpty {
        html.element(
          "p",
          say(
            "To check that it is real: \(contact).", "Para comprobar que es auténtica: \(contact).")
        )
      }
    }
  }
}

extension PortalPage {
  /// The page after something was done: what was recorded, what follows from it, and until when that holds.
  static func recorded(
    _ exchange: Exchange, what: Text, whatFollows: [Text], until: CivilDate? = nil,
    back: (path: String, words: Text)? = PortalPage.home
  ) -> HTTPResponse {
    let language = exchange.language
    let page = PortalPage(exchange, Text("It is recorded", "Quedó registrado"), back: back)
    return page.response { html in
      html.element("p", ["class": "done", "role": "status"], what[language])
      if !whatFollows.isEmpty {
        html.element("h2", Text("What follows", "Qué sigue")[language])
        html.element("ul") { html in
          for line in whatFollows { html.element("li", line[language]) }
        }
      }
      if let until {
        html.element("p") { html in
          html.words(Text("It holds until ", "Vale hasta el ")[language])
          html.element("time", ["datetime": until.text], until.spoken(language))
          html.words(".")
        }
      }
    }
  }

  /// A page that says what went wrong, in plain words.
  static func problem(_ problem: Problem, _ exchange: Exchange) -> HTTPResponse {
    let language = exchange.language
    let title: Text =
      switch problem.status {
      case 401: Text("Enter by your link", "Entre con su enlace")
      case 403: Text("That cannot be done", "Eso no se puede hacer")
      case 404: Text("There is no such page", "No existe esa página")
      case 429: Text("Please wait a moment", "Espere un momento, por favor")
      case 400..<500: Text("That could not be read", "No se pudo leer lo enviado")
      default: Text("Something failed on our side", "Algo falló de nuestro lado")
      }
    var page = PortalPage(exchange, title)
    if problem.status == 401 { page.back = nil }
    page.status = problem.status
    page.headers = problem.headers.filter { $0.name != "WWW-Authenticate" }
    return page.response { html in
      let words: Text =
        problem.status >= 500
        ? Text(
          "nothing was recorded; please try again in a while",
          "no se registró nada; intente de nuevo en un momento")
        // What is not hers and what is nowhere look alike.
        : problem.status == 404 ? Problem.noSuchPage.message : problem.message
      let said = words[language]
      html.paragraph(said.prefix(1).uppercased() + said.dropFirst() + ".")
    }
  }
}

extension CivilDate {
  /// The day as people say it: `5 de marzo de 2026`, `5 March 2026`.
  func spoken(_ language: Language) -> String {
    let parts = text.split(separator: "-").map(String.init)
    guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]) else { return text }
    let names: [String] =
      switch language {
      case .english:
        [
          "January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December",
        ]
      case .spanish:
        [
          "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "setiembre",
          "octubre", "noviembre", "diciembre",
        ]
      }
    return language == .spanish
      ? "\(day) de \(names[month - 1]) de \(parts[0])" : "\(day) \(names[month - 1]) \(parts[0])"
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// The frame of a page of the console: menu, heading, what it shows as of when, and the foot.
struct ConsolePage {
  let exchange: Exchange
  /// Its place in the menu; nil for a page that has none.
  var section: ConsoleSection?
  var title: Text
  /// In one line, what it shows.
  var lead = Text("")
  /// How wide its figures want to be: all there is, or a column to read.
  var isNarrow = false
  var status = 200
  var headers: [(name: String, value: String)] = []

  /// What a browser may do with a page: show it, take the one style sheet, send forms back here.
  static let policy =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    + "frame-ancestors 'none'; base-uri 'none'"

  private var language: Language { exchange.language }

  init(_ exchange: Exchange, _ section: ConsoleSection?, _ title: Text, _ lead: Text = "") {
    (self.exchange, self.section, self.title, self.lead) = (exchange, section, title, lead)
  }

  /// The answer, with what `body` writes as the page's main part.
  func response(_ body: (inout HTMLWriter) throws -> Void) rethrows -> HTTPResponse {
    let name = exchange.service.books.identity.origin
    var html = HTMLWriter(
      title: "\(title[language]) · \(name) · Quipu", language: language,
      styleSheet: ConsoleStyle.path)
    html.element(
      "a", ["class": "skip", "href": "#main"], say("Skip to content", "Ir al contenido"))
    writeHead(&html, name)
    try html.element("main", ["id": "main", "class": isNarrow ? "narrow" : "wide"]) { html in
      html.element("h1", title[language])
      if !lead[language].isEmpty { html.element("p", ["class": "lead"], lead[language]) }
      try body(&html)
    }
    writeFoot(&html)
    var all = [("Content-Security-Policy", Self.policy), ("Cache-Control", "no-store")] + headers
    if exchange.request.parameter("lang") != nil {
      all.append(
        ("Set-Cookie", "lang=\(language.rawValue); Path=/; Max-Age=31536000; SameSite=Lax"))
    }
    return HTTPResponse(
      status, type: "text/html; charset=utf-8", Array(html.page().utf8), headers: all)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    Text(english, spanish)[language]
  }

  private func writeHead(_ html: inout HTMLWriter, _ name: String) {
    let link = ConsoleLink(exchange.request)
    html.element("header", ["class": "top"]) { html in
      html.element("a", ["class": "brand", "href": "/console/portfolio"]) { html in
        html.element("span", ["class": "knots", "aria-hidden": "true"], "⁘")
        html.words(" Quipu ")
        html.element("span", ["class": "ledger"], name)
      }
      html.element("nav", ["aria-label": say("Pages", "Páginas")]) { html in
        html.element("ul") { html in
          for item in ConsoleSection.allCases where exchange.grant.allows(item.permission) {
            let here = item == section ? "page" : nil
            let attributes: HTMLWriter.Attributes = ["href": link.page(item.path)]
            html.element("li") {
              $0.element("a", attributes.adding("aria-current", here), item.title[language])
            }
          }
        }
      }
      writeReader(&html)
    }
  }

  /// Who reads, in which language, and the way out.
  private func writeReader(_ html: inout HTMLWriter) {
    let request = exchange.request
    let other: Language = language == .english ? .spanish : .english
    let query = request.query.filter { $0.name != "lang" } + [("lang", other.rawValue)]
    // A page that answers a form is asked for anew where the form stood.
    let path = request.method == "POST" ? "/console/portfolio" : request.path
    html.element("div", ["class": "reader"]) { html in
      html.element(
        "a",
        [
          "href": ConsoleLink.address(path, query), "hreflang": other.rawValue,
          "lang": other.rawValue,
        ], other == .spanish ? "Español" : "English")
      guard let role = exchange.grant.role else { return }
      html.element("span", ["class": "who"], "\(exchange.grant.name) · \(role.rawValue)")
      guard request.cookie(Sessions.cookie) != nil else { return }
      html.element("form", ["method": "post", "action": "/console/logout"]) {
        $0.element("button", ["class": "plain"], say("Sign out", "Salir"))
      }
    }
  }

  private func writeFoot(_ html: inout HTMLWriter) {
    let books = exchange.service.books
    let identity = books.identity
    let events = countedEvents(books.size)
    html.element("footer") { html in
      html.element(
        "p",
        say(
          "Ledger \(identity.origin), \(events.english) by now; times of "
            + "\(identity.timeZone). Figures are derived from the events each time; nothing here "
            + "changes the log.",
          "Libro \(identity.origin), \(events.spanish) hasta ahora; horas de "
            + "\(identity.timeZone). Las cifras se derivan de los eventos cada vez; nada aquí cambia "
            + "el registro."))
    }
  }
}

extension ConsolePage {
  /// A page that says what went wrong and what would be right.
  static func problem(_ problem: Problem, _ exchange: Exchange) -> HTTPResponse {
    let language = exchange.language
    let title: Text =
      switch problem.status {
      case 401: Text("Please sign in", "Inicie sesión")
      case 403: Text("Not for this role", "No para este rol")
      case 404: Text("Not found", "No encontrado")
      case 400, 422: Text("That cannot be asked", "Eso no se puede consultar")
      case 429: Text("Too many requests", "Demasiadas consultas")
      default: Text("Something went wrong", "Algo salió mal")
      }
    var page = ConsolePage(exchange, nil, title)
    page.status = problem.status
    page.isNarrow = true
    page.headers = problem.headers
    return page.response { html in
      let message = problem.message[language]
      html.element(
        "p", ["class": "lead"], message.prefix(1).uppercased() + message.dropFirst() + ".")
      var rows: [(String, String)] = []
      for (name, value) in problem.members {
        let shown = value.stringValue ?? value.canonicalText
        guard !shown.isEmpty, name != "nearest" else { continue }
        rows.append((Self.memberTitle(name)[language], shown))
      }
      rows.append((Text("code", "código")[language], problem.code))
      html.facts(rows)
      html.element("p") { html in
        html.link(
          "/console/portfolio",
          Text("To the first page", "A la primera página")[language])
      }
    }
  }

  private static func memberTitle(_ name: String) -> Text {
    switch name {
    case "field": Text("where", "dónde")
    case "value": Text("what was asked", "lo consultado")
    case "expected": Text("what would be right", "lo que sería correcto")
    case "nearest": Text("did you mean", "quiso decir")
    case "rule": Text("rule", "regla")
    default: Text(same: name)
    }
  }
}

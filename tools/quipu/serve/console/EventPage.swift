internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// One event as it lies in the log, what it says, and its proof.
struct EventPage {
  private let exchange: Exchange
  private let line: [UInt8]
  private let envelope: EventEnvelope

  static let route = Route(
    "GET", "/console/events/{seq}", "getConsoleEvent",
    Text("one event, as a page", "un evento, como página"),
    permission: .readEvents, isPage: true, answers: [.page], problems: [404],
    .aside { exchange in
      let seq = try exchange.seq()
      let line = try exchange.service.view().line(seq)
      let page = EventPage(
        exchange: exchange, line: line, envelope: try EventEnvelope(parsing: line.span))
      return try page.response()
    })

  /// The proof, to keep or to hand over.
  static let proof = Route(
    "GET", "/console/events/{seq}/proof", "getConsoleEventProof",
    Text("the proof of one event, as a file", "la prueba de un evento, como archivo"),
    permission: .readEvents, isPage: true, answers: [.page], problems: [404],
    .aside { exchange in
      let seq = try exchange.seq()
      let reader = try LogReader.open(directory: exchange.service.ledger)
      guard let checkpoint = try reader.latestCheckpoint(), seq < checkpoint.size else {
        throw Problem(
          404, "not_covered",
          Text(
            "no signed checkpoint covers event \(seq) yet",
            "ningún punto de control firmado cubre aún el evento \(seq)"),
          [("expected", .string("a later checkpoint, as `quipu checkpoint` makes it"))])
      }
      let proof = try reader.inclusionProof(of: seq, under: checkpoint)
      return HTTPResponse(
        type: "text/plain; charset=utf-8", proof.bytes,
        headers: [
          ("Content-Disposition", "attachment; filename=\"event-\(seq).tlog-proof\""),
          ("Content-Security-Policy", "default-src 'none'"),
        ])
    })

  private func text(_ range: Range<Int>) -> String {
    String(decoding: line[range], as: UTF8.self)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func response() throws -> HTTPResponse {
    let language = exchange.language
    let name = text(envelope.type)
    let type = EventType(named: line.span, envelope.type)
    let title = type.map(\.title) ?? Text(same: name)
    let data = try JSONValue(parsing: text(envelope.data), as: .event)
    let page = ConsolePage(
      exchange, nil, Text(same: "#\(envelope.seq) ") + title,
      Text(
        "One event as it lies in the log, number \(grouped(envelope.seq)) of "
          + "\(grouped(exchange.service.books.size)), counted from 0.",
        "Un evento tal como está en el registro, número \(grouped(envelope.seq)) de "
          + "\(grouped(exchange.service.books.size)), contando desde 0."))
    return page.response { html in
      html.element("div", ["class": "columns"]) { html in
        html.element("div") { html in
          html.element("h2", say("What it says", "Lo que dice"))
          var pairs =
            type.map {
              FieldText(language: language, digits: digits).pairs(data, of: $0)
            } ?? []
          if !envelope.sealed.isEmpty {
            let fields = type?.sealedFields.map { $0.title[language] } ?? []
            pairs.append(
              (
                say("sealed", "sellado"),
                fields.joined(separator: ", ")
                  + say(
                    ": encrypted under a key of the person's; `quipu unseal` opens it, on record",
                    ": cifrado con una clave de la persona; `quipu unseal` lo abre, y queda registrado"
                  )
              ))
          }
          if pairs.isEmpty {
            html.nothing(say("It has no fields.", "No tiene campos."))
          } else {
            html.facts(pairs)
          }
        }
        html.element("div") { html in
          html.element("h2", say("How it was recorded", "Cómo se registró"))
          writeEnvelope(name, &html)
        }
      }
      writeProof(&html)
      html.element("h2", say("The line itself", "La línea misma"))
      html.code(String(decoding: line, as: UTF8.self))
      writePager(&html)
    }
  }

  /// Decimals of the account's currency, else of the ledger's.
  private var digits: Int {
    let stream = text(envelope.stream)
    guard stream.hasPrefix("account/") else { return 2 }
    return exchange.service.books.read { model in
      let book = model.accounts
      guard let number = book.accounts.find(String(stream.dropFirst(8))),
        let (_, opening) = book.opening(of: number)
      else { return 2 }
      return opening.currency.minorDigits
    }
  }

  private func writeEnvelope(_ name: String, _ html: inout HTMLWriter) {
    let actor = try? JSONValue(parsing: text(envelope.actor), as: .event)
    let who = ["id", "kind", "role"].compactMap { actor?[$0]?.stringValue }
      .map { choiceText($0, exchange.language) }.joined(separator: ", ")
    let stream = text(envelope.stream)
    let link = ConsoleLink(exchange.request)
    let voided = exchange.service.books.read { $0.accounts.voids[envelope.seq] }
    var rows: [[HTMLWriter.Cell]] = [
      [.head(.text(say("type", "tipo"))), .code(name)],
      [.head(.text(say("effective", "vigente"))), .time(text(envelope.effective))],
      [
        .head(.text(say("recorded", "registrado"))),
        .noted(.time(exchange.local(text(envelope.at))), text(envelope.at)),
      ],
      [.head(.text(say("by", "por"))), .text(who)],
      [
        .head(.text(say("stream", "secuencia"))),
        .cells([
          stream.hasPrefix("account/")
            ? .link(link.account(String(stream.dropFirst(8))), stream) : .text(stream),
          .text(say("no. \(envelope.n)", "n.º \(envelope.n)")),
        ]),
      ],
      [.head(.text(say("key", "clave"))), .code(text(envelope.key))],
    ]
    if envelope.cause >= 0 {
      rows.append([
        .head(.text(say("because of", "a causa de"))),
        .link(link.event(envelope.cause), "#\(envelope.cause)"),
      ])
    }
    if !envelope.subject.isEmpty {
      rows.append([.head(.text(say("person", "persona"))), .text(text(envelope.subject))])
    }
    if let voided {
      rows.append([
        .head(.text(say("voided by", "anulado por"))), .link(link.event(voided), "#\(voided)"),
      ])
    }
    html.wideTable(
      say("The envelope", "El sobre"), heads: [say("what", "qué"), say("value", "valor")],
      rows: rows)
  }

  private func writeProof(_ html: inout HTMLWriter) {
    html.element("h2", say("Its proof", "Su prueba"))
    let digest = Digest(leaf: line.span)
    html.facts([(say("leaf hash", "resumen de hoja"), digest.base64)])
    html.element("p") { html in
      html.link(
        "/console/events/\(envelope.seq)/proof", say("Download the proof", "Descargar la prueba"))
      html.words(
        say(
          " (C2SP tlog-proof). Anywhere, without the ledger: ",
          " (tlog-proof de C2SP). En cualquier lugar, sin el libro: "))
    }
    html.code("quipu verify --proof event-\(envelope.seq).tlog-proof --vkey KEY")
  }

  private func writePager(_ html: inout HTMLWriter) {
    html.element("nav", ["class": "pager", "aria-label": say("Neighbours", "Vecinos")]) { html in
      if envelope.seq > 0 {
        html.link("/console/events/\(envelope.seq - 1)", "← #\(envelope.seq - 1)")
      }
      html.link(
        "/console/events?before=\(envelope.seq + 1)",
        say("The log around it", "El registro alrededor"))
      if envelope.seq + 1 < exchange.service.books.size {
        html.link("/console/events/\(envelope.seq + 1)", "#\(envelope.seq + 1) →")
      }
    }
  }
}

// The log, the last events first.
extension EventPage {
  private static let pageRows: Int64 = 50

  static let list = Route(
    "GET", "/console/events", "getConsoleEvents",
    Text("the log, as a page", "el registro, como página"),
    permission: .readEvents, isPage: true, answers: [.page],
    .aside { exchange in
      let view = try exchange.service.view()
      let size = min(view.size, exchange.service.books.size)
      let asked = exchange.request.parameter("before") ?? ""
      guard let before = asked.isEmpty ? size : Int64(asked), before >= 0 else {
        throw Problem.badParameter(
          "before", asked, Text("a number of events", "un número de eventos"))
      }
      let end = min(before, size)
      let start = max(0, end - pageRows)
      var rows: [[HTMLWriter.Cell]] = []
      let link = ConsoleLink(exchange.request)
      var lines: [[UInt8]] = []
      try view.forEachEvent(from: start, upTo: end) { (_, line) throws(Never) in
        lines.append(line.indices.map { line[$0] })
      }
      for line in lines.reversed() { rows.append(try row(line, link, exchange)) }
      let page = ConsolePage(
        exchange, .integrity, Text("The log", "El registro"),
        Text(
          "Events as they were recorded, the last first: \(grouped(start)) to \(grouped(max(0, end - 1))) "
            + "of \(grouped(size)).",
          "Eventos según se registraron, el último primero: \(grouped(start)) a "
            + "\(grouped(max(0, end - 1))) de \(grouped(size))."))
      return page.response { html in
        guard !rows.isEmpty else {
          return html.nothing(exchange.say("There are none.", "No hay ninguno."))
        }
        html.wideTable(
          exchange.say("Events", "Eventos"),
          heads: [
            "#", exchange.say("recorded", "registrado"), exchange.say("effective", "vigente"),
            exchange.say("what", "qué"), exchange.say("stream", "secuencia"),
            exchange.say("by", "por"),
          ], rows: rows)
        html.element("nav", ["class": "pager", "aria-label": exchange.say("More", "Más")]) { html in
          if end < size {
            html.link(
              "/console/events?before=\(min(size, end + pageRows))",
              exchange.say("← Later", "← Posteriores"))
          }
          if start > 0 {
            html.link(
              "/console/events?before=\(start)", exchange.say("Earlier →", "Anteriores →"))
          }
        }
      }
    })

  private static func row(
    _ line: [UInt8], _ link: ConsoleLink, _ exchange: Exchange
  ) throws -> [HTMLWriter.Cell] {
    let envelope = try EventEnvelope(parsing: line.span)
    func text(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }
    let stream = text(envelope.stream)
    let type = EventType(named: line.span, envelope.type)
    let actor = try? JSONValue(parsing: text(envelope.actor), as: .event)
    return [
      .head(.link(link.event(envelope.seq), "#\(envelope.seq)")),
      .time(exchange.local(text(envelope.at))),
      .time(text(envelope.effective)),
      .text(type?.title[exchange.language] ?? text(envelope.type)),
      stream.hasPrefix("account/")
        ? .link(link.account(String(stream.dropFirst(8))), stream) : .text(stream),
      .text(actor?["id"]?.stringValue ?? ""),
    ]
  }
}

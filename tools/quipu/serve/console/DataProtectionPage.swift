internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// What is done with personal data: who asked for what and by when it is due, who saw it, what was erased.
struct DataProtectionPage {
  private let exchange: Exchange
  private let today: CivilDate
  private let requests: RequestList
  private let custody: CustodyBook
  private let size: Int64
  private let link: ConsoleLink

  private static let mostRows = 200

  static let route = Route(
    "GET", "/console/data-protection", "getConsoleDataProtection",
    Text(
      "requests, accesses and erasures, as a page",
      "solicitudes, accesos y supresiones, como página"),
    permission: .readEvents, isPage: true, answers: [.page],
    .aside { try DataProtectionPage($0).response() })

  private init(_ exchange: Exchange) throws {
    self.exchange = exchange
    let service = exchange.service
    let day = service.books.today
    today = day
    let books = try service.console.books(service, service.books.size)
    let size = books.size
    self.size = size
    var custody = books.custody
    custody.finish(on: day + 1)
    self.custody = custody
    let jurisdiction = service.books.identity.jurisdiction
    requests = service.books.read { model in
      RequestList(
        model.people, model.accounts.calendar(on: day, knownAt: size),
        jurisdiction: jurisdiction, on: day, knownAt: size)
    }
    link = ConsoleLink(exchange.request)
  }

  private var language: Language { exchange.language }

  private func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func event(_ seq: Int64) -> HTMLWriter.Cell { .link(link.event(seq), "#\(seq)") }

  private func response() -> HTTPResponse {
    let page = ConsolePage(
      exchange, .dataProtection, Text("Data protection", "Protección de datos"),
      Text(
        "Requests about personal data with their clocks, who saw or got data, what was erased, breaches, "
          + "and what the ledger holds. ",
        "Solicitudes sobre datos personales con sus plazos, quién vio o recibió datos, qué se suprimió, "
          + "brechas, y qué contiene el libro. ")
        + Text(same: exchange.stand(Moment(on: today, size: size))))
    return page.response { html in
      let pending = requests.rows.filter(\.isPending)
      let late = pending.count { $0.state == .late }
      html.tiles([
        (
          say("requests waiting", "solicitudes pendientes"), grouped(Int64(pending.count)),
          late == 0
            ? say("none late", "ninguna vencida") : say("\(late) LATE", "\(late) VENCIDAS")
        ),
        (
          say("accesses", "accesos"),
          grouped(Int64(custody.entries.count { $0.type == .personalDataAccessed })), ""
        ),
        (
          say("erasures", "supresiones"),
          grouped(Int64(custody.entries.count { $0.type == .subjectErased })), ""
        ), (say("breaches", "brechas"), grouped(Int64(custody.breaches.count)), ""),
      ])
      writeRequests(&html)
      writeBreaches(&html)
      writeEntries(
        "accesses", say("Who saw or got personal data", "Quién vio o recibió datos personales"),
        custody.entries.filter { $0.type != .subjectErased }, &html)
      writeEntries(
        "erasures", say("Erasures", "Supresiones"),
        custody.entries.filter { $0.type == .subjectErased }, &html)
      writeInventory(&html)
    }
  }

  // MARK: Requests

  private func writeRequests(_ html: inout HTMLWriter) {
    let note = requests.terms.map {
      say(
        "Terms: \($0.pack), in business days of the ledger.",
        "Plazos: \($0.pack), en días hábiles del libro.")
    }
    html.part("requests", say("Requests", "Solicitudes"), note ?? "") { html in
      guard !requests.rows.isEmpty else {
        return html.nothing(
          say(
            "Nobody has asked. `quipu request open` takes a request in.",
            "Nadie ha solicitado. `quipu request open` recibe una solicitud."))
      }
      html.wideTable(
        say("Requests about personal data", "Solicitudes sobre datos personales"),
        heads: [
          say("request", "solicitud"), say("person", "persona"), say("right", "derecho"),
          say("filed", "presentada"), say("last day", "último día"),
          say("business days left", "días hábiles que quedan"), say("clock", "plazo"),
          say("state", "estado"), say("source", "fuente"),
        ], numbers: [5],
        rows: requests.rows.prefix(Self.mostRows).map { request in
          let isLate = request.state == .late || request.state == .answeredLate
          let state = request.state.text[language]
          return [
            .head(.cells([.text(request.id), event(request.seq)])), .text(request.subject),
            .text(request.right.text[language]), .time(request.filedOn.text),
            .time(request.dueOn?.text ?? "–"),
            .text(request.businessDaysLeft.map { "\($0)" } ?? "–"), clock(request),
            isLate ? .mark(state, isGood: false) : .text(state),
            .text(sourceText(request.source, language)),
          ]
        })
    }
  }

  /// How much of the term is over.
  private func clock(_ request: DataRequest) -> HTMLWriter.Cell {
    guard let due = request.dueOn, request.isPending else { return "" }
    let whole = max(1, due - request.filedOn)
    let passed = min(max(0, today - request.filedOn), whole)
    let part = passed * 1_000 / whole
    let paint = today > due ? "bad" : part > 750 ? "warn" : "credit"
    return .bar(
      [(part, paint), (1_000 - part, "rest")],
      say("\(passed) of \(whole) days passed", "pasaron \(passed) de \(whole) días"))
  }

  // MARK: Breaches

  private func writeBreaches(_ html: inout HTMLWriter) {
    guard !custody.breaches.isEmpty else { return }
    let terms = BreachTerms(jurisdiction: exchange.service.books.identity.jurisdiction)
    let now = WallClock.now()
    html.part(
      "breaches", say("Breaches and their clocks", "Brechas y sus plazos"),
      sourceText(terms.source, language)
    ) {
      html in
      let rows = custody.breaches.flatMap { breach in
        [
          (say("authority", "autoridad"), breach.authority(at: now, terms)),
          (say("people concerned", "titulares"), breach.subjects(at: now, terms)),
        ].map { whom, term -> [HTMLWriter.Cell] in
          let words = term.state.text(term.notice)[language]
          let isBad = term.state == .late || term.state == .toldLateWithoutReason
          return [
            .head(.cells([.text(breach.id), event(breach.seq)])), .time(breach.awareAt.text),
            .text(breach.scope), .text(whom), .time(term.due?.text ?? "–"),
            isBad ? .mark(words, isGood: false) : .text(words),
          ]
        }
      }
      html.wideTable(
        say("Breaches", "Brechas"),
        heads: [
          say("breach", "brecha"), say("known since", "conocida desde"), say("scope", "alcance"),
          say("whom", "a quién"), say("last moment", "último momento"), say("state", "estado"),
        ], rows: rows)
    }
  }

  // MARK: Accesses

  private func writeEntries(
    _ id: String, _ title: String, _ entries: [CustodyBook.Entry], _ html: inout HTMLWriter
  ) {
    html.part(id, title) { html in
      guard !entries.isEmpty else {
        return html.nothing(say("None is recorded.", "No hay registros."))
      }
      html.wideTable(
        title,
        heads: [
          "#", say("recorded", "registrado"), say("what", "qué"), say("person", "persona"),
          say("by", "por"), say("reader or recipient", "lector o destinatario"),
          say("purpose or ground", "finalidad o fundamento"), say("fields", "campos"),
        ],
        rows: entries.suffix(Self.mostRows).reversed().map { entry in
          [
            .head(event(entry.seq)), .time(exchange.local(entry.at)), .text(entry.what[language]),
            .text(entry.subject), .text(entry.actor),
            .text(entry.party + (entry.country.isEmpty ? "" : ", \(entry.country)")),
            .text(entry.purpose),
            .text(entry.fields.map { choiceText($0, language) }.joined(separator: ", ")),
          ]
        })
      if entries.count > Self.mostRows {
        html.paragraph(
          say(
            "The last \(Self.mostRows) of \(grouped(Int64(entries.count))); `quipu access-log` has all.",
            "Los últimos \(Self.mostRows) de \(grouped(Int64(entries.count))); `quipu access-log` los tiene todos."
          ), isNote: true)
      }
    }
  }

  // MARK: What is held

  private func writeInventory(_ html: inout HTMLWriter) {
    let service = exchange.service
    let schedule = RetentionSchedule(jurisdiction: service.books.identity.jurisdiction)
    let counts = service.books.read { $0.counts }
    html.part(
      "inventory", say("The register of processing", "El registro de tratamientos"),
      say(
        "What the ledger holds of people, for what, on what ground and how long. Counsel must confirm "
          + "grounds and terms.",
        "Qué contiene el libro de las personas, para qué, con qué fundamento y cuánto tiempo. Un abogado "
          + "debe confirmar fundamentos y plazos.")
    ) { html in
      html.wideTable(
        say("Processing by activity", "Tratamiento por actividad"),
        heads: [
          say("activity", "actividad"), say("for", "para"), say("ground", "fundamento"),
          say("kept", "plazo"), say("events", "eventos"), say("sealed fields", "campos sellados"),
        ], numbers: [4],
        rows: ProcessingRegister.activities.map { activity in
          let row = InventoryRow(activity, counts, schedule)
          return [
            .head(
              .noted(
                .text(row.title[language]),
                activity.isSensitive ? say("sensitive data", "datos sensibles") : "")),
            .text(row.purpose[language]), .text(sourceText(activity.ground, language)),
            .text(sourceText(row.kept[language], language)),
            .text(grouped(row.events)), .text(activity.sealed.joined(separator: ", ")),
          ]
        })
    }
  }
}

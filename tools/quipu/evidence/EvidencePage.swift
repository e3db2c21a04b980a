internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// A package of evidence as a page to read and to print.
struct EvidencePage {
  let package: EvidencePackage
  let language: Language
  /// Decimals of each account's currency, by stream.
  let digits: [String: Int]

  init(_ package: EvidencePackage, _ language: Language) {
    self.package = package
    self.language = language
    digits = Dictionary(
      package.accounts.map { ("account/\($0.account)", $0.row.currency.minorDigits) },
      uniquingKeysWith: { first, _ in first })
  }

  /// One section of the page.
  private struct Section {
    let id: String
    let title: Text
    let write: (inout HTMLWriter) -> Void
  }

  /// The page. O(events).
  var html: String {
    let sections = allSections
    var html = HTMLWriter(title: package.title[language], language: language)
    html.element("header") { html in
      html.element("h1", package.title[language])
      html.element("p", ["class": "soft"], subtitle)
      html.element("nav") { html in
        html.element("ul") { html in
          for section in sections {
            html.element("li") { $0.link("#\(section.id)", section.title[language]) }
          }
        }
      }
    }
    html.element("main") { html in
      for section in sections {
        html.element("section", ["id": section.id]) { html in
          html.element("h2", section.title[language])
          section.write(&html)
        }
      }
    }
    return html.page()
  }

  func say(_ english: String, _ spanish: String) -> String { Text(english, spanish)[language] }

  private var subtitle: String {
    let name = package.recipientName.map { " (\($0))" } ?? ""
    let whom = package.recipient.title[language] + name
    let origin = package.checkpoint.origin
    let count = grouped(Int64(package.selection.events.count))
    let total = grouped(package.selection.size)
    return say(
      "For \(whom). Ledger \(origin), \(count) events chosen from \(total), made at "
        + "\(package.madeAt.text).",
      "Para \(whom). Libro \(origin), \(count) eventos elegidos de \(total), hecha el "
        + "\(package.madeAt.text).")
  }

  private var allSections: [Section] {
    var sections = [
      Section(id: "check", title: Text("How to check it", "Cómo comprobarla"), write: writeCheck)
    ]
    if !package.accounts.isEmpty {
      sections.append(
        Section(id: "accounts", title: Text("Accounts", "Cuentas"), write: writeAccounts))
    }
    if package.selection.events.contains(where: { $0.type == .contactAttempted }) {
      sections.append(
        Section(id: "contacts", title: Text("Contacts", "Contactos"), write: writeContacts))
    }
    if !package.requests.isEmpty {
      sections.append(
        Section(id: "requests", title: Text("Requests", "Solicitudes"), write: writeRequests))
    }
    for (id, title, groups, types) in Self.topics {
      let events = package.selection.events.filter {
        groups.contains($0.type.declaration.group) && (types.isEmpty || types.contains($0.type))
      }
      guard !events.isEmpty else { continue }
      sections.append(
        Section(id: id, title: title) { html in writeTable(title[language], events, to: &html) })
    }
    sections.append(
      Section(id: "events", title: Text("All events", "Todos los eventos")) { html in
        html.element(
          "p",
          say(
            "In the order in which they were recorded. A number leads to the event's proof.",
            "En el orden en que se registraron. El número lleva a la prueba del evento."))
        writeTable(say("All events", "Todos los eventos"), package.selection.events, to: &html)
      })
    return sections
  }

  private static let topics: [(String, Text, Set<EventGroup>, Set<EventType>)] = [
    (
      "wishes", Text("Consents and wishes", "Consentimientos y preferencias"), [.people],
      [
        .consentGranted, .consentRevoked, .channelOptedOut, .preferenceSet,
        .ceaseContactRequested, .representativeAppointed,
      ]
    ),
    (
      "hardship", Text("Hardship, disputes, complaints", "Dificultades, disputas, reclamos"),
      [.hardship], []
    ),
    ("scores", Text("Scores and decisions", "Puntajes y decisiones"), [.scores], []),
    (
      "accesses", Text("Data protection, event by event", "Protección de datos, evento por evento"),
      [.dataProtection], []
    ),
  ]

  // MARK: How to check it

  private func writeCheck(_ html: inout HTMLWriter) {
    html.element(
      "p",
      say(
        "This folder proves itself. With a terminal in it, on any machine with Python 3 and OpenSSL:",
        "Esta carpeta se prueba a sí misma. Desde una terminal en ella, en cualquier máquina con "
          + "Python 3 y OpenSSL:"))
    html.element("ul") { html in
      for command in ["sha256sum -c SHA256SUMS", "python3 verify.py --vkey '\(package.key)'"] {
        html.element("li") { $0.element("code", command) }
      }
    }
    html.element(
      "p",
      say(
        "The second shows that every event below is in the ledger as it was signed, to the last "
          + "byte, and that no event of the streams named complete is left out. Compare the key with "
          + "one the keeper of the ledger gave you by another way: a key found in here proves "
          + "nothing by itself. This page was made from the events and is for reading only.",
        "El segundo muestra que cada evento está en el libro tal como fue firmado, hasta el último "
          + "byte, y que no falta ningún evento de las secuencias llamadas completas. Compare la "
          + "clave con una que el responsable del libro le haya dado por otra vía: una clave hallada "
          + "aquí no prueba nada por sí sola. Esta página se hizo a partir de los eventos y es solo "
          + "para leer."))
    let complete = package.selection.completeStreams.sorted { $0.key < $1.key }
    var rows: [[HTMLWriter.Cell]] = complete.map { stream, count in
      [.text(stream), .text(grouped(count))]
    }
    let range = package.selection.completeRange
    if !range.isEmpty {
      rows.append([
        .text(say("all streams", "todas las secuencias")), .text(grouped(Int64(range.count))),
      ])
    }
    html.table(
      say("Complete up to the last event here", "Completas hasta el último evento aquí"),
      heads: [say("stream", "secuencia"), say("events", "eventos")], numbers: [1], rows: rows)
    html.table(
      say("The ledger's signed statement", "La declaración firmada del libro"),
      heads: [say("what", "qué"), say("value", "valor")],
      rows: [
        [.text(say("events", "eventos")), .text(grouped(package.checkpoint.size))],
        [.text(say("tree head", "raíz del árbol")), .text(package.checkpoint.root.base64)],
        [.text(say("key", "clave")), .text(package.key)],
      ])
  }

  // MARK: Accounts

  private func writeAccounts(_ html: inout HTMLWriter) {
    let heads = [
      say("account", "cuenta"), say("creditor", "acreedor"), say("status", "estado"),
      say("principal", "capital"), say("interest", "interés"), say("penalty", "mora"),
      say("cost", "gastos"), say("outstanding", "saldo"), say("days past due", "días de atraso"),
    ]
    html.table(
      asOf(package.on, knownAt: package.selection.size)[language], heads: heads,
      numbers: [3, 4, 5, 6, 7, 8],
      rows: package.accounts.map { report in
        let row = report.row
        func money(_ amount: Int64) -> HTMLWriter.Cell {
          .text(amountText(amount, digits: row.currency.minorDigits))
        }
        return [
          .text(report.account), .text(report.creditor), .text(row.status.text[language]),
          money(row.outstanding.principal), money(row.outstanding.interest),
          money(row.outstanding.penalty), money(row.outstanding.cost),
          .text(
            "\(row.currency.code) "
              + amountText(row.outstanding.total, digits: row.currency.minorDigits)),
          .text(String(row.daysPastDue)),
        ]
      })
    for history in package.histories { writeHistory(history, to: &html) }
  }

  /// What each event did to the account, with what became of promises and plans between them.
  private func writeHistory(_ history: AccountHistory, to html: inout HTMLWriter) {
    let report = history.report
    let explanation = EventExplanation(report)
    let changes = ChangeText(history, digits: explanation.digits)
    var rows: [[HTMLWriter.Cell]] = history.events.compactMap { event in
      let lines = explanation.lines(event).map { $0[language] }
      guard !lines.isEmpty else { return nil }
      return [
        proof(event.seq), .time(event.effective.text),
        .lines([event.type.title[language]] + amount(event, explanation.digits)), .lines(lines),
      ]
    }
    rows += report.changes.map { change in
      [
        "", .time(change.on.text), .text(say("derived", "derivado")),
        .text(changes.line(change)[language]),
      ]
    }
    guard !rows.isEmpty else { return }
    html.table(
      say(
        "What events did to \(report.account)", "Lo que los eventos hicieron a \(report.account)"),
      heads: ["#", say("effective", "efectivo"), say("what", "qué"), say("effect", "efecto")],
      rows: rows)
  }

  private func amount(_ event: AccountHistory.Event, _ digits: Int) -> [String] {
    event.data["amount"]?.integerValue.map { [amountText($0, digits: digits)] } ?? []
  }

  // MARK: Events

  /// A link to an event's proof.
  func proof(_ seq: Int64) -> HTMLWriter.Cell {
    .link(ProvenEvents.file(of: seq), "#\(seq)")
  }

  func writeTable(_ caption: String, _ events: [EvidenceEvent], to html: inout HTMLWriter) {
    html.table(
      caption, isHeard: true,
      heads: [
        "#", say("recorded (known at)", "registrado (conocido)"), say("effective", "efectivo"),
        say("what", "qué"), say("particulars", "detalle"), say("by", "por"),
      ],
      rows: events.map { event in
        [
          proof(event.envelope.seq), .time(event.at), .time(event.effective),
          .text(event.type.title[language]), .pairs(particulars(event)),
          .text(event.actor["id"]?.stringValue ?? ""),
        ]
      })
  }

  private func particulars(_ event: EvidenceEvent) -> [(name: String, value: String)] {
    let fields = FieldText(language: language, digits: digits[event.stream] ?? 2)
    var pairs = fields.pairs(event.data, of: event.type)
    if let opened = package.opened[event.envelope.seq] {
      pairs += fields.pairs(opened, of: event.type)
    } else if event.isSealed {
      let names = event.type.sealedFields.map { $0.title[language] }.joined(separator: ", ")
      pairs.append((say("sealed", "cifrado"), names))
    }
    return pairs
  }
}

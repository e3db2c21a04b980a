internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

// Each contact of a package with its verdict, and each request with its term.
extension EvidencePage {
  /// What was tried, whom it reached, and what the rules of its day said.
  func writeContacts(_ html: inout HTMLWriter) {
    let verdicts = Dictionary(
      package.conduct.verdicts.map { ($0.seq, $0.verdict) }, uniquingKeysWith: { $1 })
    let broken = Dictionary(grouping: package.conduct.violations, by: \.contact.seq)
    let results = contactResults
    html.paragraph(
      say(
        "Judged by the policies known when each contact was recorded, on what is known now of its "
          + "day. A later policy changes no verdict.",
        "Juzgados según las políticas conocidas cuando se registró cada contacto, con lo que hoy se "
          + "sabe de su día. Una política posterior no cambia ningún veredicto."))
    let attempts = package.selection.events.filter { $0.type == .contactAttempted }
    html.table(
      say("Contacts", "Contactos"), isHeard: true,
      heads: [
        "#", say("local time", "hora local"), say("by", "por"), say("direction", "sentido"),
        say("what came of it", "resultado"), say("verdict", "veredicto"), say("rules", "reglas"),
      ],
      rows: attempts.map { event in
        let data = event.data
        func text(_ name: FieldName) -> String { data[name.text]?.stringValue ?? "" }
        let seq = event.envelope.seq
        let found = broken[seq] ?? []
        let contact = "\(event.stream) \(text(.contact))"
        return [
          proof(seq), .time(text(.localAt)), .text(choiceText(text(.channel), language)),
          .text(choiceText(text(.direction), language)),
          .text((results[contact] ?? []).joined(separator: ", ")), verdict(verdicts[seq]),
          .lines(found.map(line)),
        ]
      })
  }

  /// What the events after an attempt say came of each contact, by its account and id.
  private var contactResults: [String: [String]] {
    var results: [String: [String]] = [:]
    for event in package.selection.events {
      guard let contact = event.data[FieldName.contact.text]?.stringValue else { continue }
      let result: String?
      switch event.type {
      case .contactConnected:
        result = event.data[FieldName.party.text]?.stringValue.map { choiceText($0, language) }
      case .contactOutcome, .contactFailed:
        result = event.data[FieldName.code.text]?.stringValue
      case .contactDelivered: result = say("delivered", "entregado")
      default: continue
      }
      if let result { results["\(event.stream) \(contact)", default: []].append(result) }
    }
    return results
  }

  private func verdict(_ verdict: ConductReport.Verdict?) -> HTMLWriter.Cell {
    switch verdict {
    case .allowed: .mark(say("kept", "cumple"), isGood: true)
    case .warned: .text(say("doubtful", "con reparos"))
    case .blocked: .mark(say("broken", "infringe"), isGood: false)
    case .unjudged: .text(say("no policy in force", "sin política vigente"))
    case nil: .text("–")
    }
  }

  /// `PE-HRS (block): time=20:15:00; Ley 29571 art. 62.b; known then`.
  private func line(_ violation: ConductReport.Violation) -> String {
    let known =
      violation.wasKnown
      ? say("known then", "conocido entonces") : say("known later", "conocido después")
    let effect = violation.verdict == .block ? say("blocks", "bloquea") : say("warns", "advierte")
    return "\(violation.rule) \(violation.policy)/\(violation.version) (\(effect)): "
      + "\(violation.inputs); \(violation.citation); \(known)"
  }

  /// Requests about personal data, each with its last day and what became of it.
  func writeRequests(_ html: inout HTMLWriter) {
    html.table(
      say("Requests about personal data", "Solicitudes sobre datos personales"),
      heads: [
        "#", say("request", "solicitud"), say("right", "derecho"), say("filed", "presentada"),
        say("last day", "último día"), say("state", "estado"), say("answered", "atendida"),
        say("source", "norma"),
      ],
      rows: package.requests.map { request in
        [
          proof(request.seq), .text(request.id), .text(request.right.text[language]),
          .time(request.filedOn.text), .time((request.dueOn ?? request.statedDueOn).text),
          .text(request.state.text[language]), .time(request.answeredOn?.text ?? ""),
          .text(request.source),
        ]
      })
  }
}

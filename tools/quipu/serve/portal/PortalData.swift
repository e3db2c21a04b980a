internal import Collections
internal import Ledger
internal import Projections

/// What is kept about her, in clear: what `quipu subject` knows, as the package of the right of access has it.
enum PortalData {
  static let route = Route(
    "GET", "/me", "getPortalData",
    Text("what is kept about her", "qué se guarda de ella"),
    permission: nil, isPage: true, answers: [.page], problems: [401, 429],
    .aside { exchange in
      let visit = try exchange.visit()
      let view = try visit.service.view()
      let report = try visit.service.books.read { model in
        try SubjectReport(visit.subject, model, view, on: visit.today)
      }
      return try response(visit, report)
    })

  private static func response(
    _ visit: PortalVisit, _ report: SubjectReport
  ) throws -> HTTPResponse {
    let page = PortalPage(
      visit.exchange, Text("My data", "Mis datos"),
      lead: Text(
        "What is kept about you, as of \(visit.today.spoken(.english)).",
        "Lo que se guarda de usted, al \(visit.today.spoken(.spanish))."))
    return try page.response { html in
      html.paragraph(
        visit.say(
          "Your name, document, numbers and addresses, and notes about you, are kept sealed: they are "
            + "not shown on any page. You get them whole, opened for you, by asking for your data.",
          "Su nombre, documento, números, direcciones y las notas sobre usted se guardan sellados: no "
            + "se muestran en ninguna página. Los recibe completos, abiertos para usted, al pedir sus "
            + "datos."))
      writePerson(visit, report.facts, &html)
      writeReach(visit, report, &html)
      writeStanding(visit, report.facts, &html)
      try PortalDecision.write(visit, &html)
      writeRequests(visit, report, &html)
      writeRetention(visit, report, &html)
    }
  }

  private static func writePerson(
    _ visit: PortalVisit, _ facts: PersonFacts, _ html: inout HTMLWriter
  ) {
    html.element("h2", visit.say("About me", "Sobre mí"))
    html.element("dl") { html in
      html.line(visit.say("Known here as", "Conocida aquí como"), facts.subject)
      if let decade = facts.birthDecade {
        html.line(visit.say("Decade of birth", "Década de nacimiento"), "\(decade)")
      }
      if !facts.region.isEmpty { html.line(visit.say("Region", "Región"), facts.region) }
      if !facts.language.isEmpty { html.line(visit.say("Language", "Idioma"), facts.language) }
      for link in facts.accounts {
        html.line(
          visit.say("Account, as ", "Cuenta, como ") + link.role.text[visit.language], link.account)
      }
    }
  }

  private static func writeReach(
    _ visit: PortalVisit, _ report: SubjectReport, _ html: inout HTMLWriter
  ) {
    let (facts, language) = (report.facts, visit.language)
    func channel(_ channel: ContactChannel?) -> String {
      channel.map { choiceText("\($0)", language) } ?? visit.say("all", "todos")
    }
    html.element("h2", visit.say("How I may be reached", "Cómo se me puede contactar"))
    html.element("dl") { html in
      for point in facts.points {
        let state =
          point.isValid
          ? point.isAgreed ? Text("agreed", "aceptado") : Text("not agreed", "no aceptado")
          : Text("not valid any more", "ya no vale")
        html.line(
          choiceText("\(point.kind)", language), recorded(state[language], point.seq, visit))
      }
      for consent in facts.consents {
        let state =
          consent.revokedOn.map {
            Text(
              "taken back on \($0.spoken(.english))", "retirado el \($0.spoken(.spanish))")
          }
          ?? Text(
            "given on \(consent.on.spoken(.english))", "dado el \(consent.on.spoken(.spanish))")
        html.line(
          visit.say("Consent: ", "Consentimiento: ") + choiceText(consent.purpose, language),
          recorded(state[language], consent.seq, visit))
      }
      for wish in facts.optOuts + facts.ceaseContact {
        html.line(
          visit.say("Not to be written to by: ", "No contactar por: ") + channel(wish.channel),
          recorded(wish.on.spoken(language), wish.seq, visit))
      }
      for preference in facts.preferences {
        html.line(
          visit.say("Preferred hours: ", "Horas preferidas: ") + channel(preference.channel),
          recorded(
            preference.windows.map(\.text).joined(separator: "; "), preference.seq, visit))
      }
    }
  }

  private static func writeStanding(
    _ visit: PortalVisit, _ facts: PersonFacts, _ html: inout HTMLWriter
  ) {
    let language = visit.language
    let noted = [
      (Text("Dispute", "Disputa"), facts.disputes),
      (Text("Complaint", "Reclamo"), facts.complaints),
      (Text("Collection stopped", "Cobranza detenida"), facts.collectionHolds),
    ]
    // Others may have said it of an account that she owes or vouches for too.
    let heading = Text("What is noted about my accounts", "Lo que consta de mis cuentas")
    if noted.contains(where: { !$0.1.isEmpty }) || facts.hardship != nil {
      html.element("h2", heading[language])
      html.element("dl") { html in
        if let hardship = facts.hardship {
          html.line(
            visit.say("Hardship, since", "Dificultad para pagar, desde el"),
            recorded(hardship.from.spoken(language), hardship.seq, visit))
        }
        write(noted, visit, &html)
      }
    }
    guard !facts.legalHolds.isEmpty else { return }
    html.element("h2", visit.say("What the law has us keep", "Lo que la ley obliga a conservar"))
    html.element("dl") { html in
      write([(Text("Legal hold", "Retención legal"), facts.legalHolds)], visit, &html)
    }
  }

  private static func write(
    _ groups: [(name: Text, holds: [PersonFacts.Hold])], _ visit: PortalVisit,
    _ html: inout HTMLWriter
  ) {
    let language = visit.language
    for (name, holds) in groups {
      for hold in holds {
        html.line(
          name[language] + (hold.kind.isEmpty ? "" : ": " + choiceText(hold.kind, language)),
          recorded(hold.on.spoken(language), hold.seq, visit))
      }
    }
  }

  private static func writeRequests(
    _ visit: PortalVisit, _ report: SubjectReport, _ html: inout HTMLWriter
  ) {
    html.element("h2", visit.say("What I have asked for", "Lo que he pedido"))
    guard !report.requests.isEmpty else {
      return html.nothing(
        visit.say(
          "You have made no request about your data.", "No ha hecho pedidos sobre sus datos."))
    }
    html.element("dl") { html in
      for request in report.requests {
        let due = request.dueOn ?? request.statedDueOn
        html.line(
          request.right.text[visit.language],
          visit.say(
            "asked on \(request.filedOn.spoken(.english)), to be answered by "
              + "\(due.spoken(.english)), record no. \(grouped(request.seq))",
            "pedido el \(request.filedOn.spoken(.spanish)), con respuesta hasta el "
              + "\(due.spoken(.spanish)), registro n.º \(grouped(request.seq))"))
      }
    }
  }

  private static func writeRetention(
    _ visit: PortalVisit, _ report: SubjectReport, _ html: inout HTMLWriter
  ) {
    html.element("h2", visit.say("How long it is kept", "Hasta cuándo se guarda"))
    let bindings = report.retention.bindings
    guard let first = bindings.first else {
      return html.nothing(
        visit.say(
          "Nothing obliges us to keep your data: you may have it erased.",
          "Nada obliga a conservar sus datos: puede pedir que se supriman."))
    }
    let free = RetentionSchedule.freeOn(bindings)
    let why: String =
      switch first.ground {
      case "open-account":
        visit.say("the account \(first.about) is open", "la cuenta \(first.about) está abierta")
      case "legal-hold":
        visit.say("a legal hold, \(first.about)", "una retención legal, \(first.about)")
      default: "\(first.source), \(first.about)"
      }
    html.paragraph(
      visit.say("It has to be kept: ", "Deben conservarse: ") + why
        + (free.map {
          visit.say("; until \($0.spoken(.english)).", "; hasta el \($0.spoken(.spanish)).")
        } ?? "."))
  }

  /// A value with the record it comes from.
  private static func recorded(_ value: String, _ seq: Int64, _ visit: PortalVisit) -> String {
    value + visit.say(", record no. \(grouped(seq))", ", registro n.º \(grouped(seq))")
  }
}

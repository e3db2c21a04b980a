internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// What a program alone decided about her on an account she owes, with its reasons, and whether she asked a
/// person to look at it.
struct PortalDecision {
  let account: PortalAccount
  let made: AccountHistory.Event
  let id: String
  /// The day she contested it.
  let contestedOn: CivilDate?

  /// All of them, the latest first. O(events of her accounts).
  static func all(_ visit: PortalVisit) throws -> [PortalDecision] {
    var found: [PortalDecision] = []
    for (place, link) in visit.accounts.enumerated() where link.role == .debtor {
      let account = try PortalAccount(visit, "\(place + 1)")
      let contests = account.standing(.decisionContested)
      for made in account.standing(.decisionMade)
      where made.data["automated"]?.boolValue == true && !made.isLater {
        guard let id = made.data["decision"]?.stringValue else { continue }
        let contest = contests.first {
          $0.seq > made.seq && $0.data["decision"]?.stringValue == id
        }
        found.append(
          PortalDecision(account: account, made: made, id: id, contestedOn: contest?.effective))
      }
    }
    return found.sorted { $0.made.seq > $1.made.seq }
  }

  /// Its way in the portal.
  var path: String { "/decisions/\(made.seq)" }

  /// Why, in words: those of the step that was proposed that day, and the score it rests on.
  var reasons: [Text] {
    let proposal = account.standing(.actionProposed).last {
      $0.data["asOf"]?.stringValue == made.effective.text && $0.seq < made.seq
        && $0.cause == made.cause
    }
    var reasons = (proposal?.data["reasons"]?.arrayValue ?? []).compactMap(\.stringValue)
      .map(ActionReasonText.text)
    for seq in (made.data["basis"]?.arrayValue ?? []).compactMap(\.integerValue) {
      guard let score = account.events[seq], score.type == .scoreRecorded,
        let points = score.data["points"]?.integerValue
      else { continue }
      reasons.append(
        Text(
          "a score of \(points) points, \(account.origin(seq))",
          "un puntaje de \(points) puntos, \(account.origin(seq))"))
    }
    return reasons
  }

  func write(_ html: inout HTMLWriter) {
    html.element("p") {
      $0.element(
        "strong",
        account.say(
          "On \(made.effective.spoken(.english)) a program chose what we propose to you on \(account.report.account).",
          "El \(made.effective.spoken(.spanish)) un programa eligió qué proponerle en \(account.report.account)."
        ))
    }
    let reasons = reasons
    if !reasons.isEmpty {
      html.paragraph(account.say("Because of:", "Por:"))
      html.element("ul") { html in
        for reason in reasons { html.element("li", reason[account.visit.language]) }
      }
    }
    html.paragraph(account.origin(made.seq), isNote: true)
  }

  /// The section of her data, and nothing where no program decided anything.
  static func write(_ visit: PortalVisit, _ html: inout HTMLWriter) throws {
    let decisions = try all(visit)
    guard !decisions.isEmpty else { return }
    html.element("h2", visit.say("What programs decided about me", "Lo que programas decidieron"))
    for decision in decisions {
      decision.write(&html)
      html.element("p") { html in
        if let day = decision.contestedOn {
          html.words(
            visit.say(
              "You asked a person to look at it on \(day.spoken(.english)).",
              "Pidió que lo revise una persona el \(day.spoken(.spanish))."))
        } else {
          html.link(
            decision.path,
            visit.say("Have a person look at it", "Que lo revise una persona"))
        }
      }
    }
  }
}

/// That a person is to look at one decision of a program: it is contested, and asked for as a right, with
/// the day by which it is answered.
enum DecisionForm {
  static let form = PortalForm(
    path: "/decisions/{decision}", name: "Decision",
    doc: Text("contest a decision", "impugnar una decisión"),
    page: { try page($0) }, act: { try act($0) })

  /// The decision the path names. Throws ``Problem`` 404 for none of hers.
  private static func decision(_ occasion: PortalOccasion) throws -> PortalDecision {
    let seq = occasion.exchange.pathValue("decision")
    let found = try PortalDecision.all(occasion.visit).first { "\($0.made.seq)" == seq }
    guard let found else { throw Problem.noSuchPage }
    return found
  }

  private static func page(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let decision = try decision(occasion)
    return try occasion.page(
      Text("Have a person look at it", "Que lo revise una persona"),
      lead: decision.contestedOn.map {
        Text(
          "You asked for this on \($0.spoken(.english)).", "Ya lo pidió el \($0.spoken(.spanish)).")
      }
        ?? Text(
          "You need give no reason. A person looks at it again and answers you.",
          "No tiene que dar razones. Una persona lo revisa y le responde."),
      back: ("/me", Text("My data", "Mis datos"))
    ) { html in
      decision.write(&html)
      guard decision.contestedOn == nil else { return }
      try html.act(
        decision.path, occasion.visit, occasion.say("Ask for it", "Pedirlo")
      ) { html in
        occasion.words(
          &html, "words",
          occasion.say("What we should know (optional)", "Lo que debemos saber (opcional)"))
      }
    }
  }

  private static func act(_ occasion: PortalOccasion) throws -> PortalAct {
    let decision = try decision(occasion)
    if let day = decision.contestedOn {
      throw FormFault(
        "",
        Text(
          "You asked for this on \(day.spoken(.english)) already.",
          "Ya lo pidió el \(day.spoken(.spanish))."))
    }
    let account = decision.account
    let request = try DataForm.request(.objectiveTreatment, occasion)
    return PortalAct(
      drafts: [
        occasion.draft(
          .decisionContested, on: account.report.account, at: account.nextPosition,
          ["decision": .string(decision.id)]),
        request.draft,
      ] + occasion.message("words", on: account.report.account),
      what: Text(
        "A person will look at this decision. Your request's number is \(request.id).",
        "Una persona revisará esta decisión. El número de su pedido es \(request.id)."),
      whatFollows: [request.term], until: nil)
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Command {
  static let person = Command(
    "subject", Text("what is known of a person", "qué se sabe de una persona"),
    details: Text(
      "Everything the ledger knows of her in clear, on a day and as known at some moment: accounts and "
        + "roles, how she may be reached and by what she agreed to, consents, wishes, hardship, holds, "
        + "requests, what binds her data. Names, numbers and notes are sealed: `quipu unseal` opens "
        + "them, with a role and a purpose.",
      "Todo lo que el libro sabe de ella en claro, a un día y según lo conocido en algún momento: "
        + "cuentas y roles, cómo se le puede contactar y qué aceptó, consentimientos, deseos, "
        + "vulnerabilidad, retenciones, solicitudes, qué obliga a conservar sus datos. Nombres, números y "
        + "notas están sellados: `quipu unseal` los abre, con un rol y una finalidad."),
    arguments: [.person], options: [.on, .knownAt, .fromScratch],
    examples: [
      Example("quipu subject S-1", Text("now", "ahora")),
      Example(
        "quipu subject S-1 --on 2026-03-02 --known-at 4711",
        Text("as known at 4711 events", "según los primeros 4711 eventos")),
    ]
  ) { invocation in
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let id = invocation.required(.person)
    let model = try invocation.readModel(of: view, at: size).model
    guard let facts = model.people.facts(of: id, on: day, knownAt: size) else {
      throw Failure.unknownSubject(id, on: day, knownAt: size)
    }
    let calendar = model.accounts.calendar(on: day, knownAt: size)
    let requests = RequestList(
      model.people, calendar, jurisdiction: view.identity.jurisdiction, subject: id, on: day,
      knownAt: size)
    let bindings = RetentionSchedule(jurisdiction: view.identity.jurisdiction).bindings(
      of: facts, model.accounts.retained(facts, on: day, knownAt: size), on: day)
    let report = SubjectReport(
      facts: facts, requests: requests.rows,
      retention: RetainedPerson(facts: facts, bindings: bindings),
      revocationDays: requests.terms?.revocation, calendar: calendar)
    if invocation.console.json {
      try invocation.console.print(report.json(on: day, knownAt: size))
    } else {
      try SubjectText(report, invocation.console).print(on: day, knownAt: size)
    }
    return .done
  }
}

/// Everything known in clear of one person.
struct SubjectReport {
  var facts: PersonFacts
  var requests: [DataRequest]
  var retention: RetainedPerson
  /// Business days within which a revoked consent is to have taken effect.
  var revocationDays: Int?
  var calendar: BusinessCalendar

  /// The last day by which a revoked consent has to have taken effect; nil where none is said.
  func honouredBy(_ consent: PersonFacts.Consent) -> CivilDate? {
    guard let on = consent.revokedOn, let days = revocationDays else { return nil }
    return calendar.adding(businessDays: days, to: on)
  }
}

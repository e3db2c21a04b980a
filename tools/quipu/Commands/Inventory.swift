internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Command {
  static let inventory = Command(
    "inventory", Text("the register of processing", "el registro de tratamientos"),
    details: Text(
      "What data the ledger holds of people, for what, on what ground, how long and who got it: from "
        + "the catalogue of events, the rules of retention and the disclosures recorded. § marks "
        + "sealed fields. Counsel must confirm grounds and terms.",
      "Qué datos de personas contiene el libro, para qué, con qué fundamento, cuánto tiempo y quién "
        + "los recibió: del catálogo de eventos, las reglas de conservación y las transferencias "
        + "registradas. § marca campos sellados. Un abogado debe confirmar fundamentos y plazos."),
    options: [.on, .knownAt, .fromScratch],
    examples: [
      Example("quipu inventory", Text("to read", "para leer")),
      Example("quipu inventory --json > register.json", Text("to hand over", "para entregar")),
    ]
  ) { invocation in
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    let custody = try CustodyBook(of: view, upTo: size, on: day)
    let schedule = RetentionSchedule(jurisdiction: view.identity.jurisdiction)
    let told = custody.entries.filter { $0.type != .personalDataAccessed && !$0.party.isEmpty }
      .map { $0.country.isEmpty ? $0.party : "\($0.party) (\($0.country))" }
    let recipients = Set(told + model.accounts.partners(on: day, knownAt: size)).sorted()
    let console = invocation.console
    let rows = ProcessingRegister.activities.map { activity in
      InventoryRow(activity, model.counts, schedule)
    }
    if console.json {
      try console.print(
        .object([
          "on": .string(day.text), "knownAt": .object(["size": .integer(size)]),
          "people": .integer(Int64(model.people.count)),
          "recipients": .array(recipients.map { .string($0) }),
          "activities": .array(rows.map { $0.json(console.language) }),
        ]))
      return .done
    }
    for row in rows {
      let activity = row.activity
      try console.print(
        row.title
          + (activity.isSensitive ? Text("  (sensitive data)", "  (datos sensibles)") : ""))
      try console.print(Text("  for       ", "  para      ") + row.purpose)
      try console.print(Text("  ground    ", "  base      ") + Text(same: activity.ground))
      try console.print(Text("  kept      ", "  plazo     ") + row.kept)
      try console.print(
        Text("  events    ", "  eventos   ") + Text(same: grouped(row.events)))
      if !activity.sealed.isEmpty {
        try console.print(
          Text("  sealed §  ", "  sellado § ") + Text(same: activity.sealed.joined(separator: ", "))
        )
      }
      try console.print("")
    }
    try console.print(
      Text("recipients: ", "destinatarios: ")
        + (recipients.isEmpty
          ? Text("none recorded", "ninguno registrado")
          : Text(same: recipients.joined(separator: "; "))))
    return .done
  }
}

/// One activity of the register, with what the ledger holds of it.
struct InventoryRow {
  let activity: ProcessingRegister.Activity
  let rules: [RetentionSchedule.Rule]
  /// How many of its events there are.
  let events: Int64

  init(
    _ activity: ProcessingRegister.Activity, _ counts: EventCounts, _ schedule: RetentionSchedule
  ) {
    self.activity = activity
    rules = schedule.rules.filter { $0.category == activity.category }
    events = activity.types.reduce(0) { $0 + counts[$1] }
  }

  var kept: Text {
    rules.reduce(Text("")) { text, rule in
      text + (text == "" ? "" : "; ")
        + Text(
          "\(rule.years) years, \(rule.id), \(rule.source)",
          "\(rule.years) años, \(rule.id), \(rule.source)")
    }
  }

  func json(_ language: Language) -> JSONValue {
    .object([
      "activity": .string(activity.group.title), "title": .string(title[language]),
      "purpose": .string(purpose[language]), "ground": .string(activity.ground),
      "isSensitive": .bool(activity.isSensitive), "events": .integer(events),
      "types": .array(activity.types.map { .string($0.name) }),
      "sealed": .array(activity.sealed.map { .string($0) }),
      "retention": .array(
        rules.map { rule in
          .object([
            "rule": .string(rule.id), "years": .integer(Int64(rule.years)),
            "source": .string(rule.source),
          ])
        }),
    ])
  }

  var title: Text {
    switch activity.group {
    case .ledger: Text("Ledger", "Libro")
    case .accounts: Text("Accounts", "Cuentas")
    case .payments: Text("Payments", "Pagos")
    case .promises: Text("Promises", "Promesas")
    case .restructurings: Text("Restructurings", "Reestructuraciones")
    case .contacts: Text("Contacts", "Contactos")
    case .people: Text("People", "Personas")
    case .hardship: Text("Hardship and disputes", "Vulnerabilidad y disputas")
    case .scores: Text("Scores and decisions", "Puntajes y decisiones")
    case .dataProtection: Text("Data protection", "Protección de datos")
    case .operations: Text("Operations", "Operaciones")
    }
  }

  var purpose: Text {
    switch activity.group {
    case .ledger: ""
    case .accounts, .payments, .promises, .restructurings:
      Text("to keep and collect the debt as agreed", "llevar y cobrar la deuda como se pactó")
    case .contacts:
      Text(
        "to reach the debtor, and to prove how he was treated",
        "contactar al deudor y probar cómo se le trató")
    case .people:
      Text(
        "to know whom to speak with, how, and what she agreed to",
        "saber con quién hablar, cómo y qué consintió")
    case .hardship:
      Text(
        "to treat people in difficulty with care, and to answer disputes",
        "tratar con cuidado a personas en dificultad y resolver disputas")
    case .scores: Text("to order the work of collecting", "ordenar el trabajo de cobranza")
    case .dataProtection:
      Text("to answer for what is done with personal data", "responder por el uso de los datos")
    case .operations: Text("to account for the work", "rendir cuentas del trabajo")
    }
  }
}

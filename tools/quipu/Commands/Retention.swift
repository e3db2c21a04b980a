internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let dueForErasure = Option(
    "due",
    doc: Text(
      "only people whose data nothing binds any more",
      "solo personas cuyos datos ya nada obliga a conservar"))

  static let schedule = Option(
    "schedule", doc: Text("the rules themselves", "las reglas mismas"))
}

extension Command {
  static let retention = Command(
    "retention",
    Text(
      "what has to be kept, and what is due for erasure", "qué debe conservarse y qué toca suprimir"
    ),
    details: Text(
      "For each person what stands against an erasure: an account that is open, a rule of retention "
        + "counted from its closing, a legal hold. Who has none is due for erasure. Each rule names its "
        + "source; counsel must confirm it before it is relied on.",
      "Por persona, lo que impide suprimir sus datos: una cuenta abierta, una regla de conservación "
        + "contada desde su cierre, una retención legal. Quien no tiene nada está por suprimir. Cada "
        + "regla nombra su fuente; un abogado debe confirmarla antes de usarla."),
    arguments: [.someSubject],
    options: [.on, .knownAt, .dueForErasure, .schedule, .fromScratch],
    examples: [
      Example("quipu retention --due", Text("whom to erase", "a quién suprimir")),
      Example(
        "quipu retention S-1 --on 2036-01-01",
        Text("what still binds then", "qué obliga todavía ese día")),
    ]
  ) { try RetentionRun($0).run() }
}

/// What binds one person's data.
struct RetainedPerson {
  var facts: PersonFacts
  var bindings: [RetentionSchedule.Binding]

  /// Whether nothing stands against an erasure, and there is something to erase.
  var isDue: Bool { bindings.isEmpty && facts.erased == nil && facts.registered != nil }

  var json: JSONValue {
    .object([
      "subject": .string(facts.subject), "isDue": .bool(isDue),
      "isErased": .bool(facts.erased != nil),
      "freeOn": RetentionSchedule.freeOn(bindings).map { .string($0.text) } ?? .null,
      "bindings": .array(
        bindings.map { binding in
          .object([
            "ground": .string(binding.ground), "about": .string(binding.about),
            "until": binding.until.map { .string($0.text) } ?? .null,
            "source": .string(binding.source),
          ])
        }),
    ])
  }
}

/// One run of `retention`.
private struct RetentionRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let view = try invocation.openView()
    let schedule = RetentionSchedule(jurisdiction: view.identity.jurisdiction)
    if invocation.has(.schedule) { return try show(schedule) }
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    var people: [RetainedPerson] = []
    if let subject = invocation.argument(.someSubject) {
      guard let facts = model.people.facts(of: subject, on: day, knownAt: size) else {
        throw Failure.unknownSubject(subject, on: day, knownAt: size)
      }
      people = [retained(facts, model, schedule, on: day)]
    } else {
      for number in model.people.subjects.sorted() {
        guard let facts = model.people.facts(ofPerson: number, on: day, knownAt: size) else {
          continue
        }
        people.append(retained(facts, model, schedule, on: day))
      }
    }
    if invocation.has(.dueForErasure) { people.removeAll { !$0.isDue } }
    try print(people, on: day, knownAt: size)
    return .done
  }

  private func retained(
    _ facts: PersonFacts, _ model: ReadModel, _ schedule: RetentionSchedule, on day: CivilDate
  ) -> RetainedPerson {
    let accounts = model.accounts.retained(facts, on: day, knownAt: model.size)
    return RetainedPerson(facts: facts, bindings: schedule.bindings(of: facts, accounts, on: day))
  }

  private func print(_ people: [RetainedPerson], on day: CivilDate, knownAt size: Int64) throws {
    let console = invocation.console
    if console.json {
      return try console.print(
        .object([
          "on": .string(day.text), "knownAt": .object(["size": .integer(size)]),
          "people": .array(people.map(\.json)),
        ]))
    }
    guard !people.isEmpty else {
      return try console.print(Text("nobody, ", "nadie, ") + asOf(day, knownAt: size))
    }
    var table = Table([
      .init(Text("subject", "persona")), .init(Text("ground", "fundamento")),
      .init(Text("about", "sobre")), .init(Text("until", "hasta")),
      .init(Text("source", "fuente")),
    ])
    for person in people {
      let subject = person.facts.subject
      if person.bindings.isEmpty {
        let state =
          person.facts.erased != nil
          ? Text("erased", "suprimida")
          : person.isDue
            ? Text("due for erasure", "por suprimir")
            : Text("nothing to erase", "nada que suprimir")
        table.add([subject, state[console.language], "", "", ""])
      }
      for binding in person.bindings {
        table.add([
          subject, binding.ground, binding.about, binding.until?.text ?? "–", binding.source,
        ])
      }
    }
    try console.print(table)
  }

  private func show(_ schedule: RetentionSchedule) throws -> ExitCode {
    let console = invocation.console
    if console.json {
      try console.print(
        .object([
          "rules": .array(
            schedule.rules.map { rule in
              .object([
                "rule": .string(rule.id), "category": .string(rule.category.rawValue),
                "years": .integer(Int64(rule.years)), "source": .string(rule.source),
              ])
            })
        ]))
      return .done
    }
    var table = Table([
      .init(Text("rule", "regla")), .init(Text("data", "datos")),
      .init(Text("years", "años"), .right),
      .init(Text("source", "fuente")),
    ])
    for rule in schedule.rules {
      table.add([
        rule.id, rule.category.text[console.language], "\(rule.years)", rule.source,
      ])
    }
    try console.print(table)
    return .done
  }
}

extension Invocation {
  /// Tells why a person's data must be kept, in words that name nobody: the rule that binds longest.
  func retentionGround() throws -> @Sendable (PersonFacts, CivilDate) -> String? {
    let view = try openView()
    let schedule = RetentionSchedule(jurisdiction: view.identity.jurisdiction)
    let (accounts, size) = (try readModel(of: view, at: view.size).model.accounts, view.size)
    return { facts, date in
      let retained = accounts.retained(facts, on: date, knownAt: size)
      let bindings = schedule.bindings(of: facts, retained, on: date)
      let longest = bindings.max { ($0.until?.days ?? .max) < ($1.until?.days ?? .max) }
      return longest.map { binding in
        binding.ground + (binding.about.isEmpty ? "" : " (\(binding.about))")
          + (binding.until.map { " until \($0.text)" } ?? "")
      }
    }
  }
}

extension RetentionSchedule.Category {
  var text: Text {
    switch self {
    case .debt: Text("debts and payments", "deudas y pagos")
    case .contact: Text("contacts", "contactos")
    case .identity: Text("identity and contact points", "identidad y medios de contacto")
    case .rights: Text("hardship, disputes, complaints", "vulnerabilidad, disputas, reclamos")
    case .custody: Text("requests, accesses, disclosures", "solicitudes, accesos, transferencias")
    case .model: Text("scores and decisions", "puntajes y decisiones")
    }
  }
}

extension Failure {
  /// Nobody of that id is known by then, as known then.
  static func unknownSubject(_ id: String, on day: CivilDate, knownAt size: Int64) -> Failure {
    Failure(
      .refused, "unknown_subject",
      Text(
        "nobody of the id \(id) was known on \(day.text), as known at \(size) events",
        "no se conocía a nadie con el id \(id) el \(day.text), según los primeros \(size) eventos"),
      [Detail("value", id), Detail("expected", "the id alone, as in subject/ID")])
  }
}

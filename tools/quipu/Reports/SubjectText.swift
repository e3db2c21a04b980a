internal import Collections
internal import Ledger

/// What is known in clear of one person, for a reader at a terminal.
struct SubjectText {
  private let report: SubjectReport
  private let console: Console
  private var facts: PersonFacts { report.facts }

  init(_ report: SubjectReport, _ console: Console) {
    self.report = report
    self.console = console
  }

  func print(on day: CivilDate, knownAt size: Int64) throws {
    try console.print(Text(same: "\(facts.subject), ") + asOf(day, knownAt: size))
    try printPerson(on: day)
    try printReach()
    try printStanding()
    try printBindings()
    if !report.requests.isEmpty {
      try console.print("")
      try RequestText(console).print(report.requests, nil, on: day, knownAt: size)
    }
  }

  /// What was sealed, opened.
  func print(_ events: [UnsealedEvent]) throws {
    var table = Table([
      .init(Text("seq", "seq"), .right), .init(Text("effective", "vigente")),
      .init(Text("event", "evento")), .init(Text("field", "campo")), .init(Text("value", "valor")),
    ])
    for event in events {
      let values = event.values
      if values.isEmpty {
        table.add([
          "\(event.seq)", event.effective, event.type.name, "",
          Text("(erased)", "(suprimido)")[console.language],
        ])
      }
      for (name, value) in values {
        table.add(["\(event.seq)", event.effective, event.type.name, name, value])
      }
    }
    guard !table.isEmpty else { return }
    try console.print("")
    try console.print(table)
  }

  private func printPerson(on day: CivilDate) throws {
    var words: [Text] = []
    if let decade = facts.birthDecade {
      words.append(Text("born in the \(decade)s", "nacida en los años \(decade)"))
    }
    if !facts.region.isEmpty {
      words.append(Text("lives in \(facts.region)", "vive en \(facts.region)"))
    }
    if !facts.language.isEmpty {
      words.append(Text("speaks \(facts.language)", "habla \(facts.language)"))
    }
    if facts.registered == nil { words.append(Text("not registered", "sin registrar")) }
    let line = words.map { $0[console.language] }.joined(separator: ", ")
    if !line.isEmpty { try console.print(line) }
    if let death = facts.deceased {
      try console.print(Text("DECEASED on \(death.on.text)", "FALLECIDA el \(death.on.text)"))
    }
    if let erased = facts.erased {
      try console.print(
        Text(
          "ERASED on \(erased.on.text): what was sealed can no longer be opened",
          "SUPRIMIDA el \(erased.on.text): lo sellado ya no puede abrirse"))
    }
    if let blocked = facts.processingBlocked {
      try console.print(
        Text("PROCESSING BLOCKED since ", "TRATAMIENTO BLOQUEADO desde ")
          + Text(same: blocked.on.text)
          + (blocked.name.isEmpty
            ? "" : Text(", request \(blocked.name)", ", solicitud \(blocked.name)")))
    }
    if let other = facts.representative {
      try console.print(
        Text(
          "represented by \(other.name) since \(other.on.text)",
          "representada por \(other.name) desde \(other.on.text)"))
    }
    if let found = facts.vulnerability {
      let review =
        found.isReviewDue(on: day)
        ? Text("review due", "revisión pendiente")
        : Text(
          "next review \(found.nextReview?.text ?? "")",
          "próxima revisión \(found.nextReview?.text ?? "")")
      try console.print(
        Text("vulnerability: ", "vulnerabilidad: ") + Text(same: "\(found.level), ") + review)
    }
    if let hardship = facts.hardship {
      try console.print(
        Text("hardship since ", "dificultad desde ") + Text(same: hardship.from.text))
    }
  }

  /// Accounts, contact points, consents and wishes.
  private func printReach() throws {
    var table = Table([
      .init(Text("what", "qué")), .init(Text("which", "cuál")), .init(Text("state", "estado")),
      .init(Text("seq", "seq"), .right),
    ])
    let language = console.language
    for link in facts.accounts {
      table.add([
        Text("account", "cuenta")[language], link.account, link.role.text[language], "\(link.seq)",
      ])
    }
    for point in facts.points {
      let state =
        point.isValid
        ? point.isAgreed ? Text("agreed", "aceptado") : Text("not agreed", "no aceptado")
        : Text("invalid", "inválido")
      table.add([
        "\(point.kind)", "\(point.id), \(point.localZone)", state[language], "\(point.seq)",
      ])
    }
    for consent in facts.consents {
      let until = report.honouredBy(consent).map {
        Text(", to be honoured by \($0.text)", ", con efecto hasta el \($0.text)")
      }
      let state =
        consent.revokedOn.map {
          Text("revoked on \($0.text)", "revocado el \($0.text)") + (until ?? "")
        } ?? Text("given on \(consent.on.text)", "dado el \(consent.on.text)")
      table.add([
        Text("consent", "consentimiento")[language],
        consent.purpose + (consent.channel.map { ", \($0)" } ?? ""), state[language],
        "\(consent.seq)",
      ])
    }
    for wish in facts.optOuts + facts.ceaseContact {
      table.add([
        Text("no contact", "sin contacto")[language],
        (wish.channel.map { "\($0)" } ?? Text("any", "ninguno")[language])
          + (wish.point.map { ", \($0)" } ?? ""), wish.on.text, "\(wish.seq)",
      ])
    }
    for preference in facts.preferences {
      table.add([
        Text("prefers", "prefiere")[language], "\(preference.channel)",
        preference.windows.map(\.text).joined(separator: "; "), "\(preference.seq)",
      ])
    }
    guard !table.isEmpty else { return }
    try console.print("")
    try console.print(table)
  }

  /// Holds, disputes, complaints and moratoriums.
  private func printStanding() throws {
    var table = Table([
      .init(Text("what", "qué")), .init(Text("id", "id")), .init(Text("kind", "tipo")),
      .init(Text("account", "cuenta")), .init(Text("since", "desde")),
      .init(Text("seq", "seq"), .right),
    ])
    let language = console.language
    let groups = [
      (Text("legal hold", "retención legal"), facts.legalHolds),
      (Text("hold", "retención"), facts.collectionHolds),
      (Text("dispute", "disputa"), facts.disputes),
      (Text("complaint", "reclamo"), facts.complaints),
    ]
    for (what, holds) in groups {
      for hold in holds {
        table.add([
          what[language], hold.id, hold.kind, hold.account ?? "", hold.on.text, "\(hold.seq)",
        ])
      }
    }
    for moratorium in facts.moratoriums {
      table.add([
        Text("moratorium", "moratoria")[language], "", moratorium.kind, moratorium.account ?? "",
        "\(moratorium.from.text) – \(moratorium.to.text)", "\(moratorium.seq)",
      ])
    }
    guard !table.isEmpty else { return }
    try console.print("")
    try console.print(table)
  }

  private func printBindings() throws {
    guard facts.erased == nil else { return }
    let bindings = report.retention.bindings
    try console.print("")
    guard let first = bindings.first else {
      return try console.print(
        Text(
          "nothing binds her data: due for erasure",
          "nada obliga a conservar sus datos: por suprimir"))
    }
    let free = RetentionSchedule.freeOn(bindings)
    try console.print(
      Text("her data has to be kept: ", "sus datos deben conservarse: ")
        + Text(same: "\(first.ground), \(first.about)")
        + (free.map { Text("; free on \($0.text)", "; libres el \($0.text)") } ?? ""))
  }
}

extension SubjectRole {
  var text: Text {
    switch self {
    case .debtor: Text("debtor", "deudora")
    case .guarantor: Text("guarantor", "garante")
    case .representative: Text("representative", "representante")
    }
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let linkAction = Argument(
    Text("SUBJECT|list|revoke", "PERSONA|list|revoke"), .identifier,
    doc: Text(
      "whom the link lets in; list: the links there are; revoke: take one back",
      "a quién deja entrar el enlace; list: ver los que hay; revoke: retirar uno"))

  static let linkName = Argument(
    Text("ID", "ID"), .identifier, optional: true,
    doc: Text(
      "with revoke: which one, as list shows it", "con revoke: cuál, como lo muestra list"))
}

extension Option {
  static let linkFor = Option(
    "for", Text("WHAT", "QUÉ"), .choices(["portal"]), standard: "portal",
    doc: Text("what the link leads to", "adónde lleva el enlace"))

  static let linkExpires = Option(
    "expires", Text("72h|3d|DATE|INSTANT", "72h|3d|FECHA|INSTANTE"), standard: "72h",
    doc: Text(
      "until when it holds: hours, days or a moment, at most 31 days",
      "hasta cuándo vale: horas, días o un momento, a lo más 31 días"))

  static let linkBase = Option(
    "base", Text("URL", "URL"), .address, standard: "http://127.0.0.1:8081",
    doc: Text("where the portal is reached", "dónde se llega al portal"))
}

extension Command {
  static let link = Command(
    "link",
    Text(
      "a link by which one person enters the portal",
      "un enlace con que una persona entra al portal"),
    details: Text(
      "Makes a link of 256 random bits that lets one person into `quipu serve --portal`, once, after she "
        + "writes her document number. The link alone goes to stdout, this once: keys/portal keeps its "
        + "digest, whose it is, who made it, until when it holds and how often it was tried. Five wrong "
        + "numbers, or one right, end it. `list` shows the links there are, and takes away the files of "
        + "those that were used or are over; `revoke ID` takes one back, also while the portal is served. "
        + "Role agent (for the persons he serves) or dpo.",
      "Hace un enlace de 256 bits al azar que deja entrar a una persona a `quipu serve --portal`, una vez, "
        + "tras escribir su número de documento. Por stdout sale solo el enlace, esta única vez: "
        + "keys/portal guarda su resumen, de quién es, quién lo hizo, hasta cuándo vale y cuántas veces "
        + "se intentó. Cinco números errados, o uno correcto, lo terminan. `list` muestra los enlaces que "
        + "hay y borra los archivos de los usados y vencidos; `revoke ID` retira uno, también mientras el "
        + "portal atiende. Rol agent (para quienes atiende) o dpo."),
    arguments: [.linkAction, .linkName],
    options: [.linkFor, .linkExpires, .linkBase, .actingAs, .fromScratch],
    examples: [
      Example(
        "quipu link S-1 --for portal --as ana",
        Text("good for three days", "vale tres días")),
      Example(
        "quipu link S-1 --expires 24h --base https://portal.example --as ana",
        Text("for a day, at its public address", "por un día, en su dirección pública")),
      Example(
        "quipu link list --as ana", Text("which there are", "cuáles hay")),
      Example(
        "quipu link revoke 5f2ac01b9d3e4470 --as ana",
        Text("it lets nobody in any more", "ya no deja entrar a nadie")),
    ]
  ) { invocation in
    do {
      return try LinkRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `link`.
private struct LinkRun {
  let invocation: Invocation
  /// How far ahead a link may hold, in milliseconds.
  private static let longest: Int64 = 31 * 86_400_000

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let (action, name) = (invocation.required(.linkAction), invocation.argument(.linkName))
    switch (action, name) {
    case ("list", nil): return try list()
    case ("revoke", let name?): return try revoke(name)
    case ("revoke", nil):
      throw invocation.wrongUsage(
        Text("revoke needs the ID of a link", "revoke necesita el ID de un enlace"),
        [Failure.Detail("expected", "quipu link revoke ID, as `quipu link list` shows it")])
    case (_, let name?):
      throw invocation.wrongUsage(
        Text("\(name) is one word too many", "\(name) sobra"),
        [Failure.Detail("expected", "quipu link SUBJECT, quipu link list or quipu link revoke ID")])
    default: return try make(for: action)
    }
  }

  private func make(for subject: String) throws -> ExitCode {
    let grant = try invocation.grant()
    // Before the log is read: who may not invite hears nothing of who is there.
    try grant.require(.invite, of: subject)
    let now = WallClock.now()
    let expires = try expiry(after: now)
    let view = try invocation.openView()
    let day = try WallClock.today(in: view.identity.timeZone)
    let model = try invocation.readModel(of: view, at: view.size).model
    guard let person = model.people.facts(of: subject, on: day, knownAt: view.size),
      person.erased == nil
    else { throw Failure.unknownSubject(subject, on: day, knownAt: view.size) }
    let made = try PortalLinks(invocation.ledger).make(
      for: subject, by: grant.name, at: now, until: expires)
    var base = invocation.value(.linkBase) ?? "http://127.0.0.1:8081"
    while base.hasSuffix("/") { base.removeLast() }
    let url = "\(base)/enter/\(made.text)"
    if invocation.console.json {
      try invocation.console.print(
        .object([
          "expires": .string(expires.text), "id": .string(Self.short(made.name)),
          "subject": .string(subject), "url": .string(url),
        ]))
    } else {
      try invocation.console.print(url)
      invocation.console.notice(
        "shown_once",
        Text(
          "link \(Self.short(made.name)): good once, until \(expires.text), with her document number; it "
            + "is shown this once",
          "enlace \(Self.short(made.name)): vale una vez, hasta \(expires.text), con su número de "
            + "documento; se muestra solo esta vez"
        ))
    }
    return .done
  }

  private static func short(_ name: String) -> String {
    String(name.prefix(PortalLinks.shortName))
  }

  /// Whoever may invite anybody; throws ``Refusal`` `not_permitted` for others.
  private func inviting() throws -> Grant {
    let grant = try invocation.grant()
    if grant.role?.permissions.contains(.invite) != true { try grant.require(.invite) }
    return grant
  }

  /// The links of the persons he may invite, and what has become of each; those that can go go.
  private func list() throws -> ExitCode {
    let grant = try inviting()
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let (links, now) = (PortalLinks(invocation.ledger), WallClock.now())
    let found = try links.all().filter { grant.allows(.invite, of: $0.link.subject) }
      .sorted { ($0.link.made, $0.name) < ($1.link.made, $1.name) }
    if invocation.console.json {
      let rows = found.map { Self.json($0.name, $0.link, at: now) }
      try invocation.console.print(.object(["links": .array(rows)]))
    } else if found.isEmpty {
      try invocation.console.print(Text("there is no link", "no hay ningún enlace"))
    } else {
      var table = Table([
        Table.Column(Text("id", "id")), Table.Column(Text("subject", "persona")),
        Table.Column(Text("state", "estado")), Table.Column(Text("tries", "intentos"), .right),
        Table.Column(Text("made", "hecho")), Table.Column(Text("by", "por")),
        Table.Column(Text("until", "hasta")),
      ])
      for (name, link) in found {
        table.add([
          Self.short(name), link.subject, link.state(at: now).text[invocation.language],
          "\(link.tries)", link.made.text, link.by, link.expires.text,
        ])
      }
      try invocation.console.print(table)
    }
    let swept = try links.sweep(at: now) { grant.allows(.invite, of: $0.subject) }
    if swept > 0 { invocation.console.notice("links_swept", PortalLinks.swept(swept)) }
    return .done
  }

  /// Takes a link back; one that is over stays so, and that is no fault.
  private func revoke(_ id: String) throws -> ExitCode {
    let grant = try inviting()
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let links = PortalLinks(invocation.ledger)
    let found = try links.all().filter {
      id.utf8.count >= PortalLinks.shortName && $0.name.hasPrefix(id)
        && grant.allows(.invite, of: $0.link.subject)
    }
    let now = WallClock.now()
    guard found.count == 1, let name = found.first?.name,
      let link = try links.revoke(name, at: now)
    else {
      throw Failure(
        .refused, "unknown_link", Text("there is no such link", "no existe ese enlace"),
        [
          Failure.Detail("field", "id"), Failure.Detail("value", id),
          Failure.Detail("expected", "an ID that `quipu link list` shows"),
        ])
    }
    if invocation.console.json {
      try invocation.console.print(Self.json(name, link, at: now))
    } else {
      let state = link.state(at: now).text
      try invocation.console.print(
        Text(
          "link \(Self.short(name)) of \(link.subject): \(state.english)",
          "enlace \(Self.short(name)) de \(link.subject): \(state.spanish)"))
    }
    return .done
  }

  private static func json(_ name: String, _ link: PortalLinks.Link, at now: Instant) -> JSONValue {
    func text(_ moment: Instant?) -> JSONValue { moment.map { .string($0.text) } ?? .null }
    return .object([
      "by": .string(link.by), "expires": text(link.expires), "id": .string(short(name)),
      "made": text(link.made), "revoked": text(link.revoked), "spent": text(link.spent),
      "state": .string(link.state(at: now).rawValue), "subject": .string(link.subject),
      "tries": .integer(link.tries),
    ])
  }

  /// Until when the link is to hold.
  private func expiry(after now: Instant) throws -> Instant {
    let text = invocation.value(.linkExpires) ?? "72h"
    var expires = Instant(moment: text)
    if let unit = text.last, let count = Int64(text.dropLast()), (1...744).contains(count),
      unit == "h" || unit == "d"
    {
      let span = count * (unit == "h" ? 3_600_000 : 86_400_000)
      expires = Instant(milliseconds: now.milliseconds + span)
    }
    guard let expires, expires > now,
      expires.milliseconds - now.milliseconds <= Self.longest
    else {
      throw invocation.wrongUsage(
        Text(
          "--expires \(text) is no time to come of at most 31 days",
          "--expires \(text) no es un plazo futuro de a lo más 31 días"),
        [Failure.Detail("expected", "72h, 3d, a date or an instant, at most 31 days ahead")])
    }
    return expires
  }
}

extension PortalLinks.Link.State {
  fileprivate var text: Text {
    switch self {
    case .alive: Text("good", "vigente")
    case .spent: Text("used", "usado")
    case .revoked: Text("revoked", "retirado")
    case .tried: Text("tried too often", "intentado demasiado")
    case .expired: Text("over", "vencido")
    }
  }
}

extension PortalLinks {
  /// That files of links were taken away.
  static func swept(_ count: Int) -> Text {
    Text(
      "\(count) links that were used or over were taken away",
      "\(count) enlaces usados o vencidos se borraron")
  }
}

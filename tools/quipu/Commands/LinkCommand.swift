internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let invited = Argument(
    Text("SUBJECT", "PERSONA"), .identifier,
    doc: Text("whom the link lets in", "a quién deja entrar el enlace"))
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
    "base", Text("URL", "URL"), standard: "http://127.0.0.1:8081",
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
        + "numbers, or one right, end it. Role agent (for the persons he serves) or dpo.",
      "Hace un enlace de 256 bits al azar que deja entrar a una persona a `quipu serve --portal`, una vez, "
        + "tras escribir su número de documento. Por stdout sale solo el enlace, esta única vez: "
        + "keys/portal guarda su resumen, de quién es, quién lo hizo, hasta cuándo vale y cuántas veces "
        + "se intentó. Cinco números errados, o uno correcto, lo terminan. Rol agent (para quienes "
        + "atiende) o dpo."),
    arguments: [.invited],
    options: [.linkFor, .linkExpires, .linkBase, .actingAs, .fromScratch],
    examples: [
      Example(
        "quipu link S-1 --for portal --as ana",
        Text("good for three days", "vale tres días")),
      Example(
        "quipu link S-1 --expires 24h --base https://portal.example --as ana",
        Text("for a day, at its public address", "por un día, en su dirección pública")),
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
    let subject = invocation.required(.invited)
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
    let text = try PortalLinks(invocation.ledger).make(
      for: subject, by: grant.name, at: now, until: expires)
    var base = invocation.value(.linkBase) ?? "http://127.0.0.1:8081"
    while base.hasSuffix("/") { base.removeLast() }
    let url = "\(base)/enter/\(text)"
    if invocation.console.json {
      try invocation.console.print(
        .object([
          "expires": .string(expires.text), "subject": .string(subject), "url": .string(url),
        ]))
    } else {
      try invocation.console.print(url)
      invocation.console.notice(
        "shown_once",
        Text(
          "good once, until \(expires.text), with her document number; it is shown this once",
          "vale una vez, hasta \(expires.text), con su número de documento; se muestra solo esta vez"
        ))
    }
    return .done
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

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Vault

extension Option {
  static let name = Option(
    "name", Text("NAME", "NOMBRE"),
    doc: Text(
      "the ledger's name; else the directory's", "nombre del libro; si no, el del directorio"))

  static let currency = Option(
    "currency", Text("CODE", "CÓDIGO"), .currency, standard: "PEN",
    doc: Text(
      "ISO 4217 code of the ledger's main currency; every account states its own",
      "código ISO 4217 de la moneda principal; cada cuenta indica la suya"))

  static let timeZone = Option(
    "time-zone", Text("ZONE", "ZONA"), standard: "America/Lima",
    doc: Text(
      "IANA time zone that says which day it is", "zona horaria IANA que dice qué día es"))

  static let jurisdiction = Option(
    "jurisdiction", Text("CODE", "CÓDIGO"), standard: "PE",
    doc: Text(
      "ISO 3166 code of the country whose business days and rules hold",
      "código ISO 3166 del país cuyos días hábiles y reglas rigen"))
}

extension Command {
  static let initialize = Command(
    "init", Text("make a ledger", "crear un libro"),
    details: Text(
      "Makes the directory, its first segment and the signing key. An existing ledger is never "
        + "touched.",
      "Crea el directorio, su primer segmento y la clave de firma. Nunca toca un libro existente."),
    options: [.name, .currency, .timeZone, .jurisdiction, .actor],
    examples: [
      Example(
        "quipu init --ledger T --name demo",
        Text("a ledger for Peru in the directory T", "un libro para el Perú en el directorio T"))
    ]
  ) { try InitRun($0).run() }
}

/// One run of `init`.
private struct InitRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let path = invocation.ledger
    let console = invocation.console
    let zone = invocation.value(.timeZone) ?? ""
    let identity = LedgerIdentity(
      ledger: try LedgerIdentity.newLedgerID(), origin: try origin(path), currency: try currency(),
      timeZone: zone,
      jurisdiction: try jurisdiction())
    let today = try WallClock.today(in: zone)
    let made = try EventLog.create(
      directory: path, identity: identity, at: WallClock.now().text, effective: today.text,
      actor: try invocation.recordingActor().canonical, settings: invocation.logSettings
    ).identity
    if !BusinessCalendar(jurisdiction: made.jurisdiction).isKnown {
      console.notice(
        "no_holidays",
        Text(
          "no holidays of ours for \(made.jurisdiction): business days are Monday to Friday until "
            + "CalendarAdopted says more",
          "no hay feriados propios para \(made.jurisdiction): son hábiles de lunes a viernes hasta "
            + "que CalendarAdopted diga más"), [Failure.Detail("jurisdiction", made.jurisdiction)])
    }
    let places = makeVault(made)
    if console.json {
      var members = try JSONValue(parsing: made.canonicalBytes.span, as: .event).objectValue ?? []
      if let places {
        members.append(JSONMember(key: "masterKey", value: .string(places.master)))
        members.append(JSONMember(key: "epochKeys", value: .string(places.epochs)))
      }
      try console.print(JSONValue(members: members))
      return .done
    }
    try console.print(
      Text("ledger \(made.origin) made in \(path)", "libro \(made.origin) creado en \(path)"))
    try console.print(Text("  id            \(made.ledger)", "  id            \(made.ledger)"))
    try console.print(
      Text(
        "  currency      \(made.currency), time zone \(made.timeZone), jurisdiction \(made.jurisdiction)",
        "  moneda        \(made.currency), zona horaria \(made.timeZone), jurisdicción \(made.jurisdiction)"
      ))
    try console.print(
      Text(
        "  verifier key  \(made.keys.joined(separator: " "))",
        "  clave pública \(made.keys.joined(separator: " "))"))
    if let places {
      try console.print(
        Text(
          "  master key    \(places.master), epoch keys \(places.epochs): copy them with `quipu vault "
            + "export-keys`, for personal data opens with them alone",
          "  clave maestra \(places.master), claves de época \(places.epochs): cópielas con `quipu vault "
            + "export-keys`, pues los datos personales se abren solo con ellas"))
    }
    return .done
  }

  /// Makes the vault and its outer keys, and says where these are; without a place for them, or where they
  /// cannot be made, the ledger takes no personal data until there is one.
  private func makeVault(_ identity: LedgerIdentity) -> KeyPlaces? {
    guard let places = KeyPlaces(ledger: identity.ledger, environment: environmentValue) else {
      let failure = Failure.noKeyPlace
      invocation.console.notice(failure.code, failure.message, [])
      return nil
    }
    do throws(LogError) {
      _ = try SubjectVault.create(
        invocation.ledger, ledger: identity.ledger,
        SubjectVault.Settings(places: places, home: OutputFile.wholePath(invocation.ledger)))
      return places
    } catch {
      let failure = Failure(error)
      invocation.console.warn(failure.code, failure.message, failure.details)
      return nil
    }
  }

  private func origin(_ path: String) throws -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? "ledger"
    let name = invocation.value(.name) ?? (last == "." || last == ".." ? "ledger" : last)
    let isSound = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "+") }
    guard isSound, (1...128).contains(name.utf8.count) else {
      throw invocation.wrongUsage(
        Text(
          "the name must be 1 to 128 ASCII characters without space and +: \(name)",
          "el nombre debe tener 1 a 128 caracteres ASCII sin espacio ni +: \(name)"))
    }
    return name
  }

  private func currency() throws -> String {
    let code = invocation.value(.currency) ?? ""
    guard let currency = Currency(code) else {
      throw invocation.wrongUsage(
        Text(
          "no currency in use has the ISO 4217 code \(code)",
          "ninguna moneda en uso tiene el código ISO 4217 \(code)"))
    }
    return currency.code
  }

  private func jurisdiction() throws -> String {
    let code = invocation.value(.jurisdiction) ?? ""
    guard code.utf8.count == 2,
      code.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
    else {
      throw invocation.wrongUsage(
        Text(
          "a jurisdiction is two capital letters, as PE: \(code)",
          "una jurisdicción son dos letras mayúsculas, como PE: \(code)"))
    }
    return code
  }
}

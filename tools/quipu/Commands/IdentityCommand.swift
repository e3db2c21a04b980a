internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

extension Argument {
  static let identityAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["add", "list", "revoke"]),
    doc: Text(
      "add somebody, list everybody, or revoke a token",
      "add: agregar a alguien; list: ver a todos; revoke: revocar una clave de acceso"))

  static let identityName = Argument(
    Text("NAME", "NOMBRE"), optional: true,
    doc: Text("whom; his id in what he records", "a quién; su identificador en lo que registre"))
}

extension Option {
  static let role = Option(
    "role", Text("ROLE", "ROL"), .choices(Role.allCases.map(\.rawValue)),
    doc: Text("what he may do", "qué puede hacer"))

  static let serves = Option(
    "subject", Text("SUBJECT", "PERSONA"), repeated: true,
    doc: Text("a person whom an agent serves", "una persona a quien atiende un agente"))

  static let expires = Option(
    "expires", Text("DATE|INSTANT", "FECHA|INSTANTE"), .moment,
    doc: Text(
      "from when on the token is worth nothing, a date being its beginning in UTC; else never",
      "desde cuándo la clave no vale; una fecha cuenta desde su inicio en UTC; si no, nunca"))

  static let requestRate = Option(
    "rate", Text("N", "N"), .integer(Identity.rates), standard: "\(Identity.standardRate)",
    doc: Text(
      "how many requests a second the service takes from it",
      "cuántos pedidos por segundo le acepta el servicio"))

  static let saveToken = Option(
    "save",
    doc: Text(
      "keep the token in a file of your own (mode 0600) instead of printing it",
      "guardar la clave en un archivo propio (modo 0600) en vez de mostrarla"))
}

extension Command {
  static let identity = Command(
    "identity", Text("who may do what", "quién puede hacer qué"),
    details: Text(
      "Adds and revokes the people who act under a role: recorder, reader, agent, auditor, dpo, "
        + "admin. The first one is an admin, whom whoever may write the ledger adds; every other one "
        + "is added by an admin. The token is shown once and kept as a digest.",
      "Agrega y revoca a quienes actúan con un rol: recorder, reader, agent, auditor, dpo, admin. La "
        + "primera identidad es admin y la agrega quien puede escribir el libro; a las demás las "
        + "agrega un admin. La clave de acceso se muestra una vez y se guarda como resumen."),
    arguments: [.identityAction, .identityName],
    options: [.role, .serves, .expires, .requestRate, .saveToken, .actingAs],
    examples: [
      Example(
        "quipu identity add eva --role admin --save",
        Text("the first identity", "la primera identidad")),
      Example(
        "quipu identity add ana --role dpo --expires 2027-12-31 --as eva",
        Text("a data protection officer", "una oficial de protección de datos")),
    ]
  ) { try IdentityRun($0).run() }
}

/// One run of `identity`.
private struct IdentityRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    do {
      switch invocation.required(.identityAction) {
      case "add": return try add()
      case "revoke": return try revoke()
      default: return try list()
      }
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }

  private func add() throws -> ExitCode {
    guard let name = invocation.argument(.identityName),
      let role = invocation.value(.role).flatMap(Role.init)
    else {
      throw invocation.wrongUsage(
        Text("add needs NAME and --role", "add necesita NOMBRE y --role"))
    }
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let expires = try invocation.expiry()
    var list = try IdentityList(of: invocation.ledger)
    let saves = invocation.has(.saveToken)
    let file = try invocation.tokenFile(of: name)
    if saves, file == nil {
      throw invocation.wrongUsage(
        Text(
          "--save needs a folder of settings: set HOME or XDG_CONFIG_HOME",
          "--save necesita una carpeta de configuración: defina HOME o XDG_CONFIG_HOME"))
    }
    let token = try list.add(
      name, role, subjects: invocation.values(.serves), expires: expires,
      rate: invocation.requestRate, by: try invocation.grant())
    if saves, let file { try SecretFile.write(Array((token + "\n").utf8), to: file) }
    let shown: String? = saves ? nil : token
    if invocation.console.json {
      var members = [
        JSONMember(key: "name", value: .string(name)),
        JSONMember(key: "role", value: .string(role.rawValue)),
      ]
      if let shown { members.append(JSONMember(key: "token", value: .string(shown))) }
      if saves, let file { members.append(JSONMember(key: "file", value: .string(file))) }
      try invocation.console.print(JSONValue(members: members))
      return .done
    }
    try invocation.console.print(
      Text("\(name) is \(role.rawValue)", "\(name) tiene el rol \(role.rawValue)"))
    if let shown {
      try invocation.console.print(
        Text("  token  \(shown)", "  clave  \(shown)"))
      invocation.console.notice(
        "shown_once",
        Text(
          "the token is shown this once: hand it to \(name), who sets QUIPU_TOKEN to it",
          "la clave se muestra solo esta vez: entréguela a \(name), que la pondrá en QUIPU_TOKEN"))
    } else if let file {
      try invocation.console.print(
        Text("  token in \(file)", "  clave en \(file)"))
    }
    return .done
  }

  private func revoke() throws -> ExitCode {
    guard let name = invocation.argument(.identityName) else {
      throw invocation.wrongUsage(Text("revoke needs NAME", "revoke necesita NOMBRE"))
    }
    var list = try IdentityList(of: invocation.ledger)
    try list.revoke(name, at: WallClock.now(), by: try invocation.grant())
    if invocation.console.json {
      try invocation.console.print(.object(["name": .string(name), "revoked": .bool(true)]))
    } else {
      try invocation.console.print(Text("\(name) is revoked", "\(name) queda revocado"))
    }
    return .done
  }

  private func list() throws -> ExitCode {
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let now = WallClock.now()
    let people = try IdentityList(of: invocation.ledger).identities.filter { $0.kind == .person }
    if invocation.console.json {
      let rows = people.map { $0.json(at: now) }
      try invocation.console.print(.object(["identities": .array(rows)]))
      return .done
    }
    var table = Table([
      Table.Column(Text("name", "nombre")), Table.Column(Text("role", "rol")),
      Table.Column(Text("state", "estado")), Table.Column(Text("serves", "atiende")),
      Table.Column(Text("may", "puede"), .wrapped),
    ])
    for identity in people {
      let may = Permission.allCases.filter { identity.role.permissions.contains($0) }
      table.add([
        identity.name, identity.role.rawValue, identity.state(at: now)[invocation.language],
        identity.subjects.joined(separator: " "), may.map(\.rawValue).joined(separator: " "),
      ])
    }
    try invocation.console.print(table)
    return .done
  }
}

// What `identity` and `token` share.
extension Invocation {
  /// When a token to be given ends; nil for never. Throws wrong usage for a moment that has passed.
  func expiry() throws -> Instant? {
    guard let expires = value(.expires).flatMap({ Instant(moment: $0) }) else { return nil }
    guard expires > WallClock.now() else {
      throw wrongUsage(
        Text("--expires is past already", "--expires ya pasó"),
        [Failure.Detail("expected", "a day to come")])
    }
    return expires
  }

  /// The rate of an identity to be added; nil for the standard one, which is not written down.
  var requestRate: Int64? {
    integer(.requestRate).flatMap { $0 == Identity.standardRate ? nil : $0 }
  }
}

extension Identity {
  /// Whether the token still opens anything.
  func state(at now: Instant) -> Text {
    if revoked != nil { return Text("revoked", "revocada") }
    return isValid(at: now) ? Text("valid", "vigente") : Text("expired", "vencida")
  }

  /// The identity as `identity list --json` and `token list --json` show it.
  func json(at now: Instant) -> JSONValue {
    .object([
      "name": .string(name), "role": .string(role.rawValue),
      "subjects": .array(subjects.map { .string($0) }),
      "state": .string(state(at: now).english),
      "rate": .integer(rate ?? Identity.standardRate),
      "expires": expires.map { .string($0.text) } ?? .null,
    ])
  }
}

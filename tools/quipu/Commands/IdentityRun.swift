internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// One run of `identity` or of `token`: people and programs are added, listed and revoked alike.
struct IdentityRun {
  let invocation: Invocation
  let kind: Identity.Kind
  let action: String
  let name: String?

  init(_ invocation: Invocation, of kind: Identity.Kind, _ action: Argument, _ name: Argument) {
    self.invocation = invocation
    self.kind = kind
    self.action = invocation.required(action)
    self.name = invocation.argument(name)
  }

  func run() throws -> ExitCode {
    do {
      switch action {
      case "add": try add()
      case "revoke": try revoke()
      default: try list()
      }
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
    return .done
  }

  private func add() throws {
    guard let name, let role = invocation.value(.role).flatMap(Role.init) else {
      throw invocation.wrongUsage(
        Text("add needs NAME and --role", "add necesita NOMBRE y --role"))
    }
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let expires = try invocation.expiry()
    let file = try file(of: name)
    var list = try IdentityList(of: invocation.ledger)
    let token = try list.add(
      name, role, kind: kind, subjects: invocation.values(.serves), expires: expires,
      rate: invocation.requestRate, by: try invocation.grant())
    if let file { try SecretFile.write(Array((token + "\n").utf8), to: file) }
    guard invocation.console.json else {
      return try tell(token, of: name, role, in: file)
    }
    var members = [
      JSONMember(key: "name", value: .string(name)),
      JSONMember(key: "role", value: .string(role.rawValue)),
      JSONMember(key: "rate", value: .integer(invocation.requestRate ?? Identity.standardRate)),
      JSONMember(key: "expires", value: expires.map { .string($0.text) } ?? .null),
    ]
    members.append(
      file.map { JSONMember(key: "file", value: .string($0)) }
        ?? JSONMember(key: "token", value: .string(token)))
    try invocation.console.print(JSONValue(members: members))
  }

  /// Where `--save` keeps the token of that name; nil when it is to be shown.
  private func file(of name: String) throws -> String? {
    guard kind == .person, invocation.has(.saveToken) else { return nil }
    guard let file = try invocation.tokenFile(of: name) else {
      throw invocation.wrongUsage(
        Text(
          "--save needs a folder of settings: set HOME or XDG_CONFIG_HOME",
          "--save necesita una carpeta de configuración: defina HOME o XDG_CONFIG_HOME"))
    }
    return file
  }

  /// A person is told of her role and token; of a program's, the token alone goes to stdout.
  private func tell(_ token: String, of name: String, _ role: Role, in file: String?) throws {
    if kind == .service {
      try invocation.console.print(token)
      let rate = invocation.requestRate ?? Identity.standardRate
      return invocation.console.notice(
        "shown_once",
        Text(
          "\(name) is \(role.rawValue), \(rate) requests a second; its token is shown this once",
          "\(name) tiene el rol \(role.rawValue), \(rate) pedidos por segundo; su clave se muestra "
            + "solo esta vez"))
    }
    try invocation.console.print(
      Text("\(name) is \(role.rawValue)", "\(name) tiene el rol \(role.rawValue)"))
    if let file {
      return try invocation.console.print(Text("  token in \(file)", "  clave en \(file)"))
    }
    try invocation.console.print(Text("  token  \(token)", "  clave  \(token)"))
    invocation.console.notice(
      "shown_once",
      Text(
        "the token is shown this once: hand it to \(name), who sets QUIPU_TOKEN to it",
        "la clave se muestra solo esta vez: entréguela a \(name), que la pondrá en QUIPU_TOKEN"))
  }

  private func revoke() throws {
    guard let name else {
      throw invocation.wrongUsage(Text("revoke needs NAME", "revoke necesita NOMBRE"))
    }
    var list = try IdentityList(of: invocation.ledger)
    try list.revoke(name, kind: kind, at: WallClock.now(), by: try invocation.grant())
    if invocation.console.json {
      try invocation.console.print(.object(["name": .string(name), "revoked": .bool(true)]))
    } else if kind == .person {
      try invocation.console.print(Text("\(name) is revoked", "\(name) queda revocado"))
    } else {
      try invocation.console.print(
        Text("the token of \(name) is revoked", "la clave de \(name) queda revocada"))
    }
  }

  private func list() throws {
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let now = WallClock.now()
    let listed = try IdentityList(of: invocation.ledger).identities.filter { $0.kind == kind }
    if invocation.console.json {
      let rows = JSONValue.array(listed.map { $0.json(at: now) })
      return try invocation.console.print(
        .object([kind == .person ? "identities" : "tokens": rows]))
    }
    if kind == .person { return try invocation.console.print(people(listed, at: now)) }
    guard !listed.isEmpty else {
      return try invocation.console.print(
        Text(
          "no program has a token; `quipu token add NAME --role ROLE --as ADMIN` gives one",
          "ningún programa tiene clave; la da `quipu token add NOMBRE --role ROL --as ADMIN`"))
    }
    try invocation.console.print(programs(listed, at: now))
  }

  private func people(_ identities: [Identity], at now: Instant) -> Table {
    var table = Table([
      Table.Column(Text("name", "nombre")), Table.Column(Text("role", "rol")),
      Table.Column(Text("state", "estado")), Table.Column(Text("serves", "atiende")),
      Table.Column(Text("may", "puede"), .wrapped),
    ])
    for identity in identities {
      let may = Permission.allCases.filter { identity.role.permissions.contains($0) }
      table.add([
        identity.name, identity.role.rawValue, identity.state(at: now)[invocation.language],
        identity.subjects.joined(separator: " "), may.map(\.rawValue).joined(separator: " "),
      ])
    }
    return table
  }

  private func programs(_ identities: [Identity], at now: Instant) -> Table {
    var table = Table([
      Table.Column(Text("name", "nombre")), Table.Column(Text("role", "rol")),
      Table.Column(Text("state", "estado")),
      Table.Column(Text("requests/s", "pedidos/s"), .right),
      Table.Column(Text("expires", "vence")), Table.Column(Text("serves", "atiende")),
    ])
    for identity in identities {
      table.add([
        identity.name, identity.role.rawValue, identity.state(at: now)[invocation.language],
        "\(identity.rate ?? Identity.standardRate)",
        identity.expires?.text ?? Text("never", "nunca")[invocation.language],
        identity.subjects.joined(separator: " "),
      ])
    }
    return table
  }
}

extension Invocation {
  /// When a token to be given ends; nil for never. Throws wrong usage for a moment that has passed.
  fileprivate func expiry() throws -> Instant? {
    guard let expires = value(.expires).flatMap({ Instant(moment: $0) }) else { return nil }
    guard expires > WallClock.now() else {
      throw wrongUsage(
        Text("--expires is past already", "--expires ya pasó"),
        [Failure.Detail("expected", "a day to come")])
    }
    return expires
  }

  /// The rate of an identity to be added; nil for the standard one, which is not written down.
  fileprivate var requestRate: Int64? {
    integer(.requestRate).flatMap { $0 == Identity.standardRate ? nil : $0 }
  }
}

extension Identity {
  /// Whether the token still opens anything.
  fileprivate func state(at now: Instant) -> Text {
    if revoked != nil { return Text("revoked", "revocada") }
    return isValid(at: now) ? Text("valid", "vigente") : Text("expired", "vencida")
  }

  /// The identity as `identity list --json` and `token list --json` show it.
  fileprivate func json(at now: Instant) -> JSONValue {
    .object([
      "name": .string(name), "role": .string(role.rawValue),
      "subjects": .array(subjects.map { .string($0) }),
      "state": .string(state(at: now).english),
      "rate": .integer(rate ?? Identity.standardRate),
      "expires": expires.map { .string($0.text) } ?? .null,
    ])
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

extension Argument {
  static let tokenAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["add", "list", "revoke"]),
    doc: Text(
      "give a program a token, list them all, or revoke one",
      "add: dar una clave a un programa; list: verlas todas; revoke: revocar una"))

  static let tokenName = Argument(
    Text("NAME", "NOMBRE"), optional: true,
    doc: Text(
      "which program; its id in what it records",
      "qué programa; su identificador en lo que registre"))
}

extension Command {
  static let token = Command(
    "token", Text("programs that use the service", "programas que usan el servicio"),
    details: Text(
      "Gives programs of the house a token for the HTTP service, under a role as people have: "
        + "recorder, reader, agent, auditor or dpo, never admin. A program says it as "
        + "`Authorization: Bearer TOKEN`; on the command line QUIPU_TOKEN and --as do the same. What "
        + "it records has an actor of kind system, and it approves nothing. The token alone goes to "
        + "stdout, this once: the ledger keeps its digest.",
      "Da a los programas de la casa una clave para el servicio HTTP, con un rol como los de las "
        + "personas: recorder, reader, agent, auditor o dpo, nunca admin. El programa la dice como "
        + "`Authorization: Bearer CLAVE`; en la línea de comandos sirven QUIPU_TOKEN y --as. Lo que "
        + "registra lleva un actor de clase system, y no aprueba nada. Por stdout sale solo la clave, "
        + "esta única vez: el libro guarda su resumen."),
    arguments: [.tokenAction, .tokenName],
    options: [.role, .serves, .expires, .requestRate, .actingAs],
    examples: [
      Example(
        "quipu token add crm --role recorder --rate 500 --as eva > crm.token",
        Text("a program that records", "un programa que registra")),
      Example(
        "quipu token add desk --role reader --expires 2027-12-31 --as eva",
        Text("one that reads, until a day", "uno que lee, hasta un día")),
      Example(
        "quipu token revoke crm --as eva",
        Text("its token opens nothing any more", "su clave ya no abre nada")),
    ]
  ) { try TokenRun($0).run() }
}

/// One run of `token`.
private struct TokenRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    do {
      switch invocation.required(.tokenAction) {
      case "add": return try add()
      case "revoke": return try revoke()
      default: return try list()
      }
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }

  private func add() throws -> ExitCode {
    guard let name = invocation.argument(.tokenName),
      let role = invocation.value(.role).flatMap(Role.init)
    else {
      throw invocation.wrongUsage(
        Text("add needs NAME and --role", "add necesita NOMBRE y --role"))
    }
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let expires = try invocation.expiry()
    var list = try IdentityList(of: invocation.ledger)
    let token = try list.add(
      name, role, kind: .service, subjects: invocation.values(.serves), expires: expires,
      rate: invocation.requestRate, by: try invocation.grant())
    if invocation.console.json {
      try invocation.console.print(
        .object([
          "name": .string(name), "role": .string(role.rawValue), "token": .string(token),
          "rate": .integer(invocation.requestRate ?? Identity.standardRate),
          "expires": expires.map { .string($0.text) } ?? .null,
        ]))
      return .done
    }
    try invocation.console.print(token)
    let rate = invocation.requestRate ?? Identity.standardRate
    invocation.console.notice(
      "shown_once",
      Text(
        "\(name) is \(role.rawValue), \(rate) requests a second; its token is shown this once",
        "\(name) tiene el rol \(role.rawValue), \(rate) pedidos por segundo; su clave se muestra "
          + "solo esta vez"))
    return .done
  }

  private func revoke() throws -> ExitCode {
    guard let name = invocation.argument(.tokenName) else {
      throw invocation.wrongUsage(Text("revoke needs NAME", "revoke necesita NOMBRE"))
    }
    var list = try IdentityList(of: invocation.ledger)
    try list.revoke(
      name, kind: .service, at: WallClock.now(), by: try invocation.grant())
    if invocation.console.json {
      try invocation.console.print(.object(["name": .string(name), "revoked": .bool(true)]))
    } else {
      try invocation.console.print(
        Text("the token of \(name) is revoked", "la clave de \(name) queda revocada"))
    }
    return .done
  }

  private func list() throws -> ExitCode {
    _ = try LedgerIdentity.read(directory: invocation.ledger)
    let now = WallClock.now()
    let services = try IdentityList(of: invocation.ledger).identities
      .filter { $0.kind == .service }
    if invocation.console.json {
      try invocation.console.print(
        .object(["tokens": .array(services.map { $0.json(at: now) })]))
      return .done
    }
    guard !services.isEmpty else {
      try invocation.console.print(
        Text(
          "no program has a token; `quipu token add NAME --role ROLE --as ADMIN` gives one",
          "ningún programa tiene clave; la da `quipu token add NOMBRE --role ROL --as ADMIN`"))
      return .done
    }
    var table = Table([
      Table.Column(Text("name", "nombre")), Table.Column(Text("role", "rol")),
      Table.Column(Text("state", "estado")),
      Table.Column(Text("requests/s", "pedidos/s"), .right),
      Table.Column(Text("expires", "vence")), Table.Column(Text("serves", "atiende")),
    ])
    for service in services {
      table.add([
        service.name, service.role.rawValue, service.state(at: now)[invocation.language],
        "\(service.rate ?? Identity.standardRate)",
        service.expires?.text ?? Text("never", "nunca")[invocation.language],
        service.subjects.joined(separator: " "),
      ])
    }
    try invocation.console.print(table)
    return .done
  }
}

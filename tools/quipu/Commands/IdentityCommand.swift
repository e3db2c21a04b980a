internal import Collections
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
  ) { try IdentityRun($0, of: .person, .identityAction, .identityName).run() }
}

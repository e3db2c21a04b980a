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
  ) { try IdentityRun($0, of: .service, .tokenAction, .tokenName).run() }
}

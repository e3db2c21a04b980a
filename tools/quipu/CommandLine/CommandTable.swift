/// Every command of the program, by purpose.
enum CommandTable {
  static let groups: [Group] = [
    Group(
      Text("Recording", "Registrar"),
      [.initialize, .record, .importing, .generate, .schema]),
    Group(
      Text("Accounts, as they stand and as they stood", "Cuentas, como están y como estaban"),
      [.show, .history, .replay, .portfolio, .promises, .plans]),
    Group(
      Text("Contact, and the people behind the debts", "Contactos, y las personas tras las deudas"),
      [
        .policy, .mayContact, .conduct, .vulnerability, .person, .unseal, .erase,
        .requests, .request, .accessLog, .breaches, .retention, .inventory, .certificate,
      ]),
    Group(
      Text("Scores, and the day's work", "Puntajes, y el trabajo del día"),
      [.train, .model, .score, .explain, .drift, .strategy, .worklist, .waiting]),
    Group(
      Text("Conversations", "Conversaciones"),
      [.assist, .assistant, .outbox, .receipts]),
    Group(
      Text("The service, and other programs", "El servicio, y otros programas"),
      [.serve, .identity, .token, .link, .project, .export]),
    Group(
      Text("Proof", "Prueba"),
      [.verify, .checkpoint, .proof, .consistency, .witness, .cosign, .anchor, .evidence]),
    Group(
      Text("Keeping it", "Conservación"),
      [.key, .vault, .scrub, .archive, .backup, .restore, .repair, .doctor]),
    Group(
      Text("Beyond one machine", "Más allá de una máquina"),
      [.mirror, .follow, .promote, .work]),
    Group(
      Text("This program", "Este programa"),
      [.help, .completions]),
  ]

  /// Every command, in the order in which help shows them.
  static let all: [Command] = groups.flatMap { $0.commands }

  /// Commands that serve one purpose.
  struct Group: Sendable {
    let title: Text
    let commands: [Command]

    init(_ title: Text, _ commands: [Command]) {
      self.title = title
      self.commands = commands
    }
  }

  /// The command of that name.
  ///
  /// Linear: there are few.
  static func command(named name: String) -> Command? { all.first { $0.name == name } }
}

/// What the program says of itself.
enum ProgramHelp {
  static let version = "0.1.0"

  static let summary = Text(
    "an event-sourced collections ledger", "un libro de cobranzas basado en eventos")

  static let usage = Text("quipu COMMAND [OPTIONS]", "quipu COMANDO [OPCIONES]")

  static let description = Text(
    "Every contact, promise, payment and restructuring is appended to a log of plain text that "
      + "nothing ever edits. What an account owes, and why, is derived from it: for any day, and "
      + "as it was known at any moment.",
    "Cada contacto, promesa, pago y reestructuración se agrega a un registro de texto plano que "
      + "nada edita jamás. Lo que una cuenta debe, y por qué, se deriva de él: para cualquier "
      + "día, y según lo que se sabía en cualquier momento.")

  static let environment: [(name: String, meaning: Text)] = [
    (
      "QUIPU_LEDGER",
      Text(
        "the ledger's directory when --ledger is not given",
        "directorio del libro cuando no se da --ledger")
    ),
    (
      "QUIPU_SIGNING_KEY_FILE",
      Text(
        "the signing key's file when it is not the ledger's own keys/signing.pem",
        "archivo de la clave de firma cuando no es keys/signing.pem del libro")
    ),
    (
      "QUIPU_TOKEN, QUIPU_APPROVER_TOKEN",
      Text(
        "the tokens of --as and --approve-as",
        "las claves de acceso de --as y --approve-as")
    ),
    (
      "QUIPU_MASTER_KEY_FILE, QUIPU_EPOCH_KEYS_FILE",
      Text(
        "the files of the vault's outer keys; else in $XDG_CONFIG_HOME/quipu/ID or ~/.config/quipu/ID, "
          + "ID the ledger's",
        "los archivos de las claves externas de la bóveda; si no, en $XDG_CONFIG_HOME/quipu/ID o "
          + "~/.config/quipu/ID, con el ID del libro")
    ),
    (
      "QUIPU_GATEWAY_KEY_FILE",
      Text(
        "the file of the secret that the gateway of messages and this program sign with",
        "el archivo del secreto con que firman la pasarela de mensajes y este programa")
    ),
    (
      "QUIPU_TOKEN_FILE",
      Text(
        "the file of the token that outbox --through shows a service",
        "el archivo de la clave que outbox --through muestra a un servicio")
    ),
    (
      "QUIPU_ANCHOR",
      Text(
        "paths of anchors besides those the ledger names, a colon between them",
        "rutas de anclas además de las que nombra el libro, separadas por dos puntos")
    ),
    (
      "QUIPU_ALLOW_NFS",
      Text(
        "1 to write to a ledger on NFS, where locks and syncs promise less",
        "1 para escribir en un libro sobre NFS, donde bloqueos y sincronizaciones prometen menos")
    ),
    (
      "LC_ALL, LC_MESSAGES, LANG",
      Text(
        "the language when --lang is not given: Spanish for es…, else English",
        "el idioma cuando no se da --lang: español para es…, si no inglés")
    ),
    (
      "NO_COLOR",
      Text("when set, no colours on a terminal", "si está definida, sin colores en la terminal")
    ),
  ]

  static let examples = [
    Command.Example(
      "quipu init --ledger T",
      Text("make a ledger in the directory T", "crear un libro en el directorio T")),
    Command.Example(
      "quipu record payments.jsonl --ledger T", Text("append events to it", "agregarle eventos")),
    Command.Example(
      "quipu show A-1 --on 2026-03-02 --ledger T",
      Text("what account A-1 owed that day", "cuánto debía la cuenta A-1 ese día")),
  ]
}

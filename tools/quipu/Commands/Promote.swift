internal import CanonicalJSON
internal import EventStore
internal import Replication

extension Option {
  static let withoutStream = Option(
    "without-stream",
    doc: Text(
      "do not ask the stream, because the cluster is lost: what it had and the replica lacks is "
        + "lost too",
      "no preguntar al flujo, porque el clúster se perdió: lo que tenía y la réplica no, se pierde")
  )

  static let promotedAgainst = Option(
    "against", Text("FILE", "ARCHIVO"), .file, repeated: true,
    doc: Text(
      "a checkpoint or anchor kept elsewhere, which the replica must contain",
      "punto de control o ancla de otro lugar, que la réplica debe contener"))
}

extension Command {
  static let promote = Command(
    "promote",
    Text(
      "make a replica the ledger that is written", "hacer de una réplica el libro que se escribe"),
    details: Text(
      "For when the source is lost. The replica must end where the stream ends, with the same tree, and "
        + "contain the checkpoints given; anchors in $QUIPU_ANCHOR are compared too. The stream then "
        + "takes nothing more from the old source, so that there are never two histories on it. The "
        + "signing key and the vault are in no replica: bring them from their own backups.",
      "Para cuando el origen se perdió. La réplica debe terminar donde termina el flujo, con el mismo "
        + "árbol, y contener los puntos de control dados; también se comparan las anclas de "
        + "$QUIPU_ANCHOR. Desde entonces el flujo no acepta nada del origen anterior, para que nunca "
        + "haya dos historias en él. La clave de firma y la bóveda no están en ninguna réplica: "
        + "tráigalas de sus propias copias."),
    arguments: [.servers],
    options: Option.natsAccess + [.withoutStream, .promotedAgainst],
    examples: [
      Example(
        "quipu promote nats://a:4222 --stream books --ledger replica --against books.anchor",
        Text("the source is gone", "el origen ya no está"))
    ]
  ) { try PromoteRun($0).run() }
}

/// One run of `promote`.
private struct PromoteRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let console = invocation.console
    let anchors = invocation.logSettings.anchors
    let kept = try (invocation.values(.promotedAgainst) + anchors).map(OutputFile.read)
    let servers = invocation.required(.servers)
    let stream = invocation.has(.withoutStream) ? nil : try invocation.stream(on: servers)
    let promotion: Promotion
    do {
      promotion = try Promotion(
        directory: invocation.ledger, stream: stream, settings: invocation.logSettings,
        against: kept,
        ReplicationReport(
          on: console, of: invocation.value(.stream) ?? "", every: nil, place: Text("")
        )
        .watch(patience: invocation.patience(goesOn: false)))
    } catch let error as LogError where error.code == .exists {
      throw Failure(error, expected: "a replica, as `quipu follow` makes it")
    }
    if console.json {
      try console.print(
        .object([
          "events": .integer(promotion.events), "root": .string(promotion.root.base64),
          "term": .string(promotion.term),
        ]))
    } else {
      try console.print(
        countedEvents(promotion.events)
          + Text(
            ": this is the ledger that is written now", ": este es ahora el libro que se escribe"))
      try console.print(
        Text("root   \(promotion.root.base64)", "raíz    \(promotion.root.base64)"))
    }
    console.notice(
      "no_signing_key",
      Text(
        "a replica holds no signing key: put it to \(invocation.ledger)/keys/signing.pem (mode 0600), "
          + "or name it in $QUIPU_SIGNING_KEY_FILE; personal data needs the vault's backup",
        "una réplica no tiene la clave de firma: póngala en \(invocation.ledger)/keys/signing.pem "
          + "(modo 0600) o nómbrela en $QUIPU_SIGNING_KEY_FILE; los datos personales necesitan la "
          + "copia de la bóveda"))
    return .done
  }
}

internal import Replication

extension Option {
  static let once = Option(
    "once",
    doc: Text(
      "end when the replica has all that the stream has; else go on until interrupted",
      "terminar cuando la réplica tenga todo lo del flujo; si no, seguir hasta ser interrumpido"))
}

extension Command {
  static let follow = Command(
    "follow",
    Text("keep a replica of a mirrored ledger", "mantener una réplica de un libro reflejado"),
    details: Text(
      "Makes a ledger, or brings one up to date, that is the source's log byte for byte. Every line is "
        + "hashed and every commit compared before it is believed, and it is on the disk before readers "
        + "see it. Every command that reads works on the replica; those that write are refused until "
        + "`quipu promote`. May be killed at any time.",
      "Hace un libro, o lo pone al día, que es el registro de origen byte a byte. Cada línea se resume "
        + "y cada lote se compara antes de creerlo, y está en disco antes de que los lectores lo vean. "
        + "Todo comando que lee funciona en la réplica; los que escriben se rechazan hasta `quipu "
        + "promote`. Puede ser matado en cualquier momento."),
    arguments: [.servers],
    options: Option.natsAccess + [.once, .reportEvery],
    examples: [
      Example(
        "quipu follow nats://a:4222,nats://b:4222 --stream books --ledger replica",
        Text("a replica that stays current", "una réplica que se mantiene al día")),
      Example(
        "quipu follow nats://a:4222 --stream books --ledger replica --once",
        Text("bring it up to date and end", "ponerla al día y terminar")),
    ]
  ) { try FollowRun($0).run() }
}

/// One run of `follow`.
private struct FollowRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let once = invocation.has(.once)
    // Before there are libnats's threads.
    if !once { StopSignal.hold() }
    let stream = try invocation.stream(on: invocation.required(.servers))
    let follower = try Follower(
      directory: invocation.ledger, stream: stream, settings: invocation.logSettings)
    let report = ReplicationReport(
      on: invocation.console, of: stream.name,
      every: once ? nil : invocation.integer(.reportEvery),
      place: Text("in the replica", "en la réplica"))
    try follower.run(once: once, report.watch(patience: invocation.patience(goesOn: !once)))
    try report.finish(follower.progress)
    return .done
  }
}

internal import Replication

extension Option {
  static let replicas = Option(
    "replicas", Text("N", "N"), .integer(1...5), standard: "3",
    doc: Text(
      "on how many servers the stream is kept, when it is made",
      "en cuántos servidores se guarda el flujo, cuando se crea"))
}

extension Command {
  static let mirror = Command(
    "mirror",
    Text("publish the log on a NATS stream", "publicar el registro en un flujo de NATS"),
    details: Text(
      "Sends the durable log, byte for byte, to a JetStream stream, which is made if it is not there, "
        + "and its checkpoints, cosignatures and time stamps with it; `quipu follow` makes replicas of it "
        + "elsewhere. Waits, and says so, while servers are down or elect a leader. Works beside a "
        + "writer, goes on where the stream ends, and first compares what stands there with this "
        + "ledger: one that was cut, restored from an older backup, or superseded by a promoted "
        + "replica is refused. Neither the signing key nor the vault leave this machine.",
      "Envía el registro durable, byte a byte, a un flujo JetStream, que se crea si no existe, y con él "
        + "sus puntos de control, cofirmas y sellos de tiempo; `quipu follow` hace réplicas en otro lugar. "
        + "Espera, y lo dice, mientras los servidores no están o eligen líder. Funciona junto a quien "
        + "escribe, sigue donde termina el flujo y primero compara lo que hay ahí con este libro: uno "
        + "cortado, restaurado de una copia más vieja o relevado por una réplica promovida se rechaza. "
        + "Ni la clave de firma ni la bóveda salen de esta máquina."),
    arguments: [.servers],
    options: Option.natsAccess + [.replicas, .follow, .reportEvery],
    examples: [
      Example(
        "quipu mirror nats://a:4222,nats://b:4222,nats://c:4222 --stream books --follow",
        Text("keep a cluster up to date", "mantener al día un clúster"))
    ]
  ) { try MirrorRun($0).run() }
}

/// One run of `mirror`.
private struct MirrorRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let follows = invocation.has(.follow)
    // Before there are libnats's threads.
    if follows { StopSignal.hold() }
    let stream = try invocation.stream(on: invocation.required(.servers))
    let replicas = Int(invocation.integer(.replicas) ?? 3)
    let mirror = try Mirror(
      directory: invocation.ledger, stream: stream,
      settings: Mirror.Settings(replicas: replicas, follows: follows))
    let report = ReplicationReport(
      on: invocation.console, of: stream.name,
      every: follows ? invocation.integer(.reportEvery) : nil,
      place: Text("on stream \(stream.name)", "en el flujo \(stream.name)"))
    try mirror.run(report.watch(patience: invocation.patience(goesOn: follows)))
    try report.finish(mirror.progress)
    return .done
  }
}

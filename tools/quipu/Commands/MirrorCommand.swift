internal import CanonicalJSON
internal import EventStore
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
        + "and its checkpoints with it; `quipu follow` makes replicas of it elsewhere. Works beside a "
        + "writer, goes on where the stream ends, and first compares what stands there with this "
        + "ledger: one that was cut, restored from an older backup, or superseded by a promoted "
        + "replica is refused. Neither the signing key nor the vault leave this machine.",
      "Envía el registro durable, byte a byte, a un flujo JetStream, que se crea si no existe, y con él "
        + "sus puntos de control; `quipu follow` hace réplicas en otro lugar. Funciona junto a quien "
        + "escribe, sigue donde termina el flujo y primero compara lo que hay ahí con este libro: uno "
        + "cortado, restaurado de una copia más vieja o relevado por una réplica promovida se rechaza. "
        + "Ni la clave de firma ni la bóveda salen de esta máquina."),
    arguments: [.servers],
    options: [.stream, .replicas, .follow, .reportEvery, .natsCredentials, .natsAuthorities],
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
  let start = ContinuousClock.now

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let console = invocation.console
    let follows = invocation.has(.follow)
    // Before there are libnats's threads.
    if follows { StopSignal.hold() }
    let stream = try invocation.openStream()
    let replicas = Int(invocation.integer(.replicas) ?? 3)
    let mirror = try Mirror(
      directory: invocation.ledger, stream: stream,
      settings: Mirror.Settings(replicas: replicas, follows: follows))
    var report = ReplicationReport(on: console, every: invocation.integer(.reportEvery) ?? 10)
    var told: Mirror.Progress?
    var bar: Progress?
    var shown: Int64 = 0
    try mirror.run { progress, error in
      if !follows {
        let drawn = bar ?? console.startProgress(of: progress.events, unit: Self.unit)
        bar = drawn
        drawn.advance(by: progress.mirrored - shown)
        shown = progress.mirrored
      }
      if report.isDue(error), follows, progress != told {
        try? tell(progress, stream)
        told = progress
      }
    } stop: {
      StopSignal.wait(milliseconds: $0)
    }
    console.finishProgress()
    try tell(mirror.progress, stream)
    return .done
  }

  private static let unit = Text("events", "eventos")

  private func tell(_ progress: Mirror.Progress, _ stream: JetStream) throws {
    let console = invocation.console
    let milliseconds = max(1, (ContinuousClock.now - start).milliseconds)
    let rate = progress.sentEvents * 1000 / milliseconds
    let lag = max(0, progress.events - progress.mirrored)
    if console.json {
      try console.print(
        .object([
          "stream": .string(stream.name), "events": .integer(progress.events),
          "mirrored": .integer(progress.mirrored), "lag": .integer(lag),
          "root": .string(progress.root.base64), "sequence": .integer(Int64(progress.sequence)),
          "sentEvents": .integer(progress.sentEvents), "sentBytes": .integer(progress.sentBytes),
          "messages": .integer(progress.messages), "checkpoints": .integer(progress.checkpoints),
          "resumed": .integer(progress.resumed), "milliseconds": .integer(milliseconds),
          "eventsPerSecond": .integer(rate),
        ]))
    } else {
      try console.print(
        countedEvents(progress.mirrored)
          + Text(
            " on stream \(stream.name), \(grouped(lag)) behind; \(grouped(progress.sentEvents)) sent "
              + "in \(grouped(progress.messages)) messages, \(grouped(rate))/s",
            " en el flujo \(stream.name), faltan \(grouped(lag)); \(grouped(progress.sentEvents)) "
              + "enviados en \(grouped(progress.messages)) mensajes, \(grouped(rate))/s"))
      try console.print(
        Text("root   \(progress.root.base64)", "raíz    \(progress.root.base64)"))
    }
    try console.output.flush()
  }
}

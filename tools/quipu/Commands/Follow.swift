internal import CanonicalJSON
internal import EventStore
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
    options: [.stream, .once, .reportEvery, .natsCredentials, .natsAuthorities],
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
  let start = ContinuousClock.now

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let console = invocation.console
    let once = invocation.has(.once)
    // Before there are libnats's threads.
    if !once { StopSignal.hold() }
    let stream = try invocation.openStream()
    let follower = try Follower(
      directory: invocation.ledger, stream: stream, servers: invocation.required(.servers),
      settings: invocation.logSettings)
    var report = ReplicationReport(on: console, every: invocation.integer(.reportEvery) ?? 10)
    var told: Follower.Progress?
    var bar: Progress?
    var shown: UInt64 = 0
    try follower.run(once: once) { progress, error in
      if once {
        let drawn =
          bar
          ?? console.startProgress(
            of: Int64(progress.last), unit: Text("messages", "mensajes"))
        bar = drawn
        drawn.advance(by: Int64(progress.sequence - min(shown, progress.sequence)))
        shown = progress.sequence
      }
      if report.isDue(error), !once, progress != told {
        try? tell(progress, stream)
        told = progress
      }
    } stop: {
      StopSignal.wait(milliseconds: $0)
    }
    console.finishProgress()
    try tell(follower.progress, stream)
    return .done
  }

  private func tell(_ progress: Follower.Progress, _ stream: JetStream) throws {
    let console = invocation.console
    let milliseconds = max(1, (ContinuousClock.now - start).milliseconds)
    let rate = progress.takenEvents * 1000 / milliseconds
    if console.json {
      try console.print(
        .object([
          "stream": .string(stream.name), "events": .integer(progress.events),
          "lag": .integer(progress.lag), "root": .string(progress.root.base64),
          "sequence": .integer(Int64(progress.sequence)), "last": .integer(Int64(progress.last)),
          "takenEvents": .integer(progress.takenEvents),
          "takenBytes": .integer(progress.takenBytes), "messages": .integer(progress.messages),
          "checkpoints": .integer(progress.checkpoints), "milliseconds": .integer(milliseconds),
          "eventsPerSecond": .integer(rate),
        ]))
    } else {
      try console.print(
        countedEvents(progress.events)
          + Text(
            " in the replica, \(grouped(progress.lag)) behind; \(grouped(progress.takenEvents)) taken, "
              + "\(grouped(rate))/s",
            " en la réplica, faltan \(grouped(progress.lag)); \(grouped(progress.takenEvents)) "
              + "recibidos, \(grouped(rate))/s"))
      try console.print(
        Text("root   \(progress.root.base64)", "raíz    \(progress.root.base64)"))
    }
    try console.output.flush()
  }
}

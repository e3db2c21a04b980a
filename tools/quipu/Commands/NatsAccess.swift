internal import EventStore
internal import Replication

extension Argument {
  static let servers = Argument(
    Text("SERVERS", "SERVIDORES"),
    doc: Text(
      "nats://HOST:PORT of each of the cluster's servers, commas between them; tls:// for an "
        + "encrypted connection",
      "nats://HOST:PUERTO de cada servidor del clúster, separados por comas; tls:// para una "
        + "conexión cifrada"
    ))
}

extension Option {
  static let stream = Option(
    "stream", Text("NAME", "NOMBRE"),
    doc: Text(
      "the JetStream stream that carries the ledger", "el flujo JetStream que lleva el libro"))

  static let natsCredentials = Option(
    "creds", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "the NATS user's credentials, as nsc makes them",
      "las credenciales del usuario de NATS, como las hace nsc"))

  static let natsAuthorities = Option(
    "ca", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "the certificates to trust, for TLS", "los certificados en que se confía, para TLS"))

  static let reportEvery = Option(
    "report", Text("SECONDS", "SEGUNDOS"), .integer(1...3_600), standard: "10",
    doc: Text(
      "how often to tell how far it is, when that has changed",
      "cada cuánto decir hasta dónde se llegó, si cambió"))
}

extension Invocation {
  /// The stream of `--stream`, on a connection to the servers named.
  func openStream() throws -> JetStream {
    let servers = required(.servers)
    let known = ["nats://", "tls://"]
    guard servers.split(separator: ",").allSatisfy({ one in known.contains { one.hasPrefix($0) } })
    else {
      throw wrongUsage(
        Text("these are no NATS servers: \(servers)", "no son servidores NATS: \(servers)"),
        [Failure.Detail("expected", "nats://HOST:PORT, or several with commas between them")])
    }
    guard let name = value(.stream) else {
      throw wrongUsage(Text("--stream NAME is missing", "falta --stream NOMBRE"))
    }
    let settings = NatsConnection.Settings(
      servers: servers, name: "quipu \(command.name)", credentials: value(.natsCredentials),
      authorities: value(.natsAuthorities))
    return try JetStream(try NatsConnection(settings), stream: name)
  }
}

extension Failure {
  /// A ledger that could not be mirrored or followed.
  init(_ error: ReplicationError) {
    let exit: ExitCode =
      switch error.code {
      case .unreachable, .timedOut, .refused: .inputOutput
      case .malformed: .foundWrong
      case .noStream, .wrongStream, .forked, .behind, .superseded: .refused
      }
    self.init(exit, error.code.rawValue, Text(same: error.detail))
  }
}

/// When to tell how far a mirror or a follower is: now and then, and at once when it has to wait.
struct ReplicationReport {
  private let console: Console
  private let interval: Duration
  private var told = ContinuousClock.now
  private var waiting: ReplicationError?

  /// A report at most every so many seconds.
  init(on console: Console, every seconds: Int64) {
    self.console = console
    interval = .seconds(seconds)
  }

  /// Takes note of a step; whether it is time to tell.
  mutating func isDue(_ error: ReplicationError?) -> Bool {
    if let error, waiting != error {
      waiting = error
      let failure = Failure(error)
      console.warn(
        failure.code, failure.message + Text("; trying again", "; se sigue intentando"),
        failure.details)
    }
    if error == nil, waiting != nil {
      waiting = nil
      console.notice("nats_back", Text("the stream answers again", "el flujo responde otra vez"))
    }
    let now = ContinuousClock.now
    guard now - told >= interval else { return false }
    told = now
    return true
  }
}

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

  static let natsCertificate = Option(
    "cert", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "the certificate that this client shows, for TLS; with --key",
      "el certificado que muestra este cliente, para TLS; con --key"))

  static let natsKey = Option(
    "key", Text("FILE", "ARCHIVO"), .file,
    doc: Text("the key of --cert", "la clave de --cert"))

  static let patience = Option(
    "patience", Text("SECONDS", "SEGUNDOS"), .integer(1...86_400), standard: "60",
    doc: Text(
      "how long to wait for servers, or a leader among them, without any progress; one that goes on "
        + "until interrupted waits as long as it takes",
      "cuánto esperar a los servidores, o a que tengan líder, sin ningún avance; el que sigue hasta ser "
        + "interrumpido espera lo que haga falta"))

  static let reportEvery = Option(
    "report", Text("SECONDS", "SEGUNDOS"), .integer(1...3_600), standard: "10",
    doc: Text(
      "how often to tell how far it is, when that has changed",
      "cada cuánto decir hasta dónde se llegó, si cambió"))

  /// How to reach a stream, for every command that does.
  static let natsAccess = [
    stream, natsCredentials, natsAuthorities, natsCertificate, natsKey, patience,
  ]
}

extension Invocation {
  /// The stream of `--stream` on the servers named; nothing is connected yet.
  func stream(on servers: String) throws -> JetStream {
    guard Self.areServers(servers) else {
      throw wrongUsage(
        Text("these are no NATS servers: \(servers)", "no son servidores NATS: \(servers)"),
        [Failure.Detail("expected", "nats://HOST:PORT, or several with commas between them")])
    }
    guard let name = value(.stream) else {
      throw wrongUsage(Text("--stream NAME is missing", "falta --stream NOMBRE"))
    }
    guard has(.natsCertificate) == has(.natsKey) else {
      throw wrongUsage(
        Text("--cert and --key go together", "--cert y --key van juntos"))
    }
    var settings = NatsConnection.Settings(servers: servers, name: "quipu \(command.name)")
    settings.credentials = value(.natsCredentials)
    settings.authorities = value(.natsAuthorities)
    settings.certificate = value(.natsCertificate)
    settings.key = value(.natsKey)
    // Said by name here: libnats says of a file that cannot be read only that something failed.
    for file in [.natsCredentials, .natsAuthorities, .natsCertificate, .natsKey].compactMap(value) {
      _ = try OutputFile.read(file)
    }
    return try JetStream(settings, stream: name)
  }

  /// Whether a text names NATS servers.
  static func areServers(_ text: String) -> Bool {
    !text.isEmpty
      && text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { one in
        ["nats://", "tls://"].contains { one.hasPrefix($0) && one.count > $0.count }
      }
  }

  /// How long to wait without progress; nil for a command that goes on until interrupted.
  func patience(goesOn: Bool) -> Duration? {
    goesOn ? nil : .seconds(integer(.patience) ?? 60)
  }
}

extension Failure {
  /// A ledger that could not be mirrored or followed.
  init(_ error: ReplicationError) {
    let exit: ExitCode =
      switch error.code {
      case .unreachable, .timedOut, .refused, .interrupted: .inputOutput
      case .malformed: .foundWrong
      case .noStream, .wrongStream, .forked, .behind, .superseded: .refused
      }
    self.init(exit, error.code.rawValue, Text(same: error.detail))
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger
internal import Projections

extension Option {
  static let listen = Option(
    "listen", Text("ADDRESS:PORT", "DIRECCIÓN:PUERTO"), standard: "127.0.0.1:8080",
    doc: Text(
      "where to listen; port 0 takes a free one", "dónde escuchar; el puerto 0 toma uno libre"))

  static let certificate = Option(
    "tls-certificate", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "speak TLS: the certificate and its chain, PEM", "usar TLS: certificado y cadena, PEM"))

  static let certificateKey = Option(
    "tls-key", Text("FILE", "ARCHIVO"), .file,
    doc: Text("the certificate's private key, PEM", "la clave privada del certificado, PEM"))

  static let behindProxy = Option(
    "behind-tls-proxy",
    doc: Text(
      "listen beyond this machine without TLS, for a proxy in front speaks it",
      "escuchar fuera de esta máquina sin TLS, porque un proxy delante lo usa"))

  static let readOnly = Option(
    "read-only",
    doc: Text(
      "take no events, and follow a ledger that another process writes",
      "no recibir eventos, y seguir un libro que escribe otro proceso"))

  static let portalAddress = Option(
    "portal", Text("ADDRESS:PORT", "DIRECCIÓN:PUERTO"),
    doc: Text(
      "serve the debtor's portal there too, and nothing else there",
      "servir ahí también el portal del deudor, y nada más"))

  static let lender = Option(
    "portal-lender", Text("NAME", "NOMBRE"),
    doc: Text("who the portal says it is of", "de quién dice ser el portal"))

  static let portalContact = Option(
    "portal-contact", Text("TEXT", "TEXTO"),
    doc: Text(
      "a phone or address by which people may check that the portal is real",
      "teléfono o correo para comprobar que el portal es auténtico"))

  static let connectionLimit = Option(
    "connections", Text("N", "N"), .integer(1...100_000), standard: "1024",
    doc: Text("connections at a time, feeds apart", "conexiones a la vez, sin contar flujos"))

  static let streamLimit = Option(
    "feeds", Text("N", "N"), .integer(0...100_000), standard: "1024",
    doc: Text("feeds and long listings at a time", "flujos y listados largos a la vez"))

  static let answerCache = Option(
    "cache", Text("MIB", "MIB"), .integer(0...100_000), standard: "512",
    doc: Text(
      "keep answers about accounts that still hold, in at most so much memory",
      "guardar respuestas de cuentas que aún valen, en a lo más esa memoria"))

  static let requestLog = Option(
    "access-log", Text("FILE|-", "ARCHIVO|-"), .file,
    doc: Text(
      "a line of JSON for each request, without personal data; - is standard error; opened anew on SIGHUP",
      "una línea JSON por solicitud, sin datos personales; - es la salida de errores; se reabre con SIGHUP"
    ))

  static let scrubRate = Option(
    "scrub", Text("MIB", "MIB"), .integer(1...10_000),
    doc: Text(
      "read finished segments again all the while, so many MiB a second",
      "releer siempre los segmentos terminados, tantos MiB por segundo"))
}

extension Command {
  static let serve = Command(
    "serve",
    Text("answer programs and people over HTTP", "responder a programas y personas por HTTP"),
    details: Text(
      "Records events (POST /v1/events), answers from projections kept current in memory, and shows the "
        + "console. Programs show a token (quipu token add); /openapi.json says what there is. One service "
        + "writes to a ledger; others may follow it with --read-only. SIGTERM finishes what is under way, "
        + "signs a checkpoint and ends.",
      "Registra eventos (POST /v1/events), responde con proyecciones al día en memoria y muestra la "
        + "consola. Los programas muestran una clave (quipu token add); /openapi.json dice qué hay. Un "
        + "servicio escribe en un libro; otros pueden seguirlo con --read-only. SIGTERM termina lo que "
        + "está en curso, firma un punto de control y acaba."),
    options: [
      .listen, .certificate, .certificateKey, .behindProxy, .readOnly, .connectionLimit,
      .streamLimit, .answerCache, .requestLog, .scrubRate, .portalAddress,
      .lender, .portalContact,
    ],
    examples: [
      Example(
        "quipu serve", Text("on this machine alone, port 8080", "solo en esta máquina, puerto 8080")
      ),
      Example(
        "quipu serve --listen 0.0.0.0:443 --tls-certificate c.pem --tls-key k.pem",
        Text("for others, over TLS", "para otros, con TLS")),
      Example(
        "quipu serve --read-only --listen 127.0.0.1:8081",
        Text("beside whoever writes", "junto a quien escribe")),
      Example(
        "quipu serve --portal 127.0.0.1:8081",
        Text(
          "with the portal that people enter by a link", "con el portal al que se entra por enlace")
      ),
    ]
  ) { try ServeRun($0).run() }
}

/// One run of `serve`.
private struct ServeRun {
  let invocation: Invocation

  /// How long requests under way are waited for at the end, in seconds.
  private static let drainSeconds = 20
  /// How often a ledger written by another process is looked at, in milliseconds.
  private static let followPause: UInt32 = 200

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    StopSignal.hold()
    StopSignal.holdHangup()
    signal(SIGPIPE, SIG_IGN)
    let limits = self.limits
    let identity = try tlsIdentity()
    let socket = try ListeningSocket(invocation.value(.listen) ?? "")
    let portalSocket = try portalSocket()
    for socket in [socket] + (portalSocket.map { [$0] } ?? [])
    where !(socket.isLoopback || identity != nil || invocation.has(.behindProxy)) {
      throw Failure(
        .refused, "needs_tls",
        Text(
          "\(socket.address) can be reached from elsewhere: tokens would travel in clear",
          "\(socket.address) se alcanza desde fuera: las claves viajarían en claro"),
        [
          Failure.Detail(
            "expected",
            "--tls-certificate and --tls-key, or --behind-tls-proxy where a proxy speaks TLS")
        ])
    }
    let opening = try ServiceOpening(invocation, limits)
    let service = opening.service
    let daemon = try HTTPDaemon(
      on: socket, threads: Processors.count, identity: identity,
      isSecure: invocation.has(.behindProxy), for: service)
    let portal = try portalSocket.map { socket in
      try HTTPDaemon(
        on: socket, threads: Processors.count, identity: identity,
        isSecure: invocation.has(.behindProxy),
        for: opening.portal(
          lender: invocation.value(.lender) ?? service.books.identity.origin,
          contact: invocation.value(.portalContact) ?? ""))
    }
    if let rate = invocation.integer(.scrubRate) {
      ScrubThread(invocation.ledger, mebibytes: rate, service.metrics).start()
    }
    let scheme = identity == nil ? "http://" : "https://"
    try announce(scheme + socket.address, portalSocket.map { scheme + $0.address }, service)
    ServiceNotice.ready.send()
    attend(
      service, [daemon] + (portal.map { [$0] } ?? []),
      portal.map { _ in PortalLinks(invocation.ledger) })
    ServiceNotice.stopping.send()
    let isPortalDrained = portal?.drain(seconds: Self.drainSeconds) ?? true
    return opening.end(
      isDrained: daemon.drain(seconds: Self.drainSeconds) && isPortalDrained)
  }

  private func sweep(_ links: PortalLinks?) {
    do {
      guard let swept = try links?.sweep(at: WallClock.now()), swept > 0 else { return }
      invocation.console.notice("links_swept", PortalLinks.swept(swept))
    } catch {
      invocation.console.warn(
        "links_not_swept",
        Text(
          "files of links could not be taken away: \(error)",
          "no se pudieron borrar archivos de enlaces: \(error)"))
    }
  }

  private var limits: ServiceLimits {
    var limits = ServiceLimits()
    limits.connections = Int(invocation.integer(.connectionLimit) ?? 1_024)
    limits.streams = Int(invocation.integer(.streamLimit) ?? 1_024)
    limits.answerBytes = Int(invocation.integer(.answerCache) ?? 512) << 20
    // Each connection is a descriptor, and the ledger needs some.
    var descriptors = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &descriptors)
    descriptors.rlim_cur = descriptors.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &descriptors)
    let room = max(16, Int(min(descriptors.rlim_cur, 1 << 20)) - 256)
    if limits.connections + limits.streams > room {
      limits.connections = min(limits.connections, room / 2)
      limits.streams = min(limits.streams, room - limits.connections)
      invocation.console.warn(
        "few_descriptors",
        Text(
          "the system allows \(descriptors.rlim_cur) open files: \(limits.connections) connections and \(limits.streams) feeds",
          "el sistema permite \(descriptors.rlim_cur) archivos abiertos: \(limits.connections) conexiones y \(limits.streams) flujos"
        ))
    }
    return limits
  }

  /// Where the portal listens, if it is wanted: it records visits and what people do.
  private func portalSocket() throws -> ListeningSocket? {
    guard let text = invocation.value(.portalAddress) else { return nil }
    guard !invocation.has(.readOnly) else {
      throw invocation.wrongUsage(
        Text(
          "the portal records what people do: not with --read-only",
          "el portal registra lo que hacen las personas: no con --read-only"))
    }
    return try ListeningSocket(text)
  }

  private func tlsIdentity() throws -> (certificate: String, key: String)? {
    switch (invocation.value(.certificate), invocation.value(.certificateKey)) {
    case (nil, nil): return nil
    case (let certificate?, let key?):
      return (
        String(decoding: try OutputFile.read(certificate), as: UTF8.self),
        String(decoding: try OutputFile.read(key), as: UTF8.self)
      )
    default:
      throw invocation.wrongUsage(
        Text(
          "--tls-certificate and --tls-key go together",
          "--tls-certificate y --tls-key van juntos"))
    }
  }

  /// Says where it listens, and how to begin where nobody has a token yet.
  private func announce(_ url: String, _ portal: String?, _ service: Service) throws {
    let console = invocation.console
    if console.json {
      var members = [JSONMember(key: "listening", value: .string(url))]
      if let portal { members.append(JSONMember(key: "portal", value: .string(portal))) }
      try console.print(JSONValue(members: members))
      return try console.output.flush()
    }
    try console.print(
      Text(
        "\(service.books.identity.origin): \(grouped(service.books.size)) events, console at \(url)/console/",
        "\(service.books.identity.origin): \(grouped(service.books.size)) eventos, consola en \(url)/console/"
      ))
    if let portal {
      try console.print(
        Text(
          "portal at \(portal)/, by links of `quipu link`",
          "portal en \(portal)/, con enlaces de `quipu link`"))
    }
    try console.output.flush()
    guard try IdentityList(of: invocation.ledger).identities.isEmpty else { return }
    console.notice(
      "no_identity",
      Text(
        "nobody has a token yet: quipu identity add NAME --role admin, then quipu token add",
        "nadie tiene clave todavía: quipu identity add NOMBRE --role admin, luego quipu token add"))
  }

  /// Looks after the service once a second, and at a ledger another process writes, until a signal comes.
  /// Links of the portal that were used or are over go once an hour.
  private func attend(_ service: Service, _ daemons: [HTTPDaemon], _ links: PortalLinks?) {
    var seconds = 0
    sweep(links)
    let follower = service.writer == nil ? LedgerFollower(service, invocation.ledger) : nil
    follower?.start(every: Self.followPause * 1_000)
    while !StopSignal.wait(seconds: 1) {
      seconds += 1
      for daemon in daemons { daemon.connections.breakOffOverdue() }
      service.requestLog?.flush()
      service.writer?.settle()
      if seconds % 60 == 0 { service.books.readZone() }
      if seconds % 3_600 == 0 { sweep(links) }
      if StopSignal.wasHungUp() { service.requestLog?.reopen() }
    }
  }
}

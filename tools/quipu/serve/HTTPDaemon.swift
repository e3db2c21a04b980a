internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// HTTP/1.1 by GNU libmicrohttpd: the one file that speaks to it.
///
///     begun ──► headers: admitted or refused ──► body ──► answered at once
///                                                     └─► suspended ──► resumed ──► answered
///
/// One thread a processor takes what comes, by epoll. What needs longer is suspended, done elsewhere and
/// resumed; so is a stream that has nothing to say. An answer is never given while the headers are
/// being looked at, for that would end the connection, unless it should: a body nobody wants.
@safe final class HTTPDaemon: Sendable {
  private let core: HTTPCore
  private nonisolated(unsafe) let daemon: OpaquePointer
  /// The certificate and its key, which the library goes on reading.
  private nonisolated(unsafe) let secrets: [UnsafeMutablePointer<CChar>?]

  /// Begins to serve on a socket.
  ///
  /// - Parameters:
  ///   - socket: listens already, and is the service's from now on.
  ///   - threads: how many take requests.
  ///   - identity: certificate and key in PEM, for TLS.
  ///   - isSecure: whether a proxy in front speaks TLS instead.
  ///   - service: what answers.
  /// - Throws: ``Failure``: I/O where the library cannot start, a certificate it cannot read above all.
  init(
    on socket: ListeningSocket, threads: Int, identity: (certificate: String, key: String)? = nil,
    isSecure: Bool = false, for service: Service
  ) throws(Failure) {
    let limits = service.limits
    core = HTTPCore(service, isSecure: isSecure || identity != nil, speaksTLS: identity != nil)
    let context = unsafe Unmanaged.passUnretained(core).toOpaque()
    let calls = unsafe quipu_callbacks(
      context: context,
      accept: { context, address, _ in unsafe HTTPCore.of(context).accept(address) },
      connection: { unsafe HTTPCore.of($0).notify($1, $2, $3) },
      begin: { unsafe HTTPCore.of($0).begin($1, $2) },
      handle: { unsafe HTTPCore.of($0).handle($1, $3, $5, $6, $7) },
      completed: { unsafe HTTPCore.of($0).complete($2, $3) })
    let most = limits.connections + limits.streams + 64
    let bounds = quipu_bounds(
      listening_socket: socket.descriptor, threads: UInt32(threads),
      connections: UInt32(most), memory: limits.headerBytes, idle_seconds: limits.stalledSeconds)
    unsafe secrets = [identity?.certificate, identity?.key].map { text in
      unsafe text.map { unsafe strdup($0) } ?? nil
    }
    guard let started = unsafe quipu_start_daemon(calls, bounds, secrets[0], secrets[1]) else {
      throw Failure(
        .inputOutput, "cannot_serve",
        identity == nil
          ? Text("the HTTP library cannot start", "la biblioteca HTTP no puede iniciar")
          : Text(
            "the HTTP library cannot start: see whether certificate and key are PEM and belong together",
            "la biblioteca HTTP no puede iniciar: vea si certificado y clave son PEM y van juntos"))
    }
    unsafe daemon = started
  }

  /// Ends in order: no more connections, what is under way is finished within so many seconds, and then
  /// everything is broken off. Tells whether all was finished.
  func drain(seconds: Int) -> Bool {
    let socket = unsafe MHD_quiesce_daemon(daemon)
    core.connections.close()
    core.waits.close()
    let end = MonotonicClock.milliseconds + Int64(seconds) * 1_000
    while core.underway > 0, MonotonicClock.milliseconds < end { usleep(5_000) }
    let isFinished = core.underway == 0
    // The last answers are on their way to the clients still.
    usleep(50_000)
    core.connections.breakOffAll()
    if socket >= 0 { close(socket) }
    // The library does not end while something is suspended: what is not finished ends with the process.
    if isFinished { unsafe MHD_stop_daemon(daemon) }
    return isFinished
  }

  /// All that is open.
  var connections: Connections { core.connections }
}

/// What the library's calls lead to.
private final class HTTPCore: Sendable {
  let service: Service
  let connections: Connections
  let waits: StreamWaits
  private let isSecure: Bool
  private let speaksTLS: Bool
  private let running = Atomic<Int>(0)

  init(_ service: Service, isSecure: Bool, speaksTLS: Bool) {
    self.service = service
    (self.isSecure, self.speaksTLS) = (isSecure, speaksTLS)
    connections = service.connections
    waits = service.waits
  }

  static func of(_ context: UnsafeMutableRawPointer?) -> HTTPCore {
    guard let context = unsafe context else { preconditionFailure("the library kept the context") }
    return unsafe Unmanaged<HTTPCore>.fromOpaque(context).takeUnretainedValue()
  }

  /// How many requests are not answered yet.
  var underway: Int { running.load(ordering: .acquiring) }

  /// Whether a client may connect.
  func accept(_ address: UnsafePointer<sockaddr>?) -> MHD_Result {
    connections.mayOpen(from: unsafe peerName(address)) ? .YES : .NO
  }

  /// A connection was opened, or is about to be closed.
  func notify(
    _ connection: OpaquePointer?, _ kept: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ code: MHD_ConnectionNotificationCode
  ) {
    guard let kept = unsafe kept else { return }
    if code == .CONNECTION_NOTIFY_STARTED {
      let opened = Connection(
        unsafe peerName(quipu_address(connection)), socket: unsafe quipu_socket(connection),
        seconds: service.limits.headerSeconds)
      connections.opened(opened)
      unsafe kept.pointee = Unmanaged.passRetained(opened).toOpaque()
    } else if let context = unsafe kept.pointee {
      connections.closed(unsafe Unmanaged<Connection>.fromOpaque(context).takeRetainedValue())
      unsafe kept.pointee = nil
    }
  }

  /// A request's line was read.
  func begin(
    _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
  ) -> UnsafeMutableRawPointer? {
    guard let target = unsafe target, let context = unsafe quipu_context(connection) else {
      return nil
    }
    let client = unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    client.allow(seconds: service.limits.headerSeconds)
    client.asks(true)
    running.add(1, ordering: .relaxed)
    let begun = PendingRequest(unsafe String(cString: target), from: client)
    return unsafe Unmanaged.passRetained(begun).toOpaque()
  }

  /// A request is over, in whatever way.
  func complete(
    _ kept: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
  ) {
    guard let context = unsafe kept?.pointee else { return }
    unsafe kept?.pointee = nil
    let pending = unsafe Unmanaged<PendingRequest>.fromOpaque(context).takeRetainedValue()
    connections.release(bytes: pending.reserved)
    pending.client.allow(seconds: service.limits.idleSeconds)
    pending.client.asks(false)
    running.subtract(1, ordering: .releasing)
    service.note(
      pending.request, pending.admission?.route, status: pending.status, bytes: pending.sent,
      microseconds: MonotonicClock.microseconds - pending.start,
      isWhole: code == .REQUEST_TERMINATED_COMPLETED_OK, by: pending.admission?.grant)
  }

  /// Something of a request is there: its headers, some of its body, its end, or the answer that was waited
  /// for.
  func handle(
    _ connection: OpaquePointer?, _ method: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?,
    _ size: UnsafeMutablePointer<Int>?, _ kept: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> MHD_Result {
    guard let connection = unsafe connection, let method = unsafe method, let size = unsafe size,
      let context = unsafe kept?.pointee
    else { return .NO }
    let pending = unsafe Unmanaged<PendingRequest>.fromOpaque(context).takeUnretainedValue()
    switch pending.step {
    case .begun:
      pending.request.method = unsafe String(cString: method)
      pending.request.isSecure = isSecure
      pending.request.headers = unsafe headers(of: connection)
      return unsafe admit(pending, on: connection)
    case .receiving where unsafe size.pointee > 0:
      defer { unsafe size.pointee = 0 }
      return unsafe take(UnsafeRawBufferPointer(start: data, count: size.pointee), of: pending)
        ? .YES : .NO
    case .receiving:
      return unsafe answer(pending, on: connection)
    case .answering:
      guard let response = pending.outcome?.take() else { return .YES }
      return unsafe queue(response, of: pending, on: connection)
    }
  }

  /// The headers of a request.
  private func headers(of connection: OpaquePointer) -> HTTPHeaders {
    var headers = HTTPHeaders()
    unsafe withUnsafeMutablePointer(to: &headers) { pointer in
      _ = unsafe MHD_get_connection_values_n(
        connection, .HEADER_KIND,
        { context, _, name, nameSize, value, valueSize in
          guard let context = unsafe context,
            let name = unsafe HeaderName(
              written: UnsafeRawBufferPointer(start: name, count: nameSize))
          else { return .YES }
          let headers = unsafe context.assumingMemoryBound(to: HTTPHeaders.self)
          unsafe headers.pointee.add(name, value.map { unsafe text($0, valueSize) } ?? "")
          return .YES
        }, pointer)
    }
    return headers
  }

  /// Judges a request by its headers. One with a body that is not let in is answered at once, and the
  /// connection ends, so that nobody takes the body.
  private func admit(_ pending: PendingRequest, on connection: OpaquePointer) -> MHD_Result {
    let admission = service.admit(pending.request)
    pending.admission = admission
    pending.step = .receiving
    let length = pending.bodyLength
    guard length != 0 else {
      pending.client.allow(seconds: ServiceLimits.never)
      return .YES
    }
    pending.client.allow(seconds: service.limits.bodySeconds)
    var refusal = admission.refusal
    if refusal == nil, let length, length > admission.bodyLimit {
      refusal = service.response(
        to: .bodyTooLarge(admission.bodyLimit), pending.request, admission)
    } else if refusal == nil, !connections.reserve(bytes: length ?? 0) {
      refusal = service.response(to: .busy, pending.request, admission)
    } else if refusal == nil {
      pending.reserved = length ?? 0
      pending.request.body.reserveCapacity(pending.reserved)
    }
    guard let refusal else { return .YES }
    return unsafe queue(refusal, of: pending, on: connection)
  }

  /// Takes some of a body; false where it is more than it may be, and the connection ends.
  private func take(_ bytes: UnsafeRawBufferPointer, of pending: PendingRequest) -> Bool {
    let count = pending.request.body.count + bytes.count
    guard count <= pending.admission?.bodyLimit ?? 0 else { return false }
    if count > pending.reserved {
      guard connections.reserve(bytes: count - pending.reserved) else { return false }
      pending.reserved = count
    }
    unsafe pending.request.body.append(contentsOf: bytes)
    return true
  }

  /// Answers a request that is whole, at once or after having it suspended.
  private func answer(_ pending: PendingRequest, on connection: OpaquePointer) -> MHD_Result {
    pending.client.allow(seconds: ServiceLimits.never)
    pending.step = .answering
    guard let admission = pending.admission else { return .NO }
    if let response = service.answerNow(pending.request, admission) {
      return unsafe queue(response, of: pending, on: connection)
    }
    unsafe MHD_suspend_connection(connection)
    nonisolated(unsafe) let suspended = unsafe connection
    let outcome = PendingRequest.Outcome()
    pending.outcome = outcome
    service.answerLater(pending.request, admission) { way in
      outcome.put(way)
      unsafe MHD_resume_connection(suspended)
    }
    return .YES
  }

  /// Gives an answer to the library.
  private func queue(
    _ response: HTTPResponse, of pending: PendingRequest, on connection: OpaquePointer
  ) -> MHD_Result {
    var response = response
    let made: OpaquePointer?
    if case .stream = response.body, !connections.beginStream() {
      response = service.response(to: .tooManyStreams, pending.request, pending.admission)
    }
    switch response.body {
    case .bytes(let bytes):
      pending.sent = bytes.count
      unsafe made = bytes.withUnsafeBytes { all in
        unsafe MHD_create_response_from_buffer(
          all.count, UnsafeMutableRawPointer(mutating: all.baseAddress), .RESPMEM_MUST_COPY)
      }
    case .stream(let stream):
      let body = unsafe StreamedBody(stream, pending, on: connection, waits, connections)
      unsafe made = MHD_create_response_from_callback(
        UInt64.max, 32 << 10, { unsafe StreamedBody.read($0, into: $2, $3) },
        Unmanaged.passRetained(body).toOpaque(), { unsafe StreamedBody.free($0) })
    }
    guard let made = unsafe made else { return .NO }
    defer { unsafe MHD_destroy_response(made) }
    for (name, value) in response.headers {
      _ = unsafe MHD_add_response_header(made, name, value)
    }
    // Browsers come by TLS alone from then on, for a year (RFC 6797). A proxy that speaks TLS decides that itself.
    if speaksTLS {
      _ = unsafe MHD_add_response_header(made, "Strict-Transport-Security", "max-age=31536000")
    }
    // Who is turned away for want of room takes none by staying.
    if connections.isClosing || response.status == 503 {
      _ = unsafe MHD_add_response_header(made, "Connection", "close")
    }
    pending.status = response.status
    return unsafe MHD_queue_response(connection, UInt32(response.status), made)
  }
}

/// A body that is made while it is taken, and what it is waiting for.
@safe private final class StreamedBody {
  private let stream: ResponseStream
  private let pending: PendingRequest
  private let connection: OpaquePointer
  private let waits: StreamWaits
  private let connections: Connections
  private let cause = Mutex<ResponseStream.Cause>(.room)
  private var rest: ArraySlice<UInt8> = []

  init(
    _ stream: ResponseStream, _ pending: PendingRequest, on connection: OpaquePointer,
    _ waits: StreamWaits, _ connections: Connections
  ) {
    self.stream = stream
    self.pending = pending
    unsafe self.connection = connection
    self.waits = waits
    self.connections = connections
  }

  static func free(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    let body = unsafe Unmanaged<StreamedBody>.fromOpaque(context).takeRetainedValue()
    body.connections.endStream()
  }

  /// Puts what comes next where the library wants it.
  static func read(
    _ context: UnsafeMutableRawPointer?, into buffer: UnsafeMutablePointer<CChar>?, _ room: Int
  ) -> Int {
    guard let context = unsafe context, let buffer = unsafe buffer else { return -2 }
    let body = unsafe Unmanaged<StreamedBody>.fromOpaque(context).takeUnretainedValue()
    return unsafe body.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while rest.isEmpty {
      let growth = waits.growth
      let cause = cause.withLock { cause in
        defer { cause = .room }
        return cause
      }
      switch stream.next(cause) {
      case .bytes(let bytes): rest = bytes[...]
      case .end: return Int(MHD_CONTENT_READER_END_OF_STREAM)
      case .failed: return Int(MHD_CONTENT_READER_END_WITH_ERROR)
      case .wait:
        if waits.isClosing { return Int(MHD_CONTENT_READER_END_OF_STREAM) }
        wait(since: growth)
        return 0
      }
    }
    let piece = rest.prefix(buffer.count)
    unsafe buffer.copyBytes(from: piece)
    rest.removeFirst(piece.count)
    pending.sent += piece.count
    return piece.count
  }

  /// Has the connection suspended until there may be more.
  private func wait(since growth: UInt64) {
    unsafe MHD_suspend_connection(connection)
    nonisolated(unsafe) let body = self
    waits.wait(since: growth) { cause in
      unsafe body.cause.withLock { $0 = cause }
      unsafe MHD_resume_connection(body.connection)
    }
  }
}

/// A text of so many bytes, whatever is not UTF-8 replaced.
private func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
  let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
  return unsafe String(decoding: bytes, as: UTF8.self)
}

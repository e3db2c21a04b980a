internal import CNats
internal import Glibc

/// A connection to a NATS server or cluster: requests go out, and their answers come in any order.
///
/// Reconnects by itself, to any of the servers it knows. What was under way then may be lost or may come
/// twice; so whoever asks gives every request a time, and asks again.
@safe package final class NatsConnection {
  /// Whom to connect to, and as whom.
  package struct Settings: Sendable {
    /// `nats://host:port` and the like, commas between them; `tls://` for an encrypted connection.
    package var servers: String
    /// How the server's operators see this client.
    package var name: String
    /// A file with a user's JWT and key, as `nsc` makes it.
    package var credentials: String?
    /// A file with the certificates of authorities to trust with TLS.
    package var authorities: String?
    /// Files with the certificate and the key by which this client is known with TLS.
    package var certificate: String?
    package var key: String?

    /// Settings of given parts.
    package init(servers: String, name: String) {
      self.servers = servers
      self.name = name
    }

    /// The servers' addresses without a user's name and password in them.
    package var publicServers: String {
      servers.split(separator: ",").map { address in
        guard let at = address.lastIndex(of: "@"), let slash = address[..<at].lastIndex(of: "/")
        else {
          return String(address)
        }
        return String(address[...slash] + address[address.index(after: at)...])
      }.joined(separator: ",")
    }
  }

  /// What came in answer to a request.
  package struct Reply {
    /// Which request it answers, as `send` numbered it.
    package var request: UInt64
    /// `503` where nobody listens, `404` for a message that is not there; empty for a plain answer.
    package var status: String
    package var headers: [String: String]
    package var payload: [UInt8]
  }

  private let connection: OpaquePointer
  private let answers: OpaquePointer
  private let inbox: String
  private var sent: UInt64 = 0

  /// Connects. Throws `unreachable` when no server takes the connection within five seconds, `refused` when
  /// one does not want it, or files of the settings cannot be used.
  package init(_ settings: Settings) throws(ReplicationError) {
    unsafe connection = try Self.connect(settings)
    var name: UnsafeMutablePointer<natsInbox>?
    guard unsafe natsInbox_Create(&name) == NATS_OK, let text = unsafe name else {
      unsafe natsConnection_Destroy(connection)
      throw ReplicationError(.unreachable, "the connection has no inbox")
    }
    inbox = unsafe String(cString: text)
    unsafe natsInbox_Destroy(text)
    var subscription: OpaquePointer?
    guard
      unsafe natsConnection_SubscribeSync(&subscription, connection, inbox + ".*") == NATS_OK,
      let subscription = unsafe subscription
    else {
      unsafe natsConnection_Destroy(connection)
      throw ReplicationError(.unreachable, "the server gives no subscription")
    }
    unsafe natsSubscription_SetPendingLimits(subscription, -1, -1)
    unsafe answers = subscription
  }

  deinit {
    // First the reading thread ends: libnats hands answers that still come in to a subscription it has freed.
    unsafe natsConnection_Close(connection)
    unsafe natsSubscription_Destroy(answers)
    unsafe natsConnection_Destroy(connection)
  }

  private static func connect(_ settings: Settings) throws(ReplicationError) -> OpaquePointer {
    var options: OpaquePointer?
    guard unsafe natsOptions_Create(&options) == NATS_OK else {
      throw ReplicationError(.unreachable, "libnats does not start")
    }
    defer { unsafe natsOptions_Destroy(options) }
    var status = unsafe Self.name(settings.servers, in: options)
    func set(_ next: natsStatus) { if status == NATS_OK { status = next } }
    unsafe set(natsOptions_SetName(options, settings.name))
    unsafe set(natsOptions_SetTimeout(options, 5_000))
    unsafe set(natsOptions_SetMaxReconnect(options, -1))
    unsafe set(natsOptions_SetReconnectWait(options, 200))
    // A server that stands still is given up after these, and another one is taken.
    unsafe set(natsOptions_SetPingInterval(options, 3_000))
    unsafe set(natsOptions_SetMaxPingsOut(options, 3))
    if let file = settings.credentials {
      unsafe set(natsOptions_SetUserCredentialsFromFiles(options, file, nil))
    }
    if let file = settings.authorities {
      unsafe set(natsOptions_SetSecure(options, true))
      unsafe set(natsOptions_LoadCATrustedCertificates(options, file))
    }
    if let certificate = settings.certificate, let key = settings.key {
      unsafe set(natsOptions_SetSecure(options, true))
      unsafe set(natsOptions_LoadCertificatesChain(options, certificate, key))
    }
    guard status == NATS_OK else {
      throw ReplicationError(.refused, "the connection's settings: \(text(status))\(lastError)")
    }
    var connection: OpaquePointer?
    status = unsafe natsConnection_Connect(&connection, options)
    guard status == NATS_OK, let made = unsafe connection else { throw failure(status, settings) }
    return unsafe made
  }

  /// Why a connection was not made. What only an operator can mend is not tried again.
  private static func failure(
    _ status: natsStatus, _ settings: Settings
  ) -> ReplicationError {
    let reason = lastError
    let isRefused =
      switch status {
      case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED, NATS_INVALID_ARG, NATS_ADDRESS_MISSING,
        NATS_SECURE_CONNECTION_REQUIRED, NATS_SECURE_CONNECTION_WANTED, NATS_NO_SERVER_SUPPORT:
        true
      // How libnats tells of the certificate that does not verify, and why.
      default: reason.contains(":depth=")
      }
    return ReplicationError(
      isRefused ? .refused : .unreachable,
      "no connection to \(settings.publicServers): \(text(status))\(reason)")
  }

  /// What libnats says more of this thread's last failure, after a colon; where in its source stands before
  /// it, and is left out.
  private static var lastError: String {
    guard let text = unsafe nats_GetLastError(nil) else { return "" }
    let words = unsafe String(cString: text)
    let said = words.first == "(" ? words.drop(while: { $0 != " " }).dropFirst() : words[...]
    return said.isEmpty || said == Self.text(NATS_NO_SERVER) ? "" : ": \(said)"
  }

  /// Whether it has ended for good: a server that took it before refuses it now.
  var isClosed: Bool { unsafe natsConnection_IsClosed(connection) }

  /// What a server complained of last, after a colon, e.g. a subject this user may not use; empty for
  /// nothing.
  var complaint: String {
    var text: UnsafePointer<CChar>?
    guard unsafe natsConnection_GetLastError(connection, &text) != NATS_OK,
      let text = unsafe text
    else { return "" }
    let words = unsafe String(cString: text)
    return words.isEmpty ? "" : ": \(words)"
  }

  /// Gives the options the servers' addresses, which stand in one text.
  private static func name(_ servers: String, in options: OpaquePointer?) -> natsStatus {
    var addresses = unsafe servers.split(separator: ",").map { one in
      unsafe UnsafePointer<CChar>(strdup(String(one)))
    }
    defer { for place in unsafe addresses.indices { unsafe quipu_free(addresses[place]) } }
    return unsafe natsOptions_SetServers(options, &addresses, Int32(addresses.count))
  }

  private static func text(_ status: natsStatus) -> String {
    unsafe natsStatus_GetText(status).map { unsafe String(cString: $0) } ?? "status"
  }

  /// The largest message the server takes, in bytes with its headers.
  package var largestMessage: Int { unsafe Int(natsConnection_GetMaxPayload(connection)) }

  /// Sends a request; gives the number its answer will bear.
  ///
  /// Throws `unreachable` when so much waits for a connection that no more is taken.
  package func send(
    _ subject: String, _ payload: [UInt8], headers: [(name: String, value: String)] = []
  ) throws(ReplicationError) -> UInt64 {
    sent += 1
    var message: OpaquePointer?
    var status = unsafe payload.withUnsafeBytes { bytes in
      unsafe natsMsg_Create(
        &message, subject, "\(inbox).\(sent)",
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    defer { unsafe natsMsg_Destroy(message) }
    for (name, value) in headers where status == NATS_OK {
      status = unsafe natsMsgHeader_Set(message, name, value)
    }
    if status == NATS_OK { status = unsafe natsConnection_PublishMsg(connection, message) }
    guard status == NATS_OK else {
      throw ReplicationError(.unreachable, "a message was not sent: \(Self.text(status))")
    }
    return sent
  }

  /// The next answer to any request; `nil` when none comes in time.
  package func reply(within milliseconds: Int) throws(ReplicationError) -> Reply? {
    var message: OpaquePointer?
    let status = unsafe natsSubscription_NextMsg(&message, answers, Int64(milliseconds))
    if status == NATS_TIMEOUT { return nil }
    guard status == NATS_OK, let message = unsafe message else {
      throw ReplicationError(.unreachable, "the connection ended: \(Self.text(status))")
    }
    defer { unsafe natsMsg_Destroy(message) }
    let subject = unsafe natsMsg_GetSubject(message).map { unsafe String(cString: $0) } ?? ""
    let headers = unsafe Self.headers(of: message)
    let count = unsafe Int(natsMsg_GetDataLength(message))
    let payload = unsafe [UInt8](
      UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: count))
    return Reply(
      request: UInt64(subject.dropFirst(inbox.count + 1)) ?? 0, status: headers["Status"] ?? "",
      headers: headers, payload: payload)
  }

  private static func headers(of message: OpaquePointer) -> [String: String] {
    var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    var count: Int32 = 0
    guard unsafe natsMsgHeader_Keys(message, &names, &count) == NATS_OK, let names = unsafe names
    else { return [:] }
    // The list is the caller's to free, the names are not.
    defer { unsafe quipu_free(names) }
    var headers: [String: String] = [:]
    for place in 0..<Int(count) {
      var value: UnsafePointer<CChar>?
      guard let name = unsafe names[place],
        unsafe natsMsgHeader_Get(message, name, &value) == NATS_OK, let value = unsafe value
      else { continue }
      unsafe headers[String(cString: name)] = String(cString: value)
    }
    return headers
  }
}

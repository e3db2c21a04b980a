internal import Collections
internal import EventStore
internal import Ledger
internal import Synchronization

/// Who is in the portal, in memory alone: a restart shows everybody out, and makes no link good again.
///
/// A session is named by 32 random bytes in a cookie, of which the SHA-256 is kept, and holds for the
/// browser it began in. It ends ``idle`` after she was last seen, and ``lifetime`` after it began.
final class PortalSessions: Sendable {
  /// How long nothing may be heard, in milliseconds: 20 minutes.
  static let idle: Int64 = 20 * 60_000
  /// How long it lasts at most, in milliseconds: 2 hours.
  static let lifetime: Int64 = 2 * 3_600_000

  struct Session: Sendable {
    /// The SHA-256 of the cookie's value, in hexadecimal.
    let name: String
    let subject: String
    /// The SHA-256 of what the browser calls itself.
    let browser: String
    let began: Instant
    /// Where her visit is recorded, by account: what she does is caused by it.
    let visits: [String: Int64]
    /// What tokens of forms are made with.
    let secret: [UInt8]
    var seen: Instant
    var language: Language

    func isAlive(at now: Instant, idle: Int64) -> Bool {
      now.milliseconds - seen.milliseconds < idle
        && now.milliseconds - began.milliseconds < PortalSessions.lifetime
    }
  }

  private let limit: Int
  private let sessions = Mutex<[String: Session]>([:])

  /// How long nothing may be heard, in milliseconds.
  private let idle: Int64

  init(limit: Int = 10_000, idle: Int64 = PortalSessions.idle) {
    (self.limit, self.idle) = (limit, idle)
  }

  /// Begins a session; gives it with the cookie's value. Throws ``LogError`` `io`.
  func begin(
    for subject: String, by request: HTTPRequest, in language: Language, at now: Instant,
    visits: [String: Int64] = [:]
  ) throws -> (session: Session, cookie: String) {
    let bytes = try SystemDisk().randomBytes(64)
    let value = Hexadecimal.text(Array(bytes[..<32]))
    let session = Session(
      name: Digest(hashing: value).hex, subject: subject, browser: Self.browser(of: request),
      began: now, visits: visits, secret: Array(bytes[32...]), seen: now, language: language)
    sessions.withLock { sessions in
      if sessions.count >= limit {
        sessions = sessions.filter { $0.value.isAlive(at: now, idle: idle) }
      }
      if sessions.count >= limit,
        let oldest = sessions.min(by: { ($0.value.seen, $0.key) < ($1.value.seen, $1.key) })
      {
        sessions[oldest.key] = nil
      }
      sessions[session.name] = session
    }
    return (session, value)
  }

  /// The session a request belongs to, seen now; nil where none still holds. O(1).
  func session(of request: HTTPRequest, at now: Instant) -> Session? {
    guard let name = Self.name(in: request) else { return nil }
    return sessions.withLock { sessions in
      guard let session = sessions[name], session.browser == Self.browser(of: request) else {
        return nil
      }
      guard session.isAlive(at: now, idle: idle) else {
        sessions[name] = nil
        return nil
      }
      sessions[name]?.seen = now
      if let asked = request.parameter("lang").flatMap(Language.init(rawValue:)) {
        sessions[name]?.language = asked
      }
      return sessions[name]
    }
  }

  /// Ends the session a request belongs to.
  func end(_ request: HTTPRequest) {
    guard let name = Self.name(in: request) else { return }
    sessions.withLock { $0[name] = nil }
  }

  /// The header that gives a browser its cookie; an empty value takes it away. Over TLS it has a name
  /// that no neighbour of the host can set.
  static func header(_ value: String, isSecure: Bool) -> (name: String, value: String) {
    (
      "Set-Cookie",
      "\(cookie(isSecure))=\(value); Path=/; Max-Age=\(value.isEmpty ? 0 : lifetime / 1_000)"
        + "; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    )
  }

  private static func cookie(_ isSecure: Bool) -> String {
    isSecure ? "__Host-quipu_portal" : "quipu_portal"
  }

  private static func name(in request: HTTPRequest) -> String? {
    request.cookie(cookie(request.isSecure)).map { Digest(hashing: $0).hex }
  }

  private static func browser(of request: HTTPRequest) -> String {
    Digest(hashing: request.headers[.userAgent] ?? "").hex
  }
}

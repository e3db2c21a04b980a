internal import Collections
internal import EventStore
internal import Ledger
internal import Synchronization

/// Who is signed in to the console, in memory alone: a restart signs everybody out.
///
/// A session is named by 32 random bytes in a cookie, of which only the SHA-256 is kept, with that of
/// the token it began with. Each request looks that token up again, so a session ends with it: when it
/// is revoked or expires. It ends by itself after ``lifetime``, and whoever has not been seen for
/// longest goes where there are more than ``limit``.
final class Sessions: Sendable {
  /// The cookie's name.
  static let cookie = "quipu_session"
  /// How long a session lasts, in milliseconds: 8 hours, a working day.
  static let lifetime: Int64 = 8 * 3_600_000

  private struct Session {
    var token: String
    var began: Instant
    var seen: Instant
  }

  private let limit: Int
  /// By the digest of the cookie's value.
  private let sessions = Mutex<[String: Session]>([:])

  /// No sessions yet, and at most `limit` at a time.
  init(limit: Int = 1_024) { self.limit = limit }

  /// Begins a session for whoever holds a token; gives the cookie's value.
  ///
  /// Throws ``Refusal``: `wrong_token`, `identity_revoked`, `token_expired`; ``LogError`` `io` where the
  /// machine gives no random bytes.
  func begin(token: String, in identities: IdentityList, at now: Instant) throws -> String {
    _ = try identities.grant(token: token, at: now)
    let value = Hexadecimal.text(try SystemDisk().randomBytes(32))
    let session = Session(token: IdentityList.digest(of: token), began: now, seen: now)
    sessions.withLock { sessions in
      sessions = sessions.filter { Self.isAlive($0.value, at: now) }
      if sessions.count >= limit, let oldest = sessions.min(by: Self.wasSeenBefore) {
        sessions[oldest.key] = nil
      }
      sessions[Digest(hashing: value).hex] = session
    }
    return value
  }

  /// What whoever sent a request may do by his session; nil where he has none that still stands. O(1).
  func grant(
    for request: HTTPRequest, in identities: IdentityList, at now: Instant
  ) -> Grant? {
    guard let name = Self.name(in: request) else { return nil }
    let token = sessions.withLock { sessions -> String? in
      guard let session = sessions[name] else { return nil }
      guard Self.isAlive(session, at: now) else {
        sessions[name] = nil
        return nil
      }
      sessions[name]?.seen = now
      return session.token
    }
    guard let token else { return nil }
    if let found = try? identities.grant(digest: token, at: now) { return found.grant }
    sessions.withLock { $0[name] = nil }
    return nil
  }

  /// Ends the session a request belongs to, if it belongs to one.
  func end(_ request: HTTPRequest) {
    guard let name = Self.name(in: request) else { return }
    sessions.withLock { $0[name] = nil }
  }

  /// How many there are, those included that are over and have not been asked about since.
  var count: Int { sessions.withLock { $0.count } }

  /// The header that gives a browser its cookie; an empty value takes it away.
  static func header(_ value: String, isSecure: Bool) -> (name: String, value: String) {
    let age = value.isEmpty ? 0 : lifetime / 1_000
    return (
      "Set-Cookie",
      "\(cookie)=\(value); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict"
        + (isSecure ? "; Secure" : "")
    )
  }

  /// The digest of the session's cookie in a request; nil where there is none of its form.
  private static func name(in request: HTTPRequest) -> String? {
    request.cookie(cookie).map { Digest(hashing: $0).hex }
  }

  private static func isAlive(_ session: Session, at now: Instant) -> Bool {
    now.milliseconds - session.began.milliseconds < lifetime
  }

  private static func wasSeenBefore(
    _ first: (key: String, value: Session), _ second: (key: String, value: Session)
  ) -> Bool {
    (first.value.seen, first.key) < (second.value.seen, second.key)
  }
}

extension HTTPRequest {
  /// The value of a cookie the client sent; the first where there are several.
  func cookie(_ name: String) -> String? {
    for part in headers[.cookie]?.split(separator: ";") ?? [] {
      let pair = part.drop { $0 == " " }
      if pair.hasPrefix(name + "=") { return String(pair.dropFirst(name.utf8.count + 1)) }
    }
    return nil
  }

  /// Whether a browser sent it from a page of this service itself: what may change something is taken
  /// from nowhere else, so that no other page can make a signed-in reader send it.
  ///
  /// Every browser of today says so in `Sec-Fetch-Site`, those before at least in `Origin`; what
  /// says neither is refused.
  var isSameOrigin: Bool {
    if let site = headers[.fetchSite] { return site == "same-origin" }
    guard let origin = headers[.origin], let host = headers[.host] else { return false }
    return origin == "\(isSecure ? "https" : "http")://\(host)"
  }

  /// The fields of a form in the body, decoded; nil for a body that is none.
  var form: [(name: String, value: String)]? {
    let type = headers[.contentType]?.prefix { $0 != ";" }
    guard type == "application/x-www-form-urlencoded",
      let text = String(validating: body, as: UTF8.self)
    else { return nil }
    return Self.formFields(text)
  }

  /// The fields of a text of that type; nil where it is none.
  static func formFields(_ text: String) -> [(name: String, value: String)]? {
    var fields: [(name: String, value: String)] = []
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(spaces(parts[0])),
        let value = decoded(spaces(parts.count > 1 ? parts[1] : ""))
      else { return nil }
      fields.append((name, value))
    }
    return fields
  }

  /// In a form, and there alone, a plus means a blank.
  private static func spaces(_ part: Substring) -> Substring {
    guard part.utf8.contains(UInt8(ascii: "+")) else { return part }
    return Substring(part.map { $0 == "+" ? "%20" : String($0) }.joined())
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger
internal import Synchronization

/// Who may come in, by the ledger's list of identities: read again when it has changed, so that a token
/// revoked is worth nothing a second later.
final class TokenDoor: Sendable {
  /// Who came in, and how many requests a second are taken from him.
  struct Visitor: Sendable {
    let grant: Grant
    let rate: Int64
  }

  private struct State {
    var list: IdentityList?
    /// Why the list could not be read, if so.
    var failure: LogError?
    /// What the file looked like when it was read, and when it was looked at last.
    var mark: FileMark?
    var lookedAt: Int64 = -TokenDoor.interval
    /// Headers whose tokens were found right since the file was looked at.
    var known: [String: Visitor] = [:]
  }

  /// How long the list is trusted, in milliseconds.
  private static let interval: Int64 = 1_000
  /// Wrong tokens taken from one address: so many at once, and one a second from then on.
  private static let wrongTokens: Int64 = 20

  private let ledger: String
  private let state = Mutex(State())
  private let rates = RateLimit(most: 4_096)
  private let guesses = RateLimit(most: 4_096)

  init(_ ledger: String) { self.ledger = ledger }

  /// Who sent a request, by its token or by his session; nil where he shows neither, or where he need
  /// not and what he shows is wrong.
  ///
  /// Throws ``Problem``: 401 for a token that is wrong, revoked or expired, 429 where an address tries
  /// too many, 500 where the list cannot be read.
  func visitor(
    _ request: HTTPRequest, _ sessions: Sessions, mustShow: Bool
  ) throws -> Visitor? {
    guard let header = request.headers[.authorization] else {
      guard request.headers[.cookie] != nil else { return nil }
      let list = try list()
      return sessions.grant(for: request, in: list, at: WallClock.now()).map {
        Visitor(grant: $0, rate: Identity.standardRate)
      }
    }
    do {
      return try visitor(showing: header)
    } catch let problem as Problem {
      guard mustShow else { return nil }
      try countGuess(from: request.peer)
      throw problem
    }
  }

  /// What a token gives. One that nobody has may have been added since the file was looked at.
  private func found(_ token: String) throws -> (grant: Grant, rate: Int64) {
    do {
      return try list().grant(token: token, at: WallClock.now())
    } catch let refusal as Refusal where refusal.code == "wrong_token" {
      return try list(atMost: 0).grant(token: token, at: WallClock.now())
    }
  }

  /// Counts a wrong token against the address it came from. Throws ``Problem`` 429.
  func countGuess(from peer: String) throws(Problem) {
    guard guesses.take(peer, perSecond: 1, atOnce: Self.wrongTokens) == nil else {
      throw Problem.tooMany(retryAfter: 1)
    }
  }

  /// Who shows `Bearer TOKEN`. Throws ``Problem`` 401, or ``LogError``.
  func visitor(showing header: String) throws -> Visitor {
    let now = MonotonicClock.milliseconds
    let known = state.withLock { state in
      now - state.lookedAt < Self.interval ? state.known[header] : nil
    }
    if let known { return known }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Problem.unauthorized(
        "wrong_token", Text("the form is Bearer TOKEN", "la forma es Bearer CLAVE"))
    }
    do {
      let (grant, rate) = try found(String(parts[1]))
      let visitor = Visitor(grant: grant, rate: rate)
      state.withLock { $0.known[header] = visitor }
      return visitor
    } catch let refusal as Refusal {
      throw Problem.unauthorized(refusal.code, Failure(access: refusal).message)
    }
  }

  /// Counts a request against whoever sent it. Throws ``Problem`` 429.
  func count(_ visitor: Visitor) throws(Problem) {
    guard
      let wait = rates.take(
        visitor.grant.name, perSecond: visitor.rate, atOnce: max(10, visitor.rate))
    else { return }
    throw .tooMany(retryAfter: (wait + 999) / 1_000)
  }

  /// The list as it is, at most a second old, or so many milliseconds.
  func list(atMost age: Int64 = TokenDoor.interval) throws(LogError) -> IdentityList {
    let now = MonotonicClock.milliseconds
    let current = state.withLock { state -> Result<IdentityList, LogError>? in
      guard now - state.lookedAt < age else { return nil }
      if let failure = state.failure { return .failure(failure) }
      return state.list.map { .success($0) }
    }
    if let current { return try current.get() }
    let ledger = ledger
    return try state.withLock { state -> Result<IdentityList, LogError> in
      state.lookedAt = now
      state.known.removeAll(keepingCapacity: true)
      let mark = FileMark(of: ledger + "/" + IdentityList.name)
      if mark == state.mark, state.failure == nil, let list = state.list { return .success(list) }
      do throws(LogError) {
        let list = try IdentityList(of: ledger)
        (state.list, state.mark, state.failure) = (list, mark, nil)
        return .success(list)
      } catch {
        state.failure = error
        return .failure(error)
      }
    }.get()
  }
}

/// What tells that a file is another than before, or has other bytes.
struct FileMark: Equatable {
  private let inode: UInt64
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// Looks at a file; nil where there is none.
  init?(of path: String) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    inode = UInt64(facts.st_ino)
    size = Int(facts.st_size)
    seconds = facts.st_mtim.tv_sec
    nanoseconds = facts.st_mtim.tv_nsec
  }
}

/// Buckets that fill with time and are emptied by requests, one a name; the names kept are bounded.
final class RateLimit: Sendable {
  private struct Bucket {
    /// Thousandths of requests that may come at once.
    var level: Int64
    var at: Int64
  }

  private let most: Int
  private let buckets = Mutex<[String: Bucket]>([:])

  init(most: Int) { self.most = most }

  /// Takes one request from the bucket of a name; nil where there was one to take, else the milliseconds
  /// until there is.
  ///
  /// `rate` requests come in a second, a full bucket holds `burst`, and `now` is in milliseconds of a clock
  /// that never goes back.
  func take(
    _ name: String, perSecond rate: Int64, atOnce burst: Int64,
    now: Int64 = MonotonicClock.milliseconds
  ) -> Int64? {
    buckets.withLock { buckets in
      var bucket = buckets[name] ?? Bucket(level: burst * 1_000, at: now)
      let gained = min(now - bucket.at, 3_600_000) * rate
      bucket.level = min(burst * 1_000, bucket.level + gained)
      bucket.at = now
      defer {
        if buckets.count >= most, buckets[name] == nil {
          // Who has a full bucket is forgotten at no loss.
          buckets = buckets.filter { now - $0.value.at < 60_000 }
          if buckets.count >= most { buckets.removeAll(keepingCapacity: true) }
        }
        buckets[name] = bucket
      }
      guard bucket.level < 1_000 else {
        bucket.level -= 1_000
        return nil
      }
      return max(1, (1_000 - bucket.level + rate - 1) / rate)
    }
  }
}

extension Problem {
  /// Who asks is not known.
  static func unauthorized(_ code: String, _ message: Text) -> Problem {
    var problem = Problem(401, code, message)
    problem.headers = [("WWW-Authenticate", "Bearer realm=\"quipu\", error=\"invalid_token\"")]
    return problem
  }

  /// More requests than whoever asks may make.
  static func tooMany(retryAfter seconds: Int64) -> Problem {
    var problem = Problem(
      429, "too_many_requests",
      Text(
        "too many requests: wait \(seconds) s", "demasiadas solicitudes: espere \(seconds) s"))
    problem.headers = [("Retry-After", String(seconds))]
    return problem
  }
}

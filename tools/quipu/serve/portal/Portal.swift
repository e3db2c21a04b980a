internal import Collections
internal import Ledger

/// What the debtor's portal keeps beside the books: its links, who is in, and who tries too often.
///
///     quipu link ─► /enter/{link} ─► second fact ─► PortalVisited ─► session ─► pages, acts
final class Portal: Sendable {
  let links: PortalLinks
  let sessions: PortalSessions
  /// What was done with forms of these sessions.
  let acts = PortalActMemory()
  /// Wrong second facts, by the address they come from.
  private let guesses = RateLimit(most: 4_096)
  /// Pages asked for, by session.
  private let rates = RateLimit(most: 16_384)
  /// Whose portal it is, and how to check that; the latter empty where nobody said.
  let lender: String
  let contact: String

  /// As whom what people do is recorded.
  static let actor: Actor = {
    guard let actor = Actor(id: "portal", kind: .system, role: "recorder") else {
      preconditionFailure("the portal's own name is an id")
    }
    return actor
  }()

  /// Wrong second facts taken from one address at once; one a second from then on.
  private static let wrongFacts: Int64 = 20
  /// Pages of one session at once; so many a second from then on.
  private static let pages: (atOnce: Int64, perSecond: Int64) = (60, 5)

  init(
    _ ledger: String, lender: String = "", contact: String = "",
    sessions: PortalSessions = PortalSessions()
  ) {
    self.sessions = sessions
    links = PortalLinks(ledger)
    (self.lender, self.contact) = (lender, contact)
  }

  /// Counts a wrong second fact against its address. Throws ``Problem`` 429: whoever has a good link and
  /// the right fact comes in all the same, whatever a neighbour tries.
  func countGuess(from peer: String) throws(Problem) {
    guard guesses.take(peer, perSecond: 1, atOnce: Self.wrongFacts) == nil else {
      throw .tooMany(retryAfter: 1)
    }
  }

  /// Counts a page against its session. Throws ``Problem`` 429.
  func count(_ session: PortalSessions.Session) throws(Problem) {
    let wait = rates.take(
      session.name, perSecond: Self.pages.perSecond, atOnce: Self.pages.atOnce)
    if let wait { throw .tooMany(retryAfter: (wait + 999) / 1_000) }
  }

  /// `?lang=`, else what she chose before, else what her browser prefers, else Spanish.
  func language(of request: HTTPRequest) -> Language {
    if let asked = request.parameter("lang").flatMap(Language.init(rawValue:)) { return asked }
    if let session = sessions.session(of: request, at: WallClock.now()) { return session.language }
    return request.headers[.acceptLanguage].map { Language(accepted: $0, otherwise: .spanish) }
      ?? .spanish
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Who is in the portal with a request, and what of the ledger is hers to see.
struct PortalVisit: Sendable {
  let exchange: Exchange
  let session: PortalSessions.Session
  let now: Instant
  /// The day where the ledger is kept, and how much of it is known: one pair for the whole page.
  let today: CivilDate
  let size: Int64
  let person: PersonFacts
  /// Accounts she owes or vouches for, in the order the ledger learnt of them; numbered from 1 in paths.
  let accounts: [PersonFacts.LinkedAccount]

  var subject: String { session.subject }
  var language: Language { exchange.language }
  var service: Service { exchange.service }

  /// Who sent a request. Throws ``Problem``: 401 `no_session`; 403 for a form of elsewhere; 429.
  fileprivate init(_ exchange: Exchange) throws {
    guard let portal = exchange.service.portal else { preconditionFailure("it is no portal") }
    let now = WallClock.now()
    guard let session = portal.sessions.session(of: exchange.request, at: now) else {
      throw Problem.noSession
    }
    if exchange.request.method == "POST" { try exchange.requireSameOrigin() }
    try portal.count(session)
    let books = exchange.service.books
    let today = books.today
    let (size, person) = books.read { model in
      (model.size, model.people.facts(of: session.subject, on: today, knownAt: model.size))
    }
    // Who asked for her data to be destroyed meanwhile has no page any more.
    guard let person, person.erased == nil else {
      portal.sessions.end(exchange.request)
      throw Problem.noSession
    }
    (self.exchange, self.session, self.now, self.today) = (exchange, session, now, today)
    (self.size, self.person) = (size, person)
    accounts = Self.accounts(of: person)
  }

  /// Those a person owes or vouches for, each once, in the order recorded: an account that is dated back later
  /// comes after those there were. One she only speaks for is not hers to see here; one she owes and vouches
  /// for she owes.
  static func accounts(of person: PersonFacts) -> [PersonFacts.LinkedAccount] {
    var accounts: [PersonFacts.LinkedAccount] = []
    for link in person.accounts.sorted(by: { $0.seq < $1.seq }) where link.role != .representative {
      guard let place = accounts.firstIndex(where: { $0.account == link.account }) else {
        accounts.append(link)
        continue
      }
      if link.role == .debtor { accounts[place].role = .debtor }
    }
    return accounts
  }

  /// A text in her language.
  func say(_ english: String, _ spanish: String) -> String { exchange.say(english, spanish) }

  /// The account that a path names by its number. Throws ``Problem`` 404, the same for any other.
  func account(numbered text: String) throws(Problem) -> String {
    // Anybody writes this number: bounded before anything is reckoned with it.
    guard let number = Int(text), String(number) == text, number >= 1, number <= accounts.count
    else { throw .noSuchPage }
    return accounts[number - 1].account
  }

  /// The record of her visit that an act about an account, or about herself, is caused by; so that who made
  /// the link can be told of every act. Nil where no account was there to be seen.
  func cause(of account: String? = nil) -> Int64? {
    account.flatMap { session.visits[$0] } ?? session.visits.values.min()
  }

  /// Whether she owes an account of hers herself, and does not only vouch for it.
  func owes(_ account: String) -> Bool {
    accounts.contains { $0.account == account && $0.role == .debtor }
  }

  /// An account of hers as it is now. Throws ``Problem`` 404 where it is not open.
  func report(_ account: String) throws -> AccountReport {
    let report = try service.books.read { model in
      try AccountReport(account, of: model.accounts, on: today, knownAt: size)
    }
    guard let report else { throw Problem.noSuchPage }
    return report
  }

  /// A new token for a form: `RANDOM.HMAC`, good in this session and for the account of its path alone.
  func newFormToken() throws -> String {
    let random = Hexadecimal.text(try SystemDisk().randomBytes(16))
    return "\(random).\(try code(of: random))"
  }

  /// The idempotency key of what a form does, from the field ``formField``: pressed twice, sent again
  /// or replayed, it is the same. Throws ``Problem``: 403 `other_session`, also where its number has become
  /// another account's; 404 where there is no such account.
  func key(of form: [(name: String, value: String)]) throws(Problem) -> String {
    let token = form.first { $0.name == Self.formField }?.value ?? ""
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts[0].utf8.count == 32,
      LibCrypto.areEqual(Array(parts[1].utf8), Array(try code(of: parts[0]).utf8))
    else {
      throw Problem(
        403, "other_session",
        Text(
          "this form is of another visit: open the page again",
          "este formulario es de otra visita: abra la página de nuevo"))
    }
    return "portal:\(parts[0])"
  }

  /// What tells a text from others in this session, eight hexadecimal figures: keyed with the session's secret,
  /// so that nobody can try which text it was.
  func mark(of text: String) -> String {
    let code = LibCrypto.code(of: Array(text.utf8), under: session.secret.span)
    return String(Hexadecimal.text(code).prefix(8))
  }

  /// The name of the field with a form's token.
  static let formField = "form"

  /// An account's number may become another's while a page is open, so the account itself is signed too.
  private func code(of random: String) throws(Problem) -> String {
    var signed = random
    if let number = exchange.path["n"] { signed += " " + (try account(numbered: number)) }
    return Hexadecimal.text(LibCrypto.code(of: Array(signed.utf8), under: session.secret.span))
  }
}

extension Exchange {
  /// Who is in the portal with this request; see ``PortalVisit``.
  func visit() throws -> PortalVisit { try PortalVisit(self) }
}

extension Problem {
  /// Nobody is in, or not any more.
  static var noSession: Problem {
    Problem(
      401, "no_session",
      Text(
        "you are not in, or your visit has ended: open the link that was sent to you, or ask for another one",
        "no ha entrado, o su visita terminó: abra el enlace que recibió o pida otro"))
  }

  /// No page of hers, whether or not it is somebody's.
  static var noSuchPage: Problem {
    Problem(404, "no_such_page", Text("there is no such page", "no existe esa página"))
  }
}

extension HTMLWriter {
  /// A form of the portal that does something: to a path, with the visit's token.
  mutating func act(
    _ path: String, _ visit: PortalVisit, _ button: String,
    _ fields: (inout HTMLWriter) throws -> Void
  ) throws {
    let token = try visit.newFormToken()
    try element("form", ["method": "post", "action": path]) { html in
      html.hidden(PortalVisit.formField, token)
      try fields(&html)
      html.element("button", [:], button)
    }
  }
}

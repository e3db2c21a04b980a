import Collections
import Ledger
import Testing

@testable import quipu

// Each desk adds to the one list of identities, one at a time.
@Suite(.serialized) struct ConsoleSessionTests {
  private static let ledger = Result { try TemporaryLedger() }
  private static let now = Instant(milliseconds: 1_800_000_000_000)

  private func later(_ milliseconds: Int64) -> Instant {
    Instant(milliseconds: Self.now.milliseconds + milliseconds)
  }

  private func request(_ value: String) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/")
    request.headers[.cookie] = "lang=es; \(Sessions.cookie)=\(value); other=1"
    return request
  }

  @Test func aSessionLastsAsLongAsItsTokenAndEightHours() throws {
    let desk = try ConsoleDesk(try Self.ledger.get())
    let token = try desk.token(of: "auditor")
    let list = try desk.identities
    let sessions = Sessions()
    #expect(throws: Refusal.self) {
      try sessions.begin(token: token + "0", in: list, at: Self.now)
    }
    let value = try sessions.begin(token: token, in: list, at: Self.now)
    #expect(value.utf8.count == 64 && value != token)
    let name = try #require(
      sessions.grant(for: request(value), in: list, at: later(Sessions.lifetime - 1))?.name)
    #expect(sessions.grant(for: request(token), in: list, at: Self.now) == nil)
    #expect(sessions.grant(for: request(""), in: list, at: Self.now) == nil)
    #expect(sessions.grant(for: request(value), in: list, at: later(Sessions.lifetime)) == nil)
    // It is over for good, also for a clock that goes back.
    #expect(sessions.grant(for: request(value), in: list, at: Self.now) == nil)
    let again = try sessions.begin(token: token, in: list, at: Self.now)
    #expect(try desk.ledger.run("identity revoke \(name) --as eva").exit == 0)
    #expect(sessions.grant(for: request(again), in: try desk.identities, at: Self.now) == nil)
    #expect(sessions.count == 0)
  }

  @Test func whoWasNotSeenForLongestGoesWhereThereAreTooMany() throws {
    let desk = try ConsoleDesk(try Self.ledger.get())
    let token = try desk.token(of: "reader")
    let list = try desk.identities
    let sessions = Sessions(limit: 2)
    let one = try sessions.begin(token: token, in: list, at: Self.now)
    let two = try sessions.begin(token: token, in: list, at: later(1))
    #expect(sessions.grant(for: request(one), in: list, at: later(2)) != nil)
    let three = try sessions.begin(token: token, in: list, at: later(3))
    #expect(sessions.count == 2)
    #expect(sessions.grant(for: request(two), in: list, at: later(4)) == nil)
    for value in [one, three] {
      #expect(sessions.grant(for: request(value), in: list, at: later(4)) != nil)
      sessions.end(request(value))
      #expect(sessions.grant(for: request(value), in: list, at: later(4)) == nil)
    }
  }

  @Test func theCookieIsForThisServiceAlone() {
    let header = Sessions.header("ab", isSecure: true)
    #expect(header.name == "Set-Cookie")
    for word in ["quipu_session=ab;", "Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
      #expect(header.value.contains(word), "\(word)")
    }
    #expect(!Sessions.header("ab", isSecure: false).value.contains("Secure"))
    #expect(Sessions.header("", isSecure: false).value.contains("Max-Age=0"))
  }

  @Test func whatNoPageOfOursSentIsTold() {
    func isOwn(_ headers: [String: String], isSecure: Bool = false) -> Bool {
      var request = HTTPRequest(method: "POST", path: "/")
      request.headers = HTTPHeaders(headers)
      request.isSecure = isSecure
      return request.isSameOrigin
    }
    #expect(isOwn(["sec-fetch-site": "same-origin"]))
    #expect(isOwn(["origin": "http://a:1", "host": "a:1"]))
    #expect(isOwn(["origin": "https://a", "host": "a"], isSecure: true))
    #expect(!isOwn(["origin": "http://a", "host": "a"], isSecure: true))
    #expect(!isOwn(["origin": "http://b:1", "host": "a:1"]))
    #expect(!isOwn(["origin": "null", "host": "a:1"]))
    #expect(!isOwn(["sec-fetch-site": "same-site", "origin": "http://a:1", "host": "a:1"]))
    #expect(!isOwn(["sec-fetch-site": "none"]))
    #expect(!isOwn(["host": "a:1"]))
  }

  @Test(arguments: [
    ("a=1&b=2", ["a": "1", "b": "2"]), ("a=%C3%A1+b%2Bc", ["a": "á b+c"]), ("a=", ["a": ""]),
    ("a", ["a": ""]), ("a=b=c", ["a": "b=c"]), ("", [:]),
  ])
  func formsAreRead(_ text: String, _ fields: [String: String]) throws {
    let read = try #require(HTTPRequest.formFields(text))
    #expect(Dictionary(read.map { ($0.name, $0.value) }) { $1 } == fields)
  }

  @Test func whatIsNoFormIsNotRead() {
    #expect(HTTPRequest.formFields("a=%FF") == nil)
    #expect(HTTPRequest.formFields("a=%4") == nil)
    var request = HTTPRequest(method: "POST", path: "/")
    request.body = Array("a=1".utf8)
    #expect(request.form == nil)
    request.headers[.contentType] = "application/x-www-form-urlencoded; charset=utf-8"
    #expect(request.form?.first?.value == "1")
  }
}

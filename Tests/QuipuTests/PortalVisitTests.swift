import Collections
import EventStore
import Foundation
import Ledger
import Projections
import Testing

@testable import quipu

/// What somebody who is in sees, and how long she is.
@Suite struct PortalVisitTests {
  private let desk: PortalDesk

  init() throws { desk = try PortalDesk() }

  @Test("her accounts are as the ledger has them, and only her visit is recorded")
  func hers() async throws {
    let cookie = try await desk.session()
    let home = await desk.ask("GET", "/", cookie: cookie)
    #expect(home.status == 200)
    for part in ["A-1", "A-2", "S/\u{A0}800.00", #"lang="es""#] {
      #expect(home.text.contains(part), "\(part)")
    }
    #expect(!home.text.contains("B-1") && !home.text.contains("555.55"))
    for path in ["/accounts/1", "/accounts/2", "/accounts/1/certificate", "/me"] {
      #expect(await desk.ask("GET", path, cookie: cookie).status == 200, "\(path)")
    }
    #expect(try desk.recorded() == ["PortalVisited", "PortalVisited"])
  }

  @Test("each line leads to its record")
  func lines() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1?lang=en", cookie: cookie).text
    let view = try LedgerView(opening: desk.ledger.path)
    for (what, key) in [("AccountOpened", "open:A-1"), ("PaymentReceived", "pay:p-1")] {
      let seq = try #require(
        try (0..<view.size).first {
          let line = String(decoding: try view.line($0), as: UTF8.self)
          return line.contains(what) && line.contains(#""key":"\#(key)""#)
        })
      #expect(page.contains("record no. \(seq)"), "\(what)")
    }
    // 1,000.00 lent, 200.00 of it paid.
    for amount in ["S/\u{A0}1,000.00", "−S/\u{A0}200.00", "S/\u{A0}800.00"] {
      #expect(page.contains(amount), "\(amount)")
    }
  }

  @Test("a certificate where nothing is owed; else what is missing")
  func certificate() async throws {
    let cookie = try await desk.session()
    let owed = await desk.ask("GET", "/accounts/1/certificate?lang=en", cookie: cookie).text
    #expect(owed.contains("S/\u{A0}800.00 is missing") && !owed.contains("nothing is owed"))
    let clear = await desk.ask("GET", "/accounts/2/certificate?lang=en", cookie: cookie).text
    #expect(clear.contains("On 5 March 2025 nothing is owed on this account."))
  }

  @Test("another's account, an unknown one and no page at all are one page")
  func nothingElse() async throws {
    let cookie = try await desk.session()
    let paths = [
      "/accounts/3", "/accounts/0", "/accounts/-1", "/accounts/01", "/accounts/B-1",
      "/accounts/A-1",
      "/accounts/99999999999999999999", "/accounts/-9223372036854775808",
      "/accounts/9223372036854775807", "/accounts/3/certificate", "/nowhere", "/v1/accounts",
      "/v1/accounts/A-1", "/console/portfolio", "/console", "/openapi.json", "/metrics",
    ]
    var pages: Set<String> = []
    for path in paths {
      let response = await desk.ask("GET", path, cookie: cookie)
      #expect(response.status == 404, "\(path)")
      pages.insert(response.text)
    }
    #expect(pages.count == 1)
    #expect(RouteTable.all.routes.allSatisfy { !$0.path.hasPrefix("/enter") })
  }

  @Test("without the session, or in another browser, no page is hers; leaving ends it")
  func sessionEnds() async throws {
    let cookie = try await desk.session()
    for path in ["/", "/accounts/1", "/accounts/1/certificate", "/me"] {
      #expect(await desk.ask("GET", path).status == 401)
      #expect(await desk.ask("GET", path, cookie: cookie, browser: "another").status == 401)
      #expect(await desk.ask("GET", path, cookie: cookie).status == 200)
    }
    let left = await desk.ask("POST", "/leave", cookie: cookie)
    #expect(left.status == 200 && left.header("Set-Cookie")?.contains("Max-Age=0") == true)
    #expect(await desk.ask("GET", "/", cookie: cookie).status == 401)
  }

  @Test("a session ends twenty minutes after she was seen, and two hours after it began")
  func sessionLasts() throws {
    let minute: Int64 = 60_000
    func moment(_ minutes: Int64) -> Instant { Instant(milliseconds: minutes * minute) }
    var request = HTTPRequest(method: "GET", path: "/")
    let sessions = PortalSessions()
    func begin() throws {
      let (_, value) = try sessions.begin(for: "S-1", by: request, in: .spanish, at: moment(0))
      request.headers[.cookie] = "quipu_portal=\(value)"
    }
    try begin()
    #expect(sessions.session(of: request, at: moment(19)) != nil)
    #expect(sessions.session(of: request, at: moment(38)) != nil)
    #expect(sessions.session(of: request, at: moment(58)) == nil)
    try begin()
    for minutes in stride(from: Int64(0), to: 120, by: 15) {
      #expect(sessions.session(of: request, at: moment(minutes)) != nil)
    }
    #expect(sessions.session(of: request, at: moment(120)) == nil)
  }

  @Test("a form's token is a key that is the same each time, in its own session alone")
  func formTokens() async throws {
    func visit(_ cookie: String) throws -> PortalVisit {
      var request = HTTPRequest(method: "GET", path: "/")
      request.headers[.cookie] = cookie
      request.headers[.userAgent] = PortalDesk.browser
      return try Exchange(
        request: request, path: PathValues(), grant: .nobody, language: .spanish,
        service: desk.service
      ).visit()
    }
    let (one, other) = (
      try visit(try await desk.session()), try visit(try await desk.session())
    )
    let token = try one.newFormToken()
    let key = try one.key(of: [("form", token)])
    #expect(try one.key(of: [("form", token)]) == key && key.hasPrefix("portal:"))
    #expect(try one.key(of: [("form", try one.newFormToken())]) != key)
    let altered = (token.hasPrefix("0") ? "1" : "0") + token.dropFirst()
    for wrong in ["", "x", altered, String(token.prefix(32))] {
      #expect(throws: Problem.self) { try one.key(of: [("form", wrong)]) }
    }
    #expect(throws: Problem.self) { try other.key(of: [("form", token)]) }
  }

  @Test("the language is the one asked for, else kept, else the browser's, else Spanish")
  func languages() async throws {
    let cookie = try await desk.session()
    #expect(await desk.ask("GET", "/", cookie: cookie).text.contains(#"<html lang="es">"#))
    #expect(await desk.ask("GET", "/?lang=en", cookie: cookie).text.contains(#"<html lang="en">"#))
    #expect(await desk.ask("GET", "/me", cookie: cookie).text.contains(#"<html lang="en">"#))
  }
}

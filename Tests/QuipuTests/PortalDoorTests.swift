import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Testing

@testable import quipu

/// Who comes into the portal, who does not, and what a stranger learns.
@Suite struct PortalDoorTests {
  private let desk: PortalDesk

  init() throws { desk = try PortalDesk() }

  /// A link of hers that was taken back.
  private func revoked() throws -> String {
    let link = try desk.link()
    _ = try desk.portal.links.revoke(Digest(hashing: link).hex, at: WallClock.now())
    return link
  }

  @Test("before the second fact nothing is told, and every link gets the same form")
  func formTellsNothing() async throws {
    let (good, none) = (try desk.link(), String(repeating: "ab", count: 32))
    let (one, other) = (
      await desk.ask("GET", "/enter/\(good)", site: "none"),
      await desk.ask("GET", "/enter/\(none)", site: "none")
    )
    #expect(one.status == 200 && other.status == 200)
    #expect(one.text.replacing(good, with: "") == other.text.replacing(none, with: ""))
    for secret in ["A-1", "S-1", "bank", "Zenaida"] { #expect(!one.text.contains(secret)) }
    #expect(await desk.ask("GET", "/", site: "none").status == 401)
    #expect(try desk.recorded().isEmpty)
  }

  @Test("each wrong way in gets one answer, byte for byte, and records nothing")
  func wrongWaysAreAlike() async throws {
    let spent = try desk.link()
    #expect(await desk.enter(spent, "99123456").status == 303)
    let after = try desk.recorded()
    let good = try desk.link()
    let altered = String(good.dropLast()) + (good.hasSuffix("0") ? "1" : "0")
    let ways: [(name: String, link: String, document: String)] = [
      ("wrong document", good, "99000000"), ("another's document", try desk.link(), "99654321"),
      ("no document", try desk.link(), ""), ("a phrase", try desk.link(), "--"),
      ("altered", altered, "99123456"), ("unknown", String(repeating: "0", count: 64), "99123456"),
      ("no link", "", "99123456"), ("a path", "..%2Fidentities", "99123456"),
      ("expired", try desk.link(for: -1), "99123456"), ("spent", spent, "99123456"),
      ("revoked", try revoked(), "99123456"), ("erased", try desk.link("S-3"), "99777777"),
      ("nobody", try desk.link("S-404"), "99123456"),
    ]
    var seen: [String: String] = [:]
    for way in ways {
      let response = await desk.enter(way.link, way.document)
      #expect(response.status == 403, "\(way.name)")
      #expect(response.header("Set-Cookie") == nil, "\(way.name)")
      let shown = HTTPRequest.decoded(way.link[...]) ?? ""
      let text = response.text.replacing(#"value="\#(shown)""#, with: "value=\"\"")
        .replacing("/enter/\(percentEncoded(shown))?", with: "/enter/?")
      let headers = response.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
      seen[headers + text] = way.name
    }
    #expect(seen.count == 1, "\(seen.values.sorted())")
    #expect(try desk.recorded() == after)
  }

  @Test("five wrong documents end a link, and no other; a restart does not mend it")
  func triesAreCounted() async throws {
    let (tried, other) = (try desk.link(), try desk.link())
    for _ in 0..<5 { #expect(await desk.enter(tried, "99000000").status == 403) }
    #expect(await desk.enter(tried, "99123456").status == 403)
    let now = WallClock.now()
    // What was tried is kept after the answer: the queue is one that other work waits in.
    while true {
      let name = desk.ledger.path + "/keys/portal/\(Digest(hashing: tried).hex).json"
      if try String(contentsOfFile: name, encoding: .utf8).contains(#""tries":5"#) { break }
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(try PortalLinks(desk.ledger.path).enter(tried, as: ["S-1"], at: now) == nil)
    #expect(await desk.enter(other, "99.123.456").status == 303)
  }

  @Test("a spent link stays spent when the service begins anew")
  func restartKeepsSpent() async throws {
    let (spent, fresh) = (try desk.link(), try desk.link())
    #expect(await desk.enter(spent, "99123456").status == 303)
    let again = PortalLinks(desk.ledger.path)
    #expect(try again.enter(spent, as: ["S-1"], at: WallClock.now()) == nil)
    #expect(try again.enter(fresh, as: ["S-1"], at: WallClock.now())?.subject == "S-1")
  }

  @Test("of a thousand tries few are judged aloud, none enters, and a neighbour still comes in")
  func thousandTries() async throws {
    let mine = try desk.link()
    var statuses: [Int: Int] = [:]
    for number in 0..<1_000 {
      let link = String(repeating: "0", count: 60) + String(1_000 + number)
      let response = await desk.enter(link, "99123456")
      statuses[response.status, default: 0] += 1
      if response.status == 429 { #expect(response.header("Retry-After") == "1") }
    }
    #expect(Set(statuses.keys) == [403, 429])
    #expect((statuses[429] ?? 0) > 500)
    #expect(try desk.recorded().isEmpty)
    #expect(await desk.enter(mine, "99123456").status == 303)
  }

  @Test("the cookie is the session's alone, and nothing of a link is in an address or kept")
  func cookieAndHeaders() async throws {
    let link = try desk.link()
    let plain = await desk.enter(link, "99123456")
    let cookie = try #require(plain.header("Set-Cookie"))
    #expect(plain.header("Location") == "/")
    #expect(cookie.hasPrefix("quipu_portal="))
    for part in ["Path=/", "HttpOnly", "SameSite=Strict"] { #expect(cookie.contains(part)) }
    #expect(!cookie.contains("Secure") && !cookie.contains("Domain"))
    let secure = await desk.enter(try desk.link(), "99123456", isSecure: true)
    let other = try #require(secure.header("Set-Cookie"))
    #expect(other.hasPrefix("__Host-quipu_portal=") && other.hasSuffix("; Secure"))
    let page = await desk.ask("GET", "/", cookie: String(cookie.prefix { $0 != ";" }))
    #expect(page.status == 200 && page.header("Set-Cookie") == nil)
    #expect(page.header("Content-Security-Policy")?.hasPrefix("default-src 'none'; ") == true)
    #expect(page.header("Cache-Control") == "no-store")
    #expect(page.header("Referrer-Policy") == "same-origin")
    #expect(!page.text.contains("<script") && !page.text.contains(link))
    let values = [link, cookie.dropFirst(13).prefix(64).description]
    for (name, bytes) in try desk.ledger.files() {
      let text = String(decoding: bytes, as: UTF8.self)
      for value in values { #expect(!text.contains(value) && !name.contains(value), "\(name)") }
    }
  }

  @Test("the policy's digest is that of the style the page carries")
  func policyFits() async throws {
    let page = await desk.ask("GET", "/enter/x", site: "none")
    let style = try #require(
      page.text.split(separator: "<style>").last?.split(separator: "</style>").first)
    let bytes = Array(style.utf8)
    let digest = String(
      decoding: Base64.encode(Array(Digest(hashing: bytes.span).bytes)), as: UTF8.self)
    #expect(page.header("Content-Security-Policy")?.contains("'sha256-\(digest)'") == true)
  }

  @Test("a form of another site is refused, and touches no link")
  func otherSites() async throws {
    let link = try desk.link()
    for _ in 0..<6 {
      let response = await desk.ask(
        "POST", "/enter", form: "link=\(link)&document=1", site: "cross-site")
      #expect(response.status == 403)
    }
    #expect(await desk.enter(link, "99123456").status == 303)
  }

  @Test("links are listed and revoked by whoever may make them, also twice")
  func listAndRevoke() async throws {
    let mine = try desk.link()
    let name = String(Digest(hashing: mine).hex.prefix(PortalLinks.shortName))
    #expect(await desk.enter(try desk.link("S-2"), "99654321").status == 303)
    let ledger = desk.ledger
    let agent = try ledger.run("identity add agata --role agent --subject S-2 --as eva --save")
    #expect(agent.exit == 0, "\(agent.errors)")
    let hers = try ledger.run("link list --as agata --json")
    let rows = try #require(try hers.json["links"]?.arrayValue)
    #expect(rows.map { $0["subject"]?.stringValue } == ["S-2"])
    #expect(rows.first?["state"]?.stringValue == "spent" && hers.errors.contains("links_swept"))
    let listed = try ledger.run("link list --as ana")
    #expect(listed.exit == 0 && listed.output.contains(name) && !listed.output.contains("S-2"))
    #expect(!listed.output.contains(mine))
    #expect(try ledger.run("link list --as otto").exit == 3)
    #expect(try ledger.run("link list").exit == 3)
    #expect(try ledger.run("link revoke \(name) --as agata").exit == 3, "not his person's")
    for _ in 0..<2 {
      let revoked = try ledger.run("link revoke \(name) --as ana --json")
      #expect(revoked.exit == 0 && revoked.output.contains(#""state":"revoked""#))
    }
    #expect(await desk.enter(mine, "99123456").status == 403)
    for (words, exit) in [
      ("revoke --as ana", 2), ("S-1 S-2 --as ana", 2), ("revoke 0000000000000000 --as ana", 3),
      ("revoke \(name.prefix(8)) --as ana", 3),
    ] { #expect(try ledger.run("link \(words)").exit == exit, "\(words)") }
  }

  @Test("who may make a link, and what it says")
  func linkCommand() throws {
    let ledger = try desk.ledger.copy()
    let made = try ledger.run("link S-1 --as ana --base https://portal.example/ --expires 24h")
    #expect(made.exit == 0, "\(made.errors)")
    let url = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(url.hasPrefix("https://portal.example/enter/") && url.count == 29 + 64)
    #expect(!url.contains("S-1"))
    #expect(try ledger.run("link S-1 --as otto").exit == 3)
    #expect(try ledger.run("link S-1").exit == 3)
    #expect(try ledger.run("link S-404 --as ana").exit != 0)
    #expect(try ledger.run("link S-3 --as ana").exit != 0)
    for wrong in ["1", "32d", "0h", "2020-01-01", "h"] {
      #expect(try ledger.run("link S-1 --as ana --expires \(wrong)").exit == 2, "\(wrong)")
    }
  }

  @Test("a living link's wrong numbers are told one by one however many strangers try others")
  func floodAndTypo() async throws {
    let mine = try desk.link()
    for number in 0..<30 {
      _ = await desk.enter(String(repeating: "0", count: 60) + String(1_000 + number), "99123456")
    }
    for _ in 0..<2 {
      let typo = await desk.enter(mine, "99123450")
      #expect(typo.status == 403, "it is told, for it is counted")
    }
    #expect(await desk.enter(mine, "99123456").status == 303)
  }

  @Test("after a wrong number the other language is that of the same form")
  func languageAfterRefusal() async throws {
    let link = try desk.link()
    let refused = await desk.enter(link, "99000000")
    #expect(refused.status == 403)
    #expect(refused.text.contains(#"href="/enter/\#(link)?lang=en""#), "\(refused.text)")
    #expect(await desk.ask("GET", "/enter/\(link)?lang=en", site: "none").status == 200)
  }

  @Test(
    "an older browser's own form comes from the portal itself, and another's is told so in its words"
  )
  func originAlone() async throws {
    let page = await desk.ask("GET", "/enter/x", site: "none")
    // What gives a form of the same site its Origin, where there is no Sec-Fetch-Site.
    #expect(page.header("Referrer-Policy") == "same-origin")
    let response = await desk.ask("POST", "/enter", form: "link=x&document=1", site: "cross-site")
    #expect(response.status == 403 && !response.text.contains("consola"))
  }
}

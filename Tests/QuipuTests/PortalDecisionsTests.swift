import CanonicalJSON
import Collections
import Foundation
import Ledger
import Testing

@testable import quipu

/// What programs decided about her, contested in the portal.
@Suite struct PortalDecisionsTests {
  private let desk: PortalDesk

  init() throws {
    desk = try PortalDesk { ledger in
      func decided(_ account: String, _ id: String, _ isAutomated: Bool = true) -> String {
        DraftLine.event(
          "DecisionMade", account, "worklist:\(id)", on: "2025-03-01",
          #""decision":"\#(id)","automated":\#(isAutomated),"significant":true,"basis":[]"#)
      }
      try ledger.record([
        DraftLine.event(
          "ActionProposed", "A-1", "worklist:act-1", on: "2025-03-01",
          #""action":"planOffer","channel":"call","tone":"warm","window":{"from":"09:00","to":"18:00"},"#
            + #""reasons":["hardship","step.2"],"asOf":"2025-03-01""#),
        decided("A-1", "D-1"), decided("A-1", "D-2", false), decided("B-1", "D-3"),
      ])
    }
  }

  @Test("a decision of a program is on her data with its reasons, and contested once by its link")
  func contest() async throws {
    let cookie = try await desk.session()
    let data = await desk.ask("GET", "/me?lang=en", cookie: cookie).text
    #expect(data.contains("On 1 March 2025 a program chose what we propose to you on A-1"))
    #expect(data.contains("step 2 of its ladder"))
    let links = data.matches(of: /href="(\/decisions\/\d+)"/).map { String($0.1) }
    #expect(
      links.count == 1, "a person's decision, and another's, are not hers to contest: \(links)")
    let path = try #require(links.first)
    let page = await desk.ask("GET", path, cookie: cookie)
    #expect(page.status == 200)
    let other = await desk.ask("GET", path, cookie: cookie)
    func form(_ page: HTTPResponse) throws -> String {
      let token = try #require(page.text.firstMatch(of: /name="form" value="([^"]*)"/)).1
      return "form=\(token)&words=No+es+justo"
    }
    let first = await desk.ask("POST", path + "?lang=en", form: try form(page), cookie: cookie)
    #expect(first.status == 200 && first.text.contains("We answer at the latest on"))
    let again = await desk.ask("POST", path + "?lang=en", form: try form(page), cookie: cookie)
    #expect(again.wholeBody == first.wholeBody)
    let second = await desk.ask("POST", path + "?lang=en", form: try form(other), cookie: cookie)
    #expect(second.status == 422 && second.text.contains("You asked for this on 5 March 2025"))
    let events = try desk.events().filter { $0["type"]?.stringValue != "PortalVisited" }
    #expect(
      events.map { $0["type"]?.stringValue } == [
        "DecisionContested", "RequestReceived", "MessageReceived",
      ])
    #expect(events.first?["stream"]?.stringValue == "account/A-1")
    #expect(events.first?["data"]?["decision"]?.stringValue == "D-1")
    #expect(events[1]["data"]?["right"]?.stringValue == "objectiveTreatment")
    let after = await desk.ask("GET", "/me?lang=en", cookie: cookie).text
    #expect(after.contains("You asked a person to look at it on 5 March 2025"))
    #expect(!after.contains(path))
  }

  @Test("another's decision, and what is none, is no page")
  func others() async throws {
    let (mine, theirs) = (try await desk.session(), try await desk.session("S-2", "99654321"))
    let data = await desk.ask("GET", "/me", cookie: theirs).text
    let path = try #require(data.firstMatch(of: /href="(\/decisions\/\d+)"/)).1
    #expect(await desk.ask("GET", String(path), cookie: theirs).status == 200)
    for path in [String(path), "/decisions/0", "/decisions/D-1"] {
      #expect(await desk.ask("GET", path, cookie: mine).status == 404)
    }
  }
}

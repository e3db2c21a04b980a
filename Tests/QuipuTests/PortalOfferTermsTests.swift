import CanonicalJSON
import Collections
import Foundation
import Ledger
import Testing

@testable import quipu

/// Which offers are hers to answer in the portal, and what is agreed then.
@Suite struct PortalOfferTermsTests {
  private let desk: PortalDesk

  /// A-1 owes 800.00 of principal, A-2 nothing, A-8 200.00 of principal and 50.00 of costs.
  init() throws {
    let six = try Self.plan(10_000)
    let stated = #""conditional":true,"defaultAfterDays":45,"#
    desk = try PortalDesk { ledger in
      try ledger.record([
        Self.offered("again", "1", stated + six),
        DraftLine.event(
          "OfferAnswered", "A-1", "answered:again", on: "2025-02-13",
          #""offer":"again","answer":"declined""#),
        Self.offered("again", "2", stated + (try Self.plan(12_000, given: 8_000))),
        Self.offered("later", "1", stated + six, on: "2025-03-06"),
        Self.offered("no-condition", "1", #""defaultAfterDays":45,"# + six),
        Self.offered("no-days", "1", #""conditional":true,"# + six),
        Self.offered(
          "vast", "1",
          stated
            + #""kind":"refinancing","items":[{"n":1,"dueOn":"2025-04-15","principal":9007199254740991},"#
            + #"{"n":2,"dueOn":"2025-05-15","principal":9007199254740991}]"#),
        Self.offered("paid", "1", stated + six, of: "A-2"),
        DraftLine.opened("A-8", principal: 20_000),
        DraftLine.event(
          "ChargeAssessed", "A-8", "fee", on: "2025-02-11",
          #""component":"cost","amount":5000,"label":"fee""#),
        Self.offered(
          "otherwise", "1",
          stated
            + #""kind":"refinancing","items":[{"n":1,"dueOn":"2025-04-15","principal":25000}]"#,
          of: "A-8"),
      ])
    }
  }

  private static func offered(
    _ id: String, _ number: String, _ terms: String, of account: String = "A-1",
    on day: String = "2025-02-14"
  ) -> String {
    DraftLine.event(
      "OfferMade", account, "crm:\(id):\(number)", on: day,
      #""offer":"\#(id)","terms":{\#(terms),"validUntil":"2025-03-31"}"#)
  }

  /// Six instalments.
  private static func plan(_ amount: Int64, given haircut: Int64 = 20_000) throws -> String {
    let items = (4...9).map {
      #"{"n":\#($0 - 3),"dueOn":"2025-0\#($0)-15","principal":\#(amount)}"#
    }
    return #""kind":"refinancing","haircut":{"principal":\#(haircut)},"#
      + #""items":[\#(items.joined(separator: ","))]"#
  }

  /// The fields of each form of a page.
  private func forms(_ page: HTTPResponse) -> [[String: String]] {
    page.text.matches(of: /<form.*?<\/form>/.dotMatchesNewlines()).map { form in
      Dictionary(
        String(form.0).matches(of: /name="([^"]*)" value="([^"]*)"/).map {
          (String($0.1), String($0.2))
        }, uniquingKeysWith: { first, _ in first })
    }
  }

  private func page(_ cookie: String, _ number: Int = 1) async -> HTTPResponse {
    await desk.ask("GET", "/accounts/\(number)/offers?lang=en", cookie: cookie)
  }

  @Test("only an offer that states all of a plan can be accepted, each can be declined")
  func acceptable() async throws {
    let cookie = try await desk.session()
    let page = await page(cookie)
    func offers(_ answer: String) -> [String] {
      forms(page).filter { $0["answer"] == answer }.compactMap { $0["offer"] }.sorted()
    }
    #expect(offers("declined") == ["again", "no-condition", "no-days", "vast"])
    #expect(offers("accepted") == ["again"])
    #expect(page.text.components(separatedBy: "is agreed with a person").count == 4)
    #expect(!page.text.contains("S/\u{A0}600.00 in all"), "the first of that name was answered")
  }

  @Test("an offer made again under its name is agreed as it was made last, with every term of it")
  func again() async throws {
    let cookie = try await desk.session()
    let form = try #require(forms(await page(cookie)).first { $0["answer"] == "accepted" })
    let answer = await desk.ask(
      "POST", "/accounts/1/offers?lang=en",
      form: PortalDesk.body(form.map { ($0.key, $0.value) }), cookie: cookie)
    #expect(answer.status == 200, "\(answer.text)")
    let agreed = try #require(
      try desk.events().first { $0["type"]?.stringValue == "PlanAgreed" }?["data"])
    #expect(agreed["kind"]?.stringValue == "refinancing")
    #expect(agreed["conditional"]?.boolValue == true)
    #expect(agreed["defaultAfterDays"]?.integerValue == 45)
    #expect(agreed["haircut"]?["principal"]?.integerValue == 8_000)
    let items = agreed["items"]?.arrayValue ?? []
    #expect(
      items.compactMap { $0["principal"]?.integerValue } == Array(repeating: 12_000, count: 6))
  }

  @Test("the same sum of other parts than what is owed is not agreed")
  func otherParts() async throws {
    let cookie = try await desk.session()
    let page = await page(cookie, 3)
    #expect(page.text.contains("today you owe S/\u{A0}250.00 or owe it otherwise"))
    #expect(forms(page).compactMap { $0["answer"] } == ["declined"])
  }

  @Test("an offer not in effect yet, or on an account that is closed, is shown nowhere")
  func hidden() async throws {
    let cookie = try await desk.session()
    #expect(await desk.ask("GET", "/accounts/2", cookie: cookie).text.contains("/offers"))
    try await desk.record([
      DraftLine.event(
        "AccountClosed", "A-2", "close:A-2", on: "2025-03-04", #""reason":"paid in full""#)
    ])
    for path in ["/", "/accounts/2"] {
      let text = await desk.ask("GET", path, cookie: cookie).text
      #expect(!text.contains("/accounts/2/offers"), "\(path)")
    }
    let token = try #require(forms(await page(cookie)).first { $0["form"] != nil }?["form"])
    let answer = await desk.ask(
      "POST", "/accounts/1/offers?lang=en",
      form: PortalDesk.body([("form", token), ("offer", "later"), ("answer", "declined")]),
      cookie: cookie)
    #expect(answer.status == 422 && answer.text.contains("There is no such offer"))
    #expect(try desk.acts() == ["AccountClosed"])
  }

  @Test("who vouches for an account neither sees its offers nor answers them")
  func guarantor() async throws {
    let mark = try #require(
      forms(await page(try await desk.session())).first { $0["answer"] == "accepted" }?["seen"])
    try await desk.record([DraftLine.linked("S-2", "A-1", as: "guarantor")])
    let cookie = try await desk.session("S-2", "99654321")
    #expect(await page(cookie, 2).status == 403)
    let own = await desk.ask("GET", "/accounts/2/complaint", cookie: cookie)
    let token = try #require(forms(own).first { $0["form"] != nil }?["form"])
    for (answer, seen) in [("accepted", mark), ("declined", "")] {
      let body = PortalDesk.body([
        ("form", token), ("offer", "again"), ("answer", answer), ("seen", seen),
      ])
      let response = await desk.ask("POST", "/accounts/2/offers", form: body, cookie: cookie)
      #expect(response.status == 403, "\(answer)")
    }
    #expect(try desk.acts() == ["SubjectLinked"])
  }

  @Test("an offer of more than a number holds is shown without its sum, and the first page stands")
  func endless() async throws {
    let most = 9_007_199_254_740_991
    let items = (1...300).map {
      #"{"n":\#($0),"dueOn":"2025-04-15","principal":\#(most),"interest":\#(most),"penalty":\#(most),"cost":\#(most)}"#
    }
    try await desk.record([
      Self.offered(
        "endless", "1",
        #""conditional":true,"defaultAfterDays":45,"kind":"refinancing","items":[\#(items.joined(separator: ","))]"#
      )
    ])
    let cookie = try await desk.session()
    for path in ["/", "/accounts/1", "/accounts/1/offers"] {
      let page = await desk.ask("GET", path + (path == "/" ? "?lang=en" : ""), cookie: cookie)
      #expect(page.status == 200, "\(path)")
    }
  }
}

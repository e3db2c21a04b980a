import CanonicalJSON
import Collections
import Foundation
import Ledger
import Testing

@testable import quipu

/// What people of the house offered, answered in the portal.
@Suite struct PortalOffersTests {
  private let desk: PortalDesk

  init() throws {
    desk = try PortalDesk { ledger in
      try ledger.record([
        // 600.00 in six, of the 800.00 that are owed.
        Self.offered("offer-six", until: "2025-03-31", try Self.plan(10_000, given: 20_000)),
        Self.offered("offer-old", until: "2025-03-04", try Self.plan(10_000, given: 20_000)),
        Self.offered("offer-last", until: "2025-03-05", try Self.plan(12_000, given: 8_000)),
        // Made before the 200.00 of 10 February came in.
        Self.offered("offer-more", until: "2025-03-31", try Self.plan(10_000, given: 40_000)),
        Self.offered("offer-bare", until: "2025-03-31", #""kind":"settlement""#),
      ])
    }
  }

  private static func offered(_ id: String, until: String, _ terms: String) -> String {
    DraftLine.event(
      "OfferMade", "A-1", "crm:\(id)", on: "2025-02-12",
      #""offer":"\#(id)","terms":{\#(terms),"validUntil":"\#(until)"}"#)
  }

  private static func plan(_ amount: Int64, given haircut: Int64) throws -> String {
    let items = (1...6).map { n in
      #"{"n":\#(n),"dueOn":"2025-\#(n < 7 ? "0" : "")\#(n + 3)-15","principal":\#(amount)}"#
    }
    return #""kind":"settlement","conditional":true,"defaultAfterDays":30,"#
      + #""haircut":{"principal":\#(haircut)},"items":[\#(items.joined(separator: ","))]"#
  }

  private func owed() throws -> Int64? {
    try desk.ledger.run("show A-1 --on \(PortalDesk.today) --json").json["outstanding"]?["total"]?
      .integerValue
  }

  private func acts() throws -> [String] {
    try desk.recorded().filter { $0 != "PortalVisited" }
  }

  /// The fields of the form that gives an answer to an offer, as a page has them.
  private func form(_ offer: String, _ answer: String, _ page: HTTPResponse) throws -> [String:
    String]
  {
    let forms = page.text.matches(of: /<form.*?<\/form>/.dotMatchesNewlines()).map { form in
      Dictionary(
        String(form.0).matches(of: /name="([^"]*)" value="([^"]*)"/).map {
          (String($0.1), String($0.2))
        }, uniquingKeysWith: { first, _ in first })
    }
    return try #require(forms.first { $0["offer"] == offer && $0["answer"] == answer })
  }

  private func send(_ fields: [String: String], _ cookie: String) async -> HTTPResponse {
    let body = fields.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
    }
    return await desk.ask(
      "POST", "/accounts/1/offers?lang=en", form: body.joined(separator: "&"), cookie: cookie)
  }

  @Test("an offer is on her account's page and agreed with its figures, once, to the cent")
  func accept() async throws {
    let cookie = try await desk.session()
    let account = await desk.ask("GET", "/accounts/1?lang=en", cookie: cookie).text
    #expect(account.contains("6 instalments, S/\u{A0}600.00 in all"))
    #expect(account.contains("until 31 March 2025") && account.contains("/accounts/1/offers"))
    let page = await desk.ask("GET", "/accounts/1/offers?lang=en", cookie: cookie)
    for part in ["S/\u{A0}200.00", "15 September 2025", "more than 30 days late"] {
      #expect(page.text.contains(part), "\(part)")
    }
    let yes = try form("offer-six", "accepted", page)
    let first = await send(yes, cookie)
    #expect(first.status == 200 && first.text.contains("6 instalments, S/\u{A0}600.00 in all"))
    let again = await send(yes, cookie)
    #expect(again.wholeBody == first.wholeBody)
    #expect(try acts() == ["OfferAnswered", "PlanAgreed"])
    #expect(try owed() == 60_000)
    let items = try desk.ledger.run("show A-1 --on \(PortalDesk.today) --json").json["items"]
    let open = (items?.arrayValue ?? []).filter { $0["outstanding"]?["total"]?.integerValue != 0 }
    #expect(open.map { $0["dueOn"]?.stringValue } == (4...9).map { "2025-0\($0)-15" })
    #expect(open.allSatisfy { $0["outstanding"]?["total"]?.integerValue == 10_000 })
    // The same in another tab, whose page is older.
    let other = await send(try form("offer-six", "declined", page), cookie)
    #expect(other.status == 422 && other.text.contains("was answered on 5 March 2025"))
    #expect(try acts().count == 2)
  }

  @Test("the first page says on the account's card what is offered, until when, and where")
  func home() async throws {
    let cookie = try await desk.session()
    let text = await desk.ask("GET", "/?lang=en", cookie: cookie).text
    let cards = text.matches(of: /<section class="card">.*?<\/section>/.dotMatchesNewlines())
      .map { String($0.0) }
    try #require(cards.count == 2, "\(text)")
    for part in [
      "6 instalments, S/\u{A0}600.00 in all", "until 31 March 2025", #"href="/accounts/1/offers""#,
    ] {
      #expect(cards[0].contains(part), "\(part)")
      #expect(!cards[1].contains(part), "\(part)")
    }
    #expect(!cards[0].contains("until 4 March 2025"), "it is over")
    let page = await desk.ask("GET", "/accounts/1/offers?lang=en", cookie: cookie)
    #expect(await send(try form("offer-six", "declined", page), cookie).status == 200)
    let after = await desk.ask("GET", "/?lang=es", cookie: cookie).text
    // Two were of six instalments of 100.00.
    #expect(cards[0].components(separatedBy: "S/\u{A0}600.00 in all").count == 3)
    #expect(after.components(separatedBy: "6 cuotas, S/\u{A0}600.00 en total").count == 2)
    // Who vouches for it does not answer for its debtor.
    try await desk.record([DraftLine.linked("S-2", "A-1", as: "guarantor")])
    let other = try await desk.session("S-2", "99654321")
    let theirs = await desk.ask("GET", "/?lang=en", cookie: other).text
    #expect(theirs.contains("You vouch for it") && !theirs.contains("/offers"))
  }

  @Test("of two answers at once one is recorded, and the other is told of it")
  func together() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1/offers?lang=en", cookie: cookie)
    let (yes, no) = (
      try form("offer-six", "accepted", page), try form("offer-six", "declined", page)
    )
    async let one = send(yes, cookie)
    async let two = send(no, cookie)
    let both = await [one, two]
    #expect(both.map(\.status).sorted() == [200, 422])
    #expect(both.contains { $0.text.contains("was answered on 5 March 2025") })
    #expect(try acts().filter { $0 == "OfferAnswered" }.count == 1)
  }

  @Test("an offer declined leaves the debt as it is, and is gone from her pages")
  func decline() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1/offers?lang=en", cookie: cookie)
    let answer = await send(try form("offer-six", "declined", page), cookie)
    #expect(answer.status == 200 && answer.text.contains("You declined the offer"))
    #expect(try acts() == ["OfferAnswered"] && owed() == 80_000)
    let after = await desk.ask("GET", "/accounts/1/offers", cookie: cookie)
    #expect(!after.text.contains("offer-six") && after.text.contains("offer-last"))
  }

  @Test(
    "what is over, does not fit, leaves terms open, is altered or another's is agreed by nobody")
  func refused() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1/offers?lang=en", cookie: cookie)
    #expect(!page.text.contains("offer-old"), "it is over")
    #expect(page.text.contains("was made for S/\u{A0}1,000.00, and today you owe S/\u{A0}800.00"))
    #expect(page.text.contains("agreed with a person"))
    let yes = try form("offer-six", "accepted", page)
    for (name, value, words) in [
      ("offer", "offer-old", "held until 4 March 2025"), ("offer", "offer-more", "ask us for it"),
      ("offer", "offer-bare", "agreed with a person"), ("offer", "offer-404", "no such offer"),
      ("offer", "offer-last", "not those you saw"), ("seen", "0 2025-04-15=1", "not those you saw"),
      ("answer", "countered", "Choose one"),
    ] {
      let answer = await send(yes.merging([name: value]) { $1 }, cookie)
      #expect(answer.status == 422 && answer.text.contains(words), "\(name)=\(value)")
    }
    let stranger = try await desk.session("S-2", "99654321")
    #expect(await send(yes, stranger).status == 403)
    let theirs = await desk.ask("GET", "/accounts/1/offers?lang=en", cookie: stranger)
    #expect(theirs.text.contains("There is no offer") && !theirs.text.contains("offer-six"))
    #expect(try acts() == [] && owed() == 80_000)
  }

  @Test("an offer holds on its last day")
  func lastDay() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1/offers?lang=en", cookie: cookie)
    #expect(await send(try form("offer-last", "accepted", page), cookie).status == 200)
    #expect(try owed() == 72_000)
  }
}

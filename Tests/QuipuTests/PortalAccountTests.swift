import CanonicalJSON
import Collections
import Foundation
import Ledger
import Projections
import Testing

@testable import quipu

/// That what a person is told and does is about the account she means, and is true of it.
@Suite struct PortalAccountTests {
  private let desk: PortalDesk

  init() throws { desk = try PortalDesk() }

  @Test("an account that is dated back takes no other's number")
  func numbersStay() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1/promise?lang=en", cookie: cookie)
    try await desk.record([DraftLine.opened("A-0", on: "2024-01-31", principal: 30_000)])
    let form = PortalDesk.body(
      PortalDesk.hiddenFields(of: page) + [("amount", "50"), ("day", "2025-03-12")])
    let promised = await desk.ask("POST", "/accounts/1/promise?lang=en", form: form, cookie: cookie)
    #expect(promised.status == 200, "\(promised.text)")
    #expect(try desk.lastRecorded()?["stream"]?.stringValue == "account/A-1")
    #expect(await desk.ask("GET", "/accounts/3", cookie: cookie).text.contains("A-0"))
  }

  @Test("a form is good for the account it was made for alone")
  func formsAreOfOneAccount() async throws {
    let cookie = try await desk.session()
    try await desk.record([DraftLine.opened("A-3", principal: 70_000)])
    let page = await desk.ask("GET", "/accounts/1/promise", cookie: cookie)
    let form = PortalDesk.body(
      PortalDesk.hiddenFields(of: page) + [("amount", "50"), ("day", "2025-03-12")])
    for (path, status) in [("/accounts/3/promise", 403), ("/accounts/4/promise", 404)] {
      let response = await desk.ask("POST", path, form: form, cookie: cookie)
      #expect(response.status == status, "\(path)")
    }
    #expect(try desk.acts() == ["AccountOpened"])
  }

  @Test("who vouched for an account and owes it later agrees on it as its debtor")
  func guarantorThenDebtor() async throws {
    let cookie = try await desk.session()
    try await desk.record([
      DraftLine.opened("C-1").replacing(#""subject":"S-1""#, with: #""subject":"S-2""#),
      DraftLine.linked("S-1", "C-1", as: "guarantor"),
    ])
    #expect(await desk.ask("GET", "/accounts/3/promise", cookie: cookie).status == 403)
    try await desk.record([DraftLine.linked("S-1", "C-1", as: "debtor")])
    #expect(await desk.ask("GET", "/accounts/3/promise", cookie: cookie).status == 200)
  }

  /// The account of S-2 that S-1 vouches for.
  private static let vouched = [
    DraftLine.opened("C-1").replacing(#""subject":"S-1""#, with: #""subject":"S-2""#),
    DraftLine.linked("S-1", "C-1", as: "guarantor"),
  ]

  @Test(
    "what is left of a debt that was sold is asked for nowhere here, and no certificate says it is paid"
  )
  func sold() async throws {
    let cookie = try await desk.session()
    try await desk.record([
      DraftLine.event(
        "PortfolioSold", "A-1", "sold:A-1", on: "2025-03-04",
        #""buyer":"fund-7","price":100,"cutoff":"2025-03-03""#)
    ])
    for path in ["/", "/accounts/1", "/accounts/1/certificate"] {
      let text = await desk.ask("GET", path + "?lang=en", cookie: cookie).text
      #expect(text.contains("was sold to fund-7 on 4 March 2025"), "\(path)")
      #expect(!text.contains("S/\u{A0}800.00"), "\(path)")
      #expect(!text.contains("nothing is owed"), "\(path)")
    }
    for act in ["plan", "promise", "promise/move"] {
      let page = await desk.ask("GET", "/accounts/1/\(act)?lang=en", cookie: cookie)
      #expect(page.status == 403 && page.text.contains("was sold to fund-7"), "\(act)")
    }
  }

  @Test("an account closed with nothing owed says so, and has its certificate")
  func closed() async throws {
    let cookie = try await desk.session()
    try await desk.record([
      DraftLine.event(
        "AccountClosed", "A-2", "close:A-2", on: "2025-03-04", #""reason":"paid in full""#)
    ])
    for path in ["/", "/accounts/2"] {
      let text = await desk.ask("GET", path + "?lang=en", cookie: cookie).text
      #expect(text.contains("was closed on 4 March 2025 (paid in full)"), "\(path)")
    }
    let certificate = await desk.ask("GET", "/accounts/2/certificate?lang=en", cookie: cookie).text
    #expect(certificate.contains("nothing is owed on this account"))
  }

  @Test("what was paid too much is in her favour, on the first page and on the account's")
  func credit() async throws {
    let cookie = try await desk.session()
    try await desk.record([DraftLine.paid("A-2", "p-9", 5_000, on: "2025-03-01")])
    let home = await desk.ask("GET", "/?lang=en", cookie: cookie).text
    #expect(home.contains("S/\u{A0}50.00 is in your favour"))
    let account = await desk.ask("GET", "/accounts/2?lang=en", cookie: cookie).text
    let line = try #require(account.range(of: "<dt>In your favour</dt>"))
    #expect(account[line.upperBound...].prefix(60).contains("S/\u{A0}50.00"))
  }

  @Test("what another told of an account she vouches for is not told as hers")
  func othersWords() async throws {
    try await desk.record(Self.vouched)
    let debtor = try await desk.session("S-2", "99654321")
    let reported = try await desk.send(
      "/accounts/2/payment",
      [("amount", "20"), ("day", "2025-03-04"), ("method", "cash")], cookie: debtor)
    #expect(reported.status == 200, "\(reported.text)")
    let promised = try await desk.send(
      "/accounts/2/promise", [("amount", "30"), ("day", "2025-03-12")], cookie: debtor)
    #expect(promised.status == 200)
    let own = await desk.ask("GET", "/accounts/2?lang=en", cookie: debtor).text
    #expect(own.contains("Payments you told us of") && own.contains("What I paid"))
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/3?lang=en", cookie: cookie).text
    #expect(!page.contains("Payments you told us of") && !page.contains("What I paid"))
    let today = try #require(CivilDate(PortalDesk.today))
    let conditions = try ["S-1", "S-2"].map { subject in
      try desk.service.books.read { model in
        try AssistantKnowledge(of: "C-1", for: subject, copy model, on: today, knownAt: model.size)
      }?.conditions.contains(.promiseOpen)
    }
    #expect(conditions == [false, true])
  }

  @Test("what is noted about her accounts is not called her words, and legal holds stand apart")
  func notedFacts() async throws {
    let cookie = try await desk.session()
    try await desk.record([
      DraftLine.event(
        "DisputeOpened", "A-1", "dispute:1", on: "2025-03-01",
        #""dispute":"d-1","scope":"amount","reason":"opened by telephone""#),
      #"{"type":"LegalHoldPlaced","stream":"subject/S-1","effective":"2025-03-01","key":"hold:1","#
        + #""data":{"hold":"h-1","reason":"a lawsuit"}}"#,
    ])
    let text = await desk.ask("GET", "/me?lang=en", cookie: cookie).text
    #expect(!text.contains("What I have told you"))
    let noted = try #require(text.range(of: "What is noted about my accounts"))
    let law = try #require(text.range(of: "What the law has us keep"))
    #expect(text[noted.lowerBound..<law.lowerBound].contains("Dispute"))
    #expect(text[law.lowerBound...].contains("Legal hold"))
  }
}

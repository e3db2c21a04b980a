import CanonicalJSON
import Collections
import Foundation
import Ledger
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
}

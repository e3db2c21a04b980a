import Foundation
import Ledger
import Testing

@testable import quipu

/// What every form of the portal does, whatever it is about.
@Suite struct PortalFormTests {
  private let desk: PortalDesk

  init() throws { desk = try PortalDesk() }

  @Test(
    "after a fault everything written and chosen is there still, and the field at fault says so")
  func kept() async throws {
    let cookie = try await desk.session()
    let page = try await desk.send(
      "/accounts/1/dispute", [("scope", "paid"), ("amount", "abc"), ("words", "es ajena")],
      cookie: cookie)
    #expect(page.status == 422)
    #expect(page.text.contains(">es ajena</textarea>"))
    let inputs = page.text.matches(of: /<input [^>]*>/).map { String($0.0) }
    let checked = inputs.filter { $0.contains("checked") }
    #expect(checked.count == 1 && checked[0].contains(#"value="paid""#), "\(checked)")
    let wrong = inputs.filter { $0.contains("aria-invalid") }
    #expect(wrong.count == 1 && wrong[0].contains(#"name="amount""#), "\(wrong)")
    let fresh = await desk.ask("GET", "/accounts/1/dispute", cookie: cookie)
    #expect(!fresh.text.contains("aria-invalid") && !fresh.text.contains("checked"))
  }

  @Test("the way back leads to the account of the form, else to her first page")
  func back() async throws {
    let cookie = try await desk.session()
    for (path, back) in [("/accounts/2/promise", "/accounts/2"), ("/data", "/")] {
      let text = await desk.ask("GET", path, cookie: cookie).text
      #expect(text.contains(#"<p class="back"><a href="\#(back)">"#), "\(path)")
    }
  }

  @Test("a form that was refused is answered again when it is sent again")
  func refusedTwice() async throws {
    try await desk.record([DraftLine.linked("S-2", "A-1", as: "guarantor")])
    let cookie = try await desk.session("S-2", "99654321")
    let own = await desk.ask("GET", "/accounts/2/complaint", cookie: cookie)
    let form = PortalDesk.body(
      PortalDesk.hiddenFields(of: own) + [("amount", "50"), ("day", "2025-03-12")])
    for _ in 0..<2 {
      let answer = await desk.ask("POST", "/accounts/2/promise", form: form, cookie: cookie)
      #expect(answer.status == 403)
    }
    for _ in 0..<2 {
      let answer = await desk.ask("POST", "/accounts/2/complaint", form: form, cookie: cookie)
      #expect(answer.status == 422, "nothing was written")
    }
  }

  @Test("a token that served one form does not answer for another")
  func otherForm() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/contact?lang=en", cookie: cookie)
    let form = PortalDesk.body(
      PortalDesk.hiddenFields(of: page) + [
        ("channel", "call"), ("days", "week"), ("from", "09:00"), ("to", "12:00"),
      ])
    for (path, words) in [("/contact/stop", "This has stopped"), ("/contact", "Monday to Friday")] {
      let answer = await desk.ask("POST", path + "?lang=en", form: form, cookie: cookie)
      #expect(answer.status == 200 && answer.text.contains(words), "\(path)")
    }
    #expect(try desk.acts() == ["ChannelOptedOut", "PreferenceSet"])
  }

  @Test(
    "other words in a form that was sent are recorded, and an old page confirms nothing that changed"
  )
  func sentAgain() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/contact/stop?lang=en", cookie: cookie)
    let hidden = PortalDesk.hiddenFields(of: page)
    func stop(_ channel: String) async -> HTTPResponse {
      let form = PortalDesk.body(hidden + [("channel", channel)])
      return await desk.ask("POST", "/contact/stop?lang=en", form: form, cookie: cookie)
    }
    for channel in ["sms", "call", "all"] {
      let answer = await stop(channel)
      #expect(answer.status == 200, "\(channel): \(answer.text)")
    }
    let acts = ["ChannelOptedOut", "ChannelOptedOut", "CeaseContactRequested"]
    #expect(try desk.acts() == acts)
    #expect(await stop("all").text.contains("Nobody reaches you"), "the last one is told again")
    let old = await stop("sms")
    #expect(old.status == 409 && old.text.contains("open the page again"), "\(old.text)")
    #expect(try desk.acts() == acts)
  }

  @Test("an account of hers that nobody has opened yet has no card and no fault")
  func unopened() async throws {
    try await desk.record([DraftLine.linked("S-1", "A-404", as: "guarantor")])
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/?lang=en", cookie: cookie)
    #expect(page.status == 200 && page.text.contains("A-1"))
    #expect(!page.text.contains("A-404") && !page.text.contains(#"class="notice"#), "\(page.text)")
  }
}

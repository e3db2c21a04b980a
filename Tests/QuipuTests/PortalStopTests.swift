import CanonicalJSON
import EventStore
import Foundation
import Ledger
import Testing

@testable import quipu

/// That she stops what is sent to her, sees since when, and allows it again.
@Suite struct PortalStopTests {
  private let desk: PortalDesk

  init() throws {
    desk = try PortalDesk { ledger in
      try ledger.record([
        #"{"type":"ChannelOptedOut","stream":"subject/S-1","effective":"2025-02-10","#
          + #""key":"crm:1","data":{"channel":"sms"}}"#
      ])
    }
  }

  private func stops() throws -> [String] {
    let said = try desk.ledger.run("subject S-1 --on \(PortalDesk.today) --json --as eva").json
    return ["optOuts", "ceaseContact"].flatMap { said[$0]?.arrayValue ?? [] }.map {
      $0["channel"]?.stringValue ?? "all"
    }
  }

  private func page(_ cookie: String, _ language: String = "en") async -> String {
    await desk.ask("GET", "/contact/stop?lang=\(language)", cookie: cookie).text
  }

  /// Presses the button that allows something again, so many times.
  private func allow(
    _ value: String, _ cookie: String, times: Int = 1
  ) async throws -> HTTPResponse {
    let page = await desk.ask("GET", "/contact/stop?lang=en", cookie: cookie)
    let token = try #require(PortalDesk.hiddenFields(of: page).first { $0.0 == "form" })
    let form = PortalDesk.body([token, ("allow", value)])
    var answer = page
    for _ in 0..<times {
      answer = await desk.ask("POST", "/contact/allow?lang=en", form: form, cookie: cookie)
    }
    return answer
  }

  @Test("the page says what is stopped, since when, and allows it again by her own act")
  func again() async throws {
    let cookie = try await desk.session()
    let before = await page(cookie)
    #expect(before.contains("What is stopped now"))
    #expect(before.contains("Since 10 February 2025, record no. "))
    #expect(before.contains("Allow it again: SMS") && !before.contains(#"value="sms" id="#))
    let told = await page(cookie, "es")
    #expect(told.contains("Lo que está detenido ahora") && told.contains("Desde el 10 de febrero"))
    let answer = try await allow("sms", cookie, times: 2)
    #expect(answer.status == 200 && answer.text.contains("Allowed again: SMS"))
    #expect(try desk.acts() == ["ConsentGranted"])
    let event = try #require(try desk.events().last)
    let visit = try desk.events().first { $0["type"]?.stringValue == "PortalVisited" }
    #expect(event["stream"]?.stringValue == "subject/S-1")
    #expect(event["cause"] != nil && event["cause"] == visit?["seq"])
    let data = try #require(event["data"])
    #expect(data["purpose"]?.stringValue == "contact" && data["channel"]?.stringValue == "sms")
    // What she agreed to stood on the page, word for word.
    let words = before.matches(of: /<p>(By allowing it[^<]*)<\/p>/).map { String($0.1) }
    let text = try #require(words.first)
    #expect(data["informedText"]?.stringValue == Digest(hashing: text).hex)
    let key = try #require(event["key"]?.stringValue).replacing(":ConsentGranted", with: "")
    #expect(data["evidence"]?.stringValue == Digest(hashing: "\(key)\n\(text)").hex)
    #expect(try stops() == [])
    #expect(!(await page(cookie)).contains("What is stopped now"))
  }

  @Test("what is stopped with everything is allowed with everything, and can be stopped again")
  func everything() async throws {
    let cookie = try await desk.session()
    let stopped = try await desk.send("/contact/stop", [("channel", "all")], cookie: cookie)
    #expect(stopped.text.contains("Nobody reaches you any more"))
    let shown = await page(cookie)
    #expect(shown.contains("Since 5 March 2025") && shown.contains("as long as everything is"))
    #expect(!shown.contains("What is to stop?"), "there is nothing left to stop")
    #expect(try await allow("sms", cookie).status == 422)
    #expect(try stops() == ["sms", "all"])
    #expect(try await allow("all", cookie).status == 200)
    #expect(try stops() == [])
    let again = try await desk.send("/contact/stop", [("channel", "sms")], cookie: cookie)
    #expect(again.status == 200)
    #expect(try stops() == ["sms"])
  }

  @Test("what is not stopped is not allowed, nor by another's form")
  func refused() async throws {
    let cookie = try await desk.session()
    for value in ["call", "all", "", "fax"] {
      let answer = try await allow(value, cookie)
      #expect(answer.status == 422 && answer.text.contains("is not stopped now"), "\(value)")
    }
    let page = await desk.ask("GET", "/contact/stop?lang=en", cookie: cookie)
    let token = try #require(PortalDesk.hiddenFields(of: page).first { $0.0 == "form" })
    let other = try await desk.session("S-2", "99654321")
    let form = PortalDesk.body([token, ("allow", "sms")])
    #expect(await desk.ask("POST", "/contact/allow", form: form, cookie: other).status == 403)
    #expect(try desk.acts() == [])
  }
}

import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Testing

@testable import quipu

/// What a person does in the portal, and what the ledger says then.
@Suite struct PortalActsTests {
  private let desk: PortalDesk

  init() throws {
    desk = try PortalDesk { ledger in
      for line in [
        "policy adopt pe --as eva --approve-as ana --effective 2020-01-01",
        "strategy adopt pe-empathetic --as eva --approve-as ana --effective 2020-01-01",
      ] {
        let run = try ledger.run(line)
        try #require(run.exit == 0, "\(run.errors)")
      }
      try ledger.record([
        DraftLine.opened("A-9", principal: 60_000, more: #","terms":{"roll":"following"}"#),
        #"{"type":"SubjectLinked","stream":"subject/S-2","effective":"2025-02-01","#
          + #""key":"link:S-2","data":{"account":"A-9","role":"guarantor"}}"#,
      ])
    }
  }

  private func hidden(_ page: HTTPResponse) -> [(String, String)] {
    PortalDesk.hiddenFields(of: page)
  }

  private func body(_ fields: [(String, String)]) -> String { PortalDesk.body(fields) }

  private func acts() throws -> [String] { try desk.acts() }

  private func send(
    _ path: String, _ fields: [(String, String)], to action: String? = nil, cookie: String
  ) async throws -> (form: String, response: HTTPResponse) {
    let page = await desk.ask(
      "GET", path + (path.contains("?") ? "&" : "?") + "lang=en", cookie: cookie)
    try #require(page.status == 200, "\(path)")
    let hidden = hidden(page).filter { one in !fields.contains { $0.0 == one.0 } }
    let form = body(hidden + fields)
    let target = action ?? path
    return (form, await desk.ask("POST", target + "?lang=en", form: form, cookie: cookie))
  }

  @Test("a plan is agreed with the figures she saw, to the cent, and once")
  func plan() async throws {
    let cookie = try await desk.session()
    let seen = await desk.ask(
      "GET", "/accounts/1/plan?by=amount&amount=100.00&count=&lang=en", cookie: cookie)
    #expect(seen.status == 200)
    #expect(seen.text.contains("S/\u{A0}800.00"), "the total")
    #expect(seen.text.components(separatedBy: "S/\u{A0}100.00").count - 1 == 8, "the instalments")
    let form = body(hidden(seen))
    let first = await desk.ask("POST", "/accounts/1/plan?lang=en", form: form, cookie: cookie)
    #expect(first.status == 200)
    #expect(first.text.contains("8 instalments, S/\u{A0}800.00 in all"))
    let again = await desk.ask("POST", "/accounts/1/plan?lang=en", form: form, cookie: cookie)
    #expect(again.status == 200 && again.wholeBody == first.wholeBody)
    #expect(try acts() == ["OfferMade", "OfferAnswered", "PlanAgreed"])
    let show = try desk.ledger.run("show A-1 --on \(PortalDesk.today) --json")
    #expect(show.exit == 0, "\(show.errors)")
    let shown = try show.json
    #expect(shown["outstanding"]?["total"]?.integerValue == 80_000, "\(show.output)")
    let open = (shown["items"]?.arrayValue ?? []).compactMap {
      $0["outstanding"]?["total"]?.integerValue
    }.filter { $0 > 0 }
    #expect(open == Array(repeating: 10_000, count: 8), "\(show.output)")
    let other = await desk.ask("GET", "/accounts/1/plan?lang=en", cookie: cookie)
    #expect(other.status == 200 && other.text.contains("A plan is running"), "\(other.text)")
  }

  @Test("an altered form, or none of this visit, agrees nothing")
  func altered() async throws {
    let cookie = try await desk.session()
    let stranger = try await desk.session("S-2", "99654321")
    let seen = await desk.ask(
      "GET", "/accounts/1/plan?by=amount&amount=100.00&count=", cookie: cookie)
    let fields = hidden(seen)
    for (change, value, status) in [
      ("amount", "0.01", 422), ("amount", "50.00", 422), ("amount", "-5", 422),
      ("by", "count", 422), ("seen", "settle-50 40000 2025-04-04=1", 422), ("form", "", 403),
      ("form", "00000000000000000000000000000000.00", 403),
    ] {
      let form = body(fields.map { ($0.0, $0.0 == change ? value : $0.1) })
      let response = await desk.ask("POST", "/accounts/1/plan", form: form, cookie: cookie)
      #expect(response.status == status, "\(change)=\(value)")
    }
    for (path, cookie, status) in [
      ("/accounts/1/plan", stranger, 403), ("/accounts/2/plan", stranger, 403),
      ("/accounts/7/plan", cookie, 404), ("/accounts/B-1/plan", cookie, 404),
    ] {
      let response = await desk.ask("POST", path, form: body(fields), cookie: cookie)
      #expect(response.status == status, "\(path)")
    }
    #expect(try acts() == [])
  }

  @Test(
    "each act is recorded once, whatever is pressed twice, and says so",
    arguments: [
      (
        "/accounts/3/promise", [("amount", "50,00"), ("day", "2025-03-12")], ["PromiseMade"],
        "You promised S/\u{A0}50.00 for 12 March 2025",
        "account/A-9 amount=5000 dueOn=2025-03-12 channel=portal"
      ),
      (
        "/accounts/2/payment",
        [("amount", "20"), ("day", "04/03/2025"), ("method", "wallet"), ("reference", "OP-7")],
        ["PaymentReported"], "you paid S/\u{A0}20.00 on 4 March 2025",
        "account/A-2 amount=2000 on=2025-03-04 method=wallet channel=portal"
      ),
      (
        "/accounts/2/hardship", [("kind", "illness"), ("to", "2025-06-30"), ("words", "")],
        ["HardshipDeclared"], "cannot pay as agreed",
        "account/A-2 from=2025-03-05 to=2025-06-30"
      ),
      (
        "/accounts/2/dispute", [("scope", "amount"), ("amount", "1.50"), ("words", "ajena")],
        ["DisputeOpened", "MessageReceived"], "this is not right",
        "account/A-2 scope=amount amount=150"
      ),
      (
        "/accounts/2/complaint", [("words", "gritaron")], ["ComplaintFiled", "MessageReceived"],
        "Your complaint is on record", "account/A-2 channel=portal"
      ),
      (
        "/contact", [("channel", "call"), ("days", "week"), ("from", "09:00"), ("to", "12:00")],
        ["PreferenceSet"], "Monday to Friday, from 09:00 to 12:00", "subject/S-1 channel=call"
      ),
      (
        "/contact/stop", [("channel", "sms")], ["ChannelOptedOut"], "This has stopped: SMS",
        "subject/S-1 channel=sms"
      ),
      (
        "/contact/stop", [("channel", "all")], ["CeaseContactRequested"], "Nobody reaches you",
        "subject/S-1"
      ),
      (
        "/data", [("right", "access"), ("words", "")], ["RequestReceived"],
        "We answer at the latest on 2 April 2025",
        "subject/S-1 right=access dueOn=2025-04-02 via=portal"
      ),
    ] as [(String, [(String, String)], [String], String, String)])
  func each(
    _ path: String, _ fields: [(String, String)], _ types: [String], _ words: String,
    _ stated: String
  ) async throws {
    let cookie = try await desk.session()
    let (form, first) = try await send(path, fields, cookie: cookie)
    #expect(first.status == 200, "\(first.text)")
    #expect(first.text.contains(words), "\(first.text)")
    async let second = desk.ask("POST", path + "?lang=en", form: form, cookie: cookie)
    async let third = desk.ask("POST", path + "?lang=en", form: form, cookie: cookie)
    for again in await [second, third] {
      #expect(again.status == 200 && again.wholeBody == first.wholeBody)
    }
    #expect(try acts() == types)
    let parts = stated.split(separator: " ").map(String.init)
    for event in try desk.events() where event["type"]?.stringValue != "PortalVisited" {
      #expect(event["stream"]?.stringValue == parts[0])
      #expect(event["effective"]?.stringValue == PortalDesk.today)
      #expect(event["actor"]?["id"]?.stringValue == "portal")
      let text = event.canonicalText
      if let own = fields.first(where: { $0.0 == "words" })?.1, !own.isEmpty {
        #expect(!text.contains(own), "her words are sealed")
      }
      guard event["type"]?.stringValue == types[0] else { continue }
      for part in parts.dropFirst() {
        let (name, value) = (part.prefix { $0 != "=" }, part.drop { $0 != "=" }.dropFirst())
        let found = event["data"]?[String(name)]
        #expect(
          found?.stringValue ?? found?.integerValue.map { "\($0)" } == String(value), "\(text)")
      }
    }
    if let own = fields.first(where: { $0.0 == "words" })?.1, !own.isEmpty {
      let opened = try desk.ledger.copy().run("unseal --subject S-1 --purpose check --as ana")
      #expect(opened.output.contains(own), "what she wrote is there to be read: \(opened.errors)")
    }
    for (account, owed) in [("A-1", 80_000), ("A-9", 60_000)] {
      let shown = try desk.ledger.run("show \(account) --on \(PortalDesk.today) --json").json
      #expect(shown["outstanding"]?["total"]?.integerValue == Int64(owed), "it moves no money")
    }
  }

  @Test("the same told twice by two forms is recorded twice")
  func twice() async throws {
    let cookie = try await desk.session()
    for _ in 0..<2 {
      let (_, response) = try await send("/contact/stop", [("channel", "sms")], cookie: cookie)
      #expect(response.status == 200, "\(response.text)")
    }
    for _ in 0..<2 {
      let (_, response) = try await send(
        "/accounts/1/payment", [("amount", "20"), ("day", "2025-03-04"), ("method", "cash")],
        cookie: cookie)
      #expect(response.status == 200, "\(response.text)")
    }
    #expect(
      try acts() == [
        "ChannelOptedOut", "ChannelOptedOut", "PaymentReported", "PaymentReported",
      ])
  }

  @Test("who vouches for an account agrees nothing on it, and may say that something is not right")
  func guarantor() async throws {
    let cookie = try await desk.session("S-2", "99654321")
    let page = await desk.ask("GET", "/accounts/2/dispute?lang=en", cookie: cookie)
    let token = hidden(page)
    for (suffix, fields) in [
      ("promise", [("amount", "50"), ("day", "2025-03-12")]),
      ("promise/move", [("day", "2025-03-12")]),
      ("plan", [("by", "count"), ("count", "6"), ("seen", "")]),
      ("offers", [("offer", "offer-1"), ("answer", "declined")]),
    ] {
      let path = "/accounts/2/\(suffix)"
      let response = await desk.ask("POST", path, form: body(token + fields), cookie: cookie)
      #expect(response.status == 403, "\(suffix)")
      #expect(await desk.ask("GET", path, cookie: cookie).status == 403, "\(suffix)")
    }
    #expect(try acts() == [])
    let dispute = body(token + [("scope", "not-mine")])
    #expect(
      await desk.ask("POST", "/accounts/2/dispute", form: dispute, cookie: cookie).status == 200)
    #expect(try desk.events().last?["subject"]?.stringValue == "S-2")
  }

  @Test("no form of elsewhere, of nobody and of too many is taken")
  func notHers() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1/promise", cookie: cookie)
    let form = body(hidden(page) + [("amount", "50"), ("day", "2025-03-12")])
    let path = "/accounts/1/promise"
    #expect(
      await desk.ask("POST", path, form: form, cookie: cookie, site: "cross-site").status == 403)
    #expect(await desk.ask("POST", path, form: form).status == 401)
    #expect(await desk.ask("POST", path, form: form, cookie: cookie, browser: "x").status == 401)
    var request = HTTPRequest(method: "GET", path: "/")
    request.headers[.cookie] = cookie
    request.headers[.userAgent] = PortalDesk.browser
    let session = try #require(
      desk.portal.sessions.session(of: request, at: WallClock.now()), "she is in")
    #expect(throws: Problem.self) {
      for _ in 0..<10_000 { try desk.portal.count(session) }
    }
    #expect(await desk.ask("POST", path, form: form, cookie: cookie).status == 429)
    #expect(try acts() == [])
  }

  @Test(
    "what cannot be read is said at its field, what was written stays, and nothing is recorded",
    arguments: [
      ("/accounts/1/promise", [("amount", "900"), ("day", "2025-03-12")], "f-amount"),
      ("/accounts/1/promise", [("amount", "50"), ("day", "2025-03-04")], "f-day"),
      ("/accounts/1/promise", [("amount", "50"), ("day", "2025-04-05")], "f-day"),
      ("/accounts/1/promise", [("amount", "1.234.5"), ("day", "2025-03-12")], "f-amount"),
      (
        "/accounts/1/payment", [("amount", "20"), ("day", "2025-03-06"), ("method", "cash")],
        "f-day"
      ),
      ("/accounts/1/dispute", [("scope", "<b>"), ("amount", "77.10")], "f-scope"),
      ("/accounts/1/complaint", [("words", "  ")], "f-words"),
      (
        "/contact", [("channel", "call"), ("days", "all"), ("from", "12:00"), ("to", "09:00")],
        "f-to"
      ),
      ("/contact", [("channel", "pigeon"), ("days", "all")], "f-channel"),
      ("/data", [("right", "everything")], "f-right"),
    ] as [(String, [(String, String)], String)])
  func bad(_ path: String, _ fields: [(String, String)], _ field: String) async throws {
    let cookie = try await desk.session()
    let (_, response) = try await send(path, fields, cookie: cookie)
    #expect(response.status == 422)
    #expect(response.text.contains(##"href="#\##(field)""##), "\(response.text)")
    #expect(response.text.contains(#"id="\#(field)""#), "the field is there")
    if let amount = fields.first(where: { $0.0 == "amount" })?.1 {
      #expect(response.text.contains(#"value="\#(amount)""#), "what was written stays")
    }
    #expect(try acts() == [])
  }

  @Test("a promise is moved, and a second one is not made beside it")
  func move() async throws {
    let cookie = try await desk.session()
    let page = await desk.ask("GET", "/accounts/1/promise", cookie: cookie)
    _ = try await send(
      "/accounts/1/promise", [("amount", "50"), ("day", "2025-03-12")], cookie: cookie)
    let second = await desk.ask(
      "POST", "/accounts/1/promise",
      form: body(hidden(page) + [("amount", "60"), ("day", "2025-03-13")]), cookie: cookie)
    #expect(second.status == 422)
    let moved = try await send(
      "/accounts/1/promise/move", [("day", "2025-03-20")], cookie: cookie)
    #expect(moved.response.text.contains("now for 20 March 2025"))
    #expect(try acts() == ["PromiseMade", "PromiseRescheduled"])
  }

  @Test("of two promises at once one is made, and the other is told of it and led to move it")
  func together() async throws {
    let cookie = try await desk.session()
    var forms: [String] = []
    for (amount, day) in [("50", "2025-03-12"), ("60", "2025-03-13"), ("70", "2025-03-14")] {
      let page = await desk.ask("GET", "/accounts/1/promise", cookie: cookie)
      forms.append(body(hidden(page) + [("amount", amount), ("day", day)]))
    }
    let desk = desk
    let answers = await withTaskGroup(of: HTTPResponse.self) { group in
      for form in forms {
        group.addTask {
          await desk.ask("POST", "/accounts/1/promise?lang=en", form: form, cookie: cookie)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.map(\.status).sorted() == [200, 422, 422])
    for answer in answers where answer.status == 422 {
      #expect(answer.text.contains("you can move that promise"), "\(answer.text)")
      #expect(answer.text.contains("/accounts/1/promise/move"))
    }
    #expect(try acts() == ["PromiseMade"])
  }

  @Test("what an account's page lists would be accepted as it stands: each has its form")
  func listed() async throws {
    let cookie = try await desk.session()
    func listed(_ account: Int) async throws -> [String] {
      let page = await desk.ask("GET", "/accounts/\(account)?lang=en", cookie: cookie).text
      let found = page.matches(of: /<li><a href="\/accounts\/\d\/([a-z\/]*)"/).map { String($0.1) }
      for suffix in found where suffix != "certificate" {
        let page = await desk.ask("GET", "/accounts/\(account)/\(suffix)", cookie: cookie)
        #expect(page.text.contains(#"action="/accounts/\#(account)/\#(suffix)""#), "\(suffix)")
      }
      return found.filter { ["plan", "promise", "promise/move"].contains($0) }
    }
    #expect(try await listed(1) == ["plan", "promise"])
    #expect(try await listed(2) == [], "nothing is owed there")
    let made = try await send(
      "/accounts/1/promise", [("amount", "50"), ("day", "2025-03-12")], cookie: cookie)
    #expect(made.response.status == 200, "\(made.response.text)")
    #expect(try await listed(1) == ["promise/move"], "the strategy waits for the promise")
    _ = try await send("/accounts/1/hardship", [("kind", "illness")], cookie: cookie)
    #expect(
      try await listed(1) == ["plan", "promise/move"], "who needs care may have a plan at once")
  }

  @Test("the days of a plan are those the ledger keeps, where due dates move to business days")
  func rolled() async throws {
    let cookie = try await desk.session()
    let seen = await desk.ask(
      "GET", "/accounts/3/plan?by=amount&amount=100.00&count=&lang=en", cookie: cookie)
    let days = seen.text.matches(of: /<td>(\d+ \w+ \d{4})/).map { String($0.1) }
    #expect(days.contains("21 April 2025"), "the 20th is a Sunday: \(days)")
    let form = body(hidden(seen))
    let done = await desk.ask("POST", "/accounts/3/plan?lang=en", form: form, cookie: cookie)
    #expect(done.status == 200, "\(done.text)")
    let items = try desk.ledger.run("show A-9 --on \(PortalDesk.today) --json").json["items"]
    let kept = (items?.arrayValue ?? []).filter {
      $0["outstanding"]?["total"]?.integerValue != 0
    }.compactMap { $0["dueOn"]?.stringValue.flatMap { CivilDate($0)?.spoken(.english) } }
    #expect(kept.count == 6 && kept == days, "\(kept)")
    #expect(kept.last.map { done.text.contains("\($0)</time>") } == true)
  }
}

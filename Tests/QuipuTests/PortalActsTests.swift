import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Support
import Testing

@testable import quipu

/// What a person does in the portal, and what the ledger says then.
@Suite struct PortalActsTests {
  private let desk: PortalDesk

  init() throws {
    desk = try PortalDesk { try Self.adopt($0) }
  }

  private static func adopt(_ ledger: TemporaryLedger) throws {
    for line in [
      "policy adopt pe --as eva --approve-as ana --effective 2020-01-01",
      "strategy adopt pe-empathetic --as eva --approve-as ana --effective 2020-01-01",
    ] {
      let run = try ledger.run(line)
      try #require(run.exit == 0, "\(run.errors)")
    }
  }

  /// The fields that go along unseen with the form of a page.
  private func hidden(_ page: HTTPResponse) -> [(String, String)] {
    page.text.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)"/).map {
      (String($0.1), String($0.2).replacing("&amp;", with: "&"))
    }
  }

  private func body(_ fields: [(String, String)]) -> String {
    fields.map { name, value in
      let coded = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      return "\(name)=\(coded)"
    }.joined(separator: "&")
  }

  /// What was recorded since she came in.
  private func acts() throws -> [String] {
    try desk.recorded().filter { $0 != "PortalVisited" }
  }

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
        "/accounts/1/promise", [("amount", "50,00"), ("day", "2025-03-12")], ["PromiseMade"],
        "You promised S/\u{A0}50.00 for 12 March 2025"
      ),
      (
        "/accounts/1/payment",
        [("amount", "20"), ("day", "04/03/2025"), ("method", "wallet"), ("reference", "OP 7")],
        ["PaymentReported"], "you paid S/\u{A0}20.00 on 4 March 2025"
      ),
      (
        "/accounts/1/hardship", [("kind", "illness"), ("to", ""), ("words", "")],
        ["HardshipDeclared"], "cannot pay as agreed"
      ),
      (
        "/accounts/1/dispute", [("scope", "amount"), ("amount", "1.50"), ("words", "no es")],
        ["DisputeOpened", "MessageReceived"], "this is not right"
      ),
      (
        "/accounts/1/complaint", [("words", "me gritaron")], ["ComplaintFiled", "MessageReceived"],
        "Your complaint is on record"
      ),
      (
        "/contact", [("channel", "call"), ("days", "week"), ("from", "09:00"), ("to", "12:00")],
        ["PreferenceSet"], "Monday to Friday, from 09:00 to 12:00"
      ),
      ("/contact/stop", [("channel", "sms")], ["ChannelOptedOut"], "This has stopped: SMS"),
      ("/contact/stop", [("channel", "all")], ["CeaseContactRequested"], "Nobody reaches you"),
      (
        "/data", [("right", "access"), ("words", "")], ["RequestReceived"],
        "We answer at the latest on 2 April 2025"
      ),
    ] as [(String, [(String, String)], [String], String)])
  func each(
    _ path: String, _ fields: [(String, String)], _ types: [String], _ words: String
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
    let owed = try desk.ledger.run("show A-1 --on \(PortalDesk.today) --json").json
    #expect(owed["outstanding"]?["total"]?.integerValue == 80_000, "it moves no money")
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
    let desk = try PortalDesk { ledger in
      try Self.adopt(ledger)
      try ledger.record([
        DraftLine.opened("A-9", principal: 60_000, more: #","terms":{"roll":"following"}"#)
      ])
    }
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
    #expect(done.text.contains("It holds until") && done.text.contains(kept[5]))
  }

  @Test("no plan leaves the limits of its strategy, whatever is asked for")
  func limits() throws {
    var random = SeededGenerator(seed: SeededNumbers.printed(for: "PortalActsTests.limits").state)
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/strategies/pe-empathetic.json")
    let strategy = try Strategy(parsing: Array(try Data(contentsOf: path)).span)
    var answered = 0
    for _ in 0..<3_000 {
      let allowed = strategy.offers.filter { _ in !random.once(in: 3) }.map {
        Self.altered($0, &random)
      }
      func amount() -> Int64 {
        random.once(in: 3) ? 0 : Int64.random(in: 0...900_000, using: &random)
      }
      let owed = Amounts(
        penalty: amount(), interest: amount(), cost: amount(), principal: 1 + amount())
      let day = CivilDate(days: Int32.random(in: 15_000...25_000, using: &random))
      let offering = PlanOffering(
        strategy: strategy, account: "A-1", day: day, currency: strategy.currency,
        outstanding: owed, paid180Days: 0, allowed: allowed)
      let wish: PlanForm.Wish =
        random.once(in: 2)
        ? .amount(Int64.random(in: 1...200_000, using: &random))
        : .count(Int.random(in: 1...40, using: &random))
      guard let made = try? PlanForm.plan(wish, of: offering, { "\($0)" }) else { continue }
      answered += 1
      try Self.check(made, wish, owed, allowed)
    }
    #expect(answered > 300, "of 3,000 wishes some are met")
  }

  /// An offer with other limits.
  private static func altered(
    _ offer: StrategyOffer, _ random: inout SeededGenerator
  ) -> StrategyOffer {
    guard case .plan(var terms) = offer.terms else { return offer }
    var offer = offer
    let least = Int.random(in: 1...6, using: &random)
    terms.instalments = least...(least + Int.random(in: 0...30, using: &random))
    terms.minInstalment = Int64.random(in: 1...60_000, using: &random)
    for component in Component.allCases {
      terms.forgiveBp[component] =
        random.once(in: 2) ? 0 : Int64.random(in: 0...10_000, using: &random)
    }
    offer.terms = .plan(terms)
    return offer
  }

  private static func check(
    _ made: PlanOffer, _ wish: PlanForm.Wish, _ owed: Amounts, _ allowed: [StrategyOffer]
  ) throws {
    let offer = try #require(allowed.first { $0 == made.offer }, "it is one of those allowed")
    guard case .plan(let terms) = offer.terms else {
      Issue.record("it is no plan")
      return
    }
    var sum = made.haircut
    for item in made.items { try sum.add(item.amounts) }
    #expect(sum == owed, "what is paid and what is given up is what is owed")
    #expect(made.items.count <= terms.instalments.upperBound)
    for component in Component.allCases {
      let most = Int128(owed[component]) * Int128(terms.forgiveBp[component]) / 10_000
      #expect(Int128(made.haircut[component]) <= most)
    }
    switch wish {
    case .amount(let amount): #expect(made.instalment <= amount)
    case .count(let count):
      #expect(made.items.count <= count)
      #expect(terms.instalments.contains(count))
    }
    #expect(made.haircut.total == 0, "nothing is given up for her word alone")
  }
}

import CanonicalJSON
import Foundation
import Ledger
import Testing

@testable import quipu

/// How often a person makes herself plans that are not kept.
@Suite struct PortalPlanLimitTests {
  private let desk: PortalDesk

  /// Accounts that S-1 owes, each with two plans that were not kept, but for A-5's.
  init() throws {
    desk = try PortalDesk { ledger in
      for line in [
        "policy adopt pe --as eva --approve-as ana --effective 2020-01-01",
        "strategy adopt pe-empathetic --as eva --approve-as ana --effective 2020-01-01",
      ] {
        let run = try ledger.run(line)
        try #require(run.exit == 0, "\(run.errors)")
      }
      func opened(_ account: String, on day: String = "2025-01-05") -> String {
        DraftLine.opened(account, on: day)
      }
      try ledger.record([
        opened("A-3"), Self.plan("A-3", "1", on: "2025-01-10"),
        Self.plan("A-3", "2", on: "2025-01-20"),
        opened("A-4"), Self.plan("A-4", "1", on: "2025-01-10", by: "ana"),
        Self.plan("A-4", "2", on: "2025-01-20"),
        // Kept, and then one that was not.
        opened("A-5"), Self.plan("A-5", "1", on: "2025-01-10"),
        DraftLine.paid("A-5", "p-5", 100_000, on: "2025-01-11"),
        DraftLine.event(
          "ChargeAssessed", "A-5", "fee", on: "2025-01-15",
          #""component":"cost","amount":90000,"label":"fee""#),
        Self.plan("A-5", "2", on: "2025-01-20", cost: 90_000),
        // More than a year ago.
        opened("A-6", on: "2024-01-05"), Self.plan("A-6", "1", on: "2024-02-01"),
        Self.plan("A-6", "2", on: "2025-01-20"),
        opened("A-7"), Self.plan("A-7", "1", on: "2025-01-10"),
        DraftLine.event(
          "PlanCancelled", "A-7", "cancelled", on: "2025-01-12",
          #""plan":"A-7-1","reason":"asked for""#),
        Self.plan("A-7", "2", on: "2025-01-20"),
      ])
    }
  }

  /// A plan of one instalment, due the day after, in default after five more days.
  private static func plan(
    _ account: String, _ number: String, on day: String, by actor: String = "portal",
    cost: Int = 0
  ) -> String {
    let kind = actor == "portal" ? "system" : "person"
    let due = day.dropLast(2) + (day.hasSuffix("0") ? "\(day.suffix(2).prefix(1))1" : "02")
    let parts = cost > 0 ? #""principal":0,"cost":\#(cost)"# : #""principal":100000"#
    return DraftLine.event(
      "PlanAgreed", account, "plan:\(account):\(number)", on: day,
      #""plan":"\#(account)-\#(number)","kind":"paymentPlan","conditional":false,"#
        + #""defaultAfterDays":5,"items":[{"n":1,"dueOn":"\#(due)",\#(parts)}]"#
    ).replacing(
      #","data""#,
      with: #","actor":{"id":"\#(actor)","kind":"\#(kind)","role":"recorder"},"data""#)
  }

  private func states(_ account: String) throws -> [String] {
    let shown = try desk.ledger.run("show \(account) --on \(PortalDesk.today) --json").json
    return (shown["plans"]?.arrayValue ?? []).compactMap { $0["state"]?.stringValue }
  }

  @Test("after two that were not kept within a year the next is made with a person")
  func limit() async throws {
    let cookie = try await desk.session()
    let offered = "How many instalments"
    for (number, account, found, isOffered) in [
      (3, "A-3", ["default", "default"], false), (4, "A-4", ["default", "default"], true),
      (5, "A-5", ["completed", "default"], true), (6, "A-6", ["default", "default"], true),
      (7, "A-7", ["cancelled", "default"], false),
    ] {
      #expect(try states(account) == found, "\(account)")
      let page = await desk.ask("GET", "/accounts/\(number)/plan?lang=en", cookie: cookie)
      #expect(page.status == 200 && page.text.contains(offered) == isOffered, "\(account)")
      let home = await desk.ask("GET", "/accounts/\(number)?lang=en", cookie: cookie).text
      #expect(home.contains("Pay in instalments") == isOffered, "\(account)")
    }
    let spanish = await desk.ask("GET", "/accounts/3/plan?lang=es", cookie: cookie).text
    #expect(spanish.contains("En los últimos 365 días acordó aquí 2 planes que no funcionaron"))
    #expect(spanish.contains(#"href="/accounts/3/person""#))
    #expect(!spanish.contains(#"href="/accounts/3/promise""#))
  }

  @Test("a plan that another tab shows is not agreed past the limit")
  func sent() async throws {
    let cookie = try await desk.session()
    let seen = await desk.ask("GET", "/accounts/4/plan?by=count&count=6&lang=en", cookie: cookie)
    let form = PortalDesk.body(PortalDesk.hiddenFields(of: seen))
    #expect(form.contains("seen="))
    try await desk.record([Self.plan("A-4", "3", on: "2025-01-30")])
    let answer = await desk.ask("POST", "/accounts/4/plan?lang=en", form: form, cookie: cookie)
    #expect(answer.status == 422 && answer.text.contains("made with a person"), "\(answer.text)")
    #expect(try desk.acts() == ["PlanAgreed"])
  }

  @Test("who asks for a person there is among those who wait for one")
  func person() async throws {
    let cookie = try await desk.session()
    let answer = try await desk.send("/accounts/3/person", [("words", "ayuda")], cookie: cookie)
    #expect(answer.status == 200 && answer.text.contains("You asked for a person"))
    #expect(try desk.acts() == ["BotHandedOff", "MessageReceived"])
    let waiting = try desk.ledger.run("waiting --on \(PortalDesk.today) --json").json["waiting"]
    let found = (waiting?.arrayValue ?? []).map {
      [$0["reason"], $0["subject"], $0["account"]].map { $0?.stringValue }
    }
    #expect(found == [["handOver", "S-1", "A-3"]], "\(found)")
    #expect(await desk.ask("GET", "/accounts/9/person", cookie: cookie).status == 404)
  }
}

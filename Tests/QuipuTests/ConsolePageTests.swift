import Collections
import Ledger
import Testing

@testable import quipu

@Suite struct ConsolePageTests {
  /// What each page is for, on a ledger with nothing in it.
  private static let empty = Result { try ConsoleDesk(try TemporaryLedger("--name <b>&\"x")) }
  private static let full = Result {
    try ConsoleDesk(
      try TemporaryLedger(
        "--name test",
        recording: [
          #"{"type":"AccountOpened","stream":"account/A-1","effective":"2026-01-05","data":{"#
            + #""account":"A-1","subject":"S-1","creditor":"bank","product":"consumer","currency":"PEN","#
            + #""items":[{"n":1,"dueOn":"2026-02-05","principal":10000,"interest":500}]}}"#,
          #"{"type":"PaymentReceived","stream":"account/A-1","effective":"2026-02-10","data":{"#
            + #""payment":"p-1","amount":4000,"currency":"PEN","method":"transfer"}}"#,
          #"{"type":"PaymentReceived","stream":"account/A-1","effective":"2026-02-07","data":{"#
            + #""payment":"p-0","amount":1000,"currency":"PEN","method":"cash"}}"#,
        ]))
  }

  private static let sections = [
    "portfolio", "accounts", "worklist", "conduct", "data-protection", "integrity", "models",
    "events",
  ]

  @Test(arguments: sections) func aPageOfAnEmptyLedgerSaysWhatIsMissing(_ name: String) throws {
    for language in Language.allCases {
      let page = try Self.empty.get().page("/console/\(name)", language)
      #expect(page.status == 200, "\(name): \(page.text)")
      #expect(page.text.contains("<html lang=\"\(language.rawValue)\">"))
      // The log has its first event and the tree its first leaf.
      #expect(
        ["events", "integrity"].contains(name) || page.text.contains("class=\"empty\""), "\(name)")
      #expect(page.text.contains("&lt;b&gt;&amp;&quot;x") && !page.text.contains("<b>"))
      let policy = page.headers.first { $0.name == "Content-Security-Policy" }?.value
      #expect(policy?.hasPrefix("default-src 'none'; style-src 'self'") == true)
    }
  }

  @Test(arguments: sections) func aPageNamesWhatARoleMaySee(_ name: String) throws {
    let desk = try Self.full.get()
    let page = try desk.page("/console/\(name)", as: "dpo")
    #expect(page.status == 200)
    for section in ConsoleSection.allCases { #expect(page.text.contains(section.path)) }
    let reader = try desk.page("/console/portfolio", as: "reader")
    #expect(reader.text.contains("/console/models") && !reader.text.contains("/console/conduct"))
  }

  @Test func theAccountPageSaysWhatShowSays() throws {
    let desk = try Self.full.get()
    for (moment, figures) in [
      ("on=2026-02-10&knownAt=4", ["PEN", "55.00", "50.00"]),
      ("on=2026-02-10&knownAt=3", ["65.00", "40.00"]), ("on=2026-02-07&knownAt=4", ["95.00"]),
    ] {
      let page = try desk.page("/console/accounts/A-1?\(moment)")
      #expect(page.status == 200)
      for figure in figures { #expect(page.text.contains(figure), "\(moment): \(figure)") }
    }
    let page = try desk.page("/console/accounts/A-1?on=2026-02-10&knownAt=3")
    #expect(page.text.contains("What has changed since"))
    #expect(try desk.page("/console/accounts/A-1").text.contains("restated by"))
  }

  @Test func aSliderThatWasMovedLeadsToItsMoment() throws {
    let desk = try Self.full.get()
    let day = try #require(CivilDate("2026-02-07")).days
    func target(_ query: String) throws -> String? {
      try desk.page("/console/accounts/A-1?" + query).headers.first { $0.name == "Location" }?.value
    }
    #expect(
      try target("on=2026-02-10&knownAt=4&day=\(day)&dayWas=20000")
        == "/console/accounts/A-1?on=2026-02-07&knownAt=4")
    #expect(
      try target("on=2026-02-10&knownAt=4&place=2&placeWas=3")
        == "/console/accounts/A-1?on=2026-02-10&knownAt=3")
    #expect(try target("on=2026-02-10&knownAt=4&day=\(day)&dayWas=\(day)") == nil)
    #expect(
      try target("on=2026-02-10&knownAt=4&day=9999999999&dayWas=1&place=99&placeWas=1") == nil)
  }

  @Test func whatIsNotThereIsSaid() throws {
    let desk = try Self.full.get()
    let unknown = try desk.page("/console/accounts/A-2%22%3E", .spanish)
    #expect(unknown.status == 404 && unknown.text.contains("/console/accounts/A-1"))
    let early = try desk.page("/console/accounts/A-1?on=2026-01-01")
    #expect(early.status == 200 && early.text.contains("Not open yet"))
    #expect(try desk.page("/console/accounts/A-1?knownAt=0").text.contains("Not open yet"))
    #expect(try desk.page("/console/events/99").status == 404)
    #expect(try desk.page("/console/portfolio?on=2026-02-30").status == 400)
    #expect(try desk.page("/console/portfolio?by=<script>").text.contains("&lt;script&gt;"))
    #expect(try desk.page("/console/models/none").status == 404)
    #expect(try desk.page("/console/scores/1").status == 404)
    #expect(try desk.page("/console/style-0.css").status == 404)
    #expect(try desk.page(ConsoleStyle.path, as: "").status == 200)
  }

  @Test func theDoorLetsInWhoHasAToken() throws {
    let desk = try Self.full.get()
    let token = try desk.token(of: "auditor")
    let own = ["sec-fetch-site": "same-origin"]
    func enter(_ form: String, _ headers: [String: String]) throws -> (Int, String?) {
      let answer = try desk.page(
        "/console/login", as: "", method: "POST", form: form, headers: headers)
      return (answer.status, answer.headers.first { $0.name == "Location" }?.value)
    }
    #expect(try enter("token=\(token)", [:]) == (403, nil))
    #expect(try enter("token=x", own) == (401, nil))
    #expect(try enter("token=+\(token)%0A", own) == (303, "/console/portfolio"))
    for (next, target) in [
      ("/console/conduct?on=2026-01-01", "/console/conduct?on=2026-01-01"),
      ("//evil.example", "/console/portfolio"), ("https://evil.example", "/console/portfolio"),
      ("/console/x\r\nSet-Cookie: a=b", "/console/portfolio"),
      ("/console/\\evil.example", "/console/portfolio"),
    ] {
      let form = "token=\(token)&next=\(ConsoleLink.encoded(next))"
      #expect(try enter(form, own) == (303, target), "\(next)")
    }
  }

  @Test func verificationIsForAFormOfOurs() throws {
    let desk = try Self.full.get()
    let path = "/console/integrity/verify"
    #expect(try desk.page(path, method: "POST").status == 403)
    let done = try desk.page(path, method: "POST", headers: ["sec-fetch-site": "same-origin"])
    #expect(done.status == 303)
    #expect(try desk.page("/console/integrity").text.contains("Sound at"))
  }

  @Test func aProofOfAnEventIsAFile() throws {
    let desk = try Self.full.get()
    #expect(try desk.ledger.run("checkpoint").exit == 0)
    let proof = try desk.page("/console/events/2/proof")
    #expect(proof.status == 200 && proof.text.contains("c2sp.org/tlog-proof"))
    let event = try desk.page("/console/events/2")
    #expect(event.text.contains("PaymentReceived") && event.text.contains("40.00"))
  }
}

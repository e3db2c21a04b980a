import Collections
import Testing

@Suite("Contact rules that look at what is known of a person")
struct ConductFactsTests {
  /// One thing told of S-1, the question, and what the house's rules say the day before it and on it.
  struct Case: CustomStringConvertible, Sendable {
    var type: EventType
    var data: String
    var stream = "subject/S-1"
    var channel = ContactChannel.call
    var account: String?
    var point: String?
    var expected: [String]

    var description: String { "\(type.name) \(data) \(channel) \(account ?? "") \(point ?? "")" }
  }

  static let cases: [Case] = [
    Case(type: .subjectDeceased, data: "{}", expected: ["H-DEAD block"]),
    Case(type: .processingBlocked, data: "{}", expected: ["H-BLOCK block"]),
    Case(type: .ceaseContactRequested, data: "{}", expected: ["H-CEASE block"]),
    Case(
      type: .ceaseContactRequested, data: #"{"channel":"call"}"#, expected: ["H-CEASE block"]),
    Case(type: .ceaseContactRequested, data: #"{"channel":"sms"}"#, expected: []),
    Case(type: .channelOptedOut, data: #"{"channel":"call"}"#, expected: ["H-OPT block"]),
    Case(type: .channelOptedOut, data: #"{"channel":"sms"}"#, expected: []),
    Case(
      type: .channelOptedOut, data: #"{"channel":"call","point":"P-1"}"#, point: "P-1",
      expected: ["H-OPT block"]),
    Case(
      type: .channelOptedOut, data: #"{"channel":"call","point":"P-1"}"#, point: "P-2",
      expected: []),
    // Which number is meant is not said: it cannot be told.
    Case(
      type: .channelOptedOut, data: #"{"channel":"call","point":"P-1"}"#,
      expected: ["H-OPT warn"]),
    Case(
      type: .representativeAppointed, data: #"{"representative":"S-9"}"#,
      expected: ["H-REP block"]),
    Case(
      type: .disputeOpened, data: #"{"dispute":"d","scope":"amount","reason":"r"}"#,
      expected: ["H-DISP block"]),
    Case(
      type: .disputeOpened, data: #"{"dispute":"d","scope":"amount","reason":"r"}"#,
      stream: "account/A-1", account: "A-1", expected: ["H-DISP block"]),
    Case(
      type: .disputeOpened, data: #"{"dispute":"d","scope":"amount","reason":"r"}"#,
      stream: "account/A-1", account: "A-2", expected: []),
    Case(
      type: .holdPlaced, data: #"{"hold":"h","kind":"court","reason":"r"}"#,
      stream: "account/A-1", expected: ["H-DISP block"]),
    Case(type: .legalHoldPlaced, data: #"{"hold":"h"}"#, expected: ["H-LEGAL warn"]),
    Case(
      type: .moratoriumStarted,
      data: #"{"kind":"breathing-space","from":"2026-03-03","to":"2026-05-01"}"#,
      expected: ["H-MOR warn"]),
    Case(
      type: .preferenceSet, data: #"{"channel":"call","windows":[{"from":"10:00","to":"12:00"}]}"#,
      expected: []),
    Case(
      type: .preferenceSet, data: #"{"channel":"call","windows":[{"from":"12:00","to":"13:00"}]}"#,
      expected: ["H-PREF block"]),
    Case(
      type: .preferenceSet,
      data: #"{"channel":"call","windows":[{"days":[3],"from":"10:00","to":"12:00"}]}"#,
      expected: ["H-PREF block"]),
    Case(
      type: .preferenceSet, data: #"{"channel":"call","windows":[]}"#,
      expected: ["H-PREF block"]),
    Case(
      type: .vulnerabilityDisclosed, data: #"{"level":"support","consent":true}"#,
      expected: ["H-VUL warn"]),
  ]

  @Test("a fact counts from its day, not the day before", arguments: cases)
  func fact(_ test: Case) throws {
    let house = try pack("house")
    var story = PersonStory()
    try story.open("A-1")
    try story.open("A-2")
    try story.tell(test.type, test.data, on: "2026-03-03", stream: test.stream)
    // Tuesday the third; the day before nothing of it is in effect.
    for (day, expected) in [("2026-03-02", []), ("2026-03-03", test.expected)] {
      var question = try ContactQuestion(test.channel, "\(day)T10:00:00-05:00")
      question.account = test.account
      question.point = test.point
      let facts = story.facts(on: question.localDate)
      #expect(house.complaints(about: question, facts) == expected, "\(day)")
    }
  }

  @Test(
    "what ended no longer counts",
    arguments: [
      (
        EventType.disputeOpened, #"{"dispute":"d","scope":"amount","reason":"r"}"#,
        EventType.disputeResolved, #"{"dispute":"d","decision":"upheld"}"#
      ),
      (
        .holdPlaced, #"{"hold":"h","kind":"court","reason":"r"}"#, .holdLifted, #"{"hold":"h"}"#
      ),
      (.processingBlocked, "{}", .processingUnblocked, "{}"),
      (
        .moratoriumStarted, #"{"kind":"k","from":"2026-03-03","to":"2026-05-01"}"#,
        .moratoriumEnded, "{}"
      ),
      (
        .vulnerabilityDisclosed, #"{"level":"support","consent":true}"#, .vulnerabilityReviewed,
        #"{"outcome":"support","nextReview":"2026-06-01"}"#
      ),
      (
        .ceaseContactRequested, "{}", .consentGranted,
        """
        {"purpose":"contact","evidence":"\(String(repeating: "0", count: 64))",
        "informedText":"\(String(repeating: "0", count: 64))"}
        """
      ),
    ])
  func ended(_ began: EventType, _ with: String, _ over: EventType, _ by: String) throws {
    let house = try pack("house")
    var story = PersonStory()
    try story.tell(began, with, on: "2026-03-03")
    try story.tell(over, by, on: "2026-03-10")
    for (day, isClear) in [("2026-03-09", false), ("2026-03-10", true)] {
      let question = try ContactQuestion(.call, "\(day)T10:00:00-05:00")
      let facts = story.facts(on: question.localDate)
      #expect(house.complaints(about: question, facts).isEmpty == isClear, "\(day)")
    }
  }

  @Test("third parties: who is not linked, and what was said to another")
  func thirdParty() throws {
    let policy = try policy(
      #"""
      {"id":"T","kind":"thirdParty","verdict":"block","citation":"c",
      "parameters":{"neutral":["call-back"],"disclosing":["disclosed"]}}
      """#)
    var story = PersonStory()
    try story.open("A-1")
    try story.tell(
      .subjectLinked, #"{"account":"A-1","role":"guarantor"}"#, stream: "subject/S-2")
    var question = try ContactQuestion(.call, "2026-03-02T10:00:00-05:00")
    question.account = "A-1"
    let debtor = story.facts(on: question.localDate)
    #expect(policy.complaints(about: question, debtor) == [])
    let guarantor = story.facts(on: question.localDate, of: "S-2")
    #expect(policy.complaints(about: question, guarantor) == [])
    #expect(policy.complaints(about: question, ContactFacts(nil)) == ["T block"])
    for (party, code, expected) in [
      (ContactParty.right, "disclosed", []), (.third, "call-back", []),
      (.third, "disclosed", ["T block"]), (.third, "", ["T warn"]), (.third, "promise", ["T warn"]),
    ] as [(ContactParty, String, [String])] {
      question.result.party = party
      question.result.code = code
      #expect(policy.complaints(about: question, debtor) == expected, "\(party) \(code)")
    }
  }

  @Test("consent, points, templates, certificates, limitation and a banned channel")
  func others() throws {
    let policy = try policy(
      #"""
      {"id":"C","kind":"consentRequired","verdict":"block","citation":"c","parameters":{"purpose":"mkt"}},
      {"id":"P","kind":"pointNotAgreed","verdict":"block","citation":"c"},
      {"id":"D","kind":"templateReviewed","verdict":"block","citation":"c"},
      {"id":"A","kind":"certifiedAgent","verdict":"warn","citation":"c"},
      {"id":"L","kind":"limitationExpired","verdict":"block","citation":"c","parameters":{"years":10}},
      {"id":"B","kind":"channelBanned","verdict":"block","citation":"c","channels":["push"]}
      """#)
    var story = PersonStory()
    let digest = String(repeating: "0", count: 64)
    try story.tell(
      .consentGranted,
      #"{"purpose":"mkt","channel":"sms","evidence":"\#(digest)","informedText":"\#(digest)"}"#)
    for (point, agreed) in [("P-1", true), ("P-2", false), ("P-3", true)] {
      try story.tell(
        .contactPointAdded,
        #"{"point":"\#(point)","kind":"mobile","source":"s","agreed":\#(agreed),"localZone":"UTC"}"#
      )
    }
    try story.tell(.contactPointInvalidated, #"{"point":"P-3","reason":"moved"}"#)
    func said(
      _ change: (inout ContactQuestion, inout ContactFacts) -> Void
    ) throws -> [String] {
      var question = try ContactQuestion(.sms, "2026-03-02T10:00:00-05:00")
      question.account = "A-1"
      question.point = "P-1"
      var facts = story.facts(on: question.localDate)
      change(&question, &facts)
      return policy.complaints(about: question, facts)
    }
    #expect(try said { _, _ in } == [])
    #expect(try said { question, _ in question.channel = .call } == ["C block"])
    #expect(try said { question, _ in question.channel = .push } == ["C block", "B block"])
    #expect(try said { question, _ in question.point = "P-2" } == ["P block"])
    #expect(try said { question, _ in question.point = "P-3" } == ["P block"])
    #expect(try said { question, _ in question.point = "P-4" } == ["P block"])
    #expect(try said { question, _ in question.point = nil } == ["P warn"])
    #expect(try said { question, _ in question.template = "t" } == ["D block"])
    #expect(try said { question, _ in question.agent = .machine } == [])
    #expect(try said { question, _ in question.agent = .person } == ["A warn"])
    for (until, expected) in [("2026-03-01", ["A warn"]), ("2026-03-02", [])] {
      let until = try #require(CivilDate(until))
      let said = try said { question, facts in
        question.agent = .person
        facts.certificates = [ContactFacts.Certificate(course: "x", until: until, seq: 1)]
      }
      #expect(said == expected)
    }
    for (from, expected) in [("2016-03-01", ["L block"]), ("2016-03-02", [])] {
      let from = try #require(CivilDate(from))
      #expect(try said { _, facts in facts.limitationFrom = from } == expected)
    }
    #expect(try said { question, _ in question.account = nil } == ["L warn"])
  }
}

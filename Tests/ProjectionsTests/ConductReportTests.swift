import CanonicalJSON
import Collections
import Projections
import Testing

@Suite("Conduct: contacts judged by the policies known when they were recorded")
struct ConductReportTests {
  /// Opens A-1 of S-1 in a ledger of its own.
  private func story() -> EventLines {
    var lines = EventLines()
    lines.open("A-1", principal: 10_000)
    return lines
  }

  private static let night =
    #"{"id":"NIGHT","kind":"hours","verdict":"block","citation":"law 1","channels":["call"],"#
    + #""parameters":{"windows":[{"from":"08:00","to":"18:00"}]}}"#
  private static let wish = #"{"id":"OPT","kind":"optOut","verdict":"block","citation":"law 2"}"#
  private static let cap =
    #"{"id":"CAP","kind":"frequencyCap","verdict":"warn","citation":"law 3","#
    + #""parameters":{"n":1,"perDays":7,"per":"subject"}}"#

  @Test("a policy adopted later, even backdated, changes no verdict on what was recorded before")
  func adoptedLater() throws {
    var lines = story()
    let first = lines.call("c-1", "2026-03-02T20:00:00-05:00")
    lines.adopt("p", 1, Self.night, from: "2026-01-01")
    let second = lines.call("c-2", "2026-03-02T20:00:00-05:00")
    let third = lines.call("c-3", "2026-03-02T10:00:00-05:00")
    let early = lines.call("c-4", "2025-12-31T20:00:00-05:00")
    // Version 2 allows the evening: from the next day, and for what is recorded after it.
    lines.adopt(
      "p", 2, Self.night.replacing("18:00", with: "21:00"), from: "2026-03-03")
    let fifth = lines.call("c-5", "2026-03-02T20:00:00-05:00")
    let sixth = lines.call("c-6", "2026-03-03T20:00:00-05:00")
    let report = try lines.conduct()
    let verdicts = Dictionary(uniqueKeysWithValues: report.verdicts.map { ($0.seq, $0.verdict) })
    #expect(verdicts[first] == .unjudged)
    #expect(verdicts[second] == .blocked)
    #expect(verdicts[third] == .allowed)
    #expect(verdicts[early] == .unjudged)
    #expect(verdicts[fifth] == .blocked)
    #expect(verdicts[sixth] == .allowed)
    #expect(report.violations.map(\.version) == [1, 1])
    #expect(report.violations.first?.citation == "law 1")
    #expect(report.violations.first?.inputs == "day=2026-03-02 weekday=1 time=20:00:00")
    // Known at an earlier size, the report is what it was then.
    let then = try lines.conduct(knownAt: second + 1)
    #expect(then.verdicts.map(\.verdict) == [.unjudged, .blocked])
    // What if it had been there all along.
    let policy = try ContactPolicy(parsing: EventLines.document("q", 1, Self.night).utf8Span.span)
    let proposed = try lines.conduct(under: policy)
    #expect(proposed.total.contacts == 6 && proposed.total.blocked == 5)
  }

  @Test("a wish told later counts from its day, and it is said that it was not known")
  func knownLater() throws {
    var lines = story()
    lines.adopt("p", 1, Self.wish, from: "2026-01-01")
    let before = lines.call("c-1", "2026-03-02T10:00:00-05:00")
    let sameDay = lines.call("c-2", "2026-03-03T10:00:00-05:00")
    let after = lines.call("c-3", "2026-03-04T10:00:00-05:00")
    let void = lines.add(
      "ChannelOptedOut", "subject/S-1", "2026-03-03", #"{"channel":"call"}"#)
    let late = lines.call("c-4", "2026-03-05T10:00:00-05:00")
    let report = try lines.conduct()
    let verdicts = Dictionary(uniqueKeysWithValues: report.verdicts.map { ($0.seq, $0.verdict) })
    #expect(verdicts[before] == .allowed)
    // The call of the very day was made before the wish was recorded.
    #expect(verdicts[sameDay] == .allowed)
    #expect(verdicts[after] == .blocked)
    #expect(verdicts[late] == .blocked)
    #expect(report.violations.map(\.wasKnown) == [false, true])
    #expect(report.violations.map(\.contact.subject) == ["S-1", "S-1"])
    // Voided, the wish was never there.
    lines.add(
      "EventVoided", "subject/S-1", "2026-03-06",
      #"{"approver":"u-2","reason":"wrong person","target":\#(void)}"#)
    #expect(try lines.conduct().total.blocked == 0)
  }

  @Test("caps count what the person had, over all accounts; voided attempts do not count")
  func caps() throws {
    var lines = story()
    lines.open("A-2", principal: 5_000)
    lines.adopt("p", 1, Self.cap, from: "2026-01-01")
    let first = lines.call("c-1", "2026-03-02T10:00:00-05:00")
    lines.call("c-2", "2026-03-04T10:00:00-05:00", account: "A-2")
    lines.call("c-3", "2026-03-30T10:00:00-05:00")
    #expect(try lines.conduct().violations.map(\.contact.contact) == ["c-2"])
    #expect(try lines.conduct().violations.first?.inputs == "count=1 limit=1 days=7 per=subject")
    // A message the person sent is no attempt of ours.
    lines.add(
      "ContactAttempted", "account/A-1", "2026-03-29",
      #"{"channel":"call","contact":"in-1","direction":"inbound","localAt":"2026-03-29T10:00:00-05:00"}"#
    )
    #expect(try lines.conduct().total.warned == 1)
    #expect(try lines.conduct().inbound == 1)
    lines.add(
      "EventVoided", "account/A-1", "2026-04-01",
      #"{"approver":"u-2","reason":"never made","target":\#(first)}"#)
    #expect(try lines.conduct().total.warned == 0)
  }

  @Test("a collector without a certificate, or with one that ended, and the scope of a report")
  func certificates() throws {
    var lines = story()
    lines.adopt(
      "p", 1, #"{"id":"CERT","kind":"certifiedAgent","verdict":"warn","citation":"c"}"#,
      from: "2026-01-01")
    lines.call("c-1", "2026-03-02T10:00:00-05:00")
    lines.add(
      "AgentCertified", "ledger/x", "2026-03-03",
      #"{"agent":"u-1","course":"law","until":"2026-03-04"}"#)
    lines.call("c-2", "2026-03-04T10:00:00-05:00")
    lines.call("c-3", "2026-03-05T10:00:00-05:00")
    let report = try lines.conduct()
    #expect(report.violations.map(\.contact.contact) == ["c-1", "c-3"])
    #expect(report.violations.map(\.inputs) == ["certificate=none", "seq=6 until=2026-03-04"])
    #expect(report.byAgent.map(\.agent) == ["u-1"])
    #expect(try lines.conduct { $0.agent = "u-9" }.total.contacts == 0)
    #expect(try lines.conduct { $0.account = "A-1" }.total.contacts == 3)
    #expect(try lines.conduct { $0.subject = "S-1" }.total.contacts == 3)
    #expect(try lines.conduct { $0.subject = "S-2" }.total.contacts == 0)
    #expect(try lines.conduct { $0.from = try day("2026-03-04") }.total.contacts == 2)
  }

  @Test("a policy whose document is missing or does not read is told of, and not judged by")
  func unreadable() throws {
    var lines = story()
    let digest = String(repeating: "a", count: 64)
    lines.add(
      "PolicyAdopted", "policy/p", "2026-01-01",
      #"{"document":"\#(digest)","policy":"p","version":1}"#)
    lines.call("c-1", "2026-03-02T20:00:00-05:00")
    let report = try lines.conduct()
    #expect(report.unreadable.map(\.policy) == ["p"])
    #expect(report.total.unjudged == 1)
  }
}

extension EventLines {
  /// The text of a policy.
  static func document(_ id: String, _ version: Int, _ rules: String) -> String {
    #"{"format":"quipu-policy/1","jurisdiction":"PE","policy":"\#(id)","rules":[\#(rules)],"#
      + #""version":\#(version)}"#
  }

  /// Adopts a policy, its document in two parts.
  mutating func adopt(_ id: String, _ version: Int, _ rules: String, from day: String) {
    let text = Self.document(id, version, rules)
    // The digest only has to be the same in all three here: the log's own checks are elsewhere.
    let digest = String(repeating: "\(version)", count: 64)
    let cut = text.index(text.startIndex, offsetBy: 40)
    for (part, text) in [(1, text[..<cut]), (2, text[cut...])] {
      let quoted = JSONValue.string(String(text)).canonicalText
      add(
        "DocumentPart", "policy/\(id)", day,
        #"{"part":\#(part),"parts":2,"sha256":"\#(digest)","text":\#(quoted)}"#)
    }
    add(
      "PolicyAdopted", "policy/\(id)", day,
      #"{"approver":"u-2","document":"\#(digest)","policy":"\#(id)","version":\#(version)}"#)
  }

  /// An outbound call.
  @discardableResult
  mutating func call(_ contact: String, _ localAt: String, account: String = "A-1") -> Int64 {
    add(
      "ContactAttempted", "account/\(account)", String(localAt.prefix(10)),
      #"{"channel":"call","contact":"\#(contact)","direction":"outbound","localAt":"\#(localAt)"}"#)
  }

  /// The report on all of it.
  func conduct(
    knownAt: Int64? = nil, under policy: ContactPolicy? = nil,
    _ change: (inout ConductReport.Scope) throws -> Void = { _ in }
  ) throws -> ConductReport {
    var scope = ConductReport.Scope(
      from: try day("2000-01-01"), to: try day("2026-12-31"), knownAt: knownAt ?? size)
    try change(&scope)
    return ConductReport(try model(), scope, under: policy)
  }
}

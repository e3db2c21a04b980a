import Collections
import Projections
import Testing

@Suite("Conduct: the duties beside contacts")
struct DutyReportTests {
  private static let complaints =
    #"{"id":"CLM","kind":"complaintDeadline","verdict":"warn","citation":"law 1","#
    + #""parameters":{"businessDays":15}}"#
  private static let decisions =
    #"{"id":"OBJ","kind":"automatedDecision","verdict":"warn","citation":"law 2"}"#
  private static let models =
    #"{"id":"AI","kind":"modelRegister","verdict":"warn","citation":"law 3"}"#
  private static let charges =
    #"{"id":"INT","kind":"lateFees","verdict":"warn","citation":"law 4","from":"2025-02-01","#
    + #""parameters":{"products":["micro"]}}"#

  /// A ledger under one rule from 2024 on.
  private func story(_ rule: String, _ product: String = "micro") -> EventLines {
    var lines = EventLines()
    lines.adopt("p", 1, rule, from: "2024-01-01")
    lines.open("A-1", product, principal: 10_000)
    return lines
  }

  @Test(
    "a complaint is answered by the fifteenth business day, holidays left out; not on the sixteenth",
    arguments: [
      // 15 business days from a Monday without holidays; over Holy Thursday and Friday of 2026.
      ("2026-03-02", "2026-03-23", "2026-03-24"), ("2026-03-23", "2026-04-15", "2026-04-16"),
      // From a Saturday the count begins on Monday.
      ("2026-02-28", "2026-03-20", "2026-03-21"),
    ])
  func deadline(_ filed: String, _ last: String, _ next: String) throws {
    for (answered, isKept) in [(last, true), (next, false), (nil, false)] {
      var lines = story(Self.complaints)
      let seq = lines.complain("C-1", filed)
      if let answered { lines.answer("C-1", answered) }
      let found = try lines.duties()
      #expect(found.isEmpty == isKept, "answered \(answered ?? "never")")
      guard !isKept else { continue }
      let by = answered.map { "\($0) seq=\(seq + 1)" } ?? "none"
      #expect(
        found.map(\.inputs) == [
          "complaint=C-1 filed=\(filed) businessDays=15 due=\(last) answered=\(by)"
        ])
      #expect(found.map(\.seq) == [seq] && found.map(\.rule) == ["CLM"])
      #expect(found.map(\.on) == [try day(next)] && found.map(\.verdict) == [.warn])
      #expect(found.map(\.citation) == ["law 1"] && found.map(\.stream) == ["account/A-1"])
    }
  }

  @Test("a complaint not answered is told of from the day after the last one, and once")
  func openComplaint() throws {
    var lines = story(Self.complaints)
    lines.complain("C-1", "2026-03-02")
    #expect(try lines.duties { $0.to = try day("2026-03-23") }.isEmpty)
    #expect(try lines.duties { $0.to = try day("2026-03-24") }.count == 1)
    #expect(try lines.duties { $0.from = try day("2026-03-24") }.count == 1)
    #expect(try lines.duties { $0.from = try day("2026-03-25") }.isEmpty)
    // Answered in time, though recorded later: as known before that it was not.
    let answer = lines.answer("C-1", "2026-03-23")
    #expect(try lines.duties().isEmpty)
    #expect(try lines.duties { $0.knownAt = answer }.count == 1)
    lines.add("EventVoided", "account/A-1", "2026-04-01", Self.void(answer))
    #expect(try lines.duties().count == 1)
  }

  @Test("an answer to another complaint, or on another stream, answers nothing")
  func otherAnswers() throws {
    var lines = story(Self.complaints)
    lines.complain("C-1", "2026-03-02")
    lines.answer("C-2", "2026-03-03")
    lines.add("ComplaintAnswered", "subject/S-1", "2026-03-03", #"{"complaint":"C-1"}"#)
    #expect(try lines.duties().count == 1)
    #expect(try lines.duties { $0.account = "A-1" }.count == 1)
    #expect(try lines.duties { $0.account = "A-2" }.isEmpty)
    // Who owes the account is whom it is about.
    #expect(try lines.duties { $0.subject = "S-1" }.count == 1)
    #expect(try lines.duties { $0.subject = "S-2" }.isEmpty)
    #expect(try lines.duties { $0.agent = "u-1" }.isEmpty)
  }

  @Test("the policy is that in force when the event was recorded, and on its day")
  func inForce() throws {
    var lines = EventLines()
    lines.open("A-1", principal: 10_000)
    // Filed on a day of the policy, and recorded before it was adopted.
    lines.complain("C-1", "2026-03-03")
    lines.adopt("p", 1, Self.complaints, from: "2026-03-03")
    lines.complain("C-2", "2026-03-02")
    let third = lines.complain("C-3", "2026-03-03")
    #expect(try lines.duties().map(\.seq) == [third])
    let text = EventLines.document("q", 1, Self.complaints)
    let proposed = try ContactPolicy(parsing: text.utf8Span.span)
    #expect(try lines.duties(under: proposed).count == 3)
  }

  @Test(
    "a decision of a machine alone that weighs on the person names a reviewer",
    arguments: [
      (true, true, false, true), (true, true, true, false), (true, false, false, false),
      (false, true, false, false),
    ])
  func decision(
    _ isAutomated: Bool, _ isSignificant: Bool, _ isReviewed: Bool, _ isBroken: Bool
  ) throws {
    var lines = story(Self.decisions)
    let reviewer = isReviewed ? #","reviewer":"u-7""# : ""
    let seq = lines.add(
      "DecisionMade", "subject/S-1", "2026-03-02",
      #"{"automated":\#(isAutomated),"basis":[],"decision":"D-1"\#(reviewer),"#
        + #""significant":\#(isSignificant)}"#)
    let found = try lines.duties()
    #expect(found.map(\.seq) == (isBroken ? [seq] : []))
    #expect(found.map(\.inputs) == (isBroken ? ["decision=D-1 reviewer=none"] : []))
    lines.add("EventVoided", "subject/S-1", "2026-04-01", Self.void(seq))
    #expect(try lines.duties().isEmpty)
  }

  @Test("a score names a model and version in use when it was recorded, whatever day it is about")
  func score() throws {
    var lines = story(Self.models)
    let before = lines.score("m", 1, "2026-03-03")
    lines.register("m", 1, "2026-03-03")
    lines.score("m", 1, "2026-03-02")
    lines.score("m", 1, "2026-03-03")
    let other = lines.score("m", 2, "2026-03-03")
    let end = lines.add("ModelRetired", "model/m", "2026-03-10", #"{"model":"m"}"#)
    let backdated = lines.score("m", 1, "2026-03-09")
    let late = lines.score("m", 1, "2026-03-10")
    let found = try lines.duties()
    #expect(found.map(\.seq) == [before, other, backdated, late])
    #expect(
      found.map(\.inputs) == [
        "model=m version=1 registered=no", "model=m version=2 registered=no",
        "model=m version=1 retired=2026-03-10 seq=\(end)",
        "model=m version=1 retired=2026-03-10 seq=\(end)",
      ])
  }

  @Test("a cost charged while past due, on a supervised product, by a rule in force")
  func charge() throws {
    for (product, on, component, isBroken) in [
      ("micro", "2025-02-01", "cost", true), ("micro", "2025-01-31", "cost", false),
      ("micro", "2025-02-01", "penalty", false), ("telecom", "2025-02-01", "cost", false),
    ] {
      var lines = story(Self.charges, product)
      let seq = lines.add(
        "ChargeAssessed", "account/A-1", on,
        #"{"amount":100,"component":"\#(component)","label":"l"}"#)
      let found = try lines.duties()
      #expect(found.map(\.seq) == (isBroken ? [seq] : []), "\(product) \(on) \(component)")
      guard isBroken else { continue }
      #expect(found.map(\.inputs) == ["component=cost product=micro daysPastDue=1"])
    }
    // Due later, it is not past due; and one day before the rule nothing is judged.
    var lines = EventLines()
    lines.adopt("p", 1, Self.charges, from: "2024-01-01")
    lines.open("A-1", "micro", due: "2025-03-01", principal: 10_000)
    lines.open("A-2", "micro", due: "2024-12-01", principal: 10_000)
    for (account, on) in [("A-1", "2025-03-01"), ("A-1", "2025-03-02"), ("A-2", "2025-01-31")] {
      lines.add(
        "ChargeAssessed", "account/\(account)", on,
        #"{"amount":100,"component":"cost","label":"l"}"#)
    }
    #expect(try lines.duties().map(\.on) == [try day("2025-03-02")])
  }

  private static func void(_ seq: Int64) -> String {
    #"{"approver":"u-2","reason":"wrong","target":\#(seq)}"#
  }
}

extension EventLines {
  @discardableResult
  fileprivate mutating func complain(_ complaint: String, _ on: String) -> Int64 {
    add(
      "ComplaintFiled", "account/A-1", on, #"{"channel":"book","complaint":"\#(complaint)"}"#)
  }

  @discardableResult
  fileprivate mutating func answer(_ complaint: String, _ on: String) -> Int64 {
    add("ComplaintAnswered", "account/A-1", on, #"{"complaint":"\#(complaint)"}"#)
  }

  fileprivate mutating func register(_ model: String, _ version: Int64, _ on: String) {
    let digest = String(repeating: "a", count: 64)
    let root = String(repeating: "A", count: 43) + "="
    add(
      "ModelRegistered", "model/\(model)", on,
      #"{"document":"\#(digest)","metrics":{"aucBp":7000},"model":"\#(model)","#
        + #""trainedOn":{"root":"\#(root)","size":1},"version":\#(version)}"#)
  }

  @discardableResult
  fileprivate mutating func score(_ model: String, _ version: Int64, _ on: String) -> Int64 {
    let digest = String(repeating: "b", count: 64)
    return add(
      "ScoreRecorded", "account/A-1", on,
      #"{"asOf":"2026-03-01","basis":1,"featuresSha256":"\#(digest)","model":"\#(model)","#
        + #""points":500,"probabilityBp":100,"reasons":[],"version":\#(version)}"#)
  }

  /// The duties broken in all of it.
  fileprivate func duties(
    under policy: ContactPolicy? = nil,
    _ change: (inout ConductReport.Scope) throws -> Void = { _ in }
  ) throws -> [DutyReport.Breach] {
    var scope = ConductReport.Scope(
      from: try day("2000-01-01"), to: try day("2026-12-31"), knownAt: size)
    try change(&scope)
    return DutyReport(try model(), scope, under: policy).breaches
  }
}

internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: policies, may-contact and conduct")
struct EndToEndConductTests {
  /// A ledger in which two people may adopt policies, and did adopt the Peruvian one.
  private static let base = Result {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    try ledger.write(Array(point.utf8), to: "point.jsonl")
    let run = try ledger.bash(
      setup + "\"$quipu\" record point.jsonl >/dev/null && "
        + "\"$quipu\" policy adopt pe --as ana --approve-as luis --effective 2020-01-01 --json")
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  private static let point =
    #"{"type":"ContactPointAdded","stream":"subject/S-1","effective":"2025-01-01","data":{"#
    + #""point":"P-1","kind":"mobile","value":"+51 900 000 001","source":"contract","#
    + #""agreed":true,"localZone":"America/Lima"}}"#

  private static let setup = """
    export XDG_CONFIG_HOME="$folder/config"
    "$quipu" identity add ana --role admin --save >/dev/null 2>&1
    "$quipu" identity add luis --role dpo --save --as ana >/dev/null 2>&1

    """

  @Test(
    "the answer, its exit status and the rule that decides",
    arguments: table(
      """
      options                                                               exit  says
      S-1 --channel call --at 2026-03-02T06:59:59                           1     PE-HRS
      S-1 --channel call --at 2026-03-02T07:00:00                           0     allowed
      S-1 --channel call --at 2026-03-02T19:59:59                           0     allowed
      S-1 --channel call --at 2026-03-02T20:00:00                           1     PE-HRS
      S-1 --channel call --at 2026-03-03T00:59:59Z                          0     allowed
      S-1 --channel call --at 2026-03-03T01:00:00Z                          1     PE-HRS
      S-1 --channel call --at 2026-06-07T10:00                              1     PE-HOL
      S-1 --channel call --at 2026-07-23T10:00                              1     PE-HOL
      S-1 --channel call --at 2026-03-02T07:30 --policy us-regf             1     US-TIME
      S-1 --channel call --at 2026-03-02T08:00 --policy us-regf             0     allowed
      S-9 --channel call                                                    3     unknown_subject
      S-1 --channel call --account A-9                                      3     unknown_account
      S-1 --channel call --point P-2                                        3     unknown_point
      S-1 --channel call --at 2019-12-31T10:00                              3     no_policy
      S-1 --channel call --policy not/there                                 4     unknown_policy
      S-1 --channel fax                                                     2     bad_value
      S-1 --channel call --at tomorrow                                      2     wrong_usage
      S-1                                                                   2     wrong_usage
      S-1 --channel call --record                                           2     wrong_usage
      """))
  func answers(_ row: [String]) throws {
    let run = try Self.base.get().run("may-contact \(row[0]) --json")
    #expect(run.exit == Int32(row[1]), "\(run.errors)")
    let isAllowed = run.output.contains("\"allowed\":true")
    #expect((row[2] == "allowed") == isAllowed)
    #expect(isAllowed || (run.output + run.errors).contains(row[2]))
    guard run.exit < 2 else { return }
    let answer = try JSONValue(parsing: run.output, as: .json)
    #expect(answer.canonicalText + "\n" == run.output)
    let blocking = (answer["checks"]?.arrayValue ?? []).filter {
      $0["verdict"]?.stringValue == "block"
    }
    #expect(blocking.isEmpty == isAllowed)
    for check in blocking { #expect(check["citation"]?.stringValue?.isEmpty == false) }
  }

  @Test("an answer recorded: allowed, blocked, and the same twice")
  func recording() throws {
    let ledger = try Self.base.get().copy()
    let ask = "may-contact S-1 --channel call --account A-1 --record --json"
    let allowed = try ledger.run("\(ask) --contact c-1 --at 2026-03-02T10:00")
    let again = try ledger.run("\(ask) --contact c-1 --at 2026-03-02T10:00")
    let blocked = try ledger.run("\(ask) --contact c-2 --at 2026-03-01T10:00")
    #expect([allowed.exit, again.exit, blocked.exit] == [0, 0, 1])
    let lines = try ledger.lines().map { String(decoding: $0, as: UTF8.self) }
    let authorized = lines.filter { $0.contains("\"type\":\"ContactAuthorized\"") }
    #expect(authorized.count == 1)
    #expect(authorized.first?.contains("\"rule\":\"PE-HRS\",\"verdict\":\"pass\"") == true)
    let refused = lines.filter { $0.contains("\"type\":\"ContactBlocked\"") }
    #expect(refused.count == 1)
    #expect(refused.first?.contains("\"rules\":[\"PE-HRS\"]") == true)
    // A contact that happened is recorded whatever was answered, and told of.
    try ledger.record([
      #"{"type":"ContactAttempted","stream":"account/A-1","effective":"2026-03-01","#
        + #""subject":"S-1","data":{"contact":"c-2","channel":"call","direction":"outbound","#
        + #""localAt":"2026-03-01T10:00:00-05:00","point":"P-1"}}"#
    ])
    let conduct = try ledger.run("conduct --json --rule PE-HRS")
    let report = try JSONValue(parsing: conduct.output, as: .json)
    #expect(report["violations"]?.arrayValue?.count == 1)
    #expect(
      report["violations"]?.arrayValue?.first?["citation"]?.stringValue == "Ley 29571 art. 62.b")
    #expect(report["violations"]?.arrayValue?.first?["knownThen"]?.boolValue == true)
    #expect(
      report["asked"]?.canonicalText == #"{"authorized":0,"blocked":1,"notAsked":0}"#)
    #expect(try ledger.run("conduct --strict").exit == 1)
    #expect(try ledger.run("conduct").exit == 0)
    let proposal = try ledger.run("conduct --under us-regf --json")
    #expect(proposal.exit == 0)
    let compared = try JSONValue(parsing: proposal.output, as: .json)
    #expect(
      compared["under"]?["matrix"]?.arrayValue?.first?.canonicalText
        == #"{"contacts":1,"inForce":"blocked","proposed":"warned"}"#)
    // Not one byte of the number told of in the sealed field.
    for text in [conduct.output, proposal.output, allowed.output] {
      #expect(!text.contains("900 000"))
    }
  }

  @Test("a call is judged by the zone of its contact point, whatever offset was recorded")
  func zoneOfThePoint() throws {
    let ledger = try Self.base.get().copy()
    // 06:59:59 in Lima, said in UTC; 07:00:00 said so.
    try ledger.record(
      [("c-5", "2026-03-02T11:59:59Z"), ("c-6", "2026-03-02T12:00:00Z")].map { id, at in
        #"{"type":"ContactAttempted","stream":"account/A-1","effective":"2026-03-02","#
          + #""subject":"S-1","key":"\#(id)","data":{"contact":"\#(id)","channel":"call","#
          + #""direction":"outbound","localAt":"\#(at)","point":"P-1"}}"#
      })
    let report = try ledger.run("conduct --json --rule PE-HRS").json
    let found = report["violations"]?.arrayValue ?? []
    #expect(found.map { $0["contact"]?.stringValue } == ["c-5"])
    #expect(found.first?["localAt"]?.stringValue == "2026-03-02T06:59:59-05:00")
  }

  @Test("a batch answers line by line, in order, and says in its place what it cannot")
  func batch() throws {
    let ledger = try Self.base.get()
    let questions = [
      #"{"subject":"S-1","channel":"call","at":"2026-03-02T10:00"}"#,
      #"{"subject":"S-1","channel":"call","at":"2026-03-01T10:00"}"#,
      #"{"subject":"S-1","chanel":"call"}"#,
      #"{"subject":"S-1\",\"x","channel":"call"}"#,
      #"{"subject":"S-9","channel":"call"}"#,
      "not json",
    ]
    try ledger.write(Array(questions.joined(separator: "\n").utf8), to: "questions")
    let run = try ledger.bash("\"$quipu\" may-contact --batch questions")
    #expect(run.exit == 3)
    let answers = try run.output.split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)
    }
    #expect(answers.map { $0["allowed"]?.boolValue } == [true, false, nil, nil, nil, nil])
    #expect(
      answers[2...].map { $0["error"]?["code"]?.stringValue } == [
        "unknown_field", "not_an_id", "unknown_subject", "unexpected_byte",
      ])
    #expect(answers[2]["error"]?["detail"]?["nearest"]?.stringValue == "channel")
    #expect(answers[4]["error"]?["detail"]?["line"]?.integerValue == 5)
    let one = try ledger.run("may-contact S-1 --channel call --at 2026-03-02T10:00 --json")
    #expect(run.output.hasPrefix(one.output))
  }

  @Test("a batch of several parts keeps order and the numbers of lines")
  func longBatch() throws {
    let ledger = try Self.base.get()
    // Two whole parts and a rest; blank lines are counted and not answered.
    let times = (0..<1_300).map { place in
      "2026-03-02T10:\(10 + place / 40):\(10 + place % 40)"
    }
    var questions = times.map { #"{"subject":"S-1","channel":"call","at":"\#($0)"}"# }
    questions[600] = ""
    questions[699] = #"{"subject":"S-9","channel":"call"}"#
    questions[1_299] = "not json"
    try ledger.write(Array(questions.joined(separator: "\n").utf8), to: "long")
    let run = try ledger.bash("\"$quipu\" may-contact --batch long")
    #expect(run.exit == 3)
    let answers = try run.output.split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)
    }
    var expected = times.map { String?($0 + "-05:00") }
    expected.remove(at: 600)
    (expected[698], expected[1_298]) = (nil, nil)
    #expect(answers.map { $0["localAt"]?.stringValue } == expected)
    let lines = answers.compactMap { $0["error"]?["detail"]?["line"]?.integerValue }
    #expect(lines == [700, 1_300])
  }

  @Test("duties beside contacts are listed apart, by the pack in force, in both languages")
  func duties() throws {
    let ledger = try Self.base.get().copy()
    try ledger.record([
      #"{"type":"ComplaintFiled","stream":"account/A-1","effective":"2025-03-03","#
        + #""data":{"complaint":"C-1","channel":"book"}}"#,
      #"{"type":"DecisionMade","stream":"account/A-1","effective":"2025-04-01","#
        + #""data":{"decision":"D-1","automated":true,"significant":true,"basis":[]}}"#,
    ])
    let conduct = try ledger.run("conduct --from 2025-01-01 --to 2025-12-31 --json")
    let duties = try JSONValue(parsing: conduct.output, as: .json)["duties"]?.arrayValue ?? []
    #expect(duties.map { $0["rule"]?.stringValue } == ["PE-CLM", "PE-OBJ"])
    #expect(duties.map { $0["on"]?.stringValue } == ["2025-03-25", "2025-04-01"])
    #expect(duties.first?["citation"]?.stringValue == "Ley 29571 arts. 24.1, 88.1")
    #expect(
      duties.first?["inputs"]?.stringValue
        == "complaint=C-1 filed=2025-03-03 businessDays=15 due=2025-03-24 answered=none")
    for (language, says) in [("en", "2 duties beside contacts"), ("es", "2 deberes ajenos")] {
      let text = try ledger.run("conduct --from 2025-01-01 --to 2025-12-31 --lang \(language)")
      #expect(text.exit == 0 && text.output.contains(says), "\(text.output)")
      #expect(text.output.contains("PE-OBJ"))
    }
    let one = try ledger.run("conduct --to 2025-12-31 --rule PE-OBJ --json")
    let found = try JSONValue(parsing: one.output, as: .json)["duties"]?.arrayValue
    #expect(found?.count == 1)
    // They warn, so nothing is strictly wrong.
    #expect(try ledger.run("conduct --to 2025-12-31 --strict").exit == 0)
  }

  @Test("adopting: who may, with whom, a version once, what a document may be")
  func adoption() throws {
    let ledger = try Self.base.get().copy()
    let policy = #"{"format":"quipu-policy/1","policy":"own","version":1,"jurisdiction":"PE","#
    let files = [
      ("own", policy + #""extends":["pe"],"without":["PE-HRS-MSG","PE-HOL-MSG"],"rules":[]}"#),
      ("other", policy + #""extends":["us-regf"],"rules":[]}"#),
      ("a", policy + #""extends":["b"],"rules":[]}"#),
      ("b", policy + #""extends":["a"],"rules":[]}"#),
      ("big", String(repeating: " ", count: 10_000_000)),
      ("typo", policy + #""rules":[{"id":"X","kind":"hour","verdict":"block","citation":"c"}]}"#),
    ]
    for (name, text) in files { try ledger.write(Array(text.utf8), to: name) }
    for (options, exit, says) in [
      ("adopt own", 3, "not_permitted"),
      ("adopt own --as ana", 3, "second_person_needed"),
      ("adopt own --as ana --approve-as ana", 3, "same_person"),
      ("adopt a --as ana --approve-as luis", 3, "policy_cycle"),
      ("adopt big --as ana --approve-as luis", 3, "policy_too_long"),
      ("adopt typo --as ana --approve-as luis", 3, "\"nearest\":\"hours\""),
      ("adopt own --as ana --approve-as luis", 0, "\"policy\":\"own\""),
      ("adopt other --as ana --approve-as luis", 3, "version_taken"),
      ("show adopted:own", 0, "\"policy\":\"own\""),
      ("diff pe adopted:own", 1, "PE-HRS-MSG"),
      ("diff pe pe", 0, "\"changes\":[]"),
      ("list", 0, "\"policy\":\"own\""),
      ("show", 2, "wrong_usage"),
    ] as [(String, Int32, String)] {
      let run = try ledger.bash(
        "export XDG_CONFIG_HOME=\(try Self.base.get().folder)/config; \"$quipu\" policy \(options) --json"
      )
      #expect(run.exit == exit, "\(options): \(run.errors)")
      #expect((run.output + run.errors).contains(says), "\(options): \(run.output)\(run.errors)")
    }
    #expect(try ledger.run("verify").exit == 0)
  }
}

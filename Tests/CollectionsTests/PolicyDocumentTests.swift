import CanonicalJSON
import Collections
import Foundation
import Testing

@Suite("Policy documents")
struct PolicyDocumentTests {
  @Test(
    "the packs have the rules of the design, each with its source",
    arguments: [
      ("house", 12, []),
      (
        "pe", 23,
        ["PE-HRS", "PE-HOL", "PE-3RD", "PE-ADDR", "PE-DOC", "PE-INT", "PE-CLM", "PE-OBJ", "PE-AI"]
      ),
      ("us-regf", 16, ["US-TIME", "US-7", "US-OPT"]),
      ("uk-conc", 16, ["UK-BS", "UK-CONC"]),
    ] as [(String, Int, [String])])
  func packs(_ name: String, _ count: Int, _ ids: [String]) throws {
    let policy = try pack(name)
    #expect(policy.id == name)
    #expect(policy.rules.count == count)
    #expect(policy.extends.isEmpty)
    for id in ids { #expect(policy.rules.contains { $0.id == id }, "\(id)") }
    for rule in policy.rules {
      #expect(!rule.citation.isEmpty && !rule.condition.isEmpty, "\(rule.id)")
      let isLaw = !rule.id.hasPrefix("H-")
      #expect(!isLaw || rule.note.contains("counsel"), "\(rule.id)")
      #expect(!isLaw || rule.from != nil, "\(rule.id)")
    }
  }

  @Test(
    "a document written and read again is the same",
    arguments: [
      "house", "pe", "us-regf", "uk-conc",
    ])
  func roundTrip(_ name: String) throws {
    let policy = try pack(name)
    #expect(try ContactPolicy(parsing: policy.json.canonicalBytes.span) == policy)
    let everyKind = try Self.policy(everyKind: ())
    #expect(try ContactPolicy(parsing: everyKind.json.canonicalBytes.span) == everyKind)
    #expect(Set(everyKind.rules.map(\.test.kind)).count == RuleTest.Kind.allCases.count)
  }

  /// A policy with a rule of each kind.
  private static func policy(everyKind: Void) throws -> ContactPolicy {
    let parameters: [RuleTest.Kind: String] = [
      .hours: #"{"windows":[{"from":"08:00","to":"24:00","days":[6,7]}]}"#,
      .days: #"{"days":[1,7]}"#,
      .frequencyCap: #"{"n":3,"perDays":30,"per":"channel"}"#,
      .afterConversation: #"{"days":2}"#, .consentRequired: #"{"purpose":"x"}"#,
      .thirdParty: #"{"neutral":["a"],"disclosing":["b"]}"#, .moratorium: #"{"kinds":["k"]}"#,
      .limitationExpired: #"{"years":10}"#, .certifiedAgent: #"{"course":"c"}"#,
      .lateFees: #"{"products":["micro"]}"#, .complaintDeadline: #"{"businessDays":15}"#,
    ]
    let rules = RuleTest.Kind.allCases.map { kind in
      #"{"id":"R","kind":"\#(kind.rawValue)","verdict":"warn","citation":"c","channels":["sms"],"#
        + #""from":"2020-01-01","to":"2030-01-01","parameters":\#(parameters[kind] ?? "{}")}"#
    }
    return try policyOfRules(rules.joined(separator: ","))
  }

  @Test(
    "what is wrong is named, where it stands, and what was meant",
    arguments: [
      // rule                                              code                    path      near
      (
        #"{"id":"R","kind":"hors","verdict":"block","citation":"c"}"#, "unknown_rule_kind",
        "$.rules[0].kind", "hours"
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"blok","citation":"c"}"#, "invalid_value",
        "$.rules[0].verdict", "block"
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"pass","citation":"c"}"#, "invalid_value",
        "$.rules[0].verdict", nil
      ),
      (#"{"id":"R","kind":"optOut","verdict":"warn"}"#, "missing_key", "$.rules[0]", nil),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c","chanels":[]}"#, "unknown_key",
        "$.rules[0].chanels", "channels"
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c","channels":["fax"]}"#,
        "invalid_value", "$.rules[0].channels[0]", nil
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c","channels":[]}"#,
        "invalid_value", "$.rules[0].channels", nil
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c","parameters":{"n":1}}"#,
        "unknown_key", "$.rules[0].parameters.n", nil
      ),
      (
        #"{"id":"R","kind":"frequencyCap","verdict":"warn","citation":"c"}"#, "missing_key",
        "$.rules[0].parameters", nil
      ),
      (
        #"{"id":"R","kind":"days","verdict":"warn","citation":"c","parameters":{"days":[8]}}"#,
        "invalid_value", "$.rules[0].parameters.days[0]", nil
      ),
      (
        #"{"id":"R","kind":"hours","verdict":"warn","citation":"c","parameters":{"windows":[{"from":"20:00","to":"07:00"}]}}"#,
        "invalid_value", "$.rules[0].parameters.windows[0].to", nil
      ),
      (
        #"{"id":"R","kind":"hours","verdict":"warn","citation":"c","parameters":{"windows":[{"from":"7:00","to":"20:00"}]}}"#,
        "invalid_value", "$.rules[0].parameters.windows[0].from", nil
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c","from":"2026-02-29"}"#,
        "invalid_value", "$.rules[0].from", nil
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c","from":"2026-02-02","to":"2026-02-01"}"#,
        "invalid_value", "$.rules[0].to", nil
      ),
      (
        #"{"id":"a b","kind":"optOut","verdict":"warn","citation":"c"}"#, "invalid_value",
        "$.rules[0].id", nil
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c"},{"id":"R","kind":"optOut","verdict":"warn","citation":"c"}"#,
        "duplicate", "$.rules[1].id", nil
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":"warn","citation":"c","from":1.5}"#, "invalid_json",
        "$", nil
      ),
      (
        #"{"id":"R","kind":"optOut","verdict":7,"citation":"c"}"#, "wrong_type",
        "$.rules[0].verdict", nil
      ),
    ] as [(String, String, String, String?)])
  func refusals(_ rule: String, _ code: String, _ path: String, _ near: String?) throws {
    let error = #expect(throws: DocumentError.self) { try policyOfRules(rule) }
    #expect(error?.code.rawValue == code)
    #expect(error?.path == path)
    #expect(error?.nearest == near)
  }

  @Test("10 MB, deep nesting and JSON bombs are refused before they are read")
  func bounds() throws {
    let big = [UInt8](repeating: UInt8(ascii: " "), count: 10_000_000)
    let tooLong = #expect(throws: DocumentError.self) { try ContactPolicy(parsing: big.span) }
    #expect(tooLong?.code == .tooLong)
    let deep = Array((String(repeating: "[", count: 200_000)).utf8)
    let tooDeep = #expect(throws: DocumentError.self) { try ContactPolicy(parsing: deep.span) }
    #expect(tooDeep?.code == .invalidJSON)
  }

  @Test("extends: inherits, replaces, leaves out; a cycle and what is not there are refused")
  func extending() throws {
    func document(_ id: String, _ extends: String, _ rest: String) -> String {
      #"{"format":"quipu-policy/1","policy":"\#(id)","version":1,"jurisdiction":"PE","#
        + #""extends":[\#(extends)],\#(rest)}"#
    }
    func rule(_ id: String, _ verdict: String) -> String {
      #"{"id":"\#(id)","kind":"optOut","verdict":"\#(verdict)","citation":"c"}"#
    }
    var documents = [
      "base": document(
        "base", "",
        #""rules":[\#(rule("A", "warn")),\#(rule("B", "warn"))],"templates":[{"id":"t","reviewed":false}]"#
      ),
      "own": document(
        "own", #""base""#,
        #""without":["A"],"rules":[\#(rule("B", "block")),\#(rule("C", "warn"))],"templates":[{"id":"t","reviewed":true}]"#
      ),
      "one": document("one", #""two""#, #""rules":[]"#),
      "two": document("two", #""one""#, #""rules":[]"#),
      "self": document("self", #""self""#, #""rules":[]"#),
      "lost": document("lost", #""nowhere""#, #""rules":[]"#),
      "typo": document("typo", #""base""#, #""without":["AA"],"rules":[]"#),
    ]
    for place in 0..<20 {
      documents["d\(place)"] = document("d", #""d\#(place + 1)""#, #""rules":[]"#)
    }
    var source = PolicySource { name, _ throws(DocumentError) in
      documents[name].map { (name, Array($0.utf8)) }
    }
    let own = try source.policy(named: "own")
    #expect(own.rules.map { "\($0.id) \($0.verdict)" } == ["B block", "C warn"])
    #expect(own.templates.map { "\($0.id) \($0.isReviewed)" } == ["t true"])
    for (name, code) in [
      ("one", DocumentError.Code.cycle), ("self", .cycle), ("lost", .unknownPolicy),
      ("typo", .unknownRule), ("d0", .tooDeep), ("nothing", .unknownPolicy),
    ] {
      let error = #expect(throws: DocumentError.self) { try source.policy(named: name) }
      #expect(error?.code == code, "\(name)")
    }
  }
}

/// The suite has methods of the same name.
private func policyOfRules(_ rules: String) throws -> ContactPolicy { try policy(rules) }

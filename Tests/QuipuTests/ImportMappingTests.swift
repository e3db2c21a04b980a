internal import Foundation
internal import Testing

@testable import quipu

/// A document that uses every part of the form, to be spoilt by the tests.
private let document = """
  {
    "format": "quipu-mapping/1", "name": "sample", "description": "for tests",
    "source": "nowhere",
    "ledger": {
      "name": "sample", "currency": "EUR", "timeZone": "Europe/Rome", "jurisdiction": "IT"
    },
    "input": {"kind": "csv", "delimiter": ";", "columns": ["id", "what", "on", "sum"]},
    "amounts": {"digits": 2, "sign": "."},
    "case": "id",
    "variables": {"paid": 0},
    "rules": [
      {
        "name": "pay",
        "when": {"all": [
          {"column": "what", "equals": "pay"}, {"not": {"column": "sum", "empty": true}},
          {"any": [{"column": "sum", "positive": true}, {"variable": "paid", "equals": 0}]}
        ]},
        "events": [{
          "type": "PaymentReceived", "stream": "account/{id}", "subject": "s-{id}",
          "key": "{id}:{on}", "effective": "on", "needs": ["amount"],
          "data": {
            "amount": {"$amount": "sum"}, "payment": {"$text": "{id}", "optional": true},
            "on": {"$date": "on"}
          }
        }],
        "add": {"paid": {"$amount": "sum"}},
        "expect": {"sum": "paid"}
      }
    ]
  }
  """

@Suite("Import: mapping documents")
struct ImportMappingTests {
  @Test("A good document is read")
  func good() throws {
    let mapping = try mapping(document)
    #expect(mapping.name == "sample")
    #expect(mapping.input == .delimited(by: UInt8(ascii: ";")))
    #expect(
      mapping.ledgerHint
        == Mapping.LedgerHint(
          name: "sample", currency: "EUR", timeZone: "Europe/Rome", jurisdiction: "IT"))
    #expect(mapping.variables == [Mapping.Variable(name: "paid", start: 0)])
  }

  @Test(
    "A bad one is refused, and the complaint names the place",
    arguments: [
      ("quipu-mapping/1", "quipu-mapping/2", .unsupportedFormat, "$.format"),
      (#""name": "sample", "d"#, #""d"#, .missingKey, "$"),
      (#""name": "sample", "d"#, #""name": 7, "d"#, .wrongType, "$.name"),
      (#""name": "sample", "d"#, #""name": "", "d"#, .invalidValue, "$.name"),
      (#""source""#, #""sauce""#, .unknownKey, "$.sauce"),
      (#""timeZone""#, #""zone""#, .unknownKey, "$.ledger.zone"),
      (#""kind": "csv""#, #""kind": "xml""#, .invalidValue, "$.input.kind"),
      (#""kind": "csv""#, #""kind": "jsonl""#, .unknownKey, "$.input.delimiter"),
      (#""delimiter": ";""#, #""delimiter": ";;""#, .invalidValue, "$.input.delimiter"),
      (#""delimiter": ";""#, #""delimiter": "\"""#, .invalidValue, "$.input.delimiter"),
      (#""on", "sum"]"#, #""on", "on"]"#, .duplicate, "$.input.columns[3]"),
      (#""digits": 2"#, #""digits": 7"#, .invalidValue, "$.amounts.digits"),
      (#""digits": 2"#, #""digits": "2""#, .wrongType, "$.amounts.digits"),
      (#""sign": ".""#, #""sign": "x""#, .invalidValue, "$.amounts.sign"),
      (#""case": "id""#, #""case": "ID""#, .unknownColumn, "$.case"),
      (#"{"paid": 0}"#, #"{"paid": "0"}"#, .wrongType, "$.variables.paid"),
      (#""rules": ["#, #""rules": {"#, .invalidJSON, "$"),
      (#""name": "pay","#, "", .missingKey, "$.rules[0]"),
      (#""name": "pay","#, #""name": "pay", "then": 1,"#, .unknownKey, "$.rules[0].then"),
      (#""column": "what""#, #""column": "w""#, .unknownColumn, "$.rules[0].when.all[0].column"),
      (#", "equals": "pay""#, "", .invalidValue, "$.rules[0].when.all[0]"),
      (#""equals": "pay""#, #""is": "pay""#, .unknownKey, "$.rules[0].when.all[0].is"),
      (#""equals": "pay""#, #""equals": 1"#, .wrongType, "$.rules[0].when.all[0].equals"),
      (
        #""equals": "pay""#, #""equals": "pay", "empty": true"#, .invalidValue,
        "$.rules[0].when.all[0]"
      ),
      (#""empty": true"#, #""empty": "yes""#, .wrongType, "$.rules[0].when.all[1].not.empty"),
      (
        #""variable": "paid""#, #""variable": "owed""#, .unknownVariable,
        "$.rules[0].when.all[2].any[1].variable"
      ),
      (#""type": "PaymentReceived","#, "", .missingKey, "$.rules[0].events[0]"),
      (#""account/{id}""#, #""account/{no}""#, .unknownColumn, "$.rules[0].events[0].stream"),
      (#""account/{id}""#, #""account/{id""#, .badTemplate, "$.rules[0].events[0].stream"),
      (#""account/{id}""#, #""account/id}""#, .badTemplate, "$.rules[0].events[0].stream"),
      (#""key": "{id}:{on}""#, #""key": 1"#, .wrongType, "$.rules[0].events[0].key"),
      (#""key": "{id}:{on}""#, #""key": """#, .invalidValue, "$.rules[0].events[0].key"),
      (
        #""effective": "on""#, #""effective": "{on}""#, .unknownColumn,
        "$.rules[0].events[0].effective"
      ),
      (#"["amount"]"#, #"["cost"]"#, .invalidValue, "$.rules[0].events[0].needs[0]"),
      (
        #""data": {"#, #""data": {"a": {"$amount": "sum", "minus": "x"},"#, .unknownVariable,
        "$.rules[0].events[0].data.a.minus"
      ),
      (
        #""data": {"#, #""data": {"a": {"$money": "sum"},"#, .unknownKey,
        "$.rules[0].events[0].data.a.$money"
      ),
      (
        #""data": {"#, #""data": {"a": {"$amount": "sum", "optional": 1},"#, .wrongType,
        "$.rules[0].events[0].data.a.optional"
      ),
      (
        #""data": {"#, #""data": {"a": {"$amount": "sum", "$date": "on"},"#, .unknownKey,
        "$.rules[0].events[0].data.a.$amount"
      ),
      (
        #""data": {"#, #""data": {"a": {"$variable": "paid", "minus": "paid"},"#, .invalidValue,
        "$.rules[0].events[0].data.a"
      ),
      (
        #""data": {"#, #""data": {"a": [1, {"$date": "on", "optional": true}],"#, .unknownKey,
        "$.rules[0].events[0].data.a[1].optional"
      ),
      (#""data": {"#, #""data": {"a": 1.5,"#, .wrongType, "$.rules[0].events[0].data.a"),
      (#""add": {"paid""#, #""add": {"owed""#, .unknownVariable, "$.rules[0].add.owed"),
      (#""add""#, #""set": {"paid": 0}, "add""#, .duplicate, "$.rules[0].add.paid"),
      (
        #""add": {"paid": {"$amount": "sum"}}"#, #""add": {"paid": "sum"}"#, .wrongType,
        "$.rules[0].add.paid"
      ),
      (#"{"sum": "paid"}"#, #"{"total": "paid"}"#, .unknownColumn, "$.rules[0].expect.total"),
      (#"{"sum": "paid"}"#, #"{"sum": "owed"}"#, .unknownVariable, "$.rules[0].expect.sum"),
    ] as [(String, String, MappingError.Code, String)])
  func bad(good: String, spoilt: String, code: MappingError.Code, path: String) throws {
    let text = document.replacingOccurrences(of: good, with: spoilt)
    try #require(text != document, "the table must spoil something")
    let error = #expect(throws: MappingError.self) { try mapping(text) }
    #expect(error?.code == code, "\(error?.description ?? "")")
    #expect(error?.path == path, "\(error?.description ?? "")")
  }

  @Test("The guide's example does what the guide says")
  func guide() throws {
    let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../tools/mappings/README.md")
    let text = try String(contentsOf: guide, encoding: .utf8)
    let start = try #require(text.range(of: "```json\n"))
    let end = try #require(text.range(of: "\n```", range: start.upperBound..<text.endIndex))
    let example = try mapping(String(text[start.upperBound..<end.lowerBound]))
    let result = try imported("member;receipt;day;euros\nM1;77;2026-03-02;12,5\n", by: example)
    #expect(
      result.drafts == [
        #"{"data":{"amount":1250,"currency":"EUR","method":"cash","payment":"77"},"#
          + #""effective":"2026-03-02","key":"till:77","stream":"account/M1","#
          + #""type":"PaymentReceived"}"#
      ])
  }

  @Test("An argument is a built-in name or a path")
  func named() throws {
    #expect(Mapping.builtInNames == ["bank-statement", "camt", "road-traffic-fines"])
    for name in Mapping.builtInNames { #expect(try Mapping.named(name).name == name) }
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("quipu-mapping-\(UUID().uuidString).json")
    try document.write(to: url, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: url) }
    #expect(try Mapping.named(url.path).name == "sample")
    let error = #expect(throws: MappingError.self) { try Mapping.named("road-traffic-fine") }
    #expect(error?.code == .notFound)
    #expect(error?.detail.contains("road-traffic-fines") == true)
  }
}

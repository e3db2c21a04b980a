internal import Testing

@testable import quipu

/// A mapping of four columns with these variables and rules.
private func mapping(
  rules: String, variables: String = "{}", kind: String = "csv"
) throws -> Mapping {
  try quipuMapping(
    """
    {"format": "quipu-mapping/1", "name": "sample", "description": "for tests",
     "input": {"kind": "\(kind)", "columns": ["id", "what", "on", "sum"]},
     "case": "id", "variables": \(variables), "rules": \(rules)}
    """)
}

private func quipuMapping(_ text: String) throws -> Mapping {
  try Mapping(parsing: Array(text.utf8))
}

/// One event with this data and these extra members.
private func event(_ data: String, _ more: String = "") -> String {
  #"{"type": "Fact", "stream": "account/{id}", "key": "{id}:{on}", "effective": "on", "#
    + #""data": \#(data)\#(more)}"#
}

@Suite("Import: rules")
struct ImportRulesTests {
  /// What a condition says of each of five rows.
  @Test(
    "Conditions",
    arguments: [
      (#"{"column": "what", "equals": "pay"}"#, "YYn.n"),
      (#"{"column": "what", "in": ["owe", ""]}"#, "nnY.Y"),
      (#"{"column": "what", "in": []}"#, "nnn.n"),
      (#"{"column": "what", "empty": true}"#, "nnn.Y"),
      (#"{"column": "what", "empty": false}"#, "YYY.n"),
      (#"{"column": "sum", "positive": true}"#, "Ynn.Y"),
      (#"{"column": "sum", "positive": false}"#, "nYY.n"),
      (#"{"not": {"column": "what", "equals": "pay"}}"#, "nnY.Y"),
      (
        #"{"all": [{"column": "what", "equals": "pay"}, {"column": "sum", "positive": true}]}"#,
        "Ynn.n"
      ),
      (
        #"{"any": [{"column": "what", "equals": "owe"}, {"column": "sum", "positive": true}]}"#,
        "YnY.Y"
      ),
      (#"{"all": []}"#, "YYY.Y"),
      (#"{"any": []}"#, "nnn.n"),
      (#"{"variable": "seen", "equals": 1}"#, "nYn.n"),
      (#"{"variable": "seen", "positive": true}"#, "nYY.n"),
      (#"{"variable": "seen", "positive": false}"#, "Ynn.Y"),
    ])
  func conditions(condition: String, expected: String) throws {
    let mapping = try mapping(
      rules: """
        [{"name": "asked", "when": \(condition), "events": [\(event("{}"))]},
         {"name": "count", "add": {"seen": 1}}]
        """, variables: #"{"seen": 0}"#)
    let text = """
      id,what,on,sum
      A,pay,2026-01-01,0.01
      A,pay,2026-01-02,0.00
      A,owe,2026-01-03,
      B,,2026-01-05,7
      """
    let lines = try imported(text, by: mapping).rows
    let answers = [2, 3, 4].map { lines.contains($0) ? "Y" : "n" }.joined()
    #expect(answers + "." + (lines.contains(5) ? "Y" : "n") == expected)
  }

  @Test(
    "Values",
    arguments: [
      (#"{"a": "x"}"#, #"{"a":"x"}"#),
      (#"{"a": "{{{id}}} of {what}"}"#, #"{"a":"{A} of p\"y"}"#),
      (#"{"b": 7, "a": true, "c": null}"#, #"{"a":true,"b":7,"c":null}"#),
      (#"{"a": {"$text": "{what}"}}"#, #"{"a":"p\"y"}"#),
      (#"{"a": {"$amount": "sum"}}"#, #"{"a":1250}"#),
      (#"{"a": {"$amount": "sum", "minus": "level"}}"#, #"{"a":1243}"#),
      (#"{"a": {"$variable": "level"}}"#, #"{"a":7}"#),
      (#"{"a": {"$date": "on"}}"#, #"{"a":"2026-02-28"}"#),
      (
        #"{"a": [{"n": 1, "on": {"$date": "on"}}, "{id}"]}"#,
        #"{"a":[{"n":1,"on":"2026-02-28"},"A"]}"#
      ),
      (#"{"a": {"$variable": "none", "optional": true}, "b": 1}"#, #"{"b":1}"#),
      (#"{"a": {"$variable": "none"}, "b": 1}"#, #"{"a":0,"b":1}"#),
      (#"{"a": {"$variable": "level", "optional": true}}"#, #"{"a":7}"#),
    ])
  func values(data: String, expected: String) throws {
    let mapping = try mapping(
      rules: #"[{"name": "one", "events": [\#(event(data))]}]"#,
      variables: #"{"level": 7, "none": 0}"#)
    let drafts = try imported("id,what,on,sum\nA,\"p\"\"y\",2026-02-28,12.5\n", by: mapping).drafts
    #expect(
      drafts == [
        #"{"data":\#(expected),"effective":"2026-02-28","key":"A:2026-02-28","#
          + #""stream":"account/A","type":"Fact"}"#
      ])
  }

  @Test(
    "Empty columns leave optional members out",
    arguments: [
      (#"{"$amount": "sum", "optional": true}"#, nil),
      (#"{"$integer": "sum", "optional": true}"#, nil),
      (#"{"$date": "sum", "optional": true}"#, nil),
      (#"{"$text": "{sum}", "optional": true}"#, nil),
      (#"{"$amount": "sum"}"#, .emptyValue),
      (#"{"$integer": "sum"}"#, .emptyValue),
      (#"{"$date": "sum"}"#, .emptyValue),
    ] as [(String, ImportError.Code?)])
  func emptyColumns(value: String, refusal: ImportError.Code?) throws {
    let mapping = try mapping(
      rules: #"[{"name": "one", "events": [\#(event(#"{"a": \#(value), "b": 1}"#))]}]"#)
    let text = "id,what,on,sum\nA,pay,2026-01-01,\n"
    if let refusal {
      let error = #expect(throws: ImportError.self) { try imported(text, by: mapping) }
      #expect(error?.code == refusal)
      #expect(error?.column == "sum")
    } else {
      #expect(try imported(text, by: mapping).drafts.first?.hasPrefix(#"{"data":{"b":1}"#) == true)
    }
  }

  @Test(
    "A value that is not what the mapping says is refused with row, column and text",
    arguments: [
      (#"{"$amount": "sum"}"#, "1.234", .tooManyDecimals),
      (#"{"$amount": "sum"}"#, "12 EUR", .invalidAmount),
      (#"{"$amount": "sum"}"#, "90071992547409.92", .amountOutOfRange),
      (#"{"$amount": "sum", "minus": "level"}"#, "90071992547409.91", .amountOutOfRange),
      (#"{"$integer": "sum"}"#, "1.5", .invalidInteger),
      (#"{"$date": "sum"}"#, "2026-02-29", .invalidDate),
      (#"{"$date": "sum"}"#, "28/02/2026", .invalidDate),
    ] as [(String, String, ImportError.Code)])
  func badValues(value: String, text: String, code: ImportError.Code) throws {
    let mapping = try mapping(
      rules: #"[{"name": "one", "events": [\#(event(#"{"a": \#(value)}"#))]}]"#,
      variables: #"{"level": -1}"#)
    let error = #expect(throws: ImportError.self) {
      try imported("id,what,on,sum\nA,pay,2026-01-01,\(text)\n", by: mapping)
    }
    #expect(error?.code == code)
    #expect(error?.line == 2)
    #expect(error?.column == "sum")
    #expect(error?.value == text)
  }

  @Test("Without an amount that is needed there is no event")
  func needs() throws {
    let data = #"{"a": {"$amount": "sum"}, "b": {"$variable": "b", "optional": true}}"#
    let mapping = try mapping(
      rules: """
        [{"name": "one", "events": [\(event(data, #", "needs": ["a", "b"]"#))], "set": {"b": 5}}]
        """, variables: #"{"b": 0}"#)
    let text = """
      id,what,on,sum
      A,pay,2026-01-01,0.00
      A,pay,2026-01-02,0
      B,pay,2026-01-03,0
      C,pay,2026-01-04,1
      """
    let result = try imported(text, by: mapping)
    #expect(result.rows == [3, 5])
    let counts = result.counts
    #expect([counts.rows, counts.drafts, counts.omitted, counts.silentRows] == [4, 2, 2, 0])
  }

  @Test("Changes of a rule read the variables as they were before it; cases may interleave")
  func runningDifferences() throws {
    let mapping = try mapping(
      rules: """
        [{"name": "level", "events": [\(event(#"{"a": {"$amount": "sum", "minus": "level"}}"#))],
          "set": {"level": {"$amount": "sum"}},
          "add": {"total": {"$amount": "sum", "minus": "level"}}},
         {"name": "told", "events": [\(event(#"{"t": {"$variable": "total"}}"#))]}]
        """, variables: #"{"level": 0, "total": 100}"#)
    let text = """
      id,what,on,sum
      A,,2026-01-01,1
      B,,2026-01-01,10
      A,,2026-01-02,3
      B,,2026-01-02,15
      A,,2026-01-03,2
      """
    let data = try imported(text, by: mapping).drafts.map { $0.prefix { $0 != "}" } + "}" }
    #expect(
      data == [
        #"{"data":{"a":100}"#, #"{"data":{"t":200}"#,
        #"{"data":{"a":1000}"#, #"{"data":{"t":1100}"#,
        #"{"data":{"a":200}"#, #"{"data":{"t":400}"#,
        #"{"data":{"a":500}"#, #"{"data":{"t":1600}"#,
        #"{"data":{"a":-100}"#, #"{"data":{"t":300}"#,
      ])
  }

  @Test("A figure of the source that differs is a warning, not an error")
  func expectations() throws {
    let mapping = try mapping(
      rules: """
        [{"name": "pay", "add": {"paid": 250}, "expect": {"sum": "paid"}}]
        """, variables: #"{"paid": 0}"#)
    let result = try imported(
      "id,what,on,sum\nA,,,2.50\nA,,,2.5\nB,,,2.5\nA,,,7.50\nB,,,5.01\n", by: mapping)
    #expect(
      result.warnings == [
        ImportWarning(
          row: 3, code: .figureDiffers, message: "A: sum says 2.50, paid is 5.00"),
        ImportWarning(
          row: 6, code: .figureDiffers, message: "B: sum says 5.01, paid is 5.00"),
      ])
    let counts = result.counts
    #expect([counts.rows, counts.drafts, counts.omitted, counts.silentRows] == [5, 0, 0, 5])
  }

  @Test("A row that fails gives none of its drafts")
  func failingRow() throws {
    let mapping = try mapping(
      rules: """
        [{"name": "one", "events": [\(event("{}")), \(event(#"{"a": {"$amount": "sum"}}"#))]}]
        """)
    var rows: [Int] = []
    try withDescriptor(of: Array("id,what,on,sum\nA,,2026-01-01,1\nA,,2026-01-02,x\n".utf8)) {
      var reader = ImportReader(mapping)
      let descriptor = $0
      #expect(throws: ImportError(.invalidAmount, line: 3, "")) {
        try reader.forEachDraft(from: descriptor) { rows.append($0.row) }
      }
      #expect(reader.counts.rows == 1)
    }
    #expect(rows == [2, 2])
  }

  @Test("JSON Lines give the same drafts as CSV")
  func jsonLines() throws {
    let rules = #"[{"name": "one", "events": [\#(event(#"{"a": {"$amount": "sum"}}"#))]}]"#
    let csv = try imported(
      "id,what,on,sum\nA,pay,2026-01-01,12.5\n", by: mapping(rules: rules))
    let lines = try imported(
      #"{"id":"A","on":"2026-01-01","sum":12.5}"#, by: mapping(rules: rules, kind: "jsonl"))
    #expect(csv.drafts == lines.drafts)
    #expect(lines.drafts.count == 1)
  }
}

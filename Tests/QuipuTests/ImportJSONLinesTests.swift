internal import Testing

@testable import quipu

@Suite("Import: JSON Lines")
struct ImportJSONLinesTests {
  private func rows(_ text: String, columns: [String], chunkSize: Int) throws -> [[String]] {
    try withDescriptor(of: Array(text.utf8)) { descriptor in
      var row = ImportRow()
      var rows: [[String]] = []
      var reader = JSONLinesReader(
        try ByteSource(descriptor, chunkSize: chunkSize), columns: columns)
      while try reader.next(into: &row) {
        rows.append(columns.indices.map { row.text($0) })
        #expect(row.line == rows.count)
      }
      return rows
    }
  }

  @Test(
    "Members become the text of columns",
    arguments: [
      (#"{"a":"x","b":"y"}"# + "\n", [["x", "y"]]),
      (#"{"b":"y","a":"x","c":[1]}"# + "\r\n" + #"{"a":1,"b":null}"#, [["x", "y"], ["1", ""]]),
      (#"{"a":35.0,"b":71.5}"#, [["35", "71.5"]]),
      (#"{"a":true,"b":false}"#, [["true", "false"]]),
      (#"{"a":"ñ \"q\"\n","b":"-0.07"}"#, [["ñ \"q\"\n", "-0.07"]]),
      ("\u{FEFF}" + #"{"a":-7}"#, [["-7", ""]]),
      ("", []),
    ])
  func accepted(text: String, expected: [[String]]) throws {
    for chunkSize in [3, 5, 4096] {
      #expect(try rows(text, columns: ["a", "b"], chunkSize: chunkSize) == expected)
    }
  }

  @Test(
    "Other lines are refused",
    arguments: [
      ("{\"a\":1}\n{\"a\":", .invalidJSON, 2),
      ("{\"a\":1}\n\n", .invalidJSON, 2),
      ("{\"a\":1,\"a\":2}\n", .invalidJSON, 1),
      ("[1]\n", .notAnObject, 1),
      ("{\"a\":[1]}\n", .notAScalar, 1),
      ("{\"a\":{}}\n", .notAScalar, 1),
      ("{\"a\":12345678901234.567}\n", .impreciseNumber, 1),
      ("{\"a\":1e300}\n", .impreciseNumber, 1),
    ] as [(String, ImportError.Code, Int)])
  func refused(text: String, code: ImportError.Code, line: Int) {
    let error = #expect(throws: ImportError.self) {
      try rows(text, columns: ["a"], chunkSize: 4096)
    }
    #expect(error?.code == code)
    #expect(error?.line == line)
  }

  @Test("A line is bounded")
  func tooLong() {
    let text = "{\"a\":\"" + String(repeating: "y", count: 3 << 20)
    let error = #expect(throws: ImportError.self) {
      try rows(text, columns: ["a"], chunkSize: 4096)
    }
    #expect(error?.code == .rowTooLong)
  }
}

import Collections
import Foundation
import SQLite
import Support
import Testing

@testable import Projections

extension TableRow {
  /// A cell of any text.
  fileprivate mutating func text(_ text: String) {
    self.text { $0.append(contentsOf: text.utf8) }
  }
}

@Suite("Tables")
struct TableTests {
  private func text(_ row: TableRow) -> String { String(decoding: row.bytes, as: UTF8.self) }

  @Test(
    "a cell is quoted when it must be, after RFC 4180",
    arguments: [
      ("plain", "plain"), ("", ""), ("ñandú €", "ñandú €"), ("a b", "a b"), ("a'b", "a'b"),
      ("a,b", "\"a,b\""), (",", "\",\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""),
      ("\"a\"", "\"\"\"a\"\"\""), ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""),
      ("\n", "\"\n\""), ("\t", "\"\t\""), ("a\",\"b", "\"a\"\",\"\"b\""),
    ])
  func quoting(_ cell: String, _ expected: String) {
    var row = TableRow()
    row.text(cell)
    row.text("x")
    row.end()
    #expect(text(row) == "\(expected),x\n")
  }

  @Test("numbers and dates are written plainly, an absent date as nothing")
  func numbers() throws {
    var row = TableRow()
    for number in [0, 7, -7, 10, 1_000_000, .max, .min] as [Int64] { row.integer(number) }
    row.date(try day("2024-02-29"))
    row.date(nil)
    row.end()
    #expect(
      text(row)
        == "0,7,-7,10,1000000,9223372036854775807,-9223372036854775808,2024-02-29,\n")
  }

  @Test("a header stands once above rows written elsewhere")
  func joined() {
    var rows = TableRow()
    rows.text("a")
    rows.integer(1)
    rows.end()
    var table = TableRow()
    table.header(["name", "count"])
    table.append(rows)
    table.append(rows)
    #expect(text(table) == "name,count\na,1\na,1\n")
  }

  @Test("whatever the cells hold is read back, and stands in JSON Lines")
  func roundTrip() throws {
    var random = SeededGenerator(seed: seed())
    let pieces = [
      "a", "\"", ",", "\n", "\r\n", "\t", "é", "😀", " ", "", "\u{1}", "\\", "\"\"",
    ]
    for _ in 0..<200 {
      let expected = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        (0..<3).map { column in
          if column == 2 {
            return "\(Int64.random(in: -largestAmount...largestAmount, using: &random))"
          }
          return (0..<Int.random(in: 0...4, using: &random))
            .compactMap { _ in pieces.randomElement(using: &random) }.joined()
        }
      }
      var rows = TableRow()
      rows.header(["one", "two", "three"])
      for cells in expected {
        rows.text(cells[0])
        rows.text(cells[1])
        rows.integer(Int64(cells[2]) ?? 0)
        rows.end()
      }
      let table = DerivedTable("t", ["one", "two", "three"], integers: ["three"], rows)
      var found: [[String]] = []
      table.forEachRow { found.append($0) }
      #expect(found == expected, "\(text(rows).debugDescription)")
      #expect(table.columns.map(\.isInteger) == [false, false, true])

      let lines = table.jsonLines.split(separator: 10)
      try #require(lines.count == expected.count)
      for (line, cells) in zip(lines, expected) {
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        #expect(object?.count == 3)
        #expect((object?["three"] as? NSNumber)?.int64Value == Int64(cells[2]))
        for (name, cell) in zip(["one", "two"], cells) {
          #expect(object?[name] as? String == (cell.isEmpty ? nil : cell))
        }
      }
    }
  }

  @Test("a database is made where nothing is, and nowhere else")
  func database() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "quipu-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var rows = TableRow()
    rows.header(["account", "code"])
    rows.text("A-1")
    rows.text("say \"yes\",\nthen go; DROP TABLE accounts; --")
    rows.end()
    let table = DerivedTable("failures", ["account", "code"], integers: [], rows)
    do {
      let file = try SQLiteFile(creating: folder + "/db")
      try file.write([table], meta: [("on", "2025-01-01"), ("it's", "quoted")])
    }
    let bytes = try Data(contentsOf: URL(filePath: folder + "/db"))
    #expect(bytes.starts(with: Data("SQLite format 3".utf8)))
    #expect(bytes.range(of: Data("DROP TABLE accounts; --".utf8)) != nil)
    #expect(throws: SQLiteError.self) { _ = try SQLiteFile(creating: folder + "/no/db") }
    #expect(throws: SQLiteError.self) {
      let file = try SQLiteFile(creating: folder + "/db")
      try file.write([table], meta: [])
    }
    // The same account twice breaks the primary key.
    rows.text("A-1")
    rows.text("again")
    rows.end()
    let twice = DerivedTable("failures", ["account", "code"], integers: [], rows)
    #expect(throws: SQLiteError.self) {
      let file = try SQLiteFile(creating: folder + "/other")
      try file.write([twice], meta: [])
    }
  }
}

internal import Foundation
internal import Testing

@testable import quipu

/// The rows of a CSV text, read in chunks of so many bytes.
private func rows(
  _ bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ","), columns: [String] = [], chunkSize: Int
) throws -> [[String]] {
  try withDescriptor(of: bytes) { descriptor in
    var row = ImportRow()
    var rows: [[String]] = []
    var reader = try DelimitedReader(
      ByteSource(descriptor, chunkSize: chunkSize), delimiter: delimiter, columns: columns)
    while try reader.next(into: &row) {
      rows.append(row.fields.map { String(decoding: row.bytes[$0], as: UTF8.self) })
    }
    return rows
  }
}

@Suite("Import: delimited text")
struct ImportDelimitedTests {
  @Test(
    "RFC 4180 forms, whatever the chunks",
    arguments: [
      ("a,b\n1,2\n", [["1", "2"]]),
      ("a,b\r\n1,2\r\n", [["1", "2"]]),
      ("a,b\n1,2", [["1", "2"]]),
      ("\u{FEFF}a,b\n1,2\n", [["1", "2"]]),
      ("a,b\n,\n", [["", ""]]),
      ("a,b\n1,", [["1", ""]]),
      ("a,b\n\"1\",\"2\"", [["1", "2"]]),
      ("a,b\n\"\",\"\"\n", [["", ""]]),
      ("a,b\n\"1,5\",\"say \"\"yes\"\"\"\r\n", [["1,5", "say \"yes\""]]),
      ("a,b\n\"two\r\nlines\",\"\n\"\n3,4\n", [["two\r\nlines", "\n"], ["3", "4"]]),
      ("a,b\nñandú,€\n", [["ñandú", "€"]]),
      ("a\n\n", [[""]]),
      ("a,b\n", []),
      ("a,b", []),
    ])
  func accepted(text: String, expected: [[String]]) throws {
    for chunkSize in [3, 4, 5, 7, 4096] {
      let found = try rows(Array(text.utf8), columns: ["a"], chunkSize: chunkSize)
      #expect(found == expected, "chunk \(chunkSize)")
    }
  }

  @Test(
    "What is no CSV is refused with its line",
    arguments: [
      ("", .noHeader, 1),
      ("a,b\n1\n", .fieldCount, 2),
      ("a,b\n1,2\n1,2,3\n", .fieldCount, 3),
      ("a,b\n1,2\n\n", .fieldCount, 3),
      ("a,b\n\"x\ny\",2\n1\n", .fieldCount, 4),
      ("a,b\n1,2\n3,\"4\n5,6\n", .unterminatedQuote, 3),
      ("a,b\n1,2\"\n", .strayQuote, 2),
      ("a,b\n1,\"2\"x\n", .strayQuote, 2),
      ("a,b\r1,2\n", .strayCarriageReturn, 1),
      ("a,b\n1,2\r", .strayCarriageReturn, 2),
      ("a,a\n1,2\n", .duplicateColumn, 1),
    ] as [(String, ImportError.Code, Int)])
  func refused(text: String, code: ImportError.Code, line: Int) throws {
    for chunkSize in [3, 5, 4096] {
      let error = #expect(throws: ImportError.self) {
        try rows(Array(text.utf8), chunkSize: chunkSize)
      }
      #expect(error?.code == code)
      #expect(error?.line == line)
    }
  }

  @Test(
    "Bytes that are not UTF-8 are refused, halves in neighbouring fields too",
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3, 0x2C, 0xA9]] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) throws {
    let header = bytes.contains(0x2C) ? "a,b\n" : "a\n"
    let text = Array((header).utf8) + bytes + [0x0A]
    let error = #expect(throws: ImportError.self) { try rows(text, chunkSize: 4096) }
    #expect(error?.code == .invalidUTF8)
    #expect(error?.line == 2)
  }

  @Test("A quote left open does not swallow a file")
  func openQuoteIsBounded() throws {
    let text = Array("a\nx\n\"".utf8) + Array(repeating: UInt8(ascii: "y"), count: 3 << 20)
    let error = #expect(throws: ImportError.self) { try rows(text, chunkSize: 1 << 16) }
    #expect(error?.code == .unterminatedQuote)
    #expect(error?.line == 3)
    let long = Array("a\n".utf8) + Array(repeating: UInt8(ascii: "y"), count: 3 << 20)
    let tooLong = #expect(throws: ImportError.self) { try rows(long, chunkSize: 1 << 16) }
    #expect(tooLong?.code == .rowTooLong)
  }

  @Test("A column asked for must be in the header")
  func missingColumn() throws {
    let error = #expect(throws: ImportError.self) {
      try rows(Array("a,b\n1,2\n".utf8), columns: ["b", "c"], chunkSize: 4096)
    }
    #expect(error?.code == .missingColumn)
    #expect(error?.column == "c")
  }

  @Test("Columns are found by name, rows know their lines")
  func columnsByName() throws {
    try withDescriptor(of: Array("x;b;a\n;\"B\n\";A\n;D;C\n".utf8)) { descriptor in
      var row = ImportRow()
      var reader = try DelimitedReader(
        ByteSource(descriptor), delimiter: UInt8(ascii: ";"), columns: ["a", "b"])
      #expect(try reader.next(into: &row))
      #expect((row.text(0), row.text(1), row.line) == ("A", "B\n", 2))
      #expect(try reader.next(into: &row))
      #expect((row.text(0), row.text(1), row.line) == ("C", "D", 4))
      #expect(try !reader.next(into: &row))
    }
  }

  @Test("What an RFC 4180 writer wrote is read back, whatever the chunks")
  func roundTrip() throws {
    var numbers = SeededNumbers.printed(for: "ImportDelimitedTests.roundTrip")
    let alphabet = ["a", "7", ",", "\"", "\n", "\r", "\r\n", "", " ", "é", "😀", "\t"]
    for _ in 0..<150 {
      let width = Int.random(in: 1...5, using: &numbers)
      let header = (0..<width).map { "column \($0)" }
      let table = (0..<Int.random(in: 0...8, using: &numbers)).map { _ in
        (0..<width).map { _ in
          (0..<Int.random(in: 0...6, using: &numbers))
            .map { _ in alphabet.randomElement(using: &numbers) ?? "" }.joined()
        }
      }
      let lineEnd = Bool.random(using: &numbers) ? "\n" : "\r\n"
      var text = ""
      for line in [header] + table {
        let fields = line.map { field in
          let mustQuote = field.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
          guard mustQuote || Bool.random(using: &numbers) else { return field }
          return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        }
        text += fields.joined(separator: ",") + lineEnd
      }
      let chunkSize = Int.random(in: 3...40, using: &numbers)
      #expect(try rows(Array(text.utf8), chunkSize: chunkSize) == table, "\(text.debugDescription)")
    }
  }
}

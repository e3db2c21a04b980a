internal import CanonicalJSON
internal import Foundation
internal import Testing

/// Whether a program is found on the path that the tests run others with.
private func isInstalled(_ name: String) -> Bool {
  ["/usr/bin/", "/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
}

@Suite("End to end: what replay leaves in a directory")
struct EndToEndOutputTests {
  private static let tables = ["accounts", "contacts", "payments"]
  private static let integers: Set = [
    "principal", "interest", "penalty", "cost", "outstanding", "overdue", "credit", "daysPastDue",
    "provision", "paid", "amount",
  ]

  @Test("JSON Lines hold the rows of the CSV: numbers as numbers, empty texts as null")
  func jsonLines() throws {
    let ledger = try GeneratedPortfolio.ledger.get().copy()
    _ = try GeneratedPortfolio.replay(ledger, to: "csv")
    _ = try GeneratedPortfolio.replay(ledger, to: "json", "--format json")
    for name in Self.tables {
      let table = try PlainTable(try ledger.text(of: "csv/\(name).csv"))
      let lines = try ledger.text(of: "json/\(name).jsonl").split(separator: "\n")
      try #require(lines.count == table.rows.count)
      for (line, row) in zip(lines, table.rows) {
        let expected = zip(table.columns, row).map { column, cell in
          let value = Self.integers.contains(column) ? cell : cell.isEmpty ? "null" : "\"\(cell)\""
          return "\"\(column)\":\(value)"
        }
        #expect(line == "{\(expected.sorted().joined(separator: ","))}")
      }
    }
  }

  @Test(
    "the SQLite file holds the rows of the CSV",
    .enabled(if: isInstalled("python3"), "python3, which reads the database here, is absent"))
  func sqlite() throws {
    let ledger = try GeneratedPortfolio.ledger.get().copy()
    let result = try GeneratedPortfolio.replay(ledger, to: "csv")
    for _ in 1...2 { _ = try GeneratedPortfolio.replay(ledger, to: "db", "--format sqlite") }
    // Whole numbers must come back as numbers, and nothing as empty text.
    let script = """
      import sqlite3
      base = sqlite3.connect("db/quipu.sqlite")
      def cell(value):
          assert value != "" and isinstance(value, (int, str, type(None)))
          return "" if value is None else f"#{value}" if isinstance(value, int) else value
      for name in ["accounts", "contacts", "payments"]:
          order = "1, 2, rowid" if name == "payments" else "1, 2"
          rows = base.execute(f"SELECT * FROM {name} ORDER BY {order}")
          with open(f"db/{name}.csv", "w") as file:
              print(",".join(column[0] for column in rows.description), file=file)
              for row in rows: print(",".join(map(cell, row)), file=file)
      print(base.execute("PRAGMA integrity_check").fetchone()[0])
      print(base.execute("PRAGMA user_version").fetchone()[0])
      for row in base.execute("SELECT key, value FROM meta ORDER BY key"): print(*row)
      """
    try ledger.write(Array(script.utf8), to: "read.py")
    let run = try ledger.bash("python3 read.py")
    #expect(run.exit == 0, "\(run.errors)")
    let size = try #require(result["knownAt"]?["size"]?.integerValue)
    let digest = try #require(result["digest"]?.stringValue)
    #expect(
      run.output
        == "ok\n2\ndigest \(digest)\non \(GeneratedPortfolio.day)\nsize \(size)\n")
    for name in Self.tables {
      let table = try PlainTable(try ledger.text(of: "csv/\(name).csv"))
      let found = try PlainTable(try ledger.text(of: "db/\(name).csv"))
      #expect(found.columns == table.columns)
      let typed = table.rows.map { row in
        zip(table.columns, row).map { Self.integers.contains($0) ? "#\($1)" : $1 }
      }
      #expect(found.rows == typed, "\(name)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: ledger.folder + "/db").count == 4)
  }

  @Test("files of an earlier replay are replaced, others in the directory are left alone")
  func replaced() throws {
    let ledger = try GeneratedPortfolio.ledger.get().copy()
    for format in ["csv", "json", "sqlite"] {
      _ = try GeneratedPortfolio.replay(ledger, to: "out", "--format \(format) --known-at 500")
    }
    try ledger.write(Array("mine".utf8), to: "out/accounts.txt")
    for format in ["csv", "json", "sqlite"] {
      _ = try GeneratedPortfolio.replay(ledger, to: "out", "--format \(format)")
      _ = try GeneratedPortfolio.replay(ledger, to: "new", "--format \(format)")
    }
    #expect(try ledger.text(of: "out/accounts.txt") == "mine")
    let fresh = try FileManager.default.contentsOfDirectory(atPath: ledger.folder + "/new")
    let names = try FileManager.default.contentsOfDirectory(atPath: ledger.folder + "/out")
    #expect(names.sorted() == (fresh + ["accounts.txt"]).sorted())
    for name in fresh {
      #expect(
        try ledger.bytes(of: "out/\(name)") == (try ledger.bytes(of: "new/\(name)")), "\(name)")
    }
  }

  @Test(
    "a place that cannot be written to is exit 4, and no draft is left in it",
    arguments: table(
      """
      made before                     --out       --format
      touch out                       out         csv
      touch out                       out/below   csv
      true                            not/there   csv
      mkdir -p out/accounts.csv       out         csv
      mkdir -p out/payments.csv       out         csv
      mkdir -p out/contacts.jsonl     out         json
      mkdir -p out/quipu.sqlite       out         sqlite
      touch out                       out         sqlite
      """))
  func unwritable(_ row: [String]) throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    let run = try ledger.bash(
      "\(row[0]); \"$quipu\" replay --json --out \(row[1]) --format \(row[2])")
    #expect(run.exit == 4)
    #expect(run.output.isEmpty)
    #expect(["io", "sqlite"].contains(try run.failure.code))
    let names = try FileManager.default.subpathsOfDirectory(atPath: ledger.folder)
    #expect(names.filter { $0.contains("tmp") } == [])
  }

  @Test("a read-only directory is exit 4", .enabled(if: geteuid() != 0, "root may write anywhere"))
  func readOnly() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    let run = try ledger.bash("mkdir -m 500 out; \"$quipu\" replay --out out")
    #expect(run.exit == 4)
    #expect(run.errors.contains("Permission denied"))
  }
}

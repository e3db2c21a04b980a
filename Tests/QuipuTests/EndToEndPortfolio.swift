internal import CanonicalJSON
internal import Foundation
internal import Testing

/// A generated portfolio in a ledger, recorded in several batches.
enum GeneratedPortfolio {
  /// A day on which everything generated has happened.
  static let day = "2024-12-31"
  /// 60 accounts over nine months, the same for all tests, which only read it.
  static let ledger = Result { try make(accounts: 60, months: 9, seed: 4) }

  /// Makes one.
  static func make(accounts: Int, months: Int, seed: Int) throws -> TemporaryLedger {
    let ledger = try TemporaryLedger()
    let run = try ledger.bash(
      """
      set -e
      "$quipu" generate --accounts \(accounts) --months \(months) --seed \(seed) \\
        --start 2024-03-01 --people none --out generated
      "$quipu" record generated --batch 100 > receipts
      """)
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  /// What `replay --json` says, after writing its files to a folder.
  static func replay(
    _ ledger: TemporaryLedger, to folder: String, _ options: String = ""
  ) throws -> JSONValue {
    let run = try ledger.run(
      "replay --json --on \(day) --out \(ledger.folder)/\(folder) \(options)")
    try #require(run.exit == 0, "\(run.errors)")
    return try run.json
  }
}

/// A table as a CSV file holds it, where no cell needs quotes.
struct PlainTable: Equatable {
  let columns: [String]
  let rows: [[String]]

  init(_ text: String) throws {
    try #require(text.hasSuffix("\n") && !text.contains("\""))
    let lines = text.dropLast().components(separatedBy: "\n").map { line in
      line.components(separatedBy: ",")
    }
    columns = try #require(lines.first)
    rows = Array(lines.dropFirst())
  }

  /// The cells of a column.
  subscript(name: String) -> [String] {
    columns.firstIndex(of: name).map { place in rows.map { $0[place] } } ?? []
  }

  /// The whole numbers of a column.
  func numbers(_ name: String) throws -> [Int64] {
    try self[name].map { cell in try #require(Int64(cell), "\(name)") }
  }
}

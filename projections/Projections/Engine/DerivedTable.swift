internal import CanonicalJSON
internal import Collections
internal import EventStore

/// One table of the read model, in the one form all others are made from.
///
/// Its CSV is what the state digest covers; JSON Lines and SQLite carry the same cells.
package struct DerivedTable: Sendable {
  /// A column of a table.
  package struct Column: Sendable {
    /// Its name.
    package var name: String
    /// Whether its cells are whole numbers; else texts, an empty one meaning none.
    package var isInteger: Bool
  }

  /// The table's name, and its file's without extension.
  package let name: String
  /// The columns, in order.
  package let columns: [Column]
  /// Header and rows, in pieces that each begin and end where rows do.
  package let pieces: [[UInt8]]
  /// Header and rows, as one piece. O(bytes).
  package var csv: [UInt8] { pieces.count == 1 ? pieces[0] : Array(pieces.joined()) }

  /// How many of the columns, from the first, tell a row from the others; in `payments` an id may stand
  /// twice.
  var keyColumns: Int { Self.withoutSecondKey.contains(name) ? 1 : 2 }
  private static let withoutSecondKey: Set<String> = ["accounts", "failures", "parked"]

  init(_ name: String, _ columns: [String], integers: Set<String>, _ csv: TableRow) {
    self.name = name
    self.columns = columns.map { Column(name: $0, isInteger: integers.contains($0)) }
    pieces = csv.pieces
  }

  /// Accounts whose state cannot be computed.
  static func failures(_ accounts: AccountTable) -> DerivedTable {
    DerivedTable("failures", AccountTable.failureColumns, integers: [], accounts.failuresCSV)
  }

  /// The tables of a portfolio on a day, in the order their digest covers them: by name.
  package static func all(
    _ accounts: AccountTable, _ contacts: ContactTable, _ scores: ScoreTable
  ) -> [DerivedTable] {
    [
      DerivedTable(
        "accounts", AccountRow.columns,
        integers: [
          "principal", "interest", "penalty", "cost", "outstanding", "overdue", "credit",
          "daysPastDue", "provision", "paid",
        ], accounts.csv),
      DerivedTable("contacts", ContactTable.columns, integers: [], contacts.csv),
      DerivedTable(
        "payments", AccountTable.paymentColumns,
        integers: ["amount", "principal", "interest", "penalty", "cost", "credit"],
        accounts.paymentsCSV),
      DerivedTable("plans", AccountTable.planColumns, integers: [], accounts.plansCSV),
      DerivedTable(
        "promises", AccountTable.promiseColumns, integers: ["amount", "paid"],
        accounts.promisesCSV),
      DerivedTable("scores", ScoreTable.columns, integers: ScoreTable.integers, scores.csv),
    ]
  }

  /// SHA-256 over the CSV of tables one after the other, in hexadecimal. O(bytes).
  package static func digest(of tables: [DerivedTable]) -> String {
    var digest = RunningDigest()
    for table in tables {
      for piece in table.pieces { digest.update(piece.span) }
    }
    return digest.finish().hex
  }

  /// Calls `body` with the cells of each row, the header left out. O(bytes).
  package func forEachRow<Failure: Error>(
    _ body: ([String]) throws(Failure) -> Void
  ) throws(Failure) {
    for (place, piece) in pieces.enumerated() {
      var cursor = TableCursor(piece, 0..<piece.count)
      if place == 0 { _ = cursor.next() }
      while cursor.next() { try body(cursor.cells.indices.map { cursor.text($0) }) }
    }
  }

  /// The rows as JSON Lines: canonical objects, an empty text cell as null.
  package var jsonLines: [UInt8] {
    var out: [UInt8] = []
    forEachRow { cells in
      let members = zip(columns, cells).map { column, cell in
        JSONMember(key: column.name, value: Self.value(cell, column))
      }
      JSONValue(members: members).appendCanonical(to: &out)
      out.append(UInt8(ascii: "\n"))
    }
    return out
  }

  private static func value(_ cell: String, _ column: Column) -> JSONValue {
    if column.isInteger, let number = Int64(cell) { return .integer(number) }
    return cell.isEmpty ? .null : .string(cell)
  }
}

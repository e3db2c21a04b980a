package import SQLite

/// Writes tables into a new SQLite database.
///
/// `STRICT` tables with the columns of the CSV, the first two (or one) of them the primary key, and
/// a table `meta` that names what the state holds for. `PRAGMA user_version` is the schema's version.
package struct SQLiteFile: ~Copyable {
  /// The version of the schema, in `PRAGMA user_version`.
  package static let schemaVersion = 1

  private let database: Database

  /// Creates a database at a path where nothing is.
  package init(creating path: String) throws(SQLiteError) {
    database = try Database(.creating, path)
  }

  /// Writes all tables and the meta data in one transaction.
  package func write(
    _ tables: [DerivedTable], meta: [(key: String, value: String)]
  ) throws(SQLiteError) {
    try database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
    try database.execute("PRAGMA user_version = \(Self.schemaVersion)")
    try database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    try insert(into: "meta", [false, false]) { (row) throws(SQLiteError) in
      for (key, value) in meta { try row([key, value]) }
    }
    for table in tables { try write(table) }
    try database.execute("COMMIT")
  }

  private func write(_ table: DerivedTable) throws(SQLiteError) {
    let columns = table.columns.map { "\"\($0.name)\" \($0.isInteger ? "INTEGER" : "TEXT")" }
    let keys = table.name == "accounts" ? ["account"] : table.columns.prefix(2).map(\.name)
    // A payment id may stand twice in an account where the first was voided.
    let key = table.name == "payments" ? "" : ", PRIMARY KEY (\(keys.joined(separator: ", ")))"
    try database.execute(
      "CREATE TABLE \(table.name) (\(columns.joined(separator: ", "))\(key)) STRICT")
    try insert(into: table.name, table.columns.map(\.isInteger)) { (row) throws(SQLiteError) in
      try table.forEachRow { (cells) throws(SQLiteError) in try row(cells) }
    }
    if table.name == "payments" {
      try database.execute("CREATE INDEX payments_by_account ON payments (account, payment)")
    }
  }

  /// Prepares an insert and hands `body` a function that runs it for one row of cells.
  private func insert(
    into table: String, _ integers: [Bool],
    _ body: (([String]) throws(SQLiteError) -> Void) throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    let marks = integers.map { _ in "?" }.joined(separator: ", ")
    let statement = try database.prepare("INSERT INTO \(table) VALUES (\(marks))")
    try body { (cells) throws(SQLiteError) in
      for (place, cell) in cells.enumerated() {
        let index = Int32(place + 1)
        if integers[place], let number = Int64(cell) {
          try statement.bind(index, number)
        } else if cell.isEmpty {
          try statement.bindNull(index)
        } else {
          try statement.bind(index, cell)
        }
      }
      _ = try statement.step()
      try statement.reset()
    }
  }
}

internal import CSQLite

/// Why a read model could not be written.
package struct SQLiteError: Error, Equatable, Sendable {
  /// SQLite's result code.
  package var code: Int32
  /// What SQLite said.
  package var message: String
}

/// Writes tables into a new SQLite database: the one file that speaks to SQLite.
///
/// `STRICT` tables with the columns of the CSV, the first two (or one) of them the primary key, and
/// a table `meta` that names what the state holds for. `PRAGMA user_version` is the schema's version.
@safe package struct SQLiteFile: ~Copyable {
  /// The version of the schema, in `PRAGMA user_version`.
  package static let schemaVersion = 1

  private let database: OpaquePointer

  /// Creates a database at a path where nothing is.
  package init(creating path: String) throws(SQLiteError) {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE
    let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let opened = unsafe handle else {
      unsafe sqlite3_close(handle)
      throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errstr(code)))
    }
    unsafe database = opened
  }

  deinit {
    unsafe sqlite3_close(database)
  }

  /// Writes all tables and the meta data in one transaction.
  package func write(
    _ tables: [DerivedTable], meta: [(key: String, value: String)]
  ) throws(SQLiteError) {
    try execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
    try execute("PRAGMA user_version = \(Self.schemaVersion)")
    try execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    try insert(into: "meta", [false, false]) { (row) throws(SQLiteError) in
      for (key, value) in meta { try row([key, value]) }
    }
    for table in tables { try write(table) }
    try execute("COMMIT")
  }

  private func write(_ table: DerivedTable) throws(SQLiteError) {
    let columns = table.columns.map { "\"\($0.name)\" \($0.isInteger ? "INTEGER" : "TEXT")" }
    let keys = table.name == "accounts" ? ["account"] : table.columns.prefix(2).map(\.name)
    // A payment id may stand twice in an account where the first was voided.
    let key = table.name == "payments" ? "" : ", PRIMARY KEY (\(keys.joined(separator: ", ")))"
    try execute(
      "CREATE TABLE \(table.name) (\(columns.joined(separator: ", "))\(key)) STRICT")
    try insert(into: table.name, table.columns.map(\.isInteger)) { (row) throws(SQLiteError) in
      try table.forEachRow { (cells) throws(SQLiteError) in try row(cells) }
    }
    if table.name == "payments" {
      try execute("CREATE INDEX payments_by_account ON payments (account, payment)")
    }
  }

  /// Prepares an insert and hands `body` a function that runs it for one row of cells.
  private func insert(
    into table: String, _ integers: [Bool],
    _ body: (([String]) throws(SQLiteError) -> Void) throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    let marks = integers.map { _ in "?" }.joined(separator: ", ")
    var statement: OpaquePointer?
    try check(
      unsafe sqlite3_prepare_v2(
        database, "INSERT INTO \(table) VALUES (\(marks))", -1, &statement, nil))
    defer { unsafe sqlite3_finalize(statement) }
    try body { (cells) throws(SQLiteError) in
      for (place, cell) in cells.enumerated() {
        let index = Int32(place + 1)
        if integers[place], let number = Int64(cell) {
          try check(unsafe sqlite3_bind_int64(statement, index, number))
        } else if cell.isEmpty {
          try check(unsafe sqlite3_bind_null(statement, index))
        } else {
          try check(
            unsafe quipu_sqlite3_bind_text(statement, index, cell, Int32(cell.utf8.count)))
        }
      }
      let code = unsafe sqlite3_step(statement)
      guard code == SQLITE_DONE else { throw error(code) }
      try check(unsafe sqlite3_reset(statement))
    }
  }

  private func execute(_ sql: String) throws(SQLiteError) {
    try check(unsafe sqlite3_exec(database, sql, nil, nil, nil))
  }

  private func check(_ code: Int32) throws(SQLiteError) {
    guard code == SQLITE_OK else { throw error(code) }
  }

  private func error(_ code: Int32) -> SQLiteError {
    SQLiteError(code: code, message: unsafe String(cString: sqlite3_errmsg(database)))
  }
}

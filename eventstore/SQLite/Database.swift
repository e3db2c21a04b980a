internal import CSQLite

/// Why SQLite did not do what was asked.
package struct SQLiteError: Error, Equatable, Sendable {
  /// SQLite's result code.
  package var code: Int32
  /// What SQLite said.
  package var message: String

  /// That something else holds the database.
  package init(busy message: String) {
    self.init(code: SQLITE_BUSY, message: message)
  }

  init(code: Int32, message: String) {
    self.code = code
    self.message = message
  }

  /// Whether there was no room on the disk.
  package var isFull: Bool { code & 0xFF == SQLITE_FULL }
  /// Whether another process holds the database.
  package var isBusy: Bool { code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED }
  /// Whether the file is no database, or a spoilt one.
  package var isDamaged: Bool { code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB }
}

/// An open SQLite database, closed with its owner: the one file that speaks to SQLite.
@safe package struct Database: ~Copyable {
  /// How a database is opened.
  package enum Opening: Sendable {
    /// A new file at a path where nothing is.
    case creating
    /// A file that is there, for reading and writing.
    case existing
  }

  private let database: OpaquePointer

  /// Opens a file; waits up to five seconds where another process holds it.
  package init(_ opening: Opening, _ path: String) throws(SQLiteError) {
    var handle: OpaquePointer?
    let flags =
      opening == .creating
      ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE : SQLITE_OPEN_READWRITE
    let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let opened = unsafe handle else {
      unsafe sqlite3_close(handle)
      throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errstr(code)))
    }
    unsafe database = opened
    unsafe sqlite3_busy_timeout(opened, 5_000)
  }

  deinit {
    unsafe sqlite3_close(database)
  }

  /// Runs statements that give no rows.
  package func execute(_ sql: String) throws(SQLiteError) {
    try check(unsafe sqlite3_exec(database, sql, nil, nil, nil))
  }

  /// The whole number that a query gives first; 0 where it gives none.
  package func integer(_ sql: String) throws(SQLiteError) -> Int64 {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// Makes another database all that this one is, in one transaction of that one: who reads it goes on
  /// reading what it was until then. O(bytes).
  ///
  /// Both must have pages of the same size. Throws ``SQLiteError``, busy where another process writes.
  package func replace(_ other: borrowing Database) throws(SQLiteError) {
    guard let copy = unsafe sqlite3_backup_init(other.database, "main", database, "main") else {
      throw SQLiteError(
        code: unsafe sqlite3_errcode(other.database),
        message: unsafe String(cString: sqlite3_errmsg(other.database)))
    }
    let stepped = unsafe sqlite3_backup_step(copy, -1)
    let finished = unsafe sqlite3_backup_finish(copy)
    guard stepped == SQLITE_DONE, finished == SQLITE_OK else {
      let code = stepped == SQLITE_DONE ? finished : stepped
      throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errstr(code)))
    }
  }

  /// Runs `body` in a transaction that begins as a writer; all of it counts, or nothing.
  package func transaction<Failure: Error>(
    failing wrap: (SQLiteError) -> Failure, _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    do { try execute("BEGIN IMMEDIATE") } catch { throw wrap(error) }
    do throws(Failure) {
      try body()
    } catch {
      _ = unsafe sqlite3_exec(database, "ROLLBACK", nil, nil, nil)
      throw error
    }
    do { try execute("COMMIT") } catch {
      _ = unsafe sqlite3_exec(database, "ROLLBACK", nil, nil, nil)
      throw wrap(error)
    }
  }

  /// A statement to bind, step through, and run again.
  package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var statement: OpaquePointer?
    try check(unsafe sqlite3_prepare_v2(database, sql, -1, &statement, nil))
    guard let prepared = unsafe statement else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "an empty statement")
    }
    return unsafe Statement(prepared, of: database)
  }

  private func check(_ code: Int32) throws(SQLiteError) {
    guard code == SQLITE_OK else {
      throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errmsg(database)))
    }
  }
}

/// A prepared statement; its database must outlive it.
@safe package struct Statement: ~Copyable {
  private let statement: OpaquePointer
  private let database: OpaquePointer

  fileprivate init(_ statement: OpaquePointer, of database: OpaquePointer) {
    unsafe self.statement = statement
    unsafe self.database = database
  }

  deinit {
    unsafe sqlite3_finalize(statement)
  }

  /// Gives the parameter at a place, from 1, a whole number.
  package func bind(_ place: Int32, _ number: Int64) throws(SQLiteError) {
    try check(unsafe sqlite3_bind_int64(statement, place, number))
  }

  /// Gives the parameter at a place a text, which is copied.
  package func bind(_ place: Int32, _ text: String) throws(SQLiteError) {
    try check(unsafe quipu_sqlite3_bind_text(statement, place, text, Int32(text.utf8.count)))
  }

  /// Gives the parameter at a place a text of these UTF-8 bytes, which are copied.
  package func bind(_ place: Int32, text: Span<UInt8>) throws(SQLiteError) {
    // An empty span may have no address, and SQLite would take that for no value.
    guard !text.isEmpty else { return try bind(place, "") }
    let code = unsafe text.withUnsafeBytes { bytes in
      unsafe quipu_sqlite3_bind_text(
        statement, place, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(bytes.count))
    }
    try check(code)
  }

  /// Gives the parameter at a place bytes, which are copied.
  package func bind(_ place: Int32, _ bytes: [UInt8]) throws(SQLiteError) {
    try check(unsafe quipu_sqlite3_bind_blob(statement, place, bytes, Int32(bytes.count)))
  }

  /// Gives the parameter at a place no value.
  package func bindNull(_ place: Int32) throws(SQLiteError) {
    try check(unsafe sqlite3_bind_null(statement, place))
  }

  /// Goes on to the next row; false when there is none.
  package func step() throws(SQLiteError) -> Bool {
    let code = unsafe sqlite3_step(statement)
    if code == SQLITE_ROW { return true }
    guard code == SQLITE_DONE else { throw error(code) }
    return false
  }

  /// Makes the statement ready to run again; its parameters keep their values.
  package func reset() throws(SQLiteError) {
    try check(unsafe sqlite3_reset(statement))
  }

  /// The whole number in a column of the row, from 0.
  package func integer(_ column: Int32) -> Int64 {
    unsafe sqlite3_column_int64(statement, column)
  }

  /// The text in a column of the row.
  package func text(_ column: Int32) -> String {
    guard let text = unsafe sqlite3_column_text(statement, column) else { return "" }
    return unsafe String(cString: text)
  }

  /// Appends the bytes of the text in a column of the row; none where there is no value.
  package func appendText(_ column: Int32, to out: inout [UInt8]) {
    guard let text = unsafe sqlite3_column_text(statement, column) else { return }
    let count = unsafe Int(sqlite3_column_bytes(statement, column))
    unsafe out.append(contentsOf: UnsafeBufferPointer(start: text, count: count))
  }

  /// The bytes in a column of the row.
  package func bytes(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(statement, column) else { return [] }
    let count = unsafe Int(sqlite3_column_bytes(statement, column))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  private func check(_ code: Int32) throws(SQLiteError) {
    guard code == SQLITE_OK else { throw error(code) }
  }

  private func error(_ code: Int32) -> SQLiteError {
    SQLiteError(code: code, message: unsafe String(cString: sqlite3_errmsg(database)))
  }
}

internal import CanonicalJSON
package import Collections
package import SQLite

/// The SQLite file that back-office tools read, brought along with the ledger.
///
///     meta: size 1200, on 2026-03-31 ─┐
///     the model at 1350 ──► what 1200..<1350 touched ──► those rows of CSV ─┐
///                                                  the rows in the file ──► RowDifference
///                                     BEGIN; rows out, rows in; meta: size 1350; COMMIT ◄──┘
///
/// Rows and position change together or not at all, so that every event counts exactly once, whenever the
/// program ends. Readers are never blocked, for the file is in WAL mode.
package struct ReadDatabase: ~Copyable {
  /// What the file holds for.
  package struct Position: Equatable, Sendable {
    /// The ledger's id.
    package var ledger: String
    /// How many of its events are in the file.
    package var size: Int64
    /// The tree's head at that size, in hexadecimal.
    package var root: String
    /// The day of the figures.
    package var on: CivilDate
    /// The version of the program that wrote the file.
    package var program: String
    /// The SHA-256 of that program, in hexadecimal: another one may have other rules.
    package var rules: String

    /// All of it.
    package init(
      ledger: String, size: Int64, root: String, on: CivilDate, program: String, rules: String
    ) {
      self.ledger = ledger
      self.size = size
      self.root = root
      self.on = on
      self.program = program
      self.rules = rules
    }
  }

  private let database: Database

  /// Makes an empty read model at a path where nothing is, with pages of so many bytes or of SQLite's own
  /// choice. Nothing of it is synced: that is for who puts it into its place.
  package init(creating path: String, pageSize: Int64? = nil) throws(SQLiteError) {
    let made = try Database(.creating, path)
    if let pageSize { try made.execute("PRAGMA page_size = \(pageSize)") }
    try made.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    try made.execute("PRAGMA application_id = \(DatabaseSchema.applicationID)")
    try made.execute("PRAGMA user_version = \(DatabaseSchema.version)")
    try made.execute(DatabaseSchema.tables)
    database = made
  }

  /// Opens a read model that is there, in WAL mode.
  ///
  /// A commit is synced with the next checkpoint: a power cut may undo the last ones, each whole.
  package init(opening path: String) throws(SQLiteError) {
    let opened = try Database(.existing, path)
    try opened.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    try opened.execute("PRAGMA journal_size_limit = 16777216")
    database = opened
  }

  /// The size of its pages, in bytes.
  package func pageSize() throws(SQLiteError) -> Int64 {
    try database.integer("PRAGMA page_size")
  }

  /// What the file holds for; nil where it is of another schema or does not say.
  package func position() throws(SQLiteError) -> Position? {
    guard try database.integer("PRAGMA application_id") == DatabaseSchema.applicationID,
      try database.integer("PRAGMA user_version") == DatabaseSchema.version
    else { return nil }
    var values: [String: String] = [:]
    let statement = try database.prepare("SELECT key, value FROM meta")
    while try statement.step() { values[statement.text(0)] = statement.text(1) }
    guard let ledger = values["ledger"], let size = values["size"].flatMap({ Int64($0) }),
      let root = values["root"], let on = values["on"].flatMap({ CivilDate($0) }),
      let program = values["program"], let rules = values["rules"]
    else { return nil }
    return Position(
      ledger: ledger, size: size, root: root, on: on, program: program, rules: rules)
  }

  /// What a transaction did.
  package struct Written: Equatable, Sendable {
    /// How many rows went or came.
    package var rows: Int64 = 0
    /// How many accounts there are now whose state cannot be computed.
    package var failures: Int64 = 0
  }

  /// Brings rows and position forward in one transaction, from the position the file must be at: nil for a
  /// new one. O(rows in question).
  ///
  /// Throws ``SQLiteError``; the file is then as it was. Busy where another program has moved it on.
  package func write(
    _ rows: ModelRows, for position: Position, after before: Position?
  ) throws(SQLiteError) -> Written {
    var written = Written()
    func same(_ error: SQLiteError) -> SQLiteError { error }
    try database.transaction(failing: same) { () throws(SQLiteError) in
      guard try self.position() == before else {
        throw SQLiteError(busy: "another program has moved the read model on")
      }
      for table in rows.tables {
        written.rows += try Self.write(table, only: rows.selection(of: table), to: database)
      }
      let set = try database.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)")
      for (key, value) in position.pairs {
        try set.bind(1, key)
        try set.bind(2, value)
        _ = try set.step()
        try set.reset()
      }
      written.failures = try database.integer("SELECT count(*) FROM failures")
    }
    return written
  }

  /// Adds what is quicker made once the rows are there, indexes and views, and leaves the file in WAL
  /// mode: to change the mode later would need that nobody reads.
  package func finish() throws(SQLiteError) {
    try database.execute(DatabaseSchema.indexes)
    try database.execute(DatabaseSchema.views)
    try database.execute("PRAGMA optimize; PRAGMA journal_mode = WAL")
  }

  /// Makes another read model all that this one is, in one transaction of that one.
  package func replace(_ other: borrowing ReadDatabase) throws(SQLiteError) {
    try database.replace(other.database)
    // The log of changes is as long as the database now; where a reader still needs it, it stays so.
    try? other.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
  }
}

extension ReadDatabase.Position {
  /// What stands in `meta`.
  fileprivate var pairs: [(String, String)] {
    [
      ("ledger", ledger), ("on", on.text), ("program", program), ("root", root), ("rules", rules),
      ("size", "\(size)"),
    ]
  }
}

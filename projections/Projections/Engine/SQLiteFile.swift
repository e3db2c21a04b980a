package import SQLite

/// Writes the tables of one moment into a new SQLite database, for a file that nobody keeps current.
///
/// It has the tables, indexes and views of ``DatabaseSchema``, and is told from a read model that `project`
/// keeps by its `application_id`, which is none.
package struct SQLiteFile: ~Copyable {
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
    try database.execute("PRAGMA user_version = \(DatabaseSchema.version)")
    try database.execute(DatabaseSchema.tables)
    let set = try database.prepare("INSERT INTO meta VALUES (?, ?)")
    for (key, value) in meta {
      try set.bind(1, key)
      try set.bind(2, value)
      _ = try set.step()
      try set.reset()
    }
    for table in tables {
      _ = try ReadDatabase.write(table, only: nil, to: database)
    }
    try database.execute(DatabaseSchema.indexes + DatabaseSchema.views + "COMMIT")
  }
}

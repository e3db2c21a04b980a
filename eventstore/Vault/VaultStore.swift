internal import EventStore
internal import SQLite

/// The vault's database, `vault/keys.db`: subjects' keys, wrapped, and the blind index.
///
///     meta       what the vault is and how many of the log's erasures it has done
///     epochs     the epochs there are, and how many subjects each has
///     keys_3     of epoch 3: subject, key id, nonce ‖ ciphertext ‖ tag under the epoch's key
///     lookups_3  of its subjects: HMAC of a number, an address or a document ──► subject
///     erased     subjects whose keys were destroyed, and the event that says so
///     retired    epochs that an erasure replaced, whose outer keys are to be destroyed
///
/// A table an epoch, because an erasure replaces the tables whole: SQLite zeroes the pages of a dropped
/// table (`secure_delete`), and pages of a table that was only ever written to hold no trace of it.
final class VaultStore {
  /// A subject's key as it is kept.
  struct StoredKey {
    var subject: String
    var kid: String
    var epoch: Int64
    var wrapped: [UInt8]
  }

  /// An entry of the blind index.
  struct Lookup: Hashable {
    var tag: [UInt8]
    var subject: String
    /// What the text is: `document`, `phone`, `email`.
    var kind: String
  }

  static let name = "vault/keys.db"
  private static let version: Int64 = 1

  private let path: String
  private let database: Database

  /// Opens the database, or makes it in a folder that has none.
  init(_ folder: LedgerDirectory, ledger: String, creating: Bool) throws(LogError) {
    if creating, try folder.facts(Self.name) == nil {
      if try folder.facts("vault") == nil { try folder.makeDirectory("vault", mode: 0o700) }
      // Empty, for SQLite gives a journal the permissions of its database.
      try folder.writeNew(Self.name, [], mode: 0o600)
      try folder.syncDirectory("vault")
      try folder.syncDirectory("")
    }
    let path = folder.path(Self.name)
    self.path = path
    do { database = try Database(.existing, path) } catch {
      throw Self.failure(error, at: path)
    }
    try run("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
    // EXTRA: the folder is synced after a journal is gone, or a power cut could bring one back.
    try run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA")
    if try number("PRAGMA user_version") == 0 {
      guard creating else {
        throw LogError(.damaged, "it is no vault, or one whose making was cut off", file: Self.name)
      }
      try make(ledger)
    }
    guard try number("PRAGMA user_version") == Self.version, try text("ledger") == ledger else {
      throw LogError(
        .damaged, "it is the vault of another ledger, or of a later version", file: Self.name)
    }
  }

  private func make(_ ledger: String) throws(LogError) {
    try transaction { () throws(LogError) in
      try run(
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE epochs (epoch INTEGER PRIMARY KEY, subjects INTEGER NOT NULL) STRICT;
        CREATE TABLE erased (subject TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
        CREATE TABLE retired (epoch INTEGER PRIMARY KEY) STRICT;
        PRAGMA user_version = \(Self.version)
        """)
      try set("ledger", ledger)
      try set("erasures", "0")
    }
  }

  /// Runs `body` as one transaction, on the disk when it returns.
  func transaction(_ body: () throws(LogError) -> Void) throws(LogError) {
    try database.transaction(failing: { [path] in Self.failure($0, at: path) }, body)
  }

  // MARK: Meta data

  /// How many of the log's erasures were done here.
  var erasures: Int64 {
    get throws(LogError) { Int64(try text("erasures")) ?? 0 }
  }

  func setErasures(_ count: Int64) throws(LogError) { try set("erasures", String(count)) }

  /// The directory that the vault serves, as its owner last said; empty where nobody did.
  func home() throws(LogError) -> String { try text("home") }

  func setHome(_ path: String) throws(LogError) { try set("home", path) }

  /// The event that says that a subject's keys were destroyed; nil where they were not.
  func erasure(of subject: String) throws(LogError) -> Int64? {
    try query("SELECT seq FROM erased WHERE subject = ?") { (row) throws(SQLiteError) in
      try row.bind(1, subject)
      return try row.step() ? row.integer(0) : nil
    }
  }

  func noteErased(_ subject: String, seq: Int64) throws(LogError) {
    try query("INSERT OR REPLACE INTO erased VALUES (?, ?)") { (row) throws(SQLiteError) in
      try row.bind(1, subject)
      try row.bind(2, seq)
      _ = try row.step()
    }
  }

  // MARK: Epochs

  /// The epochs and how many subjects each has, in order.
  func epochs() throws(LogError) -> [(epoch: Int64, subjects: Int64)] {
    try query("SELECT epoch, subjects FROM epochs ORDER BY epoch") { (row) throws(SQLiteError) in
      var found: [(epoch: Int64, subjects: Int64)] = []
      while try row.step() { found.append((row.integer(0), row.integer(1))) }
      return found
    }
  }

  func addEpoch(_ epoch: Int64) throws(LogError) {
    try run(
      """
      INSERT INTO epochs VALUES (\(epoch), 0);
      CREATE TABLE keys_\(epoch) (
        subject TEXT PRIMARY KEY, kid TEXT NOT NULL, wrapped BLOB NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE lookups_\(epoch) (
        tag BLOB NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (tag, subject)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX subjects_\(epoch) ON lookups_\(epoch) (subject)
      """)
  }

  /// Takes an epoch away, to be retired; its pages are zeroed.
  func dropEpoch(_ epoch: Int64) throws(LogError) {
    try run(
      """
      DROP TABLE keys_\(epoch); DROP TABLE lookups_\(epoch);
      DELETE FROM epochs WHERE epoch = \(epoch);
      INSERT OR IGNORE INTO retired VALUES (\(epoch))
      """)
  }

  /// The epochs that erasures done here replaced, in order.
  func retired() throws(LogError) -> [Int64] {
    try query("SELECT epoch FROM retired ORDER BY epoch") { (row) throws(SQLiteError) in
      var found: [Int64] = []
      while try row.step() { found.append(row.integer(0)) }
      return found
    }
  }

  /// Writes an epoch's tables anew, less the rows of some subjects; the old pages are zeroed.
  func rebuild(_ epoch: Int64, without subjects: Set<String>) throws(LogError) {
    try run("ALTER TABLE keys_\(epoch) RENAME TO old_keys")
    try run("DROP INDEX subjects_\(epoch); ALTER TABLE lookups_\(epoch) RENAME TO old_lookups")
    try run("DELETE FROM epochs WHERE epoch = \(epoch)")
    try addEpoch(epoch)
    for (table, old) in [("keys", "old_keys"), ("lookups", "old_lookups")] {
      try run("CREATE TEMP TABLE gone (subject TEXT PRIMARY KEY) WITHOUT ROWID")
      try query("INSERT INTO gone VALUES (?)") { (row) throws(SQLiteError) in
        for subject in subjects.sorted() {
          try row.bind(1, subject)
          _ = try row.step()
          try row.reset()
        }
      }
      try run(
        """
        INSERT INTO \(table)_\(epoch) SELECT * FROM \(old)
          WHERE subject NOT IN (SELECT subject FROM gone);
        DROP TABLE gone; DROP TABLE \(old)
        """)
    }
    try run(
      """
      UPDATE epochs SET subjects = (SELECT count(*) FROM keys_\(epoch)) WHERE epoch = \(epoch)
      """)
  }

  // MARK: Keys

  /// The key of a subject, looked for in the epochs given.
  func key(of subject: String, in epochs: [Int64]) throws(LogError) -> StoredKey? {
    for epoch in epochs.reversed() {
      let found = try query("SELECT kid, wrapped FROM keys_\(epoch) WHERE subject = ?") {
        (row) throws(SQLiteError) -> StoredKey? in
        try row.bind(1, subject)
        guard try row.step() else { return nil }
        return StoredKey(
          subject: subject, kid: row.text(0), epoch: epoch, wrapped: row.bytes(1))
      }
      if let found { return found }
    }
    return nil
  }

  /// Adds keys of one epoch.
  func add(_ keys: [StoredKey], to epoch: Int64) throws(LogError) {
    try query("INSERT INTO keys_\(epoch) VALUES (?, ?, ?)") { (row) throws(SQLiteError) in
      for key in keys {
        try row.bind(1, key.subject)
        try row.bind(2, key.kid)
        try row.bind(3, key.wrapped)
        _ = try row.step()
        try row.reset()
      }
    }
    try run("UPDATE epochs SET subjects = subjects + \(keys.count) WHERE epoch = \(epoch)")
  }

  /// Gives every key of an epoch to `body`, in the order of their subjects.
  func forEachKey(
    in epoch: Int64, _ body: (StoredKey) throws(LogError) -> Void
  ) throws(LogError) {
    var failure: LogError?
    try query("SELECT subject, kid, wrapped FROM keys_\(epoch) ORDER BY subject") {
      (row) throws(SQLiteError) in
      while failure == nil, try row.step() {
        let key = StoredKey(
          subject: row.text(0), kid: row.text(1), epoch: epoch, wrapped: row.bytes(2))
        do throws(LogError) { try body(key) } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  // MARK: The blind index

  func add(_ lookups: [Lookup], to epoch: Int64) throws(LogError) {
    try query("INSERT OR IGNORE INTO lookups_\(epoch) VALUES (?, ?, ?)") {
      (row) throws(SQLiteError) in
      for lookup in lookups {
        try row.bind(1, lookup.tag)
        try row.bind(2, lookup.subject)
        try row.bind(3, lookup.kind)
        _ = try row.step()
        try row.reset()
      }
    }
  }

  /// Takes the entries of one kind of a subject away.
  func removeLookups(_ kind: String, of subject: String, from epoch: Int64) throws(LogError) {
    try query("DELETE FROM lookups_\(epoch) WHERE subject = ? AND kind = ?") {
      (row) throws(SQLiteError) in
      try row.bind(1, subject)
      try row.bind(2, kind)
      _ = try row.step()
    }
  }

  /// The subjects that a text leads to, in order.
  func subjects(of tag: [UInt8], in epochs: [Int64]) throws(LogError) -> [String] {
    var found: Set<String> = []
    for epoch in epochs {
      try query("SELECT subject FROM lookups_\(epoch) WHERE tag = ?") { (row) throws(SQLiteError) in
        try row.bind(1, tag)
        while try row.step() { found.insert(row.text(0)) }
      }
    }
    return found.sorted()
  }

  /// Copies the entries of an epoch to another, less those of some subjects.
  func copyLookups(
    from epoch: Int64, to other: Int64, without subjects: Set<String>
  ) throws(LogError) {
    try run("INSERT INTO lookups_\(other) SELECT * FROM lookups_\(epoch)")
    for subject in subjects.sorted() {
      try query("DELETE FROM lookups_\(other) WHERE subject = ?") { (row) throws(SQLiteError) in
        try row.bind(1, subject)
        _ = try row.step()
      }
    }
  }

  /// Writes a consistent copy to a path where nothing is.
  func copy(to path: String) throws(LogError) {
    try query("VACUUM INTO ?") { (row) throws(SQLiteError) in
      try row.bind(1, path)
      _ = try row.step()
    }
  }
}

extension VaultStore {
  private func run(_ sql: String) throws(LogError) {
    do { try database.execute(sql) } catch { throw Self.failure(error, at: path) }
  }

  private func query<Result>(
    _ sql: String, _ body: (borrowing Statement) throws(SQLiteError) -> Result
  ) throws(LogError) -> Result {
    do {
      let statement = try database.prepare(sql)
      return try body(statement)
    } catch {
      throw Self.failure(error, at: path)
    }
  }

  private func number(_ sql: String) throws(LogError) -> Int64 {
    try query(sql) { (row) throws(SQLiteError) in try row.step() ? row.integer(0) : 0 }
  }

  private func text(_ name: String) throws(LogError) -> String {
    try query("SELECT value FROM meta WHERE name = ?") { (row) throws(SQLiteError) in
      try row.bind(1, name)
      return try row.step() ? row.text(0) : ""
    }
  }

  private func set(_ name: String, _ value: String) throws(LogError) {
    try query("INSERT OR REPLACE INTO meta VALUES (?, ?)") { (row) throws(SQLiteError) in
      try row.bind(1, name)
      try row.bind(2, value)
      _ = try row.step()
    }
  }

  /// SQLite takes a read that failed for a file that is spoilt: it is asked once more, by another
  /// connection that has nothing in memory, before anybody is told to repair his vault.
  private static func failure(_ error: SQLiteError, at path: String) -> LogError {
    let isSound = error.isDamaged && isSound(path)
    return LogError(
      error.isFull
        ? .diskFull : error.isBusy ? .inUse : error.isDamaged && !isSound ? .damaged : .io,
      isSound ? "a read of the vault failed" : "the vault: \(error.message)", file: name)
  }

  /// Whether the whole file can be read and is what SQLite wrote. O(file).
  private static func isSound(_ path: String) -> Bool {
    do {
      let again = try Database(.existing, path)
      let check = try again.prepare("PRAGMA quick_check")
      return try check.step() && check.text(0) == "ok"
    } catch {
      return false
    }
  }
}

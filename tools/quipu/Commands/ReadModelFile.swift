internal import Glibc
internal import Ledger
internal import Projections
internal import SQLite

/// The place of a read model's SQLite file, held by one program at a time.
///
///     FILE         what tools read; in WAL mode, with FILE-wal and FILE-shm beside it while it is open
///     FILE.new     one that is being made, until it has taken the place of FILE
///     FILE.lock    held while a program keeps FILE current
///
/// A file that is there is never renamed over: whoever has it open would read one database's file with
/// another one's log of changes. What was made beside is copied into it by SQLite itself, in one
/// transaction, so that readers see the old one whole and then the new one whole.
struct ReadModelFile: ~Copyable {
  /// Where it is, links followed.
  let path: String
  private let lock: Int32
  private var draft: String { "\(path).new" }

  /// Takes hold of a place.
  ///
  /// Throws ``Failure``: exit 3, `not_a_read_model`, where something else lies; 5 where another program
  /// holds it; 4.
  init(_ given: String) throws(Failure) {
    let whole = OutputFile.wholePath(given) ?? given
    // Before anything is put beside it.
    try Self.requireReadModel(whole)
    let name = "\(whole).lock"
    let descriptor = unsafe Glibc.open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw OutputFile.failure(errno, name) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      close(descriptor)
      guard reason == EWOULDBLOCK else { throw OutputFile.failure(reason, name) }
      throw Failure(
        .inUse, "in_use",
        Text("another program keeps \(given) current", "otro programa mantiene al día \(given)"),
        [Failure.Detail("file", given)])
    }
    (path, lock) = (whole, descriptor)
  }

  deinit { close(lock) }

  /// What lies at the place.
  enum Contents: Equatable {
    /// Nothing, or an empty file.
    case nothing
    /// A read model, which says what it holds for; nil for one of another schema.
    case readModel(ReadDatabase.Position?)
    /// A read model that SQLite cannot read.
    case damaged
  }

  /// Looks at what is there. Throws ``Failure``: exit 3, `not_a_read_model`, for anything else; 4.
  func contents() throws -> Contents {
    guard try Self.requireReadModel(path) else { return .nothing }
    do throws(SQLiteError) {
      return .readModel(try ReadDatabase(opening: path).position())
    } catch {
      guard error.isDamaged else { throw error }
      return .damaged
    }
  }

  /// Brings the read model that is there forward. Throws ``Failure``: exit 4, `read_model_damaged`, where
  /// SQLite meets a damaged page.
  func update(
    _ rows: ModelRows, for position: ReadDatabase.Position, after before: ReadDatabase.Position
  ) throws -> ReadDatabase.Written {
    do throws(SQLiteError) {
      return try ReadDatabase(opening: path).write(rows, for: position, after: before)
    } catch {
      guard error.isDamaged else { throw error }
      throw Failure(
        .inputOutput, "read_model_damaged",
        Text(
          "SQLite finds \(path) damaged: --rebuild makes it anew",
          "SQLite encuentra dañado \(path): --rebuild lo rehace"),
        [Failure.Detail("file", path), Failure.Detail("errno", Int64(error.code))])
    }
  }

  /// Makes the read model anew beside what is there, and then puts it in its place.
  /// What is there stays whole until then, and for who is reading it even longer.
  func rebuild(
    _ rows: ModelRows, for position: ReadDatabase.Position, over contents: Contents
  ) throws -> ReadDatabase.Written {
    try removeDraft()
    Interruption.willRemove(draft)
    defer { Interruption.keep() }
    do {
      let written: ReadDatabase.Written
      if case .readModel = contents {
        let old = try ReadDatabase(opening: path)
        let new = try ReadDatabase(creating: draft, pageSize: old.pageSize())
        written = try new.write(rows, for: position, after: nil)
        try new.finish()
        try new.replace(old)
      } else {
        written = try make(rows, position)
        // Nobody reads what was there; a log of changes left beside it belongs to no file any more.
        for name in ["\(path)-wal", "\(path)-shm"] { try OutputFile.remove(name) }
        try OutputFile.rename(draft, to: path)
        try OutputFile.syncDirectory(Self.directory(of: path))
      }
      try removeDraft()
      return written
    } catch {
      try removeDraft()
      throw error
    }
  }

  /// Removes what was made beside the place, and what SQLite has put beside that.
  private func removeDraft() throws {
    for name in [draft, "\(draft)-wal", "\(draft)-shm"] { try OutputFile.remove(name) }
  }

  /// Makes a read model beside the place, and closes it.
  private func make(_ rows: ModelRows, _ position: ReadDatabase.Position) throws
    -> ReadDatabase.Written
  {
    let new = try ReadDatabase(creating: draft)
    let written = try new.write(rows, for: position, after: nil)
    try new.finish()
    return written
  }

  /// Whether a read model lies at a path, rather than nothing or an empty file. Throws ``Failure``.
  @discardableResult
  private static func requireReadModel(_ path: String) throws(Failure) -> Bool {
    let head = try head(of: path)
    if head.isEmpty { return false }
    guard head.starts(with: Array("SQLite format 3\u{0}".utf8)), head.count == 100,
      head[68..<72].reduce(0, { $0 << 8 | Int64($1) }) == DatabaseSchema.applicationID
    else {
      throw Failure(
        .refused, "not_a_read_model",
        Text(
          "\(path) is no read model of this program, and is left as it is",
          "\(path) no es un modelo de lectura de este programa, y se deja como está"),
        [
          Failure.Detail("file", path),
          Failure.Detail("expected", "a file made by `quipu project`, or a path where nothing is"),
        ])
    }
    return true
  }

  /// The first 100 bytes of a file; none where there is no file.
  private static func head(of path: String) throws(Failure) -> [UInt8] {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return [] }
      throw OutputFile.failure(errno, path)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor, buffer.baseAddress, buffer.count)
    }
    guard count >= 0 else { throw OutputFile.failure(errno, path) }
    return Array(bytes[..<count])
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

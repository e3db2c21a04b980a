internal import Collections
internal import Glibc
internal import Projections

/// The files a replay leaves: one a table, or one database.
struct ReplayFiles {
  private let directory: String
  private let format: String

  /// Files in a directory, which is made if it is not there, as `csv`, `json` (JSON Lines) or `sqlite`.
  init(_ directory: String, _ format: String) {
    self.directory = directory
    self.format = format
  }

  /// Writes every file whole or not at all; an older one of the same name is replaced.
  func write(_ tables: [DerivedTable], _ result: ReplayText) throws {
    try OutputFile.makeDirectory(directory)
    switch format {
    case "csv":
      for table in tables {
        let draft = try OutputFile.Draft("\(directory)/\(table.name).csv")
        for piece in table.pieces { try draft.write(piece) }
        try draft.finish()
      }
    case "json":
      for table in tables {
        try OutputFile.write(table.jsonLines, to: "\(directory)/\(table.name).jsonl")
      }
    default:
      try Self.writeDatabase(
        tables, on: result.on, size: result.model.size, digest: result.digest,
        to: "\(directory)/quipu.sqlite")
    }
  }

  /// Writes a database with all tables and what they hold for; an older file of the name is replaced.
  static func writeDatabase(
    _ tables: [DerivedTable], on day: CivilDate, size: Int64, digest: String, to path: String
  ) throws {
    let draft = "\(path).\(getpid()).tmp"
    try OutputFile.remove(draft)
    Interruption.willRemove(draft)
    defer { Interruption.keep() }
    do {
      let file = try SQLiteFile(creating: draft)
      try file.write(
        tables, meta: [("on", day.text), ("size", "\(size)"), ("digest", digest)])
      try OutputFile.rename(draft, to: path)
    } catch {
      try OutputFile.remove(draft)
      throw error
    }
  }
}

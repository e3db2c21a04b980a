internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Projections

/// Scores of a portfolio as lines of CSV or JSON.
struct ScoreLines {
  let model: ScoringModel
  let day: CivilDate
  /// The size of the log they were made from.
  let basis: Int64
  let book: AccountBook

  init(_ model: ScoringModel, _ book: AccountBook, on day: CivilDate, basis: Int64) {
    (self.model, self.book, self.day, self.basis) = (model, book, day, basis)
  }

  private static let columns = [
    "account", "model", "version", "asOf", "points", "probabilityBp", "reasons", "basis",
    "featuresSha256",
  ]

  /// The first line of CSV.
  var header: [UInt8] {
    var row = TableRow()
    row.header(Self.columns)
    return row.bytes
  }

  /// A line of CSV a score; reasons are the features' names with a blank between.
  func csv(_ rows: [ScoreReader.Row]) -> [UInt8] {
    var line = TableRow()
    line.reserve(rows: rows.count, bytes: 160)
    for row in rows {
      line.word { book.accounts.append(Int(row.account), to: &$0) }
      line.word(model.id)
      line.integer(model.version)
      line.date(day)
      line.integer(row.score.points)
      line.integer(row.score.probabilityBp)
      line.word(row.score.reasons.features.map(\.name).joined(separator: " "))
      line.integer(basis)
      line.word(row.features.hex)
      line.end()
    }
    return line.bytes
  }

  /// A line of JSON a score.
  func json(_ rows: [ScoreReader.Row]) -> [UInt8] {
    var out: [UInt8] = []
    for row in rows {
      data(row).adding("account", account(row)).appendCanonical(to: &out)
      out.append(UInt8(ascii: "\n"))
    }
    return out
  }

  /// The account of a score.
  func account(_ row: ScoreReader.Row) -> String { book.accounts.text(Int(row.account)) }

  /// A score as `ScoreRecorded` has it.
  func data(_ row: ScoreReader.Row) -> JSONValue {
    .object([
      "asOf": .string(day.text), "basis": .integer(basis),
      "featuresSha256": .string(row.features.hex), "model": .string(model.id),
      "points": .integer(row.score.points),
      "probabilityBp": .integer(row.score.probabilityBp),
      "reasons": .array(row.score.reasons.features.map { .string($0.name) }),
      "version": .integer(model.version),
    ])
  }
}

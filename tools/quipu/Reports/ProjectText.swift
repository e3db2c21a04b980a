internal import CanonicalJSON
internal import Collections
internal import Projections

/// What one step of `project` did.
struct ProjectText {
  var file: String
  var position: ReadDatabase.Position
  var standing: ReadModelStanding
  /// How many accounts were folded.
  var folded: Int
  var written: ReadDatabase.Written
  var parked: Int
  var time: Duration

  /// From which size the file went on; nil where it was made anew.
  private var start: Int64? {
    if case .sound(let position) = standing { return position.size }
    return nil
  }

  var json: JSONValue {
    var reason = JSONValue.null
    if case .toRebuild(let found) = standing { reason = .string(found.rawValue) }
    return .object([
      "accounts": .integer(Int64(folded)), "failures": .integer(written.failures),
      "file": .string(file), "from": start.map { .integer($0) } ?? .null,
      "knownAt": .object(["size": .integer(position.size)]), "ledger": .string(position.ledger),
      "milliseconds": .integer(
        time.components.seconds * 1_000
          + time.components.attoseconds / 1_000_000_000_000_000),
      "on": .string(position.on.text), "parked": .integer(Int64(parked)), "rebuilt": reason,
      "rows": .integer(written.rows),
    ])
  }

  /// One line.
  var text: Text {
    let size = counted(position.size, Text("event", "evento"), Text("events", "eventos"))
    let rows = counted(
      written.rows, Text("row changed", "fila cambiada"), Text("rows changed", "filas cambiadas"))
    let accounts = counted(
      Int64(folded), Text("account looked at", "cuenta revisada"),
      Text("accounts looked at", "cuentas revisadas"))
    return Text(same: "\(file): \(position.on.text), ") + size + ", " + rows + ", " + accounts
  }
}

extension Console {
  /// What one step did, as a line.
  func print(_ step: ProjectText) throws(Failure) {
    if json { try print(step.json) } else { try print(step.text) }
    try output.flush()
  }
}

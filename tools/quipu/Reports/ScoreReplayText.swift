internal import CanonicalJSON
internal import Collections
internal import Projections

/// What came of computing every recorded score again, for a reader at a terminal and as JSON.
struct ScoreReplayText {
  let replay: ScoreReplay
  /// How long it took.
  let time: Duration

  private var milliseconds: Int64 {
    time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
  }

  /// Prints every difference, and how many there are.
  func print(on console: Console) throws {
    let count = replay.count
    if replay.differences.isEmpty {
      try console.print(
        Text("scores  ", "puntajes ")
          + counted(count, Text("score", "puntaje"), Text("scores", "puntajes"))
          + Text(
            " computed again, all as recorded (\(milliseconds) ms)",
            " recalculados, todos como se registraron (\(milliseconds) ms)"))
      return
    }
    var table = Table([
      Table.Column("seq", .right), Table.Column(Text("account", "cuenta")),
      Table.Column(Text("model", "modelo")), Table.Column(Text("cause", "causa")),
      Table.Column(Text("recorded", "registrado")), Table.Column(Text("computed", "recalculado")),
    ])
    for difference in replay.differences {
      for (place, finding) in difference.findings.enumerated() {
        let head =
          place == 0
          ? ["\(difference.seq)", difference.account, "\(difference.model) \(difference.version)"]
          : ["", "", ""]
        table.add(
          head + [
            finding.cause.rawValue, Self.short(finding.recorded), Self.short(finding.computed),
          ])
      }
    }
    try console.print("")
    try console.print(table)
    try console.print(
      Text("scores  ", "puntajes ")
        + counted(
          Int64(replay.differences.count), Text("score differs", "puntaje difiere"),
          Text("scores differ", "puntajes difieren"))
        + Text(
          " of \(grouped(count)) computed again (\(milliseconds) ms)",
          " de \(grouped(count)) recalculados (\(milliseconds) ms)"))
  }

  /// A digest by its beginning; the whole of it is in the JSON.
  private static func short(_ text: String) -> String {
    text.count == 64 && !text.contains(" ") ? text.prefix(12) + "…" : text
  }

  /// All of it.
  var json: JSONValue {
    .object([
      "computed": .integer(replay.count),
      "differences": .array(
        replay.differences.map { difference in
          .object([
            "account": .string(difference.account),
            "cause": .string(difference.findings.first?.cause.rawValue ?? ""),
            "findings": .array(
              difference.findings.map { finding in
                .object([
                  "cause": .string(finding.cause.rawValue),
                  "computed": .string(finding.computed), "recorded": .string(finding.recorded),
                ])
              }),
            "model": .string(difference.model), "seq": .integer(difference.seq),
            "version": .integer(difference.version),
          ])
        }),
      "equal": .integer(replay.count - Int64(replay.differences.count)),
      "milliseconds": .integer(milliseconds),
    ])
  }
}

internal import CanonicalJSON
internal import Collections
internal import Projections

// What came of deriving every recorded proposal again, for a reader at a terminal and as JSON.
extension ProposalReplay {
  /// Prints every difference, and how many were looked at; nothing where no work list was recorded.
  func print(on console: Console) throws {
    guard proposals + decisions + arms + foreign + reminders > 0 else { return }
    if !differences.isEmpty {
      var table = Table([
        Table.Column("seq", .right), Table.Column(Text("account", "cuenta")),
        Table.Column(Text("field", "campo")), Table.Column(Text("recorded", "registrado")),
        Table.Column(Text("derived", "derivado")),
      ])
      for difference in differences {
        table.add([
          "\(difference.seq)", difference.account, difference.field, difference.recorded,
          difference.derived,
        ])
      }
      try console.print(table)
    }
    let same = differences.isEmpty
    let count = Int64(differences.count)
    try console.print(
      Text(
        "proposals \(grouped(Int64(proposals))), decisions \(grouped(Int64(decisions))), arms \(grouped(Int64(arms)))\(reminders > 0 ? ", reminders \(grouped(Int64(reminders)))" : "") derived again, ",
        "propuestas \(grouped(Int64(proposals))), decisiones \(grouped(Int64(decisions))), brazos \(grouped(Int64(arms)))\(reminders > 0 ? ", recordatorios \(grouped(Int64(reminders)))" : "") derivados de nuevo, "
      )
        + (same
          ? Text("all as recorded", "todas como se registraron")
          : counted(
            count, Text("differs", "difiere"), Text("differ", "difieren"))))
    guard foreign > 0 else { return }
    try console.print(
      Text(
        "\(grouped(Int64(foreign))) proposals name no strategy and size, as other systems make them: not derived",
        "\(grouped(Int64(foreign))) propuestas no nombran estrategia y tamaño, como las de otros sistemas: sin derivar"
      ))
  }

  /// All of it.
  var json: JSONValue {
    .object([
      "arms": .integer(Int64(arms)), "decisions": .integer(Int64(decisions)),
      "derived": .integer(Int64(proposals)),
      "differences": .array(
        differences.map { difference in
          .object([
            "account": .string(difference.account), "derived": .string(difference.derived),
            "field": .string(difference.field), "recorded": .string(difference.recorded),
            "seq": .integer(difference.seq),
          ])
        }), "notDerived": .integer(Int64(foreign)), "reminders": .integer(Int64(reminders)),
    ])
  }
}

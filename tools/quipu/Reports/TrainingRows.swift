internal import Collections
internal import Projections

/// The rows of training tables as CSV: what the set is, the account, the day, 1 where the target came true,
/// the groups of the report of fairness, and the features.
enum TrainingRows {
  static func bytes(_ training: TrainingTable, _ test: TrainingTable) -> [UInt8] {
    var table = TableRow()
    table.header(
      ["set", "account", "date", "outcome"] + training.groups.map(\.name)
        + training.features.map(\.name))
    for (name, rows) in [("training", training), ("test", test)] {
      for row in 0..<rows.count {
        table.word(name)
        table.word(rows.accounts[row])
        table.word(rows.dates[row].text)
        table.integer(rows.outcomes[row] ? 1 : 0)
        for grouping in rows.groups { table.word(grouping.labels[row]) }
        for column in rows.columns {
          if column[row] == Feature.missing { table.word("") } else { table.integer(column[row]) }
        }
        table.end()
      }
    }
    return table.bytes
  }
}

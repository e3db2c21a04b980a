internal import CanonicalJSON

/// What an import read and recorded, in all and by rule of its mapping.
struct ImportSummary {
  let reader: ImportReader
  let tally: Recorder.Tally

  /// Figures of the whole run, one a line.
  func totals(in language: Language) -> Table {
    let counts = reader.counts
    var table = Table([.init(""), .init("", .right)])
    let lines = [
      (Text("rows read", "filas leídas"), counts.rows),
      (Text("events recorded", "eventos registrados"), tally.recorded),
      (Text("recorded before", "registrados antes"), tally.repeated),
      (Text("refused, left out", "rechazados, excluidos"), tally.refused),
      (Text("of amount zero, no event", "de monto cero, sin evento"), counts.omitted),
      (Text("rows that say nothing", "filas que no dicen nada"), counts.silentRows),
      (
        Text("figures of the source that do not add up", "cifras de la fuente que no cuadran"),
        reader.warnings.count
      ),
    ]
    for (name, count) in lines { table.add([name[language], grouped(Int64(count))]) }
    return table
  }

  /// What each rule made of how many rows.
  var rules: Table {
    var table = Table([
      .init(Text("rule", "regla")), .init(Text("rows", "filas"), .right),
      .init(Text("events", "eventos"), .right), .init(Text("zero", "cero"), .right),
    ])
    for (rule, count) in zip(reader.mapping.rules, reader.counts.rules) {
      table.add(
        [rule.name] + [count.rows, count.drafts, count.omitted].map { grouped(Int64($0)) })
    }
    return table
  }

  /// The same for a program.
  var json: JSONValue {
    let counts = reader.counts
    let rules = zip(reader.mapping.rules, counts.rules).map { rule, count in
      JSONValue.object([
        "rule": .string(rule.name), "rows": .integer(Int64(count.rows)),
        "events": .integer(Int64(count.drafts)), "omitted": .integer(Int64(count.omitted)),
      ])
    }
    let warnings = reader.warnings.map { warning in
      JSONValue.object([
        "line": .integer(Int64(warning.row)), "code": .string(warning.code.rawValue),
        "message": .string(warning.message),
      ])
    }
    return .object([
      "rows": .integer(Int64(counts.rows)), "recorded": .integer(Int64(tally.recorded)),
      "repeated": .integer(Int64(tally.repeated)), "refused": .integer(Int64(tally.refused)),
      "omitted": .integer(Int64(counts.omitted)),
      "rowsWithoutEvent": .integer(Int64(counts.silentRows)), "rules": .array(rules),
      "warnings": .array(warnings),
    ])
  }
}

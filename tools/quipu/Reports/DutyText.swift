internal import CanonicalJSON
internal import Collections
internal import Projections

/// The duties not kept, in words and as JSON.
struct DutyText {
  private let breaches: [DutyReport.Breach]
  private let limit: Int

  init(_ report: DutyReport, rule: String?, limit: Int) {
    breaches = rule == nil ? report.breaches : report.breaches.filter { $0.rule == rule }
    self.limit = limit
  }

  /// `[{"citation","inputs","kind","on","policy","rule","seq","stream","verdict","version"}]`.
  var json: JSONValue {
    .array(
      breaches.map { breach in
        .object([
          "citation": .string(breach.citation), "inputs": .string(breach.inputs),
          "kind": .string(breach.kind.rawValue), "on": .string(breach.on.text),
          "policy": .string(breach.policy), "rule": .string(breach.rule),
          "seq": .integer(breach.seq), "stream": .string(breach.stream),
          "verdict": .string("\(breach.verdict)"), "version": .integer(breach.version),
        ])
      })
  }

  /// Nothing where all were kept.
  func print(on console: Console) throws {
    guard !breaches.isEmpty else { return }
    try console.print(
      counted(
        Int64(breaches.count),
        Text("duty beside contacts was not kept", "deber ajeno a los contactos no se cumplió"),
        Text(
          "duties beside contacts were not kept", "deberes ajenos a los contactos no se cumplieron")
      )
    )
    guard limit > 0 else { return }
    var table = Table([
      Table.Column(Text("seq", "seq"), .right), Table.Column(Text("day", "día")),
      Table.Column(Text("stream", "secuencia")), Table.Column(Text("rule", "regla")),
      Table.Column(Text("verdict", "veredicto")), Table.Column(Text("by", "por")),
      Table.Column(Text("source", "fuente")),
    ])
    for breach in breaches.prefix(limit) {
      table.add([
        "\(breach.seq)", breach.on.text, breach.stream, breach.rule,
        breach.verdict.text[console.language], breach.inputs, breach.citation,
      ])
    }
    try console.print(table)
    if breaches.count > limit {
      try console.print(
        Text(
          "… and \(breaches.count - limit) more: --limit N, --rule RULE or --json",
          "… y \(breaches.count - limit) más: --limit N, --rule REGLA o --json"))
    }
  }
}

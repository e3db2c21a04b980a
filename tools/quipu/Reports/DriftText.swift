internal import CanonicalJSON
internal import Collections
internal import Projections

/// How a model's scores moved, for a reader at a terminal and as JSON.
struct DriftText {
  private let report: DriftReport
  private let model: ScoringModel
  private let day: CivilDate
  private let size: Int64

  init(_ report: DriftReport, _ model: ScoringModel, on day: CivilDate, knownAt size: Int64) {
    (self.report, self.model, self.day, self.size) = (report, model, day, size)
  }

  /// Prints a line a month.
  func print(on console: Console) throws {
    let language = console.language
    try console.print(
      Text(same: "\(model.id) \(model.version): ") + model.target.words + Text(same: "; ")
        + asOf(day, knownAt: size))
    try console.print(
      report.isFirstMonth
        ? Text(
          "its document does not say what points it was trained on: against the first month",
          "su documento no dice con qué puntos se entrenó: frente al primer mes")
        : Text("against the points it was trained on", "frente a los puntos de su entrenamiento"))
    var table = Table([
      Table.Column(Text("month", "mes")), Table.Column(Text("scores", "puntajes"), .right),
      Table.Column(Text("mean points", "puntos, media"), .right),
      Table.Column(Text("stability index", "índice de estabilidad"), .right), Table.Column(""),
      Table.Column(Text("windows over", "plazos cumplidos"), .right),
      Table.Column(Text("predicted", "predicho"), .right),
      Table.Column(Text("came true", "ocurrido"), .right),
    ])
    for month in report.months {
      table.add([
        month.name, grouped(month.count), grouped(month.points / max(1, month.count)),
        Self.index(month.stabilityBp), Self.verdict(month.stabilityBp)[language],
        grouped(month.closed), Self.share(month.predictedBp, of: month.closed),
        Self.share(month.cameTrue * 10_000, of: month.closed),
      ])
    }
    try console.print(table)
    if model.target.dependsOnTreatment {
      try console.print(
        Text(
          "what came true depends on how people were treated, not on them alone",
          "lo ocurrido depende también de cómo se trató a las personas"))
    }
  }

  /// `0.1234`.
  private static func index(_ bp: Int64) -> String { amountText(bp, digits: 4) }

  static func verdict(_ bp: Int64) -> Text {
    if bp >= DriftReport.shiftBp { return Text("shifted", "desplazado") }
    if bp >= DriftReport.watchBp { return Text("to be watched", "en observación") }
    return Text("stable", "estable")
  }

  static func share(_ sumBp: Int64, of count: Int64) -> String {
    count == 0 ? "–" : percentText((2 * sumBp + count) / (2 * count))
  }

  /// All of it.
  var json: JSONValue {
    .object([
      "bounds": .array(report.bounds.map { .integer($0) }),
      "knownAt": .object(["size": .integer(size)]), "model": .string(model.id),
      "months": .array(
        report.months.map { month in
          .object([
            "cameTrue": .integer(month.cameTrue), "closed": .integer(month.closed),
            "month": .string(month.name), "points": .integer(month.points),
            "predictedBp": month.closed == 0
              ? .null : .integer((2 * month.predictedBp + month.closed) / (2 * month.closed)),
            "psiBp": .integer(month.stabilityBp), "scores": .integer(month.count),
            "spans": .array(month.spans.map { .integer($0) }),
          ])
        }),
      "on": .string(day.text),
      "reference": .array(report.reference.map { .integer($0) }),
      "referenceIs": .string(report.isFirstMonth ? "firstMonth" : "training"),
      "target": model.target.json, "version": .integer(model.version),
    ])
  }
}

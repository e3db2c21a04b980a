internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Option {
  static let driftFrom = Option(
    "from", Text("DATE", "FECHA"), .date,
    doc: Text(
      "the first day that scores were asked of; else a year before --to",
      "el primer día de los puntajes; si no, un año antes de --to"))

  static let driftTo = Option(
    "to", Text("DATE", "FECHA"), .date,
    doc: Text(
      "the last day that scores were asked of; else --on",
      "el último día de los puntajes; si no, --on"))
}

extension Command {
  static let drift = Command(
    "drift",
    Text("whether a model still means what it meant", "si un modelo aún dice lo que decía"),
    details: Text(
      "The recorded scores of a model by month: how their points moved against those it was trained "
        + "on (population stability index; below 0.10 stable, from 0.25 on a shift, and exit 1), "
        + "and what was predicted against what came true, of scores whose window was over by --on.",
      "Los puntajes registrados de un modelo por mes: cómo se movieron sus puntos frente a los de su "
        + "entrenamiento (índice de estabilidad poblacional; menos de 0.10 estable, desde 0.25 un "
        + "desplazamiento, y sale con 1), y lo predicho frente a lo ocurrido, de los puntajes cuyo "
        + "plazo había terminado hasta --on."),
    options: [
      .scoringModel, .modelVersion, .driftFrom, .driftTo, .on, .knownAt, .jobs, .fromScratch,
    ],
    examples: [
      Example(
        "quipu drift --model pays30 --from 2026-01-01 --to 2026-06-30",
        Text("half a year, month by month", "medio año, mes por mes"))
    ]
  ) { try DriftRun($0).run() }
}

/// One run of `drift`.
private struct DriftRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    guard let name = invocation.value(.scoringModel) else {
      throw invocation.wrongUsage(
        Text("--model says which model", "--model dice qué modelo"),
        [Failure.Detail("expected", "--model MODEL; `quipu model list` names them")])
    }
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let to = invocation.date(.driftTo) ?? day
    let from = invocation.date(.driftFrom) ?? to - 365
    guard from <= to else {
      throw invocation.wrongUsage(
        Text(
          "--from \(from.text) is after \(to.text)", "--from \(from.text) es posterior a \(to.text)"
        ))
    }
    let projections = try invocation.readModel(of: view, at: size).model
    let models = RegisteredModels(projections, knownAt: size)
    let found = try models.model(name, version: invocation.integer(.modelVersion))
    // When events were recorded bears on promises alone; that is a pass of its own.
    let recorded =
      found.model.target == .keepsPromise
      ? try invocation.recordedDays(of: view, for: found.model.knowledge) : RecordedDays()
    let scope = DriftReport.Scope(from: from, to: to, cutoff: day, knownAt: size)
    let jobs = invocation.jobs
    let report = DriftReport(projections, of: found.model, scope, recorded: recorded, jobs: jobs)
    guard !report.months.isEmpty else {
      throw Failure(
        .refused, "no_scores",
        Text(
          "no score of \(name) \(found.model.version) was recorded of \(from.text) to \(to.text)",
          "no hay puntajes registrados de \(name) \(found.model.version) del \(from.text) al \(to.text)"
        ),
        [
          Failure.Detail(
            "expected", "`quipu score --model \(name) --on DATE --record`, or other days")
        ])
    }
    for failure in report.failures { console.warn(Failure(failure)) }
    let text = DriftText(report, found.model, on: day, knownAt: size)
    if console.json { try console.print(text.json) } else { try text.print(on: console) }
    let hasShifted = report.months.contains { $0.stabilityBp >= DriftReport.shiftBp }
    return report.failures.isEmpty && !hasShifted ? .done : .foundWrong
  }
}

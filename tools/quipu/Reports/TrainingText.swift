internal import Collections
internal import Training

/// The report on a trained model for a reader at a terminal.
struct TrainingText {
  private let report: TrainingReport
  private let model: ScoringModel
  private let console: Console

  init(_ report: TrainingReport, _ model: ScoringModel, _ console: Console) {
    (self.report, self.model, self.console) = (report, model, console)
  }

  func print(split: String) throws {
    try console.print(
      Text(
        "\(model.id) \(model.version) foretells \(model.target.text), split \(split)",
        "\(model.id) \(model.version) predice \(model.target.text), corte \(split)"))
    try console.print(
      Text("learned from ", "aprendido de ") + sample(report.training)
        + Text("; measured by ", "; medido con ") + sample(report.test))
    for remark in report.remarks(on: model) {
      try console.print(Text("! ", "! ") + Self.text(of: remark))
    }
    try console.print("")
    try console.print(metrics)
    try console.print("")
    try console.print(inputs)
    try console.print("")
    try console.print(deciles)
    for check in report.fairness { try print(check) }
  }

  private func sample(_ sample: TrainingReport.Sample) -> Text {
    let rows = grouped(Int64(sample.rows))
    let share = percent(sample.rows > 0 ? Int64(sample.events * 10_000 / sample.rows) : 0)
    let (first, last) = (sample.first?.text ?? "–", sample.last?.text ?? "–")
    return Text(
      "\(rows) rows (\(share) true) of \(first) to \(last)",
      "\(rows) filas (\(share) cumplidas) del \(first) al \(last)")
  }

  /// 1 as `1.0000`.
  private func unit(_ bp: Int64?) -> String { bp.map { amountText($0, digits: 4) } ?? "–" }

  private func percent(_ bp: Int64) -> String { amountText(bp) + " %" }

  private func range(_ figure: TrainingReport.Figure?) -> String {
    guard let figure, figure.low != nil else { return "–" }
    return unit(figure.low) + " … " + unit(figure.high)
  }

  private var metrics: Table {
    var table = Table([
      Table.Column(Text("figure", "cifra")), Table.Column(Text("value", "valor"), .right),
      Table.Column(Text("95 of 100", "95 de 100")),
    ])
    let figures = [
      ("AUC", report.auc), ("Gini", report.gini), ("KS", report.ks), ("Brier", report.brier),
      ("PSI", report.psi),
    ]
    for (name, figure) in figures { table.add([name, unit(figure.value), range(figure)]) }
    return table
  }

  private var inputs: Table {
    var table = Table([
      Table.Column(Text("feature", "variable")),
      Table.Column(Text("information", "información"), .right),
      Table.Column(Text("bins", "tramos"), .right), Table.Column(Text("says", "qué dice")),
    ])
    for input in report.inputs where input.left == nil {
      let definition = input.binning.feature.definition
      table.add([
        input.binning.feature.name, unit(input.information), "\(input.binning.bins.count)",
        Text(definition.english, definition.spanish)[console.language],
      ])
    }
    return table
  }

  private var deciles: Table {
    var table = Table([
      Table.Column(Text("from points", "desde puntos"), .right),
      Table.Column(Text("rows", "filas"), .right),
      Table.Column(Text("foretold", "previsto"), .right),
      Table.Column(Text("came true", "cumplido"), .right),
      Table.Column(Text("bounds, all at once 99 of 100", "límites, todos a la vez 99 de 100")),
      Table.Column(Text("lift", "veces la media"), .right),
    ])
    for decile in report.deciles {
      table.add([
        "\(decile.from)", grouped(Int64(decile.rows)), percent(decile.predicted),
        percent(decile.observed),
        percent(decile.low) + " … " + percent(decile.high) + (decile.isInside ? "" : " !"),
        amountText(decile.lift, digits: 4),
      ])
    }
    return table
  }

  private func print(_ check: Fairness) throws {
    try console.print("")
    let by =
      check.name == "region"
      ? Text("region", "región") : Text("birth decade", "década de nacimiento")
    let against = check.reference.map { Text(", against \($0)", ", frente a \($0)") } ?? ""
    try console.print(
      Text("fairness by ", "equidad por ") + by
        + Text(", chosen at \(check.cut) points", ", con corte en \(check.cut) puntos") + against)
    var table = Table([
      Table.Column(Text("group", "grupo")), Table.Column(Text("rows", "filas"), .right),
      Table.Column(Text("chosen", "elegidos"), .right),
      Table.Column(Text("impact ratio", "razón de impacto"), .right),
      Table.Column(Text("95 of 100", "95 de 100")),
      Table.Column(Text("equal opportunity", "igualdad de oportunidad"), .right),
      Table.Column(Text("95 of 100", "95 de 100")), Table.Column(Text("AUC", "AUC"), .right),
    ])
    for group in check.groups {
      let name =
        group.label.isEmpty ? Text("unknown", "desconocido")[console.language] : group.label
      let small = Text("sample too small", "muestra muy pequeña")[console.language]
      table.add([
        name, grouped(Int64(group.rows)), percent(group.selected.value),
        unit(group.impactRatio?.value), group.isSmall ? small : range(group.impactRatio),
        unit(group.opportunityDifference?.value), range(group.opportunityDifference),
        unit(group.auc?.value),
      ])
    }
    try console.print(table)
  }

  private static func text(of remark: TrainingReport.Remark) -> Text {
    switch remark {
    case .effectiveKnowledge:
      Text(
        "what was known at past moments was told by the days of the events alone",
        "lo que se sabía en momentos pasados se tomó solo de las fechas de los eventos")
    case .dependsOnTreatment:
      Text(
        "the target depends on how people were treated, not on them alone",
        "el objetivo depende de cómo se trató a las personas, no solo de ellas")
    case .notCalibrated:
      Text(
        "in some tenth of the rows what is foretold is not what came of it",
        "en algún décimo de las filas lo previsto no es lo que ocurrió")
    case .shifted:
      Text(
        "the rows measured by differ much from those learned from",
        "las filas con que se mide difieren mucho de las aprendidas")
    case .adverseImpact:
      Text(
        "some group is chosen less than four fifths as often as the reference",
        "algún grupo se elige menos de cuatro quintos de lo que se elige la referencia")
    case .fairnessUnknown:
      Text(
        "fairness cannot be told: there are no two groups large enough",
        "no se puede juzgar la equidad: no hay dos grupos bastante grandes")
    }
  }

  /// What a refusal says first.
  static func refusal(_ code: TrainingError.Code) -> Text {
    switch code {
    case .noRows: Text("there are no rows to learn from", "no hay filas de las que aprender")
    case .tooFewRows:
      Text("there are too few rows to learn from", "hay muy pocas filas para aprender")
    case .oneClass:
      Text(
        "the target came true of all rows or of none",
        "el objetivo se cumplió en todas las filas o en ninguna")
    case .noTestRows:
      Text("there are no rows to measure by", "no hay filas con que medir")
    case .noClosedWindow:
      Text("no moment's window is closed yet", "aún no cierra la ventana de ningún momento")
    case .noFeature:
      Text("no feature tells anything of the target", "ninguna variable dice algo del objetivo")
    case .collinear:
      Text("some columns follow from others", "unas columnas se deducen de otras")
    case .separated:
      Text(
        "the columns part the classes without a mistake",
        "las columnas separan las clases sin error")
    case .notConverged:
      Text("the fit does not come to rest", "el ajuste no converge")
    case .noNumber:
      Text("an account's id ends in no number", "el id de una cuenta no termina en número")
    case .unreadable:
      Text("the model is in no form that is known", "el modelo no está en una forma conocida")
    case .unsupported:
      Text("the model has what cannot be taken in", "el modelo tiene algo que no se puede importar")
    case .unknownFeature:
      Text("there is no such feature", "no hay tal variable")
    case .forbiddenFeature:
      Text("no score may go by it", "ningún puntaje puede basarse en eso")
    }
  }
}

internal import CanonicalJSON
internal import Collections

// What a model's points mean, what gives them, and how it treats groups.
extension ModelPage {
  // MARK: What its points mean

  func writeMeaning(_ html: inout HTMLWriter) {
    let steps = model.calibration
    guard !steps.isEmpty else { return }
    html.part("meaning", say("What points mean", "Qué significan los puntos")) { html in
      html.wideTable(
        say("Points and probability", "Puntos y probabilidad"),
        heads: [
          say("points from", "puntos desde"), say("probability", "probabilidad"),
          say("picture", "gráfico"),
        ], numbers: [0, 1],
        rows: steps.enumerated().map { place, step in
          [
            .text(place == 0 ? say("any", "cualquiera") : grouped(step.from)),
            .text(percentText(step.bp)),
            .bar(
              [(Int(step.bp / 10), "p0"), (1_000 - Int(step.bp / 10), "rest")], percentText(step.bp)
            ),
          ]
        })
    }
  }

  func writeCard(_ card: Scorecard, _ html: inout HTMLWriter) {
    html.part(
      "card", say("What it goes by", "En qué se basa"),
      say(
        "Points by feature; everybody begins with \(grouped(card.base)).",
        "Puntos por variable; todos empiezan con \(grouped(card.base)).")
    ) { html in
      let all = card.parts.flatMap { $0.spans(language) }
      let most = max(1, all.map { abs($0.points) }.max() ?? 1)
      var rows: [[HTMLWriter.Cell]] = []
      for part in card.parts {
        for (place, span) in part.spans(language).enumerated() {
          let length = Int(abs(span.points) * 500 / most)
          let isGood = (span.points >= 0) == model.isFavourable
          rows.append([
            place == 0
              ? .head(
                .noted(.text(part.feature.name), part.feature.definition.text[language]))
              : "", .text(span.name), .text(signedText(span.points)),
            .bar(
              [
                (span.points < 0 ? 500 - length : 500, "none"),
                (max(2, length), isGood ? "good" : "bad"),
              ], signedText(span.points)),
            place == 0 ? .text(part.reason.text[language]) : "",
          ])
        }
      }
      html.wideTable(
        say("Features and points", "Variables y puntos"),
        heads: [
          say("feature", "variable"), say("value", "valor"), say("points", "puntos"),
          say("picture", "gráfico"),
          say("said where it counts against", "lo que se dice si cuenta en contra"),
        ], numbers: [2], rows: rows)
    }
  }

  // MARK: Fairness

  /// How it would treat groups, as its document says; the report of `quipu train` has it.
  func writeFairness(_ html: inout HTMLWriter) {
    let checks = model.training["fairness"]?.arrayValue ?? []
    html.part(
      "fairness", say("How it treats groups", "Cómo trata a los grupos"),
      say(
        "How often a group would be chosen against the reference; below 80 % is called adverse impact.",
        "Cada cuánto sería elegido un grupo frente a la referencia; menos de 80 % se llama impacto adverso."
      )
    ) { html in
      guard !checks.isEmpty else {
        return html.nothing(
          say(
            "Its document says nothing of groups: the report that `quipu train --report` wrote does.",
            "Su documento no dice nada de grupos: lo dice el informe que escribió `quipu train --report`."
          ))
      }
      for check in checks { write(check, &html) }
    }
  }

  private func write(_ check: JSONValue, _ html: inout HTMLWriter) {
    let name = Self.grouping(check["by"]?.stringValue ?? "")[language]
    let reference = check["reference"]?.stringValue
    html.element("h3", say("By \(name)", "Por \(name)"))
    if let reference {
      html.paragraph(
        say(
          "Reference: \(reference), the group chosen most often.",
          "Referencia: \(reference), el grupo elegido con más frecuencia."), isNote: true)
    }
    html.wideTable(
      say("By \(name)", "Por \(name)"),
      heads: [
        name, say("rows", "filas"), say("good outcome", "resultado bueno"),
        say("chosen", "elegidos"), say("against the reference", "frente a la referencia"),
        say("picture", "gráfico"),
        say("right ones chosen, against the reference", "aciertos frente a la referencia"), "AUC",
      ], numbers: [1, 2, 3, 4, 6, 7],
      rows: (check["groups"]?.arrayValue ?? []).map { row(of: $0) })
  }

  /// A group's figures, each with its interval; of one too small there are few.
  private func row(of group: JSONValue) -> [HTMLWriter.Cell] {
    func figure(_ key: String) -> HTMLWriter.Cell {
      guard let value = group[key]?["value"]?.integerValue else { return "–" }
      let bounds = (group[key]?["low"]?.integerValue, group[key]?["high"]?.integerValue)
      guard case (let low?, let high?) = bounds else { return .text(percentText(value)) }
      return .noted(.text(percentText(value)), "\(percentText(low)) – \(percentText(high))")
    }
    let ratio = group["impactRatioBp"]
    let value = ratio?["value"]?.integerValue
    // Beyond what chance explains: the whole interval lies below four fifths.
    let isBad = (ratio?["high"]?.integerValue ?? 10_000) < 8_000
    let name = group["group"]?.stringValue ?? say("not known", "no consta")
    return [
      .head(
        group["tooSmall"] == .bool(true)
          ? .noted(.text(name), say("too few to judge", "muy pocos para juzgar")) : .text(name)),
      .text(grouped(group["rows"]?.integerValue ?? 0)),
      .text(grouped(group["favourable"]?.integerValue ?? 0)), figure("selectedBp"),
      figure("impactRatioBp"),
      value.map {
        .bar(
          [
            (Int(min($0, 10_000) / 10), isBad ? "bad" : "credit"),
            (Int(max(0, 10_000 - $0) / 10), "rest"),
          ],
          percentText($0))
      } ?? "–", figure("opportunityDifferenceBp"), figure("aucBp"),
    ]
  }

  private static func grouping(_ name: String) -> Text {
    switch name {
    case "birthDecade": Text("birth decade", "década de nacimiento")
    case "region": Text("region", "región")
    default: Text(same: name)
    }
  }
}

internal import Collections
internal import Projections

/// Why an account has its score, before a reader at a terminal.
struct ExplanationText {
  private let score: ExplainedScore
  private var model: ScoringModel { score.model }
  private var parts: [ScoreExplanation.Part] { score.explanation.parts }

  /// Of a score.
  init(_ score: ExplainedScore) { self.score = score }

  /// The sentence, and every feature in a table.
  func print(on console: Console) throws {
    try printShort(on: console)
    try console.print("")
    try console.print(table(console.language))
  }

  /// The sentence alone.
  func printShort(on console: Console) throws {
    try console.print(sentence)
    try console.print(against)
  }

  /// `A-1 has 512 points on 2026-03-31: with a probability of 41.07 % it pays …`.
  var sentence: Text {
    let now = score.explanation.score
    let (points, chance) = (grouped(now.points), percentText(now.probabilityBp))
    let head = Text(
      "\(score.account) has \(points) points by \(model.id) \(model.version) on \(score.day.text): "
        + "a probability of \(chance) of this: ",
      "\(score.account) tiene \(points) puntos según \(model.id) \(model.version) al \(score.day.text): "
        + "una probabilidad de \(chance) de esto: ")
    return head + model.target.words
  }

  /// What counts most against the person, the worst first.
  var against: Text {
    let reasons = score.explanation.score.reasons.features
    guard !reasons.isEmpty else {
      return Text(
        "nothing counts against the person", "nada cuenta en contra de la persona")
    }
    let digits = score.currency.minorDigits
    func list(_ language: Language) -> String {
      reasons.compactMap { feature in
        guard let part = parts.first(where: { $0.feature == feature }),
          let reason = model.reason(of: feature)?.text[language]
        else { return nil }
        let value = feature.valueText(part.value, language, digits: digits)
        return "\(reason) (\(feature.name) \(value))"
      }.joined(separator: "; ")
    }
    return Text(
      "what counts most against: \(list(.english))",
      "lo que más cuenta en contra: \(list(.spanish))")
  }

  private func table(_ language: Language) -> Table {
    let hasBins = parts.contains { $0.best != nil }
    var columns = [
      Table.Column(Text("feature", "variable")), Table.Column(Text("value", "valor"), .right),
      Table.Column(Text("points", "puntos"), .right),
    ]
    if hasBins {
      columns += [
        Table.Column(Text("best", "mejor"), .right), Table.Column(Text("among", "entre")),
      ]
    }
    columns.append(Table.Column(Text("what it says", "qué dice")))
    var table = Table(columns)
    func add(_ name: Text, _ points: Int64) {
      let blanks = hasBins ? ["", ""] : []
      table.add([name[language], "", grouped(points)] + blanks + [""])
    }
    add(Text("to begin with", "al empezar"), score.explanation.base)
    for part in parts {
      let value = part.feature.valueText(
        part.value, language, digits: score.currency.minorDigits)
      var cells = [part.feature.name, value, signedText(part.points)]
      if hasBins {
        cells += [part.best.map(signedText) ?? "", span(of: part, language)]
      }
      table.add(cells + [part.feature.definition.text[language]])
    }
    if score.explanation.cut != 0 { add(Text("cut off", "recorte"), score.explanation.cut) }
    add(Text("points", "puntos"), score.explanation.score.points)
    return table
  }

  private func span(of part: ScoreExplanation.Part, _ language: Language) -> String {
    guard case .scorecard(let card) = model.body,
      let found = card.parts.first(where: { $0.feature == part.feature })
    else { return "" }
    return found.span(of: part.value, language, digits: score.currency.minorDigits)
  }
}

internal import Collections
internal import Projections

/// A scoring model before a reader at a terminal: what it foretells, what it goes by, what points mean.
struct ModelText {
  private let model: ScoringModel
  private let entry: RegisteredModels.Entry?

  /// A model, and how it is registered if it is.
  init(_ model: ScoringModel, _ entry: RegisteredModels.Entry?) {
    (self.model, self.entry) = (model, entry)
  }

  /// Prints all of it.
  func print(on console: Console) throws {
    let language = console.language
    try console.print(Text(same: "\(model.id) \(model.version): ") + model.title.text)
    if let entry {
      try console.print(
        Text(
          "registered at seq \(entry.seq), \(entry.effective.text), ",
          "registrado en seq \(entry.seq), \(entry.effective.text), ") + entry.state)
    }
    let side =
      model.isFavourable
      ? Text("good for the person", "favorable a la persona")
      : Text("bad for the person", "desfavorable a la persona")
    try console.print(
      Text("foretells: ", "predice: ") + model.target.words + Text(same: " (") + side
        + Text(same: ")"))
    if model.target.dependsOnTreatment {
      try console.print(
        Text(
          "this depends on how people were treated, not on them alone",
          "esto depende también de cómo se trató a las personas"))
    }
    if model.knowledge == .effective {
      try console.print(
        Text(
          "its features take each event as known on its own effective date",
          "sus variables toman cada evento como conocido en su propia fecha efectiva"))
    }
    switch model.body {
    case .scorecard(let card): try print(card, on: console)
    case .trees(let trees): try print(trees, on: console)
    }
    var table = Table([
      Table.Column(Text("points", "puntos")),
      Table.Column(Text("probability", "probabilidad"), .right),
    ])
    let steps = model.calibration
    for (place, step) in steps.enumerated() {
      let last = place + 1 < steps.count ? steps[place + 1].from - 1 : nil
      let span =
        switch (place == 0, last) {
        case (true, nil): Text("any", "cualquiera")[language]
        case (true, let last?): "≤ \(grouped(last))"
        case (false, nil): "≥ \(grouped(step.from))"
        case (false, let last?): "\(grouped(step.from)) – \(grouped(last))"
        }
      table.add([span, percentText(step.bp)])
    }
    try console.print("")
    try console.print(table)
  }

  private func print(_ card: Scorecard, on console: Console) throws {
    let scale = card.scaling
    try console.print(
      Text(
        "scorecard: \(grouped(card.base)) points to begin with; "
          + "\(grouped(scale.basePoints)) are odds of \(odds(scale.baseOddsBp)) to 1, "
          + "\(scale.pointsToDouble) more double them",
        "tarjeta de puntaje: empieza con \(grouped(card.base)) puntos; "
          + "\(grouped(scale.basePoints)) son chances de \(odds(scale.baseOddsBp)) a 1, "
          + "\(scale.pointsToDouble) más las duplican"))
    var table = Table([
      Table.Column(Text("feature", "variable")), Table.Column(Text("value", "valor")),
      Table.Column(Text("points", "puntos"), .right),
      Table.Column(Text("said where it counts against", "lo que se dice si cuenta en contra")),
    ])
    for part in card.parts {
      for (place, span) in part.spans(console.language).enumerated() {
        table.add([
          place == 0 ? part.feature.name : "", span.name, signedText(span.points),
          place == 0 ? part.reason.text[console.language] : "",
        ])
      }
    }
    try console.print("")
    try console.print(table)
  }

  private func print(_ trees: TreeEnsemble, on console: Console) throws {
    let nodes = trees.trees.reduce(0) { $0 + $1.count }
    try console.print(
      Text(
        "\(trees.trees.count) boosted trees of \(grouped(Int64(nodes))) nodes, values by "
          + grouped(trees.scale),
        "\(trees.trees.count) árboles potenciados de \(grouped(Int64(nodes))) nodos, valores por "
          + grouped(trees.scale)))
    var splits = [Int](repeating: 0, count: trees.inputs.count)
    for node in trees.trees.joined() where !node.isLeaf { splits[Int(node.input)] += 1 }
    var table = Table([
      Table.Column(Text("feature", "variable")), Table.Column(Text("splits", "cortes"), .right),
      Table.Column(Text("said where it counts against", "lo que se dice si cuenta en contra")),
    ])
    for (input, count) in zip(trees.inputs, splits) {
      table.add([input.feature.name, "\(count)", input.reason.text[console.language]])
    }
    try console.print("")
    try console.print(table)
  }

  /// Odds in basis points as `1` or `1.5`.
  private func odds(_ bp: Int64) -> String {
    bp % 10_000 == 0 ? grouped(bp / 10_000) : amountText(bp / 100)
  }
}

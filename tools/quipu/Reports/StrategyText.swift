internal import CanonicalJSON
internal import Collections

/// A strategy for a reader: its arms, segments and ladders.
struct StrategyText {
  private let strategy: Strategy

  init(_ strategy: Strategy) { self.strategy = strategy }

  /// What it holds, in figures and names; the document itself says the rest.
  var json: JSONValue {
    .object([
      "arms": .array(
        strategy.arms.map { arm in
          .object([
            "arm": .string(arm.id), "buckets": .integer(arm.buckets),
            "role": .string(arm.role.rawValue),
          ])
        }),
      "currency": .string(strategy.currency.code),
      "jurisdiction": .string(strategy.jurisdiction),
      "offers": .array(strategy.offers.map { .string($0.id) }),
      "segments": .array(
        strategy.segments.map { segment in
          .object([
            "ladders": .array(
              segment.ladders.map { steps in .array(steps.map { .string($0.id) }) }),
            "segment": .string(segment.id), "title": segment.title.json,
          ])
        }),
      "strategy": .string(strategy.id), "title": strategy.title.json,
      "version": .integer(strategy.version),
    ])
  }

  /// Prints it.
  func print(on console: Console) throws {
    try console.print(
      Text(same: "\(strategy.id) \(strategy.version), \(strategy.jurisdiction): ")
        + strategy.title.text)
    if !strategy.note.isEmpty { try console.print(printable(strategy.note)) }
    try console.print(
      Text(
        same: strategy.arms.map { "\($0.id) \(amountText($0.buckets)) % (\($0.role))" }
          .joined(separator: ", ")))
    let digits = strategy.currency.minorDigits
    var table = Table([
      Table.Column(Text("segment", "segmento")), Table.Column(Text("arm", "brazo")),
      Table.Column(Text("step", "paso")), Table.Column(Text("kind", "clase")),
      Table.Column(Text("channels", "canales")), Table.Column(Text("tries", "intentos"), .right),
      Table.Column(Text("cost", "costo"), .right), Table.Column(Text("offers", "ofertas")),
    ])
    for segment in strategy.segments {
      try console.print(Text(same: "\(segment.id): ") + segment.title.text)
      for (place, steps) in segment.ladders.enumerated() {
        if steps.isEmpty {
          table.add([
            segment.id, strategy.arms[place].id,
            Text("left alone", "no se hace nada")[console.language], "", "", "", "", "",
          ])
        }
        for step in steps {
          table.add([
            segment.id, strategy.arms[place].id, step.id,
            step.kind.text[console.language],
            step.channels.map { "\($0)" }.joined(separator: " "), "\(step.attempts)",
            amountText(step.cost, digits: digits), step.offers.joined(separator: " "),
          ])
        }
      }
    }
    try console.print(table)
  }
}

extension TreatmentStep.Kind {
  var text: Text {
    switch self {
    case .selfService: Text("self-service", "autoservicio")
    case .reminder: Text("reminder", "recordatorio")
    case .planOffer: Text("plan offer", "oferta de plan")
    case .person: Text("a person", "una persona")
    }
  }
}

internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Option {
  static let detect = Option(
    "detect", Text("BP", "PB"), .integer(1...5_000), standard: "200",
    doc: Text(
      "with compare: the difference worth knowing, in basis points; a sample too small to show it, with "
        + "80 % power at 5 %, is said to be",
      "con compare: la diferencia que importa, en puntos básicos; se dice si la muestra es muy pequeña "
        + "para mostrarla, con potencia del 80 % al 5 %"))
}

/// The arms of a strategy beside each other.
struct StrategyComparison {
  private let invocation: Invocation
  private var console: Console { invocation.console }

  init(_ invocation: Invocation) { self.invocation = invocation }

  func compare(_ name: String) throws -> ExitCode {
    let view = try invocation.openView()
    let size = try invocation.size(of: view)
    let to = try invocation.date(.throughDay) ?? invocation.day(of: view)
    let from = invocation.date(.fromDay) ?? CivilDate(days: 0)
    guard from <= to else {
      throw invocation.wrongUsage(
        Text("--from is after --to", "--from es posterior a --to"),
        [Failure.Detail("value", from.text), Failure.Detail("expected", "at most \(to.text)")])
    }
    let model = try invocation.readModel(of: view, at: size).model
    let strategy = try invocation.strategy(
      named: name, in: model, on: to, knownAt: size
    ).strategy
    let comparison = ArmComparison(
      model, strategy, from: from, to: to, knownAt: size, jobs: Processors.count)
    guard comparison.arms.contains(where: { $0.accounts > 0 }) else {
      throw Failure(
        .refused, "nothing_assigned",
        Text(
          "no account is assigned to an arm of \(strategy.id) by \(to.text)",
          "ninguna cuenta está asignada a un brazo de \(strategy.id) al \(to.text)"),
        [
          Failure.Detail(
            "expected", "`quipu worklist --record` assigns the accounts it proposes for")
        ])
    }
    if comparison.failures > 0 {
      console.warn(
        "accounts_left_out",
        Text(
          "\(comparison.failures) accounts could not be computed",
          "\(comparison.failures) cuentas no se pudieron calcular"))
    }
    let detect = (invocation.integer(.detect) ?? 200) * 100
    if console.json {
      try console.print(
        .object([
          "arms": .array(comparison.arms.enumerated().map { json($1, strategy.arms[$0]) }),
          "comparisons": .array(comparisons(comparison, strategy, detect).map(\.json)),
          "detectBp": .integer(detect / 100), "from": .string(from.text),
          "knownAt": .object(["size": .integer(size)]), "strategy": .string(strategy.id),
          "to": .string(to.text), "version": .integer(strategy.version),
        ]))
    } else {
      try print(comparison, strategy, detect)
    }
    return comparison.failures > 0 ? .foundWrong : .done
  }

  /// A challenger beside the champion, by one measure.
  private struct Line {
    var arm: String
    var measure: ArmComparison.Measure
    var difference: ShareInterval?
    var needed: Int64
    var verdict: ArmComparison.Verdict

    var json: JSONValue {
      .object([
        "arm": .string(arm), "difference": difference?.json ?? .null,
        "measure": .string(measure.rawValue), "needed": .integer(needed),
        "verdict": .string(verdict.rawValue),
      ])
    }
  }

  private func comparisons(
    _ comparison: ArmComparison, _ strategy: Strategy, _ detect: Int64
  ) -> [Line] {
    guard let champion = strategy.arms.firstIndex(where: { $0.role == .champion }) else {
      return []
    }
    return strategy.arms.indices.filter { $0 != champion }.flatMap { place in
      ArmComparison.Measure.allCases.map { measure in
        let (difference, needed, verdict) = ArmComparison.verdict(
          measure, comparison.arms[place], comparison.arms[champion], detect: detect)
        return Line(
          arm: strategy.arms[place].id, measure: measure, difference: difference, needed: needed,
          verdict: verdict)
      }
    }
  }

  private func json(_ arm: ArmComparison.Arm, _ declared: StrategyArm) -> JSONValue {
    .object([
      "accounts": .integer(Int64(arm.accounts)), "arm": .string(arm.id),
      "measures": JSONValue(
        members: ArmComparison.Measure.allCases.enumerated().map { place, measure in
          JSONMember(
            key: measure.rawValue,
            value: .object([
              "part": .integer(arm.parts[place]), "share": arm.share(measure)?.json ?? .null,
              "whole": .integer(arm.wholes[place]),
            ]))
        }), "role": .string(declared.role.rawValue),
    ])
  }

  private func print(
    _ comparison: ArmComparison, _ strategy: Strategy, _ detect: Int64
  ) throws {
    var table = Table([
      Table.Column(Text("arm", "brazo")), Table.Column(Text("accounts", "cuentas"), .right),
      Table.Column(Text("what", "qué")), Table.Column(Text("share", "parte"), .right),
      Table.Column(Text("95 % interval", "intervalo 95 %"), .right),
      Table.Column(Text("against the champion", "frente al campeón"), .right),
      Table.Column(Text("says", "dice")),
    ])
    let lines = comparisons(comparison, strategy, detect)
    for (place, arm) in comparison.arms.enumerated() {
      for measure in ArmComparison.Measure.allCases {
        let share = arm.share(measure)
        let line = lines.first { $0.arm == arm.id && $0.measure == measure }
        table.add([
          measure == .recovery ? arm.id : "", measure == .recovery ? "\(arm.accounts)" : "",
          measure.text[console.language], share.map { percent($0.value) } ?? "",
          share.map { "\(percent($0.low)) – \(percent($0.high))" } ?? "",
          line?.difference.map {
            "\(percent($0.value)) (\(percent($0.low)) – \(percent($0.high)))"
          } ?? "",
          strategy.arms[place].role == .champion
            ? Text("champion", "campeón")[console.language]
            : line.map { says($0)[console.language] } ?? "",
        ])
      }
    }
    try console.print(table)
  }

  private func says(_ line: Line) -> Text {
    switch line.verdict {
    case .better: Text("better", "mejor")
    case .worse: Text("worse", "peor")
    case .noDifference: Text("no difference shown", "sin diferencia visible")
    case .tooSmall:
      Text(
        "the sample is too small: \(line.needed) needed in each arm",
        "la muestra es muy pequeña: se necesitan \(line.needed) en cada brazo")
    }
  }

  /// `12.34 %` of parts per million.
  private func percent(_ millionths: Int64) -> String {
    let hundredths = (abs(millionths) + 50) / 100
    return (millionths < 0 ? "−" : "") + amountText(hundredths) + " %"
  }
}

extension ShareInterval {
  fileprivate var json: JSONValue {
    .object([
      "highPpm": .integer(high), "lowPpm": .integer(low), "ppm": .integer(value),
    ])
  }
}

extension ArmComparison.Measure {
  fileprivate var text: Text {
    switch self {
    case .recovery: Text("recovered of what was owed", "recuperado de lo adeudado")
    case .payers: Text("accounts that paid", "cuentas que pagaron")
    case .keptPromises: Text("promises kept", "promesas cumplidas")
    case .complaints: Text("accounts with a complaint", "cuentas con reclamo")
    case .optOuts: Text("debtors who opted out", "deudores que se dieron de baja")
    }
  }
}

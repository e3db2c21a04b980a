internal import Collections
internal import Projections

extension ExplainedScore {
  /// One step of the sum: what everybody begins with, a feature, the sum.
  struct Step {
    var name: Text
    var meaning = Text("")
    var from: Int64
    var to: Int64
    var isTotal: Bool
    var value: (Language) -> String = { _ in "" }
  }

  /// The steps, in the order of the model's document.
  var steps: [Step] {
    var reached = explanation.base
    var steps = [
      Step(name: Text("to begin with", "al empezar"), from: 0, to: reached, isTotal: true)
    ]
    for part in explanation.parts {
      steps.append(
        Step(
          name: Text(same: part.feature.name), meaning: part.feature.definition.text,
          from: reached, to: reached + part.points, isTotal: false,
          value: { part.feature.valueText(part.value, $0, digits: currency.minorDigits) }))
      reached += part.points
    }
    if explanation.cut != 0 {
      steps.append(
        Step(
          name: Text("cut off", "recorte"), from: reached, to: reached + explanation.cut,
          isTotal: false))
    }
    steps.append(
      Step(name: Text("points", "puntos"), from: 0, to: explanation.score.points, isTotal: true))
    return steps
  }
}

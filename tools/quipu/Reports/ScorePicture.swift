internal import Collections
internal import Projections

/// How the points of a score add up, as an SVG picture: a bar a feature from where the one before ended,
/// in whole numbers of a coordinate system of its own, without script; every figure stands as text beside
/// its bar, so it prints in grey too.
struct ScorePicture {
  private let score: ExplainedScore
  private let language: Language

  private static let width = 1120
  private static let (top, row) = (132, 34)
  /// Where names end, bars lie, and figures stand.
  private static let (names, left, right) = (400, 420, 960)
  private static let ink = "#1d2733"
  private static let faint = "#5a6673"
  private static let line = "#d5dbe1"
  private static let (good, bad, whole) = ("#2f7f86", "#b64f3c", "#44546a")

  init(_ score: ExplainedScore, _ language: Language) {
    (self.score, self.language) = (score, language)
  }

  /// The picture. O(features).
  var svg: [UInt8] {
    let bars = score.steps
    let height = Self.top + bars.count * Self.row + 40
    let words = ExplanationText(score)
    let title = Text(
      "Score of \(score.account) on \(score.day.text)",
      "Puntaje de \(score.account) al \(score.day.text)")[language]
    var out = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(height)" \
      width="\(Self.width)" height="\(height)" role="img" aria-labelledby="title desc" \
      lang="\(language.rawValue)" \
      font-family="system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif">
      <title id="title">\(Self.escaped(title))</title>
      <desc id="desc">\(Self.escaped((words.sentence + Text(same: ". ") + words.against)[language]))</desc>
      <rect width="\(Self.width)" height="\(height)" fill="#ffffff"/>

      """
    out += text(title, 32, 40, size: 22, weight: 600)
    let model = score.model
    let probability = percentText(score.explanation.score.probabilityBp)
    out += text(
      model.title.text[language] + " · \(model.id) \(model.version)", 32, 64, size: 13,
      fill: Self.faint)
    let meaning = Text(
      "\(grouped(score.explanation.score.points)) points: \(probability), "
        + model.target.words.english,
      "\(grouped(score.explanation.score.points)) puntos: \(probability), "
        + model.target.words.spanish)
    out += text(meaning[language], 32, 90, size: 15)
    out += text(
      asOf(score.day, knownAt: score.basis)[language], 32, 112, size: 13, fill: Self.faint)
    out += picture(of: bars)
    return Array((out + "</svg>\n").utf8)
  }

  private func picture(of bars: [ExplainedScore.Step]) -> String {
    // Steps decide the scale: a sum that begins far from nought is drawn from the edge.
    let steps = bars.filter { !$0.isTotal }.flatMap { [$0.from, $0.to] } + bars.map(\.to)
    let (least, most) = (steps.min() ?? 0, steps.max() ?? 0)
    let margin = max(1, (most - least) / 8)
    let (low, span) = (least - margin, most - least + 2 * margin)
    func x(_ points: Int64) -> Int {
      let clamped = min(max(points, low), low + span)
      return Self.left + Int((clamped - low) * Int64(Self.right - Self.left) / span)
    }
    var out = ""
    for (place, bar) in bars.enumerated() {
      let y = Self.top + place * Self.row
      let from = x(bar.isTotal ? low : bar.from)
      let to = x(bar.to)
      let difference = bar.to - bar.from
      let isGood = (difference >= 0) == score.model.isFavourable
      let colour = bar.isTotal ? Self.whole : isGood ? Self.good : Self.bad
      out += text(bar.name[language], Self.names - 90, y + 20, size: 13, anchor: "end")
      out += text(
        bar.value(language), Self.names, y + 20, size: 13, fill: Self.faint, anchor: "end")
      out += """
        <rect x="\(min(from, to))" y="\(y + 5)" width="\(max(2, abs(to - from)))" \
        height="\(Self.row - 12)" fill="\(colour)"/>

        """
      if place + 1 < bars.count {
        out += """
          <line x1="\(to)" x2="\(to)" y1="\(y + 5)" y2="\(y + Self.row + 5)" \
          stroke="\(Self.faint)" stroke-dasharray="2 2"/>

          """
      }
      let figure = bar.isTotal ? grouped(bar.to) : signedText(difference)
      out += text(
        figure, max(from, to) + 8, y + 21, size: 13, weight: bar.isTotal ? 600 : 400)
    }
    let bottom = Self.top + bars.count * Self.row + 22
    let side = Text(
      "green speaks for the person, red against; the scale begins at \(grouped(low))",
      "verde: a favor de la persona; rojo: en contra; la escala empieza en \(grouped(low))")
    return out + text(side[language], Self.left, bottom, size: 12, fill: Self.faint)
  }

  private func text(
    _ words: String, _ x: Int, _ y: Int, size: Int, weight: Int = 400, fill: String = ink,
    anchor: String = "start"
  ) -> String {
    """
    <text x="\(x)" y="\(y)" font-size="\(size)" font-weight="\(weight)" fill="\(fill)" \
    text-anchor="\(anchor)">\(Self.escaped(words))</text>

    """
  }

  private static func escaped(_ words: String) -> String {
    words.reduce(into: "") { escaped, character in
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.append(character)
      }
    }
  }
}

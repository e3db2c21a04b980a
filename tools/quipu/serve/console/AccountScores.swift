internal import Collections
internal import Ledger
internal import Projections

/// The latest score of each model for an account, as known at a pair of moments, and how its points add
/// up.
struct AccountScores {
  private struct Latest {
    var entry: ScoreBook.Entry
    var name: String
    var version: Int64
    /// Computed again from the prefix it was made from; nil where its model does not read any more.
    var explained: ExplainedScore?
  }

  private var latest: [Latest] = []

  init(_ account: String, _ service: Service, _ moment: Moment) {
    latest = service.books.read { model in
      guard let number = model.accounts.accounts.find(account) else { return [] }
      let names = (0..<model.scores.names.count).map { model.scores.names.text($0) }.sorted()
      return names.compactMap { name in
        let found = model.scores.latest(
          of: number, name, on: moment.on, knownAt: moment.size, voids: model.accounts)
        guard let found else { return nil }
        return Self.explained(found, account, model)
      }
    }
  }

  private static func explained(
    _ entry: ScoreBook.Entry, _ account: String, _ model: borrowing ReadModel
  ) -> Latest {
    let named = model.scores.model(of: entry)
    let models = RegisteredModels(copy model, knownAt: entry.seq)
    let scoring = models.entry(named.name, version: named.version)?.model
    let explained = scoring.flatMap { scoring in
      let reader = ScoreReader(scoring, of: copy model, knownAt: entry.basis)
      return try? ExplainedScore(of: account, by: reader, on: CivilDate(days: entry.asOf))
    }
    return Latest(entry: entry, name: named.name, version: named.version, explained: explained)
  }

  func write(_ page: AccountPage, _ html: inout HTMLWriter) {
    let language = page.language
    html.part("scores", page.say("Scores", "Puntajes")) { html in
      guard !latest.isEmpty else {
        return html.nothing(
          page.say(
            "No model has scored this account, as known then.",
            "Ningún modelo ha puntuado esta cuenta, según lo conocido."))
      }
      for score in latest {
        let day = CivilDate(days: score.entry.asOf).text
        html.element("h3") { html in
          html.link(page.link.model(score.name), "\(score.name) \(score.version)")
          html.words(
            page.say(
              ": \(grouped(Int64(score.entry.points))) points on \(day), ",
              ": \(grouped(Int64(score.entry.points))) puntos al \(day), ")
              + percentText(Int64(score.entry.probabilityBp)))
        }
        guard let explained = score.explained else {
          html.paragraph(
            page.say(
              "Its model does not read any more, so its points cannot be told apart.",
              "Su modelo ya no se puede leer; no se pueden separar sus puntos."))
          continue
        }
        let text = ExplanationText(explained)
        html.paragraph(text.sentence[language].capitalizedFirst + ".")
        html.paragraph(text.against[language].capitalizedFirst + ".")
        ScoreWaterfall(explained, language).write(&html)
        html.element("p") {
          $0.link(
            "/console/scores/\(score.entry.seq)",
            page.say(
              "From its own basis, feature by feature",
              "Desde su propia base, variable por variable"))
        }
      }
    }
  }
}

/// How the points of a score add up, a row a feature: its bar begins where the one before it ended.
struct ScoreWaterfall {
  private let score: ExplainedScore
  private let language: Language

  init(_ score: ExplainedScore, _ language: Language) {
    (self.score, self.language) = (score, language)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    Text(english, spanish)[language]
  }

  /// Writes it as a table. O(features).
  func write(_ html: inout HTMLWriter) {
    let steps = score.steps
    let ends = steps.flatMap { $0.isTotal ? [$0.to] : [$0.from, $0.to] }
    let (least, most) = (ends.min() ?? 0, ends.max() ?? 1)
    let margin = max(1, (most - least) / 10)
    let (low, span) = (least - margin, most - least + 2 * margin)
    func place(_ points: Int64) -> Int {
      Int((min(max(points, low), low + span) - low) * 1_000 / span)
    }
    html.legend([
      ("good", say("speaks for the person", "a favor de la persona")),
      ("bad", say("speaks against", "en contra")), ("principal", say("sum", "suma")),
    ])
    html.wideTable(
      say("How the points add up", "Cómo se suman los puntos"),
      heads: [
        say("feature", "variable"), say("value", "valor"), say("points", "puntos"),
        say("picture", "gráfico"), say("what it says", "qué dice"),
      ], numbers: [1, 2],
      rows: steps.map { step in
        let from = place(step.isTotal ? low : step.from)
        let to = place(step.to)
        let isGood = (step.to >= step.from) == score.model.isFavourable
        let paint = step.isTotal ? "principal" : isGood ? "good" : "bad"
        let points = step.isTotal ? grouped(step.to) : signedText(step.to - step.from)
        return [
          .head(.text(step.name[language])), .text(step.value(language)), .text(points),
          .bar([(min(from, to), "none"), (max(3, abs(to - from)), paint)], points),
          .text(step.meaning[language]),
        ]
      })
  }
}

internal import Collections
internal import Ledger
internal import Projections

/// One recorded score, computed again from the prefix of the log it was made from.
enum ScorePage {
  static let route = Route(
    "GET", "/console/scores/{seq}", "getConsoleScore",
    Text("one recorded score, as a page", "un puntaje registrado, como página"),
    permission: .readProjections, isPage: true, answers: [.page], problems: [404],
    .aside { exchange in
      let seq = try exchange.seq()
      let found = try exchange.service.books.read { model -> (ExplainedScore, Bool) in
        let model = copy model
        guard let entry = model.scores.entry(recordedBy: seq), entry.account >= 0 else {
          throw Problem(
            404, "no_such_score",
            Text(
              "event \(seq) records no score of an account",
              "el evento \(seq) no registra un puntaje de una cuenta"))
        }
        let named = model.scores.model(of: entry)
        guard
          let scoring = RegisteredModels(model, knownAt: seq)
            .entry(named.name, version: named.version)?.model
        else {
          throw Problem(
            422, "model_unreadable",
            Text("its model does not read any more", "su modelo ya no se puede leer"))
        }
        let reader = ScoreReader(scoring, of: model, knownAt: entry.basis)
        let score = try ExplainedScore(
          of: model.accounts.accounts.text(Int(entry.account)), by: reader,
          on: CivilDate(days: entry.asOf))
        let now = score.explanation.score
        let isSame =
          now.points == Int64(entry.points) && now.probabilityBp == Int64(entry.probabilityBp)
          && score.features == entry.features
        return (score, isSame)
      }
      let (score, isSame) = found
      let page = ConsolePage(
        exchange, .models,
        Text("Score of \(score.account)", "Puntaje de \(score.account)"),
        Text(
          "Event #\(seq), computed again from the \(grouped(score.basis)) events it was made from.",
          "Evento #\(seq), recalculado desde los \(grouped(score.basis)) eventos de los que salió.")
      )
      return page.response { html in
        let text = ExplanationText(score)
        html.notice(
          isSame
            ? exchange.say("It comes out the same.", "Resulta igual.")
            : exchange.say("It comes out DIFFERENT.", "Resulta DISTINTO."), isBad: !isSame)
        html.paragraph(text.sentence[exchange.language].capitalizedFirst + ".")
        html.paragraph(text.against[exchange.language].capitalizedFirst + ".")
        ScoreWaterfall(score, exchange.language).write(&html)
        html.element("p") {
          $0.link(
            ConsoleLink(exchange.request).account(score.account),
            exchange.say("The account", "La cuenta"))
        }
      }
    })
}

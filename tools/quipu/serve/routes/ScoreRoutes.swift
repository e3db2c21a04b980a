internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Route {
  static let scores = Route(
    "GET", "/v1/scores/{account}", "listScores",
    Text("the scores recorded of an account", "los puntajes registrados de una cuenta"),
    permission: .readProjections,
    parameters: [
      .account, .on, .knownAt,
      .query("model", .identifier, Text("only by this model", "solo de este modelo")),
    ],
    answers: [.json("Scores", Text("the last one first", "el último primero"))],
    problems: [404],
    .now { exchange in
      let moment = try exchange.moment()
      let id = exchange.pathValue("account")
      let name = exchange.request.parameter("model")
      let rows = try exchange.service.books.read { model in
        let book = model.accounts
        guard let number = book.accounts.find(id),
          book.opening(of: number, knownAt: moment.size) != nil
        else { throw Failure.unknownAccount(id, of: book, on: moment.on, knownAt: moment.size) }
        return model.scores.entries(of: number, on: moment.on, knownAt: moment.size, voids: book)
          .filter { name == nil || model.scores.model(of: $0).name == name }
          .map { $0.json(in: model.scores) }
      }
      return HTTPResponse(
        json: .listing("scores", rows, on: moment.on, knownAt: moment.size).adding("account", id))
    })

  static let explanation = Route(
    "GET", "/v1/scores/{account}/{model}", "explainScore",
    Text(
      "what a model says of an account, and why", "lo que un modelo dice de una cuenta, y por qué"),
    permission: .readProjections,
    parameters: [
      .account, .path("model", .identifier, Option.scoringModel.doc), .on, .knownAt,
      .query(
        "version", .integer(1...1_000_000_000),
        Text("of the model; else the highest in use", "del modelo; si no, la mayor en uso")),
    ],
    answers: [
      .json("ScoreExplanation", Text("points feature by feature", "puntos variable por variable"))
    ],
    problems: [404, 422],
    .aside { exchange in
      let moment = try exchange.moment()
      let (id, name) = (exchange.pathValue("account"), exchange.pathValue("model"))
      let score = try exchange.service.books.read { model in
        let models = RegisteredModels(model, knownAt: model.size)
        let found = try models.model(name, version: exchange.integer("version"))
        let reader = ScoreReader(found.model, of: copy model, knownAt: moment.size)
        return try ExplainedScore(of: id, by: reader, on: moment.on)
      }
      return HTTPResponse(json: score.json)
    })
}

extension ScoreBook.Entry {
  /// The score, under the names of `scores.csv`.
  fileprivate func json(in book: ScoreBook) -> JSONValue {
    let (name, version) = book.model(of: self)
    return .object([
      "seq": .integer(seq), "model": .string(name), "version": .integer(version),
      "asOf": .string(CivilDate(days: asOf).text), "points": .integer(Int64(points)),
      "probabilityBp": .integer(Int64(probabilityBp)),
      "reasons": .array(book.reasons(of: self).map { .string($0) }), "basis": .integer(basis),
      "featuresSha256": .string(features.hex),
    ])
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let recordedScore = Option(
    "score", Text("SEQ", "SEQ"), .integer(0...Int64.max),
    doc: Text(
      "explain the score recorded by that event, from the prefix of the log it was made from",
      "explicar el puntaje registrado por ese evento, desde el tramo de registro del que salió"))

  static let waterfall = Option(
    "svg", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "draw there how the points add up, as an SVG picture",
      "dibujar ahí cómo se suman los puntos, como imagen SVG"))
}

extension Command {
  static let explain = Command(
    "explain", Text("why an account has its score", "por qué una cuenta tiene su puntaje"),
    details: Text(
      "Points feature by feature: the value, what it gave, what the best would have given, and in "
        + "words what counts most against the person. With --score, of a score that was recorded: it "
        + "is computed again from what was known then, and exits with 1 if it differs.",
      "Puntos variable por variable: el valor, lo que dio, lo que habría dado el mejor, y en palabras "
        + "lo que más cuenta en contra de la persona. Con --score, de un puntaje registrado: se "
        + "recalcula con lo que entonces se sabía, y sale con 1 si difiere."),
    arguments: [.someAccount],
    options: [
      .scoringModel, .modelVersion, .recordedScore, .on, .knownAt, .waterfall, .fromScratch,
    ],
    examples: [
      Example(
        "quipu explain A-1 --model pays30 --on 2026-03-31 --svg a-1.svg",
        Text("in words, a table and a picture", "en palabras, una tabla y una imagen")),
      Example(
        "quipu explain --score 4711",
        Text("a score recorded long ago", "un puntaje registrado hace tiempo")),
    ]
  ) { try ExplainRun($0).run() }
}

/// A score of one account, and how it came about.
struct ExplainedScore {
  var account: String
  var currency: Currency
  var day: CivilDate
  /// The size of the log it is made from.
  var basis: Int64
  var model: ScoringModel
  var explanation: ScoreExplanation
  /// The digest of the features it goes by.
  var features: Digest
}

/// One run of `explain`.
private struct ExplainRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    if let seq = invocation.integer(.recordedScore) { return try recorded(seq) }
    guard let account = invocation.argument(.someAccount),
      let name = invocation.value(.scoringModel)
    else {
      throw invocation.wrongUsage(
        Text(
          "give an ACCOUNT and --model, or --score SEQ",
          "dé una CUENTA y --model, o --score SEQ"))
    }
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let projections = try invocation.readModel(of: view, at: view.size).model
    let models = RegisteredModels(projections, knownAt: view.size)
    let found = try models.model(name, version: invocation.integer(.modelVersion))
    let reader = ScoreReader(found.model, of: projections, knownAt: size)
    try show(try ExplainedScore(of: account, by: reader, on: day))
    return .done
  }

  /// Explains a score that was recorded.
  private func recorded(_ seq: Int64) throws -> ExitCode {
    for option in [Option.scoringModel, .modelVersion, .on, .knownAt]
    where invocation.value(option) != nil {
      throw invocation.wrongUsage(
        Text(
          "--score says all that --\(option.long) could",
          "--score ya dice lo que diría --\(option.long)"))
    }
    guard invocation.argument(.someAccount) == nil else {
      throw invocation.wrongUsage(
        Text("--score names the account itself", "--score ya nombra la cuenta"))
    }
    let view = try invocation.openView()
    let projections = try invocation.readModel(of: view, at: view.size).model
    guard let entry = projections.scores.entry(recordedBy: seq), entry.account >= 0 else {
      throw Failure(
        .refused, "no_such_score",
        Text(
          "event \(seq) records no score of an account",
          "el evento \(seq) no registra un puntaje de una cuenta"),
        [
          Failure.Detail("value", seq),
          Failure.Detail("expected", "the seq of a ScoreRecorded; scores.csv lists them"),
        ])
    }
    let named = projections.scores.model(of: entry)
    let models = RegisteredModels(projections, knownAt: seq)
    let found = try models.model(named.name, version: named.version)
    let reader = ScoreReader(found.model, of: projections, knownAt: entry.basis)
    let account = projections.accounts.accounts.text(Int(entry.account))
    let score = try ExplainedScore(
      of: account, by: reader, on: CivilDate(days: entry.asOf))
    try show(score)
    let now = score.explanation.score
    let isSame =
      now.points == Int64(entry.points) && now.probabilityBp == Int64(entry.probabilityBp)
      && score.features == entry.features
      && now.reasons.features.map(\.name) == projections.scores.reasons(of: entry)
    if !isSame {
      console.warn(
        "score_differs",
        Text(
          "what was recorded differs: \(entry.points) points, \(percentText(Int64(entry.probabilityBp)))",
          "lo registrado difiere: \(entry.points) puntos, \(percentText(Int64(entry.probabilityBp)))"
        ),
        [
          Failure.Detail("expected", Int64(entry.points)), Failure.Detail("found", now.points),
        ])
    }
    return isSame ? .done : .foundWrong
  }

  private func show(_ score: ExplainedScore) throws {
    if let path = invocation.value(.waterfall) {
      try OutputFile.write(ScorePicture(score, console.language).svg, to: path)
    }
    if console.json {
      try console.print(score.json)
    } else {
      try ExplanationText(score).print(on: console)
    }
  }
}

extension ExplainedScore {
  /// The score of one account. Throws ``Failure`` `unknown_account`, exit 3.
  init(of account: String, by reader: ScoreReader, on day: CivilDate) throws {
    var reader = reader
    let book = reader.features.model.accounts
    let size = reader.features.knownAt
    guard let number = book.accounts.find(account), let (_, opening) = book.opening(of: number),
      let row = try reader.features.row(of: number, on: day)
    else { throw Failure.unknownAccount(account, of: book, on: day, knownAt: size) }
    var text: [UInt8] = []
    FeaturesText(reader.model).append(row.values.span, to: &text)
    self.init(
      account: account, currency: opening.currency, day: day, basis: size, model: reader.model,
      explanation: ScoreExplanation(row, by: reader.model), features: Digest(hashing: text.span))
  }
}

extension ExplainedScore {
  /// All of it.
  var json: JSONValue {
    let (score, model) = (explanation.score, model)
    return .object([
      "account": .string(account), "asOf": .string(day.text), "basis": .integer(basis),
      "base": .integer(explanation.base), "cut": .integer(explanation.cut),
      "featuresSha256": .string(features.hex), "model": .string(model.id),
      "parts": .array(
        explanation.parts.map { part in
          .object([
            "best": part.best.map { .integer($0) } ?? .null,
            "feature": .string(part.feature.name), "points": .integer(part.points),
            "reason": model.reason(of: part.feature)?.json ?? .null,
            "value": part.value == Feature.missing ? .null : .integer(part.value),
          ])
        }),
      "points": .integer(score.points), "probabilityBp": .integer(score.probabilityBp),
      "reasons": .array(score.reasons.features.map { .string($0.name) }),
      "target": model.target.json, "version": .integer(model.version),
    ])
  }
}

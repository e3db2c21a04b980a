internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// The scoring models of the ledger: which, since when, by whose word, how good.
struct ModelsPage {
  static let route = Route(
    "GET", "/console/models", "getConsoleModels",
    Text("the scoring models, as a page", "los modelos de puntaje, como página"),
    permission: .readProjections, isPage: true, answers: [.page],
    .aside { exchange in
      let moment = try exchange.pageMoment()
      let models = exchange.service.books.read { model in
        RegisteredModels(copy model, knownAt: moment.size)
      }
      let view = try exchange.service.view()
      let rows = try models.entries.reversed().map { entry in
        (entry: entry, registration: try ModelRegistration(entry.seq, view))
      }
      let page = ConsolePage(
        exchange, .models, Text("Models", "Modelos"),
        Text(
          "The models that may score people, how good they were found, and who approved them. ",
          "Los modelos que pueden puntuar personas, qué tan buenos resultaron y quién los aprobó. ")
          + Text(same: exchange.stand(moment)))
      return page.response { html in
        guard !rows.isEmpty else {
          html.nothing(
            exchange.say(
              "No model is registered, so nobody is scored.",
              "No hay modelos registrados; no se puntúa a nadie."))
          html.code(
            "quipu train --model pays30 --target paysWithin:30:5000\n"
              + "quipu model register pays30.json --as eva --approve-as ana")
          return
        }
        write(rows, exchange, &html)
      }
    })

  private static func write(
    _ rows: [(entry: RegisteredModels.Entry, registration: ModelRegistration)],
    _ exchange: Exchange, _ html: inout HTMLWriter
  ) {
    let language = exchange.language
    let link = ConsoleLink(exchange.request)
    html.wideTable(
      exchange.say("Registered models", "Modelos registrados"),
      heads: [
        exchange.say("model", "modelo"), exchange.say("version", "versión"),
        exchange.say("foretells", "predice"), exchange.say("in use from", "en uso desde"),
        exchange.say("state", "estado"), "AUC", exchange.say("registered by", "registrado por"),
        exchange.say("approved by", "aprobado por"), exchange.say("event", "evento"),
      ], numbers: [1, 5],
      rows: rows.map { entry, registration in
        [
          .head(
            .noted(
              .link(
                link.page(
                  "/console/models/" + ConsoleLink.encoded(entry.name),
                  [("version", "\(entry.version)")]), entry.name),
              entry.model?.title.text[language] ?? entry.reason)), .text("\(entry.version)"),
          .text(entry.model?.target.words[language] ?? "–"), .time(entry.effective.text),
          .text(entry.state[language]),
          .text(registration.metric("aucBp").map(percentText) ?? "–"),
          .text(registration.actor), .text(registration.approver),
          exchange.grant.allows(.readEvents)
            ? .link(link.event(entry.seq), "#\(entry.seq)") : .text("#\(entry.seq)"),
        ]
      })
  }
}

/// What the event that registered a model says beside its document.
struct ModelRegistration: Sendable {
  let actor: String
  let approver: String
  let data: JSONValue

  /// Reads the event. Throws ``LogError``, or where it does not read.
  init(_ seq: Int64, _ view: LedgerView) throws {
    let line = try view.line(seq)
    let envelope = try EventEnvelope(parsing: line.span)
    func value(_ range: Range<Int>) throws -> JSONValue {
      try JSONValue(parsing: String(decoding: line[range], as: UTF8.self), as: .event)
    }
    data = try value(envelope.data)
    actor = try value(envelope.actor)["id"]?.stringValue ?? ""
    approver = data["approver"]?.stringValue ?? "–"
  }

  /// A figure that the registration states, in basis points.
  func metric(_ name: String) -> Int64? { data["metrics"]?[name]?.integerValue }
}

/// One model: what it goes by, how good it is, whether it still means what it meant.
struct ModelPage {
  private let exchange: Exchange
  private let moment: Moment
  private let entry: RegisteredModels.Entry
  private let registration: ModelRegistration
  let model: ScoringModel

  static let route = Route(
    "GET", "/console/models/{model}", "getConsoleModel",
    Text("one scoring model, as a page", "un modelo de puntaje, como página"),
    permission: .readProjections, isPage: true, answers: [.page], problems: [404],
    .aside { exchange in
      let moment = try exchange.pageMoment()
      let name = exchange.pathValue("model")
      let version = exchange.request.parameter("version").flatMap { Int64($0) }
      let models = exchange.service.books.read { model in
        RegisteredModels(copy model, knownAt: moment.size)
      }
      let own = models.entries.filter { $0.name == name }
      let found =
        version.map { asked in own.last { $0.version == asked } }
        ?? models.entry(name, version: nil, knownAt: moment.size) ?? own.last
      guard let entry = found else {
        let names = models.names.joined(separator: ", ")
        throw Problem(
          404, "no_such_model",
          Text("no model \(name) is registered", "no hay modelo \(name) registrado"),
          [("expected", .string(names.isEmpty ? "quipu model register" : names))])
      }
      guard let model = entry.model else {
        throw Problem(
          422, "model_unreadable",
          Text(
            "the document of \(name) \(entry.version) does not read: \(entry.reason)",
            "el documento de \(name) \(entry.version) no se puede leer: \(entry.reason)"))
      }
      let registration = try ModelRegistration(entry.seq, try exchange.service.view())
      let page = ModelPage(
        exchange: exchange, moment: moment, entry: entry, registration: registration, model: model)
      return try page.response()
    })

  var language: Language { exchange.language }

  func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func response() throws -> HTTPResponse {
    let page = ConsolePage(
      exchange, .models, Text(same: "\(model.id) \(model.version)"),
      model.title.text + Text(". Foretells: ", ". Predice: ") + model.target.words
        + Text(same: ". " + exchange.stand(moment)))
    let drift = try exchange.service.console.drift(exchange.service, moment, model)
    return page.response { html in
      html.tiles([
        (say("state", "estado"), entry.state[language], entry.effective.text),
        (
          say("registered by", "registrado por"), registration.actor,
          say("approved by \(registration.approver)", "aprobado por \(registration.approver)")
        ),
        (
          "AUC", registration.metric("aucBp").map(percentText) ?? "–",
          band("aucBp").map { say("95 % interval \($0)", "intervalo del 95 %: \($0)") + "; " } ?? ""
            + say("50 % is chance", "50 % es azar")
        ),
        (
          say("outcome is", "el resultado es"),
          model.isFavourable ? say("good for her", "bueno") : say("bad for her", "malo"),
          say("for the person", "para la persona")
        ),
      ])
      if model.target.dependsOnTreatment {
        html.notice(
          say(
            "What comes true depends on how people were treated, not on them alone.",
            "Lo que ocurre depende también de cómo se trató a las personas."))
      }
      writeMetrics(&html)
      writeDrift(drift, &html)
      writeMeaning(&html)
      if case .scorecard(let card) = model.body { writeCard(card, &html) }
      writeFairness(&html)
    }
  }

  // MARK: How good it is

  /// The bounds of a figure, where the model's document has them.
  private func band(_ name: String) -> String? {
    guard let bounds = model.training["intervals"]?[name], let low = bounds["low"]?.integerValue,
      let high = bounds["high"]?.integerValue
    else { return nil }
    return "\(percentText(low)) – \(percentText(high))"
  }

  private func writeMetrics(_ html: inout HTMLWriter) {
    let names = [
      (
        "aucBp", "AUC",
        say(
          "chance that it puts one for whom it comes true before one for whom not",
          "probabilidad de ordenar bien a dos personas")
      ),
      ("giniBp", "Gini", "2 × AUC − 1"),
      (
        "ksBp", "KS",
        say("greatest distance between both kinds", "mayor distancia entre ambos grupos")
      ),
      (
        "brierBp", "Brier",
        say(
          "mean squared error of the probability; less is better",
          "error cuadrático medio de la probabilidad; menos es mejor")
      ),
      (
        "psiBp", "PSI",
        say(
          "how far the rows it was measured on had moved",
          "cuánto se habían movido las filas de medición")
      ),
    ]
    let training = model.training["metrics"]
    let rows: [[HTMLWriter.Cell]] = names.compactMap { key, name, meaning in
      guard let value = registration.metric(key) ?? training?[key]?.integerValue else { return nil }
      return [
        .head(.text(name)), .text(percentText(value)), .text(band(key) ?? "–"), .text(meaning),
      ]
    }
    html.part(
      "metrics", say("How good it was", "Qué tan bueno era"),
      say(
        "Measured on rows it had not seen, before it was registered.",
        "Medido con filas que no había visto, antes de registrarlo.")
    ) { html in
      guard !rows.isEmpty else {
        return html.nothing(
          say("Its registration states no figures.", "Su registro no declara cifras."))
      }
      // Where the document states no intervals there is no column of them.
      let hasBands = rows.contains { if case .text("–") = $0[2] { false } else { true } }
      html.wideTable(
        say("Figures of the model", "Cifras del modelo"),
        heads: [say("figure", "medida"), say("value", "valor")]
          + (hasBands ? [say("95 % interval", "intervalo del 95 %")] : [])
          + [say("what it is", "qué es")], numbers: hasBands ? [1, 2] : [1],
        rows: hasBands ? rows : rows.map { [$0[0], $0[1], $0[3]] })
    }
  }

  // MARK: Drift and calibration

  private func writeDrift(_ drift: DriftReport, _ html: inout HTMLWriter) {
    html.part(
      "drift", say("Whether it still means what it meant", "Si aún dice lo que decía"),
      say(
        "Scores recorded in the year to \(moment.on.text), by month: how their points moved, and what was "
          + "predicted against what came true.",
        "Puntajes registrados en el año hasta el \(moment.on.text), por mes: cómo se movieron sus puntos, y "
          + "lo predicho frente a lo ocurrido.")
    ) { html in
      guard !drift.months.isEmpty else {
        return html.nothing(
          say(
            "It has scored nobody in this year, as known then.",
            "No ha puntuado a nadie en este año, según lo conocido."))
      }
      writeCalibration(drift, &html)
      html.wideTable(
        say("Drift by month", "Deriva por mes"),
        heads: [
          say("month", "mes"), say("scores", "puntajes"), say("mean points", "puntos, media"),
          say("stability index", "índice de estabilidad"), say("picture", "gráfico"), "",
          say("windows over", "plazos cumplidos"), say("predicted", "predicho"),
          say("came true", "ocurrido"),
        ], numbers: [1, 2, 3, 6, 7, 8],
        rows: drift.months.map { month in
          let isBad = month.stabilityBp >= DriftReport.shiftBp
          let isWatched = month.stabilityBp >= DriftReport.watchBp
          let length = min(1_000, Int(month.stabilityBp * 1_000 / (DriftReport.shiftBp * 2)))
          let verdict = DriftText.verdict(month.stabilityBp)[language]
          return [
            .head(.text(month.name)), .text(grouped(month.count)),
            .text(grouped(month.points / max(1, month.count))),
            .text(amountText(month.stabilityBp, digits: 4)),
            .bar([(max(4, length), isBad ? "bad" : isWatched ? "warn" : "credit")], verdict),
            isBad ? .mark(verdict, isGood: false) : .text(verdict), .text(grouped(month.closed)),
            .text(DriftText.share(month.predictedBp, of: month.closed)),
            .text(DriftText.share(month.cameTrue * 10_000, of: month.closed)),
          ]
        })
    }
  }

  private func writeCalibration(_ drift: DriftReport, _ html: inout HTMLWriter) {
    let points = drift.months.filter { $0.closed > 0 }.map { month in
      (
        x: month.predictedBp / month.closed,
        y: (month.cameTrue * 20_000 + month.closed) / (2 * month.closed)
      )
    }
    guard !points.isEmpty else { return }
    LineChart(
      title: say(
        "Predicted against come true, a dot a month", "Predicho frente a ocurrido, un punto por mes"
      ),
      across: say("predicted; on the line both are the same", "predicho; en la línea coinciden"),
      lines: [LineChart.Line(name: "", points: points, isDots: true, paint: "mark")],
      isSquare: true
    ).write(&html)
  }
}

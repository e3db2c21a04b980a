internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// What is wrong with a service, if anything.
struct ServiceHealth: Sendable {
  /// How it is: as it should be; answering, with something to look into; not taking events, or damaged.
  enum State: String, CaseIterable, Comparable, Sendable {
    case ok, degraded, failing

    static func < (left: State, right: State) -> Bool {
      (left == .ok ? 0 : left == .degraded ? 1 : 2)
        < (right == .ok ? 0 : right == .degraded ? 1 : 2)
    }
  }

  /// One thing looked at.
  struct Check: Sendable {
    let name: String
    let state: State
    let detail: Text
  }

  let checks: [Check]
  /// That of the worst check.
  var state: State { checks.map(\.state).max() ?? .ok }

  /// Looks at what the service knows of itself; reads nothing.
  init(_ service: Service) {
    let values = service.metrics.values
    let parked = service.books.parked
    var checks: [Check] = []
    if let failure = values.lastFailure {
      checks.append(
        Check(
          name: "log", state: .failing,
          detail: Text(
            "the log took no events the last time: \(failure)",
            "el registro no recibió eventos la última vez: \(failure)")))
    } else if service.writer == nil {
      checks.append(
        Check(
          name: "log", state: .ok, detail: Text("this service only reads", "este servicio solo lee")
        ))
    } else {
      checks.append(
        Check(name: "log", state: .ok, detail: Text("takes events", "recibe eventos")))
    }
    checks.append(
      Check(
        name: "projections", state: parked.count == 0 ? .ok : .degraded,
        detail: parked.count == 0
          ? Text("current", "al día")
          : Text(
            "\(parked.count) events could not be read, the first is \(parked.first[0].seq)",
            "\(parked.count) eventos no se pudieron leer, el primero es \(parked.first[0].seq)")))
    checks.append(
      Check(
        name: "segments", state: values.damagedSegments == 0 ? .ok : .failing,
        detail: values.damagedSegments == 0
          ? Text("no damage was found", "no se halló daño")
          : Text(
            "\(values.damagedSegments) segments are damaged: run `quipu verify`",
            "\(values.damagedSegments) segmentos están dañados: ejecute `quipu verify`")))
    self.checks = checks
  }
}

extension Route {
  static let health = Route(
    "GET", "/healthz", "getHealth",
    Text("is anything wrong?", "¿algo está mal?"), permission: nil,
    answers: [
      .json("Health", Text("it answers", "responde")),
      Answer(
        status: 503,
        doc: Text("it takes no events, or found damage", "no recibe eventos, o halló daño"),
        content: .json("Health")),
    ],
    .now { exchange in
      let service = exchange.service
      let health = ServiceHealth(service)
      let checks = health.checks.map { check in
        JSONValue.object([
          "check": .string(check.name), "state": .string(check.state.rawValue),
          "detail": .string(check.detail[exchange.language]),
        ])
      }
      return HTTPResponse(
        health.state == .failing ? 503 : 200,
        json: .object([
          "status": .string(health.state.rawValue), "size": .integer(service.books.size),
          "since": .string(service.metrics.start.text), "checks": .array(checks),
        ]), headers: [("Cache-Control", "no-store")])
    })

  static let metrics = Route(
    "GET", "/metrics", "getMetrics",
    Text(
      "figures of the service, as OpenMetrics; on this machine without a token",
      "cifras del servicio, en OpenMetrics; en esta máquina sin clave"),
    permission: .readProjections,
    answers: [
      Answer(
        status: 200, doc: Text("a figure a line", "una cifra por línea"),
        content: Content(MetricsText.type, Schema.text))
    ],
    .now { exchange in
      HTTPResponse(
        type: MetricsText.type, MetricsText(exchange.service).bytes,
        headers: [("Cache-Control", "no-store")])
    })
}

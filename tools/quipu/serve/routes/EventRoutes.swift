internal import CanonicalJSON
internal import EventStore
internal import Ledger
internal import Synchronization

extension Route {
  static let events = Route(
    "GET", "/v1/events", "listEvents",
    Text("the events as they lie in the log", "los eventos tal como están en el registro"),
    permission: .readEvents,
    parameters: [
      .query(
        "from", .integer(0...Schema.largestNumber),
        Text("the first seq; else 0", "el primer seq; si no, 0")),
      .query(
        "to", .integer(0...Schema.largestNumber),
        Text(
          "the seq before which to end; else all", "el seq antes del cual terminar; si no, todos")),
      .query(
        "limit", .integer(1...Schema.largestNumber),
        Text("events at most; else all", "eventos como máximo; si no, todos")
      ),
    ] + EventFilter.parameters,
    answers: [
      Route.Answer(
        status: 200,
        doc: Text(
          "an event a line, byte for byte what was hashed and signed",
          "un evento por línea, byte por byte lo que se resumió y firmó"),
        content: Route.Content("application/x-ndjson", Schema.text))
    ],
    problems: [422],
    .aside { exchange in
      let size = exchange.service.books.size
      let from = exchange.integer("from") ?? 0
      let end = min(exchange.integer("to") ?? size, size)
      guard from <= (exchange.integer("to") ?? Int64.max) else {
        throw Problem.senseless(
          "from", "\(from)", Text("at most `to`", "como máximo `to`"))
      }
      let filter = EventFilter(exchange)
      if let stream = filter.stream {
        return try eventsOfStream(stream, filter, from: from, to: end, exchange)
      }
      let reading = Mutex(
        EventReading(
          pieces: try EventPieces(exchange.service, from: from, upTo: end), end: end,
          left: exchange.integer("limit") ?? .max))
      let stream = ResponseStream { _ in reading.withLock { $0.piece(filter) } }
      return HTTPResponse(
        streaming: stream, type: "application/x-ndjson",
        headers: [("ETag", "\"\(size)\""), ("Cache-Control", "private, no-cache")])
    })

  /// The events of one stream are found by the index.
  private static func eventsOfStream(
    _ stream: String, _ filter: EventFilter, from: Int64, to end: Int64, _ exchange: Exchange
  ) throws -> HTTPResponse {
    var (out, left): ([UInt8], Int64) = ([], exchange.integer("limit") ?? .max)
    let view = try exchange.service.view()
    do throws(PassError<NoMoreWanted>) {
      try view.forEachEvent(of: stream, upTo: end) {
        (envelope, line) throws(NoMoreWanted) in
        guard envelope.seq >= from else { return }
        let line = line.copied
        guard filter.type(of: line) != nil else { return }
        guard left > 0 else { throw NoMoreWanted() }
        out += line
        out.append(UInt8(ascii: "\n"))
        left -= 1
      }
    } catch {
      if case .log(let error) = error { throw error }
    }
    return HTTPResponse(
      type: "application/x-ndjson", out, headers: [("Cache-Control", "private, no-cache")])
  }

  private struct NoMoreWanted: Error {}

  static let event = Route(
    "GET", "/v1/events/{seq}", "getEvent",
    Text("one event as it lies in the log", "un evento tal como está en el registro"),
    permission: .readEvents,
    parameters: [
      .path(
        "seq", .integer(0...Schema.largestNumber),
        Text("its sequence number", "su número de secuencia"))
    ],
    answers: [.json("Event", Text("the event's line", "la línea del evento"))],
    problems: [404],
    .aside { exchange in
      let line = try exchange.service.view().line(try exchange.seq())
      return HTTPResponse(
        type: "application/json", line + [UInt8(ascii: "\n")],
        headers: [("Cache-Control", "private, max-age=31536000, immutable")])
    })
}

extension Exchange {
  /// The event that the path names. Throws ``Problem`` 404 for one there is not.
  func seq() throws(Problem) -> Int64 {
    let (text, size) = (pathValue("seq"), service.books.size)
    guard let seq = Int64(text), 0..<size ~= seq, "\(seq)" == text else {
      throw Problem(
        404, "no_such_event", Text("there is no such event", "no existe ese evento"),
        [
          ("field", .string("seq")), ("value", .string(text)),
          ("expected", .string(size == 0 ? "no event yet" : "0 to \(size - 1)")),
        ])
    }
    return seq
  }
}

/// How far an answer with events has come.
private struct EventReading {
  let pieces: EventPieces
  let end: Int64
  var left: Int64

  /// The next lines that are wanted, each with its newline.
  mutating func piece(_ filter: EventFilter) -> ResponseStream.Piece {
    var out: [UInt8] = []
    while out.isEmpty, left > 0 {
      switch pieces.next(upTo: end) {
      case .lines(let lines):
        if lines.isEmpty { return .end }
        for line in lines where left > 0 {
          if !filter.takesAll, filter.type(of: line) == nil { continue }
          out += line
          out.append(UInt8(ascii: "\n"))
          left -= 1
        }
      case .later: return .wait
      case .failed: return .failed
      }
    }
    return out.isEmpty ? .end : .bytes(out)
  }
}

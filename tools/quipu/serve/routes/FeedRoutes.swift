internal import CanonicalJSON
internal import EventStore
internal import Ledger
internal import Synchronization

extension Route {
  static let feed = Route(
    "GET", "/v1/feed", "followEvents",
    Text(
      "the events as they come, as server-sent events",
      "los eventos conforme llegan, como server-sent events"),
    permission: .readEvents,
    parameters: [
      .query(
        "from", .integer(0...Schema.largestNumber),
        Text(
          "the first seq, unless Last-Event-ID says where to go on; else what comes from now on",
          "el primer seq, salvo que Last-Event-ID diga dónde seguir; si no, lo que llegue desde ahora"
        )),
      Parameter(
        name: "Last-Event-ID", place: .header, isRequired: false, schema: Schema.seq,
        doc: Text("the seq of the last event seen", "el seq del último evento visto")),
    ] + EventFilter.parameters,
    answers: [
      Route.Answer(
        status: 200,
        doc: Text(
          "`id` is the event's seq, `event` its type, `data` its line; comments while nothing comes",
          "`id` es el seq del evento, `event` su tipo, `data` su línea; comentarios mientras nada llega"
        ),
        content: Route.Content("text/event-stream", Schema.text))
    ],
    problems: [422],
    .aside { exchange in
      let size = exchange.service.books.size
      var start = exchange.integer("from") ?? size
      if let text = exchange.request.headers[.lastEventID], !text.isEmpty {
        guard let last = Int64(text), -1..<size ~= last else {
          throw Problem.senseless(
            "Last-Event-ID", text,
            Text("the seq of an event of this ledger", "el seq de un evento de este libro"))
        }
        start = last + 1
      }
      guard start <= size else {
        throw Problem.senseless(
          "from", "\(start)", Text("at most \(size)", "como máximo \(size)"))
      }
      let pieces = try EventPieces(exchange.service, from: start, upTo: size)
      let feed = Mutex(Feed(exchange, EventFilter(exchange), pieces))
      return HTTPResponse(
        streaming: ResponseStream { cause in feed.withLock { $0.piece(cause) } },
        type: "text/event-stream",
        headers: [("Cache-Control", "no-store"), ("X-Accel-Buffering", "no")])
    })
}

/// One reader of the feed, and how far it has come.
private struct Feed {
  private let service: Service
  private let request: HTTPRequest
  private let filter: EventFilter
  private let pieces: EventPieces
  private var isOpen = false

  init(_ exchange: Exchange, _ filter: EventFilter, _ pieces: EventPieces) {
    (service, request) = (exchange.service, exchange.request)
    (self.filter, self.pieces) = (filter, pieces)
  }

  /// What comes next.
  mutating func piece(_ cause: ResponseStream.Cause) -> ResponseStream.Piece {
    // A token revoked or at its end, a session that was ended: nothing more.
    guard isStillPermitted else { return .end }
    var out: [UInt8] = []
    if !isOpen {
      // At once, so that the reader knows it is heard; and when to come again after a break.
      out += "retry: 2000\n\n".utf8
      isOpen = true
    }
    let (start, before) = (pieces.position, out.count)
    switch pieces.next(upTo: service.books.size) {
    case .lines(let lines): for line in lines { append(line, to: &out) }
    case .later: break
    case .failed: return .failed
    }
    // Nothing was wanted of what was read, or nothing came: the position goes along, so that what was
    // passed over need not be looked at again.
    let position = pieces.position
    if out.count == before, position > start || cause == .heartbeat {
      out += ": at \(position)\n".utf8
      out += (position > 0 ? "id: \(position - 1)\n\n" : "\n").utf8
    }
    return out.isEmpty ? .wait : .bytes(out)
  }

  /// Whether what the reader showed when he began still lets him read: the list is at most a second old.
  private var isStillPermitted: Bool {
    guard request.headers[.authorization] != nil || request.headers[.cookie] != nil else {
      return true
    }
    let visitor = try? service.door.visitor(request, service.sessions, mustShow: true)
    return visitor?.grant.allows(.readEvents) ?? false
  }

  private func append(_ line: [UInt8], to out: inout [UInt8]) {
    guard let envelope = try? EventEnvelope(parsing: line.span), let type = filter.type(of: line)
    else { return }
    out += "id: \(envelope.seq)\nevent: \(type)\ndata: ".utf8
    out += line
    out += "\n\n".utf8
  }
}

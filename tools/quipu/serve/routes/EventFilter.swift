internal import EventStore

/// Which events a reader of the log wants.
struct EventFilter: Sendable {
  /// The names of types; all where empty.
  let types: Set<String>
  /// The one stream; all where nil.
  let stream: String?

  static let parameters: [Route.Parameter] = [
    .query(
      "type", .eventType, Text("only events of this type", "solo eventos de este tipo")),
    .query(
      "stream", .stream,
      Text(
        "only events of this stream, as account/A-1",
        "solo eventos de esta secuencia, como account/A-1")),
  ]

  init(_ exchange: Exchange) {
    types = exchange.request.parameter("type").map { [$0] } ?? []
    stream = exchange.request.parameter("stream")
  }

  var takesAll: Bool { types.isEmpty && stream == nil }

  /// The type of an event, if it is wanted; nil where it is not. O(envelope).
  func type(of line: [UInt8]) -> String? {
    guard let envelope = try? EventEnvelope(parsing: line.span) else { return nil }
    let type = String(decoding: line[envelope.type], as: UTF8.self)
    guard types.isEmpty || types.contains(type) else { return nil }
    guard let stream else { return type }
    return line[envelope.stream].elementsEqual(stream.utf8) ? type : nil
  }
}

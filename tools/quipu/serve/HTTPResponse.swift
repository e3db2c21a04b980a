internal import CanonicalJSON

/// What a client gets over HTTP.
struct HTTPResponse: Sendable {
  var status: Int
  /// Headers by name, in order; the length and the date are the library's.
  var headers: [(name: String, value: String)]
  var body: Body

  /// The bytes that follow the headers.
  enum Body: Sendable {
    case bytes([UInt8])
    /// Bytes made while the client takes them.
    case stream(ResponseStream)
  }

  /// A whole body of some type.
  init(
    _ status: Int = 200, type: String, _ body: [UInt8],
    headers: [(name: String, value: String)] = []
  ) {
    self.status = status
    self.headers = []
    // The dispatch adds some.
    self.headers.reserveCapacity(headers.count + 6)
    self.headers.append(("Content-Type", type))
    self.headers += headers
    self.body = .bytes(body)
  }

  /// A JSON document.
  init(
    _ status: Int = 200, json: JSONValue, type: String = "application/json",
    headers: [(name: String, value: String)] = []
  ) {
    self.init(
      status, type: type, json.canonicalBytes + [UInt8(ascii: "\n")], headers: headers)
  }

  /// A stream of some type.
  init(
    streaming stream: ResponseStream, type: String, headers: [(name: String, value: String)] = []
  ) {
    status = 200
    self.headers = [("Content-Type", type)] + headers
    body = .stream(stream)
  }

  /// For who has already what a tag stands for.
  static func unchanged(_ tag: String) -> HTTPResponse {
    var response = HTTPResponse(304, type: "", [], headers: [("ETag", tag)])
    response.headers.removeFirst()
    return response
  }

  /// The way elsewhere, by GET.
  init(seeOther target: String, headers: [(name: String, value: String)] = []) {
    self.init(
      303, type: "text/plain; charset=utf-8", Array("see \(target)\n".utf8),
      headers: [("Location", target)] + headers)
  }
}

/// A body that is made while the client takes it, piece by piece.
///
/// ``next`` is called by one thread at a time, and not again after it gave `.end`.
struct ResponseStream: Sendable {
  /// Why the next piece is asked for.
  enum Cause: Sendable {
    /// The client can take more.
    case room
    /// It waited, and the ledger has grown.
    case growth
    /// It waited, and some seconds have passed.
    case heartbeat
  }

  /// What comes next.
  enum Piece: Sendable {
    case bytes([UInt8])
    /// Nothing yet: ask again when the ledger has grown, or at the next heartbeat.
    case wait
    case end
    /// It cannot be gone on with: the connection is broken off, so that nobody takes it for whole.
    case failed
  }

  let next: @Sendable (Cause) -> Piece
}

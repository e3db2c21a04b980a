internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

// The log as C2SP tlog-tiles serves it, so that any client of public logs can check it.
extension Route {
  private static let plainText = "text/plain; charset=utf-8"
  private static let octets = "application/octet-stream"
  /// Of what never changes: a full tile, a bundle of 256 entries.
  private static let forEver = (name: "Cache-Control", value: "public, max-age=31536000, immutable")
  private static let aWhile = (name: "Cache-Control", value: "public, max-age=3600")

  static let checkpoint = Route(
    "GET", "/checkpoint", "getCheckpoint",
    Text(
      "the newest signed checkpoint (C2SP tlog-checkpoint)",
      "el último punto de control firmado (C2SP tlog-checkpoint)"),
    permission: nil,
    answers: [
      Route.Answer(
        status: 200, doc: Text("a signed note", "una nota firmada"),
        content: Route.Content(plainText, Schema.text))
    ],
    problems: [404],
    .aside { exchange in
      let checkpoint = try exchange.service.view().newestCheckpoint()
      return HTTPResponse(
        type: plainText, checkpoint.note.bytes,
        headers: [("Cache-Control", "no-cache"), ("ETag", "\"\(checkpoint.size)\"")])
    })

  static let tile = Route(
    "GET", "/tile/{level}/{path+}", "getTile",
    Text("hashes of the tree (C2SP tlog-tiles)", "resúmenes del árbol (C2SP tlog-tiles)"),
    permission: nil,
    parameters: [
      .path("level", .integer(0...63), Text("from 0, of leaves", "desde 0, el de las hojas")),
      tilePath,
    ],
    answers: [
      Route.Answer(
        status: 200,
        doc: Text("32 bytes a hash, 256 in a full tile", "32 bytes por resumen, 256 en uno entero"),
        content: Route.Content(octets, Schema.text))
    ],
    problems: [404],
    .aside { exchange in
      let parts = exchange.pathValue("path").split(separator: "/").map(String.init)
      guard let level = Int(exchange.pathValue("level")), "\(level)" == exchange.pathValue("level"),
        let tile = Tile(level: level, path: parts),
        let bytes = try exchange.service.view().bytes(of: tile)
      else { throw noSuchTile() }
      return HTTPResponse(
        type: octets, bytes, headers: [tile.width == Tile.full ? forEver : aWhile])
    })

  static let entries = Route(
    "GET", "/tile/entries/{path+}", "getEntries",
    Text(
      "the events of a tile of level 0, each after its length in two bytes (C2SP tlog-tiles)",
      "los eventos de un mosaico de nivel 0, cada uno tras su largo en dos bytes (C2SP tlog-tiles)"),
    permission: .readEvents,
    parameters: [tilePath],
    answers: [
      Route.Answer(
        status: 200, doc: Text("the leaves, as they were hashed", "las hojas, como se resumieron"),
        content: Route.Content(octets, Schema.text))
    ],
    problems: [404],
    .aside { exchange in
      let parts = exchange.pathValue("path").split(separator: "/").map(String.init)
      let view = try exchange.service.view()
      guard let tile = Tile(level: 0, path: parts), let signed = try view.latestCheckpoint()?.size
      else { throw noSuchTile() }
      let first = tile.index * Int64(Tile.full)
      let end = first + Int64(tile.width)
      guard end <= signed else { throw noSuchTile() }
      var out: [UInt8] = []
      do throws(PassError<Never>) {
        try view.forEachEvent(from: first, upTo: end) { (_, line) throws(Never) in
          // A line has at most 65,535 bytes: the length always fits.
          out += [UInt8(line.count >> 8), UInt8(line.count & 0xFF)]
          out += line.copied
        }
      } catch {
        if case .log(let error) = error { throw error }
      }
      return HTTPResponse(
        type: octets, out,
        headers: [("Cache-Control", "private, max-age=31536000, immutable")])
    })

  /// OpenAPI has no parameter with slashes: what it is told of is the first 1,000 tiles of a level.
  private static let tilePath = Parameter(
    name: "path", place: .path, isRequired: true, schema: Schema.pattern("^[0-9]{3}$"),
    doc: Text(
      "its number: 067, from 1,000 on in groups as x001/x234/067; and .p/WIDTH for a part of one",
      "su número: 067, desde 1000 en grupos como x001/x234/067; y .p/ANCHO para una parte"))

  private static func noSuchTile() -> Problem {
    Problem(
      404, "no_such_tile",
      Text("the signed tree has no such tile", "el árbol firmado no tiene ese mosaico"),
      [("expected", .string("what the size in /checkpoint leads to"))])
  }

  static let proof = Route(
    "GET", "/v1/proof/{seq}", "getProof",
    Text(
      "a proof that an event is in the log (C2SP tlog-proof)",
      "una prueba de que un evento está en el registro (C2SP tlog-proof)"),
    permission: .readEvents,
    parameters: [
      .path(
        "seq", .integer(0...Schema.largestNumber),
        Text("its sequence number", "su número de secuencia")),
      .query(
        "size", .integer(1...Schema.largestNumber),
        Text(
          "under the checkpoint of that size; else the newest",
          "según el punto de control de ese tamaño; si no, el último")),
    ],
    answers: [
      Route.Answer(
        status: 200,
        doc: Text(
          "the event's line, the hashes from it to the root, and the checkpoint",
          "la línea del evento, los resúmenes hasta la raíz y el punto de control"),
        content: Route.Content(plainText, Schema.text))
    ],
    problems: [404, 409],
    .aside { exchange in
      let seq = try exchange.seq()
      let view = try exchange.service.view()
      let checkpoint =
        try exchange.integer("size").map { try view.checkpoint(of: $0) }
        ?? view.newestCheckpoint()
      guard seq < checkpoint.size else {
        throw Problem(
          409, "not_covered",
          Text(
            "event \(seq) came after the checkpoint of \(checkpoint.size) events",
            "el evento \(seq) llegó después del punto de control de \(checkpoint.size) eventos"),
          [("expected", .string("a later checkpoint; the service signs one now and then"))])
      }
      let proof = try view.inclusionProof(of: seq, under: checkpoint)
      return HTTPResponse(
        type: plainText, proof.bytes, headers: [("Cache-Control", "private, no-cache")])
    })

  static let identity = Route(
    "GET", "/v1/identity", "getIdentity",
    Text("what ledger this is", "qué libro es este"), permission: nil,
    answers: [.json("Identity", Text("its name, size and keys", "su nombre, tamaño y claves"))],
    .aside { exchange in
      let (view, books) = (try exchange.service.view(), exchange.service.books)
      let identity = books.identity
      let checkpoint = try view.latestCheckpoint()
      return HTTPResponse(
        json: .object([
          "ledger": .string(identity.ledger), "origin": .string(identity.origin),
          "currency": .string(identity.currency), "timeZone": .string(identity.timeZone),
          "jurisdiction": .string(identity.jurisdiction),
          "keys": .array(identity.keys.map { .string($0) }), "size": .integer(books.size),
          "today": .string(books.today.text),
          "checkpoint": checkpoint.map { .integer($0.size) } ?? .null,
          "version": .string(ProgramHelp.version),
        ]), headers: [("Cache-Control", "no-cache")])
    })
}

extension LedgerView {
  /// The newest checkpoint. Throws ``Problem`` 404 `not_signed` where there is none yet.
  fileprivate func newestCheckpoint() throws -> Checkpoint {
    guard let checkpoint = try latestCheckpoint() else {
      throw Problem(
        404, "not_signed",
        Text("the log has no checkpoint yet", "el registro aún no tiene punto de control"),
        [("expected", .string("a checkpoint, as `quipu checkpoint` makes it"))])
    }
    return checkpoint
  }
}

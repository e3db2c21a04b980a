internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

extension Route {
  static let recordEvents = Route(
    "POST", "/v1/events", "recordEvents",
    Text(
      "record one event or several, all of them or none; answered when they are on the disk",
      "registrar uno o varios eventos, todos o ninguno; se responde cuando están en disco"),
    permission: .record,
    parameters: [
      Parameter(
        name: "Idempotency-Key", place: .header, isRequired: false,
        schema: .object(["maxLength": .integer(128), "type": .string("string")]),
        doc: Text(
          "the key of a draft that states none; of several, KEY/1, KEY/2 and so on",
          "la clave de un borrador que no la trae; de varios, CLAVE/1, CLAVE/2, etc.")),
      Parameter(
        name: "Quipu-Approver", place: .header, isRequired: false,
        schema: .object(["type": .string("string")]),
        doc: Text(
          "Bearer TOKEN of the second person, where one is needed",
          "Bearer CLAVE de la segunda persona, donde hace falta")),
    ],
    body: Content(
      types: [
        ("application/json", SchemaCatalog.eventsBody), ("application/x-ndjson", Schema.text),
      ], example: SchemaCatalog.draftExample),
    answers: [
      Answer(
        status: 201, doc: Text("recorded, and on the disk", "registrado, y en disco"),
        content: Content(
          "application/json", SchemaCatalog.receipts, example: SchemaCatalog.receiptExample)),
      Answer(
        status: 200,
        doc: Text("all of it was recorded before", "todo estaba registrado"),
        content: Content("application/json", SchemaCatalog.receipts)),
    ],
    problems: [403, 409, 413, 415, 422, 503, 507],
    .later { exchange, answer in
      let handed = try HandedEvents(exchange)
      guard let writer = exchange.service.writer else { throw Problem.readOnly }
      let isBatch = handed.isBatch
      writer.record(handed.submission) { outcome in
        answer {
          switch outcome {
          case .recorded(let receipts, let isNew):
            return HandedEvents.answer(receipts, isNew: isNew, isBatch: isBatch)
          case .refused(let refusal): throw Problem(of: refusal)
          case .failed(let error): throw Problem(of: error)
          }
        }
      }
    })
}

/// The drafts of a request's body.
struct HandedEvents {
  let submission: EventWriter.Submission
  /// Whether they came as several.
  let isBatch: Bool

  /// The most drafts of a request.
  static let most = 4_096
  private static let batchLimits = JSONLimits(depth: 34, bytes: ServiceLimits().draftBytes)

  /// Reads a body: a draft, `{"events":[DRAFT,…]}`, or JSON Lines of drafts.
  ///
  /// Throws ``Problem``: 400 for what is no JSON, 401 and 403 for a second person who is none, 403 for
  /// what may not be recorded under the token, 413, 415, 422.
  init(_ exchange: Exchange) throws {
    let request = exchange.request
    let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
      throw Problem(
        415, "unsupported_encoding",
        Text(
          "the body is taken as it is, not encoded", "el cuerpo se recibe tal cual, sin codificar"),
        [("field", .string("Content-Encoding")), ("value", .string(String(encoding.prefix(64))))])
    }
    let key = request.headers[.idempotencyKey]
    let values: [(line: Int, value: JSONValue)]
    let isBatch: Bool
    switch type {
    case "application/json":
      (values, isBatch) = try Self.values(ofJSON: request.body)
    case "application/x-ndjson", "application/jsonl":
      (values, isBatch) = (try Self.values(ofLines: request.body), true)
    default:
      throw Problem(
        415, "unsupported_type",
        Text(
          "the body is application/json or application/x-ndjson",
          "el cuerpo es application/json o application/x-ndjson"))
    }
    guard values.count <= Self.most else {
      throw Problem(
        413, "too_many_drafts",
        Text(
          "a request may have \(Self.most) drafts, this one has \(values.count)",
          "una solicitud puede traer \(Self.most) borradores; esta trae \(values.count)"),
        [("expected", .string("at most \(Self.most) drafts"))])
    }
    guard !values.isEmpty else {
      throw Problem(
        422, "no_draft", Text("no draft was given", "no se dio ningún borrador"),
        [("field", .string("events"))])
    }
    guard let actor = exchange.grant.actor else {
      preconditionFailure("who may record has a name")
    }
    var drafts: [Draft] = []
    drafts.reserveCapacity(values.count)
    for (place, (line, value)) in values.enumerated() {
      let keyed = try Self.keyed(
        value, by: key.map { isBatch ? "\($0)/\(place + 1)" : $0 }, line: line)
      let draft: Draft
      do { draft = try Draft(keyed, line: line) { _ in "" } } catch { throw Problem(of: error) }
      try Self.require(draft, by: exchange.grant, actor)
      drafts.append(draft)
    }
    self.isBatch = isBatch
    submission = EventWriter.Submission(
      drafts: drafts, actor: actor, approval: try Self.approver(exchange))
  }

  private static func values(
    ofJSON body: [UInt8]
  ) throws(Problem) -> (values: [(line: Int, value: JSONValue)], isBatch: Bool) {
    let value = try parsed(body, batchLimits, line: 0)
    if let events = value.arrayValue {
      throw Problem(
        422, "wrong_type",
        Text(
          "an array of \(events.count) values is no draft", "un arreglo no es un borrador"),
        [("expected", .string(#"one draft, or several as {"events":[DRAFT,…]}"#))])
    }
    guard case .object(let members) = value, members.count == 1, members[0].key == "events" else {
      return ([(0, value)], false)
    }
    guard let events = members[0].value.arrayValue else {
      throw Problem(
        422, "wrong_type", Text("events is no list", "events no es una lista"),
        [("field", .string("events")), ("expected", .string("an array of drafts"))])
    }
    return (events.enumerated().map { ($0.offset + 1, $0.element) }, true)
  }

  private static func values(
    ofLines body: [UInt8]
  ) throws(Problem) -> [(line: Int, value: JSONValue)] {
    var values: [(line: Int, value: JSONValue)] = []
    var number = 0
    for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      values.append((number, try parsed(Array(line), .event, line: number)))
    }
    return values
  }

  private static func parsed(
    _ bytes: [UInt8], _ limits: JSONLimits, line: Int
  ) throws(Problem) -> JSONValue {
    do {
      return try JSONValue(parsing: bytes.span, as: .event, limits: limits)
    } catch {
      // JSON it is, and yet none of an event's.
      let isOther = error.code == .numberNotInteger || error.code == .numberOutOfRange
      throw Problem(
        isOther ? 422 : 400, error.code.rawValue,
        Text("the body is not the JSON of an event", "el cuerpo no es el JSON de un evento"),
        (line > 0 ? [("line", .integer(Int64(line)))] : []) + [
          ("byte", .integer(Int64(error.offset))),
          ("expected", .string("UTF-8, numbers whole and within ±(2^53 − 1)")),
        ])
    }
  }

  /// The draft with its key: stated, or from the header. What has none is refused: sent again after a
  /// broken connection it would be recorded twice.
  private static func keyed(
    _ value: JSONValue, by key: String?, line: Int
  ) throws(Problem) -> JSONValue {
    guard case .object(let members) = value else { return value }
    let stated = members.first { $0.key == "key" }
    switch (stated, key) {
    case (nil, let key?): return .object(members + [JSONMember(key: "key", value: .string(key))])
    case (let stated?, let key?) where stated.value.stringValue != key:
      throw Problem(
        of: Refusal(
          "two_keys", field: "key", value: stated.value.stringValue ?? "",
          expected: "the key of Idempotency-Key, or one of the two alone", line: line))
    case (nil, nil):
      throw Problem(
        of: Refusal(
          "missing_field", field: "key",
          expected: "a key in the draft, or the header Idempotency-Key", line: line))
    default: return value
    }
  }

  /// Refuses what may not be recorded under a token: in the name of another, or of a type that is for
  /// other roles.
  private static func require(_ draft: Draft, by grant: Grant, _ actor: Actor) throws(Problem) {
    if let stated = draft.actor, stated != actor.canonical {
      throw Problem(
        403, "actor_not_yours",
        Text(
          "a token records in the name of its holder alone: leave actor out",
          "una clave registra solo en nombre de su titular: omita actor"),
        [
          ("field", .string("actor")),
          ("expected", .string(String(decoding: actor.canonical, as: UTF8.self))),
        ])
    }
    do {
      try grant.require(recording: draft.type, line: draft.line)
    } catch {
      throw Problem(of: error)
    }
  }

  private static func approver(_ exchange: Exchange) throws -> Grant? {
    guard let header = exchange.request.headers[.approver] else { return nil }
    return try exchange.service.door.visitor(showing: header).grant
  }

  /// The answer: a receipt, or those of several in their order.
  static func answer(_ receipts: [Receipt], isNew: Bool, isBatch: Bool) -> HTTPResponse {
    let location = receipts.first.map { ("Location", "/v1/events/\($0.seq)") }
    let headers = isNew && !isBatch ? [location].compactMap(\.self) : []
    var writer = CanonicalWriter()
    if isBatch {
      writer.beginObject()
      writer.key("receipts")
      writer.beginArray()
    }
    for receipt in receipts {
      writer.beginObject()
      writer.key("at")
      writer.string(receipt.at)
      writer.key("key")
      writer.string(receipt.key)
      writer.key("seq")
      writer.integer(receipt.seq)
      writer.endObject()
    }
    if isBatch {
      writer.endArray()
      writer.endObject()
    }
    return HTTPResponse(
      isNew ? 201 : 200, type: "application/json", writer.bytes + [UInt8(ascii: "\n")],
      headers: headers)
  }
}

extension Problem {
  /// A service that only reads.
  static var readOnly: Problem {
    Problem(
      503, "read_only",
      Text("this service only reads", "este servicio solo lee"))
  }

  /// Why a draft was not taken.
  init(of refusal: Refusal) {
    let status =
      switch refusal.code {
      case "key_conflict", "wrong_position": 409
      case "not_permitted", "second_person_needed", "same_person": 403
      default: 422
      }
    let failure = Failure(refusal)
    self.init(status, refusal.code, failure.message, Self.members(failure))
  }

  /// Why the log did not take events.
  init(of error: LogError) {
    let status =
      switch error.code {
      case .diskFull: 507
      case .poisoned, .inUse, .readOnly: 503
      case .erased, .noVaultKeys, .invalid, .tooLong: 422
      case .keyConflict, .wrongPosition: 409
      default: 500
      }
    let failure = Failure(error)
    self.init(status, failure.code, failure.message, Self.members(failure))
    if status == 507 || status == 503 { headers = [("Retry-After", "5")] }
  }

  /// The details of a failure as members.
  static func members(_ failure: Failure) -> [(name: String, value: JSONValue)] {
    failure.details.map { detail in
      switch detail.value {
      case .text(let text): (detail.name, .string(text))
      case .number(let number): (detail.name, .integer(number))
      }
    }
  }
}

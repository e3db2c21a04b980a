internal import CanonicalJSON

// The headers of answers, and an example of each thing a client may send.
extension OpenAPI {
  /// The headers that answers have, under the names that references use.
  var headers: JSONValue {
    JSONValue(
      members: Self.known.map { header in
        JSONMember(
          key: header.name,
          value: .object([
            "description": .string(header.doc[language]), "schema": Schema.text,
            "example": .string(header.example),
          ]))
      })
  }

  private static let known: [(name: String, doc: Text, example: String)] = [
    (
      "ETag",
      Text(
        "what this answer is known by: to be given back in If-None-Match; an account's is weak (W/), for "
          + "it outlives what is recorded of others",
        "por lo que se conoce esta respuesta: para devolverlo en If-None-Match; el de una cuenta es "
          + "débil (W/), pues sobrevive a lo que se registra de otras"),
      "\"4711-2026-03-02-en-crm-0.7.0-5f1c0d3a9b8e7f60\""
    ),
    (
      "Link",
      Text("where the next page is, if there is one", "dónde está la página siguiente, si la hay"),
      "</v1/accounts?limit=50&cursor=YWNjb3VudHM>; rel=\"next\""
    ),
    (
      "Location", Text("the first event that was recorded", "el primer evento que se registró"),
      "/v1/events/4711"
    ),
    (
      "Retry-After", Text("seconds to wait before asking again", "segundos antes de reintentar"),
      "1"
    ),
    (
      "WWW-Authenticate", Text("how to show who asks", "cómo mostrar quién pregunta"),
      "Bearer realm=\"quipu\""
    ),
  ]

  /// The names of an answer's headers, of those that say something about it.
  static func headers(of answer: Route.Answer, _ route: Route) -> [String] {
    var names: [String] = []
    if answer.status == 200, route.isOfMoment || route.hasOwnTag { names.append("ETag") }
    if answer.status == 200, route.parameters.contains(where: { $0.name == "cursor" }) {
      names.append("Link")
    }
    if answer.status == 201 { names.append("Location") }
    return names
  }

  /// A response's member `headers`; none where there are none.
  static func headers(_ names: [String]) -> [JSONMember] {
    guard !names.isEmpty else { return [] }
    let references = names.map { name in
      JSONMember(
        key: name, value: .object(["$ref": .string("#/components/headers/\(name)")]))
    }
    return [JSONMember(key: "headers", value: JSONValue(members: references))]
  }
}

extension Route {
  /// Whether it gives a tag of its own making: the ledger's size.
  fileprivate var hasOwnTag: Bool { path == "/v1/events" || path == "/checkpoint" }
}

extension Route.Parameter {
  /// What a client has already.
  static let ifNoneMatch = Route.Parameter(
    name: "If-None-Match", place: .header, isRequired: false, schema: Schema.text,
    doc: Text(
      "the ETag of an answer that the client has: 304 where it is still so",
      "el ETag de una respuesta que el cliente tiene: 304 si sigue igual"))

  /// A value it may have; nil where only an earlier answer gives one.
  var example: JSONValue? {
    if isList { return kind?.choices.map { .array($0.prefix(2).map { .string($0) }) } }
    switch (name, kind) {
    case ("cursor", _), ("If-None-Match", _): return nil
    case ("path", _): return .string("000")
    case ("level", _): return .integer(0)
    case ("Idempotency-Key", _): return .string("bank:77")
    case ("Quipu-Approver", _): return .string("Bearer quipu_0123abcd")
    case ("Last-Event-ID", _): return .integer(4_710)
    case ("account", _): return .string("A-1")
    case ("subject", _): return .string("S-1")
    case ("model", _): return .string("pays-30")
    case ("rule", _): return .string("PE-HRS")
    case ("limit", _): return .integer(50)
    case ("minDaysPastDue", _): return .integer(31)
    case ("maxDaysPastDue", _): return .integer(90)
    case (_, .date): return .string("2026-03-02")
    case (_, .knownAt): return .string("4711")
    case (_, .eventType): return .string("PaymentReceived")
    case (_, .stream): return .string("account/A-1")
    case (_, .identifier): return .string("\(name)-1")
    case (_, .integer(let range)): return .integer(range.lowerBound)
    default: return kind?.choices?.first.map { .string($0) }
    }
  }
}

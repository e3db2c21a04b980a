internal import CanonicalJSON
internal import Collections

extension Route.Parameter {
  /// A parameter of the query.
  static func query(
    _ name: String, _ kind: ValueKind, required: Bool = false, _ doc: Text
  ) -> Route.Parameter {
    Route.Parameter(
      name: name, place: .query, isRequired: required, schema: kind.schema, doc: doc, kind: kind)
  }

  /// A parameter of the query that is several values with commas between.
  static func list(_ name: String, _ kind: ValueKind, _ doc: Text) -> Route.Parameter {
    Route.Parameter(
      name: name, place: .query, isRequired: false,
      schema: .object([
        "type": .string("array"), "items": kind.schema, "minItems": .integer(1),
      ]), doc: doc, kind: kind, isList: true)
  }

  /// A parameter of the path.
  static func path(_ name: String, _ kind: ValueKind, _ doc: Text) -> Route.Parameter {
    Route.Parameter(
      name: name, place: .path, isRequired: true, schema: kind.schema, doc: doc, kind: kind)
  }

  static let on = query("on", .date, Option.on.doc)

  static let knownAt = query(
    "knownAt", .knownAt,
    Text(
      "count only events with a sequence number below this size, or recorded by this instant; else all",
      "contar solo los eventos con número de secuencia menor que este tamaño, o registrados hasta este "
        + "instante; si no, todos"))

  static let limit = query(
    "limit", .integer(1...1000),
    Text("rows of a page at most; else 100", "filas de una página como máximo; si no, 100"))

  static let cursor = query(
    "cursor", .text,
    Text(
      "where the page before ended, from its `next`: all pages are of the moment of the first",
      "dónde terminó la página anterior, según su `next`: todas son del momento de la primera"))

  static let account = path(
    "account", .identifier, Text("the account's id", "identificador de la cuenta"))

  static let ofAccount = query(
    "account", .identifier, Text("only of this account", "solo de esta cuenta"))

  static let ofSubject = query(
    "subject", .identifier, Text("only of this person", "solo de esta persona"))

  /// Any operation takes it.
  static let language = query(
    "lang", .choices(Language.allCases.map(\.rawValue).sorted()),
    Text(
      "language of what is for people to read; else by Accept-Language",
      "idioma de lo que es para leer; si no, según Accept-Language"))
}

extension ValueKind {
  /// The JSON Schema of a value of the query.
  var schema: JSONValue {
    if let choices { return Schema.choice(choices) }
    switch self {
    case .integer(let range):
      return Schema.integer(range)
    case .date: return Schema.date
    case .knownAt:
      return .object([
        "type": .string("string"),
        "anyOf": .array([
          .object(["pattern": .string("^(0|[1-9][0-9]{0,14})$")]),
          .object(["format": .string("date-time")]),
        ]),
      ])
    case .identifier: return Schema.id
    case .stream:
      let words = StreamKind.allCases.map(\.word).joined(separator: "|")
      return Schema.pattern("^(\(words))/[A-Za-z0-9._:-]{1,64}$")
    default: return .object(["type": .string("string"), "minLength": .integer(1)])
    }
  }
}

extension Route {
  /// Refuses a query that says what the route does not know, a thing twice, or a value that does not
  /// read; and a path whose parts cannot be what they stand for.
  ///
  /// Throws ``Problem``: 400 `unknown_parameter`, `repeated_parameter`, `missing_parameter`,
  /// `bad_parameter`; 404 `not_found` for a part of the path.
  func check(_ request: HTTPRequest, path: PathValues) throws(Problem) {
    if !request.query.isEmpty || queryParameters.contains(where: \.isRequired) {
      try check(request.query)
    }
    for parameter in parameters where parameter.place == .path {
      guard let value = path[parameter.name], let expected = parameter.kind?.objection(to: value)
      else { continue }
      throw Problem(
        404, "not_found",
        Text(
          "nothing can be there: {\(parameter.name)} is ",
          "ahí no puede haber nada: {\(parameter.name)} es ")
          + expected,
        [("field", .string(parameter.name)), ("value", .string(String(value.prefix(64))))])
    }
  }

  private func check(_ query: [(name: String, value: String)]) throws(Problem) {
    let known = queryParameters
    var seen: Set<String> = []
    for (name, value) in query {
      guard let parameter = known.first(where: { $0.name == name }) else {
        throw unknownParameter(name, known.map(\.name))
      }
      guard seen.insert(name).inserted else {
        throw Problem(
          400, "repeated_parameter",
          Text("the parameter \(name) is given twice", "el parámetro \(name) se da dos veces"),
          [("field", .string(name))])
      }
      let values =
        parameter.isList
        ? value.split(separator: ",", omittingEmptySubsequences: false).map(String.init) : [value]
      for value in values {
        guard let expected = parameter.kind?.objection(to: value) else { continue }
        throw .badParameter(name, value, expected)
      }
    }
    for parameter in known where parameter.isRequired && !seen.contains(parameter.name) {
      throw Problem(
        400, "missing_parameter",
        Text("the parameter \(parameter.name) is missing", "falta el parámetro \(parameter.name)"),
        [("field", .string(parameter.name))])
    }
  }

  private func unknownParameter(_ name: String, _ known: [String]) -> Problem {
    var members: [(name: String, value: JSONValue)] = [
      ("field", .string(String(name.prefix(64)))),
      ("expected", .string(known.sorted().joined(separator: ", "))),
    ]
    let near = nearest(to: name, among: known)
    if let near { members.append(("nearest", .string(near))) }
    let message = Text("there is no such parameter here", "aquí no hay tal parámetro")
    let hint = near.map { Text("; did you mean \($0)?", "; ¿quiso decir \($0)?") } ?? ""
    return Problem(400, "unknown_parameter", message + hint, members)
  }
}

extension Exchange {
  /// A whole number of the query, which the route has checked.
  func integer(_ name: String) -> Int64? { request.parameter(name).flatMap { Int64($0) } }

  /// A date of the query, which the route has checked.
  func date(_ name: String) -> CivilDate? { request.parameter(name).flatMap { CivilDate($0) } }

  /// Whether the query says `true`.
  func flag(_ name: String) -> Bool { request.parameter(name) == "true" }
}

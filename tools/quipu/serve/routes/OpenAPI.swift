internal import CanonicalJSON
internal import Ledger

/// The description of the service in OpenAPI 3.1, made of the very routes that answer.
struct OpenAPI {
  let language: Language

  /// The whole document.
  func document(of routes: [Route]) -> JSONValue {
    let api = routes.filter { !$0.isPage }
    var paths: [(path: String, operations: [JSONMember])] = []
    for route in api {
      // `{path+}` is a parameter as any other to OpenAPI, which has none with slashes.
      let path = route.path.split(separator: "+}", omittingEmptySubsequences: false)
        .joined(separator: "}")
      let operation = JSONMember(key: route.method.lowercased(), value: self.operation(route))
      if let place = paths.firstIndex(where: { $0.path == path }) {
        paths[place].operations.append(operation)
      } else {
        paths.append((path, [operation]))
      }
    }
    let known = paths.map { JSONMember(key: $0.path, value: JSONValue(members: $0.operations)) }
    return .object([
      "openapi": .string("3.1.0"), "info": info,
      "jsonSchemaDialect": .string("https://json-schema.org/draft/2020-12/schema"),
      "servers": .array([.object(["url": .string("/")])]),
      "security": .array(Self.schemes),
      "paths": JSONValue(members: known),
      "components": .object([
        "schemas": JSONValue(members: SchemaCatalog.all), "headers": headers,
        "securitySchemes": securitySchemes,
      ]),
    ])
  }

  /// Either of them lets in.
  private static let schemes: [JSONValue] = ["token", "session"].map {
    JSONValue(members: [JSONMember(key: $0, value: .array([]))])
  }

  private var securitySchemes: JSONValue {
    .object([
      "token": .object([
        "type": .string("http"), "scheme": .string("bearer"),
        "description": .string(
          Text(
            "a token that `quipu token add` or `quipu identity add` gave; its role must be one of "
              + "`x-roles` of the operation",
            "una clave que dio `quipu token add` o `quipu identity add`; su rol debe ser uno de "
              + "`x-roles` de la operación")[language]),
      ]),
      "session": .object([
        "type": .string("apiKey"), "in": .string("cookie"), "name": .string(Sessions.cookie),
        "description": .string(
          Text(
            "whoever is signed in to the console; a POST must come from a page of the service",
            "quien inició sesión en la consola; un POST debe venir de una página del servicio")[
              language]),
      ]),
    ])
  }

  private var info: JSONValue {
    .object([
      "title": .string("Quipu"), "version": .string(ProgramHelp.version),
      "summary": .string(ProgramHelp.summary[language]),
      "description": .string(
        Text(
          "Amounts are integers in minor units. `on` is a day, `knownAt` how much of the ledger was "
            + "known: together they are one moment, and what was so at one stays so. Errors are problem "
            + "details (RFC 9457); their `code` is stable. An answer about a moment has an `ETag`; asked "
            + "again with `If-None-Match`, 304 says that it is still so. Lists come in pages: follow "
            + "`Link`, or give `next` back as `cursor`. A token has a rate: 429 and 503 say in "
            + "`Retry-After` how many seconds to wait.",
          "Los montos son enteros en unidades menores. `on` es un día, `knownAt` cuánto del libro se "
            + "conocía: juntos son un momento, y lo que rige en uno no cambia. Los errores son problem "
            + "details (RFC 9457); su `code` es estable. La respuesta sobre un momento lleva `ETag`; si "
            + "se pregunta otra vez con `If-None-Match`, 304 dice que sigue igual. Las listas vienen por "
            + "páginas: siga `Link`, o devuelva `next` como `cursor`. Una clave tiene un ritmo: 429 y 503 "
            + "dicen en `Retry-After` cuántos segundos esperar.")[language]),
      "license": .object([
        "name": .string("Apache-2.0"), "identifier": .string("Apache-2.0"),
      ]),
    ])
  }

  private func operation(_ route: Route) -> JSONValue {
    var members = [
      JSONMember(key: "operationId", value: .string(route.name)),
      JSONMember(key: "summary", value: .string(route.summary[language])),
      JSONMember(key: "tags", value: .array([.string(Self.tag(of: route))])),
      JSONMember(
        key: "parameters", value: .array(parameters(of: route).map(parameter))),
      JSONMember(key: "responses", value: JSONValue(members: responses(route))),
    ]
    if let permission = route.permission, !route.isOpenOnThisMachine {
      let roles = Text("Roles: \(permission.roles).", "Roles: \(permission.roles).")
      members.append(JSONMember(key: "description", value: .string(roles[language])))
      let names = permission.roles.split(separator: ", ").map { JSONValue.string(String($0)) }
      members.append(JSONMember(key: "x-roles", value: .array(names)))
    } else {
      // Open to all, with a token or without.
      members.append(JSONMember(key: "security", value: .array([.object([:])] + Self.schemes)))
    }
    if let body = route.body {
      members.append(
        JSONMember(
          key: "requestBody",
          value: .object(["required": .bool(true), "content": content(body)])))
    }
    return JSONValue(members: members)
  }

  /// The part of the path that says what it is about.
  private static func tag(of route: Route) -> String {
    let parts = route.path.split(separator: "/")
    return String((parts.first == "v1" ? parts.dropFirst() : parts[...]).first ?? "service")
  }

  private func parameters(of route: Route) -> [Route.Parameter] {
    route.parameters + (route.isOfMoment ? [.ifNoneMatch] : []) + [.language]
  }

  private func parameter(_ parameter: Route.Parameter) -> JSONValue {
    var members = [
      JSONMember(key: "name", value: .string(parameter.name)),
      JSONMember(key: "in", value: .string(parameter.place.rawValue)),
      JSONMember(key: "required", value: .bool(parameter.isRequired)),
      JSONMember(key: "schema", value: parameter.schema),
      JSONMember(key: "description", value: .string(parameter.doc[language])),
    ]
    if let example = parameter.example {
      members.append(JSONMember(key: "example", value: example))
    }
    if parameter.isList {
      members.append(JSONMember(key: "style", value: .string("form")))
      members.append(JSONMember(key: "explode", value: .bool(false)))
    }
    return JSONValue(members: members)
  }

  private func content(_ content: Route.Content) -> JSONValue {
    JSONValue(
      members: content.types.enumerated().map { place, known in
        var members = [JSONMember(key: "schema", value: known.schema)]
        if place == 0, let example = content.example {
          members.append(JSONMember(key: "example", value: example))
        }
        return JSONMember(key: known.type, value: JSONValue(members: members))
      })
  }

  private func responses(_ route: Route) -> [JSONMember] {
    var members = route.answers.map { answer in
      var told = [JSONMember(key: "description", value: .string(answer.doc[language]))]
      if let content = answer.content {
        told.append(JSONMember(key: "content", value: self.content(content)))
      }
      told += Self.headers(Self.headers(of: answer, route))
      return JSONMember(key: "\(answer.status)", value: JSONValue(members: told))
    }
    if route.isOfMoment {
      let unchanged = [
        JSONMember(
          key: "description",
          value: .string(
            Text(
              "as it was when it had the ETag of If-None-Match",
              "igual que cuando tenía el ETag de If-None-Match")[language]))
      ]
      members.append(
        JSONMember(key: "304", value: JSONValue(members: unchanged + Self.headers(["ETag"]))))
    }
    var statuses = route.problems + [400]
    if route.permission != nil { statuses += [401, 403, 429] }
    if case .now = route.work {} else { statuses.append(503) }
    for status in Set(statuses).sorted() where !members.contains(where: { $0.key == "\(status)" }) {
      members.append(JSONMember(key: "\(status)", value: problem(status)))
    }
    members.append(
      JSONMember(
        key: "default", value: problem(0)))
    return members
  }

  private func problem(_ status: Int) -> JSONValue {
    let headers: [String] =
      switch status {
      case 401: ["WWW-Authenticate"]
      case 429, 503, 507: ["Retry-After"]
      default: []
      }
    let members = [
      JSONMember(key: "description", value: .string(Self.meaning(of: status)[language])),
      JSONMember(
        key: "content",
        value: .object([
          "application/problem+json": .object(["schema": Schema.reference("Problem")])
        ])),
    ]
    return JSONValue(members: members + Self.headers(headers))
  }

  private static func meaning(of status: Int) -> Text {
    switch status {
    case 400: Text("the request does not read", "la solicitud no se entiende")
    case 401: Text("nobody known asks", "quien pregunta no es conocido")
    case 403: Text("the role may not", "el rol no lo permite")
    case 404: Text("there is no such thing", "no existe")
    case 409: Text("another state of the ledger is meant", "se refiere a otro estado del libro")
    case 413: Text("too large", "demasiado grande")
    case 415: Text("a body of another type", "un cuerpo de otro tipo")
    case 422: Text("a rule refuses it", "una regla lo rechaza")
    case 429:
      Text("more requests than the token's rate", "más solicitudes que el ritmo de la clave")
    case 503: Text("not now", "ahora no")
    case 507: Text("the disk is full", "el disco está lleno")
    default: Text("any other problem", "cualquier otro problema")
    }
  }
}

extension Route {
  static let openAPI = Route(
    "GET", "/openapi.json", "getOpenAPI",
    Text("this description", "esta descripción"), permission: nil,
    answers: [
      Answer(
        status: 200, doc: Text("OpenAPI 3.1", "OpenAPI 3.1"),
        content: Content("application/json", SchemaCatalog.anyObject))
    ],
    .now { exchange in
      HTTPResponse(
        type: "application/json", exchange.language == .spanish ? OpenAPI.spanish : OpenAPI.english,
        headers: [("Cache-Control", "no-cache")])
    })
}

extension OpenAPI {
  /// The document in either language, made when it is first asked for.
  fileprivate static let english = OpenAPI(language: .english).bytes
  fileprivate static let spanish = OpenAPI(language: .spanish).bytes

  private var bytes: [UInt8] { document(of: RouteTable.all.routes).canonicalBytes }
}

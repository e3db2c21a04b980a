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
      "security": .array([.object(["token": .array([])])]),
      "paths": JSONValue(members: known),
      "components": .object([
        "schemas": JSONValue(members: SchemaCatalog.all),
        "securitySchemes": .object([
          "token": .object([
            "type": .string("http"), "scheme": .string("bearer"),
            "description": .string(
              Text(
                "a token that `quipu token add` gave", "un token que dio `quipu token add`")[
                  language]),
          ])
        ]),
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
            + "details (RFC 9457); their `code` is stable.",
          "Los montos son enteros en unidades menores. `on` es un día, `knownAt` cuánto del libro se "
            + "conocía: juntos son un momento, y lo que rige en uno no cambia. Los errores son problem "
            + "details (RFC 9457); su `code` es estable.")[language]),
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
        key: "parameters", value: .array((route.parameters + [.language]).map(parameter))),
      JSONMember(key: "responses", value: JSONValue(members: responses(route))),
    ]
    if let permission = route.permission, !route.isOpenOnThisMachine {
      let roles = Text("roles: \(permission.roles)", "roles: \(permission.roles)")
      members.append(JSONMember(key: "description", value: .string(roles[language])))
    } else {
      // Open to all, with a token or without.
      members.append(
        JSONMember(
          key: "security", value: .array([.object([:]), .object(["token": .array([])])])))
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

  private func parameter(_ parameter: Route.Parameter) -> JSONValue {
    .object([
      "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
      "required": .bool(parameter.isRequired), "schema": parameter.schema,
      "description": .string(parameter.doc[language]),
    ])
  }

  private func content(_ content: Route.Content) -> JSONValue {
    JSONValue(
      members: content.types.map { type, schema in
        JSONMember(key: type, value: .object(["schema": schema]))
      })
  }

  private func responses(_ route: Route) -> [JSONMember] {
    var members = route.answers.map { answer in
      var told = [JSONMember(key: "description", value: .string(answer.doc[language]))]
      if let content = answer.content {
        told.append(JSONMember(key: "content", value: self.content(content)))
      }
      return JSONMember(key: "\(answer.status)", value: JSONValue(members: told))
    }
    var statuses = route.problems + [400]
    if route.permission != nil { statuses += [401, 403] }
    for status in Set(statuses).sorted() where !members.contains(where: { $0.key == "\(status)" }) {
      members.append(JSONMember(key: "\(status)", value: problem(Self.meaning(of: status))))
    }
    members.append(
      JSONMember(
        key: "default", value: problem(Text("any other problem", "cualquier otro problema"))))
    return members
  }

  private func problem(_ meaning: Text) -> JSONValue {
    .object([
      "description": .string(meaning[language]),
      "content": .object([
        "application/problem+json": .object(["schema": Schema.reference("Problem")])
      ]),
    ])
  }

  private static func meaning(of status: Int) -> Text {
    switch status {
    case 400: Text("the request does not read", "la solicitud no se entiende")
    case 401: Text("nobody known asks", "quien pregunta no es conocido")
    case 403: Text("the role may not", "el rol no lo permite")
    case 404: Text("there is no such thing", "no existe")
    case 409: Text("another state of the ledger is meant", "se refiere a otro estado del libro")
    case 413: Text("too large", "demasiado grande")
    case 422: Text("a rule refuses it", "una regla lo rechaza")
    case 503: Text("not now", "ahora no")
    case 507: Text("the disk is full", "el disco está lleno")
    default: Text("a problem", "un problema")
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

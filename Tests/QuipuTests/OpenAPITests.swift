import CanonicalJSON
import Collections
import Ledger
import Testing

@testable import quipu

@Suite("the description of the service")
struct OpenAPITests {
  private let document = OpenAPI(language: .english).document(of: RouteTable.all.routes)

  /// Every `$ref` in a value.
  private func references(in value: JSONValue) -> Set<String> {
    switch value {
    case .array(let values): return values.reduce(into: []) { $0.formUnion(references(in: $1)) }
    case .object(let members):
      return members.reduce(into: []) { found, member in
        if member.key == "$ref", let text = member.value.stringValue { found.insert(text) }
        found.formUnion(references(in: member.value))
      }
    default: return []
    }
  }

  @Test("every reference leads somewhere, and nothing is described in vain")
  func referencesResolve() throws {
    let components = try #require(document["components"])
    var reached: Set<String> = []
    var waiting = references(in: try #require(document["paths"]))
    while let next = waiting.popFirst() {
      guard reached.insert(next).inserted else { continue }
      let parts = next.split(separator: "/").map(String.init)
      try #require(parts.count == 4 && next.hasPrefix("#/components/"), "\(next)")
      let found = try #require(components[parts[2]]?[parts[3]], "\(next)")
      waiting.formUnion(references(in: found).subtracting(reached))
    }
    let names = ["schemas", "headers"].flatMap { kind in
      (components[kind]?.objectValue ?? []).map { "#/components/\(kind)/\($0.key)" }
    }
    let unused = Set(names).subtracting(reached)
    #expect(unused.filter { !$0.contains("/Draft.") } == [])
  }

  @Test("names of operations are unique, and parameters of the path are declared")
  func operations() {
    let api = RouteTable.all.routes.filter { !$0.isPage }
    #expect(Set(api.map(\.name)).count == api.count)
    for route in api {
      let inPath = route.pattern.filter { $0.first == "{" }.map {
        $0.dropFirst().prefix { $0 != "+" && $0 != "}" }
      }
      let declared = route.parameters.filter { $0.place == .path }.map(\.name)
      #expect(inPath.map(String.init) == declared, "\(route.path)")
      #expect(!route.answers.isEmpty, "\(route.path)")
    }
  }

  /// An operation of the document, by its route.
  private func operation(_ route: Route) throws -> JSONValue {
    let path = route.path.split(separator: "+}", omittingEmptySubsequences: false).joined(
      separator: "}")
    return try #require(document["paths"]?[path]?[route.method.lowercased()], "\(path)")
  }

  @Test("who may ask, what is unchanged, where a list goes on, how long to wait: each is told of")
  func protocolIsTold() throws {
    for route in Route.api {
      let told = try operation(route)
      let responses = try #require(told["responses"])
      func headers(_ status: String) -> Set<String> {
        Set((responses[status]?["headers"]?.objectValue ?? []).map(\.key))
      }
      let parameters = (told["parameters"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
      #expect((responses["304"] != nil) == route.isOfMoment, "\(route.path)")
      #expect(parameters.contains("If-None-Match") == route.isOfMoment, "\(route.path)")
      if route.isOfMoment {
        #expect(headers("304") == ["ETag"] && headers("200").contains("ETag"), "\(route.path)")
      }
      #expect(headers("200").contains("Link") == parameters.contains("cursor"), "\(route.path)")
      let isForAll = route.permission == nil
      #expect((responses["429"] == nil) == isForAll, "\(route.path)")
      for status in ["429", "503", "507"] where responses[status] != nil {
        #expect(headers(status) == ["Retry-After"] || route.name == "getHealth", "\(route.path)")
      }
      if let permission = route.permission {
        #expect(headers("401") == ["WWW-Authenticate"], "\(route.path)")
        let roles = (told["x-roles"]?.arrayValue ?? []).compactMap(\.stringValue)
        let may = Role.allCases.filter { $0.permissions.contains(permission) }.map(\.rawValue)
        #expect(route.isOpenOnThisMachine || roles == may, "\(route.path)")
      }
    }
    let schemes = try #require(document["components"]?["securitySchemes"])
    #expect(schemes["token"]?["scheme"] == .string("bearer"))
    #expect(schemes["session"]?["name"] == .string(Sessions.cookie))
  }

  @Test("an example is what its schema says")
  func examples() throws {
    let checker = SchemaChecker()
    var count = 0
    func check(_ value: JSONValue, _ place: String) {
      guard let members = value.objectValue else { return }
      if let schema = value["schema"], let example = value["example"] {
        count += 1
        #expect(checker.faults(example, schema) == [], "\(place)")
      }
      for example in value["examples"]?.arrayValue ?? [] {
        count += 1
        #expect(checker.faults(example, value) == [], "\(place)")
      }
      for member in members {
        for (index, element) in (member.value.arrayValue ?? [member.value]).enumerated() {
          check(element, "\(place).\(member.key)[\(index)]")
        }
      }
    }
    check(document, "$")
    #expect(count > 60)
    for (method, path) in [("post", "/v1/events"), ("post", "/v1/may-contact")] {
      let operation = document["paths"]?[path]?[method]
      #expect(operation?["requestBody"]?["content"]?["application/json"]?["example"] != nil)
      #expect(
        operation?["responses"]?["201"]?["content"]?["application/json"]?["example"] != nil)
    }
  }

  @Test("in Spanish it says other words about the same things")
  func languages() {
    let spanish = OpenAPI(language: .spanish).document(of: RouteTable.all.routes)
    #expect(spanish != document)
    #expect(spanish["components"]?["schemas"] == document["components"]?["schemas"])
    #expect(
      spanish["paths"]?.objectValue?.map(\.key) == document["paths"]?.objectValue?.map(\.key))
  }

  @Test("a draft of each type that can be recorded is described")
  func drafts() throws {
    let draft = try #require(document["components"]?["schemas"]?["Draft"])
    let mapped = (draft["discriminator"]?["mapping"]?.objectValue ?? []).map(\.key)
    let ofTheLog: Set<String> = ["LedgerOpened", "LogRecovered", "SigningKeyChanged"]
    #expect(Set(mapped) == Set(EventType.allCases.map(\.name)).subtracting(ofTheLog))
    let checker = SchemaChecker()
    let good = try JSONValue(parsing: DraftLine.paid("A-1", "p-1"), as: .json)
    #expect(checker.faults(good, Schema.reference("Draft")) == [])
    let bad = try JSONValue(parsing: DraftLine.paid("A-1", "p-1", -5), as: .json)
    #expect(checker.faults(bad, Schema.reference("Draft")) != [])
  }
}

import CanonicalJSON
import Collections
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
    let schemas = try #require(document["components"]?["schemas"])
    var reached: Set<String> = []
    var waiting = references(in: try #require(document["paths"]))
    while let next = waiting.popFirst() {
      guard reached.insert(next).inserted else { continue }
      let name = String(next.dropFirst("#/components/schemas/".count))
      let schema = try #require(schemas[name], "\(next)")
      waiting.formUnion(references(in: schema).subtracting(reached))
    }
    let names = (schemas.objectValue ?? []).map { "#/components/schemas/\($0.key)" }
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

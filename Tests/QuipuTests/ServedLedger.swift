import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Projections
import Testing

@testable import quipu

/// A ledger's service without its HTTP: requests go to the routes as the dispatch hands them on.
struct ServedLedger {
  let service: Service

  /// Serves what a ledger holds now, on a day.
  init(_ ledger: TemporaryLedger, today: String = GeneratedPortfolio.day) throws {
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel(expecting: view.size)
    try view.advance(&model, to: view.size)
    let day = try #require(CivilDate(today))
    service = Service(ledger: ledger.path, books: try LiveBooks(model, of: view, today: day))
  }

  /// A request as it comes to its route, which has checked it. `target` is a path with its query, nothing
  /// in it encoded but `%XX`.
  private func exchange(
    _ method: String, _ target: String, body: String, headers: [String: String],
    in language: Language
  ) throws -> (Route, Exchange) {
    let parts = target.split(separator: "?", maxSplits: 1)
    var request = HTTPRequest(method: method, path: String(parts[0]))
    request.query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1)
      return (String(sides[0]), sides.count > 1 ? String(sides[1]) : "")
    }
    request.headers = HTTPHeaders(headers)
    request.body = Array(body.utf8)
    guard
      case .route(let route, let values) = service.table.match(
        method, try #require(request.segments))
    else { throw Problem(404, "no_such_path", "") }
    try route.check(request, path: values)
    let exchange = Exchange(
      request: request, path: values, grant: .nobody, language: language, service: service)
    return (route, exchange)
  }

  /// What a route that reads answers.
  func ask(
    _ method: String, _ target: String, body: String = "", headers: [String: String] = [:],
    in language: Language = .english
  ) throws -> HTTPResponse {
    let (route, exchange) = try exchange(
      method, target, body: body, headers: headers, in: language)
    switch route.work {
    case .now(let work), .aside(let work): return try work(exchange)
    case .later: preconditionFailure("what is answered later is posted")
    }
  }

  /// What a route answers when its work is done.
  func post(_ target: String, _ body: String) async throws -> HTTPResponse {
    let (route, exchange) = try exchange(
      "POST", target, body: body, headers: [:], in: .english)
    guard case .later(let work) = route.work else { preconditionFailure("it answers at once") }
    let make = try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<@Sendable () throws -> HTTPResponse, any Error>) in
      do {
        try work(exchange) { continuation.resume(returning: $0) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
    return try make()
  }

  /// What a body is refused with.
  func problem(posting body: String, to target: String) async -> Problem {
    do {
      _ = try await post(target, body)
    } catch {
      return Problem(error)
    }
    Issue.record("\(body) is not refused")
    return Problem(200, "", "")
  }

  /// The JSON a route answers with 200.
  func json(_ target: String, in language: Language = .english) throws -> JSONValue {
    let response = try ask("GET", target, in: language)
    try #require(response.status == 200, "\(target)")
    return try JSONValue(
      parsing: String(decoding: response.wholeBody, as: UTF8.self), as: .json,
      limits: JSONLimits(bytes: 1 << 26))
  }

  /// What a request is refused with.
  func problem(_ target: String, headers: [String: String] = [:]) throws -> Problem {
    do {
      _ = try ask("GET", target, headers: headers)
    } catch {
      return Problem(error)
    }
    Issue.record("\(target) is not refused")
    return Problem(200, "", "")
  }
}

extension HTTPHeaders {
  /// Those of a request, by their names in small letters.
  init(_ fields: [String: String]) {
    self.init()
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      guard let name = HeaderName(rawValue: name) else { continue }
      add(name, value)
    }
  }
}

extension HTTPResponse {
  /// All bytes of the body; of a feed until it waits for the ledger to grow.
  var wholeBody: [UInt8] {
    switch body {
    case .bytes(let bytes): return bytes
    case .stream(let stream):
      var bytes: [UInt8] = []
      while true {
        switch stream.next(.room) {
        case .bytes(let piece): bytes += piece
        case .wait where header("Content-Type") != "text/event-stream": usleep(1_000)
        case .wait, .end, .failed: return bytes
        }
      }
    }
  }

  /// The value of a header.
  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Whether a value is what a schema of the catalogue says; enough of JSON Schema for the schemas we write.
struct SchemaChecker {
  let schemas = JSONValue(members: SchemaCatalog.all)

  /// What is wrong, and where: empty where nothing is.
  func faults(_ value: JSONValue, _ schema: JSONValue, at path: String = "$") -> [String] {
    if let name = schema["$ref"]?.stringValue {
      guard let found = schemas[String(name.dropFirst("#/components/schemas/".count))] else {
        return ["\(path): no schema \(name)"]
      }
      return faults(value, found, at: path)
    }
    var found: [String] = []
    for (key, takesAll) in [("anyOf", false), ("oneOf", false), ("allOf", true)] {
      guard let choices = schema[key]?.arrayValue else { continue }
      let tried = choices.map { faults(value, $0, at: path) }
      if takesAll {
        found += tried.flatMap { $0 }
      } else if !tried.contains(where: \.isEmpty) {
        found += tried.min { $0.count < $1.count } ?? []
      }
    }
    if let choices = schema["enum"]?.arrayValue, !choices.contains(value) {
      found.append("\(path): \(value.canonicalText) is none of the choices")
    }
    if let type = schema["type"]?.stringValue, type != value.schemaType {
      return found + ["\(path): \(value.schemaType) and not \(type)"]
    }
    if let number = value.integerValue {
      let least = schema["minimum"]?.integerValue ?? .min
      let most = schema["maximum"]?.integerValue ?? .max
      if number < least || number > most { found.append("\(path): \(number) is out of bounds") }
    }
    if let text = value.stringValue, let pattern = schema["pattern"]?.stringValue,
      let expression = try? Regex(pattern), text.wholeMatch(of: expression) == nil
    {
      found.append("\(path): \(text) does not match \(pattern)")
    }
    for (place, element) in (value.arrayValue ?? []).enumerated() {
      guard let items = schema["items"] else { break }
      found += faults(element, items, at: "\(path)[\(place)]")
    }
    return found + memberFaults(value, schema, path)
  }

  private func memberFaults(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard let members = value.objectValue else { return [] }
    var found: [String] = []
    for member in members {
      if let known = schema["properties"]?[member.key] {
        found += faults(member.value, known, at: "\(path).\(member.key)")
      } else if schema["additionalProperties"] == .bool(false) {
        found.append("\(path).\(member.key) is not declared")
      }
    }
    for name in schema["required"]?.arrayValue ?? [] where value[name.stringValue ?? ""] == nil {
      found.append("\(path).\(name.stringValue ?? "") is missing")
    }
    return found
  }
}

extension JSONValue {
  fileprivate var schemaType: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Projections
import Testing

@testable import quipu

/// What the dispatch makes of requests, without HTTP.
@Suite struct ServeDispatchTests {
  private let ledger: TemporaryLedger
  private let service: Service
  private var tokens: [String: String] = [:]

  init() throws {
    ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1"), DraftLine.paid("A-1", "p-1")])
    try ledger.addIdentities()
    for (name, role) in [
      ("gate", "recorder"), ("desk", "dpo"), ("slow", "reader"), ("call", "agent --subject S-1"),
      ("look", "auditor"),
    ] {
      let rate = name == "slow" ? 5 : 1_000_000
      let added = try ledger.run("token add \(name) --role \(role) --rate \(rate) --as eva")
      try #require(added.exit == 0, "\(added.errors)")
      tokens[name] = added.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel()
    try view.advance(&model, to: view.size)
    service = Service(
      ledger: ledger.path, books: try LiveBooks(model, of: view, at: ledger.path))
  }

  private func request(
    _ method: String, _ target: String, as name: String?, headers: [String: String],
    from peer: String
  ) -> HTTPRequest {
    let client = Connection(peer, socket: -1, seconds: 10)
    var request = PendingRequest(target, from: client).request
    request.method = method
    request.headers = HTTPHeaders(headers)
    if let name { request.headers[.authorization] = "Bearer \(tokens[name] ?? name)" }
    return request
  }

  /// What a request is let in as.
  private func admit(
    _ method: String, _ target: String, as name: String? = nil, headers: [String: String] = [:],
    from peer: String = "192.0.2.7"
  ) throws -> Admission {
    service.admit(request(method, target, as: name, headers: headers, from: peer))
  }

  /// The answer to a request without a body.
  private func ask(
    _ method: String, _ target: String, as name: String? = nil, headers: [String: String] = [:]
  ) throws -> HTTPResponse {
    let request = request(method, target, as: name, headers: headers, from: "192.0.2.7")
    return try #require(service.answerNow(request, service.admit(request)))
  }

  private func code(_ response: HTTPResponse) throws -> String {
    guard case .bytes(let bytes) = response.body else { return "" }
    let value = try JSONValue(parsing: bytes.span, as: .json)
    #expect(value["status"]?.integerValue == Int64(response.status))
    return value["code"]?.stringValue ?? ""
  }

  @Test func answersWhoMay() throws {
    let response = try ask("GET", "/v1/accounts/A-1", as: "desk")
    #expect(response.status == 200)
    let names = Set(response.headers.map(\.name))
    #expect(names.isSuperset(of: ["X-Content-Type-Options", "Referrer-Policy", "Vary", "ETag"]))
    #expect(try ask("HEAD", "/v1/accounts/A-1", as: "desk").status == 200)
  }

  @Test(
    "what is refused, and how",
    arguments: [
      ("GET", "/nothing", "desk", 404, "no_such_path"),
      ("GET", "/v1/accounts/%ff", "desk", 400, "bad_path"),
      ("GET", "/v1/accounts/..", "desk", 400, "bad_path"),
      ("GET", "/v1/accounts/%2e%2e", "desk", 400, "bad_path"),
      ("GET", "/v1/accounts/a%2fb", "desk", 400, "bad_path"),
      ("GET", "/v1//accounts", "desk", 400, "bad_path"),
      ("GET", "/v1/accounts/A-1?on=%c3%28", "desk", 400, "bad_query"),
      ("GET", "/v1/accounts/A-1?on=2025-02-30", "desk", 400, "bad_parameter"),
      ("GET", "/v1/accounts/A-1?onn=1", "desk", 400, "unknown_parameter"),
      ("DELETE", "/v1/accounts/A-1", "desk", 405, "method_not_allowed"),
      ("GET", "/v1/accounts/A-1", "", 401, "no_token"),
      ("GET", "/v1/accounts/A-1", "quipu_00", 401, "wrong_token"),
      ("GET", "/v1/accounts/A-1", "gate", 403, "not_permitted"),
      ("POST", "/v1/events", "slow", 403, "not_permitted"),
    ])
  func refuses(
    _ method: String, _ target: String, _ name: String, _ status: Int, _ expected: String
  ) throws {
    let response = try ask(method, target, as: name.isEmpty ? nil : name)
    #expect(response.status == status)
    #expect(try code(response) == expected)
    let names = response.headers.map(\.name)
    #expect(names.contains("WWW-Authenticate") == (status == 401))
    #expect(names.contains("Allow") == (status == 405))
  }

  @Test(
    "each role asks for what the design gives it",
    arguments: [
      // path                       gate   slow   call   look   desk
      ("GET /v1/accounts/A-1", false, true, false, true, true),
      ("GET /v1/events", false, false, false, true, true),
      ("POST /v1/events", true, false, true, false, true),
      ("POST /v1/may-contact", false, true, true, true, true),
    ])
  func roles(
    _ operation: String, _ gate: Bool, _ slow: Bool, _ call: Bool, _ look: Bool, _ desk: Bool
  ) throws {
    let parts = operation.split(separator: " ").map(String.init)
    for (name, may) in [
      ("gate", gate), ("slow", slow), ("call", call), ("look", look), ("desk", desk),
    ] {
      let refusal = try admit(parts[0], parts[1], as: name).refusal
      #expect((refusal == nil) == may, "\(operation) as \(name): \(refusal?.status ?? 0)")
      #expect(refusal == nil || refusal?.status == 403)
    }
  }

  @Test(
    "figures of the service are for who asks on its own machine, and not through a proxy",
    arguments: ["", "forwarded", "x-forwarded-for", "x-real-ip", "via"])
  func metrics(header: String) throws {
    let headers = header.isEmpty ? [:] : [header: "198.51.100.3"]
    func status(_ peer: String, as name: String? = nil) throws -> Int? {
      try admit("GET", "/metrics", as: name, headers: headers, from: peer).refusal?.status
    }
    #expect(try status("127.0.0.1") == (header.isEmpty ? nil : 401))
    #expect(try status("192.0.2.7") == 401)
    #expect(try status("127.0.0.1", as: "desk") == nil)
    #expect(try status("192.0.2.7", as: "gate") == 403)
  }

  @Test func countsRequestsOfAToken() throws {
    let statuses = try (0..<30).map { _ in
      try ask("GET", "/v1/accounts/A-1", as: "slow").status
    }
    #expect(statuses.first == 200 && statuses.last == 429)
    #expect(try ask("GET", "/v1/accounts/A-1", as: "desk").status == 200)
  }

  @Test("who guesses is slowed down, and nobody else from the same address")
  func slowsGuessing() throws {
    let statuses = try (0..<40).map { number in
      try ask("GET", "/v1/accounts/A-1", as: "quipu_\(number)").status
    }
    #expect(statuses.first == 401 && statuses.last == 429)
    #expect(try ask("GET", "/v1/accounts/A-1", as: "desk").status == 200)
  }

  @Test("a token that is revoked is worth nothing a second later")
  func revoked() async throws {
    #expect(try ask("GET", "/v1/accounts/A-1", as: "slow").status == 200)
    let revoked = try ledger.run("token revoke slow --as eva")
    try #require(revoked.exit == 0, "\(revoked.errors)")
    try await Task.sleep(for: .milliseconds(1_100))
    let response = try ask("GET", "/v1/accounts/A-1", as: "slow")
    #expect(try response.status == 401 && code(response) == "identity_revoked")
  }

  @Test("problems are told in the reader's language")
  func language() throws {
    func title(_ target: String, _ headers: [String: String]) throws -> String {
      guard case .bytes(let bytes) = try ask("GET", target, headers: headers).body else {
        return ""
      }
      return try JSONValue(parsing: bytes.span, as: .json)["title"]?.stringValue ?? ""
    }
    #expect(try title("/nothing", [:]) == "nothing has this path")
    #expect(try title("/nothing", ["accept-language": "es-PE"]) == "nada tiene esta ruta")
    #expect(try title("/nothing?lang=es", [:]) == "nada tiene esta ruta")
  }

  @Test("an answer's name stays while the moments stay, and whoever has it is told so")
  func tags() throws {
    func tag(_ target: String, as name: String = "desk", _ language: String = "en") throws -> String
    {
      let response = try ask("GET", target, as: name, headers: ["accept-language": language])
      return try #require(response.headers.first { $0.name == "ETag" }?.value)
    }
    let path = "/v1/accounts/A-1?on=2025-03-01"
    let first = try tag(path)
    #expect(try tag(path) == first)
    let others = [
      try tag("/v1/accounts/A-1?on=2025-03-02"), try tag(path + "&knownAt=2"),
      try tag(path, as: "slow"), try tag(path, as: "desk", "es"),
    ]
    #expect(Set(others + [first]).count == 5)
    for known in [first, String(first.dropFirst(2)), "\"x\", \(first)"] {
      let response = try ask("GET", path, as: "desk", headers: ["if-none-match": known])
      #expect(response.status == 304 && response.headers.contains { $0.name == "ETag" })
    }
    let changed = try ask("GET", path, as: "desk", headers: ["if-none-match": others[0]])
    #expect(changed.status == 200)
  }

  @Test("every route is found by its own path, whatever others are like it")
  func findsEachRoute() throws {
    for route in RouteTable.all.routes {
      let parts = route.pattern.map { part -> String in
        part.hasSuffix("+}") ? "a/b/c" : part.first == "{" ? "A-1" : String(part)
      }
      let segments = parts.flatMap { $0.split(separator: "/").map(String.init) }
      guard case .route(let found, let values) = RouteTable.all.match(route.method, segments)
      else {
        Issue.record("\(route.method) \(route.path) leads nowhere")
        continue
      }
      #expect(found === route, "\(route.path) leads to \(found.path)")
      for place in route.places {
        #expect(values[place.name] == (place.takesRest ? "a/b/c" : "A-1"), "\(route.path)")
      }
      #expect(values["other"] == nil)
      guard case .otherMethods(let methods) = RouteTable.all.match("BREW", segments) else {
        Issue.record("\(route.path) takes any method")
        continue
      }
      #expect(methods.contains(route.method))
    }
    guard case .nothing = RouteTable.all.match("GET", ["v1", "accounts", "A-1", "nothing"]) else {
      Issue.record("a path too long is found")
      return
    }
  }

  @Test("a header is known in whatever letters it is written, and no other one")
  func headerNames() {
    func read(_ text: String) -> HeaderName? {
      unsafe Array(text.utf8).withUnsafeBytes { unsafe HeaderName(written: $0) }
    }
    for name in HeaderName.allCases {
      #expect(read(name.rawValue) == name && read(name.rawValue.uppercased()) == name)
      #expect(read(name.rawValue + "x") == nil && read(String(name.rawValue.dropLast())) == nil)
    }
    // `@` and `` ` ``, `[` and `{`, `\r` and `-` differ in the bit that makes small letters.
    #expect(read("content\rtype") == nil && read("") == nil)
    #expect(read(String(repeating: "a", count: 100)) == nil)
    var headers = HTTPHeaders()
    for (name, value) in [(HeaderName.host, "a"), (.cookie, "b"), (.host, "c"), (.cookie, "d")] {
      headers.add(name, value)
    }
    #expect(headers[.host] == "a, c" && headers[.cookie] == "b; d" && headers[.origin] == nil)
  }

  @Test("an account's name stays while others change, and is another once it changes itself")
  func tagsOfAccounts() throws {
    func tag(_ target: String) throws -> String {
      try #require(
        try ask("GET", target, as: "desk").headers.first { $0.name == "ETag" }?.value)
    }
    let before = try tag("/v1/accounts/A-1?on=2025-03-01")
    let size = service.books.size
    try ledger.record([DraftLine.opened("A-2")])
    try service.books.grow(to: try LedgerView(opening: ledger.path))
    #expect(service.books.size == size + 1)
    #expect(try tag("/v1/accounts/A-1?on=2025-03-01") == before)
    let known = try ask(
      "GET", "/v1/accounts/A-1?on=2025-03-01", as: "desk", headers: ["if-none-match": before])
    #expect(known.status == 304)
    try ledger.record([DraftLine.paid("A-1", "p-2")])
    try service.books.grow(to: try LedgerView(opening: ledger.path))
    #expect(try tag("/v1/accounts/A-1?on=2025-03-01") != before)
    // As it was before that payment, it is not as it is.
    let then = try tag("/v1/accounts/A-1?on=2025-03-01&knownAt=\(size + 1)")
    #expect(try tag("/v1/accounts/A-1?on=2025-03-01&knownAt=\(size)") != then)
  }

  @Test("bodies are bounded by what their route takes")
  func bodyLimits() throws {
    func limit(_ method: String, _ target: String) -> Int {
      let client = Connection("::1", socket: -1, seconds: 10)
      var request = PendingRequest(target, from: client).request
      request.method = method
      return service.admit(request).bodyLimit
    }
    #expect(limit("POST", "/v1/events") == 16 << 20)
    #expect(limit("POST", "/v1/may-contact") == 1 << 20)
    #expect(limit("POST", "/nothing") == 1 << 20)
  }
}

import CanonicalJSON
import Collections
import EventStore
import Ledger
import Projections
import Synchronization
import Testing

@testable import quipu

/// A service over a ledger, asked without HTTP in between.
final class ConsoleDesk: Sendable {
  let ledger: TemporaryLedger
  let service: Service
  /// Tokens by role: tests share a desk, and the list of identities is changed by one at a time.
  private let tokens = Mutex<[String: String]>([:])

  /// A service of a ledger as it is now, with anchors besides those the ledger lists.
  init(_ ledger: TemporaryLedger, anchors: [String] = []) throws {
    self.ledger = ledger
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel()
    try view.advance(&model, to: view.size)
    service = Service(
      ledger: ledger.path, books: try LiveBooks(model, of: view, at: ledger.path),
      anchors: anchors)
  }

  /// A page as somebody with a role sees it; an error is the page that says so.
  func page(
    _ target: String, as role: String = "auditor", _ language: Language = .english,
    method: String = "GET", form: String = "", headers: [String: String] = [:]
  ) throws -> (status: Int, text: String, headers: [(name: String, value: String)]) {
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    var request = HTTPRequest(method: method, path: parts[0])
    request.query = HTTPRequest.formFields(parts.count > 1 ? parts[1] : "") ?? []
    request.headers = HTTPHeaders(headers)
    request.body = Array(form.utf8)
    if !form.isEmpty { request.headers[.contentType] = "application/x-www-form-urlencoded" }
    let segments = try #require(request.segments)
    guard case .route(let route, let values) = service.table.match(method, segments) else {
      throw Problem(404, "no_such_path", "")
    }
    let exchange = Exchange(
      request: request, path: values, grant: try grant(role), language: language,
      service: service)
    let response: HTTPResponse
    do {
      switch route.work {
      case .now(let work), .aside(let work): response = try work(exchange)
      case .later: throw Problem(500, "not_here", "")
      }
    } catch {
      response = ConsolePage.problem(Problem(error), exchange)
    }
    guard case .bytes(let bytes) = response.body else { throw Problem(500, "stream", "") }
    return (response.status, String(decoding: bytes, as: UTF8.self), response.headers)
  }

  /// What somebody may do who has a role.
  private func grant(_ role: String) throws -> Grant {
    guard !role.isEmpty else { return .nobody }
    // Before the list is read, for it may be what adds to it.
    let token = try token(of: role)
    return try identities.grant(token: token, at: WallClock.now()).grant
  }

  var identities: IdentityList { get throws { try IdentityList(of: ledger.path) } }

  /// The token of whoever has a role; he is added where there is nobody.
  func token(of role: String) throws -> String {
    try tokens.withLock { tokens in
      if let known = tokens[role] { return known }
      if try identities.identities.isEmpty {
        let added = try ledger.run("identity add eva --role admin --save")
        try #require(added.exit == 0, "\(added.errors)")
      }
      let name = "\(role)-\(try identities.identities.count)"
      let added = try ledger.run("identity add \(name) --role \(role) --as eva")
      try #require(added.exit == 0, "\(added.errors)")
      let token = String(try #require(added.output.split { " \n".contains($0) }.last))
      tokens[role] = token
      return token
    }
  }
}

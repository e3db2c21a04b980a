internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// What a request is let in as, by its line and headers alone: its body is not there yet.
struct Admission: Sendable {
  /// The operation; nil where there is none.
  var route: Route?
  /// What the braces of its path hold.
  var path = PathValues()
  var grant = Grant.nobody
  var language = Language.english
  /// The answer, where it is not let in.
  var refusal: HTTPResponse?
  /// The most bytes of a body.
  var bodyLimit: Int
}

// request ──► path ──► token ──► permission ──► rate ──► parameters ──► (body) ──► unchanged? ──► work ──► answer
extension Service {
  /// Judges a request by its line and headers.
  func admit(_ request: HTTPRequest) -> Admission {
    var admission = Admission(bodyLimit: limits.bodyBytes)
    admission.language = language(of: request)
    do {
      try find(request, &admission)
      try letIn(request, &admission)
      if let route = admission.route, !route.isPage {
        try route.check(request, path: admission.path)
      }
    } catch {
      admission.refusal = response(to: Problem(error), request, admission)
    }
    return admission
  }

  /// Finds the operation.
  private func find(_ request: HTTPRequest, _ admission: inout Admission) throws(Problem) {
    if portal == nil, let elsewhere = request.pathElsewhere {
      admission.refusal = secured(HTTPResponse(seeOther: elsewhere), nil)
      return
    }
    guard request.headers[.transferEncoding] == nil || request.headers[.contentLength] == nil,
      request.headers[.host]?.contains(",") != true
    else {
      throw Problem(
        400, "bad_framing",
        Text(
          "two lengths or two hosts: a proxy may have understood another request",
          "dos longitudes o dos hosts: un proxy pudo entender otra solicitud"))
    }
    guard let segments = request.segments else {
      throw Problem(
        400, "bad_path", Text("the path does not read", "la ruta no se puede leer"))
    }
    guard request.isQueryReadable else {
      throw Problem(
        400, "bad_query", Text("the query does not read", "la consulta no se puede leer"))
    }
    switch table.match(request.method, segments) {
    case .route(let route, let values):
      admission.route = route
      admission.path = values
      if route.name == Route.recordEvents.name { admission.bodyLimit = limits.draftBytes }
    case .otherMethods(let methods):
      var allowed = Set(methods)
      if allowed.contains("GET") { allowed.insert("HEAD") }
      var problem = Problem(
        405, "method_not_allowed",
        Text("that cannot be done with this path", "eso no se puede hacer con esta ruta"))
      problem.headers = [("Allow", allowed.sorted().joined(separator: ", "))]
      throw problem
    case .nothing:
      throw Problem(
        404, "no_such_path", Text("nothing has this path", "nada tiene esta ruta"))
    }
  }

  /// Finds who asks, and whether he may.
  private func letIn(_ request: HTTPRequest, _ admission: inout Admission) throws {
    guard let route = admission.route else { return }
    let isOpen =
      route.permission == nil
      || (route.isOpenOnThisMachine && Connection.isLoopback(request.peer)
        && !request.isForwarded)
    guard let visitor = try door.visitor(request, sessions, mustShow: !isOpen) else {
      if isOpen { return }
      throw unknownVisitor(route, request)
    }
    admission.grant = visitor.grant
    // A browser sends a cookie along with what other pages make it send.
    if request.method == "POST", request.headers[.authorization] == nil {
      try exchange(request, admission).requireSameOrigin()
    }
    guard !isOpen, let permission = route.permission else { return }
    guard visitor.grant.allows(permission) else {
      throw Problem.notPermitted(permission, visitor.grant)
    }
    try door.count(visitor)
  }

  /// Who shows nothing is asked for a token, or sent to the door of the console.
  private func unknownVisitor(_ route: Route, _ request: HTTPRequest) -> Problem {
    var problem = Problem(
      401, "no_token",
      Text(
        "show a token: Authorization: Bearer quipu_…, as `quipu token add` gives it",
        "muestre una clave: Authorization: Bearer quipu_…, como la da `quipu token add`"))
    problem.headers = [("WWW-Authenticate", "Bearer realm=\"quipu\"")]
    return problem
  }

  /// `?lang=`, else the console's cookie, else what the client prefers of the two.
  private func language(of request: HTTPRequest) -> Language {
    if let portal { return portal.language(of: request) }
    if let asked = request.parameter("lang").flatMap(Language.init(rawValue:)) { return asked }
    if let kept = request.cookie("lang").flatMap(Language.init(rawValue:)) { return kept }
    return request.headers[.acceptLanguage].map { Language(accepted: $0) } ?? .english
  }

  /// The answer to a whole request, if it can be given at once.
  func answerNow(_ request: HTTPRequest, _ admission: Admission) -> HTTPResponse? {
    if let refusal = admission.refusal { return refusal }
    guard let route = admission.route else { return nil }
    let exchange = exchange(request, admission)
    do {
      let tag = try tag(of: exchange, route)
      if let tag, isKnown(tag, to: request) { return secured(.unchanged(tag), route) }
      guard case .now(let work) = route.work else { return nil }
      return finished(try work(exchange), tag, route)
    } catch {
      return response(to: Problem(error), request, admission)
    }
  }

  /// Answers a whole request when its work is done; `done` is called once, on another thread or before
  /// this returns, with the way to make the answer.
  func answerLater(
    _ request: HTTPRequest, _ admission: Admission,
    _ done: @escaping @Sendable (@escaping @Sendable () -> HTTPResponse) -> Void
  ) {
    guard let route = admission.route else { return }
    let exchange = exchange(request, admission)
    @Sendable func answer(_ make: () throws -> HTTPResponse) -> HTTPResponse {
      do { return try make() } catch { return response(to: Problem(error), request, admission) }
    }
    let begin: @Sendable () -> Void
    switch route.work {
    case .now: preconditionFailure("what is answered at once waits for nothing")
    case .aside(let work):
      begin = { [self] in
        let made = answer {
          let tag = try tag(of: exchange, route)
          return finished(try work(exchange), tag, route)
        }
        done { made }
      }
    case .later(let work):
      begin = { [self] in
        do {
          try work(exchange) { make in done { answer { self.secured(try make(), route) } } }
        } catch {
          done { answer { throw error } }
        }
      }
      // What is soon read is not worth another thread.
      if request.body.count <= Self.shortBody { return begin() }
    }
    if !aside.add(begin) { done { answer { throw Problem.busy } } }
  }

  /// Bytes of a body that are read between one request and the next.
  private static let shortBody = 16 << 10

  private func exchange(_ request: HTTPRequest, _ admission: Admission) -> Exchange {
    Exchange(
      request: request, path: admission.path, grant: admission.grant,
      language: admission.language, service: self)
  }

  /// What an answer about a pair of moments is known by: what was asked, the ledger's size and the day, and
  /// for whom it is told, in which language, by which program. Nil for a route whose answers depend on more.
  ///
  /// Made before the work: what is answered is then as new as the tag says, or newer. Throws ``Problem``
  /// for a moment that does not read.
  private func tag(of exchange: Exchange, _ route: Route) throws(Problem) -> String? {
    guard route.isOfMoment else { return nil }
    let moment = try exchange.moment()
    let changed = route.lastChange?(exchange, moment)
    var tag = changed == nil ? "\"" : "W/\""
    tag += String(changed ?? moment.size)
    tag += "-"
    tag += moment.on.text
    tag += "-"
    tag += exchange.language.rawValue
    tag += "-"
    tag += exchange.grant.name
    tag += "-"
    tag += ProgramHelp.version
    tag += "-"
    tag += String(Self.fingerprint(of: exchange.request), radix: 16)
    tag += "\""
    return tag
  }

  /// What tells apart what is asked for: a client that mistakes one tag for another's must not be told
  /// that it has what it has not. FNV-1a, for nothing is kept secret by it.
  private static func fingerprint(of request: HTTPRequest) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = hash &* 0x100_0000_01B3
    }
    take(request.path)
    for (name, value) in request.query {
      take(name)
      take(value)
    }
    return hash
  }

  /// Whether a client says that it has what a tag stands for.
  private func isKnown(_ tag: String, to request: HTTPRequest) -> Bool {
    guard let known = request.headers[.ifNoneMatch] else { return false }
    let wanted = Self.strong(tag[...])
    return known.split(separator: ",").contains { word in
      Self.strong(word.filter { $0 != " " }[...]) == wanted
    }
  }

  /// A tag without its mark of weakness, which plays no part in this comparison (RFC 9110, 13.1.2).
  private static func strong(_ tag: Substring) -> Substring {
    tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
  }

  /// An answer with what the dispatch adds to all.
  private func finished(_ response: HTTPResponse, _ tag: String?, _ route: Route) -> HTTPResponse {
    var response = response
    if response.status == 200, let tag, case .bytes = response.body {
      response.headers.append(("ETag", tag))
    }
    return secured(response, route)
  }

  private func secured(_ response: HTTPResponse, _ route: Route?) -> HTTPResponse {
    var response = response
    response.headers.append(("X-Content-Type-Options", "nosniff"))
    response.headers.append(("Referrer-Policy", "no-referrer"))
    guard route?.permission != nil || response.status >= 400 else { return response }
    if !response.headers.contains(where: { $0.name == "Cache-Control" }) {
      response.headers.append(("Cache-Control", "private, no-cache"))
    }
    response.headers.append(("Vary", "Authorization, Cookie, Accept-Language"))
    return response
  }

  /// The answer to what went wrong.
  func response(
    to problem: Problem, _ request: HTTPRequest, _ admission: Admission?
  ) -> HTTPResponse {
    if problem.status >= 500 { metrics.note(problem) }
    let admission = admission ?? Admission(bodyLimit: 0)
    if portal != nil {
      return secured(PortalPage.problem(problem, exchange(request, admission)), admission.route)
    }
    let isPage = admission.route?.isPage ?? request.path.hasPrefix("/console")
    guard isPage else { return secured(problem.response(in: admission.language), admission.route) }
    let page =
      problem.code == "no_token"
      ? HTTPResponse(seeOther: DoorPages.address(for: request))
      : ConsolePage.problem(problem, exchange(request, admission))
    return secured(page, admission.route)
  }

  /// Tells of a request that is over.
  func note(
    _ request: HTTPRequest, _ route: Route?, status: Int, bytes: Int, microseconds: Int64,
    isWhole: Bool, by grant: Grant?
  ) {
    metrics.note(route, status: status, microseconds: microseconds)
    requestLog?.note(
      request.method, route?.path ?? "-", status: status, bytes: bytes,
      microseconds: microseconds, isWhole: isWhole, by: grant?.name ?? "")
  }
}

extension Route {
  /// Whether who asks on the service's own machine need show nothing: collectors of figures have no token.
  var isOpenOnThisMachine: Bool { path == "/metrics" }

  /// Whether its answer depends on the pair of moments asked about, and on nothing else that changes.
  var isOfMoment: Bool {
    method == "GET" && parameters.contains { $0.place == .query && $0.name == "knownAt" }
  }
}

extension Language {
  /// The one of ours that a header `Accept-Language` likes best; another where it likes none.
  init(accepted header: String, otherwise standard: Language = .english) {
    var best = (language: standard, weight: 0)
    for part in header.split(separator: ",") {
      let pieces = part.split(separator: ";").map { $0.filter { $0 != " " } }
      guard let tag = pieces.first else { continue }
      let code = tag.prefix { $0 != "-" }.lowercased()
      let weight =
        pieces.dropFirst().first { $0.hasPrefix("q=") }.map { Self.thousandths($0.dropFirst(2)) }
        ?? 1_000
      guard let language = code == "*" ? standard : Language(rawValue: code), weight > best.weight
      else { continue }
      best = (language, weight)
    }
    self = best.language
  }

  /// A weight from 0 to 1 with up to three decimals, in thousandths; a number beyond is the nearer of the two.
  private static func thousandths(_ text: Substring) -> Int {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    // Anybody writes this header: bounded before anything is reckoned with it.
    let whole = parts.first.flatMap { Int($0) } ?? 0
    guard 0...1 ~= whole else { return whole < 0 ? 0 : 1_000 }
    let decimals = parts.count > 1 ? parts[1].prefix(3) : ""
    let fraction = Int(decimals + String(repeating: "0", count: 3 - decimals.count)) ?? 0
    return min(1_000, max(0, whole * 1_000 + fraction))
  }
}

extension Problem {
  /// A body longer than a route takes.
  static func bodyTooLarge(_ limit: Int) -> Problem {
    Problem(
      413, "body_too_large",
      Text("the body may have \(limit) bytes", "el cuerpo puede tener \(limit) bytes"),
      [("expected", .string("at most \(limit) bytes"))])
  }

  /// What the role of whoever asks does not allow.
  static func notPermitted(_ permission: Permission, _ grant: Grant) -> Problem {
    Problem(
      403, "not_permitted",
      Text(
        "role \(grant.role?.rawValue ?? "-") may not do that",
        "el rol \(grant.role?.rawValue ?? "-") no puede hacer eso"),
      [("expected", .string("a token of role \(permission.roles) (\(permission.rawValue))"))])
  }

  /// More work than can be done at the moment.
  static var busy: Problem {
    var problem = Problem(
      503, "busy", Text("too much is under way: try again", "hay demasiado en curso: reintente"))
    problem.headers = [("Retry-After", "1")]
    return problem
  }

  /// More streams than there may be.
  static var tooManyStreams: Problem {
    var problem = Problem(
      503, "too_many_streams",
      Text("as many streams as there may be are open", "ya hay tantos flujos como se admiten"))
    problem.headers = [("Retry-After", "15")]
    return problem
  }
}

/// Every operation of the service, as a tree of the parts of their paths.
///
///     v1 ─┬─ accounts ── {account} ─┬─ GET
///         │                         └─ history ── GET
///         └─ events ─┬─ GET, POST
///                    └─ {seq} ── GET
struct RouteTable: Sendable {
  /// The one table.
  static let all = RouteTable(Route.api + Route.console)

  let routes: [Route]
  private let root: Node

  /// What follows a part of a path.
  private struct Node: Sendable {
    /// By their words.
    var fixed: [String: Node] = [:]
    /// What takes any one part, whatever each route calls it; an array for a node cannot hold itself.
    var any: [Node] = []
    /// What takes all parts that are left, one or more.
    var rest: [Route] = []
    /// What ends here.
    var ends: [Route] = []

    mutating func add(_ route: Route, _ parts: ArraySlice<Substring>) {
      guard let part = parts.first else { return ends.append(route) }
      if part.hasSuffix("+}") {
        rest.append(route)
      } else if part.first == "{" {
        if any.isEmpty { any.append(Node()) }
        any[0].add(route, parts.dropFirst())
      } else {
        fixed[String(part), default: Node()].add(route, parts.dropFirst())
      }
    }

    /// Gives what a path leads to, what is fixed before what takes any part. O(parts), more only where
    /// both go on with the same words.
    func find(_ segments: ArraySlice<String>, _ found: (Route) -> Void) {
      guard let segment = segments.first else { return ends.forEach(found) }
      fixed[segment]?.find(segments.dropFirst(), found)
      any.first?.find(segments.dropFirst(), found)
      rest.forEach(found)
    }
  }

  init(_ routes: [Route]) {
    self.routes = routes
    var root = Node()
    for route in routes { root.add(route, route.pattern[...]) }
    self.root = root
  }

  /// What a path leads to.
  enum Match {
    case route(Route, PathValues)
    /// There is such a path, for these methods alone.
    case otherMethods([String])
    case nothing
  }

  /// Finds the route of a method and a decoded path. A fixed part is before a parameter in the same
  /// place; `HEAD` goes the way of `GET`.
  func match(_ method: String, _ segments: [String]) -> Match {
    let wanted = method == "HEAD" ? "GET" : method
    var methods: [String] = []
    var best: Route?
    root.find(segments[...]) { route in
      if best == nil, route.method == wanted { best = route }
      methods.append(route.method)
    }
    guard let best else { return methods.isEmpty ? .nothing : .otherMethods(methods) }
    return .route(best, PathValues(best.places, in: segments))
  }
}

/// What the braces of a route's path hold in a request, decoded.
struct PathValues: Sendable {
  private var fields: [(name: String, value: String)] = []

  /// None.
  init() {}

  fileprivate init(_ places: [Route.Place], in segments: [String]) {
    for place in places {
      let value =
        place.takesRest
        ? segments[place.index...].joined(separator: "/") : segments[place.index]
      fields.append((place.name, value))
    }
  }

  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// Every operation of the service.
struct RouteTable: Sendable {
  /// The one table.
  static let all = RouteTable(Route.api + Route.console)

  let routes: [Route]
  private let patterns: [[Substring]]

  init(_ routes: [Route]) {
    self.routes = routes
    patterns = routes.map(\.pattern)
  }

  /// What a path leads to.
  enum Match {
    case route(Route, [String: String])
    /// There is such a path, for these methods alone.
    case otherMethods([String])
    case nothing
  }

  /// Finds the route of a method and a decoded path. A fixed part is before a parameter in the same
  /// place; `HEAD` goes the way of `GET`. O(routes).
  func match(_ method: String, _ segments: [String]) -> Match {
    let wanted = method == "HEAD" ? "GET" : method
    var methods: [String] = []
    var best: (place: Int, fixed: Int)?
    for (place, pattern) in patterns.enumerated() {
      // `{name+}` at the end takes one part or more.
      guard
        pattern.count == segments.count
          || pattern.count < segments.count && pattern.last?.hasSuffix("+}") == true
      else { continue }
      var fixed = 0
      var fits = true
      for (part, segment) in zip(pattern, segments) where part.first != "{" {
        if part == segment { fixed += 1 } else { fits = false }
      }
      guard fits else { continue }
      methods.append(routes[place].method)
      if routes[place].method == wanted, fixed > best?.fixed ?? -1 { best = (place, fixed) }
    }
    guard let best else { return methods.isEmpty ? .nothing : .otherMethods(methods) }
    var values: [String: String] = [:]
    let pattern = patterns[best.place]
    for (index, part) in pattern.enumerated() where part.first == "{" {
      if part.hasSuffix("+}") {
        values[String(part.dropFirst().dropLast(2))] = segments[index...].joined(separator: "/")
      } else {
        values[String(part.dropFirst().dropLast())] = segments[index]
      }
    }
    return .route(routes[best.place], values)
  }
}

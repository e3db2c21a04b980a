import Collections
import EventStore
import Ledger
import Testing

@testable import quipu

/// What is written in paths and queries is bounded before anything is reckoned with it: an overflow, or a
/// day before the calendar, would end the process for everybody.
@Suite struct RouteExtremesTests {
  /// What pages of the console read besides what they declare, and a name that nothing has.
  private static let pageNames = [
    "on", "knownAt", "from", "day", "dayWas", "place", "placeWas", "events", "by", "before", "page",
    "order", "version", "strategy", "q", "nothing",
  ]

  private static let numbers = [
    "-9223372036854775808", "9223372036854775807", "9007199254740991", "-1234", "-1", "0", "1",
    "99999999999999999999",
  ]
  private static let days = [
    "0001-01-01", "0001-03-31", "9999-12-31", "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59",
  ]

  /// The values of what stands in a path's braces: one that there is, and some that there are not.
  private static func values(of place: String) -> [String] {
    switch place {
    case "account": ["PE-0000007"] + numbers
    case "level": ["0", "63"] + numbers
    case "path+": ["000"] + numbers + ["x-123/456", "x999/x999/x999/x999/999", "000.p/-1", ".p/1"]
    default: ["1"] + numbers
    }
  }

  @Test("no number and no day ends the process, whatever asks for it")
  func extremes() throws {
    let desk = try ConsoleDesk(try GeneratedPortfolio.ledger.get())
    var asked = 0
    for route in RouteTable.all.routes where route.method == "GET" {
      let names = route.isPage ? Self.pageNames : route.queryParameters.map(\.name)
      var targets = Self.paths(route)
      for name in names {
        targets += (Self.numbers + Self.days).map { "\(targets[0])?\(name)=\($0)" }
      }
      for target in targets {
        try Self.ask(target, desk)
        asked += 1
      }
    }
    #expect(asked > 1_000)
  }

  /// The paths of a route, with each of its places extreme in turn.
  private static func paths(_ route: Route) -> [String] {
    let places = route.path.matches(of: /\{([^}]*)\}/).map { String($0.1) }
    guard let last = places.last else { return [route.path] }
    var path = route.path
    for place in places.dropLast() { path.replace("{\(place)}", with: values(of: place)[0]) }
    return values(of: last).map { path.replacing("{\(last)}", with: $0) }
  }

  /// Asks as the dispatch does once somebody is let in.
  private static func ask(_ target: String, _ desk: ConsoleDesk) throws {
    var request = PendingRequest(target, from: Connection("192.0.2.7", socket: -1, seconds: 10))
      .request
    request.method = "GET"
    let segments = try #require(request.segments, "\(target)")
    guard case .route(let route, let values) = desk.service.table.match("GET", segments) else {
      return
    }
    let exchange = Exchange(
      request: request, path: values, grant: .nobody, language: .spanish, service: desk.service)
    do {
      if !route.isPage { try route.check(request, path: values) }
      switch route.work {
      case .now(let work), .aside(let work): _ = try work(exchange)
      case .later: return
      }
    } catch {
      #expect(Problem(error).status < 500, "\(target): \(error)")
    }
  }
}

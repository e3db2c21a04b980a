internal import EventStore
internal import Glibc
internal import Synchronization

/// What the service counts of itself: for `/metrics`, and for whoever is called at night.
final class Metrics: Sendable {
  /// Requests of a route with a status.
  struct RequestKey: Hashable, Comparable, Sendable {
    let route: String
    let method: String
    let status: Int

    static func < (left: RequestKey, right: RequestKey) -> Bool {
      (left.route, left.method, left.status) < (right.route, right.method, right.status)
    }
  }

  /// How many of something took how long, or were how large.
  struct Histogram: Sendable {
    /// The upper bounds of its buckets, ascending; one more bucket has no bound.
    let bounds: [Int64]
    /// How many fell into each bucket.
    private(set) var counts: [Int64]
    private(set) var sum: Int64

    init(_ bounds: [Int64]) {
      self.init(bounds, counts: Array(repeating: 0, count: bounds.count + 1), sum: 0)
    }

    init(_ bounds: [Int64], counts: [Int64], sum: Int64) {
      (self.bounds, self.counts, self.sum) = (bounds, counts, sum)
    }

    mutating func note(_ value: Int64) {
      counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
      sum += value
    }
  }

  /// All that is counted, at a moment.
  struct Values: Sendable {
    /// Requests that are over, by route, method and status.
    var requests: [RequestKey: Int64] = [:]
    /// Time from a request's line to the end of its answer, in microseconds, by route.
    var latency: [String: Histogram] = [:]
    /// Events recorded since the service began.
    var events: Int64 = 0
    /// Submissions that were processed together.
    var groups = Histogram(Metrics.sizes)
    /// Time from the end of judging to durable and in the books, in microseconds.
    var commits = Histogram(Metrics.microseconds)
    /// Answers of status 500 and more, by code.
    var problems: [String: Int64] = [:]
    /// Why the log could not take events, by code; the last one still holds while nothing was recorded since.
    var failures: [String: Int64] = [:]
    var lastFailure: String?
    /// The events that the last signed checkpoint covers.
    var checkpoint: Int64 = 0
    /// What reading the segments again has found.
    var scrubbedBytes: Int64 = 0
    var scrubbedSegments: Int64 = 0
    var damagedSegments: Int64 = 0
  }

  private static let sizes: [Int64] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1_024]
  static let microseconds: [Int64] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 10_000_000,
  ]

  private let state = Mutex(Values())
  private let routes: [Route]
  /// What is counted of each of them, and of requests that lead to none.
  private let figures: [ObjectIdentifier: RouteFigures]
  private let elsewhere = RouteFigures()
  /// When the service began.
  let start = WallClock.now()

  /// Counts of these routes.
  init(_ routes: [Route] = RouteTable.all.routes) {
    self.routes = routes
    figures = Dictionary(
      uniqueKeysWithValues: routes.map { (ObjectIdentifier($0), RouteFigures()) })
  }

  /// All that was counted until now.
  var values: Values {
    var values = state.withLock { $0 }
    values.add(elsewhere, "-", "-")
    for route in routes {
      if let counted = figures[ObjectIdentifier(route)] {
        values.add(counted, route.path, route.method)
      }
    }
    return values
  }

  /// Counts a request that is over; takes no lock.
  func note(_ route: Route?, status: Int, microseconds: Int64) {
    let counted = route.flatMap { figures[ObjectIdentifier($0)] } ?? elsewhere
    counted.note(status: status, microseconds: microseconds)
  }

  func note(_ problem: Problem) { state.withLock { $0.problems[problem.code, default: 0] += 1 } }

  func noteGroup(of count: Int) { state.withLock { $0.groups.note(Int64(count)) } }

  func noteCommit(events: Int, microseconds: Int64) {
    state.withLock { values in
      values.events += Int64(events)
      values.commits.note(microseconds)
      values.lastFailure = nil
    }
  }

  func note(_ failure: LogError) {
    state.withLock { values in
      values.failures[failure.code.rawValue, default: 0] += 1
      values.lastFailure = failure.code.rawValue
    }
  }

  func noteScrub(_ step: Scrubber.Step) {
    state.withLock { values in
      values.scrubbedBytes += Int64(step.bytes)
      values.scrubbedSegments += 1
      if step.damage != nil { values.damagedSegments += 1 }
    }
  }

  /// Bytes of memory the process has at the moment.
  static var residentBytes: Int64 {
    let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    let fields = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
    return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
  }
}

extension Metrics.Values {
  /// Takes what was counted of a route.
  fileprivate mutating func add(_ figures: RouteFigures, _ path: String, _ method: String) {
    let requests = figures.requests
    guard !requests.isEmpty else { return }
    for (status, count) in requests {
      let key = Metrics.RequestKey(route: path, method: method, status: status)
      self.requests[key] = count
    }
    let before = latency[path]
    latency[path] = before.map { $0.adding(figures.latency) } ?? figures.latency
  }
}

extension Metrics.Histogram {
  /// What both count together; the bounds are the same.
  fileprivate func adding(_ other: Self) -> Self {
    Self(bounds, counts: zip(counts, other.counts).map { $0 + $1 }, sum: sum + other.sum)
  }
}

internal import Synchronization

/// What is counted of the requests of one route, without a lock: every request of every thread comes by.
final class RouteFigures: Sendable {
  /// Requests by their status, from 100.
  private let statuses = InlineArray<500, Atomic<Int64>> { _ in Atomic(0) }
  /// How many took how long, by ``Metrics/microseconds``.
  private let buckets = InlineArray<16, Atomic<Int64>> { _ in Atomic(0) }
  private let sum = Atomic<Int64>(0)

  /// Counts a request that is over.
  func note(status: Int, microseconds: Int64) {
    let place = min(max(status - 100, 0), 499)
    statuses[place].add(1, ordering: .relaxed)
    let bounds = Metrics.microseconds
    buckets[bounds.firstIndex { microseconds <= $0 } ?? bounds.count].add(1, ordering: .relaxed)
    sum.add(microseconds, ordering: .relaxed)
  }

  /// The statuses there were, and how many requests had each.
  var requests: [(status: Int, count: Int64)] {
    (0..<500).compactMap { place in
      let count = statuses[place].load(ordering: .relaxed)
      return count == 0 ? nil : (place + 100, count)
    }
  }

  /// How long they took.
  var latency: Metrics.Histogram {
    let counts = (0...Metrics.microseconds.count).map { buckets[$0].load(ordering: .relaxed) }
    return Metrics.Histogram(
      Metrics.microseconds, counts: counts, sum: sum.load(ordering: .relaxed))
  }
}

package import Collections

/// How many events of each type there are.
package struct EventCounts: Equatable, Sendable {
  private var counts: [Int64] = Array(repeating: 0, count: EventType.allCases.count)

  /// No events.
  package init() {}

  /// How many events of a type.
  package subscript(type: EventType) -> Int64 { counts[Int(type.rawValue)] }

  /// How many events in all.
  package var total: Int64 { counts.reduce(0, +) }

  mutating func add(_ other: EventCounts) {
    for place in counts.indices { counts[place] += other.counts[place] }
  }

  mutating func add(_ count: Int64, of type: EventType) { counts[Int(type.rawValue)] += count }

  mutating func count(_ type: EventType) {
    counts[Int(type.rawValue)] += 1
  }

  /// Lets a visitor write or replace the counts.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&counts)
  }
}

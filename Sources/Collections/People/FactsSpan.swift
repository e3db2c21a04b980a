/// The days around one asked about on which what is known of a person is the same; all, to begin with.
package struct FactsSpan: BitwiseCopyable, Equatable, Sendable {
  /// The first and the last of them, in days since 1970-01-01.
  package private(set) var first = Int32.min
  package private(set) var last = Int32.max

  /// Every day.
  package init() {}

  /// Whether a day is one of them.
  package func contains(_ date: CivilDate) -> Bool { first <= date.days && date.days <= last }

  /// Takes in that something changes with the begin of a day, as seen from the one asked about.
  mutating func change(on day: Int32, from asked: Int32) {
    if day <= asked { first = max(first, day) } else { last = min(last, day - 1) }
  }

  /// Leaves but these days.
  mutating func narrow(to last: Int32, from first: Int32) {
    (self.first, self.last) = (first, last)
  }
}

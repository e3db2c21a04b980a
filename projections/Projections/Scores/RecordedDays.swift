package import Collections

/// How far the log had come at the end of each day, as days are where the ledger is kept.
///
/// Made by one pass over the moments at which events were recorded; a clock that went backwards counts as
/// one that stood.
package struct RecordedDays: Sendable {
  /// The days on which events were recorded, ascending, and the log's size at the end of each.
  private var days: [CivilDate] = []
  private var sizes: [Int64] = []

  /// An empty log.
  package init() {}

  /// Takes the next event of the log: the day it was recorded on.
  package mutating func append(_ day: CivilDate) {
    if let last = days.last, day <= last {
      sizes[sizes.count - 1] += 1
    } else {
      days.append(day)
      sizes.append((sizes.last ?? 0) + 1)
    }
  }

  /// How many events were recorded by the end of a day. O(log days).
  package func size(through day: CivilDate) -> Int64 {
    let count = Self.count(days) { $0 <= day }
    return count == 0 ? 0 : sizes[count - 1]
  }

  /// The day an event was recorded on; nil for one that was not yet. O(log days).
  package func day(of seq: Int64) -> CivilDate? {
    let count = Self.count(sizes) { $0 <= seq }
    return count < days.count ? days[count] : nil
  }

  /// How many elements come first for which something holds that holds for no later one.
  private static func count<Element>(_ elements: [Element], _ holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(elements[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

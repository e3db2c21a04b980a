/// What a simulated disk has cost its users: counted, so that a test can show that it was cruel.
package struct SimulatedLosses: Equatable, Sendable {
  /// Unsynced sectors that a power cut left as they were before, wrote in part, or left as zeros.
  package var sectorsLost = 0
  package var sectorsTorn = 0
  package var sectorsZeroed = 0
  /// Files that were longer, or shorter, before a power cut than after it.
  package var growthsUndone = 0
  package var truncationsUndone = 0
  /// Renames, and names made or taken away, that a power cut undid.
  package var renamesUndone = 0
  package var namesUndone = 0
  /// Sectors and lengths that a failed sync lost, although they count as written.
  package var pages = 0
  /// Sectors that the device put where they do not belong.
  package var strays = 0

  /// Nothing lost.
  package init() {}

  /// Adds what another disk has cost.
  package mutating func add(_ other: SimulatedLosses) {
    for path in Self.counters { self[keyPath: path] += other[keyPath: path] }
  }

  /// The counters of which nothing was ever lost.
  package var untouched: [String] {
    zip(Self.names, Self.counters).filter { self[keyPath: $0.1] == 0 }.map(\.0)
  }

  /// The names of all counters, in the order of `counters`.
  private static let names = [
    "sectors lost", "sectors torn", "sectors zeroed", "growths undone", "truncations undone",
    "renames undone", "names undone", "pages lost", "writes gone astray",
  ]

  private static var counters: [WritableKeyPath<SimulatedLosses, Int>] {
    [
      \.sectorsLost, \.sectorsTorn, \.sectorsZeroed, \.growthsUndone, \.truncationsUndone,
      \.renamesUndone, \.namesUndone, \.pages, \.strays,
    ]
  }
}

extension SimulatedLosses: CustomStringConvertible {
  /// Every counter that is not zero, with its name.
  package var description: String {
    zip(Self.names, Self.counters).filter { self[keyPath: $0.1] > 0 }
      .map { "\(self[keyPath: $0.1]) \($0.0)" }.joined(separator: ", ")
  }
}

import Support
import Testing

@testable import EventStore

@Suite("The order of fingerprints")
struct FingerprintOrderTests {
  @Test("spread or not, few or many, alike or not: the same as sort")
  func sorts() {
    var random = SeededGenerator(seed: 7)
    for count in [0, 1, 2, 7, 8, 9, 63, 64, 65, 1_000, 40_000] {
      for most in [UInt64.max, 1 << 40, 100, 0] {
        var values = (0..<count).map { _ in UInt64.random(in: 0...most, using: &random) }
        if count > 8 { values[3] = values[7] }
        let sorted = values.sorted()
        values.sortSpread()
        #expect(values == sorted, "\(count) up to \(most)")
      }
    }
  }
}

import Collections
import Testing
import Training

@Suite("Figures of a model")
struct MetricsTests {
  /// Points 1 to 5 with ties; pairs of a true and an untrue row: 3 × 4 = 12.
  private let rows = ScoredRows(
    [1, 2, 2, 3, 3, 4, 5], [false, false, true, false, true, false, true])

  @Test("the area under the curve counts an equal pair half, whatever the order of the rows")
  func area() {
    // True at 2, 3, 5 against untrue 1, 2, 3, 4: 1.5 + 2.5 + 4 of 12.
    #expect(rows.areaUnderCurve == 8.0 / 12)
    let turned = ScoredRows(
      [5, 4, 3, 3, 2, 2, 1], [true, false, true, false, true, false, false])
    #expect(turned.areaUnderCurve == rows.areaUnderCurve)
    #expect(ScoredRows([1, 2], [true, true]).areaUnderCurve == nil)
    #expect(ScoredRows([], []).areaUnderCurve == nil)
    #expect(ScoredRows([7, 7, 7, 7], [true, false, true, false]).areaUnderCurve == 0.5)
  }

  @Test("Kolmogorov and Smirnov's is the widest gap, between points alone")
  func gap() throws {
    // After 1: 0 of 3 and 1 of 4; after 2: 1/3 and 2/4; after 3: 2/3 and 3/4; after 4: 2/3 and 1.
    #expect(abs(try #require(rows.kolmogorovSmirnov) - 1.0 / 3) < 1e-15)
  }

  @Test("Brier's is the mean square of what was foretold less what came of it")
  func brier() {
    #expect(ScoredRows([1, 2], [false, true]).brier([0, 10_000]) == 0)
    #expect(ScoredRows([1, 2], [false, true]).brier([5_000, 5_000]) == 0.25)
    #expect(ScoredRows([1, 2], [true, false]).brier([0, 10_000]) == 1)
  }

  @Test("parts are as equal as ties allow and hold every row once")
  func parts() {
    let many = ScoredRows((0..<100).map { Int64($0 / 3) }, (0..<100).map { $0 % 2 == 0 })
    let parts = many.parts(10)
    #expect(parts.first?.lowerBound == 0 && parts.last?.upperBound == many.points.count)
    for (one, next) in zip(parts, parts.dropFirst()) { #expect(one.upperBound == next.lowerBound) }
    #expect(parts.count == 10)
    #expect(ScoredRows([1, 1, 1], [true, false, true]).parts(10) == [0..<1])
  }

  @Test("stability: alike is 0, moved by a tenth is as by hand, an empty span is finite")
  func stability() {
    #expect(stabilityIndex([10, 20], [100, 200]) == 0)
    // (0.6 − 0.5) ln(0.6/0.5) + (0.4 − 0.5) ln(0.4/0.5) = 0.1 × (0.182322 + 0.223144)
    #expect(abs(stabilityIndex([50, 50], [60, 40]) - 0.0405465108) < 1e-9)
    #expect(stabilityIndex([50, 50, 0], [50, 0, 50]).isFinite)
  }

  @Test(
    "Clopper and Pearson's bounds are those of scipy's beta.ppf",
    arguments: [
      (0, 10, 0.05, 0.000000000000, 0.308497107819),
      (3, 10, 0.05, 0.066739511178, 0.652452850060),
      (10, 10, 0.05, 0.691502892181, 1.000000000000),
      (37, 500, 0.001, 0.041033453298, 0.120171869036),
      (50000, 100000, 0.01, 0.495922334243, 0.504077665757),
    ])
  func bounds(_ events: Int, _ rows: Int, _ error: Double, _ low: Double, _ high: Double) {
    let found = binomialInterval(events: events, rows: rows, error: error)
    #expect(abs(found.low - low) < 1e-9)
    #expect(abs(found.high - high) < 1e-9)
  }

  @Test("pooling neighbours gives rates that rise, each the mean of what it holds")
  func pooling() {
    let pools = [(1, 2), (1, 4), (2, 4), (9, 10), (4, 5)].map { Pool(events: $0.0, rows: $0.1) }
    let risen = risingPools(pools)
    #expect(risen.map(\.count) == [2, 1, 2])
    #expect(risen.map(\.pool.events) == [2, 2, 13])
    #expect(risen.map(\.pool.rows) == [6, 4, 15])
    #expect(risingPools([]).isEmpty)
  }
}

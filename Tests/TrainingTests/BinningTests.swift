import Collections
import Foundation
import Testing
import Training

@Suite("Binning")
struct BinningTests {
  private func feature(_ name: String) throws -> Feature { try #require(Feature(named: name)) }

  @Test("a weight of evidence by hand: prior one in four, a pool of ten with five")
  func weight() {
    let evidence = WeightOfEvidence(of: Pool(events: 25, rows: 100))
    // By its definition: ln of (5 + 0.25) / (5 + 0.75), less ln of 0.25 / 0.75.
    let expected = log(5.25 / 5.75) - log(1.0 / 3)
    #expect(abs(evidence.weight(Pool(events: 5, rows: 10)) - expected) < 1e-12)
    #expect(evidence.weight(Pool(events: 0, rows: 0)) == 0)
    #expect(evidence.weight(Pool(events: 0, rows: 10)).isFinite)
  }

  @Test("weights rise or fall throughout, whichever tells more, and bounds ascend")
  func monotone() throws {
    var random = SplitMix64(seed: 7)
    let column = (0..<4_000).map { _ in Int64(random.below(120)) }
    for isRising in [true, false] {
      let outcomes = column.map { value in
        random.below(200) < (isRising ? Int(value) : 120 - Int(value)) + 20
      }
      let binning = Binning(try feature("daysPastDue"), column, outcomes)
      let weights = binning.bins.map(\.weight)
      #expect(weights == weights.sorted { isRising ? $0 < $1 : $0 > $1 })
      let bounds = binning.bins.compactMap(\.below)
      #expect(bounds == bounds.sorted() && bounds.count == binning.bins.count - 1)
      #expect(binning.bins.count <= 8 && binning.bins.count > 3)
      #expect(binning.bins.reduce(0) { $0 + $1.pool.rows } == 4_000)
      // The bin of a value is the one its bound says, and holds the rows that were counted.
      for bin in binning.bins { #expect(bin.pool.rows >= 100) }
    }
  }

  @Test("what is missing has a weight of its own; without any it says nothing")
  func missing() throws {
    let column = (0..<400).map { $0 % 4 == 0 ? Feature.missing : Int64($0 % 10) }
    let outcomes = (0..<400).map { $0 % 4 == 0 ? $0 % 8 == 0 : $0 % 10 == 1 }
    let binning = Binning(try feature("creditLimit"), column, outcomes)
    #expect(binning.missing == Pool(events: 50, rows: 100))
    #expect(binning.weight(of: Feature.missing) == binning.missingWeight)
    #expect(binning.missingWeight > 0)
    let whole = Binning(try feature("creditLimit"), column.map { max($0, 0) }, outcomes)
    #expect(whole.missingWeight == 0)
  }

  @Test("a category's values stand in groups by rate; a rare or new one says nothing")
  func categories() throws {
    var column: [Int64] = []
    var outcomes: [Bool] = []
    for (value, rows, events) in [(0, 200, 20), (1, 200, 100), (2, 200, 21), (3, 3, 3)] {
      column += Array(repeating: Int64(value), count: rows)
      outcomes += (0..<rows).map { $0 < events }
    }
    let binning = Binning(try feature("product"), column, outcomes)
    #expect(binning.bins.map(\.values) == [[0], [2], [1]])
    #expect(binning.weight(of: 1) > 0 && binning.weight(of: 0) < 0)
    #expect(binning.weight(of: 3) == 0 && binning.weight(of: 5) == 0)
  }

  @Test("a constant column and the largest numbers are one bin, or parted where they differ")
  func extremes() throws {
    let outcomes = (0..<200).map { $0 % 2 == 0 }
    let constant = Binning(
      try feature("outstanding"), Array(repeating: 5, count: 200), outcomes)
    #expect(constant.bins.count == 1 && constant.information < 1e-9)
    let wide = (0..<200).map { $0 % 2 == 0 ? Int64.max : Int64.min + 1 }
    let binning = Binning(try feature("outstanding"), wide, outcomes)
    #expect(binning.bins.map(\.below) == [Int64.max, nil])
    #expect(binning.weight(of: .max) > 0 && binning.weight(of: .min + 1) < 0)
  }
}

import Testing

@testable import Projections

@Suite("Intervals of shares")
struct IntervalTests {
  /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
  @Test(
    "Wilson's interval is that of the paper",
    arguments: [
      (81, 263, 255_300, 366_200), (15, 148, 62_400, 160_500), (0, 20, 0, 161_100),
      (1, 29, 6_100, 171_800),
    ] as [(Int64, Int64, Int64, Int64)])
  func wilson(_ part: Int64, _ whole: Int64, _ low: Int64, _ high: Int64) throws {
    let interval = try #require(ShareInterval(part, of: whole))
    #expect(abs(interval.low - low) <= 50)
    #expect(abs(interval.high - high) <= 50)
  }

  /// The same, "Interval estimation for the difference between independent proportions" (1998), table II,
  /// method 10.
  @Test(
    "the difference is that of the paper",
    arguments: [
      (56, 70, 48, 80, 52_400, 333_900), (9, 10, 3, 10, 170_500, 809_000),
      (10, 10, 0, 20, 679_100, 1_000_000), (5, 56, 0, 29, -38_100, 192_600),
    ] as [(Int64, Int64, Int64, Int64, Int64, Int64)])
  func newcombe(_ one: Int64, _ m: Int64, _ two: Int64, _ n: Int64, _ low: Int64, _ high: Int64)
    throws
  {
    let first = try #require(ShareInterval(one, of: m))
    let second = try #require(ShareInterval(two, of: n))
    let difference = first.difference(from: second)
    #expect(abs(difference.low - low) <= 100)
    #expect(abs(difference.high - high) <= 100)
  }

  @Test("a ratio of sums: all alike leave no doubt, all the money of one leaves much")
  func ratio() throws {
    let alike = try #require(ShareInterval(paid: [10, 20, 30, 40], of: [100, 200, 300, 400]))
    #expect([alike.value, alike.low, alike.high] == [100_000, 100_000, 100_000])
    let one = try #require(ShareInterval(paid: [100, 0, 0, 0], of: [100, 100, 100, 100]))
    // 1.96 times the root of (75² + 3 × 25²) / 3 × 4, over 400.
    #expect(one.value == 250_000)
    #expect(abs(one.high - 740_000) < 100)
    #expect(ShareInterval(paid: [1], of: [2]) == nil)
    #expect(ShareInterval(0, of: 0) == nil)
  }

  @Test("a square root is the largest whose square is not above")
  func roots() {
    for number: Int128 in [0, 1, 2, 3, 4, 8, 9, 99, 100, 1 << 62, (1 << 62) - 1, Int128.max] {
      let root = squareRoot(number)
      #expect(root * root <= number)
      let next = (root + 1).multipliedReportingOverflow(by: root + 1)
      #expect(next.overflow || next.partialValue > number)
    }
  }
}

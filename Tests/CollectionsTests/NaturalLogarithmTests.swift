import Collections
import Testing

@Suite("Logarithms and stability in whole numbers")
struct NaturalLogarithmTests {
  @Test(
    "logarithms agree with published values to 2 parts in 10^12",
    arguments: [
      (1, 0), (2, 693_147_180_559), (3, 1_098_612_288_668), (7, 1_945_910_149_055),
      (10, 2_302_585_092_994), (1_000, 6_907_755_278_982), (65_537, 11_090_370_147_631),
      (1_000_000_007, 20_723_265_843_946), (9_223_372_036_854_775_807, 43_668_272_375_276),
    ] as [(Int64, Int64)])
  func known(_ number: Int64, _ expected: Int64) {
    #expect(abs(naturalLogarithm(number) - expected) <= 2)
  }

  @Test("it rises, and that of a product is the sum")
  func product() {
    for number in Int64(1)...2_000 {
      #expect(naturalLogarithm(number) < naturalLogarithm(number + 1))
      let both = naturalLogarithm(number) + naturalLogarithm(number + 1)
      #expect(abs(naturalLogarithm(number * (number + 1)) - both) <= 4)
    }
  }

  @Test("the stability index of a worked example, of equal shares, and of an empty span")
  func stability() {
    // Shares of 0.2, 0.5, 0.3 against 0.3, 0.4, 0.3, a million each: −0.1·ln(2/3) + 0.1·ln(5/4) = 0.062861.
    #expect(
      stabilityIndexBp(of: [200_000, 500_000, 300_000], against: [300_000, 400_000, 300_000])
        == 629)
    #expect(stabilityIndexBp(of: [10, 20, 30], against: [100, 200, 300]) < 10)
    #expect(stabilityIndexBp(of: [5, 5], against: [5, 5]) == 0)
    #expect(stabilityIndexBp(of: [0, 100], against: [50, 50]) > 2_500)
    #expect(stabilityIndexBp(of: [], against: []) == 0)
  }
}

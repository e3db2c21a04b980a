import Collections
import Foundation
import Support
import Testing

@testable import quipu

/// What the portal agrees by itself, whatever is asked for.
@Suite struct PortalLimitsTests {
  @Test("no plan leaves the limits of its strategy, whatever is asked for")
  func limits() throws {
    var random = SeededGenerator(seed: SeededNumbers.printed(for: "PortalLimitsTests.limits").state)
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/strategies/pe-empathetic.json")
    let strategy = try Strategy(parsing: Array(try Data(contentsOf: path)).span)
    var answered = 0
    for _ in 0..<3_000 {
      let allowed = strategy.offers.filter { _ in !random.once(in: 3) }.map {
        Self.altered($0, &random)
      }
      func amount() -> Int64 {
        random.once(in: 3) ? 0 : Int64.random(in: 0...900_000, using: &random)
      }
      let owed = Amounts(
        penalty: amount(), interest: amount(), cost: amount(), principal: 1 + amount())
      let day = CivilDate(days: Int32.random(in: 15_000...25_000, using: &random))
      let offering = PlanOffering(
        strategy: strategy, account: "A-1", day: day, currency: strategy.currency,
        outstanding: owed, paid180Days: 0, allowed: allowed)
      let wish: PlanForm.Wish =
        random.once(in: 2)
        ? .amount(Int64.random(in: 1...200_000, using: &random))
        : .count(Int.random(in: 1...40, using: &random))
      guard let made = try? PlanForm.plan(wish, of: offering, { "\($0)" }) else { continue }
      answered += 1
      try Self.check(made, wish, owed, allowed)
    }
    #expect(answered > 300, "of 3,000 wishes some are met")
  }

  /// An offer with other limits.
  private static func altered(
    _ offer: StrategyOffer, _ random: inout SeededGenerator
  ) -> StrategyOffer {
    guard case .plan(var terms) = offer.terms else { return offer }
    var offer = offer
    let least = Int.random(in: 1...6, using: &random)
    terms.instalments = least...(least + Int.random(in: 0...30, using: &random))
    terms.minInstalment = Int64.random(in: 1...60_000, using: &random)
    for component in Component.allCases {
      terms.forgiveBp[component] =
        random.once(in: 2) ? 0 : Int64.random(in: 0...10_000, using: &random)
    }
    offer.terms = .plan(terms)
    return offer
  }

  private static func check(
    _ made: PlanOffer, _ wish: PlanForm.Wish, _ owed: Amounts, _ allowed: [StrategyOffer]
  ) throws {
    let offer = try #require(allowed.first { $0 == made.offer }, "it is one of those allowed")
    guard case .plan(let terms) = offer.terms else {
      Issue.record("it is no plan")
      return
    }
    var sum = made.haircut
    for item in made.items { try sum.add(item.amounts) }
    #expect(sum == owed, "what is paid and what is given up is what is owed")
    #expect(made.items.count <= terms.instalments.upperBound)
    for component in Component.allCases {
      let most = Int128(owed[component]) * Int128(terms.forgiveBp[component]) / 10_000
      #expect(Int128(made.haircut[component]) <= most)
    }
    switch wish {
    case .amount(let amount): #expect(made.instalment <= amount)
    case .count(let count):
      #expect(made.items.count <= count)
      #expect(terms.instalments.contains(count))
    }
    #expect(made.haircut.total == 0, "nothing is given up for her word alone")
  }
}

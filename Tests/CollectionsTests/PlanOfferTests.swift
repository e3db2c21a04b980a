import Collections
import Foundation
import Support
import Testing

@Suite("Plan offers")
struct PlanOfferTests {
  private static func strategy() throws -> Strategy {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/strategies/pe-empathetic.json")
    let bytes = Array(try Data(contentsOf: path))
    return try Strategy(parsing: bytes.span)
  }

  private static func offer(_ id: String) throws -> StrategyOffer {
    try #require(try strategy().offers.first { $0.id == id })
  }

  @Test(
    "the fewest instalments that she can pay; then, and only then, something is given up",
    arguments: [
      // offer, owed (penalty, interest, cost, principal), instalment, count, given up, affordable
      ("plan-12", [0, 0, 0, 100_000], 50_000, 2, 0, true),
      ("plan-12", [0, 0, 0, 100_000], 33_333, 4, 0, true),
      ("plan-12", [0, 0, 0, 100_000], 33_334, 3, 0, true),
      ("plan-12", [0, 0, 0, 100_000], 8_000, 12, 0, false),
      ("plan-12", [0, 0, 0, 1_500], 8_000, 1, 0, true),
      ("relief-30", [6_000, 10_000, 2_000, 100_000], 5_000, 24, 0, true),
      ("relief-30", [6_000, 10_000, 2_000, 100_000], 4_700, 24, 5_200, true),
      ("relief-30", [6_000, 10_000, 2_000, 100_000], 4_500, 24, 10_000, true),
      ("relief-30", [6_000, 10_000, 2_000, 100_000], 4_499, 24, 10_000, false),
      ("settle-50", [6_000, 10_000, 2_000, 100_000], 2_084, 24, 67_984, true),
    ] as [(String, [Int64], Int64, Int, Int64, Bool)])
  func examples(
    _ id: String, _ owed: [Int64], _ instalment: Int64, _ count: Int, _ givenUp: Int64,
    _ isAffordable: Bool
  ) throws {
    let outstanding = Amounts(
      penalty: owed[0], interest: owed[1], cost: owed[2], principal: owed[3])
    let offer = try Self.offer(id)
    let made = try #require(
      offer.made(
        for: outstanding, affordable: .instalment(instalment), on: CivilDate(days: 20_000)))
    #expect(made.items.count == count)
    #expect(made.haircut.total == givenUp)
    #expect(made.isAffordable == isAffordable)
  }

  @Test("every offer balances, keeps to its ladder and is the same each time")
  func balance() throws {
    var random = SeededGenerator(seed: seed())
    let offers = try Self.strategy().offers
    for _ in 0..<4_000 {
      func amount() -> Int64 {
        random.once(in: 4)
          ? 0
          : Int64.random(in: 0...(random.once(in: 9) ? largestAmount / 4 : 900_000), using: &random)
      }
      let outstanding = Amounts(
        penalty: amount(), interest: amount(), cost: amount(), principal: amount())
      let means: AffordableAmount =
        random.once(in: 2)
        ? .instalment(Int64.random(in: 1...200_000, using: &random))
        : .monthly(Int64.random(in: 1...200_000, using: &random))
      let date = CivilDate(days: Int32.random(in: 15_000...25_000, using: &random))
      for offer in offers {
        let made = offer.made(for: outstanding, affordable: means, on: date)
        #expect(made == offer.made(for: outstanding, affordable: means, on: date))
        guard let made else { continue }
        guard case .plan(let terms) = offer.terms else { continue }
        var sum = made.haircut
        for item in made.items { try sum.add(item.amounts) }
        #expect(sum == outstanding)
        #expect(made.items.count <= terms.instalments.upperBound)
        for component in Component.allCases {
          let most = Int128(outstanding[component]) * Int128(terms.forgiveBp[component]) / 10_000
          #expect(Int128(made.haircut[component]) <= most)
          #expect(made.items.allSatisfy { $0.amounts[component] >= 0 })
        }
        #expect(made.items.allSatisfy { $0.amounts.total > 0 })
        for (first, second) in zip(made.items, made.items.dropFirst()) {
          #expect(first.dueOn < second.dueOn)
          #expect(first.amounts.total - second.amounts.total <= 1)
        }
        #expect(
          made.haircut.total == 0 || made.items.count == terms.instalments.upperBound
            || made.instalment <= terms.minInstalment * 2)
      }
    }
  }

  @Test("instalments of months keep the day of the first, or take the month's last")
  func months() throws {
    let day = try #require(CivilDate("2026-01-16"))
    let offer = try Self.offer("plan-12")
    let made = try #require(
      offer.made(
        for: Amounts(principal: 60_000), affordable: .instalment(20_000), on: day))
    #expect(made.items.map(\.dueOn.text) == ["2026-01-31", "2026-02-28", "2026-03-31"])
  }
}

import Collections
import Testing

@testable import quipu

/// The parts the generator is made of: its source of numbers, its queue of days, its schedules.
@Suite struct GeneratePartsTests {
  @Test func splitMix64GivesThePublishedNumbers() {
    // The reference implementation's output for the seed 1234567.
    var random = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(expected.map { _ in random.next() } == expected)
  }

  @Test func drawsStayWithinTheirBounds() {
    var random = SplitMix64(seed: 11)
    var seen: Set<Int> = []
    var low = 0
    for _ in 0..<4000 {
      seen.insert(random.within(3...7))
      if random.skewed(0...999) < 250 { low += 1 }
    }
    #expect(seen == [3, 4, 5, 6, 7])
    // Half of the squares of even draws lie below a quarter.
    #expect((1800...2200).contains(low))
    #expect(random.below(0) == 0)
    #expect((0..<50).allSatisfy { _ in random.index(ofWeights: [0, 5, 0]) == 1 })
  }

  @Test func queueIsFirstInFirstOutWithinADayAndReusesItsCells() {
    let first = CivilDate(days: 20_000)
    var queue = DayQueue(first: first, count: 10)
    for account in 0..<3 {
      queue.add(DayQueue.Step(account: Int32(account), kind: .bill), on: first + 4)
    }
    queue.add(DayQueue.Step(account: 7, kind: .bill), on: first + 1)
    queue.add(DayQueue.Step(account: 8, kind: .bill), on: first + 10)  // after the end: dropped
    queue.add(DayQueue.Step(account: 9, kind: .bill), on: first - 5)  // past: today
    var order: [String] = []
    while let step = queue.next() {
      order.append("\(queue.day - first):\(step.account)")
      if step.account == 1 {
        queue.add(DayQueue.Step(account: 5, kind: .bill), on: queue.day)
        queue.add(DayQueue.Step(account: 6, kind: .bill), on: first)
      }
    }
    #expect(order == ["0:9", "1:7", "4:0", "4:1", "4:2", "4:5", "4:6"])
    #expect(queue.capacity == 5)
    #expect(queue.pending == 0)
  }

  @Test func memoryDoesNotGrowWithTheMonths() throws {
    let start = try #require(CivilDate("2019-01-01"))
    func cells(months: Int) -> Int {
      var generator = PortfolioGenerator(seed: 4, accounts: 60, months: months, start: start)
      while generator.next({ _ in }) {}
      return generator.queue.capacity
    }
    // A year's steps or five years': what is pending at once stays the same.
    #expect(cells(months: 60) < cells(months: 12) * 2)
    #expect(cells(months: 60) < 60 * 12)
  }

  @Test func schedulesAddUpToThePrincipal() {
    for product in Market.products where !product.rates.isEmpty {
      for (rate, count) in product.rates.flatMap({ rate in
        product.instalments.map { (rate, $0) }
      }) {
        var account = account(product: 0)
        account.rate = UInt8(rate)
        account.principal = 1_234_500
        account.instalments = Int16(count)
        account.instalment = SimulatedAccount.instalment(
          principal: account.principal, monthly: Market.rates[rate].monthly, count: count)
        var principal: Int64 = 0
        var totals: [Int64] = []
        account.forEachInstalment { _, share, interest in
          principal += share
          totals.append(share + interest)
        }
        #expect(principal == account.principal)
        #expect(Set(totals.dropLast()) == [account.instalment])
        // Rounding is left to the last: a few céntimos an instalment, with their interest.
        #expect(abs(account.instalment - totals[count - 1]) <= Int64(count) * 3)
      }
    }
  }

  @Test func ratesAgreeWithEachOther() {
    // The rate of the ledger rules' own example: TEA 77.25 %.
    #expect(Market.rates[6].yearly == 7725)
    #expect(Market.rates[6].daily == 1_591_239_623)
    let one: Int128 = 1_000_000_000_000
    func grown(_ rate: Int64, times: Int) -> Int128 {
      var factor = one
      for _ in 0..<times { factor = factor * (one + Int128(rate)) / one }
      return factor - one
    }
    for rate in Market.rates {
      // Thirty days make a month and twelve months a year, but for the rounding.
      #expect(abs(grown(rate.daily, times: 30) - Int128(rate.monthly)) < 100)
      #expect(abs(grown(rate.monthly, times: 12) - Int128(rate.yearly) * one / 10_000) < 1000)
    }
  }

  @Test func onlyWhatIsOverdueAccrues() {
    var account = account(product: 0)
    account.rate = 6
    let day = CivilDate(days: 20_000)
    account.accruedThrough = day
    account.billed = 100_000
    account.coming = 100_000
    account.comingDue = day + 5
    account.accrue(through: day + 5)
    #expect(account.accrued == 0)
    account.accrue(through: day + 35)
    // TEA 77.25 % is 47.74 a month of 30 days on 1 000.00; default interest is 9.54.
    #expect(account.accrued == 4774 + 954 + 1)
  }

  @Test func prepaymentsTakeTheLastInstalmentsFirst() {
    var account = account(product: 0)
    account.rate = 3
    account.principal = 60_000
    account.instalments = 6
    account.instalment = SimulatedAccount.instalment(
      principal: 60_000, monthly: Market.rates[3].monthly, count: 6)
    let last = account.due(of: 6)
    let fifth = account.due(of: 5)
    account.prepaid = last.principal + 100
    #expect(account.due(of: 6) == (0, 0))
    #expect(account.due(of: 5) == (fifth.principal - 100, fifth.interest))
  }

  @Test func paydaysAreFortnightlyAndNeverOnAHoliday() throws {
    let first = try #require(CivilDate("2024-01-01"))
    let days = BusinessDays(first: first, count: 400)
    let cases: [(from: String, payday: String)] = [
      ("2024-01-01", "2024-01-15"),
      ("2024-01-16", "2024-01-30"),
      ("2024-01-31", "2024-02-15"),
      ("2024-02-16", "2024-02-29"),
      ("2024-06-16", "2024-06-28"),  // the 30th is a Sunday, the 29th a holiday
      ("2024-06-29", "2024-07-15"),
    ]
    for each in cases {
      #expect(days.payday(from: try #require(CivilDate(each.from))).text == each.payday)
    }
  }

  private func account(product: UInt8) -> SimulatedAccount {
    SimulatedAccount(
      random: SplitMix64(seed: 1), subject: 0, product: product, segment: .onTime, region: 0,
      creditor: 0)
  }
}

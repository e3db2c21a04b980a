import CanonicalJSON
import Collections
import EventStore
import Projections
import Support
import Testing

/// A strategy drawn at random, and beside its document the limits that were put into it.
private struct RandomStrategy {
  struct Limits {
    var id: String
    /// Nil for days of grace.
    var instalments: ClosedRange<Int>?
    var minInstalment: Int64
    var firstInDays: Int
    var graceDays: Int
    var every: String
    /// Penalty, interest, cost, principal, in basis points.
    var forgiveBp: [Int64]
  }

  private(set) var limits: [Limits] = []
  /// The days past due at which segments begin, the last of them 0; by segment and arm the offers allowed.
  private(set) var begins: [Int] = []
  private(set) var allowed: [[[String]]] = []
  private(set) var care: [String] = []
  let firstArm: Int64
  private(set) var text = ""

  static let components: [Component] = [.penalty, .interest, .cost, .principal]

  init(_ random: inout SeededGenerator) {
    firstArm = Int64.random(in: 1...9_999, using: &random)
    var forgiven: [Int64] = [0, 0, 0, 0]
    for number in 0..<Int.random(in: 1...5, using: &random) {
      let isGrace = random.once(in: 5)
      // An offer gives up no less of anything than the one before it.
      for place in forgiven.indices where !isGrace && random.once(in: 2) {
        forgiven[place] = Int64.random(in: forgiven[place]...10_000, using: &random)
      }
      let from = Int.random(in: 1...8, using: &random)
      limits.append(
        Limits(
          id: "offer-\(number)",
          instalments: isGrace ? nil : from...(from + Int.random(in: 0...40, using: &random)),
          minInstalment: Int64.random(in: 1...(random.once(in: 2) ? 60_000 : 600), using: &random),
          firstInDays: Int.random(in: 0...90, using: &random),
          graceDays: Int.random(in: 1...180, using: &random),
          every: ["month", "fortnight", "week"][Int.random(in: 0...2, using: &random)],
          forgiveBp: forgiven))
    }
    // Grace gives up nothing, so it stands before what gives up something.
    limits = limits.filter { $0.instalments == nil } + limits.filter { $0.instalments != nil }
    begins =
      Set(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
          Int.random(in: 1...200, using: &random)
        }
      ).sorted(by: >) + [0]
    let ids = limits.map(\.id)
    func some(_ random: inout SeededGenerator) -> [String] {
      let chosen = ids.filter { _ in random.once(in: 2) }
      return chosen.isEmpty ? [ids[0]] : chosen
    }
    for _ in begins { allowed.append((0..<2).map { _ in some(&random) }) }
    care = some(&random)
    text = document()
  }

  private func document() -> String {
    let hours = #"{"from":"08:00","to":"19:00"}"#
    let title = #"{"en":"x","es":"x"}"#
    func list(_ ids: [String]) -> String {
      "[" + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
    let offers = limits.map { limit -> String in
      guard let range = limit.instalments else {
        return
          #"{"offer":"\#(limit.id)","title":\#(title),"kind":"grace","days":\#(limit.graceDays)}"#
      }
      let forgiven = zip(Self.components, limit.forgiveBp).map { "\"\($0.name)\":\($1)" }
      return #"{"offer":"\#(limit.id)","title":\#(title),"kind":"settlement","instalments":{"#
        + #""from":\#(range.lowerBound),"to":\#(range.upperBound)},"minInstalment":\#(limit.minInstalment),"#
        + #""every":"\#(limit.every)","firstInDays":\#(limit.firstInDays),"forgiveBp":{\#(forgiven.joined(separator: ","))}}"#
    }
    let segments = begins.enumerated().map { place, begin -> String in
      let when = begin == 0 ? "" : #"{"feature":"daysPastDue","from":\#(begin)}"#
      let ladders = ["a", "b"].enumerated().map { arm, name in
        #"{"arms":["\#(name)"],"steps":[{"step":"s-\#(place)-\#(name)","kind":"planOffer","channels":["sms"],"#
          + #""tone":"warm","cost":1,"offers":\#(list(allowed[place][arm]))}]}"#
      }
      return
        #"{"segment":"g-\#(place)","title":\#(title),"when":[\#(when)],"ladders":[\#(ladders.joined(separator: ","))]}"#
    }
    return
      #"{"format":"quipu-strategy/1","strategy":"drawn","version":1,"jurisdiction":"PE","currency":"PEN","#
      + #""title":\#(title),"hours":\#(hours),"pauseDays":5,"chance":{"table":[{"bp":5000}]},"arms":["#
      + #"{"arm":"a","role":"champion","buckets":\#(firstArm)},"#
      + #"{"arm":"b","role":"challenger","buckets":\#(10_000 - firstArm)}],"care":{"channel":"call","#
      + #""tone":"warm","hours":\#(hours),"offers":\#(list(care))},"#
      + #""means":{"incomeShareBp":2000,"historyShareBp":10000},"offers":[\#(offers.joined(separator: ","))],"#
      + #""segments":[\#(segments.joined(separator: ","))]}"#
  }

  /// What an account so late may be offered.
  func allowed(_ account: String, daysPastDue: Int, inCare: Bool) -> [String] {
    if inCare { return care }
    let segment = begins.firstIndex { daysPastDue >= $0 } ?? begins.count - 1
    return allowed[segment][ActionReader.bucket(of: account, in: "drawn") < firstArm ? 0 : 1]
  }
}

@Suite("Offers within their limits")
struct OfferLimitTests {
  @Test(
    "whatever strategy, history and wish: offers keep the limits, and what is agreed conserves the debt"
  )
  func limits() throws {
    var random = SeededGenerator(seed: seed())
    var (offered, agreed) = (0, 0)
    for _ in 0..<25 {
      let drawn = RandomStrategy(&random)
      let strategy = try Strategy(parsing: Array(drawn.text.utf8).span)
      let history = FeatureHistory(
        events: Int.random(in: 0...80, using: &random), plansFall: random.once(in: 2), &random)
      var log = history.log
      for person in ["S-1", "S-2"] where random.once(in: 3) {
        let day = FeatureHistory.date(&random)
        log.add("HardshipDeclared", "subject/\(person)", day, #"{"from":"\#(day)"}"#)
      }
      for account in FeatureHistory.accounts {
        let day = try #require(CivilDate(FeatureHistory.date(&random)))
        for offer in try offers(on: account, day, by: drawn, strategy, log, &random) {
          offered += 1
          if !offer.items.isEmpty {
            try agree(offer, on: account, day, log)
            agreed += 1
          }
        }
      }
    }
    #expect(offered > 20 && agreed > 10, "\(offered) offers, \(agreed) plans agreed")
  }

  /// The offers of an account for what she can pay, each looked at.
  private func offers(
    on account: String, _ day: CivilDate, by drawn: RandomStrategy, _ strategy: Strategy,
    _ log: EventLines, _ random: inout SeededGenerator
  ) throws -> [PlanOffer] {
    let model = try log.model()
    let rules = ActionRules(
      strategy, adoption: -1, policies: [], on: day, knownAt: model.size, zone: "America/Lima"
    ) { _ in -300 }
    var reader = ActionReader(model, rules)
    let number = try #require(model.accounts.accounts.find(account))
    let report = try AccountReport(account, of: model.accounts, on: day, knownAt: model.size)
    guard let basis = reader.offerBasis(of: number) else {
      #expect((report?.row.outstanding.total ?? 0) == 0 || report?.row.status == .closed)
      return []
    }
    let known = try #require(report)
    #expect(basis.outstanding == known.row.outstanding)
    let person = model.people.facts(of: known.subject, on: day, knownAt: model.size)
    let inCare = person?.hardship != nil || person?.vulnerability.map { !$0.isCleared } ?? false
    let wanted = drawn.allowed(account, daysPastDue: known.row.daysPastDue, inCare: inCare)
    #expect(basis.offers.map(\.id) == drawn.limits.map(\.id).filter(wanted.contains))
    let most: Int64 = random.once(in: 2) ? 60_000 : 2_000
    let means: AffordableAmount =
      random.once(in: 2)
      ? .instalment(Int64.random(in: 1...most, using: &random))
      : .monthly(Int64.random(in: 1...most, using: &random))
    let made = basis.offers.compactMap {
      $0.made(for: basis.outstanding, affordable: means, on: day)
    }
    for offer in made { try check(offer, known.row.outstanding, day, drawn) }
    return made
  }

  private func check(
    _ offer: PlanOffer, _ owed: Amounts, _ day: CivilDate, _ drawn: RandomStrategy
  ) throws {
    let limits = try #require(drawn.limits.first { $0.id == offer.offer.id })
    guard let range = limits.instalments else {
      #expect(offer.items.isEmpty && offer.haircut.total == 0)
      let last = try #require(offer.graceTo)
      #expect(last > day - 1 && last - day <= limits.graceDays)
      return
    }
    var sum = offer.haircut
    for item in offer.items { try sum.add(item.amounts) }
    #expect(sum == owed)
    #expect(offer.items.count <= range.upperBound)
    for (component, most) in zip(RandomStrategy.components, limits.forgiveBp) {
      let (part, whole) = (Int128(offer.haircut[component]), Int128(owed[component]))
      #expect(part * 10_000 <= whole * Int128(most))
    }
    let least = offer.items.map(\.amounts.total).min() ?? 0
    #expect(offer.items.count == 1 || least >= limits.minInstalment)
    let first = try #require(offer.items.first)
    #expect(first.dueOn == day + limits.firstInDays)
  }

  /// Records what was offered as agreed, and looks whether anything of the debt came or went by it.
  private func agree(
    _ offer: PlanOffer, on account: String, _ day: CivilDate, _ history: EventLines
  ) throws {
    var log = history
    func amounts(_ amounts: Amounts) -> String {
      RandomStrategy.components.map { "\"\($0.name)\":\(amounts[$0])" }.joined(separator: ",")
    }
    let items = offer.items.enumerated().map { place, item in
      #"{"dueOn":"\#(item.dueOn.text)","n":\#(place + 1),\#(amounts(item.amounts))}"#
    }
    let haircut = offer.haircut.total == 0 ? "" : #""haircut":{\#(amounts(offer.haircut))},"#
    let before = try AccountReport(
      account, of: try log.model().accounts, on: day, knownAt: log.size)
    log.add(
      "PlanAgreed", "account/\(account)", day.text,
      #"{"conditional":false,"defaultAfterDays":30,\#(haircut)"#
        + #""items":[\#(items.joined(separator: ","))],"kind":"settlement","plan":"drawn"}"#)
    let after = try AccountReport(
      account, of: try log.model().accounts, on: day, knownAt: log.size)
    let (first, last) = (try #require(before), try #require(after))
    let plan = try #require(last.plans.map(\.outcome).last { $0.seq == log.size - 1 })
    #expect(last.row.outstanding.total == first.row.outstanding.total - plan.haircut.total)
    #expect(plan.haircut.total <= offer.haircut.total)
  }
}

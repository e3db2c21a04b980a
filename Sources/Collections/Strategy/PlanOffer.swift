/// A plan or days of grace that a strategy allows an account, made for what the person can pay.
///
/// For every component, items + haircut = what is outstanding: what is offered can be agreed as it stands.
package struct PlanOffer: Equatable, Sendable {
  /// The strategy's offer.
  package var offer: StrategyOffer
  /// The instalments; none for days of grace.
  package var items: [Item] = []
  /// What is given up.
  package var haircut = Amounts()
  /// The last day of grace; nil for a plan.
  package var graceTo: CivilDate?
  /// Whether every instalment can be paid with what she can pay; days of grace ask for nothing.
  package var isAffordable = true

  /// An instalment.
  package struct Item: Equatable, Sendable {
    /// The day it falls due, and what is due of each component.
    package var dueOn: CivilDate
    package var amounts: Amounts

    /// What is due on a day.
    package init(dueOn: CivilDate, amounts: Amounts) {
      (self.dueOn, self.amounts) = (dueOn, amounts)
    }
  }

  /// The most an instalment comes to, in minor units.
  package var instalment: Int64 { items.map(\.amounts.total).max() ?? 0 }
}

/// What a person can pay, in minor units.
package enum AffordableAmount: Equatable, Sendable {
  /// An instalment as she states it, whatever the plan's period.
  case instalment(Int64)
  /// So much a month.
  case monthly(Int64)

  /// The most that an instalment may be.
  func instalment(_ period: StrategyOffer.Period) -> Int64 {
    switch self {
    case .instalment(let amount): return amount
    case .monthly(let amount):
      switch period {
      case .month: return amount
      case .fortnight: return Int64(Int128(amount) * 12 / 26)
      case .week: return Int64(Int128(amount) * 12 / 52)
      }
    }
  }
}

extension StrategyOffer {
  /// Makes the offer out for an account: nil where its ladder does not reach so far down, or nothing is owed.
  ///
  /// As little is given up as makes it affordable: first by more instalments, then, when there may be no
  /// more of them, by what its ladder may give up, penalties first, then interest, costs and principal.
  /// Where all it may give up is not enough, it is made out as far down as it goes and is not affordable.
  ///
  /// - Parameters:
  ///   - outstanding: what is owed at the end of the day, accrual included.
  ///   - affordable: what she can pay.
  ///   - date: the day it is agreed.
  /// - Returns: the plan or the days of grace.
  /// - Complexity: O(instalments).
  package func made(
    for outstanding: Amounts, affordable: AffordableAmount, on date: CivilDate
  ) -> PlanOffer? {
    guard outstanding.total > 0 else { return nil }
    switch terms {
    case .grace(let days, _):
      return PlanOffer(offer: self, graceTo: date + (days - 1))
    case .plan(let terms):
      let limit = affordable.instalment(terms.every)
      let most = Int64(terms.instalments.upperBound)
      var needed = max(0, outstanding.total - clampedProduct(limit, most))
      var haircut = Amounts()
      for component in [Component.penalty, .interest, .cost, .principal] {
        let cap = Int64(
          Int128(outstanding[component]) * Int128(terms.forgiveBp[component]) / 10_000)
        haircut[component] = min(cap, needed)
        needed -= haircut[component]
      }
      var left = outstanding
      for component in Component.allCases { left[component] -= haircut[component] }
      guard left.total > 0 else { return nil }
      var offer = PlanOffer(offer: self, haircut: haircut)
      let count = terms.count(of: left.total, limit)
      offer.items = terms.items(left, count, on: date)
      offer.isAffordable = offer.instalment <= limit
      return offer
    }
  }
}

extension StrategyOffer.PlanTerms {
  /// The fewest instalments of at most `limit` each; as many as there may be where that is not enough, and
  /// no more than leave each at its least amount.
  fileprivate func count(of total: Int64, _ limit: Int64) -> Int {
    let needed = limit > 0 ? (total + limit - 1) / limit : Int64(instalments.upperBound)
    let large = max(1, total / max(1, minInstalment))
    let most = min(Int64(instalments.upperBound), large)
    return Int(max(min(Int64(instalments.lowerBound), most), min(needed, most)))
  }

  /// What is left in instalments as even as whole units allow, the larger first; each takes penalties before
  /// interest, costs and principal.
  fileprivate func items(_ left: Amounts, _ count: Int, on date: CivilDate) -> [PlanOffer.Item] {
    var rest = left
    return apportion(left.total, over: Array(repeating: 1, count: count)).enumerated().map {
      place, total in
      var (amounts, open) = (Amounts(), total)
      for component in [Component.penalty, .interest, .cost, .principal] {
        let part = min(open, rest[component])
        amounts[component] = part
        rest[component] -= part
        open -= part
      }
      return PlanOffer.Item(dueOn: due(place, on: date), amounts: amounts)
    }
  }

  /// The due date of an instalment, counted from 0: months keep the day of the first, or take their last.
  private func due(_ place: Int, on date: CivilDate) -> CivilDate {
    let first = date + firstInDays
    switch every {
    case .week: return first + 7 * place
    case .fortnight: return first + 14 * place
    case .month:
      let (year, month, day) = first.civil
      let months = year * 12 + month - 1 + place
      let length = CivilDate.length(ofMonth: months % 12 + 1, in: months / 12)
      return CivilDate(year: months / 12, month: months % 12 + 1, day: min(day, length)) ?? first
    }
  }
}

/// The product of two amounts that are not negative, at most ``largestAmount``.
private func clampedProduct(_ first: Int64, _ second: Int64) -> Int64 {
  let (product, overflow) = first.multipliedReportingOverflow(by: second)
  return overflow ? largestAmount : min(product, largestAmount)
}

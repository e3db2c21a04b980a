/// Section 6 for the model: a day at a time, a part at a time.
extension ModelState {
  private var activePlan: Int? { plans.firstIndex { $0.state == "active" } }

  /// The items of a plan that stands.
  func items(of plan: ModelPlan) -> [ModelItem] { items.filter { $0.plan == plan.seq } }

  /// A plan at its turn, unless the account is folded without it.
  mutating func agree(_ id: String, _ terms: ModelPlanTerms, _ seq: Int64) {
    if fallen.contains(where: { $0.seq == seq }) { return }
    endPlan("replaced", by: seq)
    var plan = ModelPlan(id: id, seq: seq, agreedOn: day, terms: terms, since: day)
    plan.replaced = outstanding
    plan.haircut = terms.haircut
    // Last due first; of those due together the one with the higher number.
    var stated = terms.items.sorted { first, second in
      let (one, other) = (rolled(first.due), rolled(second.due))
      return one == other ? first.n > second.n : one > other
    }
    for part in Part.allCases {
      var owed = plan.replaced[part]
      if part == .interest { owed += terms.planInterest }
      let offered = stated.reduce(terms.haircut[part]) { $0 + $1.amounts[part] }
      if offered < owed {
        plan.shortfall[part] = owed - offered
        stated[0].amounts[part] += owed - offered
      }
      var tooMuch = max(0, offered - owed)
      plan.excess[part] = tooMuch
      for index in stated.indices {
        while tooMuch > 0, stated[index].amounts[part] > 0 {
          let less = min(tooMuch, stated[index].amounts[part])
          stated[index].amounts[part] -= less
          tooMuch -= less
        }
      }
      plan.haircut[part] -= tooMuch
    }
    if plan.shortfall.total > 0 {
      ignored.append(ModelIgnored(seq: seq, amount: plan.shortfall.total))
    }
    if plan.excess.total > 0 { ignored.append(ModelIgnored(seq: seq, amount: plan.excess.total)) }
    giveUp(plan.haircut, seq)
    let before = outstanding
    clear(seq, .plan)
    for item in stated {
      make(item.due, n: item.n, item.amounts, seq: seq)
      items[items.count - 1].plan = seq
      items[items.count - 1].accrues = terms.accrues
      totals.planned = totals.planned + item.amounts
    }
    totals.planInterest += outstanding.interest - before.interest
    plans.append(plan)
  }

  /// The haircut takes from the oldest item on, as far as it goes.
  private mutating func giveUp(_ haircut: Parts, _ seq: Int64) {
    for part in Part.allCases {
      var left = haircut[part]
      for index in ordered { left -= settle(index, part, left, seq, .haircut) }
      totals.haircut[part] += haircut[part] - left
    }
  }

  /// Settles whatever is outstanding, and forgets the items.
  mutating func clear(_ seq: Int64, _ cause: ModelSettlement.Cause) {
    for index in ordered {
      for part in Part.allCases { _ = settle(index, part, items[index].unpaid(part), seq, cause) }
    }
    accruedBefore = accrued
    items = []
  }

  /// The active plan ends.
  mutating func endPlan(_ state: String, by seq: Int64) {
    guard let index = activePlan else { return }
    plans[index].state = state
    plans[index].since = day
    plans[index].endedBy = seq
  }

  mutating func completePlan(_ seq: Int64) {
    guard let index = activePlan else { return }
    if items(of: plans[index]).allSatisfy({ $0.scheduled == Parts() }) {
      endPlan("completed", by: seq)
    }
  }

  mutating func cancelPlan(_ id: String, _ seq: Int64) {
    if fallen.contains(where: { $0.endedBy == seq }) { return }
    guard let index = activePlan, plans[index].id == id else {
      ignored.append(ModelIgnored(seq: seq, amount: 0))
      return
    }
    endPlan("cancelled", by: seq)
    fall = plans[index]
  }

  /// The end of a day: is the active plan too late?
  mutating func judgePlan() {
    guard let index = activePlan else { return }
    let late = daysPastDue(of: items(of: plans[index]))
    guard late > plans[index].terms.defaultAfterDays else { return }
    endPlan("default", by: -1)
    if plans[index].terms.conditional { fall = plans[index] }
  }
}

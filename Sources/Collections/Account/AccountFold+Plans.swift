/// Section 6 of the ledger's rules: restructurings.
extension AccountFold {
  /// A plan at its turn: everything outstanding, accrual included, is replaced by its items.
  mutating func agree(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    guard !now.hasFallen(entry.seq) else { return }
    replacePlan(by: entry.seq, on: entry.effective)
    let stated = book.plans[Int(entry.reference)]
    var plan = PlanOutcome(
      id: stated.id, seq: entry.seq, agreedOn: entry.effective, stated: stated,
      since: entry.effective)
    plan.replaced = try outstanding()
    plan.haircut = stated.haircut
    let number = Int32(now.plans.count)
    var items = Array(book.items[stated.items])
    try balance(&plan, &items)
    let restructured = try settleAll(as: .plan, by: entry, forgiving: plan.haircut)
    now.totals.planInterest -= restructured.interest
    for item in items {
      try now.totals.planned.add(item.amounts)
      now.totals.planInterest += item.amounts.interest
      make(item, seq: entry.seq, plan: number, accrues: stated.accrues)
    }
    if plan.shortfall.total > 0 { remark(.planShortfall, entry.seq, plan.shortfall.total) }
    if plan.excess.total > 0 { remark(.planExcess, entry.seq, plan.excess.total) }
    now.plans.append(plan)
    now.activePlan = number
    now.judgedDay = max(now.judgedDay, entry.effective - 1)
    completePlan(by: entry.seq, on: entry.effective)
  }

  /// Makes a plan's items and haircut add up to what is outstanding at its turn: a shortfall goes on
  /// the last item, an excess off it, then off the one before, then off the haircut.
  private func balance(
    _ plan: inout PlanOutcome, _ items: inout [StatedItem]
  ) throws(RuleError) {
    let lastFirst = items.indices.sorted { first, second in
      let (one, other) = (rolled(items[first].dueOn), rolled(items[second].dueOn))
      return one == other ? items[first].n > items[second].n : one > other
    }
    for component in Component.allCases {
      let added = component == .interest ? plan.stated.planInterest : 0
      let owed = try checkedSum(plan.replaced[component], added)
      var stated = plan.haircut[component]
      for item in items { stated = try checkedSum(stated, item.amounts[component]) }
      if stated < owed, let last = lastFirst.first {
        plan.shortfall[component] = owed - stated
        items[last].amounts[component] += owed - stated
      }
      guard stated > owed else { continue }
      plan.excess[component] = stated - owed
      var rest = stated - owed
      for index in lastFirst {
        let taken = min(rest, items[index].amounts[component])
        items[index].amounts[component] -= taken
        rest -= taken
      }
      plan.haircut[component] -= rest
    }
  }

  /// Settles everything outstanding and takes the items away: a plan's or a schedule's come instead.
  ///
  /// - Returns: what was settled, less the haircut, which is given up.
  @discardableResult
  mutating func settleAll(
    as cause: Settlement.Cause, by entry: AccountEntry, forgiving haircut: Amounts = Amounts()
  ) throws(RuleError) -> Amounts {
    var left = haircut
    var settled = Amounts()
    for index in now.firstOpen..<now.items.count {
      for component in Component.allCases {
        let cut = settle(
          index, component, upTo: left[component], as: .haircut, seq: entry.seq,
          on: entry.effective)
        left[component] -= cut
        now.totals.haircut[component] += cut
        settled[component] += settle(
          index, component, upTo: .max, as: cause, seq: entry.seq, on: entry.effective)
      }
    }
    for item in now.items { try now.totals.accruedBefore.add(item.accrued) }
    keepEmptied()
    now.items.removeAll(keepingCapacity: true)
    now.firstOpen = 0
    return settled
  }

  /// The active plan gives way to another or to a schedule.
  mutating func replacePlan(by seq: Int64, on day: Int32) {
    guard now.activePlan >= 0 else { return }
    end(.replaced, by: seq, on: day)
  }

  /// The active plan is completed if nothing scheduled on its items is outstanding any more.
  mutating func completePlan(by seq: Int64, on day: Int32) {
    guard now.activePlan >= 0 else { return }
    for item in now.items where item.plan == now.activePlan && item.scheduled.total != 0 { return }
    end(.completed, by: seq, on: day)
  }

  /// `PlanCancelled` at its turn: the plan falls away if it is active.
  mutating func cancelPlan(_ entry: AccountEntry, of book: AccountBook) {
    let id = TextReference(packed: entry.reference)
    for fall in now.falls where fall.plan.cause == entry.seq { return }
    guard now.activePlan >= 0, book.texts.equal(now.plans[Int(now.activePlan)].id, id) else {
      return remark(.planNotActive, entry.seq, 0)
    }
    end(.cancelled, by: entry.seq, on: entry.effective)
  }

  /// The first day through `last` not judged yet at whose end the active plan is in default.
  func defaultDay(through last: Int32) -> Int32? {
    let limit = now.plans[Int(now.activePlan)].stated.defaultAfterDays
    guard let due = now.oldestAgeing(plan: now.activePlan) else { return nil }
    var day = Int64(due) + limit + 1
    // Days in pauses do not count, so that as many more have to pass, in which others may lie.
    while day <= last {
      let paused = now.pauses.paused(due..<Int32(day), stoppingAccrual: false)
      guard day - Int64(due) - Int64(paused) <= limit else { break }
      day = Int64(due) + limit + 1 + Int64(paused)
    }
    let first = max(day, Int64(now.judgedDay) + 1)
    return first <= last ? Int32(first) : nil
  }

  /// The active plan is in default at the end of a day.
  mutating func endInDefault(on day: Int32) {
    let number = Int(now.activePlan)
    now.plans[number].daysPastDue = now.daysPastDue(on: day, plan: now.activePlan)
    end(.inDefault, by: -1, on: day)
  }

  private mutating func end(_ state: PlanOutcome.State, by seq: Int64, on day: Int32) {
    let number = Int(now.activePlan)
    now.activePlan = -1
    now.plans[number].state = state
    now.plans[number].since = day
    now.plans[number].cause = seq
    if now.plans[number].hasFallen { fall = PlanFall(plan: now.plans[number]) }
  }
}

extension AccountFold {
  /// Every plan agreed by the day, in time order, and what has become of it.
  package var plans: [PlanOutcome] {
    if now.falls.isEmpty { return now.plans }
    return (now.plans + now.falls.map(\.plan)).sorted { first, second in
      first.agreedOn == second.agreedOn
        ? first.seq < second.seq : first.agreedOn < second.agreedOn
    }
  }

  /// What is left of a plan's items on the day; nothing of one that fell away or was replaced. O(items).
  package func progress(of plan: PlanOutcome) -> PlanProgress {
    var progress = PlanProgress()
    guard let number = now.plans.firstIndex(where: { $0.seq == plan.seq }) else { return progress }
    for item in now.items where item.plan == Int32(number) && item.isOpen {
      let unpaid = item.outstanding.total
      progress.outstanding += unpaid
      if item.due < date.days { progress.overdue += unpaid }
      if item.due >= date.days, progress.nextDueOn == nil {
        progress.nextDueOn = CivilDate(days: item.due)
      }
    }
    progress.daysPastDue = now.daysPastDue(on: date.days, plan: Int32(number))
    return progress
  }
}

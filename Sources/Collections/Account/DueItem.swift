/// One due item of an account while it is folded.
struct DueItem: Sendable {
  /// The order in which items were made; names the item while its place in the list changes.
  var id: Int32
  /// The due date, after any roll, in days since 1970-01-01.
  var due: Int32
  /// The event that made it.
  var seq: Int64
  /// Its number, unique within that event; 0 where it has none.
  var n: Int64
  /// What was scheduled or charged in all.
  var stated: Amounts
  /// What of it is unpaid.
  var scheduled: Amounts
  /// What accrued into `interest`.
  var interest = Accrual()
  /// What accrued into `penalty`.
  var penalty = Accrual()
  /// The place of the plan it belongs to among the fold's, or −1.
  var plan: Int32 = -1
  /// Whether it accrues while it is overdue.
  var accrues = true

  /// The exact accrual of one component of an item, and what of it was paid or waived.
  struct Accrual: Sendable {
    /// Σ principal × days × rate, in units of 1 / ``DailyRate/denominator``.
    var exact: Int128 = 0
    /// ``exact`` rounded half up, kept while nothing more accrues.
    var assessed: Int64 = 0
    /// What was paid, waived or forgiven of it.
    var settled: Int64 = 0

    var outstanding: Int64 { assessed - settled }

    /// Counts `days` more days of `principal`. Rounds the total, once, anew.
    mutating func count(
      _ days: Int64, of principal: Int64, at rate: DailyRate
    ) throws(RuleError) {
      guard rate.numerator != 0 else { return }
      exact += Int128(principal) * Int128(days) * Int128(rate.numerator)
      assessed = try roundedHalfUp(exact, over: DailyRate.denominator)
    }
  }

  /// What is unpaid of a component, accrual included.
  func outstanding(_ component: Component) -> Int64 {
    switch component {
    case .penalty: scheduled.penalty + penalty.outstanding
    case .interest: scheduled.interest + interest.outstanding
    case .cost: scheduled.cost
    case .principal: scheduled.principal
    }
  }

  /// What is unpaid, by component.
  var outstanding: Amounts {
    Amounts(
      penalty: outstanding(.penalty), interest: outstanding(.interest), cost: scheduled.cost,
      principal: scheduled.principal)
  }

  /// What accrued, paid or not.
  var accrued: Amounts { Amounts(penalty: penalty.assessed, interest: interest.assessed) }

  /// Whether anything is unpaid.
  var isOpen: Bool { outstanding.total != 0 }

  /// Whether it ages: scheduled principal and interest unpaid above the materiality, of a plan's item all
  /// components (section 8).
  func ages(above materiality: Int64) -> Bool {
    plan >= 0
      ? scheduled.total > materiality : scheduled.principal + scheduled.interest > materiality
  }

  /// Lowers a component by up to `amount`, what was scheduled or charged before what accrued; returns how much it took.
  mutating func settle(_ component: Component, upTo amount: Int64) -> Int64 {
    let fromSchedule = min(amount, scheduled[component])
    scheduled[component] -= fromSchedule
    let rest = amount - fromSchedule
    switch component {
    case .penalty:
      let fromAccrual = min(rest, penalty.outstanding)
      penalty.settled += fromAccrual
      return fromSchedule + fromAccrual
    case .interest:
      let fromAccrual = min(rest, interest.outstanding)
      interest.settled += fromAccrual
      return fromSchedule + fromAccrual
    case .cost, .principal:
      return fromSchedule
    }
  }

  /// Items in the order "oldest first" means: due date, the event that made them, number.
  static func precedes(_ first: DueItem, _ second: DueItem) -> Bool {
    if first.due != second.due { return first.due < second.due }
    return first.seq == second.seq ? first.n < second.n : first.seq < second.seq
  }
}

/// Days on which days past due, and perhaps accrual, stand still.
struct Pause: Sendable {
  /// The first day, in days since 1970-01-01.
  var from: Int32
  /// The last day.
  var to: Int32
  /// Whether accrual stops too.
  var stopsAccrual: Bool
  /// Whether `MoratoriumEnded` may end it.
  var isMoratorium: Bool
  /// Whether it is the debtor's, for all her accounts.
  var isOfDebtor = false
}

extension [Pause] {
  /// How many days of `days` lie in a pause; overlapping ones count once. O(pauses²), of which there are few.
  func paused(_ days: Range<Int32>, stoppingAccrual: Bool) -> Int32 {
    guard !isEmpty, !days.isEmpty else { return 0 }
    var total: Int32 = 0
    var day = days.lowerBound
    while day < days.upperBound {
      // The furthest end of a pause that holds `day`, or the nearest start after it.
      var end = day
      var start = days.upperBound
      for pause in self where pause.stopsAccrual || !stoppingAccrual {
        if pause.from <= day, pause.to >= day { end = Swift.max(end, pause.to + 1) }
        if pause.from > day, pause.to >= pause.from { start = Swift.min(start, pause.from) }
      }
      if end > day {
        total += Swift.min(end, days.upperBound) - day
        day = end
      } else {
        day = start
      }
    }
    return total
  }
}

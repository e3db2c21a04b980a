/// The account rules once more, slow and obvious: the second opinion that the fold is held against.
///
/// Written from the rules' text alone. It walks every day of the calendar from the opening on, keeps
/// plain arrays, sorts them anew each time and rounds nothing but what it shows.
struct AccountModel {
  /// Every event of the ledger, in the order recorded.
  var log: [ModelEvent]

  /// The account at the end of a day as known before position `knownAt`; nil before its opening.
  func state(of account: String, on day: Int, knownAt: Int64) -> ModelState? {
    states(of: account, on: [day], knownAt: knownAt)[day]
  }

  /// The account at the end of several days, in one walk through the days.
  func states(of account: String, on days: Set<Int>, knownAt: Int64) -> [Int: ModelState] {
    let known = log.filter { $0.seq < knownAt }
    let voids = Set(known.filter { $0.fact.isVoid }.map(\.seq))
    var removed: Set<Int64> = []
    for event in known {
      if case .void(let target) = event.fact, !voids.contains(target) { removed.insert(target) }
    }
    let standing = known.filter { $0.concerns(account) && !removed.contains($0.seq) }
    var reversed: Set<String> = []
    for event in standing {
      if case .reversal(let id) = event.fact { reversed.insert(id) }
    }
    let effective = standing.filter { event in
      if case .payment(let id, _, _, _) = event.fact { return !reversed.contains(id) }
      return true
    }
    return walk(effective, through: days, without: [])
  }

  /// Walks through the days as if some plans had never been agreed, but for the days they stood.
  ///
  /// When another falls away, this walk is good for the days before it alone: another one begins.
  private func walk(
    _ events: [ModelEvent], through days: Set<Int>, without fallen: [ModelPlan]
  ) -> [Int: ModelState] {
    var result: [Int: ModelState] = [:]
    var start: Int?
    for event in events {
      if case .opened = event.fact { start = event.effective }
    }
    guard let first = start, let last = days.max(), first <= last else { return result }
    let byDay = Dictionary(grouping: events, by: \.effective)
    var state = ModelState(day: first)
    state.fallen = fallen
    state.pauses = fallen.map {
      ModelPause(from: $0.agreedOn, to: $0.since - 1, stopsAccrual: true, isMoratorium: false)
    }
    // What befell the debtor before the opening holds for the account from its first day on.
    let earlier = events.filter { $0.isOfDebtor && $0.effective < first }
    for event in earlier.sorted(by: { ($0.effective, $0.seq) < ($1.effective, $1.seq) }) {
      state.day = event.effective
      state.take(event)
    }
    state.day = first
    for day in first...last {
      if day > first { state.countDay(day - 1) }
      state.live(day, byDay[day] ?? [])
      if let fall = state.fall {
        let later = days.filter { $0 >= day }
        let others = walk(events, through: later, without: fallen + [fall])
        return result.merging(others) { _, other in other }
      }
      guard days.contains(day) else { continue }
      var seen = state
      seen.promises = Self.promises(among: events, payments: state.payments, on: day)
      result[day] = seen
    }
    return result
  }
}

extension ModelEvent {
  /// Whether it bears on an account.
  func concerns(_ account: String) -> Bool { isOfDebtor || self.account == account }
}

extension ModelState {
  /// Lets a day pass, as far as the fall of a plan.
  mutating func live(_ day: Int, _ events: [ModelEvent]) {
    self.day = day
    for rank in 0...4 {
      if rank == 2 {
        useCredit()
        completePlan(-1)
      }
      for event in events.sorted(by: { $0.seq < $1.seq }) where event.fact.rank == rank {
        take(event)
        if fall != nil { return }
      }
    }
    judgePlan()
  }
}

extension ModelState {
  /// Counts a day that has ended for the accrual of every item it counts for (section 4).
  mutating func countDay(_ ended: Int) {
    if isClosed { return }
    if pauses.contains(where: { $0.stopsAccrual && $0.holds(ended) }) { return }
    for index in items.indices where items[index].due <= ended && items[index].accrues {
      let principal = items[index].scheduled.principal
      items[index].interest.count(principal, at: terms.compensatory)
      items[index].penalty.count(principal, at: terms.penal)
    }
  }

  /// Rank 2: credit pays whatever is due (section 3).
  mutating func useCredit() {
    if isClosed || credit == 0 { return }
    let due = ordered.filter { items[$0].due <= day }
    var money = credit
    _ = pay(from: &money, due, seq: -1, cause: .credit)
    credit = money
  }

  /// Puts money on items in their given order, as the profile spreads it.
  mutating func pay(
    from money: inout Int64, _ order: [Int], seq: Int64, cause: ModelSettlement.Cause
  ) -> [ModelPayment.Taking] {
    var takings: [ModelPayment.Taking] = []
    switch profile.spread {
    case .item:
      for index in order {
        for part in profile.order { put(&money, on: index, part, seq, cause, &takings) }
      }
    case .component:
      for part in profile.order {
        for index in order { put(&money, on: index, part, seq, cause, &takings) }
      }
    }
    return takings
  }

  /// Puts what it can of the money on one part of one item.
  mutating func put(
    _ money: inout Int64, on index: Int, _ part: Part, _ seq: Int64,
    _ cause: ModelSettlement.Cause, _ takings: inout [ModelPayment.Taking]
  ) {
    let taken = settle(index, part, money, seq, cause)
    if taken == 0 { return }
    money -= taken
    takings.append(ModelPayment.Taking(part: part, amount: taken))
  }

  /// Lowers one part of one item and writes down that it did; returns what it took.
  mutating func settle(
    _ index: Int, _ part: Part, _ amount: Int64, _ seq: Int64, _ cause: ModelSettlement.Cause
  ) -> Int64 {
    if amount == 0 { return 0 }
    let taken = items[index].lower(part, by: amount)
    if taken == 0 { return 0 }
    settlements.append(
      ModelSettlement(
        seq: seq, day: day, cause: cause, part: part, amount: taken, itemSeq: items[index].seq,
        itemN: items[index].n))
    return taken
  }
}

/// Section 3 of the ledger's rules: how money meets due items.
extension AccountFold {
  /// How many items are due on or before `day`, empty ones before the first open one counted: they come first.
  func dueCount(on day: Int32) -> Int {
    var count = now.firstOpen
    while count < now.items.count, now.items[count].due <= day { count += 1 }
    return count
  }

  /// A payment at its turn: due items, then coming ones as its intent and the profile say, then credit.
  mutating func receive(_ entry: AccountEntry) throws(RuleError) {
    let first = settlements.count
    now.totals.paid = try checkedSum(now.totals.paid, entry.amount)
    if now.life.writtenOffOn != nil { now.totals.recovered += entry.amount }
    var rest = entry.amount
    if !now.life.isClosed {
      let due = dueCount(on: entry.effective)
      rest = allocate(
        rest, over: now.firstOpen..<due, as: .payment, seq: entry.seq,
        on: entry.effective)
      if rest > 0 { rest = advance(rest, from: due, entry) }
    }
    now.credit = try checkedSum(now.credit, rest)
    var payment = AppliedPayment(
      id: TextReference(packed: entry.reference), seq: entry.seq, effective: entry.effective,
      amount: entry.amount)
    payment.settlements = first..<settlements.count
    payment.toCredit = rest
    payment.promise = entry.extent
    for settlement in settlements[payment.settlements] where settlement.cause == .payment {
      payment.taken[settlement.component] += settlement.amount
    }
    payments.append(payment)
    completePlan(by: entry.seq, on: entry.effective)
  }

  /// Spreads `amount` over the items of `range`, as the profile says, and returns what is left.
  mutating func allocate(
    _ amount: Int64, over range: Range<Int>, as cause: Settlement.Cause, seq: Int64, on day: Int32,
    furthestFirst: Bool = false
  ) -> Int64 {
    var rest = amount
    let order = now.profile.order
    switch now.profile.spread {
    case .item:
      for offset in 0..<range.count {
        let index = furthestFirst ? range.upperBound - 1 - offset : range.lowerBound + offset
        for place in order.indices {
          guard rest > 0 else { return 0 }
          rest -= settle(index, order[place], upTo: rest, as: cause, seq: seq, on: day)
        }
      }
    case .component:
      for place in order.indices {
        for offset in 0..<range.count {
          guard rest > 0 else { return 0 }
          let index = furthestFirst ? range.upperBound - 1 - offset : range.lowerBound + offset
          rest -= settle(index, order[place], upTo: rest, as: cause, seq: seq, on: day)
        }
      }
    }
    return rest
  }

  /// What remains after the due items, over those to come.
  private mutating func advance(
    _ amount: Int64, from first: Int, _ entry: AccountEntry
  ) -> Int64 {
    if entry.flag { return prepay(amount, from: first, entry) }
    switch now.profile.advance {
    case .hold: return amount
    case .next, .last:
      return allocate(
        amount, over: first..<now.items.count, as: .payment, seq: entry.seq, on: entry.effective,
        furthestFirst: now.profile.advance == .last)
    }
  }

  /// A prepayment takes principal only, from the last item backwards; an item it empties of principal loses its scheduled interest.
  private mutating func prepay(
    _ amount: Int64, from first: Int, _ entry: AccountEntry
  ) -> Int64 {
    var rest = amount
    for index in (first..<now.items.count).reversed() where rest > 0 {
      let taken = settle(
        index, .principal, upTo: rest, as: .payment, seq: entry.seq, on: entry.effective)
      rest -= taken
      let interest = now.items[index].scheduled.interest
      if taken > 0, now.items[index].scheduled.principal == 0, interest > 0 {
        now.items[index].scheduled.interest = 0
        now.totals.unearned += interest
        record(index, .interest, interest, .unearned, entry.seq, entry.effective)
      }
    }
    return rest
  }

  /// Lowers one component over the items of `range`, oldest first, and returns what is left.
  mutating func lower(
    _ component: Component, by amount: Int64, over range: Range<Int>, as cause: Settlement.Cause,
    seq: Int64, on day: Int32
  ) -> Int64 {
    var rest = amount
    for index in range where rest > 0 {
      rest -= settle(index, component, upTo: rest, as: cause, seq: seq, on: day)
    }
    return rest
  }

  /// Lowers one component of one item and writes down that it did; returns how much it took.
  @discardableResult
  mutating func settle(
    _ index: Int, _ component: Component, upTo amount: Int64, as cause: Settlement.Cause,
    seq: Int64, on day: Int32
  ) -> Int64 {
    let taken = now.items[index].settle(component, upTo: amount)
    if taken > 0 { record(index, component, taken, cause, seq, day) }
    return taken
  }

  private mutating func record(
    _ index: Int, _ component: Component, _ amount: Int64, _ cause: Settlement.Cause,
    _ seq: Int64, _ day: Int32
  ) {
    let item = now.items[index]
    settlements.append(
      Settlement(
        seq: seq, on: day, cause: cause, component: component, amount: amount, itemSeq: item.seq,
        itemN: item.n, itemDue: item.due))
  }

  /// A charge-back: a new due item gives back what the payment took, last taken first; beyond that it lowers credit.
  mutating func chargeBack(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    let id = TextReference(packed: entry.reference)
    guard let index = payments.lastIndex(where: { book.texts.equal($0.id, id) }) else {
      return remark(.chargebackWithoutPayment, entry.seq, entry.amount)
    }
    var back = GivenBack(
      seq: entry.seq, payment: index, givenBack: payments[index].givenBack,
      chargedBack: payments[index].chargedBack)
    defer { givenBack.append(back) }
    var rest = entry.amount
    var returned = Amounts()
    // What earlier charge-backs of the same payment gave back already.
    var skip = payments[index].givenBack
    for settlement in settlements[payments[index].settlements].reversed()
    where settlement.cause == .payment && rest > 0 {
      let passed = min(skip, settlement.amount)
      skip -= passed
      let share = min(rest, settlement.amount - passed)
      returned[settlement.component] += share
      rest -= share
    }
    payments[index].givenBack += returned.total
    if returned.total > 0 {
      try now.totals.chargedBack.add(returned)
      make(StatedItem(n: 0, dueOn: entry.effective, amounts: returned), seq: entry.seq)
    }
    let fromCredit = min(rest, now.credit)
    now.credit -= fromCredit
    now.totals.creditChargedBack += fromCredit
    (back.returned, back.fromCredit) = (returned, fromCredit)
    let excess = rest - fromCredit
    payments[index].chargedBack = try checkedSum(
      payments[index].chargedBack, entry.amount - excess)
    if excess > 0 { remark(.chargebackExcess, entry.seq, excess) }
  }
}

extension ModelState {
  /// Takes one event whose turn has come.
  mutating func take(_ event: ModelEvent) {
    switch event.fact {
    case .opened(let opening): open(opening, event.seq)
    case .terms(let new): terms = new
    case .schedule(let stated): reschedule(stated, event.seq)
    case .charge(let part, let amount, let n): charge(part, amount, n, event.seq)
    case .grace(let to, let stops): grantGrace(to: to, stops: stops)
    case .pause(let to, let stops): pause(to: to, stops: stops, isMoratorium: false)
    case .moratorium(let to, let stops):
      pause(to: to, stops: stops, isMoratorium: true, event.isOfDebtor)
    case .moratoriumEnd: endMoratoria(event.isOfDebtor)
    case .waiver(let part, let amount, let n): waive(part, amount, n, event.seq)
    case .forgiveness(let amounts): forgive(amounts, event.seq)
    case .payment(let id, let amount, let prepays, _): receive(id, amount, prepays, event.seq)
    case .chargeback(let id, let amount): chargeBack(id, amount, event.seq)
    case .refund(let amount): refund(amount, event.seq)
    case .writeOff: isWrittenOff = true
    case .writeOffReversed: isWrittenOff = false
    case .closure(let reason): closedFor = reason
    case .sale(let buyer): closedFor = buyer
    case .reopening: closedFor = nil
    case .placement(let name): agency = name
    case .recall: agency = nil
    case .plan(let id, let terms): agree(id, terms, event.seq)
    case .planCancelled(let id): cancelPlan(id, event.seq)
    case .reversal, .void: break  // They act on what is folded, not in it.
    case .promise, .promiseMoved, .promiseCancelled: break  // They move no money.
    }
    completePlan(event.seq)
  }

  /// Makes an item, rolled where the terms say so.
  mutating func make(_ due: Int, n: Int64, _ amounts: Parts, seq: Int64) {
    let rolled = rolled(due)
    items.append(ModelItem(seq: seq, n: n, due: rolled, made: madeSoFar, stated: amounts))
    madeSoFar += 1
  }

  func rolled(_ due: Int) -> Int { terms.rolls ? ModelCalendar.following(due) : due }

  private mutating func open(_ opening: ModelOpening, _ seq: Int64) {
    terms = opening.terms ?? ModelTerms()
    profile = opening.profile ?? ModelProfile()
    for item in opening.items {
      make(item.due, n: item.n, item.amounts, seq: seq)
      totals.opened = totals.opened + item.amounts
    }
  }

  private mutating func reschedule(_ stated: [ModelStatedItem], _ seq: Int64) {
    totals.replaced = totals.replaced + outstanding
    endPlan("replaced", by: seq)
    clear(seq, .schedule)
    for item in stated {
      make(item.due, n: item.n, item.amounts, seq: seq)
      totals.rescheduled = totals.rescheduled + item.amounts
    }
  }

  /// The latest-made item with a number.
  private func latest(_ n: Int64) -> Int? {
    items.indices.filter { items[$0].n == n }.max { items[$0].made < items[$1].made }
  }

  private mutating func charge(_ part: Part, _ amount: Int64, _ n: Int64?, _ seq: Int64) {
    var amounts = Parts()
    amounts[part] = amount
    totals.charged = totals.charged + amounts
    guard let n else { return make(day, n: 0, amounts, seq: seq) }
    guard let index = latest(n) else {
      // What was assessed is owed: only the name of the item is ignored, and reported.
      ignored.append(ModelIgnored(seq: seq, amount: 0))
      return make(day, n: 0, amounts, seq: seq)
    }
    items[index].stated[part] += amount
    items[index].scheduled[part] += amount
  }

  private mutating func pause(
    to: Int, stops: Bool, isMoratorium: Bool, _ isOfDebtor: Bool = false
  ) {
    pauses.append(
      ModelPause(
        from: day, to: to, stopsAccrual: stops, isMoratorium: isMoratorium, isOfDebtor: isOfDebtor))
  }

  private mutating func grantGrace(to: Int, stops: Bool) {
    pause(to: to, stops: stops, isMoratorium: false)
    let days = to - day + 1
    for index in items.indices where items[index].due >= day && items[index].unpaid != Parts() {
      let moved = items[index].due + days
      items[index].due = terms.rolls ? ModelCalendar.following(moved) : moved
    }
  }

  private mutating func endMoratoria(_ isOfDebtor: Bool) {
    for index in pauses.indices where pauses[index].isMoratorium && pauses[index].holds(day) {
      if pauses[index].isOfDebtor == isOfDebtor { pauses[index].to = day - 1 }
    }
  }

  private mutating func waive(_ part: Part, _ amount: Int64, _ n: Int64?, _ seq: Int64) {
    settlers.append(seq)
    var left = amount
    let reach = n.map { latest($0).map { [$0] } ?? [] } ?? ordered
    for index in reach { left -= settle(index, part, left, seq, .waiver) }
    totals.waived[part] += amount - left
    if left > 0 { ignored.append(ModelIgnored(seq: seq, amount: left)) }
  }

  private mutating func forgive(_ amounts: Parts, _ seq: Int64) {
    settlers.append(seq)
    var excess: Int64 = 0
    for part in Part.allCases {
      var left = amounts[part]
      for index in ordered { left -= settle(index, part, left, seq, .forgiveness) }
      totals.forgiven[part] += amounts[part] - left
      excess += left
    }
    if excess > 0 { ignored.append(ModelIgnored(seq: seq, amount: excess)) }
  }

  private mutating func receive(_ id: String, _ amount: Int64, _ prepays: Bool, _ seq: Int64) {
    settlers.append(seq)
    var payment = ModelPayment(id: id, seq: seq, day: day, amount: amount)
    var money = amount
    totals.paid += amount
    if isWrittenOff { totals.recovered += amount }
    if !isClosed {
      let due = ordered.filter { items[$0].due <= day }
      payment.takings += pay(from: &money, due, seq: seq, cause: .payment)
      let coming = ordered.filter { items[$0].due > day }
      if prepays {
        prepay(&money, coming, seq, &payment.takings)
      } else {
        switch profile.advance {
        case .next: payment.takings += pay(from: &money, coming, seq: seq, cause: .payment)
        case .last:
          payment.takings += pay(from: &money, coming.reversed(), seq: seq, cause: .payment)
        case .hold: break
        }
      }
    }
    payment.toCredit = money
    credit += money
    payments.append(payment)
  }

  private mutating func prepay(
    _ money: inout Int64, _ coming: [Int], _ seq: Int64, _ takings: inout [ModelPayment.Taking]
  ) {
    for index in coming.reversed() {
      let before = items[index].unpaid(.principal)
      put(&money, on: index, .principal, seq, .payment, &takings)
      if before > 0 && items[index].unpaid(.principal) == 0 {
        totals.unearned += settle(index, .interest, items[index].scheduled.interest, seq, .unearned)
      }
    }
  }

  private mutating func chargeBack(_ id: String, _ amount: Int64, _ seq: Int64) {
    guard let place = payments.lastIndex(where: { $0.id == id }) else { return }
    var left = amount
    var back = Parts()
    var alreadyBack = payments[place].givenBack
    for taking in payments[place].takings.reversed() {
      let skipped = min(alreadyBack, taking.amount)
      alreadyBack -= skipped
      let given = min(left, taking.amount - skipped)
      back[taking.part] += given
      left -= given
    }
    payments[place].givenBack += back.total
    if back.total > 0 {
      make(day, n: 0, back, seq: seq)
      totals.chargedBack = totals.chargedBack + back
    }
    let fromCredit = min(left, credit)
    credit -= fromCredit
    totals.creditChargedBack += fromCredit
    left -= fromCredit
    payments[place].chargedBack += amount - left
    if left > 0 { ignored.append(ModelIgnored(seq: seq, amount: left)) }
  }

  private mutating func refund(_ amount: Int64, _ seq: Int64) {
    let taken = min(amount, credit)
    credit -= taken
    totals.refunded += taken
    if taken < amount { ignored.append(ModelIgnored(seq: seq, amount: amount - taken)) }
  }
}

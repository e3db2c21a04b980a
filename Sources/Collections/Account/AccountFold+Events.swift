extension AccountFold {
  /// What one event does, at its turn.
  mutating func apply(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    switch entry.kind {
    case .opened: try open(entry, of: book)
    case .termsChanged: now.terms = book.terms[Int(entry.reference)]
    case .scheduleSet: try replaceSchedule(entry, of: book)
    case .chargeAssessed: try charge(entry)
    case .gracePeriod, .delinquencyPaused, .moratoriumStarted: pause(entry)
    case .moratoriumEnded: endMoratoria(entry)
    case .chargeWaived: waive(entry)
    case .debtForgiven: forgive(entry, book.items[Int(entry.reference)].amounts)
    case .payment: try receive(entry)
    case .chargedBack: try chargeBack(entry, of: book)
    case .refund: refund(entry)
    case .reversed: break
    case .writtenOff:
      // One recorded for an earlier day since came first; what is off the books cannot leave them again.
      guard now.life.writtenOffOn == nil else { break }
      now.life.writtenOffOn = CivilDate(days: entry.effective)
      now.life.writtenOffBy = entry.seq
    case .writeOffReversed: now.life.writtenOffOn = nil
    case .closed, .sold: close(entry)
    case .reopened: now.life.closure = nil
    case .agencyPlaced: now.life.agency = TextReference(packed: entry.reference)
    case .agencyRecalled: now.life.agency = nil
    case .planAgreed: try agree(entry, of: book)
    case .planCancelled: cancelPlan(entry, of: book)
    case .promiseMade, .promiseRescheduled, .promiseCancelled, .disputeOpened, .disputeResolved,
      .holdPlaced, .holdLifted, .assignmentNotified, .suitFiled, .judgmentEntered,
      .limitationInterrupted:
      break  // No rule of the debt reads them.
    }
  }

  private mutating func open(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    guard now.opening == nil else { return remark(.secondOpening, entry.seq, 0) }
    let stated = book.openings[Int(entry.reference)]
    now.opening = stated
    now.terms = stated.terms
    now.profile = stated.profile
    now.life.openedOn = CivilDate(days: entry.effective)
    for item in book.items[stated.items] {
      try now.totals.opened.add(item.amounts)
      make(item, seq: entry.seq)
    }
  }

  private mutating func replaceSchedule(
    _ entry: AccountEntry, of book: AccountBook
  ) throws(RuleError) {
    replacePlan(by: entry.seq, on: entry.effective)
    try now.totals.replaced.add(settleAll(as: .schedule, by: entry))
    let first = Int(entry.reference)
    for item in book.items[first..<first + Int(entry.extent)] {
      try now.totals.rescheduled.add(item.amounts)
      make(item, seq: entry.seq)
    }
  }

  private mutating func charge(_ entry: AccountEntry) throws(RuleError) {
    var amounts = Amounts()
    amounts[entry.component] = entry.amount
    try now.totals.charged.add(amounts)
    if entry.reference != 0 {
      if let index = latestItem(numbered: entry.reference) {
        if index < now.firstOpen { keepEmptied() }
        try now.items[index].scheduled.add(amounts)
        try now.items[index].stated.add(amounts)
        now.firstOpen = min(now.firstOpen, index)
        return
      }
      remark(.unknownItemCharged, entry.seq, 0)
    }
    make(StatedItem(n: 0, dueOn: entry.effective, amounts: amounts), seq: entry.seq)
  }

  private mutating func pause(_ entry: AccountEntry) {
    now.pauses.append(
      Pause(
        from: entry.effective, to: entry.extent, stopsAccrual: entry.flag,
        isMoratorium: entry.kind == .moratoriumStarted, isOfDebtor: entry.isOfDebtor))
    guard entry.kind == .gracePeriod else { return }
    keepEmptied()
    let days = entry.extent - entry.effective + 1
    for index in now.items.indices
    where now.items[index].due >= entry.effective && now.items[index].isOpen {
      now.items[index].due = rolled(now.items[index].due + days)
    }
    now.items.sort(by: DueItem.precedes)
    now.firstOpen = 0
  }

  /// Ends the account's own moratoriums or its debtor's, as the event stands on the one's stream or the
  /// other's.
  private mutating func endMoratoria(_ entry: AccountEntry) {
    let day = entry.effective
    for index in now.pauses.indices
    where now.pauses[index].isMoratorium && now.pauses[index].to >= day
      && now.pauses[index].isOfDebtor == entry.isOfDebtor
    {
      now.pauses[index].to = day - 1
    }
  }

  private mutating func waive(_ entry: AccountEntry) {
    var range = now.firstOpen..<now.items.count
    if entry.reference != 0 {
      guard let index = latestItem(numbered: entry.reference) else {
        return remark(.unknownItem, entry.seq, entry.amount)
      }
      range = index..<index + 1
    }
    let rest = lower(
      entry.component, by: entry.amount, over: range, as: .waiver, seq: entry.seq,
      on: entry.effective)
    now.totals.waived[entry.component] += entry.amount - rest
    if rest > 0 { remark(.waiverExcess, entry.seq, rest) }
    completePlan(by: entry.seq, on: entry.effective)
  }

  private mutating func forgive(_ entry: AccountEntry, _ amounts: Amounts) {
    var excess: Int64 = 0
    for component in Component.allCases where amounts[component] > 0 {
      let rest = lower(
        component, by: amounts[component], over: now.firstOpen..<now.items.count,
        as: .forgiveness, seq: entry.seq,
        on: entry.effective)
      now.totals.forgiven[component] += amounts[component] - rest
      excess += rest
    }
    if excess > 0 { remark(.forgivenessExcess, entry.seq, excess) }
    completePlan(by: entry.seq, on: entry.effective)
  }

  private mutating func refund(_ entry: AccountEntry) {
    let paidOut = min(entry.amount, now.credit)
    now.credit -= paidOut
    now.totals.refunded += paidOut
    if paidOut < entry.amount { remark(.refundExcess, entry.seq, entry.amount - paidOut) }
  }

  private mutating func close(_ entry: AccountEntry) {
    now.life.closure = Life.Closure(
      seq: entry.seq, on: CivilDate(days: entry.effective), isSale: entry.kind == .sold,
      text: TextReference(packed: entry.reference))
  }

  /// Puts a new item in its place in the order, its date rolled as the terms say.
  mutating func make(
    _ stated: StatedItem, seq: Int64, plan: Int32 = -1, accrues: Bool = true
  ) {
    let item = DueItem(
      id: now.nextItem, due: rolled(stated.dueOn), seq: seq, n: stated.n, stated: stated.amounts,
      scheduled: stated.amounts, plan: plan, accrues: accrues)
    now.nextItem += 1
    var place = now.items.count
    while place > 0, DueItem.precedes(item, now.items[place - 1]) { place -= 1 }
    if place < now.firstOpen { keepEmptied() }
    now.items.insert(item, at: place)
    now.firstOpen = min(now.firstOpen, place)
  }

  /// The due date that a stated one becomes, as the terms say.
  func rolled(_ due: Int32) -> Int32 {
    now.terms.rolls ? calendar.following(CivilDate(days: due)).days : due
  }

  /// The place of the latest-made item with that number.
  private func latestItem(numbered n: Int64) -> Int? {
    var found: Int?
    for index in now.items.indices where now.items[index].n == n {
      if let best = found, now.items[best].id > now.items[index].id { continue }
      found = index
    }
    return found
  }

  mutating func remark(_ kind: Remark.Kind, _ seq: Int64, _ amount: Int64) {
    remarks.append(Remark(kind: kind, seq: seq, amount: amount))
  }
}

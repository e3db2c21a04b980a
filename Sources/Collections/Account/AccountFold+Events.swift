extension AccountFold {
  /// What one event does, at its turn.
  mutating func apply(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    switch entry.kind {
    case .opened: try open(entry, of: book)
    case .termsChanged: terms = book.terms[Int(entry.reference)]
    case .scheduleSet: try replaceSchedule(entry, of: book)
    case .chargeAssessed: try charge(entry)
    case .gracePeriod, .delinquencyPaused, .moratoriumStarted: pause(entry)
    case .moratoriumEnded: endMoratoria(on: entry.effective)
    case .chargeWaived: waive(entry)
    case .debtForgiven: forgive(entry, book.items[Int(entry.reference)].amounts)
    case .payment: try receive(entry)
    case .chargedBack: try chargeBack(entry, of: book)
    case .refund: refund(entry)
    case .reversed: break
    case .writtenOff: life.writtenOffOn = CivilDate(days: entry.effective)
    case .writeOffReversed: life.writtenOffOn = nil
    case .closed, .sold: close(entry)
    case .reopened: life.closure = nil
    case .agencyPlaced: life.agency = TextReference(packed: entry.reference)
    case .agencyRecalled: life.agency = nil
    case .promiseMade: break
    case .planAgreed: remark(.planNotApplied, entry.seq, 0)
    }
  }

  private mutating func open(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    guard opening == nil else { return remark(.secondOpening, entry.seq, 0) }
    let stated = book.openings[Int(entry.reference)]
    opening = stated
    terms = stated.terms
    profile = stated.profile
    life.openedOn = CivilDate(days: entry.effective)
    for item in book.items[stated.items] {
      try totals.opened.add(item.amounts)
      make(item, seq: entry.seq)
    }
  }

  private mutating func replaceSchedule(
    _ entry: AccountEntry, of book: AccountBook
  ) throws(RuleError) {
    for item in items { try totals.replaced.add(item.outstanding) }
    items.removeAll(keepingCapacity: true)
    let first = Int(entry.reference)
    for item in book.items[first..<first + Int(entry.extent)] {
      try totals.rescheduled.add(item.amounts)
      make(item, seq: entry.seq)
    }
  }

  private mutating func charge(_ entry: AccountEntry) throws(RuleError) {
    var amounts = Amounts()
    amounts[entry.component] = entry.amount
    try totals.charged.add(amounts)
    if entry.reference != 0 {
      if let index = latestItem(numbered: entry.reference) {
        try items[index].scheduled.add(amounts)
        try items[index].stated.add(amounts)
        return
      }
      remark(.unknownItemCharged, entry.seq, 0)
    }
    make(StatedItem(n: 0, dueOn: entry.effective, amounts: amounts), seq: entry.seq)
  }

  private mutating func pause(_ entry: AccountEntry) {
    pauses.append(
      Pause(
        from: entry.effective, to: entry.extent, stopsAccrual: entry.flag,
        isMoratorium: entry.kind == .moratoriumStarted))
    guard entry.kind == .gracePeriod else { return }
    let days = entry.extent - entry.effective + 1
    for index in items.indices where items[index].due >= entry.effective && items[index].isOpen {
      items[index].due = rolled(items[index].due + days)
    }
    items.sort(by: DueItem.precedes)
  }

  private mutating func endMoratoria(on day: Int32) {
    for index in pauses.indices where pauses[index].isMoratorium && pauses[index].to >= day {
      pauses[index].to = day - 1
    }
  }

  private mutating func waive(_ entry: AccountEntry) {
    var range = items.indices
    if entry.reference != 0 {
      guard let index = latestItem(numbered: entry.reference) else {
        return remark(.unknownItem, entry.seq, entry.amount)
      }
      range = index..<index + 1
    }
    let rest = lower(
      entry.component, by: entry.amount, over: range, as: .waiver, seq: entry.seq,
      on: entry.effective)
    totals.waived[entry.component] += entry.amount - rest
    if rest > 0 { remark(.waiverExcess, entry.seq, rest) }
  }

  private mutating func forgive(_ entry: AccountEntry, _ amounts: Amounts) {
    var excess: Int64 = 0
    for component in Component.allCases where amounts[component] > 0 {
      let rest = lower(
        component, by: amounts[component], over: items.indices, as: .forgiveness, seq: entry.seq,
        on: entry.effective)
      totals.forgiven[component] += amounts[component] - rest
      excess += rest
    }
    if excess > 0 { remark(.forgivenessExcess, entry.seq, excess) }
  }

  private mutating func refund(_ entry: AccountEntry) {
    let paidOut = min(entry.amount, credit)
    credit -= paidOut
    totals.refunded += paidOut
    if paidOut < entry.amount { remark(.refundExcess, entry.seq, entry.amount - paidOut) }
  }

  private mutating func close(_ entry: AccountEntry) {
    life.closure = Life.Closure(
      on: CivilDate(days: entry.effective), isSale: entry.kind == .sold,
      text: TextReference(packed: entry.reference))
  }

  /// Puts a new item in its place in the order, its date rolled as the terms say.
  mutating func make(_ stated: StatedItem, seq: Int64) {
    let item = DueItem(
      id: nextItem, due: rolled(stated.dueOn), seq: seq, n: stated.n, stated: stated.amounts,
      scheduled: stated.amounts)
    nextItem += 1
    var place = items.count
    while place > 0, DueItem.precedes(item, items[place - 1]) { place -= 1 }
    items.insert(item, at: place)
  }

  private func rolled(_ due: Int32) -> Int32 {
    terms.rolls ? calendar.following(CivilDate(days: due)).days : due
  }

  /// The place of the latest-made item with that number.
  private func latestItem(numbered n: Int64) -> Int? {
    var found: Int?
    for index in items.indices where items[index].n == n {
      if let best = found, items[best].id > items[index].id { continue }
      found = index
    }
    return found
  }

  mutating func remark(_ kind: Remark.Kind, _ seq: Int64, _ amount: Int64) {
    remarks.append(Remark(kind: kind, seq: seq, amount: amount))
  }
}

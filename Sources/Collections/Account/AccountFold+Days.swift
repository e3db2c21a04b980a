// How days pass: entries at their turns, and between them credit used, accrual, default of plans.
extension AccountFold {
  /// Applies the entries up to `count` that were not yet, and lets the days pass through ``date``.
  ///
  /// One that is followed keeps a checkpoint before the days pass, so that it can go on from there.
  mutating func run(
    through count: Int, of book: AccountBook, isFollowed: Bool = false
  ) throws(RuleError) {
    repeat {
      if let fall { drop(fall) }
      fall = nil
      while position < count, fall == nil {
        keepCheckpoint()
        try take(entries[position], of: book)
        if fall == nil { position += 1 }
      }
      guard fall == nil else { continue }
      if isFollowed, passed < date.days { keepLastCheckpoint() }
      try idle(through: date.days)
    } while fall != nil
    try accrue(until: date.days)
    try mark(nil, on: date.days)
    passed = date.days
  }

  private mutating func take(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    let day = entry.effective
    applied += 1
    // What befell the debtor before the account opened: none of its days pass by that.
    if entry.isOfDebtor, now.opening == nil { return try apply(entry, of: book) }
    if day > now.today {
      try idle(through: day - 1)
      if fall != nil { return }
      try accrue(until: day)
    }
    if entry.kind.rank >= 3, now.creditDay < day { try useCredit(on: day) }
    try mark(nil, on: day)
    try apply(entry, of: book)
    try mark(entry, on: day)
    now.passEmpty(by: entry.seq, on: day)
  }

  /// Lets the days after the last one handled pass, through `last`: credit pays what falls due, and a
  /// plan is in default at the end of the first day that is too late.
  private mutating func idle(through last: Int32) throws(RuleError) {
    while true {
      let paying = now.credit > 0 && !now.life.isClosed ? nextCreditDay() : nil
      if now.activePlan >= 0, let day = defaultDay(through: last), day < paying ?? .max {
        endInDefault(on: day)
        if fall != nil { return }
        continue
      }
      guard let day = paying, day <= last else { break }
      age(through: day - 1)
      try accrue(until: day)
      try useCredit(on: day)
      now.passEmpty(by: -1, on: day)
    }
    now.judgedDay = max(now.judgedDay, last)
    age(through: last)
  }

  /// The next day whose rank 2 is to come and on which something due is unpaid.
  private func nextCreditDay() -> Int32? {
    let next = now.creditDay < now.today ? now.today : now.creditDay + 1
    guard now.firstOpen < now.items.count else { return nil }
    return max(now.items[now.firstOpen].due, next)
  }

  private mutating func useCredit(on day: Int32) throws(RuleError) {
    now.creditDay = day
    guard now.credit > 0, !now.life.isClosed else { return }
    let rest = allocate(
      now.credit, over: now.firstOpen..<dueCount(on: day), as: .credit, seq: -1, on: day)
    let isUsed = rest < now.credit
    now.credit = rest
    try mark(nil, on: day)
    if isUsed { completePlan(by: -1, on: day) }
  }

  /// Counts the accrual of the days from the first uncounted one to the eve of `day`.
  private mutating func accrue(until day: Int32) throws(RuleError) {
    if keepsMoments, now.terms.accrues, !now.life.isClosed {
      // What accrues is told by the month, as books are closed by it; the sum stays exact.
      while let end = monthEnd(after: now.today), end < day {
        try count(until: end)
        try mark(nil, on: end)
      }
    }
    try count(until: day)
  }

  private mutating func count(until day: Int32) throws(RuleError) {
    guard day > now.today else { return }
    defer { now.today = day }
    guard now.terms.accrues, !now.life.isClosed else { return }
    for index in now.firstOpen..<now.items.count {
      let principal = now.items[index].scheduled.principal
      guard now.items[index].due < day else { break }
      guard principal > 0, now.items[index].accrues else { continue }
      let days = max(now.items[index].due, now.today)..<day
      let counted = Int64(days.count) - Int64(now.pauses.paused(days, stoppingAccrual: true))
      try now.items[index].interest.count(counted, of: principal, at: now.terms.compensatory)
      try now.items[index].penalty.count(counted, of: principal, at: now.terms.penal)
    }
  }
}

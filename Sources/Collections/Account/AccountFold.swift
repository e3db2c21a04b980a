/// Folds an account's events into its state for the end of a day, as known at a position.
///
/// A pure function of *(entries before `knownAt`, day)*: no clock, no locale, no floating point.
/// One value serves any number of accounts one after the other and keeps its scratch memory; a fold
/// allocates nothing once that has grown. Cost: O(e log e) for e events in any order and O(e) for
/// those recorded in time order, times the account's items.
///
/// The way of a day (ledger-rules, sections 3 to 5):
///
///     accrue the days before it ─► ranks 0, 1 ─► credit pays what is due ─► rank 3 ─► rank 4
package struct AccountFold: Sendable {
  /// The day the state is for.
  package private(set) var date = CivilDate(days: 0)
  /// Money paid in that no item took, in minor units.
  package internal(set) var credit: Int64 = 0
  /// What was ignored, in the order it happened.
  package internal(set) var remarks: [Remark] = []
  /// The account's payments in force, in time order.
  package internal(set) var payments: [AppliedPayment] = []
  /// The payments that do not count, reversed or voided, last recorded first.
  package private(set) var removedPayments: [AppliedPayment] = []
  /// What settled what, in the order it happened.
  package internal(set) var settlements: [Settlement] = []
  /// Totals of what was assessed and what was settled otherwise than by money.
  package internal(set) var totals = Totals()
  /// Marks of the account's life.
  package internal(set) var life = Life()

  var items: [DueItem] = []
  var pauses: [Pause] = []
  var terms = Terms()
  var profile = AllocationProfile()
  var calendar = BusinessCalendar(jurisdiction: "")
  var opening: Opening?
  var nextItem: Int32 = 0

  private var entries: [AccountEntry] = []
  /// The first day whose accrual is not counted yet.
  private var today: Int32 = 0
  /// The last day whose rank 2 has had its turn.
  private var creditDay: Int32 = .min

  /// A fold with nothing in it.
  package init() {}

  /// Folds an account. The result stands in the properties until the next fold.
  ///
  /// - Returns: whether the account was open by then, as known then.
  /// - Throws: ``RuleError`` `amount_overflow` where a sum leaves the range of money.
  package mutating func fold(
    _ account: Int, of book: AccountBook, on date: CivilDate, knownAt: Int64,
    calendar: BusinessCalendar
  ) throws(RuleError) -> Bool {
    reset(date, calendar)
    gather(account, of: book, knownAt: knownAt)
    guard entries.contains(where: { $0.kind == .opened }) else { return false }
    today = entries[0].effective
    do {
      for entry in entries { try take(entry, of: book) }
      try idle(through: date.days)
      try accrue(until: date.days)
    } catch {
      throw RuleError(error.code, book.accounts.text(account))
    }
    return true
  }

  private mutating func reset(_ date: CivilDate, _ calendar: BusinessCalendar) {
    self.date = date
    if self.calendar != calendar { self.calendar = calendar }
    credit = 0
    remarks.removeAll(keepingCapacity: true)
    payments.removeAll(keepingCapacity: true)
    removedPayments.removeAll(keepingCapacity: true)
    settlements.removeAll(keepingCapacity: true)
    totals = Totals()
    life = Life()
    items.removeAll(keepingCapacity: true)
    pauses.removeAll(keepingCapacity: true)
    terms = Terms()
    opening = nil
    nextItem = 0
    creditDay = .min
  }

  /// Collects the entries that count, in time order: known, effective, neither voided nor reversed.
  private mutating func gather(_ account: Int, of book: AccountBook, knownAt: Int64) {
    entries.removeAll(keepingCapacity: true)
    var hasReversals = false
    var chain = book.chain(of: account)
    while let entry = chain.next() {
      guard entry.seq < knownAt else { continue }
      if book.isVoided(entry.seq, knownAt: knownAt) {
        if entry.kind == .payment { remove(entry, as: .voided) }
      } else {
        if entry.kind == .reversed { hasReversals = true }
        entries.append(entry)
      }
    }
    // A reversal works for every day once known; all else only from its effective date on.
    if hasReversals { removeReversed(book) }
    let last = date.days
    entries.removeAll { $0.effective > last }
    entries.reverse()
    for index in entries.indices.dropFirst()
    where AccountEntry.precedes(entries[index], entries[index - 1]) {
      entries.sort(by: AccountEntry.precedes)
      return
    }
  }

  private mutating func removeReversed(_ book: AccountBook) {
    let reversals = entries.filter { $0.kind == .reversed }
    let isReversed = { (entry: AccountEntry) in
      entry.kind == .payment
        && reversals.contains { reversal in
          reversal.seq > entry.seq
            && book.texts.equal(
              TextReference(packed: reversal.reference), TextReference(packed: entry.reference))
        }
    }
    for entry in entries where isReversed(entry) { remove(entry, as: .reversed) }
    entries.removeAll { $0.kind == .reversed || isReversed($0) }
  }

  private mutating func remove(_ entry: AccountEntry, as state: AppliedPayment.State) {
    guard entry.effective <= date.days else { return }
    var payment = AppliedPayment(
      id: TextReference(packed: entry.reference), seq: entry.seq, effective: entry.effective,
      amount: entry.amount)
    payment.removal = state
    removedPayments.append(payment)
  }

  private mutating func take(_ entry: AccountEntry, of book: AccountBook) throws(RuleError) {
    let day = entry.effective
    if day > today {
      try idle(through: day - 1)
      try accrue(until: day)
    }
    if entry.kind.rank >= 3, creditDay < day { try useCredit(on: day) }
    try apply(entry, of: book)
  }

  /// Lets credit pay on each day after the last one handled and through `last` on which something is due.
  private mutating func idle(through last: Int32) throws(RuleError) {
    while credit > 0, !life.isClosed, let day = nextCreditDay(), day <= last {
      try accrue(until: day)
      try useCredit(on: day)
    }
  }

  /// The next day whose rank 2 is to come and on which something due is unpaid.
  private func nextCreditDay() -> Int32? {
    let next = creditDay < today ? today : creditDay + 1
    for item in items where item.isOpen { return max(item.due, next) }
    return nil
  }

  private mutating func useCredit(on day: Int32) throws(RuleError) {
    creditDay = day
    guard credit > 0, !life.isClosed else { return }
    credit = allocate(credit, over: 0..<dueCount(on: day), as: .credit, seq: -1, on: day)
  }

  /// Counts the accrual of the days from the first uncounted one to the eve of `day`.
  mutating func accrue(until day: Int32) throws(RuleError) {
    guard day > today else { return }
    defer { today = day }
    guard terms.accrues, !life.isClosed else { return }
    for index in items.indices {
      let principal = items[index].scheduled.principal
      guard items[index].due < day else { break }
      guard principal > 0 else { continue }
      let days = max(items[index].due, today)..<day
      let counted = Int64(days.count) - Int64(pauses.paused(days, stoppingAccrual: true))
      try items[index].interest.count(counted, of: principal, at: terms.compensatory)
      try items[index].penalty.count(counted, of: principal, at: terms.penal)
    }
  }
}

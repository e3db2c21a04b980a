/// Folds an account's events into its state for the end of a day, as known at a position.
///
/// A pure function of *(entries before `knownAt`, day)*: no clock, no locale, no floating point.
/// One value serves any number of accounts one after the other and keeps its scratch memory; a fold
/// allocates nothing once that has grown. Cost: O(e log e) for e events in any order and O(e) for
/// those recorded in time order, times the account's items.
///
/// The way of a day (ledger-rules, sections 3 to 6):
///
///     accrue the days before it ─► ranks 0, 1 ─► credit pays what is due ─► rank 3 ─► rank 4
///         ─► default of a plan is judged; one that falls away sends the fold back to its agreement
package struct AccountFold: Sendable {
  /// The day the state is for.
  package internal(set) var date = CivilDate(days: 0)
  /// What was ignored, in the order it happened.
  package internal(set) var remarks: [Remark] = []
  /// The account's payments in force, in time order.
  package internal(set) var payments: [AppliedPayment] = []
  /// What settled what, in the order it happened.
  package internal(set) var settlements: [Settlement] = []
  /// Whether ``moments`` are kept; one a step, and one a month end while something accrues.
  package var keepsMoments = false
  /// The figures between the steps, in the order they happened; none unless ``keepsMoments``.
  package internal(set) var moments: [FoldMoment] = []

  /// Whether ``ageing`` is kept.
  package var keepsAgeing = false
  /// How late the account was at the end of each day, in spans without a gap from its opening through the
  /// day folded for; none unless ``keepsAgeing``.
  package internal(set) var ageing: [AgeingSpan] = []

  var now = FoldState()
  /// The payments that do not count, of any day, last recorded first.
  private var removed: [AppliedPayment] = []
  var calendar = BusinessCalendar(jurisdiction: "")
  /// What charge-backs changed, in the order they happened; undone when the fold comes back to before
  /// them.
  package internal(set) var givenBack: [GivenBack] = []

  /// The entries that count, in time order.
  var entries: [AccountEntry] = []
  /// How many of them were applied.
  var position = 0
  /// The last day let pass after the last entry's, or the earliest there is.
  var passed: Int32 = .min
  var checkpoints: [Checkpoint] = []
  var keepsCheckpoints = false
  /// Whether a promise is among the entries.
  var hasPromises = false
  /// How many of the entries applied have stood as they are since this was last set.
  var keptEntries = 0
  /// How many entries were ever applied, again or for the first time: what the work was.
  package internal(set) var applied = 0
  /// The plan that fell away just now.
  var fall: PlanFall?

  /// What a charge-back gave back, and what its payment had given back before it.
  package struct GivenBack: Sendable {
    /// The charge-back's event.
    package var seq: Int64
    /// What it made due again, by component, in minor units.
    package var returned = Amounts()
    /// By how much it lowered the credit, in minor units.
    package var fromCredit: Int64 = 0
    var payment: Int
    var givenBack: Int64
    var chargedBack: Int64
  }

  /// A fold with nothing in it.
  package init() {}

  /// Money paid in that no item took, in minor units.
  package var credit: Int64 { now.credit }
  /// Totals of what was assessed and what was settled otherwise than by money.
  package var totals: Totals { now.totals }
  /// Marks of the account's life.
  package var life: Life { now.life }

  /// The payments that do not count, reversed or voided, last recorded first.
  package var removedPayments: [AppliedPayment] {
    removed.isEmpty ? [] : removed.filter { $0.effective <= date.days }
  }

  /// Folds an account. The result stands in the properties until the next fold.
  ///
  /// What takes effect after the horizon is not known, reversals and voids neither (see
  /// ``Knowledge/horizon(on:)``).
  ///
  /// - Returns: whether the account was open by then, as known then.
  /// - Throws: ``RuleError`` `amount_overflow` where a sum leaves the range of money.
  package mutating func fold(
    _ account: Int, of book: AccountBook, on date: CivilDate, knownAt: Int64,
    horizon: Int32 = .max, calendar: BusinessCalendar
  ) throws(RuleError) -> Bool {
    self.date = date
    if self.calendar != calendar { self.calendar = calendar }
    checkpoints.removeAll(keepingCapacity: true)
    keepsCheckpoints = false
    gather(
      book.chain(of: account), through: date.days, of: book, knownAt: knownAt,
      horizon: horizon)
    begin()
    guard entries.contains(where: { $0.kind == .opened }) else { return false }
    do {
      try run(through: entries.count, of: book)
    } catch {
      throw RuleError(error.code, book.accounts.text(account))
    }
    return true
  }

  /// Collects the entries that count, in time order: known, effective by a day, neither voided nor
  /// reversed; the account's own, and those of whoever owes it.
  ///
  /// Its own come last recorded first.
  mutating func gather(
    _ recorded: some Sequence<AccountEntry>, through last: Int32, of book: AccountBook,
    knownAt: Int64, horizon: Int32 = .max
  ) {
    entries.removeAll(keepingCapacity: true)
    removed.removeAll(keepingCapacity: true)
    hasPromises = false
    var hasReversals = false
    var opening: AccountEntry?
    for entry in recorded {
      guard entry.seq < knownAt, entry.effective <= horizon else { continue }
      if book.isVoided(entry.seq, knownAt: knownAt, through: horizon) {
        if entry.kind == .payment { remove(entry, as: .voided) }
      } else {
        if entry.kind == .reversed { hasReversals = true }
        if entry.kind == .planAgreed { keepsCheckpoints = true }
        if entry.kind == .promiseMade { hasPromises = true }
        if entry.kind == .opened, opening == nil { opening = entry }
        entries.append(entry)
      }
    }
    if book.knowsDebtors, let opening {
      for entry in book.debtorChain(by: opening)
      where entry.seq < knownAt && entry.effective <= horizon
        && !book.isVoided(entry.seq, knownAt: knownAt, through: horizon)
      {
        entries.append(entry)
      }
    }
    // A reversal works for every day once known; all else only from its effective date on.
    if hasReversals { removeReversed(book) }
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
    var payment = AppliedPayment(
      id: TextReference(packed: entry.reference), seq: entry.seq, effective: entry.effective,
      amount: entry.amount)
    payment.removal = state
    removed.append(payment)
  }
}

/// A payment whose allocation something that came to be known later changed (ledger-rules, sections 5
/// and 6): what it paid of which component, or of which item.
package struct Restatement: Equatable, Sendable {
  /// Why.
  package enum Reason: String, Sendable {
    /// An event: one recorded late, a reversal, a void, the cancellation of a plan.
    case event
    /// Days passed, and a conditional plan in default fell away.
    case planDefault
  }

  /// The payment's event.
  package var payment: Int64
  /// The event that changed it; of a plan in default the one that agreed it.
  package var cause: Int64
  /// Why.
  package var reason: Reason
  /// What the payment paid before, and after.
  package var before: Amounts
  package var after: Amounts
  /// What of it was credit before, and after.
  package var creditBefore: Int64
  package var creditAfter: Int64
}

extension AccountBook {
  /// Every restatement of an account's payments through a day, as known at a position, in the order they happened.
  ///
  /// Each event is looked at on the last effective date known with it, so that what was to come then
  /// changes nothing. O(events × items), and what follows each late event again; O(events) where none
  /// was late and no plan agreed.
  package func restatements(
    of account: Int, on date: CivilDate, knownAt: Int64
  ) throws(RuleError) -> [Restatement] {
    var sweep = RestatementSweep(account: account)
    let causes = disturbances(of: account, on: date, knownAt: knownAt)
    guard !causes.isEmpty else { return [] }
    for (cause, day) in causes {
      try sweep.advance(to: cause, of: self, on: day)
      try sweep.advance(to: cause + 1, of: self, on: day, cause: cause)
    }
    try sweep.advance(to: knownAt, of: self, on: date)
    return sweep.found
  }

  /// The positions of events that may have changed what came before them, each with the last effective
  /// date known with it: recorded late, reversing, voiding; all, where a plan was agreed.
  private func disturbances(
    of account: Int, on date: CivilDate, knownAt: Int64
  ) -> [(cause: Int64, day: CivilDate)] {
    let known = chain(of: account).filter { $0.seq < knownAt }
    let hasPlan = known.contains { $0.kind == .planAgreed }
    var days: [Int64: Int32] = [:]
    // From the first recorded on: an entry is late when one recorded before it sorts after it.
    var latest: AccountEntry?
    var causes: Set<Int64> = []
    for entry in known.reversed() {
      if let last = latest, AccountEntry.precedes(entry, last) {
        if entry.effective <= date.days { causes.insert(entry.seq) }
      } else if entry.effective <= date.days {
        latest = entry
      }
      if hasPlan || entry.kind == .reversed { causes.insert(entry.seq) }
      days[entry.seq] = latest?.effective ?? date.days
    }
    for void in known.compactMap({ voids[$0.seq] }) where void < knownAt { causes.insert(void) }
    for adoption in adoptions
    where adoption.seq < knownAt && adoption.jurisdiction == jurisdiction && !causes.isEmpty {
      causes.insert(adoption.seq)
    }
    // A void or a calendar has no place among the entries: the last before it says which day it was.
    var result: [(cause: Int64, day: CivilDate)] = []
    var recorded = known.reversed().makeIterator()
    var next = recorded.next()
    var day = date.days
    for cause in causes.sorted() {
      while let entry = next, entry.seq <= cause {
        day = days[entry.seq] ?? day
        next = recorded.next()
      }
      result.append((cause, CivilDate(days: day)))
    }
    return result
  }
}

/// Goes through an account's history and compares its payments before and after each event.
private struct RestatementSweep {
  var found: [Restatement] = []
  private var timeline: AccountTimeline
  private var allocations: [Allocation] = []
  private var falls: Set<Int64> = []

  init(account: Int) {
    timeline = AccountTimeline(account: account)
  }

  /// A payment and what each component of each item got of it.
  private struct Allocation {
    struct Place: Hashable {
      var itemSeq: Int64
      var itemN: Int64
      var component: Component
    }

    var payment: AppliedPayment
    var shares: [Place: Int64] = [:]
  }

  /// Goes on to a position and day; what changed of the payments before was changed by `cause`, or by
  /// plans that fell away as days passed.
  mutating func advance(
    to knownAt: Int64, of book: AccountBook, on date: CivilDate, cause: Int64? = nil
  ) throws(RuleError) {
    timeline.forgetChanges()
    guard try timeline.advance(to: knownAt, of: book, on: date) else {
      allocations = []
      return
    }
    let fold = timeline.fold
    let kept = min(timeline.unchangedPayments, allocations.count)
    let after = fold.payments[kept...].map { Self.allocation($0, of: fold) }
    let before = Dictionary(
      allocations[kept...].map { ($0.payment.seq, $0) }, uniquingKeysWith: { first, _ in first })
    // The last one found is the one that led to what stands now.
    let plan = fold.now.falls.last { fall in
      fall.plan.state == .inDefault && !falls.contains(fall.plan.seq)
    }
    falls = Set(fold.now.falls.map(\.plan.seq))
    allocations.removeSubrange(kept...)
    allocations.append(contentsOf: after)
    guard let reason = cause ?? plan?.plan.seq else { return }
    for new in after {
      guard let old = before[new.payment.seq],
        old.shares != new.shares || old.payment.toCredit != new.payment.toCredit
      else { continue }
      found.append(
        Restatement(
          payment: new.payment.seq, cause: reason, reason: cause == nil ? .planDefault : .event,
          before: old.payment.taken, after: new.payment.taken,
          creditBefore: old.payment.toCredit, creditAfter: new.payment.toCredit))
    }
  }

  private static func allocation(_ payment: AppliedPayment, of fold: AccountFold) -> Allocation {
    var allocation = Allocation(payment: payment)
    for line in fold.settlements[payment.settlements] where line.cause == .payment {
      let place = Allocation.Place(
        itemSeq: line.itemSeq, itemN: line.itemN, component: line.component)
      allocation.shares[place, default: 0] += line.amount
    }
    return allocation
  }
}

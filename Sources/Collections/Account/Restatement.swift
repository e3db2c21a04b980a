/// A payment whose allocation an event recorded later changed (ledger-rules, section 5): what it paid
/// of which component, or of which item.
package struct Restatement: Equatable, Sendable {
  /// The payment's event.
  package var payment: Int64
  /// The event that changed it: one recorded late, a reversal or a void.
  package var cause: Int64
  /// What the payment paid before that event was known, and after.
  package var before: Amounts
  package var after: Amounts
  /// What of it was credit before, and after.
  package var creditBefore: Int64
  package var creditAfter: Int64
}

extension AccountBook {
  /// Every restatement of an account's payments through a day, as known at a position, in the order they happened.
  ///
  /// Folds twice for each event that did not simply come last: O(late events × fold).
  package func restatements(
    of account: Int, on date: CivilDate, knownAt: Int64
  ) throws(RuleError) -> [Restatement] {
    var fold = AccountFold()
    var found: [Restatement] = []
    for cause in disturbances(of: account, on: date, knownAt: knownAt) {
      let before = try allocations(&fold, of: account, on: date, knownAt: cause)
      let after = try allocations(&fold, of: account, on: date, knownAt: cause + 1)
      let earlier = Dictionary(
        before.map { ($0.payment.seq, $0) }, uniquingKeysWith: { first, _ in first })
      for new in after {
        guard let old = earlier[new.payment.seq],
          old.shares != new.shares || old.payment.toCredit != new.payment.toCredit
        else { continue }
        found.append(
          Restatement(
            payment: new.payment.seq, cause: cause, before: old.payment.taken,
            after: new.payment.taken, creditBefore: old.payment.toCredit,
            creditAfter: new.payment.toCredit))
      }
    }
    return found
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

  private func allocations(
    _ fold: inout AccountFold, of account: Int, on date: CivilDate, knownAt: Int64
  ) throws(RuleError) -> [Allocation] {
    let calendar = calendar(on: date, knownAt: knownAt)
    let isOpen = try fold.fold(account, of: self, on: date, knownAt: knownAt, calendar: calendar)
    guard isOpen else { return [] }
    return fold.payments.map { payment in
      var allocation = Allocation(payment: payment)
      for line in fold.settlements[payment.settlements] where line.cause == .payment {
        let place = Allocation.Place(
          itemSeq: line.itemSeq, itemN: line.itemN, component: line.component)
        allocation.shares[place, default: 0] += line.amount
      }
      return allocation
    }
  }

  /// The positions of events that changed what came before them: recorded late, reversing, voiding.
  private func disturbances(
    of account: Int, on date: CivilDate, knownAt: Int64
  ) -> [Int64] {
    var known: [AccountEntry] = []
    var chain = chain(of: account)
    while let entry = chain.next() {
      if entry.seq < knownAt { known.append(entry) }
    }
    var causes: Set<Int64> = []
    for void in known.compactMap({ voids[$0.seq] }) where void < knownAt { causes.insert(void) }
    // From the first recorded on: an entry is late when one recorded before it sorts after it.
    var latest: AccountEntry?
    for entry in known.reversed() {
      if let last = latest, AccountEntry.precedes(entry, last) {
        if entry.effective <= date.days { causes.insert(entry.seq) }
      } else if entry.effective <= date.days {
        latest = entry
      }
      if entry.kind == .reversed { causes.insert(entry.seq) }
    }
    return causes.sorted()
  }
}

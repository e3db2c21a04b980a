/// A payment whose allocation an event recorded later changed (ledger-rules, section 5).
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
      let before = try payments(&fold, of: account, on: date, knownAt: cause)
      let after = try payments(&fold, of: account, on: date, knownAt: cause + 1)
      let earlier = Dictionary(before.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
      for new in after {
        guard let old = earlier[new.seq],
          old.taken != new.taken || old.toCredit != new.toCredit
        else { continue }
        found.append(
          Restatement(
            payment: new.seq, cause: cause, before: old.taken, after: new.taken,
            creditBefore: old.toCredit, creditAfter: new.toCredit))
      }
    }
    return found
  }

  private func payments(
    _ fold: inout AccountFold, of account: Int, on date: CivilDate, knownAt: Int64
  ) throws(RuleError) -> [AppliedPayment] {
    let calendar = calendar(on: date, knownAt: knownAt)
    let isOpen = try fold.fold(account, of: self, on: date, knownAt: knownAt, calendar: calendar)
    return isOpen ? fold.payments : []
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

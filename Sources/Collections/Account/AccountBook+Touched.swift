// Which accounts events since a position bear on. The book is in the order of the log, so that the last
// entry of each chain tells whether it grew; nothing is read again.
extension AccountBook {
  /// The numbers of the accounts whose state events from `start` on can have changed, ascending; nil where
  /// they can have changed every one's: a year's holidays, or a void of such.
  ///
  /// That is their own events, those of whoever owes them that reach them from there, and voids of
  /// either. O(accounts), and O(entries) where a debtor's events or a void are among them.
  package func accountsTouched(since start: Int64) -> [Int]? {
    let voided = voided(since: start)
    for adoption in adoptions where adoption.seq >= start || voided.contains(adoption.seq) {
      return nil
    }
    var touched = [Bool](repeating: false, count: heads.count)
    for (account, head) in heads.enumerated() where head >= 0 {
      touched[account] = entries[Int(head)].seq >= start
    }
    var debtorsTouched = [Bool](repeating: false, count: debtorHeads.count)
    for (debtor, head) in debtorHeads.enumerated() {
      var chain = Chain(entries: entries, index: head)
      while let entry = chain.next(), !debtorsTouched[debtor] {
        debtorsTouched[debtor] = entry.seq >= start || voided.contains(entry.seq)
        // Older ones matter only where they may have been voided.
        if voided.isEmpty { break }
      }
    }
    let looksAtOpenings = debtorsTouched.contains(true)
    if looksAtOpenings || !voided.isEmpty {
      for account in heads.indices where !touched[account] {
        var chain = chain(of: account)
        while let entry = chain.next(), !touched[account] {
          touched[account] =
            voided.contains(entry.seq)
            || looksAtOpenings && entry.kind == .opened && isOwed(entry, by: debtorsTouched)
        }
      }
    }
    return touched.indices.filter { touched[$0] }
  }

  /// The positions of the events voided by one from `start` on. O(voids).
  package func voided(since start: Int64) -> Set<Int64> {
    var found: Set<Int64> = []
    for (target, void) in voids where void >= start { found.insert(target) }
    return found
  }

  /// Whether an account is owed by one of these people by an opening of it.
  private func isOwed(_ opening: AccountEntry, by people: [Bool]) -> Bool {
    let subject = openings[Int(opening.reference)].subject
    let range = subject.start..<subject.start + subject.count
    return debtors.find(texts.bytes.span, range).map { people[$0] } ?? false
  }
}

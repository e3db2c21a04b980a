// Since when an account is as it is: what was derived of it then still holds.
extension AccountBook {
  /// How many events of the ledger there were when an account last may have become another, on any day:
  /// with as many, or more that were known, its state is the same.
  ///
  /// Its own events count, those of whoever owes it that reach it from her stream, the holidays of
  /// calendars, and voids of all these. O(the account's events and hers).
  ///
  /// The book is in the order of the log: see ``restoreOrder(of:)``.
  package func lastChange(of account: Int) -> Int64 {
    var last: Int64 = -1
    var chain = chain(of: account)
    while let entry = chain.next() {
      last = max(last, entry.seq, void(of: entry.seq))
      guard entry.kind == .opened else { continue }
      // Whoever owed it by an opening that another took the place of may owe it again, by a void.
      var hers = debtorChain(by: entry)
      while let entry = hers.next() { last = max(last, entry.seq, void(of: entry.seq)) }
    }
    for adoption in adoptions { last = max(last, adoption.seq, void(of: adoption.seq)) }
    return last + 1
  }

  /// The position of the void of an event, or −1.
  private func void(of seq: Int64) -> Int64 { voids.isEmpty ? -1 : voids[seq] ?? -1 }
}

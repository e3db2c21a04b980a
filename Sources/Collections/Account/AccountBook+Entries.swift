extension AccountBook {
  /// The entries of a kind on an account, and of whoever owes it where the kind reaches it from there, known
  /// before a position; voided ones too. Each side's last recorded first. O(their events).
  package func entries(
    _ kind: AccountEntry.Kind, of account: Int, knownAt: Int64
  ) -> [AccountEntry] {
    var found: [AccountEntry] = []
    for entry in chain(of: account) where entry.kind == kind && entry.seq < knownAt {
      found.append(entry)
    }
    guard kind.reachesFromDebtor else { return found }
    for entry in debtorChain(of: account, knownAt: knownAt)
    where entry.kind == kind && entry.seq < knownAt {
      found.append(entry)
    }
    return found
  }
}

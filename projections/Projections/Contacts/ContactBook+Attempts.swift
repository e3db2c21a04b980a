package import Collections

extension ContactBook {
  /// A contact that was attempted, and whom it reached.
  package struct Attempt: Sendable {
    /// The account's number; −1 where the account is not open.
    package var account: Int
    /// The day of the attempt, in days since 1970-01-01.
    package var on: Int32
    /// Whether it went out to the debtor.
    package var isOutbound: Bool
    /// Whom it reached; nil for nobody.
    package var party: ContactParty?
  }

  /// Gives every contact attempted by a day, as known at a position, to `body`, in no order that means
  /// anything. O(contacts + events).
  package func forEachAttempt(
    of accounts: AccountBook, on date: CivilDate, knownAt: Int64, _ body: (Attempt) -> Void
  ) {
    var name: [UInt8] = []
    for contact in heads.indices {
      var attempt: Attempt?
      var party: ContactParty?
      var index = heads[contact]
      while index >= 0 {
        let entry = entries[Int(index)]
        index = entry.previous
        guard entry.seq < knownAt, entry.effective <= date.days,
          !accounts.isVoided(entry.seq, knownAt: knownAt)
        else { continue }
        switch entry.type {
        case .contactAttempted:
          let isOutbound = entry.direction == Int8(ContactDirection.outbound.rawValue)
          attempt = Attempt(account: -1, on: entry.effective, isOutbound: isOutbound)
        case .contactConnected:
          party = party ?? ContactParty(rawValue: UInt8(bitPattern: entry.choice))
        default: continue
        }
      }
      guard var attempt else { continue }
      name.removeAll(keepingCapacity: true)
      contacts.append(contact, to: &name)
      let end = name.firstIndex(of: 0) ?? name.endIndex
      attempt.account = accounts.accounts.find(name.span, 0..<end) ?? -1
      attempt.party = party
      body(attempt)
    }
  }
}

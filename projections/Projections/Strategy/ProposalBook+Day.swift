package import Collections

extension ProposalBook {
  /// What the strategy in force proposed last for an account and a day, as known before a position; nil where
  /// nothing was. O(the account's events).
  package func proposal(
    of account: String, for date: CivilDate, knownAt: Int64, voids: AccountBook
  ) -> Proposal? {
    let last = entries(
      of: account, on: CivilDate(days: .max), knownAt: knownAt, voids: voids
    ).first { $0.type == .actionProposed && $0.asOf == date.days }
    guard let last else { return nil }
    return proposal(
      of: account, in: text(last.strategy), for: date, knownAt: knownAt, voids: voids)
  }
}

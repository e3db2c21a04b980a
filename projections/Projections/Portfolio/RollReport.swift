internal import Collections

/// Where the accounts of each bucket went between two days.
///
/// Of the accounts that were open and not closed on the first day. Every one of a bucket rolled on,
/// stayed, rolled back or left, so that the four add up to it; cured are those of the rolled back whose
/// days past due are 0.
package struct RollReport: Sendable {
  /// What became of an account.
  package enum Outcome: Int, CaseIterable, Sendable {
    /// In a later bucket; in the same; in an earlier one; closed or sold.
    case forward, same, back, left
  }

  /// Accounts and what they owed on the first day.
  package struct Cell: Equatable, Sendable {
    /// How many accounts.
    package var accounts: Int64 = 0
    /// What they owed on the first day, in minor units.
    package var outstanding: Int64 = 0

    mutating func add(_ row: AccountRow) throws(RuleError) {
      accounts += 1
      outstanding = try portfolioSum(outstanding, row.outstanding.total)
    }
  }

  /// The accounts of one bucket of the first day.
  package struct Row: Equatable, Sendable {
    /// All of them.
    package var all = Cell()
    /// By what became of them, in the order of ``Outcome``.
    package var outcomes = [Cell](repeating: Cell(), count: Outcome.allCases.count)
    /// Of those that rolled back, the ones no longer past due.
    package var cured = Cell()
  }

  /// A row a bucket, in the order of ``AgingBucket``.
  package private(set) var rows = [Row](
    repeating: Row(), count: AgingBucket.allCases.count)
  /// Of the accounts cured in the time before, as long as this one, those past due again.
  package private(set) var redefault = Share()

  /// Takes an account: how it was as long before the first day as the last is after it, on the first
  /// day, and on the last.
  mutating func take(
    earlier: AccountRow?, first: AccountRow, last: AccountRow
  ) throws(RuleError) {
    guard first.status != .closed else { return }
    let (from, to) = (Int(first.bucket.rawValue), Int(last.bucket.rawValue))
    let outcome: Outcome =
      if last.status == .closed { .left } else if to > from { .forward } else if to < from {
        .back
      } else { .same }
    try rows[from].all.add(first)
    try rows[from].outcomes[outcome.rawValue].add(first)
    if outcome == .back, last.daysPastDue == 0 { try rows[from].cured.add(first) }
    guard let earlier, earlier.status != .closed, earlier.daysPastDue > 0, first.daysPastDue == 0
    else { return }
    redefault.whole += 1
    if last.status != .closed, last.daysPastDue > 0 { redefault.part += 1 }
  }
}

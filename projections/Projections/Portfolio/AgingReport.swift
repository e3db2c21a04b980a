package import Collections

/// Accounts and money by aging bucket, for one currency and one group.
package struct AgingReport: Sendable {
  /// What accounts are grouped by.
  package enum Grouping: String, CaseIterable, Sendable {
    /// All accounts of a currency together.
    case none
    /// By what was lent, by whom it is owed to, by the portfolio placed, by status, by class.
    case product, creditor, portfolio, status, classification
    /// By the strategy and arm that treat them.
    case arm
  }

  /// Sums over the accounts of one bucket, in minor units.
  package struct Cell: Equatable, Sendable {
    /// How many accounts.
    package var accounts: Int64 = 0
    /// What is unpaid.
    package var outstanding: Int64 = 0
    /// What is unpaid of items due before the day.
    package var overdue: Int64 = 0
    /// Money no item took.
    package var credit: Int64 = 0
    /// The provision of outstanding principal.
    package var provision: Int64 = 0

    mutating func add(_ row: AccountRow) throws(RuleError) {
      accounts += 1
      outstanding = try portfolioSum(outstanding, row.outstanding.total)
      overdue = try portfolioSum(overdue, row.overdue.total)
      credit = try portfolioSum(credit, row.credit)
      provision = try portfolioSum(provision, row.provision)
    }
  }

  /// One group's line of the report.
  package struct Group: Sendable {
    /// The group's name; empty when nothing is grouped by.
    package var name: String
    /// The currency.
    package var currency: Currency
    /// Sums by bucket, in the order of ``AgingBucket``.
    package var buckets: [Cell]
    /// Sums over all buckets.
    package var total: Cell
  }

  /// The groups, sorted by currency and name.
  package private(set) var groups: [Group] = []

  /// Sums rows of accounts. O(rows). Throws `amount_overflow` where a sum passes 2^53 − 1.
  package init(
    _ rows: [AccountRow], by names: GroupNames
  ) throws(RuleError) {
    var places: [String: Int] = [:]
    for row in rows {
      let name = names.name(of: row)
      let key = row.currency.code + "\u{0}" + name
      let place = places[key] ?? groups.count
      if place == groups.count {
        places[key] = place
        groups.append(
          Group(
            name: name, currency: row.currency,
            buckets: Array(repeating: Cell(), count: AgingBucket.allCases.count), total: Cell()))
      }
      try groups[place].buckets[Int(row.bucket.rawValue)].add(row)
      try groups[place].total.add(row)
    }
    groups.sort { ($0.currency.code, $0.name) < ($1.currency.code, $1.name) }
  }
}

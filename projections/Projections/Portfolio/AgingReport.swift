package import Collections

/// Accounts and money by aging bucket, for one currency and one group.
package struct AgingReport: Sendable {
  /// What accounts are grouped by.
  package enum Grouping: String, CaseIterable, Sendable {
    /// All accounts of a currency together.
    case none
    /// By what was lent, by whom it is owed to, by the portfolio placed, by status, by class.
    case product, creditor, portfolio, status, classification
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
      outstanding = try sum(outstanding, row.outstanding.total)
      overdue = try sum(overdue, row.overdue.total)
      credit = try sum(credit, row.credit)
      provision = try sum(provision, row.provision)
    }

    private func sum(_ first: Int64, _ second: Int64) throws(RuleError) -> Int64 {
      let (sum, overflow) = first.addingReportingOverflow(second)
      guard !overflow, sum <= largestAmount else {
        throw RuleError(.overflow, "a total of the portfolio")
      }
      return sum
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
    _ rows: [AccountRow], of book: AccountBook, by grouping: Grouping
  ) throws(RuleError) {
    var places: [String: Int] = [:]
    for row in rows {
      let name = Self.name(row, book, grouping)
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

  private static func name(
    _ row: AccountRow, _ book: AccountBook, _ grouping: Grouping
  ) -> String {
    switch grouping {
    case .none: return ""
    case .product: return row.product.name
    case .status: return row.status.rawValue
    case .classification: return row.classification?.name ?? ""
    case .creditor: return book.texts.text(row.creditor)
    case .portfolio: return book.texts.text(row.portfolio)
    }
  }
}

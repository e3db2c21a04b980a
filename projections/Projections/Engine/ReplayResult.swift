package import Collections

/// What a replay comes to on a day, as known at a size: the tables, and the figures told of them.
package struct ReplayResult: Sendable {
  /// How many events it was made of.
  package internal(set) var size: Int64
  /// The day.
  package internal(set) var on: CivilDate
  /// Events by type.
  package internal(set) var counts: EventCounts
  /// How many accounts there were, and contacts.
  package internal(set) var accounts: Int64
  package internal(set) var contacts: Int64
  /// Sums by currency, sorted by its code.
  package internal(set) var totals: [PortfolioTotals]
  /// Accounts whose state cannot be computed, each with the reason, by id.
  package internal(set) var failures: [RuleError]
  /// The tables, by name.
  package internal(set) var tables: [DerivedTable]

  /// Folds every account of a model, `jobs` parts at once. O(events + accounts log accounts).
  package init(_ model: ReadModel, on day: CivilDate, jobs: Int) {
    self.init(model, on: day, jobs: jobs, accounts: nil, contacts: nil)
  }

  /// Folds the accounts of one part.
  package init(_ part: PartitionModel, on day: CivilDate, jobs: Int) {
    self.init(
      part.model, on: day, jobs: jobs, accounts: part.accounts, contacts: part.contacts)
  }

  private init(
    _ model: ReadModel, on day: CivilDate, jobs: Int, accounts chosen: [Int]?,
    contacts: [Int]?
  ) {
    let size = model.size
    let accounts = AccountTable.make(
      model.accounts, on: day, knownAt: size, jobs: jobs, only: chosen)
    let contacts = ContactTable.make(
      model.contacts, accounts: model.accounts, on: day, knownAt: size, jobs: jobs, only: contacts)
    let scores = ScoreTable(model, on: day, knownAt: size, only: chosen)
    (self.size, on, counts) = (size, day, model.counts)
    self.accounts = Int64(accounts.rows.count)
    self.contacts = Int64(contacts.count)
    (totals, failures) = (accounts.totals, accounts.failures)
    tables = DerivedTable.all(accounts, contacts, scores)
  }

  init(
    size: Int64, on: CivilDate, counts: EventCounts, accounts: Int64, contacts: Int64,
    totals: [PortfolioTotals], failures: [RuleError], tables: [DerivedTable]
  ) {
    (self.size, self.on, self.counts, self.accounts) = (size, on, counts, accounts)
    (self.contacts, self.totals, self.failures, self.tables) = (contacts, totals, failures, tables)
  }

  /// SHA-256 over the bytes of all tables' CSV, in the order of their names, in hexadecimal. O(bytes).
  package var digest: String { DerivedTable.digest(of: tables) }
}

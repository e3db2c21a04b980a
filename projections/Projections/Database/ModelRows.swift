package import Collections

/// An event that a read model went on without: this version of the program could not read it.
package struct ParkedEvent: Equatable, Sendable {
  /// Its position in the ledger.
  package var seq: Int64
  /// The stable name of what is wrong.
  package var code: String
  /// What is wrong, for a person.
  package var reason: String

  /// All of it.
  package init(seq: Int64, code: String, reason: String) {
    self.seq = seq
    self.code = code
    self.reason = reason
  }
}

/// What the tables of a read model's file hold on a day: all rows, or those that events since a position
/// can have changed.
package struct ModelRows: Sendable {
  /// The tables, each with the rows in question.
  package let tables: [DerivedTable]
  /// How many accounts were folded.
  package let folded: Int
  /// Accounts of these whose state cannot be computed.
  package let failures: [RuleError]
  /// The accounts and contacts in question, as cells of keys; nil for all there are.
  private let accounts: [[String]]?
  private let contacts: [[String]]?

  /// Derives rows from a model at its size: those that events from `start` on may have changed, all where
  /// it is nil. `parked` is every event that the model was told to pass over.
  ///
  /// O(events of the accounts in question), and O(accounts + contacts) to find them.
  package init(
    _ model: ReadModel, since start: Int64?, on date: CivilDate, parked: [ParkedEvent], jobs: Int
  ) {
    let book = model.accounts
    var touched: (accounts: [Int], contacts: [Int])?
    if let start, start > 0 { touched = model.touched(since: start) }
    let table = AccountTable.make(
      book, on: date, knownAt: model.size, jobs: jobs, only: touched?.accounts)
    let contacts = ContactTable.make(
      model.contacts, accounts: book, on: date, knownAt: model.size, jobs: jobs,
      only: touched?.contacts)
    let scores = ScoreTable(model, on: date, knownAt: model.size, only: touched?.accounts)
    tables =
      DerivedTable.all(table, contacts, scores) + [
        DerivedTable.failures(table), DerivedTable.parked(parked),
      ]
    failures = table.failures
    folded = touched?.accounts.count ?? book.accounts.count
    accounts = touched.map { book.accounts.sorted($0.accounts).map { [book.accounts.text($0)] } }
    self.contacts = touched.map { touched in model.contacts.names(of: touched.contacts) }
  }

  /// The keys of the rows in question of a table, or what their keys begin with; nil for all rows.
  func selection(of table: DerivedTable) -> [[String]]? {
    switch table.name {
    case "contacts": contacts
    case "parked": nil
    default: accounts
    }
  }
}

extension ReadModel {
  /// The numbers of accounts and contacts that events from a position on can have changed; nil where
  /// that may be all.
  fileprivate func touched(since start: Int64) -> (accounts: [Int], contacts: [Int])? {
    guard let own = accounts.accountsTouched(since: start) else { return nil }
    let voided = accounts.voided(since: start)
    var found = Set(own)
    for account in scores.accountsTouched(since: start, voided: voided) { found.insert(account) }
    return (found.sorted(), contacts.contactsTouched(since: start, voided: voided))
  }
}

extension DerivedTable {
  /// The columns of the table of events passed over.
  package static let parkedColumns = ["seq", "code", "reason"]

  /// Events passed over, in the order of the log.
  static func parked(_ events: [ParkedEvent]) -> DerivedTable {
    var csv = TableRow()
    csv.header(parkedColumns)
    for event in events {
      csv.integer(event.seq)
      csv.word(event.code)
      csv.text { $0.append(contentsOf: event.reason.utf8) }
      csv.end()
    }
    return DerivedTable("parked", parkedColumns, integers: ["seq"], csv)
  }
}

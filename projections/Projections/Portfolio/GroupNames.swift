package import Collections

/// What the accounts of a report are grouped by, and the names of the groups.
package struct GroupNames: Sendable {
  /// Which column it is.
  package let grouping: AgingReport.Grouping

  private let book: AccountBook
  private let arms: ArmBook
  private let on: CivilDate
  private let knownAt: Int64

  /// Names by a column, for accounts of a book on a day; `arms` matters where it is asked for alone.
  package init(
    _ grouping: AgingReport.Grouping, of book: AccountBook, arms: ArmBook = ArmBook(),
    on date: CivilDate, knownAt: Int64
  ) {
    self.grouping = grouping
    self.book = book
    self.arms = arms
    on = date
    self.knownAt = knownAt
  }

  /// The name of an account's group; empty where it has none.
  package func name(of row: AccountRow) -> String {
    switch grouping {
    case .none: ""
    case .product: row.product.name
    case .status: row.status.rawValue
    case .classification: row.classification?.name ?? ""
    case .creditor: book.texts.text(row.creditor)
    case .portfolio: book.texts.text(row.portfolio)
    case .arm:
      arms.name(of: book.accounts.text(row.account), on: on, knownAt: knownAt, voids: book)
    }
  }
}

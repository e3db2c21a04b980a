package import Collections

/// One account on one day, as known at one position: a line of `accounts.csv`.
package struct AccountRow: Sendable {
  /// The account's number in its book.
  package var account: Int
  /// The account's one currency.
  package var currency: Currency
  /// Whom the debt is owed to, a text of the book.
  package var creditor: TextReference
  /// The portfolio it was placed in, a text of the book; empty where none.
  package var portfolio: TextReference
  /// What was lent, sold or imposed.
  package var product: Product
  /// Open, paid, written off or closed.
  package var status: AccountStatus
  /// What is unpaid, accrual included.
  package var outstanding: Amounts
  /// What is unpaid of items due before the day, accrual included.
  package var overdue: Amounts
  /// Money no item took.
  package var credit: Int64
  /// Days since the due date of the oldest ageing item, pauses left out.
  package var daysPastDue: Int
  /// The range they lie in.
  package var bucket: AgingBucket
  /// The class by days past due; nil where no table speaks of the product.
  package var classification: Classification?
  /// The provision of outstanding principal; 0 where there is no class.
  package var provision: Int64
  /// Payments in force.
  package var paid: Int64
  /// The value date of the last of them.
  package var lastPaymentOn: CivilDate?
  /// The due date of the soonest item due on or after the day with anything unpaid.
  package var nextDueOn: CivilDate?

  /// Reads the row off a fold just made of that account. Throws ``RuleError`` `amount_overflow`.
  package init?(_ fold: AccountFold, account: Int) throws(RuleError) {
    guard let opening = fold.openingStated else { return nil }
    let outstanding = try fold.outstanding()
    let daysPastDue = fold.daysPastDue
    let classified = try fold.classification(daysPastDue: daysPastDue, outstanding: outstanding)
    self.account = account
    currency = opening.currency
    creditor = opening.creditor
    portfolio = opening.portfolio
    product = opening.product
    status = fold.status(outstanding: outstanding)
    self.outstanding = outstanding
    overdue = try fold.overdue()
    credit = fold.credit
    self.daysPastDue = daysPastDue
    bucket = AgingBucket(daysPastDue: daysPastDue)
    classification = classified?.0
    provision = classified?.provision ?? 0
    paid = fold.totals.paid
    lastPaymentOn = fold.lastPaymentOn
    nextDueOn = fold.nextDue
  }

  /// The columns of `accounts.csv`, in order.
  package static let columns = [
    "account", "currency", "product", "status", "principal", "interest", "penalty", "cost",
    "outstanding", "overdue", "credit", "daysPastDue", "bucket", "classification", "provision",
    "paid", "lastPaymentOn", "nextDueOn",
  ]

  /// Adds the row to a table of these columns.
  func write(to row: inout TableRow, of book: AccountBook) {
    row.word { book.accounts.append(account, to: &$0) }
    row.word { currency.append(to: &$0) }
    row.word(product.name)
    row.word(status.rawValue)
    row.integer(outstanding.principal)
    row.integer(outstanding.interest)
    row.integer(outstanding.penalty)
    row.integer(outstanding.cost)
    row.integer(outstanding.total)
    row.integer(overdue.total)
    row.integer(credit)
    row.integer(Int64(daysPastDue))
    row.word(bucket.name)
    row.word(classification?.name ?? "")
    row.integer(provision)
    row.integer(paid)
    row.date(lastPaymentOn)
    row.date(nextDueOn)
  }
}

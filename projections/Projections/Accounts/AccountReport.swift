package import Collections

/// One account on one day, as known at one position, with everything that explains it.
package struct AccountReport: Sendable {
  /// The account's id.
  package let account: String
  /// The day.
  package let on: CivilDate
  /// Only events before this position count.
  package let knownAt: Int64
  /// The figures, as in `accounts.csv`.
  package let row: AccountRow
  /// The due items, oldest first; emptied ones too.
  package let items: [ItemState]
  /// Payments in time order, those that do not count last.
  package let payments: [AppliedPayment]
  /// What settled what, in the order it happened.
  package let settlements: [Settlement]
  /// Payments, waivers and forgiveness whose allocation a later-recorded event changed.
  package let restatements: [Restatement]
  /// What charge-backs gave back, in the order they happened.
  package let givenBack: [AccountFold.GivenBack]
  /// What was stated and ignored.
  package let remarks: [Remark]
  /// The plans, in time order, and what has become of them.
  package let plans: [PlanReport]
  /// The promises, in time order, and what has become of them.
  package let promises: [PromiseReport]
  /// Holds, disputes, suits and the like, in time order.
  package let facts: [FactReport]
  /// The day since which nothing is outstanding, and the event that paid the last of it (−1: credit).
  package let cleared: (on: CivilDate, by: Int64)?
  /// Sums over the account's life.
  package let totals: Totals
  /// Marks of its life.
  package let life: Life
  /// Whose debt it is.
  package let subject: String
  /// Whom it is owed to.
  package let creditor: String
  /// Why or to whom the account is closed, and with whom it is placed.
  package let closureText: String
  package let agency: String
  private let paymentIDs: [Int64: String]

  /// The report, or nil where the account is not open by then, as known then.
  ///
  /// - Throws: ``RuleError`` `amount_overflow`.
  package init?(
    _ id: String, of book: AccountBook, on date: CivilDate, knownAt: Int64
  ) throws(RuleError) {
    guard let number = book.accounts.find(id) else { return nil }
    var fold = AccountFold()
    let calendar = book.calendar(on: date, knownAt: knownAt)
    guard
      try fold.fold(number, of: book, on: date, knownAt: knownAt, calendar: calendar),
      let row = try AccountRow(fold, account: number), let opening = fold.openingStated
    else { return nil }
    account = id
    on = date
    self.knownAt = knownAt
    self.row = row
    items = fold.itemStates
    payments = fold.payments + fold.removedPayments.sorted { $0.seq < $1.seq }
    settlements = fold.settlements
    restatements = try book.restatements(of: number, on: date, knownAt: knownAt)
    givenBack = fold.givenBack
    remarks = fold.remarks
    plans = fold.plans.map { PlanReport($0, fold, book) }
    promises = fold.promises(of: book).map {
      PromiseReport(id: book.texts.text($0.id), outcome: $0)
    }
    facts = book.facts(of: number, on: date, knownAt: knownAt).map { FactReport($0, book) }
    cleared = fold.cleared
    totals = fold.totals
    life = fold.life
    subject = book.texts.text(opening.subject)
    creditor = book.texts.text(opening.creditor)
    closureText = fold.life.closure.map { book.plainText($0.text) } ?? ""
    agency = fold.life.agency.map { book.texts.text($0) } ?? ""
    paymentIDs = Dictionary(
      payments.map { ($0.seq, book.texts.text($0.id)) }, uniquingKeysWith: { first, _ in first })
  }

  /// The id of a payment of the report.
  package func id(of payment: AppliedPayment) -> String {
    paymentIDs[payment.seq] ?? ""
  }
}

package import Collections
internal import Synchronization

/// `accounts.csv`, `payments.csv`, `plans.csv` and `promises.csv`: every account on a day, as known at a position.
///
/// Rows are sorted by account, payments, plans and promises by id within it. Accounts are folded one by one, each a pure
/// function of its own events, so any number of jobs gives the same bytes.
package struct AccountTable: Sendable {
  /// The columns of `payments.csv`, in order.
  package static let paymentColumns = [
    "account", "payment", "effective", "amount", "principal", "interest", "penalty", "cost",
    "credit", "state",
  ]

  /// The columns of a table of accounts that cannot be computed, in order.
  package static let failureColumns = ["account", "code"]

  /// The rows, sorted by account id.
  package private(set) var rows: [AccountRow] = []
  /// `accounts.csv`.
  package private(set) var csv = TableRow()
  /// `payments.csv`.
  package private(set) var paymentsCSV = TableRow()
  /// `plans.csv`.
  package internal(set) var plansCSV = TableRow()
  /// `promises.csv`.
  package internal(set) var promisesCSV = TableRow()
  /// Sums by currency, sorted by its code.
  package private(set) var totals: [PortfolioTotals] = []
  /// Accounts whose state cannot be computed, each with the reason.
  package private(set) var failures: [RuleError] = []
  /// `failures.csv`: the same as a table.
  package private(set) var failuresCSV = TableRow()

  private init() {}

  /// The state of the accounts numbered by `numbers`, in that order; with `isFirst` the tables begin
  /// with this part, and so with their headers.
  private init(
    _ book: AccountBook, _ numbers: ArraySlice<Int>, isFirst: Bool, on date: CivilDate,
    knownAt: Int64, calendar: BusinessCalendar
  ) {
    rows.reserveCapacity(numbers.count)
    csv.reserve(rows: numbers.count, bytes: 128)
    if isFirst {
      csv.header(AccountRow.columns)
      paymentsCSV.header(Self.paymentColumns)
      plansCSV.header(Self.planColumns)
      promisesCSV.header(Self.promiseColumns)
      failuresCSV.header(Self.failureColumns)
    }
    var fold = AccountFold()
    for number in numbers {
      do {
        let isOpen = try fold.fold(
          number, of: book, on: date, knownAt: knownAt, calendar: calendar)
        guard isOpen, let row = try AccountRow(fold, account: number) else { continue }
        try add(row, fold, book)
      } catch {
        failures.append(error)
        failuresCSV.word { book.accounts.append(number, to: &$0) }
        failuresCSV.word(error.code.rawValue)
        failuresCSV.end()
      }
    }
  }

  /// The whole table, or the rows of the accounts whose numbers are `chosen`: in parts, `jobs` of them
  /// folded at once, joined in order. O(events + accounts log accounts), of those chosen.
  package static func make(
    _ book: AccountBook, on date: CivilDate, knownAt: Int64, jobs: Int, only chosen: [Int]? = nil
  ) -> AccountTable {
    let numbers = book.accounts.sorted(chosen ?? Array(0..<book.accounts.count), jobs: jobs)
    let calendar = book.calendar(on: date, knownAt: knownAt)
    let parts = DerivedTable.parts(of: numbers.count, jobs: jobs)
    let folded = Mutex([AccountTable?](repeating: nil, count: parts))
    DerivedTable.forEach(part: parts, jobs: jobs) { part in
      let range = numbers.count * part / parts..<numbers.count * (part + 1) / parts
      let table = AccountTable(
        book, numbers[range], isFirst: part == 0, on: date, knownAt: knownAt, calendar: calendar)
      folded.withLock { $0[part] = table }
    }
    return folded.withLock { tables in join(&tables) }
  }

  /// The parts in order, as one; their bytes are not copied.
  private static func join(_ parts: inout [AccountTable?]) -> AccountTable {
    var tables = parts.compactMap { $0 }.makeIterator()
    parts = []
    var whole = tables.next() ?? AccountTable()
    while let table = tables.next() { whole.append(table) }
    whole.totals.sort { $0.currency.code < $1.currency.code }
    return whole
  }

  private mutating func add(
    _ row: AccountRow, _ fold: AccountFold, _ book: AccountBook
  ) throws(RuleError) {
    rows.append(row)
    row.write(to: &csv, of: book)
    csv.end()
    let place = totals.firstIndex { $0.currency == row.currency } ?? totals.count
    if place == totals.count { totals.append(PortfolioTotals(currency: row.currency)) }
    totals[place].add(row, fold)
    var payments = fold.payments + fold.removedPayments
    if payments.count > 1 {
      let texts = book.texts
      payments.sort { first, second in
        if texts.equal(first.id, second.id) { return first.seq < second.seq }
        return texts.precedes(first.id, second.id)
      }
    }
    for payment in payments { write(payment, row.account, book) }
    addPlans(fold, row.account, book)
    addPromises(fold, row.account, book)
  }

  private mutating func write(_ payment: AppliedPayment, _ account: Int, _ book: AccountBook) {
    paymentsCSV.word { book.accounts.append(account, to: &$0) }
    paymentsCSV.word { book.texts.append(payment.id, to: &$0) }
    paymentsCSV.date(CivilDate(days: payment.effective))
    paymentsCSV.integer(payment.amount)
    paymentsCSV.integer(payment.taken.principal)
    paymentsCSV.integer(payment.taken.interest)
    paymentsCSV.integer(payment.taken.penalty)
    paymentsCSV.integer(payment.taken.cost)
    paymentsCSV.integer(payment.toCredit)
    paymentsCSV.word(payment.state.rawValue)
    paymentsCSV.end()
  }

  private mutating func append(_ part: AccountTable) {
    rows.append(contentsOf: part.rows)
    csv.append(part.csv)
    paymentsCSV.append(part.paymentsCSV)
    plansCSV.append(part.plansCSV)
    promisesCSV.append(part.promisesCSV)
    failures.append(contentsOf: part.failures)
    failuresCSV.append(part.failuresCSV)
    for total in part.totals {
      if let place = totals.firstIndex(where: { $0.currency == total.currency }) {
        totals[place].add(total)
      } else {
        totals.append(total)
      }
    }
  }
}

package import Collections

/// The plans or promises of a ledger, of one account or of all, sorted by account and then in time order.
package struct AgreementList<Report: Sendable>: Sendable {
  /// A plan or promise and whose it is.
  package struct Row: Sendable {
    /// The account's id.
    package let account: String
    /// Its currency.
    package let currency: Currency
    /// The plan or promise.
    package let report: Report
  }

  /// The rows.
  package private(set) var rows: [Row] = []
  /// Accounts whose state cannot be computed, each with the reason.
  package private(set) var failures: [RuleError] = []

  /// Folds the accounts that have an event of a kind. O(their events).
  fileprivate init(
    of kind: AccountEntry.Kind, _ book: AccountBook, _ numbers: [Int], on date: CivilDate,
    knownAt: Int64, _ reports: (AccountFold) -> [Report]
  ) {
    let calendar = book.calendar(on: date, knownAt: knownAt)
    var fold = AccountFold()
    for number in numbers where book.chain(of: number).contains(where: { $0.kind == kind }) {
      do {
        let isOpen = try fold.fold(
          number, of: book, on: date, knownAt: knownAt, calendar: calendar)
        guard isOpen, let opening = fold.openingStated else { continue }
        let name = book.accounts.text(number)
        for report in reports(fold) {
          rows.append(Row(account: name, currency: opening.currency, report: report))
        }
      } catch {
        failures.append(error)
      }
    }
  }
}

extension AccountBook {
  /// The number of the account named, none where there is no such; of all, by their ids, where none is.
  package func numbers(of account: String?) -> [Int] {
    account.map { accounts.find($0).map { [$0] } ?? [] } ?? accounts.sorted()
  }
}

extension AgreementList<PlanReport> {
  /// The plans agreed by a day, as known at a position, of accounts in the order of their numbers.
  package init(
    plansOf book: AccountBook, _ numbers: [Int], on date: CivilDate, knownAt: Int64
  ) {
    self.init(of: .planAgreed, book, numbers, on: date, knownAt: knownAt) { fold in
      fold.plans.map { PlanReport($0, fold, book) }
    }
  }
}

extension AgreementList<PromiseReport> {
  /// The promises made by a day, as known at a position, of accounts in the order of their numbers.
  package init(
    promisesOf book: AccountBook, _ numbers: [Int], on date: CivilDate, knownAt: Int64
  ) {
    self.init(of: .promiseMade, book, numbers, on: date, knownAt: knownAt) { fold in
      fold.promises(of: book).map { PromiseReport(id: book.texts.text($0.id), outcome: $0) }
    }
  }
}

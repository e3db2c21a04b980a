internal import Collections

// `plans.csv` and `promises.csv`: of each account what was agreed and what became of it, by id.
extension AccountTable {
  /// The columns of `plans.csv`, in order.
  package static let planColumns = ["account", "plan", "kind", "state", "since"]

  /// The columns of `promises.csv`, in order.
  package static let promiseColumns = [
    "account", "promise", "amount", "paid", "dueOn", "graceEndsOn", "outcome",
  ]

  /// Adds an account's plans; one without costs nothing.
  mutating func addPlans(_ fold: AccountFold, _ account: Int, _ book: AccountBook) {
    let plans = fold.plans
    if plans.isEmpty { return }
    for plan in plans.sorted(by: { book.texts.precedes($0.id, $1.id) }) {
      plansCSV.word { book.accounts.append(account, to: &$0) }
      plansCSV.word { book.texts.append(plan.id, to: &$0) }
      plansCSV.word(plan.stated.kind.name)
      plansCSV.word(plan.state.rawValue)
      plansCSV.date(CivilDate(days: plan.since))
      plansCSV.end()
    }
  }

  /// Adds an account's promises; one without costs nothing.
  mutating func addPromises(_ fold: AccountFold, _ account: Int, _ book: AccountBook) {
    let promises = fold.promises(of: book)
    if promises.isEmpty { return }
    for promise in promises.sorted(by: { book.texts.precedes($0.id, $1.id) }) {
      promisesCSV.word { book.accounts.append(account, to: &$0) }
      promisesCSV.word { book.texts.append(promise.id, to: &$0) }
      promisesCSV.integer(promise.amount)
      promisesCSV.integer(promise.paid)
      promisesCSV.date(promise.dueOn)
      promisesCSV.date(promise.graceEndsOn)
      promisesCSV.word(promise.outcome.rawValue)
      promisesCSV.end()
    }
  }
}

extension PlanKind {
  /// The word as recorded.
  package var name: String { Self.names[Int(rawValue)] }

  private static let names = allCases.map { "\($0)" }
}

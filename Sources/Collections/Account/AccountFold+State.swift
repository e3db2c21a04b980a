/// What an account is called on a day (ledger-rules, section 9).
package enum AccountStatus: String, Sendable {
  /// Closed or sold and not reopened; nothing outstanding; off the books; none of these.
  case closed, paid, writtenOff, open
}

/// A due item as it stands on the day folded for.
package struct ItemState: Equatable, Sendable {
  /// Its number; 0 where it has none.
  package var n: Int64
  /// The event that made it.
  package var seq: Int64
  /// The due date, after any roll or grace.
  package var dueOn: CivilDate
  /// What was scheduled or charged.
  package var stated: Amounts
  /// What accrued, paid or not.
  package var accrued: Amounts
  /// What is unpaid, accrual included.
  package var outstanding: Amounts
  /// Whether it ages.
  package var ages: Bool
}

/// Section 8 and 9 of the ledger's rules: what is read off a folded account.
extension AccountFold {
  /// What is unpaid over all items, accrual included. O(items).
  package func outstanding() throws(RuleError) -> Amounts {
    var sum = Amounts()
    for index in now.firstOpen..<now.items.count { try sum.add(now.items[index].outstanding) }
    _ = try checkedSum(checkedSum(sum.penalty, sum.interest), checkedSum(sum.cost, sum.principal))
    return sum
  }

  /// What is unpaid of items due before the day, accrual included. O(items).
  package func overdue() throws(RuleError) -> Amounts {
    var sum = Amounts()
    for index in now.firstOpen..<now.items.count where now.items[index].due < date.days {
      try sum.add(now.items[index].outstanding)
    }
    return sum
  }

  /// What accrued over the account's life, on items that were replaced since too. O(items).
  package func accrued() throws(RuleError) -> Amounts {
    var sum = now.totals.accruedBefore
    for item in now.items { try sum.add(item.accrued) }
    return sum
  }

  /// Days since the due date of the oldest ageing item, less those that lie in pauses. O(items).
  package var daysPastDue: Int { now.daysPastDue(on: date.days) }

  /// The status, given what is outstanding.
  package func status(outstanding: Amounts) -> AccountStatus {
    if now.life.isClosed { return .closed }
    if outstanding.total == 0 { return .paid }
    return now.life.writtenOffOn == nil ? .open : .writtenOff
  }

  /// The due date of the soonest item due on or after the day with anything unpaid.
  package var nextDue: CivilDate? {
    now.items[now.firstOpen...].first { $0.due >= date.days && $0.isOpen }
      .map { CivilDate(days: $0.due) }
  }

  /// The value date of the last payment in force.
  package var lastPaymentOn: CivilDate? {
    payments.last.map { CivilDate(days: $0.effective) }
  }

  /// The terms in force on the day.
  package var termsInForce: Terms { now.terms }

  /// The due date of the oldest item with anything unpaid, due or to come.
  package var oldestUnpaidOn: CivilDate? {
    now.firstOpen < now.items.count ? CivilDate(days: now.items[now.firstOpen].due) : nil
  }

  /// The day since which nothing is outstanding, and the event that paid the last of it (−1: credit did);
  /// nil while something is.
  package var cleared: (on: CivilDate, by: Int64)? {
    now.clearedOn == .min ? nil : (CivilDate(days: now.clearedOn), now.clearedBy)
  }

  /// What the account's opening said, once folded.
  package var openingStated: Opening? { now.opening }

  /// The items, oldest first; emptied ones too.
  package var itemStates: [ItemState] {
    now.items.map { item in
      ItemState(
        n: item.n, seq: item.seq, dueOn: CivilDate(days: item.due), stated: item.stated,
        accrued: item.accrued, outstanding: item.outstanding,
        ages: item.ages(above: now.terms.materiality))
    }
  }

  /// The class by days past due and the provision of outstanding principal, half up; nil where no table speaks of the product.
  package func classification(
    daysPastDue: Int, outstanding: Amounts
  ) throws(RuleError) -> (Classification, provision: Int64)? {
    guard let product = now.opening?.product,
      let (value, rate) = ClassificationTable.classify(
        product, daysPastDue: daysPastDue, on: date)
    else { return nil }
    return (value, try roundedHalfUp(Int128(outstanding.principal) * Int128(rate), over: 10_000))
  }
}

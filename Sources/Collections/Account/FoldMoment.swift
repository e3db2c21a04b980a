/// An account's figures between two steps of its fold, for those who follow its money from step to step.
///
/// Between two neighbours lies one step: an event, or days that passed, in which interest accrued and
/// credit paid what fell due.
package struct FoldMoment: Sendable {
  /// The event just applied; nil where days passed.
  package var entry: AccountEntry?
  /// The day, in days since 1970-01-01.
  package var on: Int32
  /// Sums over the account's life so far.
  package var totals = Totals()
  /// Money no item took.
  package var credit: Int64 = 0
  /// How many settlements had happened.
  package var settlements = 0
  /// What accrued in all, paid or not.
  package var accrued = Amounts()
  /// What is unpaid, accrual included.
  package var outstanding = Amounts()
  /// Whether the account is written off.
  package var isWrittenOff = false
  /// Whether it is closed by a sale.
  package var isSold = false

  /// The moment before anything happened.
  package init(on day: Int32) {
    on = day
  }
}

extension AccountFold {
  /// Keeps the figures as they stand after an event, or after days that passed. O(items).
  mutating func mark(_ entry: AccountEntry?, on day: Int32) throws(RuleError) {
    guard keepsMoments else { return }
    var moment = FoldMoment(on: day)
    moment.entry = entry
    moment.totals = totals
    moment.credit = credit
    moment.settlements = settlements.count
    moment.accrued = try accrued()
    moment.outstanding = try outstanding()
    moment.isWrittenOff = life.writtenOffOn != nil
    moment.isSold = life.closure?.isSale ?? false
    moments.append(moment)
  }

  /// The first last day of a month that comes after a day.
  func monthEnd(after day: Int32) -> Int32? {
    let next = CivilDate(days: day + 1)
    let (year, month, _) = next.civil
    let length = CivilDate.length(ofMonth: month, in: year)
    return CivilDate(year: year, month: month, day: length)?.days
  }
}

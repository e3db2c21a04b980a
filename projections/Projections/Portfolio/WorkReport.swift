package import Collections

/// What collecting did between two days, and what it brought and cost.
///
/// All of it took effect after the first day and by the last. A denominator stands beside each rate.
package struct WorkReport: Equatable, Sendable {
  /// Outbound contacts attempted.
  package var attempts: Int64 = 0
  /// Of them, those that reached somebody, and those that reached the debtor.
  package var connected: Int64 = 0
  package var rightParty: Int64 = 0
  /// Promises made.
  package var promises: Int64 = 0
  /// Promises whose grace ended, kept or broken: how many, and of how much.
  package var matured: Int64 = 0
  package var maturedAmount: Int64 = 0
  /// Of them, those kept, and what was paid towards all of them.
  package var kept: Int64 = 0
  package var keptAmount: Int64 = 0
  /// Payments in force, charge-backs taken off, in minor units.
  package var collected: Int64 = 0
  /// What collecting cost.
  package var cost: Int64 = 0

  /// Of the attempts, those that reached somebody.
  package var contactRate: Share { Share(connected, of: attempts) }
  /// Of the attempts, those that reached the debtor.
  package var rightPartyRate: Share { Share(rightParty, of: attempts) }
  /// Promises to one contact with the debtor.
  package var promiseRate: Share { Share(promises, of: rightParty) }
  /// Of the promises whose grace ended, those kept; of their money, what was paid.
  package var keptRate: Share { Share(kept, of: matured) }
  package var keptAmountRate: Share { Share(keptAmount, of: maturedAmount) }
  /// What collecting cost of what it brought.
  package var costToCollect: Share { Share(cost, of: collected) }

  mutating func take(promise: PromiseOutcome, in days: ClosedRange<Int32>) throws(RuleError) {
    if days.contains(promise.madeOn) { promises += 1 }
    guard days.contains(promise.graceEndsOn.days),
      promise.outcome == .kept || promise.outcome == .broken
    else { return }
    matured += 1
    maturedAmount = try portfolioSum(maturedAmount, promise.amount)
    keptAmount = try portfolioSum(keptAmount, promise.paid)
    if promise.outcome == .kept { kept += 1 }
  }
}

/// What was recovered between two days of the debts that were written off then.
package struct RecoveryReport: Equatable, Sendable {
  /// Accounts that were written off at some time after the first day.
  package var accounts: Int64 = 0
  /// What they owed on the day they were, the last one where there are several, in minor units.
  package var writtenOff: Int64 = 0
  /// What came in after the first day and by the last, while they were.
  package var recovered: Int64 = 0

  /// What was recovered of what was written off.
  package var rate: Share { Share(recovered, of: writtenOff) }

  /// Adds an account, by the moments of its life through the last day. O(moments).
  mutating func take(_ moments: [FoldMoment], in days: ClosedRange<Int32>) throws(RuleError) {
    var isConcerned = false
    var owed: Int64 = 0
    var before: FoldMoment?
    for moment in moments {
      let wasOff = before?.isWrittenOff ?? false
      // The debt as it left the books; a second write-off meanwhile does not change it.
      if !wasOff, moment.isWrittenOff { owed = moment.outstanding.total }
      if days.contains(moment.on) {
        isConcerned = isConcerned || moment.isWrittenOff || wasOff
        let gain = moment.totals.recovered - (before?.totals.recovered ?? 0)
        recovered = try portfolioSum(recovered, gain)
      }
      before = moment
    }
    guard isConcerned else { return }
    accounts += 1
    writtenOff = try portfolioSum(writtenOff, owed)
  }
}

/// Accounts, principal and provision of one class.
package struct ClassReport: Equatable, Sendable {
  /// The class; nil where no table speaks of the product.
  package var classification: Classification?
  /// How many accounts.
  package var accounts: Int64 = 0
  /// Their outstanding principal, in minor units.
  package var principal: Int64 = 0
  /// The provision of it.
  package var provision: Int64 = 0
}

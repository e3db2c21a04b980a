/// Something an event stated that the rules ignored, and reported.
package struct Remark: Equatable, Sendable {
  /// What was ignored, and why.
  package enum Kind: String, Sendable {
    /// More than was outstanding.
    case waiverExcess, forgivenessExcess
    /// More than the credit.
    case refundExcess
    /// More than the payment and the credit could give back.
    case chargebackExcess
    /// The payment charged back was removed, or is not there.
    case chargebackWithoutPayment
    /// A waiver of an item that is not there.
    case unknownItem
    /// The number of an item that is not there: the charge became an item of its own.
    case unknownItemCharged
    /// An opening after the first.
    case secondOpening
    /// A plan fell short of what was outstanding at its turn: its last item took what was missing.
    case planShortfall
    /// A plan was more than what was outstanding at its turn: its last items and haircut gave it up.
    case planExcess
    /// The cancellation of a plan that was not active at its turn.
    case planNotActive
  }

  /// What was ignored, and why.
  package var kind: Kind
  /// The event that stated it.
  package var seq: Int64
  /// How much money was ignored, in minor units; 0 where it was something else.
  package var amount: Int64
}

/// One amount that settled one component of one item.
package struct Settlement: Equatable, Sendable {
  /// By what means.
  package enum Cause: String, Sendable {
    /// Money of a payment, credit used later, a waiver, forgiveness, or interest lost to a prepayment.
    case payment, credit, waiver, forgiveness, unearned
    /// Given up by a plan; replaced by the items of a plan or of a schedule.
    case haircut, plan, schedule
  }

  /// The event; −1 for credit, which needs none.
  package var seq: Int64
  /// The day, in days since 1970-01-01.
  package var on: Int32
  /// By what means.
  package var cause: Cause
  /// What was settled.
  package var component: Component
  /// How much, in minor units.
  package var amount: Int64
  /// The event that made the item.
  package var itemSeq: Int64
  /// The item's number; 0 where it has none.
  package var itemN: Int64
  /// The item's due date at that moment, in days since 1970-01-01.
  package var itemDue: Int32
}

/// A payment and where its money went.
package struct AppliedPayment: Equatable, Sendable {
  /// Whether it counts.
  package enum State: String, Sendable {
    case applied, chargedBack, reversed, voided
  }

  /// Its id, a text of the book.
  package var id: TextReference
  /// Its event.
  package var seq: Int64
  /// Its value date, in days since 1970-01-01.
  package var effective: Int32
  /// Money received, in minor units.
  package var amount: Int64
  /// The promise it names: the index of that among the book's names, plus one; 0 for none.
  var promise: Int32 = 0
  /// What it paid, by component.
  package var taken = Amounts()
  /// What no item took.
  package var toCredit: Int64 = 0
  /// What charge-backs took back.
  package var chargedBack: Int64 = 0
  /// Its lines among ``AccountFold/settlements``.
  package var settlements: Range<Int> = 0..<0
  /// What of ``taken`` was given back to a new item.
  var givenBack: Int64 = 0
  /// Why it does not count, where it does not.
  var removal: State?

  /// Whether it counts.
  package var state: State { removal ?? (chargedBack > 0 ? .chargedBack : .applied) }
}

/// Sums over an account's whole life through the day folded for, in minor units.
///
/// By component, `opened + charged + rescheduled + planned + chargedBack +` ``AccountFold/accrued()``
/// `−` all settlements `=` what is outstanding.
package struct Totals: Equatable, Sendable {
  /// Items of the opening.
  package var opened = Amounts()
  /// Charges assessed.
  package var charged = Amounts()
  /// Items of later schedules, and what they replaced.
  package var rescheduled = Amounts()
  /// What was outstanding when a schedule replaced it.
  package var replaced = Amounts()
  /// Items of plans; what they replaced stands among the settlements.
  package var planned = Amounts()
  /// Of the items of plans what was owed before in no form: interest the plans added.
  package var planInterest: Int64 = 0
  /// What plans gave up.
  package var haircut = Amounts()
  /// What accrued on items that a plan or a schedule replaced.
  package var accruedBefore = Amounts()
  /// What charge-backs made due again.
  package var chargedBack = Amounts()
  /// What waivers lowered.
  package var waived = Amounts()
  /// What forgiveness lowered.
  package var forgiven = Amounts()
  /// Scheduled interest lost to prepayments.
  package var unearned: Int64 = 0
  /// Payments in force.
  package var paid: Int64 = 0
  /// Of them, what came in while written off.
  package var recovered: Int64 = 0
  /// Credit paid out.
  package var refunded: Int64 = 0
  /// Credit taken back by charge-backs.
  package var creditChargedBack: Int64 = 0

  /// Nothing yet.
  package init() {}
}

/// Marks of an account's life that stand on the day folded for.
package struct Life: Equatable, Sendable {
  /// How an account was closed.
  package struct Closure: Equatable, Sendable {
    /// The event.
    package var seq: Int64
    /// The day.
    package var on: CivilDate
    /// Whether it was sold with a portfolio.
    package var isSale: Bool
    /// The reason, or the buyer of a sale: a text of the book.
    package var text: TextReference
  }

  /// The opening's effective date.
  package var openedOn = CivilDate(days: 0)
  /// The closing that stands.
  package var closure: Closure?
  /// Since when it is written off, and by which event.
  package var writtenOffOn: CivilDate?
  package var writtenOffBy: Int64 = -1
  /// The agency it is placed with, a text of the book.
  package var agency: TextReference?

  /// Whether it is closed.
  package var isClosed: Bool { closure != nil }

  /// A life just begun.
  package init() {}
}

/// A plan and what has become of it by the day folded for (ledger-rules, section 6).
package struct PlanOutcome: Equatable, Sendable {
  /// The first thing that ended it, which is final.
  package enum State: String, CaseIterable, Sendable {
    /// Nothing has.
    case active
    /// Nothing scheduled on its items is outstanding any more.
    case completed
    /// A later plan or schedule took its place.
    case replaced
    /// It was given up, and fell away.
    case cancelled
    /// Its items were past due for more days than it stands; a conditional one fell away.
    case inDefault = "default"
  }

  /// Its id, a text of the book.
  package var id: TextReference
  /// The event that agreed it.
  package var seq: Int64
  /// Its effective date, in days since 1970-01-01.
  package var agreedOn: Int32
  /// What was agreed.
  package var stated: StatedPlan
  /// What has become of it.
  package var state = State.active
  /// The day of that state, in days since 1970-01-01.
  package var since: Int32
  /// The event that brought it to that state; −1 where none did: default, or credit that paid the last of it.
  package var cause: Int64 = -1
  /// The days past due of its items on the day it was in default; 0 where it never was.
  package var daysPastDue = 0
  /// What was outstanding at its turn, and it replaced.
  package var replaced = Amounts()
  /// What of the haircut stood, once it balanced.
  package var haircut = Amounts()
  /// What was added to its items, and taken from them and the haircut, because what was outstanding
  /// is no longer what it was when the plan was recorded.
  package var shortfall = Amounts()
  package var excess = Amounts()

  /// Whether it fell away: the account is folded as if it had never been agreed.
  package var hasFallen: Bool {
    state == .cancelled || state == .inDefault && stated.isConditional
  }

  package static func == (first: PlanOutcome, second: PlanOutcome) -> Bool {
    first.seq == second.seq && first.state == second.state && first.since == second.since
      && first.cause == second.cause && first.replaced == second.replaced
      && first.haircut == second.haircut && first.shortfall == second.shortfall
      && first.excess == second.excess
  }
}

/// A plan that fell away: neither agreed nor there, but for the days it stood.
struct PlanFall: Sendable {
  /// What it had come to.
  var plan: PlanOutcome
  /// The day it fell: the account is folded without it for this day and all later ones.
  var day: Int32 { plan.since }

  /// The days it stood: they neither accrue nor count as past due. Empty if it fell on its first.
  var pause: Pause {
    Pause(from: plan.agreedOn, to: plan.since - 1, stopsAccrual: true, isMoratorium: false)
  }
}

/// The items of a plan on a day: what is left of it, and what of that is late.
package struct PlanProgress: Equatable, Sendable {
  /// What is unpaid of its items.
  package var outstanding: Int64 = 0
  /// What is unpaid of those due before the day.
  package var overdue: Int64 = 0
  /// Days since the due date of the oldest that ages, less those that lie in pauses.
  package var daysPastDue = 0
  /// The due date of the soonest due on or after the day with anything unpaid.
  package var nextDueOn: CivilDate?
}

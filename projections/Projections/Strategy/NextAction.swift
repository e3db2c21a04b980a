package import Collections

/// What a strategy comes to for an account on a day: what to do next and how, or why nothing.
package struct NextAction: Sendable {
  /// The account's number in its book, and whoever owes it, by her number among people (−1: unknown).
  package var account: Int
  package var person = -1
  /// What is overdue, in minor units, and for how many days.
  package var overdue: Int64 = 0
  package var daysPastDue = 0
  /// Why nothing is proposed; nil where something is.
  package var hold: ActionHold?
  /// Whether a person trained for it sees to her.
  package var isCare = false
  /// The places in the strategy of the arm, the segment and the step; −1 where none applies.
  package var arm = -1
  package var segment = -1
  package var step = -1
  /// Whether the arm stands in the log already.
  package var isAssigned = false
  /// By what something was proposed for that day already; nil where nothing was.
  package var proposedBy: ContactChannel?
  /// How often the step was tried before.
  package var tries = 0
  /// How likely payment is, and the score that says so (−1: the table does).
  package var probabilityBp: Int64 = 0
  package var score: Int64 = -1
  /// What the step may bring, less its cost, in minor units.
  package var expected: Int64 = 0
  /// How it may be done, best first; each was let through by the contact rules.
  package var ways: [ActionWay] = []
  /// The rules that stood against it by each other channel tried.
  package var blocked: [BlockedWay] = []
  /// What a trained person is to know.
  package var careReasons: [CareReason] = []

  /// Whether a ladder is climbed for it: it is no case for care, and nothing forbids every step.
  package internal(set) var isTreated = false

  /// An account of which nothing is known yet.
  init(account: Int) { self.account = account }
}

/// A way of doing something: by what, where, when and in what tone.
package struct ActionWay: Equatable, Sendable {
  /// By what she is reached.
  package var channel: ContactChannel
  /// The contact point; empty where the channel needs none.
  package var point: String
  /// The time zone of the person.
  package var zone: String
  /// The local minutes of the day: `[from, to)`.
  package var from: Int
  package var to: Int
  package var tone: String
  /// What the channel, and the hours, were chosen by.
  package var channelBy: Choice
  package var hoursBy: Choice

  /// A way to reach a person.
  package init(
    channel: ContactChannel, point: String, zone: String, from: Int, to: Int, tone: String,
    channelBy: Choice, hoursBy: Choice
  ) {
    (self.channel, self.point, self.zone) = (channel, point, zone)
    (self.from, self.to, self.tone) = (from, to, tone)
    (self.channelBy, self.hoursBy) = (channelBy, hoursBy)
  }

  /// What a choice went by.
  package enum Choice: String, Sendable {
    /// What she said she wants; what she has answered to; the habits of her decade; the step.
    case wish, answers, habit, step
  }
}

/// A channel that the contact rules do not allow.
package struct BlockedWay: Equatable, Sendable {
  /// By what, and what stands against it.
  package var channel: ContactChannel
  /// `policy.rule`, of each that blocks; `no-point` where she has no point for it; `no-hour` where no
  /// minute of the day is left.
  package var rules: [String]
}

/// Why a trained person sees to an account.
package enum CareReason: String, CaseIterable, Sendable {
  case specialist = "vulnerable.specialist"
  case support = "vulnerable.support"
  case reviewDue = "review.due"
  case hardship
}

/// Why nothing is proposed for an account.
package enum ActionHold: String, CaseIterable, Sendable {
  /// Nothing is overdue; closed; another currency than the strategy's; its figures cannot be computed.
  case notOverdue, closed, otherCurrency, uncomputable
  /// Nothing is known of whoever owes it.
  case unknownPerson
  /// She died; her data is erased, or may not be used; somebody speaks for her; she wants to be left alone.
  case deceased, erased, processingBlocked, representative, ceaseContact
  /// A dispute is open; collection is held; a legal hold stands; a moratorium runs.
  case dispute, held, legalHold, moratorium
  /// A stop of the step.
  case paid, promiseOpen, planActive, answered, agency, suit
  /// The next step's day has not come; no step is left.
  case waiting, ladderDone
  /// It would cost more than it may bring.
  case notWorthIt
  /// No channel of the step is left to her: no point, no wish, no hour, or a rule.
  case noWay
  /// The day's capacity went to others; another of her accounts is seen to that day.
  case noCapacity, samePerson
  /// It was proposed for that day already.
  case proposed
  /// Of a reminder: a trained person sees to her, and no machine writes; it was sent already.
  case care, sent
}

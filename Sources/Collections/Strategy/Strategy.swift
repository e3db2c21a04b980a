/// How accounts are treated, as one dated document: who is asked what, by what channel, in what tone, when,
/// and when it stops.
///
/// A strategy pulls before it pushes: a segment's ladder begins with what a person does herself and ends with
/// a person who talks with her. Conditions are on features alone, of which birth, region and all that is sealed are
/// none, so that amounts, offers, pressure and priority cannot depend on those; only the channel, the tone and
/// the hour follow ``habits``, after her own wishes. Who needs care is in no segment: see ``care``.
package struct Strategy: Equatable, Sendable {
  /// The form of the documents this version reads.
  package static let format = "quipu-strategy/1"
  /// The most bytes a document may have: 256 KiB.
  package static let longestDocument = 262_144
  /// How many buckets accounts fall into.
  package static let buckets: Int64 = 10_000

  /// Its id, that of its stream; its version, from 1.
  package var id: String
  package var version: Int64
  /// Whose law it was written for, an ISO 3166 code; empty where none is named.
  package var jurisdiction: String
  /// The currency of its amounts; accounts in others are left out.
  package var currency: Currency
  /// What a person calls it, and what she should know of it.
  package var title: BilingualText
  package var note: String
  /// The local hours outside of which it does nothing.
  package var hours: DayHours
  /// For how many days an answer or a payment since the last contact stops a step that says so.
  package var pauseDays: Int
  /// How likely it is that what is overdue comes in.
  package var chance: Chance
  /// The arms of the test; the first buckets are the first arm's.
  package var arms: [StrategyArm]
  /// How people are treated who need care.
  package var care: CareTreatment
  /// How people of a decade of birth are used to be reached.
  package var habits: [Habit]
  /// What it may offer, from what gives up least to what gives up most.
  package var offers: [StrategyOffer]
  /// How to find out what a person can pay.
  package var means: Means
  /// How often a person may make herself a plan again.
  package var selfService: SelfService
  /// When people are reminded and thanked, and in which tone.
  package var reminders: ReminderTerms
  /// The segments; an account is in the first whose conditions hold, and the last takes all.
  package var segments: [Segment]

  /// One that proposes nothing, for reminders where no strategy is in force: the usual terms, at any hour.
  package static let none = Strategy(
    id: "", version: 0, jurisdiction: "", currency: Currency(packed: 0),
    title: BilingualText("", ""), note: "", hours: DayHours(from: 0, to: 1_440),
    pauseDays: 0, chance: Chance(model: "", maxAgeDays: 0, table: []), arms: [],
    care: CareTreatment(channel: .call, tone: "", hours: DayHours(from: 0, to: 0), offers: []),
    habits: [], offers: [], means: Means(incomeShareBp: 0, historyShareBp: 0),
    selfService: .usual, reminders: ReminderTerms(), segments: [])

  /// A span of local time within a day, in minutes: `[from, to)`.
  package struct DayHours: BitwiseCopyable, Equatable, Sendable {
    /// The minute it begins at, and the one before which it ends.
    package var from: Int32
    package var to: Int32

    /// A span.
    package init(from: Int32, to: Int32) { (self.from, self.to) = (from, to) }
  }

  /// How likely payment is: by the last score of a model, if it is not too old; else by a table.
  package struct Chance: Equatable, Sendable {
    /// The model's id; empty where only the table counts.
    package var model: String
    /// How many days old a score may be.
    package var maxAgeDays: Int
    /// The table: the first row that holds counts, and the last one always does.
    package var table: [Row]

    /// A row: conditions, and the probability in basis points.
    package struct Row: Equatable, Sendable {
      /// What must hold of an account, and how likely it then pays.
      package var when: [FeatureCondition]
      package var basisPoints: Int64
    }
  }

  /// How people who need care are treated: by a person trained for it, with these offers first.
  package struct CareTreatment: Equatable, Sendable {
    /// By what she is reached.
    package var channel: ContactChannel
    package var tone: String
    /// The local hours for it.
    package var hours: DayHours
    /// The ids of the offers that come first.
    package var offers: [String]
  }

  /// How people born in a decade are used to be reached; it changes neither what is asked nor how often.
  package struct Habit: Equatable, Sendable {
    /// The first year of the decade.
    package var birthDecade: Int
    /// The channels, best first.
    package var channels: [ContactChannel]
    /// The tone; empty for the step's own.
    package var tone: String
    /// The local hours; nil for the step's own.
    package var hours: DayHours?
  }

  /// What part of what a person has is asked for.
  package struct Means: Equatable, Sendable {
    /// Of the monthly income she states.
    package var incomeShareBp: Int64
    /// Of what she paid a month, on average over 180 days.
    package var historyShareBp: Int64
  }

  /// How often a person may make herself a plan on an account after others that she did not keep: once so
  /// many of those agreed within so many days were given up or in default, the next is made with a person.
  package struct SelfService: BitwiseCopyable, Equatable, Sendable {
    /// The plans that were not kept, at least 1, and the days.
    package var brokenPlans: Int
    package var days: Int

    /// What holds where nothing is stated.
    static let usual = SelfService(brokenPlans: 2, days: 365)
  }

  /// Accounts treated alike.
  package struct Segment: Equatable, Sendable {
    /// What reasons and proposals call it, and what a person does.
    package var id: String
    package var title: BilingualText
    /// What must hold, all of it; nothing for the last one.
    package var when: [FeatureCondition]
    /// A ladder for each arm, by the arm's place.
    package var ladders: [[TreatmentStep]]
  }

  /// The segment of an account, by its place. O(conditions).
  package func segment(of row: FeatureRow) -> Int {
    segments.firstIndex { $0.when.hold(of: row) } ?? segments.count - 1
  }

  /// The arm of a bucket, by its place.
  package func arm(ofBucket bucket: Int64) -> Int {
    var end: Int64 = 0
    for place in arms.indices {
      end += arms[place].buckets
      if bucket < end { return place }
    }
    return arms.count - 1
  }

  /// The bucket an account falls into: the first eight bytes, as a big-endian number, of the SHA-256 of
  /// `strategy:account`, modulo 10,000. Whoever doubts it can ask `sha256sum`.
  package static func bucket(digest: some Sequence<UInt8>) -> Int64 {
    let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(number % UInt64(buckets))
  }

  /// How likely payment is by the table, in basis points.
  package func tableChance(_ row: FeatureRow) -> Int64 {
    chance.table.first { $0.when.hold(of: row) }?.basisPoints ?? 0
  }

  /// The features that its conditions look at.
  package var features: FeatureSet {
    var set = FeatureSet()
    for condition in chance.table.flatMap(\.when) + segments.flatMap(\.when) {
      set.insert(condition.feature)
    }
    return set
  }
}

/// One arm of a test: what part of the accounts it treats.
package struct StrategyArm: Equatable, Sendable {
  /// What it is called.
  package var id: String
  package var role: Role
  /// How many of the 10,000 buckets are its own.
  package var buckets: Int64

  /// What it is in the test.
  package enum Role: String, CaseIterable, Sendable {
    /// What is done now; what may be better.
    case champion, challenger
  }
}

/// A step of a ladder.
package struct TreatmentStep: Equatable, Sendable {
  /// What proposals call it, and what is done.
  package var id: String
  package var kind: Kind
  /// The channels it may use, best first; what it costs and brings does not depend on which.
  package var channels: [ContactChannel]
  package var tone: String
  /// The text or the script, which is what its attempts are counted by; empty: by its channels.
  package var template: String
  /// How often it is tried, at most, before the next step's turn comes.
  package var attempts: Int
  /// Days between two of its attempts.
  package var everyDays: Int
  /// Days since an attempt of an earlier step of the ladder.
  package var afterDays: Int
  /// Days since any contact that was tried about the account.
  package var restDays: Int
  /// The days past due from which on it is not tried any more; nil for no end.
  package var untilDays: Int?
  /// What stops the ladder at it, for as long as that holds.
  package var stops: StopSet
  /// What an attempt costs, in minor units.
  package var cost: Int64
  /// The part of the expected recovery that it is thought to bring, in basis points.
  package var effectBp: Int64
  /// The local hours for it; nil for the strategy's.
  package var hours: Strategy.DayHours?
  /// With `planOffer`: the ids of what is offered, from what gives up least.
  package var offers: [String]

  /// What is done.
  package enum Kind: String, CaseIterable, Sendable {
    /// A link by which she sees to it herself; a reminder; a plan made for her; a person who talks with her.
    case selfService, reminder, planOffer, person
  }
}

/// What stops a ladder.
package enum StrategyStop: UInt8, CaseIterable, Sendable {
  /// She paid since the last contact; a promise or a dispute is open; a plan is active; she called or
  /// wrote since the last contact; an agency collects; the creditor went to court.
  case paid, promiseOpen, dispute, planActive, answered, agency, suit
}

/// A set of stops: a bit each.
package struct StopSet: OptionSet, Hashable, Sendable {
  /// One bit a stop.
  package let rawValue: UInt8

  /// The set of these bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The set of one stop.
  package init(_ stop: StrategyStop) { self.init(rawValue: 1 << stop.rawValue) }

  /// The stops, in declared order.
  package var stops: [StrategyStop] { StrategyStop.allCases.filter { contains(StopSet($0)) } }
}

/// Something a strategy may offer, and how far it may go.
package struct StrategyOffer: Equatable, Sendable {
  /// What it is called, for programs and for a person.
  package var id: String
  package var title: BilingualText
  package var terms: Terms
  /// For how many days it may be taken.
  package var validDays: Int

  /// What is offered.
  package enum Terms: Equatable, Sendable {
    /// So many days in which nothing is past due.
    case grace(days: Int, pausesAccrual: Bool)
    case plan(PlanTerms)
  }

  /// A plan: instalments, and what may be given up for them to be affordable.
  package struct PlanTerms: Equatable, Sendable {
    /// What kind of plan it is, and the time between two instalments.
    package var kind: PlanKind
    package var every: Period
    /// How many instalments it may have.
    package var instalments: ClosedRange<Int>
    /// The least an instalment may be, in minor units, but for a debt that is less.
    package var minInstalment: Int64
    /// The days from agreement to the first instalment.
    package var firstInDays: Int
    /// What may be given up, at most: a part of each component, in basis points.
    package var forgiveBp: Amounts
    package var isConditional: Bool
    package var defaultAfterDays: Int
  }

  /// The time between two instalments.
  package enum Period: String, CaseIterable, Sendable {
    case week, fortnight, month
  }

  /// What it may give up; nothing for days of grace.
  var forgiveBp: Amounts {
    if case .plan(let terms) = terms { return terms.forgiveBp }
    return Amounts()
  }
}

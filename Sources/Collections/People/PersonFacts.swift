/// What held of a person on a day, as known before a position: nothing here names her.
///
/// Each fact carries the `seq` of the event it comes from, so that an answer built on it can be
/// checked. Events voided by then are left out. Where two events contradict each other, the one later
/// in effect wins, then the one recorded later.
package struct PersonFacts: Equatable, Sendable {
  /// The person's id.
  package var subject: String
  /// Her registration; nil where events speak of her that none registered.
  package var registered: Int64?
  /// The first year of the decade of birth.
  package var birthDecade: Int?
  /// The region she lives in, and the language she prefers; empty where not said.
  package var region = ""
  package var language = ""
  /// The accounts she has to do with, in the order the links were recorded.
  package var accounts: [LinkedAccount] = []
  /// Every contact point ever added, invalid ones included, in time order.
  package var points: [ContactPoint] = []
  /// Consents, the latest of each purpose and channel, revoked ones included.
  package var consents: [Consent] = []
  /// Channels and points she does not want to be reached by.
  package var optOuts: [OptOut] = []
  /// When she wants to be reached, the latest of each channel.
  package var preferences: [Preference] = []
  /// That she does not want to be reached at all, or not by a channel.
  package var ceaseContact: [OptOut] = []
  /// Who speaks for her.
  package var representative: Named?
  /// Her death.
  package var deceased: Death?
  /// That her data may only be kept; the name is the request it rests on, if one is named.
  package var processingBlocked: Named?
  /// That her keys were destroyed.
  package var erased: Named?
  /// Holds on erasure, on her or on accounts linked to her.
  package var legalHolds: [Hold] = []
  /// Holds on collection, on her or on accounts linked to her.
  package var collectionHolds: [Hold] = []
  /// Open disputes, of hers or about accounts linked to her; the kind is what each is about.
  package var disputes: [Hold] = []
  /// Complaints not answered yet; the kind is how each came in.
  package var complaints: [Hold] = []
  /// The last complaint, answered or not; the last wish not to be reached, taken back or not.
  package var lastComplaint: Hold?
  package var lastStop: OptOut?
  /// Moratoriums in force that day.
  package var moratoriums: [Moratorium] = []
  /// The latest declaration of hardship that holds that day.
  package var hardship: Hardship?
  /// What help is due, and when that was last looked at.
  package var vulnerability: Vulnerability?

  init(subject: String) { self.subject = subject }
}

// The parts. A `seq` is the event it comes from; an `on` the day that took effect.
extension PersonFacts {
  /// An account, and what the person is to it.
  package struct LinkedAccount: Equatable, Sendable {
    /// The account's id.
    package var account: String
    /// What the person is to it.
    package var role: SubjectRole
    /// The event.
    package var seq: Int64
  }

  /// A way to reach the person, without the number or address itself.
  package struct ContactPoint: Equatable, Sendable {
    /// The point's id, and what it is.
    package var id: String
    package var kind: ContactPointKind
    /// Whether the person agreed to its use or named it.
    package var isAgreed: Bool
    /// The IANA time zone of the place.
    package var localZone: String
    /// Where it is known from.
    package var source: String
    /// The event, and the one that made it invalid, if any.
    package var seq: Int64
    package var invalidatedBy: Int64?

    /// Whether it still reaches the person.
    package var isValid: Bool { invalidatedBy == nil }
  }

  /// An agreement to a use of data.
  package struct Consent: Equatable, Sendable {
    /// What for; by which channel, nil for any.
    package var purpose: String
    package var channel: ContactChannel?
    /// The digests of its proof and of the text agreed to, in hexadecimal.
    package var evidence: String
    package var informedText: String
    /// The event and its day.
    package var seq: Int64
    package var on: CivilDate
    /// The event that took it back and its day, if any.
    package var revokedBy: Int64?
    package var revokedOn: CivilDate?

    /// Whether it holds.
    package var isGiven: Bool { revokedBy == nil }
  }

  /// A wish not to be reached: by a channel (nil for all), at a point (nil for all of the channel).
  package struct OptOut: Equatable, Sendable {
    /// What is not to be used.
    package var channel: ContactChannel?
    package var point: String?
    /// The event and its day.
    package var seq: Int64
    package var on: CivilDate
  }

  /// The local times that suit, by channel.
  package struct Preference: Equatable, Sendable {
    /// The channel, and its windows; none means at no time.
    package var channel: ContactChannel
    package var windows: [ContactWindow]
    /// The event.
    package var seq: Int64
  }

  /// A fact that has a name.
  package struct Named: Equatable, Sendable {
    /// The name; empty where the event gives none.
    package var name: String
    /// The event and its day.
    package var seq: Int64
    package var on: CivilDate
  }

  /// A death.
  package struct Death: Equatable, Sendable {
    /// The day of death; the day it was reported where none is stated.
    package var on: CivilDate
    /// The event.
    package var seq: Int64
  }

  /// A hold, dispute or complaint.
  package struct Hold: Equatable, Sendable {
    /// Its id, and what kind it is; the kind may be empty.
    package var id: String
    package var kind: String
    /// The account it is about; nil where it is about the person, so about all of them.
    package var account: String?
    /// The event and its day.
    package var seq: Int64
    package var on: CivilDate
  }

  /// A span in which collection pauses.
  package struct Moratorium: Equatable, Sendable {
    /// What it rests on.
    package var kind: String
    /// Its first day, and its last one as stated.
    package var from: CivilDate
    package var to: CivilDate
    /// Whether nothing accrues either.
    package var stopsAccrual: Bool
    /// The account it is about; nil where it is about the person.
    package var account: String?
    /// The event.
    package var seq: Int64
  }

  /// That the person cannot pay as agreed; what happened to her is sealed.
  package struct Hardship: Equatable, Sendable {
    /// Since when, and until when if known.
    package var from: CivilDate
    package var to: CivilDate?
    /// The event.
    package var seq: Int64
  }

  /// What help is due; why is sealed.
  package struct Vulnerability: Equatable, Sendable {
    /// How much help.
    package var level: VulnerabilityLevel
    /// Whether the person told of it herself, rather than a rule finding signs.
    package var isDisclosed: Bool
    /// Whether she agreed in writing to its being kept.
    package var hasConsent: Bool
    /// The event.
    package var seq: Int64
    /// The last review after it: what was decided, when to look again, and the event.
    package var outcome: String?
    package var nextReview: CivilDate?
    package var reviewedBy: Int64?

    /// The outcome of a review by which no care is needed: what was signalled before no longer counts.
    package static let notVulnerable = "notVulnerable"

    /// Whether somebody looked and found that no care is needed; a later review may find otherwise.
    package var isCleared: Bool { outcome == Self.notVulnerable }

    /// Whether a review is due on a day: none was made, or the day to look again has come.
    package func isReviewDue(on date: CivilDate) -> Bool {
      !isCleared && nextReview.map { $0 <= date } ?? true
    }
  }
}

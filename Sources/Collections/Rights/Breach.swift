/// A breach of personal data, and whom it was made known to in time.
///
/// Peru (DS 016-2024-JUS, art. 34): the authority within 48 hours of awareness where the breach is large,
/// touches sensitive data or does evident harm; the subjects too, unless it was fully contained. The
/// GDPR (arts. 33 and 34): the authority within 72 hours; the subjects without undue delay.
package struct Breach: Equatable, Sendable {
  /// Its id: the one stated, or `breach-<seq>`.
  package var id: String
  /// The event, and the day it was recorded for.
  package var seq: Int64
  package var on: CivilDate
  /// From when the terms run.
  package var awareAt: Instant
  /// What and how much.
  package var scope: String
  /// Why it has to be made known; nil where the event does not say, which counts as a reason.
  package var grounds: [BreachGround]?
  /// Whether it was contained before it could do harm.
  package var isContained: Bool
  /// Whom it was made known to, in the order recorded.
  package var notices: [Notice] = []

  /// One notification.
  package struct Notice: Equatable, Sendable {
    /// To whom, when, and why so late, if it was.
    package var to: String
    package var at: Instant
    package var reason: String
    /// The event.
    package var seq: Int64

    /// Whether it went to the people concerned rather than to an authority.
    package var isToSubjects: Bool { Breach.subjectWords.contains(to.lowercased()) }

    /// A notification.
    package init(to: String, at: Instant, reason: String, seq: Int64) {
      (self.to, self.at, self.reason, self.seq) = (to, at, reason, seq)
    }
  }

  /// What `to` says of the people concerned; any other word names an authority.
  package static let subjectWords = ["subjects", "titulares", "the subjects", "los titulares"]

  /// A breach nobody was told of yet.
  package init(
    id: String, seq: Int64, on: CivilDate, awareAt: Instant, scope: String,
    grounds: [BreachGround]?, isContained: Bool
  ) {
    (self.id, self.seq, self.on, self.awareAt) = (id, seq, on, awareAt)
    (self.scope, self.grounds, self.isContained) = (scope, grounds, isContained)
  }

  /// What has become of one of its terms.
  package enum State: String, CaseIterable, Sendable {
    /// Nobody need be told.
    case notNeeded
    /// It waits, within its term or past it.
    case open, late
    /// It was told within its term; past it with a reason; past it without one.
    case told, toldLate, toldLateWithoutReason
  }

  /// The term of one recipient.
  package struct Term: Equatable, Sendable {
    /// The last moment; nil where the law gives no hours.
    package var due: Instant?
    /// What has become of it at the moment asked about.
    package var state: State
    /// The notification that met it.
    package var notice: Notice?
  }

  /// The term of the authority at a moment.
  package func authority(at now: Instant, _ terms: BreachTerms) -> Term {
    term(
      notices.first { !$0.isToSubjects }, hours: terms.authorityHours, isNeeded: isNotifiable, now)
  }

  /// The term of the people concerned at a moment.
  package func subjects(at now: Instant, _ terms: BreachTerms) -> Term {
    term(
      notices.first { $0.isToSubjects }, hours: terms.subjectsHours,
      isNeeded: isNotifiable && !isContained, now)
  }

  /// Whether it has to be made known at all: it has a ground, or does not say.
  package var isNotifiable: Bool { grounds.map { !$0.isEmpty } ?? true }

  private func term(_ notice: Notice?, hours: Int?, isNeeded: Bool, _ now: Instant) -> Term {
    let due = hours.map { Instant(milliseconds: awareAt.milliseconds + Int64($0) * 3_600_000) }
    if let notice {
      guard let due, notice.at > due else { return Term(due: due, state: .told, notice: notice) }
      return Term(
        due: due, state: notice.reason.isEmpty ? .toldLateWithoutReason : .toldLate, notice: notice)
    }
    guard isNeeded else { return Term(due: nil, state: .notNeeded) }
    return Term(due: due, state: due.map { $0 < now } ?? false ? .late : .open)
  }
}

/// The hours a jurisdiction gives to make a breach known.
package struct BreachTerms: Equatable, Sendable {
  /// Hours from awareness for the authority, and for the people concerned; nil where none are said.
  package let authorityHours: Int
  package let subjectsHours: Int?
  /// Where the law says so.
  package let source: String

  /// Peru's for `PE`; the GDPR's for every other jurisdiction.
  package init(jurisdiction: String) {
    if jurisdiction == "PE" {
      (authorityHours, subjectsHours) = (48, 48)
      source = "DS 016-2024-JUS, art. 34"
    } else {
      (authorityHours, subjectsHours) = (72, nil)
      source = "GDPR arts. 33, 34"
    }
  }
}

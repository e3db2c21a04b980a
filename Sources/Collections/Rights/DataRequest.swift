/// One request about personal data: what its events add up to on a day, as known at a position.
package struct DataRequest: Equatable, Sendable {
  /// What has become of it.
  package enum State: String, CaseIterable, Sendable {
    /// It waits for an answer, within its term or past it.
    case open, late
    /// It waits for what the person was asked for.
    case suspended
    /// The person did not send in time what was asked for: it counts as not made.
    case lapsed
    /// It was answered, within its term or past it.
    case answered, answeredLate
  }

  /// Something about it that should be looked into.
  package enum Warning: String, CaseIterable, Sendable {
    /// The `dueOn` stated is another day than the law's.
    case dueOnDiffers
    /// More was asked for too late to suspend the term.
    case askedLate
    /// It was extended although its right may not be, again, or after its term.
    case extensionIneffective
    /// The jurisdiction's terms are not known: the `dueOn` stated is gone by.
    case noTerms
  }

  /// The person's id, and the request's.
  package var subject: String
  package var id: String
  /// Which right, and how it came in.
  package var right: DataRight
  package var via: String
  /// The event, and the day it came in.
  package var seq: Int64
  package var filedOn: CivilDate
  /// The last day to answer as the event states it.
  package var statedDueOn: CivilDate
  /// The last day to answer, suspensions and extension included; nil while suspended.
  package var dueOn: CivilDate?
  /// Where the term comes from, and what is assumed of it.
  package var source = ""
  package var note = ""
  /// What has become of it.
  package var state = State.open
  /// The event that suspended it last, and the last day to send what was asked for.
  package var askedBy: Int64?
  package var askedOn: CivilDate?
  package var sendBy: CivilDate?
  /// The event that extended it.
  package var extendedBy: Int64?
  /// The answer: event, day, what was decided, digest of what was handed over.
  package var answeredBy: Int64?
  package var answeredOn: CivilDate?
  package var decision = ""
  package var packageDigest = ""
  /// Business days left to answer; negative where it is late. Nil while none run.
  package var businessDaysLeft: Int?
  /// What should be looked into.
  package var warnings: [Warning] = []

  /// A request that came in, nothing more known of it yet.
  package init(
    subject: String, id: String, right: DataRight, via: String, seq: Int64, filedOn: CivilDate,
    statedDueOn: CivilDate
  ) {
    (self.subject, self.id, self.right, self.via) = (subject, id, right, via)
    (self.seq, self.filedOn, self.statedDueOn) = (seq, filedOn, statedDueOn)
  }

  /// Whether it waits for something.
  package var isPending: Bool { state == .open || state == .late || state == .suspended }
}

/// The steps of a request, in time order.
package struct RequestStep: Equatable, Sendable {
  /// What happened.
  package enum Kind: Equatable, Sendable {
    case asked, received, extended
    case answered(decision: String, package: String)
  }

  /// What happened, the day, and the event.
  package var kind: Kind
  package var on: CivilDate
  package var seq: Int64

  /// A step.
  package init(_ kind: Kind, on: CivilDate, seq: Int64) {
    (self.kind, self.on, self.seq) = (kind, on, seq)
  }
}

extension DataRequest {
  /// Follows a request's steps to the end of a day. O(steps + days of its term).
  ///
  /// - Parameters:
  ///   - steps: those that count by then, in time order.
  ///   - date: the day.
  ///   - terms: the jurisdiction's; nil leaves the stated `dueOn` as the term.
  ///   - calendar: its business days.
  package mutating func follow(
    _ steps: [RequestStep], on date: CivilDate, _ terms: RequestTerms?,
    _ calendar: BusinessCalendar
  ) {
    let term = terms?.term(of: right)
    let lawful = term?.length.end(after: filedOn, calendar) ?? statedDueOn
    (source, note) = (term?.source ?? "", term?.note ?? "")
    var due = lawful
    if terms == nil { warnings.append(.noTerms) }
    if lawful != statedDueOn { warnings.append(.dueOnDiffers) }
    for step in steps where answeredBy == nil {
      switch step.kind {
      case .asked: ask(step, terms, calendar)
      case .received:
        guard let asked = askedOn, sendBy.map({ step.on <= $0 }) ?? true else { continue }
        due = resumed(due, from: asked, to: step.on, term, calendar)
        (askedOn, sendBy) = (nil, nil)
      case .extended:
        guard let length = term?.extensionLength, extendedBy == nil, step.on <= due else {
          warn(.extensionIneffective)
          continue
        }
        due = extended(due, by: length, calendar)
        extendedBy = step.seq
      case .answered(let decision, let package):
        (answeredBy, answeredOn) = (step.seq, step.on)
        (self.decision, packageDigest) = (decision, package)
      }
    }
    conclude(due, on: date, calendar)
  }

  private mutating func ask(
    _ step: RequestStep, _ terms: RequestTerms?, _ calendar: BusinessCalendar
  ) {
    guard askedOn == nil else { return }
    if let most = terms?.askWithin,
      calendar.businessDays(after: filedOn, through: step.on) > most
    {
      return warn(.askedLate)
    }
    (askedBy, askedOn) = (step.seq, step.on)
    sendBy = terms?.answerWithin.map { calendar.adding(businessDays: $0, to: step.on) }
  }

  /// The term after a suspension: what was left of it when more was asked for begins again.
  private func resumed(
    _ due: CivilDate, from asked: CivilDate, to received: CivilDate, _ term: RequestTerms.Term?,
    _ calendar: BusinessCalendar
  ) -> CivilDate {
    if case .months = term?.length {
      return calendar.following(due + Int(received.days - asked.days))
    }
    let left = max(0, calendar.businessDays(after: asked, through: due))
    return calendar.adding(businessDays: left, to: received)
  }

  /// Months are added to the day it came in, so that two more after one are three.
  private func extended(
    _ due: CivilDate, by length: RequestTerms.Length, _ calendar: BusinessCalendar
  ) -> CivilDate {
    if case .months(let count) = length {
      let whole = RequestTerms.Length.months(count + 1).end(after: filedOn, calendar)
      return max(due, whole)
    }
    return length.end(after: due, calendar)
  }

  private mutating func conclude(
    _ due: CivilDate, on date: CivilDate, _ calendar: BusinessCalendar
  ) {
    if let answeredOn {
      dueOn = askedOn == nil ? due : nil
      state = askedOn == nil && answeredOn > due ? .answeredLate : .answered
    } else if askedOn != nil {
      state = sendBy.map { $0 < date } ?? false ? .lapsed : .suspended
    } else {
      dueOn = due
      state = due < date ? .late : .open
      businessDaysLeft = calendar.businessDays(after: date, through: due)
    }
  }

  private mutating func warn(_ warning: Warning) {
    if !warnings.contains(warning) { warnings.append(warning) }
  }
}

package import Collections

/// Judges contacts by policies, from what the projections hold.
///
/// Keeps what the last question needed: questions about the same person, one after another, look her up
/// once for all the days between two on which something of hers changes.
package struct ContactJudge: Sendable {
  /// The projections.
  package let model: ReadModel
  /// The contacts that caps count.
  package let history: ContactHistory
  /// Whether some policy asks how old a debt is, which takes a fold of the account.
  private let asksLimitation: Bool
  private let knownAt: Int64
  private var calendars: [String: (on: CivilDate, calendar: BusinessCalendar)] = [:]
  private var known: Known?
  private var certificates: [Int32: [ConductBook.Certificate]] = [:]
  private var fold = AccountFold()

  /// A judge by what was known before a position.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - history: the contacts that caps count.
  ///   - policies: every policy it may be asked to judge by.
  ///   - knownAt: only events before it count.
  package init(
    _ model: ReadModel, _ history: ContactHistory, for policies: [ContactPolicy], knownAt: Int64
  ) {
    self.model = model
    self.history = history
    self.knownAt = knownAt
    asksLimitation = policies.contains { policy in
      policy.rules.contains { $0.test.kind == .limitationExpired }
    }
    for certificate in model.conduct.certificates {
      certificates[certificate.agent, default: []].append(certificate)
    }
  }

  /// What is known for a contact on a day: of the person, the account and who makes it.
  ///
  /// - Parameters:
  ///   - person: the person's id; nil where nobody is named.
  ///   - account: the account's id, if one is named.
  ///   - agent: the id of who makes it, if that is known.
  ///   - date: the local day.
  ///   - seq: the position of the contact, for one that was made: of what took effect on its very day
  ///     only what was recorded before it counts, so that a wish it provoked is not held against it.
  ///   - position: only events before it count; the judge's own where nil.
  /// - Returns: the facts; no person where no event tells of one.
  package mutating func facts(
    of person: String?, account: String?, agent: String?, on date: CivilDate,
    recordedAt seq: Int64 = .max, knownAt position: Int64? = nil
  ) -> ContactFacts {
    let position = position ?? knownAt
    var facts = ContactFacts(self.person(person, on: date, recordedAt: seq, knownAt: position))
    if asksLimitation, let account {
      facts.limitationFrom = limitation(of: account, on: date, knownAt: position)
    }
    if let agent, let number = model.conduct.agents.find(agent) {
      facts.certificates = certificates(of: Int32(number), on: date, knownAt: position)
    }
    return facts
  }

  /// What was looked up last.
  private struct Known {
    var person: String
    var span: FactsSpan
    var recordedAt: Int64
    var knownAt: Int64
    var facts: PersonFacts?
  }

  private mutating func person(
    _ person: String?, on date: CivilDate, recordedAt seq: Int64, knownAt position: Int64
  ) -> PersonFacts? {
    guard let person else { return nil }
    if let known, known.span.contains(date), known.person == person, known.recordedAt == seq,
      known.knownAt == position
    {
      return known.facts
    }
    var span = FactsSpan()
    let facts = model.people.subjects.find(person).flatMap { number in
      model.people.facts(
        ofPerson: number, on: date, knownAt: position, sameDayBefore: seq, &span)
    }
    known = Known(
      person: person, span: span, recordedAt: seq, knownAt: position, facts: facts)
    return facts
  }

  /// The holidays of a policy's jurisdiction, as they stood on a day.
  package mutating func calendar(of jurisdiction: String, on date: CivilDate) -> BusinessCalendar {
    if let kept = calendars[jurisdiction],
      kept.on == date || !model.accounts.hasAdoptedCalendars
    {
      return kept.calendar
    }
    let calendar = model.accounts.calendar(of: jurisdiction, on: date, knownAt: knownAt)
    calendars[jurisdiction] = (date, calendar)
    return calendar
  }

  private func certificates(
    of agent: Int32, on date: CivilDate, knownAt position: Int64
  ) -> [ContactFacts.Certificate] {
    (certificates[agent] ?? []).compactMap { certificate in
      guard certificate.seq < position, certificate.effective <= date.days,
        !model.accounts.isVoided(certificate.seq, knownAt: position)
      else { return nil }
      return ContactFacts.Certificate(
        course: model.conduct.texts.text(certificate.course),
        until: CivilDate(days: certificate.until), seq: certificate.seq)
    }
  }

  /// The day on which the oldest of what an account owes fell due, or the last one on which the period
  /// began anew; nil where nothing is due.
  private mutating func limitation(
    of account: String, on date: CivilDate, knownAt position: Int64
  ) -> CivilDate? {
    let book = model.accounts
    guard let number = book.accounts.find(account) else { return nil }
    let calendar = book.calendar(on: date, knownAt: position)
    let isOpen = try? fold.fold(number, of: book, on: date, knownAt: position, calendar: calendar)
    guard isOpen == true, let due = fold.oldestUnpaidOn, due <= date else { return nil }
    let interruptions = book.facts(of: number, on: date, knownAt: position).filter {
      $0.kind == .limitation || $0.kind == .suit || $0.kind == .judgment
    }
    return interruptions.map { CivilDate(days: $0.on) }.max().map { max($0, due) } ?? due
  }
}

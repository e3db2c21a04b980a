package import Collections

/// Every contact that was tried, person by person in the order in which they were made, as known at a
/// position.
package struct ContactHistory: Sendable {
  /// What came of one.
  struct Outcome: BitwiseCopyable, Sendable {
    /// The attempt's place in ``ConductBook/attempts``.
    var attempt: Int32
    var party: ContactParty?
    /// What the rules had answered before it, if they were asked.
    var answer = ConductReport.Asked.notAsked
    /// The code of its outcome, a text of ``ContactBook``; empty for none.
    var code = TextReference.empty
  }

  /// The contacts as caps count them.
  package private(set) var past: [PastContact] = []
  /// What came of each, at the same place.
  private(set) var outcomes: [Outcome] = []
  /// Where each person's begin, by her number in ``ConductBook``; one more at the end. Those of nobody
  /// known come first.
  private var starts: [Int] = []

  /// The contacts in effect by a day and recorded before a position, all or those of one person alone.
  /// O(contacts log contacts); of one person O(contacts), a comparison each.
  package init(
    _ model: ReadModel, on date: CivilDate, knownAt: Int64, only subject: String? = nil
  ) {
    let book = model.conduct
    // A person whom no contact was with has none.
    let only = subject.map { Int32(book.subjects.find($0) ?? -2) }
    var order = book.attempts.indices.filter { place in
      let attempt = book.attempts[place]
      return (only == nil || only == attempt.subject) && attempt.seq < knownAt
        && attempt.effective <= date.days
        && !model.accounts.isVoided(attempt.seq, knownAt: knownAt)
    }
    order.sort { first, second in
      let (first, second) = (book.attempts[first], book.attempts[second])
      if first.subject != second.subject { return first.subject < second.subject }
      return first.moment == second.moment
        ? first.seq < second.seq : first.moment < second.moment
    }
    past.reserveCapacity(order.count)
    outcomes.reserveCapacity(order.count)
    for place in order {
      let attempt = book.attempts[place]
      while starts.count <= Int(attempt.subject) + 1 { starts.append(past.count) }
      let outcome = Self.outcome(
        of: attempt, at: place, model, on: date, knownAt: knownAt)
      outcomes.append(outcome)
      past.append(
        PastContact(
          moment: attempt.moment, localDate: attempt.localDate, account: attempt.account,
          channel: attempt.channel, isOutbound: attempt.isOutbound,
          isConversation: outcome.party == .right, seq: attempt.seq))
    }
    while starts.count <= book.subjects.count + 1 { starts.append(past.count) }
  }

  /// Where a person's contacts lie; −1 is nobody known.
  package func range(of subject: Int) -> Range<Int> { starts[subject + 1]..<starts[subject + 2] }

  /// Which of a person's contacts were made before a moment. O(log contacts).
  package func before(_ moment: Int64, of subject: Int) -> Range<Int> {
    let all = range(of: subject)
    var (low, high) = (all.lowerBound, all.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if past[middle].moment < moment { low = middle + 1 } else { high = middle }
    }
    return all.lowerBound..<low
  }

  /// Whom an attempt reached and what came of it, by the last event of each that counts.
  private static func outcome(
    of attempt: ConductBook.Attempt, at place: Int, _ model: ReadModel, on date: CivilDate,
    knownAt: Int64
  ) -> Outcome {
    var outcome = Outcome(attempt: Int32(place))
    var index = model.contacts.heads[Int(attempt.contact)]
    while index >= 0 {
      let entry = model.contacts.entries[Int(index)]
      index = entry.previous
      guard entry.seq < knownAt, entry.effective <= date.days,
        !model.accounts.isVoided(entry.seq, knownAt: knownAt)
      else { continue }
      switch entry.type {
      case .contactConnected:
        if outcome.party == nil, entry.choice >= 0 {
          outcome.party = ContactParty(rawValue: UInt8(entry.choice))
        }
      case .contactAuthorized, .contactBlocked:
        // Walked from the last back: the first one met that came before is the answer that stood.
        if outcome.answer == .notAsked, entry.seq < attempt.seq {
          outcome.answer = entry.type == .contactBlocked ? .blocked : .authorized
        }
      case .contactOutcome: if outcome.code == .empty { outcome.code = entry.text }
      default: break
      }
    }
    return outcome
  }
}

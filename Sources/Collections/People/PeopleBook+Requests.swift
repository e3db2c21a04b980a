/// The requests of a person, and what blocks her data.
extension PeopleBook {
  /// Every request a person made by a day, as known before a position, in the order they came in.
  ///
  /// `terms` are the jurisdiction's; nil where they are not known. O(her events + days of the terms).
  package func requests(
    ofPerson person: Int, on date: CivilDate, knownAt: Int64, _ terms: RequestTerms?,
    _ calendar: BusinessCalendar
  ) -> [DataRequest] {
    var chain: [Entry] = []
    var index = heads[person]
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      guard entry.seq < knownAt, entry.effective <= date.days, Self.isStep(entry.type),
        !isVoided(entry.seq, knownAt: knownAt)
      else { continue }
      chain.append(entry)
    }
    guard !chain.isEmpty else { return [] }
    chain.sort { ($0.effective, $0.seq) < ($1.effective, $1.seq) }
    var found: [DataRequest] = []
    for entry in chain where entry.type == .requestReceived {
      // A second request of the same id is a repetition of the first.
      let id = texts.text(entry.name)
      guard !found.contains(where: { $0.id == id }), entry.choice >= 0,
        let right = DataRight(rawValue: UInt8(entry.choice))
      else { continue }
      var request = DataRequest(
        subject: subjects.text(person), id: id, right: right, via: texts.text(entry.word),
        seq: entry.seq, filedOn: CivilDate(days: entry.effective),
        statedDueOn: CivilDate(days: entry.from))
      let steps = chain.compactMap { step in
        // An erasure answers every request for it, whether or not it names one.
        let isHers = step.type == .subjectErased && right == .cancellation
        return isHers || texts.equal(step.name, entry.name) ? self.step(step) : nil
      }
      request.follow(steps, on: date, terms, calendar)
      found.append(request)
    }
    return found
  }

  /// Steps of a person's requests that name none of hers: a slip of whoever recorded them. O(her events).
  package func strayRequestSteps(
    ofPerson person: Int, on date: CivilDate, knownAt: Int64
  ) -> [(request: String, type: EventType, seq: Int64)] {
    var steps: [Entry] = []
    var received: [Entry] = []
    var index = heads[person]
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      guard entry.seq < knownAt, entry.effective <= date.days, Self.isStep(entry.type),
        !isVoided(entry.seq, knownAt: knownAt)
      else { continue }
      if entry.type == .requestReceived { received.append(entry) } else { steps.append(entry) }
    }
    return steps.reversed().compactMap { step in
      let isKnown = received.contains { texts.equal($0.name, step.name) }
      // An erasure may answer no request at all.
      guard !isKnown, step.type != .subjectErased else { return nil }
      return (texts.text(step.name), step.type, step.seq)
    }
  }

  private static func isStep(_ type: EventType) -> Bool {
    switch type {
    case .requestReceived, .requestInfoAsked, .requestInfoReceived, .requestExtended,
      .requestAnswered, .subjectErased:
      true
    default: false
    }
  }

  private func step(_ entry: Entry) -> RequestStep? {
    let kind: RequestStep.Kind
    switch entry.type {
    case .requestInfoAsked: kind = .asked
    case .requestInfoReceived: kind = .received
    case .requestExtended: kind = .extended
    case .requestAnswered:
      kind = .answered(decision: texts.text(entry.word), package: texts.text(entry.detail))
    case .subjectErased: kind = .answered(decision: "erased", package: texts.text(entry.detail))
    default: return nil
    }
    return RequestStep(kind, on: CivilDate(days: entry.effective), seq: entry.seq)
  }
}

internal import CanonicalJSON

/// What the entries of a person and of her accounts add up to.
extension PeopleBook {
  /// What held of a person at the end of a day, as known before position `knownAt`; nil where no event
  /// tells of her by then. O(her events and those about people of her accounts, with a sort).
  ///
  /// What limits contact and took effect on that very day counts only if recorded before position
  /// `sameDayBefore`: a contact is not judged by a wish that came after it.
  package func facts(
    of subject: String, on date: CivilDate, knownAt: Int64 = .max, sameDayBefore: Int64 = .max
  ) -> PersonFacts? {
    subjects.find(subject).flatMap {
      facts(ofPerson: $0, on: date, knownAt: knownAt, sameDayBefore: sameDayBefore)
    }
  }

  /// The same of a person by her number in ``subjects``.
  package func facts(
    ofPerson person: Int, on date: CivilDate, knownAt: Int64 = .max, sameDayBefore: Int64 = .max
  ) -> PersonFacts? {
    var span = FactsSpan()
    return facts(
      ofPerson: person, on: date, knownAt: knownAt, sameDayBefore: sameDayBefore, &span)
  }

  /// The same; and `span`, which is to be a new one, the days around the one asked about on which the
  /// answer is the same.
  package func facts(
    ofPerson person: Int, on date: CivilDate, knownAt: Int64, sameDayBefore: Int64,
    _ span: inout FactsSpan
  ) -> PersonFacts? {
    var found: [(entry: Entry, account: Int32)] = []
    let asked = Asked(date: date, knownAt: knownAt, sameDayBefore: sameDayBefore)
    visit(heads[person], asked, &span) { found.append(($0, -1)) }
    guard !found.isEmpty else { return nil }
    var facts = PersonFacts(subject: subjects.text(person))
    let own = found.count
    for place in 0..<own where found[place].entry.other >= 0 && Self.isLink(found[place].entry.type)
    {
      let account = found[place].entry.other
      let isSeen = found[..<place].contains {
        $0.entry.other == account && Self.isLink($0.entry.type)
      }
      guard !isSeen else { continue }
      let owes = found[..<own].contains {
        $0.entry.other == account && $0.entry.type == .accountOpened
      }
      visit(accountHeads[Int(account)], asked, &span) { entry in
        guard !Self.isLink(entry.type), owes || Self.concernsAllLinked(entry.type) else { return }
        found.append((entry, account))
      }
    }
    found.sort { ($0.entry.effective, $0.entry.seq) < ($1.entry.effective, $1.entry.seq) }
    for (entry, account) in found { take(entry, account, on: date, &facts) }
    if facts.processingBlocked == nil { facts.processingBlocked = openErasure(found.map(\.entry)) }
    return facts
  }

  /// The time zone last stated for a contact point of a person, by her number; nil for one nobody added.
  /// O(her events).
  package func zone(ofPoint point: String, ofPerson person: Int) -> String? {
    var index = heads[person]
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      guard entry.type == .contactPointAdded, texts.text(entry.name) == point else { continue }
      return texts.text(entry.word)
    }
    return nil
  }

  /// Who has to do with an account, and as what: by link, in the order recorded; the one who owes it
  /// first of those recorded together. O(events about people of the account).
  package func people(
    of account: String, on date: CivilDate, knownAt: Int64 = .max
  ) -> [(subject: String, role: SubjectRole, seq: Int64)] {
    guard let number = accounts.find(account) else { return [] }
    return visible(accountHeads[number], on: date, knownAt: knownAt).reversed().compactMap {
      entry, _ in
      guard Self.isLink(entry.type), entry.other >= 0, entry.choice >= 0,
        let role = SubjectRole(rawValue: UInt8(entry.choice))
      else { return nil }
      return (subjects.text(Int(entry.other)), role, entry.seq)
    }
  }

  /// The entries of a chain that count, last recorded first, each without an account of its own.
  private func visible(
    _ head: Int32, on date: CivilDate, knownAt: Int64
  ) -> [(entry: Entry, account: Int32)] {
    var found: [(entry: Entry, account: Int32)] = []
    var span = FactsSpan()
    visit(head, Asked(date: date, knownAt: knownAt, sameDayBefore: .max), &span) {
      found.append(($0, -1))
    }
    return found
  }

  /// The day asked about, and what is known by then.
  private struct Asked {
    var date: CivilDate
    var knownAt: Int64
    var sameDayBefore: Int64
  }

  /// Visits the entries of a chain that count, last recorded first; narrows the span of days to that
  /// on which they are the same and say the same.
  private func visit(
    _ head: Int32, _ asked: Asked, _ span: inout FactsSpan, _ take: (Entry) -> Void
  ) {
    let day = asked.date.days
    // What came on the very day counts by the contact's position: another day may not be answered.
    if asked.sameDayBefore < .max { span.narrow(to: day, from: day) }
    var index = head
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      guard entry.seq < asked.knownAt, !isVoided(entry.seq, knownAt: asked.knownAt) else {
        continue
      }
      span.change(on: entry.effective, from: day)
      guard entry.effective <= day else { continue }
      if entry.type == .moratoriumStarted || entry.type == .hardshipDeclared {
        span.change(on: entry.from, from: day)
        if entry.to != 0 { span.change(on: entry.to + 1, from: day) }
      }
      if entry.seq >= asked.sameDayBefore, entry.effective == day, Self.limitsContact(entry.type) {
        continue
      }
      take(entry)
    }
  }

  /// Whether an event takes away from what a collector may do.
  private static func limitsContact(_ type: EventType) -> Bool {
    switch type {
    case .channelOptedOut, .ceaseContactRequested, .preferenceSet, .consentRevoked,
      .contactPointInvalidated, .representativeAppointed, .subjectDeceased, .processingBlocked,
      .requestReceived, .disputeOpened, .holdPlaced, .legalHoldPlaced, .moratoriumStarted,
      .vulnerabilityDisclosed, .vulnerabilitySignalled:
      true
    default: false
    }
  }

  /// A request for erasure that waits for its answer: processing is blocked meanwhile (DS 016-2024-JUS).
  private func openErasure(_ ordered: [Entry]) -> PersonFacts.Named? {
    var open: [Entry] = []
    for entry in ordered {
      if entry.type == .requestReceived, entry.choice == Int8(DataRight.cancellation.rawValue) {
        open.append(entry)
      } else if entry.type == .requestAnswered || entry.type == .subjectErased {
        open.removeAll { entry.type == .subjectErased || texts.equal($0.name, entry.name) }
      }
    }
    return open.first.map(named)
  }

  private static func isLink(_ type: EventType) -> Bool {
    type == .accountOpened || type == .subjectLinked
  }

  private func take(
    _ entry: Entry, _ account: Int32, on date: CivilDate, _ facts: inout PersonFacts
  ) {
    switch entry.type {
    case .subjectRegistered, .subjectUpdated:
      if entry.type == .subjectRegistered { facts.registered = entry.seq }
      if entry.from > 0 { facts.birthDecade = Int(entry.from) }
      if entry.name != .empty { facts.region = texts.text(entry.name) }
      if entry.word != .empty { facts.language = texts.text(entry.word) }
    case .accountOpened, .subjectLinked: takeLink(entry, &facts)
    case .contactPointAdded, .contactPointInvalidated: takePoint(entry, &facts)
    case .consentGranted, .consentRevoked: takeConsent(entry, &facts)
    case .channelOptedOut, .ceaseContactRequested, .preferenceSet: takeWish(entry, &facts)
    case .representativeAppointed: facts.representative = named(entry)
    case .subjectDeceased:
      let day = entry.from == 0 ? entry.effective : entry.from
      facts.deceased = PersonFacts.Death(on: CivilDate(days: day), seq: entry.seq)
    case .processingBlocked: facts.processingBlocked = named(entry)
    case .processingUnblocked: facts.processingBlocked = nil
    case .subjectErased: facts.erased = named(entry)
    case .legalHoldPlaced: facts.legalHolds.append(hold(entry, account))
    case .legalHoldLifted: lift(entry, account, &facts.legalHolds)
    case .holdPlaced: facts.collectionHolds.append(hold(entry, account))
    case .holdLifted: lift(entry, account, &facts.collectionHolds)
    case .disputeOpened: facts.disputes.append(hold(entry, account))
    case .disputeResolved: lift(entry, account, &facts.disputes)
    case .complaintFiled:
      let complaint = hold(entry, account)
      facts.complaints.append(complaint)
      facts.lastComplaint = complaint
    case .complaintAnswered: lift(entry, account, &facts.complaints)
    case .moratoriumStarted, .moratoriumEnded: takeMoratorium(entry, account, on: date, &facts)
    case .hardshipDeclared:
      guard entry.from <= date.days, entry.to == 0 || entry.to >= date.days else { return }
      facts.hardship = PersonFacts.Hardship(
        from: CivilDate(days: entry.from), to: entry.to == 0 ? nil : CivilDate(days: entry.to),
        seq: entry.seq)
    case .vulnerabilityDisclosed, .vulnerabilitySignalled, .vulnerabilityReviewed:
      takeVulnerability(entry, &facts)
    default: break
    }
  }

  private func takeLink(_ entry: Entry, _ facts: inout PersonFacts) {
    guard entry.choice >= 0, let role = SubjectRole(rawValue: UInt8(entry.choice)) else { return }
    let account = accounts.text(Int(entry.other))
    // A link that says what the opening said already adds nothing.
    guard !facts.accounts.contains(where: { $0.account == account && $0.role == role }) else {
      return
    }
    facts.accounts.append(
      PersonFacts.LinkedAccount(account: account, role: role, seq: entry.seq))
  }

  private func takePoint(_ entry: Entry, _ facts: inout PersonFacts) {
    let id = texts.text(entry.name)
    let place = facts.points.lastIndex { $0.id == id }
    guard entry.type == .contactPointAdded else {
      if let place { facts.points[place].invalidatedBy = entry.seq }
      return
    }
    if let place { facts.points.remove(at: place) }
    facts.points.append(
      PersonFacts.ContactPoint(
        id: id, kind: ContactPointKind(rawValue: UInt8(max(entry.choice, 0))) ?? .other,
        isAgreed: entry.flag, localZone: texts.text(entry.word), source: texts.text(entry.detail),
        seq: entry.seq))
  }

  /// A consent to be contacted opens again what the person had closed: its channel, or all of them.
  private func takeConsent(_ entry: Entry, _ facts: inout PersonFacts) {
    let (purpose, channel) = (texts.text(entry.name), channel(entry))
    guard entry.type == .consentGranted else {
      for place in facts.consents.indices
      where facts.consents[place].purpose == purpose && facts.consents[place].isGiven
        && (channel == nil || facts.consents[place].channel == channel)
      {
        facts.consents[place].revokedBy = entry.seq
        facts.consents[place].revokedOn = CivilDate(days: entry.effective)
      }
      return
    }
    facts.consents.removeAll { $0.purpose == purpose && $0.channel == channel }
    facts.consents.append(
      PersonFacts.Consent(
        purpose: purpose, channel: channel, evidence: texts.text(entry.word),
        informedText: texts.text(entry.detail), seq: entry.seq,
        on: CivilDate(days: entry.effective)))
    guard Self.contactPurposes.contains(purpose) else { return }
    facts.optOuts.removeAll { channel == nil || $0.channel == channel }
    facts.ceaseContact.removeAll { channel == nil || $0.channel == channel }
  }

  /// Purposes of a consent that mean "you may contact me about the debt".
  package static let contactPurposes = ["contact", "collection"]

  private func takeWish(_ entry: Entry, _ facts: inout PersonFacts) {
    let channel = channel(entry)
    guard entry.type != .preferenceSet else {
      guard let channel else { return }
      facts.preferences.removeAll { $0.channel == channel }
      let first = Int(entry.from)
      facts.preferences.append(
        PersonFacts.Preference(
          channel: channel, windows: Array(windows[first..<first + Int(entry.to)]), seq: entry.seq))
      return
    }
    let wish = PersonFacts.OptOut(
      channel: channel, point: entry.name == .empty ? nil : texts.text(entry.name), seq: entry.seq,
      on: CivilDate(days: entry.effective))
    facts.lastStop = wish
    if entry.type == .channelOptedOut {
      facts.optOuts.append(wish)
    } else {
      facts.ceaseContact.append(wish)
    }
  }

  private func takeMoratorium(
    _ entry: Entry, _ account: Int32, on date: CivilDate, _ facts: inout PersonFacts
  ) {
    let kind = texts.text(entry.word)
    let account = name(ofAccount: entry, account)
    guard entry.type == .moratoriumStarted else {
      facts.moratoriums.removeAll { (kind.isEmpty || $0.kind == kind) && $0.account == account }
      return
    }
    guard entry.from <= date.days, date.days <= entry.to else { return }
    facts.moratoriums.append(
      PersonFacts.Moratorium(
        kind: kind, from: CivilDate(days: entry.from), to: CivilDate(days: entry.to),
        stopsAccrual: entry.flag, account: account, seq: entry.seq))
  }

  private func takeVulnerability(_ entry: Entry, _ facts: inout PersonFacts) {
    guard entry.type != .vulnerabilityReviewed else {
      facts.vulnerability?.outcome = texts.text(entry.word)
      facts.vulnerability?.nextReview = CivilDate(days: entry.to)
      facts.vulnerability?.reviewedBy = entry.seq
      return
    }
    guard entry.choice >= 0, let level = VulnerabilityLevel(rawValue: UInt8(entry.choice)) else {
      return
    }
    // Whoever needs a specialist does so until a review finds otherwise, whatever lesser sign follows.
    let isGrave = facts.vulnerability.map { $0.level == .specialist && !$0.isCleared } ?? false
    facts.vulnerability = PersonFacts.Vulnerability(
      level: isGrave ? .specialist : level, isDisclosed: entry.type == .vulnerabilityDisclosed,
      hasConsent: entry.flag,
      seq: entry.seq)
  }

  private func channel(_ entry: Entry) -> ContactChannel? {
    entry.choice < 0 ? nil : ContactChannel(rawValue: UInt8(entry.choice))
  }

  private func named(_ entry: Entry) -> PersonFacts.Named {
    PersonFacts.Named(
      name: texts.text(entry.name), seq: entry.seq, on: CivilDate(days: entry.effective))
  }

  private func name(ofAccount entry: Entry, _ account: Int32) -> String? {
    let number = account >= 0 ? account : entry.other
    return number < 0 ? nil : accounts.text(Int(number))
  }

  private func hold(_ entry: Entry, _ account: Int32) -> PersonFacts.Hold {
    PersonFacts.Hold(
      id: texts.text(entry.name), kind: texts.text(entry.word),
      account: name(ofAccount: entry, account), seq: entry.seq, on: CivilDate(days: entry.effective)
    )
  }

  private func lift(_ entry: Entry, _ account: Int32, _ holds: inout [PersonFacts.Hold]) {
    let (id, account) = (texts.text(entry.name), name(ofAccount: entry, account))
    holds.removeAll { $0.id == id && $0.account == account }
  }
}

internal import CanonicalJSON
package import Collections
package import EventStore

/// Every projection, fed by one pass over the log.
///
///     log ──► type ──┬─► EventCounts
///                    ├─► AccountBook ──► AccountRow, PaymentTable, AgingReport
///                    ├─► ContactBook ──► ContactTable
///                    ├─► PeopleBook ──► PersonFacts
///                    ├─► ConductBook ──► ConductReport
///                    ├─► DutyBook ──► DutyReport
///                    ├─► ScoreBook ──► ScoreTable
///                    ├─► ProposalBook ──► ProposalReplay, ArmComparison
///                    ├─► AnswerBook ──► AnswerReplay
///                    └─► DocumentBook ──► AdoptedPolicies, AdoptedStrategies, RegisteredModels
///
/// A projection is a value that takes events in log order and never writes one. What it keeps is
/// enough to answer for any day and any earlier size, so "incremental" is nothing but going on:
/// applying the events after ``size`` gives the same bytes as beginning again.
package struct ReadModel: Sendable {
  /// Accounts: what their debt is made of.
  package private(set) var accounts = AccountBook()
  /// Contacts: who was called, when, and what came of it.
  package private(set) var contacts = ContactBook()
  /// People: what is known of them in clear.
  package private(set) var people = PeopleBook()
  /// Attempts as the contact rules look at them, and certificates.
  package private(set) var conduct = ConductBook()
  /// Complaints, decisions, scores and models, as the duties beside contacts look at them.
  package private(set) var duties = DutyBook()
  /// Scores recorded.
  package private(set) var scores = ScoreBook()
  /// Documents, and what gave them force: policies, strategies, models.
  package private(set) var documents = DocumentBook()
  /// What strategies proposed, and by which arm each account is treated.
  package private(set) var proposals = ProposalBook()
  /// What the assistant answered.
  package private(set) var answers = AnswerBook()
  /// Events by type.
  package private(set) var counts = EventCounts()
  /// How many events were applied: the size of the prefix of the log the model holds.
  package private(set) var size: Int64 = 0

  /// The model of an empty log.
  ///
  /// - Parameter events: about how many will be applied, so that what they need is set aside once
  ///   instead of being copied as it grows; memory is used only as they come.
  package init(expecting events: Int64 = 0) {
    // Some hundreds of bytes an event, of addresses: a million is enough to spare most copies.
    let count = Int(min(events, 1 << 20))
    accounts.reserve(events: count)
    contacts.reserve(events: count)
    people.reserve(events: count)
    conduct.reserve(events: count)
  }

  /// Takes the event at position ``size``. O(event).
  ///
  /// - Parameters:
  ///   - envelope: the event's envelope, as parsed from `line`.
  ///   - line: the event's line.
  ///   - reader: scratch memory, the same from event to event.
  /// - Throws: ``RuleError`` `malformed_event` for an unknown type or fields not as declared,
  ///   `amount_overflow` where the money ever recorded on an account leaves the range. The tables are
  ///   then as they were, and so is the size: ``passOver()`` goes on without the event.
  package mutating func apply(
    _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let type = EventType(named: line, envelope.type) else {
      throw RuleError(.malformed, "seq \(envelope.seq): unknown type")
    }
    if AccountBook.reads(type) {
      // What it takes no other book refuses: the fields are the same, and the envelope names the stream.
      _ = try accounts.apply(type, envelope, line, &reader)
      try applyRest(type, envelope, line, &reader, contact: nil)
    } else if ContactBook.reads(type) {
      let contact = try contacts.apply(type, envelope, line, &reader)
      do {
        try applyRest(type, envelope, line, &reader, contact: contact)
      } catch {
        contacts.takeBack(contact)
        throw error
      }
    } else {
      try applyRest(type, envelope, line, &reader, contact: nil)
    }
    counts.count(type)
    size += 1
  }

  /// Takes of the event at position ``size`` only what it does to accounts, and counts it nowhere: for a model
  /// of some of a ledger's accounts. O(event). Throws as ``apply(_:_:_:)``.
  mutating func applyToAccounts(
    _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    if let type = EventType(named: line, envelope.type), AccountBook.reads(type) {
      _ = try accounts.apply(type, envelope, line, &reader)
    }
    size += 1
  }

  /// Leaves the event at position ``size`` out: one that ``apply(_:_:_:)`` could not read.
  package mutating func passOver() { size += 1 }

  /// Gives an event to all books but those of accounts and contacts.
  private mutating func applyRest(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader,
    contact: Int?
  ) throws(RuleError) {
    if let contact, type == .contactAttempted {
      let owner = envelope.subject.isEmpty ? owner(of: envelope.stream, line) : nil
      try conduct.apply(
        type, envelope, line, &reader, contact: contact, owner: owner, isRead: true)
    } else if ConductBook.reads(type) {
      let isMessage = type == .messageReceived
      let contact = isMessage ? try contacts.contact(of: type, envelope, line, &reader) : -1
      try conduct.apply(
        type, envelope, line, &reader, contact: contact, owner: nil, isRead: isMessage)
    }
    if DocumentBook.reads(type) { try documents.apply(type, envelope, line, &reader) }
    if ProposalBook.reads(type) { try proposals.apply(type, envelope, line, &reader) }
    if AnswerBook.reads(type) { try answers.apply(envelope, line, &reader) }
    if DutyBook.reads(type) {
      try duties.apply(type, envelope, line, &reader)
      if type == .scoreRecorded { try takeScore(envelope, line, reader) }
    }
    if PeopleBook.reads(type) { try people.apply(type, envelope, line, &reader) }
  }

  /// Takes a score that `reader` has just read.
  private mutating func takeScore(
    _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: FieldReader
  ) throws(RuleError) {
    guard let name = StreamName(recorded: line, envelope.stream) else {
      throw RuleError(.malformed, "seq \(envelope.seq): stream")
    }
    let account = name.kind == .account ? accounts.accounts.find(line, name.id) : nil
    try scores.apply(envelope, line, reader, account: account)
  }

  /// Who owes the account of a stream.
  private func owner(of stream: Range<Int>, _ line: Span<UInt8>) -> ConductBook.Owner? {
    guard let name = StreamName(recorded: line, stream),
      let account = accounts.accounts.find(line, name.id),
      let (entry, opening) = accounts.opening(of: account)
    else { return nil }
    return ConductBook.Owner(
      opening: entry.seq, subject: opening.subject, texts: accounts.texts)
  }

  /// Takes the local time of each contact from the zone of its contact point, so that a contact is judged
  /// by where the person was and not by the offset that was recorded. O(contacts + events of people).
  ///
  /// - Parameter offset: what local time is ahead of UTC by in a zone at a moment, in minutes; nil for a
  ///   zone it does not know, whose contacts keep the offset recorded.
  package mutating func placeContacts(_ offset: (String, Instant) -> Int?) {
    conduct.place(people, offset)
  }

  /// Lets a visitor write or replace everything the model holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&size)
    try counts.visitColumns(&visitor)
    try accounts.visitColumns(&visitor)
    try contacts.visitColumns(&visitor)
    try people.visitColumns(&visitor)
    try conduct.visitColumns(&visitor)
    try duties.visitColumns(&visitor)
    try documents.visitColumns(&visitor)
    try proposals.visitColumns(&visitor)
    try answers.visitColumns(&visitor)
    try scores.visitColumns(&visitor)
  }
}

extension PeopleBook {
  /// Takes one event as it lies in the log.
  package mutating func apply(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let effective = CivilDate(parsing: line, envelope.effective) else {
      throw RuleError(.malformed, "seq \(envelope.seq): effective")
    }
    try apply(
      type, seq: envelope.seq, effective: effective, line, stream: envelope.stream,
      subject: envelope.subject, data: envelope.data, &reader)
  }
}

extension AccountBook {
  /// Takes one event as it lies in the log.
  package mutating func apply(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) -> Undo {
    guard let effective = CivilDate(parsing: line, envelope.effective) else {
      throw RuleError(.malformed, "seq \(envelope.seq): effective")
    }
    return try apply(
      type, seq: envelope.seq, effective: effective, stream: line, envelope.stream, line,
      envelope.data, &reader)
  }
}

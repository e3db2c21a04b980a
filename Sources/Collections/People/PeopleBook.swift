internal import CanonicalJSON

/// Everything the ledger knows in clear of people, as columns: registration, accounts, contact points,
/// consents, wishes, hardship, disputes, holds and requests. Sealed fields are never read.
///
///     subjects  id ⇄ number   heads[number] ─► entry ─► previous ─► … −1   what a person's stream says
///     accounts  id ⇄ number   accountHeads[number] ─► …                    what an account's says of its people
///
/// An event on an account's stream belongs to the person the envelope names, else to whoever owes the
/// account. A dispute, hold, moratorium or legal hold on an account concerns everybody linked to it.
/// What holds on a day, as known at a position, is derived when asked for (``PersonFacts``).
package struct PeopleBook: Sendable {
  /// One event, or one side of a link between a person and an account.
  struct Entry: BitwiseCopyable, Sendable {
    var seq: Int64
    /// What the event is about: a point, purpose, dispute, hold, request, complaint, representative.
    var name = TextReference.empty
    /// What it says of it: a kind, zone, reason, scope, decision, ground.
    var word = TextReference.empty
    /// A second thing it says: a source, a digest, a language.
    var detail = TextReference.empty
    var effective: Int32
    /// The entry before it of the same person or account, or −1.
    var previous: Int32 = -1
    /// A first date, a decade, or the first of the event's windows; 0 where there is none.
    var from: Int32 = 0
    /// A last date, or how many windows; 0 where there is none.
    var to: Int32 = 0
    /// The other side: the account's number in a person's chain, the person's in an account's; −1 none.
    var other: Int32 = -1
    var type: EventType
    /// The index of a channel, role, kind, level or right among the declared choices; −1 for none.
    var choice: Int8 = -1
    /// Whether a point was agreed, a consent written, an accrual stopped.
    var flag = false
  }

  /// Ids of people and their numbers, from 0 in the order they came.
  package private(set) var subjects = TextIndex()
  /// Ids of accounts that concern somebody, and their numbers.
  package private(set) var accounts = TextIndex()
  private(set) var entries: [Entry] = []
  private(set) var heads: [Int32] = []
  private(set) var accountHeads: [Int32] = []
  private(set) var texts = TextColumn()
  private(set) var windows: [ContactWindow] = []
  /// Which event voids which: the target's position to the void's.
  private var voids: [Int64: Int64] = [:]

  /// Nobody yet.
  package init() {}

  /// How many people there are.
  package var count: Int { subjects.count }

  /// Whether an event was voided by one before position `knownAt`.
  package func isVoided(_ seq: Int64, knownAt: Int64) -> Bool {
    guard !voids.isEmpty, let void = voids[seq] else { return false }
    return void < knownAt
  }

  /// Whether events of a type say something of people.
  package static func reads(_ type: EventType) -> Bool {
    switch type {
    case .accountOpened, .eventVoided, .subjectRegistered, .subjectUpdated, .subjectLinked,
      .contactPointAdded, .contactPointInvalidated, .consentGranted, .consentRevoked,
      .channelOptedOut, .preferenceSet, .ceaseContactRequested, .representativeAppointed,
      .subjectDeceased, .hardshipDeclared, .vulnerabilityDisclosed, .vulnerabilitySignalled,
      .vulnerabilityReviewed, .supportApplied, .moratoriumStarted, .moratoriumEnded,
      .disputeOpened, .disputeResolved, .holdPlaced, .holdLifted, .complaintFiled,
      .complaintAnswered, .requestReceived, .requestInfoAsked, .requestInfoReceived,
      .requestExtended, .requestAnswered, .processingBlocked, .processingUnblocked, .subjectErased,
      .erasureRefused, .legalHoldPlaced, .legalHoldLifted:
      true
    default: false
    }
  }

  /// Takes one event whose type ``reads(_:)`` names. O(event) amortised.
  ///
  /// - Parameters:
  ///   - type: which event it is.
  ///   - seq: its position in the ledger.
  ///   - effective: the day it takes effect.
  ///   - line: the bytes all ranges lie in.
  ///   - stream: the name of its stream.
  ///   - subject: the person its envelope names; empty where it names none.
  ///   - data: its canonical `data`.
  ///   - reader: scratch memory, the same from event to event.
  /// - Throws: ``RuleError`` `malformed_event`; the book is then as it was but for unused texts.
  package mutating func apply(
    _ type: EventType, seq: Int64, effective: CivilDate, _ line: Span<UInt8>,
    stream: Range<Int>, subject: Range<Int>, data: Range<Int>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let name = StreamName(recorded: line, stream) else {
      throw RuleError(.malformed, "seq \(seq): stream")
    }
    var entry = Entry(seq: seq, effective: effective.days, type: type)
    do {
      try reader.read(type, line, data)
      try fill(&entry, line, &reader)
    } catch {
      throw RuleError(.malformed, "seq \(seq), \(type.name): \(error.code.rawValue)")
    }
    switch type {
    case .eventVoided:
      if let target = reader.integer(.target), voids[target] == nil { voids[target] = seq }
    case .accountOpened:
      guard let debtor = reader.range(.subject) else { return }
      link(entry, person: number(ofPerson: line, debtor), account: number(of: line, name.id))
    case .subjectLinked:
      guard let account = reader.range(.account) else { return }
      link(entry, person: number(ofPerson: line, name.id), account: number(of: line, account))
    default: place(entry, line, name, subject)
    }
  }

  /// Puts an entry into the chain of the person or account it stands on.
  private mutating func place(
    _ entry: Entry, _ line: Span<UInt8>, _ stream: StreamName, _ subject: Range<Int>
  ) {
    switch stream.kind {
    case .subject: append(entry, to: number(ofPerson: line, stream.id))
    case .account:
      let account = number(of: line, stream.id)
      if !Self.concernsAllLinked(entry.type), !subject.isEmpty {
        var own = entry
        own.other = Int32(account)
        append(own, to: number(ofPerson: line, subject))
      } else {
        append(entry, toAccount: account)
      }
    default: break
    }
  }

  /// Whether an event on an account concerns whoever is linked to it, not its debtor alone.
  static func concernsAllLinked(_ type: EventType) -> Bool {
    switch type {
    case .disputeOpened, .disputeResolved, .holdPlaced, .holdLifted, .moratoriumStarted,
      .moratoriumEnded, .legalHoldPlaced, .legalHoldLifted:
      true
    default: false
    }
  }

  private mutating func link(_ entry: Entry, person: Int, account: Int) {
    var (own, theirs) = (entry, entry)
    own.other = Int32(account)
    append(own, to: person)
    theirs.other = Int32(person)
    append(theirs, toAccount: account)
  }

  private mutating func append(_ entry: Entry, to person: Int) {
    var entry = entry
    entry.previous = heads[person]
    heads[person] = Int32(entries.count)
    entries.append(entry)
  }

  private mutating func append(_ entry: Entry, toAccount account: Int) {
    var entry = entry
    entry.previous = accountHeads[account]
    accountHeads[account] = Int32(entries.count)
    entries.append(entry)
  }

  private mutating func number(ofPerson line: Span<UInt8>, _ range: Range<Int>) -> Int {
    let number = subjects.number(line, range)
    if number == heads.count { heads.append(-1) }
    return number
  }

  private mutating func number(of line: Span<UInt8>, _ range: Range<Int>) -> Int {
    let number = accounts.number(line, range)
    if number == accountHeads.count { accountHeads.append(-1) }
    return number
  }

  mutating func keep(_ line: Span<UInt8>, _ range: Range<Int>?) -> TextReference {
    range.map { texts.append(line, $0) } ?? .empty
  }

  mutating func keep(_ window: ContactWindow) { windows.append(window) }

  /// Sets room aside for the entries of so many events; for a book that is still empty.
  package mutating func reserve(events count: Int) {
    entries.reserveCapacity(count)
    heads.reserveCapacity(count)
    accountHeads.reserveCapacity(count)
    texts.reserve(bytes: 32 * count)
  }

  /// Lets a visitor write or replace everything the book holds.
  package mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try subjects.visitColumns(&visitor)
    try accounts.visitColumns(&visitor)
    try texts.visitColumns(&visitor)
    try visitor.visit(&entries)
    try visitor.visit(&heads)
    try visitor.visit(&accountHeads)
    try visitor.visit(&windows)
    try visitor.visit(&voids)
  }
}

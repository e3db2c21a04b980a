internal import CanonicalJSON
package import Collections
internal import EventStore

/// What the rules of contact look at beside people: every attempt, who made it and where, and
/// the certificates of collectors, as columns.
///
/// Whom an attempt reached and what came of it stays in ``ContactBook``, whose number of the contact
/// an attempt carries.
package struct ConductBook: Sendable {
  /// A contact that was tried.
  struct Attempt: BitwiseCopyable, Sendable {
    var seq: Int64
    /// The moment in UTC, in milliseconds since 1970.
    var moment: Int64
    var point = TextReference.empty
    var template = TextReference.empty
    var tone = TextReference.empty
    /// What local time is ahead of UTC by, in minutes.
    var offset: Int32
    var effective: Int32
    /// Numbers: of the contact in ``ContactBook``; of the account, the person (−1: nobody known) and
    /// who made it here.
    var contact: Int32
    var account: Int32
    var subject: Int32
    var agent: Int32
    var channel: ContactChannel
    var isOutbound: Bool
    var isPerson: Bool

    /// The day and the second of it where the person was.
    var localDate: CivilDate {
      Instant(milliseconds: moment + Int64(offset) * 60_000).date
    }
    var localSecond: Int {
      Int((moment + Int64(offset) * 60_000 - Int64(localDate.days) * 86_400_000) / 1_000)
    }
  }

  /// Who owes an account, by the opening at a position: a text of a column.
  struct Owner {
    var opening: Int64
    var subject: TextReference
    var texts: TextColumn
  }

  /// That the person wrote, or looked in by herself.
  struct Reply: BitwiseCopyable, Sendable {
    var seq: Int64
    var effective: Int32
    /// Numbers: of the account here, and of the contact it belongs to in ``ContactBook`` (−1: none).
    var account: Int32
    var contact: Int32
    var channel: ContactChannel
    /// Whether she looked in rather than wrote.
    var isVisit: Bool
  }

  /// A course that a collector passed.
  struct Certificate: BitwiseCopyable, Sendable {
    var seq: Int64
    var course: TextReference
    var agent: Int32
    var effective: Int32
    var until: Int32
  }

  /// Ids and numbers of the accounts and the people that contacts are about.
  package private(set) var accounts = TextIndex()
  package private(set) var subjects = TextIndex()
  private(set) var agents = TextIndex()
  private(set) var attempts: [Attempt] = []
  private(set) var replies: [Reply] = []
  private(set) var certificates: [Certificate] = []
  private(set) var texts = TextColumn()
  /// The owner each account was last said to have, so that her id is looked up once; no snapshot has it.
  private var lastOwners: [(opening: Int64, subject: Int32)] = []

  /// Nothing yet.
  package init() {}

  /// Takes the local time of each contact from the zone of its contact point, whatever offset was stated:
  /// `offset` gives that of a zone at a moment in minutes, or nil for a zone it does not know.
  mutating func place(_ people: PeopleBook, _ offset: (String, Instant) -> Int?) {
    for place in attempts.indices {
      let attempt = attempts[place]
      guard attempt.point != .empty, attempt.subject >= 0,
        let person = people.subjects.find(subjects.text(Int(attempt.subject))),
        let zone = people.zone(ofPoint: texts.text(attempt.point), ofPerson: person),
        let minutes = offset(zone, Instant(milliseconds: attempt.moment))
      else { continue }
      attempts[place].offset = Int32(minutes)
    }
  }

  /// How many contacts were tried.
  package var count: Int { attempts.count }

  /// The types this projection reads.
  static func reads(_ type: EventType) -> Bool {
    switch type {
    case .contactAttempted, .messageReceived, .portalVisited, .agentCertified: true
    default: false
    }
  }

  /// Takes one event: `contact` is the number that ``ContactBook`` gave the contact, −1 where there is
  /// none; `owner` the person who owes the account it stands on, for an event that names nobody. With
  /// `isRead` the reader has just read its fields.
  /// O(event) amortised. Throws ``RuleError`` `malformed_event`.
  mutating func apply(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader,
    contact: Int, owner: Owner?, isRead: Bool
  ) throws(RuleError) {
    guard let effective = CivilDate(parsing: line, envelope.effective),
      let stream = StreamName(recorded: line, envelope.stream)
    else { throw RuleError(.malformed, "seq \(envelope.seq)") }
    if !isRead {
      do {
        try reader.read(type, line, envelope.data)
      } catch {
        throw RuleError(.malformed, "seq \(envelope.seq), \(type.name), \(error.code.rawValue)")
      }
    }
    func keep(_ name: FieldName) -> TextReference {
      reader.range(name).map { texts.append(line, $0) } ?? .empty
    }
    switch type {
    case .contactAttempted:
      guard let local = reader.range(.localAt),
        let at = OffsetInstant(parsing: line, local),
        let channel = reader.choice(.channel, as: ContactChannel.self)
      else { throw RuleError(.malformed, "seq \(envelope.seq), localAt") }
      let (agent, isPerson) = actor(envelope.actor, line)
      var attempt = Attempt(
        seq: envelope.seq, moment: at.instant.milliseconds, offset: Int32(at.offsetMinutes),
        effective: effective.days, contact: Int32(contact),
        account: Int32(accounts.number(line, stream.id)), subject: -1, agent: agent,
        channel: channel,
        isOutbound: reader.choice(.direction, as: ContactDirection.self) == .outbound,
        isPerson: isPerson)
      attempt.point = keep(.point)
      attempt.template = keep(.template)
      attempt.tone = keep(.tone)
      attempt.subject = subject(envelope.subject, line, owner, of: Int(attempt.account))
      attempts.append(attempt)
    case .messageReceived, .portalVisited:
      replies.append(
        Reply(
          seq: envelope.seq, effective: effective.days,
          account: Int32(accounts.number(line, stream.id)), contact: Int32(contact),
          channel: reader.choice(.channel, as: ContactChannel.self) ?? .portal,
          isVisit: type == .portalVisited))
    case .agentCertified:
      guard let agent = reader.range(.agent), let until = reader.date(.until) else { return }
      let number = Int32(agents.number(line, agent))
      certificates.append(
        Certificate(
          seq: envelope.seq, course: keep(.course), agent: number, effective: effective.days,
          until: until))
    default: return
    }
  }

  /// The number of the person an attempt is about; −1 where nobody is known.
  private mutating func subject(
    _ stated: Range<Int>, _ line: Span<UInt8>, _ owner: Owner?, of account: Int
  ) -> Int32 {
    if !stated.isEmpty { return Int32(subjects.number(line, stated)) }
    guard let owner else { return -1 }
    while lastOwners.count <= account { lastOwners.append((-1, -1)) }
    if lastOwners[account].opening == owner.opening { return lastOwners[account].subject }
    var name: [UInt8] = []
    owner.texts.append(owner.subject, to: &name)
    let subject = Int32(subjects.number(name.span, 0..<name.count))
    lastOwners[account] = (owner.opening, subject)
    return subject
  }

  /// Who recorded an event: `{"id":…,"kind":…,"role":…}`, canonical.
  private mutating func actor(
    _ range: Range<Int>, _ line: Span<UInt8>
  ) -> (number: Int32, isPerson: Bool) {
    let start = range.lowerBound + 7
    var end = start
    while end < range.upperBound, line[end] != UInt8(ascii: "\"") { end += 1 }
    let kind = end + 10
    let isPerson = kind < range.upperBound && line[kind] == UInt8(ascii: "p")
    return (Int32(agents.number(line, start..<end)), isPerson)
  }

  /// Sets room aside for so many events; for a book that is still empty.
  mutating func reserve(events count: Int) {
    attempts.reserveCapacity(count / 4)
    texts.reserve(bytes: 4 * count)
  }

  /// Lets a visitor write or replace everything the book holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try accounts.visitColumns(&visitor)
    try subjects.visitColumns(&visitor)
    try agents.visitColumns(&visitor)
    try texts.visitColumns(&visitor)
    try visitor.visit(&attempts)
    try visitor.visit(&replies)
    try visitor.visit(&certificates)
  }
}

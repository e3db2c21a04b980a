internal import CanonicalJSON
package import Collections
internal import EventStore

/// What strategies proposed, which arm each account is treated by, what was decided, and which reminders were
/// planned, as columns.
///
/// An account's events form a chain from the last recorded to the first.
package struct ProposalBook: Sendable {
  /// One event.
  struct Entry: BitwiseCopyable, Sendable {
    var seq: Int64
    /// The version of the strategy; the size of the log it was made from; the score it rests on; what it
    /// may bring. −1 where not stated.
    var version: Int64 = -1
    var basis: Int64 = -1
    var score: Int64 = -1
    var expected: Int64 = -1
    /// Of an arm assigned: the bucket stated.
    var bucket: Int64 = -1
    /// Texts: the strategy, its arm and segment, the action, tone, text and point; of a decision its id
    /// stands in `action`; of a contact planned its id in `contact`. The reasons are as they lie in the log.
    var strategy = TextReference.empty
    var arm = TextReference.empty
    var segment = TextReference.empty
    var action = TextReference.empty
    var tone = TextReference.empty
    var template = TextReference.empty
    var point = TextReference.empty
    var reasons = TextReference.empty
    var contact = TextReference.empty
    var effective: Int32
    /// The account's number here, and the entry before it of the same account, or −1.
    var account: Int32
    var previous: Int32 = -1
    /// The day it was proposed for; the earliest there is where not stated.
    var asOf: Int32 = .min
    /// Minutes of the local day.
    var from: Int16 = 0
    var to: Int16 = 0
    var notBefore: Int16 = 0
    var type: EventType
    var channel: Int8 = -1
  }

  /// Ids of accounts and their numbers.
  package private(set) var accounts = TextIndex()
  private(set) var entries: [Entry] = []
  private(set) var heads: [Int32] = []
  private(set) var texts = TextColumn()

  /// Nothing yet.
  package init() {}

  /// The types this projection reads.
  static func reads(_ type: EventType) -> Bool {
    switch type {
    case .actionProposed, .armAssigned, .decisionMade, .contactPlanned: true
    default: false
    }
  }

  /// Takes one event. O(event) amortised. Throws ``RuleError`` `malformed_event`.
  mutating func apply(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let effective = CivilDate(parsing: line, envelope.effective),
      let stream = StreamName(recorded: line, envelope.stream)
    else { throw RuleError(.malformed, "seq \(envelope.seq)") }
    guard stream.kind == .account else { return }
    do {
      try reader.read(type, line, envelope.data)
      let account = accounts.number(line, stream.id)
      if account == heads.count { heads.append(-1) }
      var entry = Entry(
        seq: envelope.seq, effective: effective.days, account: Int32(account),
        previous: heads[account], type: type)
      try fill(&entry, line, &reader)
      heads[account] = Int32(entries.count)
      entries.append(entry)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name), \(error.code.rawValue)")
    }
  }

  private mutating func fill(
    _ entry: inout Entry, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(JSONError) {
    func keep(_ name: FieldName) -> TextReference {
      reader.range(name).map { texts.append(line, $0) } ?? .empty
    }
    switch entry.type {
    case .decisionMade: entry.action = keep(.decision)
    case .armAssigned:
      entry.strategy = keep(.strategy)
      entry.arm = keep(.arm)
      entry.bucket = reader.integer(.bucket) ?? -1
    default:
      entry.strategy = keep(.strategy)
      if entry.type == .contactPlanned {
        entry.contact = keep(.contact)
      } else {
        entry.arm = keep(.arm)
        entry.segment = keep(.segment)
        entry.score = reader.integer(.score) ?? -1
        entry.expected = reader.integer(.expected) ?? -1
      }
      entry.action = keep(.action)
      entry.tone = keep(.tone)
      entry.template = keep(.template)
      entry.point = keep(.point)
      entry.version = reader.integer(.version) ?? -1
      entry.basis = reader.integer(.basis) ?? -1
      entry.asOf = reader.date(.asOf) ?? .min
      entry.channel = Int8(reader.choice(.channel) ?? -1)
      entry.notBefore = reader.range(.at).flatMap { Self.minute(line, $0) } ?? 0
      if let range = reader.valueRange(.reasons) { entry.reasons = texts.append(line, range) }
      guard let window = reader.valueRange(.window) else { return }
      try reader.read(.window, line, window)
      let hours = try ContactWindow(reader, line)
      (entry.from, entry.to) = (hours.from, hours.to)
    }
  }

  /// The minute of the day of `hh:mm`.
  private static func minute(_ line: Span<UInt8>, _ range: Range<Int>) -> Int16? {
    guard range.count == 5 else { return nil }
    func digit(_ place: Int) -> Int16 { Int16(line[range.lowerBound + place] &- UInt8(ascii: "0")) }
    return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4)
  }

  /// The entries of an account that count, last recorded first: before a position, by a day, not voided.
  func entries(
    of account: String, on date: CivilDate, knownAt: Int64, voids: AccountBook
  ) -> [Entry] {
    guard let number = accounts.find(account) else { return [] }
    var (found, index): ([Entry], Int32) = ([], heads[number])
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      if entry.seq < knownAt, entry.effective <= date.days,
        !voids.isVoided(entry.seq, knownAt: knownAt)
      {
        found.append(entry)
      }
    }
    return found
  }

  /// The arm of a strategy that stands for an account on a day, as known at a position; nil for none.
  func arm(
    of account: String, in strategy: String, on date: CivilDate, knownAt: Int64,
    voids: AccountBook
  ) -> String? {
    guard !entries.isEmpty else { return nil }
    let standing = entries(of: account, on: date, knownAt: knownAt, voids: voids).first {
      $0.type == .armAssigned && text($0.strategy) == strategy
    }
    return standing.map { text($0.arm) }
  }

  /// What was proposed for an account.
  package struct Proposal: Sendable {
    /// The event, and the version of the strategy.
    package var seq: Int64
    package var version: Int64
    /// The action, and the arm and the segment it comes from.
    package var action: String
    package var arm: String
    package var segment: String
    /// By what, at which point (may be empty), in which tone and by which text (may be empty).
    package var channel: ContactChannel
    package var point: String
    package var tone: String
    package var template: String
    /// Minutes of the local day.
    package var from: Int
    package var to: Int
    /// What it may bring, in minor units; 0 where not stated.
    package var expected: Int64
  }

  /// What a strategy proposed for an account and a day, as known at a position; nil where it proposed
  /// nothing.
  package func proposal(
    of account: String, in strategy: String, for date: CivilDate, knownAt: Int64,
    voids: AccountBook
  ) -> Proposal? {
    guard !entries.isEmpty else { return nil }
    let found = entries(
      of: account, on: CivilDate(days: .max), knownAt: knownAt, voids: voids
    ).first {
      $0.type == .actionProposed && $0.asOf == date.days && text($0.strategy) == strategy
    }
    guard let found, let channel = ContactChannel(rawValue: UInt8(clamping: Int(found.channel)))
    else { return nil }
    return Proposal(
      seq: found.seq, version: found.version, action: text(found.action), arm: text(found.arm),
      segment: text(found.segment), channel: channel, point: text(found.point),
      tone: text(found.tone), template: text(found.template), from: Int(found.from),
      to: Int(found.to), expected: max(0, found.expected))
  }

  /// A text of the book.
  func text(_ reference: TextReference) -> String { texts.text(reference) }

  /// Lets a visitor write or replace everything the book holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try accounts.visitColumns(&visitor)
    try texts.visitColumns(&visitor)
    try visitor.visit(&entries)
    try visitor.visit(&heads)
  }
}

internal import CanonicalJSON
internal import Collections
internal import EventStore

/// Every contact with a debtor, and what became of it, as columns.
///
/// A contact is named by its account and its id; its events form a chain from the last recorded to
/// the first. Its state for any (day, known-at) is derived when asked for.
package struct ContactBook: Sendable {
  struct Entry: BitwiseCopyable, Sendable {
    var seq: Int64
    var effective: Int32
    /// The entry before it of the same contact, or −1.
    var previous: Int32
    var type: EventType
    /// The index of the channel, or of the party connected, among the declared choices; −1 for none.
    var choice: Int8 = -1
    /// The index of the direction; −1 for none.
    var direction: Int8 = -1
    /// The local hour of an attempt, as it was recorded; −1 for none.
    var hour: Int8 = -1
    /// The local time of an attempt, or the code of a failure or outcome.
    var text: TextReference = .empty
  }

  private(set) var contacts = TextIndex()
  private(set) var entries: [Entry] = []
  private(set) var heads: [Int32] = []
  private(set) var texts = TextColumn()
  private var scratch: [UInt8] = []

  /// No contacts.
  package init() {}

  /// How many contacts there are.
  package var count: Int { contacts.count }

  /// The types this projection reads.
  static func reads(_ type: EventType) -> Bool {
    switch type {
    case .contactPlanned, .contactAuthorized, .contactBlocked, .contactAttempted,
      .contactDelivered, .contactFailed, .contactConnected, .contactOutcome:
      true
    default: false
    }
  }

  /// Takes one contact event; gives the contact's number. O(1) amortised. Throws ``RuleError``
  /// `malformed_event`.
  mutating func apply(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) -> Int {
    guard let effective = CivilDate(parsing: line, envelope.effective),
      let stream = StreamName(recorded: line, envelope.stream)
    else { throw RuleError(.malformed, "seq \(envelope.seq)") }
    do {
      try reader.read(type, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name), \(error.code.rawValue)")
    }
    guard let id = reader.range(.contact) else {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name), contact")
    }
    let contact = number(line, account: stream.id, contact: id)
    var entry = Entry(
      seq: envelope.seq, effective: effective.days, previous: heads[contact], type: type)
    switch type {
    case .contactAttempted:
      entry.choice = Int8(reader.choice(.channel) ?? -1)
      entry.direction = Int8(reader.choice(.direction) ?? -1)
      if let local = reader.range(.localAt) {
        entry.text = texts.append(line, local)
        let tens = line[local.lowerBound + 11] &- UInt8(ascii: "0")
        entry.hour = Int8(tens * 10 + (line[local.lowerBound + 12] &- UInt8(ascii: "0")))
      }
    case .contactPlanned, .contactAuthorized, .contactBlocked:
      entry.choice = Int8(reader.choice(.channel) ?? -1)
    case .contactConnected: entry.choice = Int8(reader.choice(.party) ?? -1)
    default: if let code = reader.range(.code) { entry.text = texts.append(line, code) }
    }
    heads[contact] = Int32(entries.count)
    entries.append(entry)
    return contact
  }

  /// The number of the contact that an event which need not name one belongs to, given now if it had none;
  /// −1 where the event names none. O(event). Throws ``RuleError`` `malformed_event`.
  mutating func contact(
    of type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) -> Int {
    guard let stream = StreamName(recorded: line, envelope.stream) else {
      throw RuleError(.malformed, "seq \(envelope.seq)")
    }
    do {
      try reader.read(type, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name), \(error.code.rawValue)")
    }
    guard let contact = reader.range(.contact) else { return -1 }
    // One not told of so far has a number too: what belongs together does not hang on what came first.
    return number(line, account: stream.id, contact: contact)
  }

  /// Takes back the entry taken last, which was this contact's.
  mutating func takeBack(_ contact: Int) { heads[contact] = entries.removeLast().previous }

  /// The account's id and the contact's own of each of these numbers, sorted by them.
  package func names(of numbers: [Int]) -> [[String]] {
    contacts.sorted(numbers).map { number in
      contacts.text(number).split(separator: "\u{0}", omittingEmptySubsequences: false)
        .map(String.init)
    }
  }

  /// The numbers of the contacts whose state events from `start` on, or voids of these, can have changed,
  /// ascending. O(contacts), O(entries) where anything was voided.
  package func contactsTouched(since start: Int64, voided: Set<Int64>) -> [Int] {
    heads.indices.filter { contact in
      var index = heads[contact]
      while index >= 0 {
        let entry = entries[Int(index)]
        if entry.seq >= start || voided.contains(entry.seq) { return true }
        index = voided.isEmpty ? -1 : entry.previous
      }
      return false
    }
  }

  /// Sets room aside for the entries of so many events; for a book that is still empty.
  mutating func reserve(events count: Int) {
    entries.reserveCapacity(count)
    heads.reserveCapacity(count)
    texts.reserve(bytes: 32 * count)
  }

  /// Lets a visitor write or replace everything the book holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try contacts.visitColumns(&visitor)
    try texts.visitColumns(&visitor)
    try visitor.visit(&entries)
    try visitor.visit(&heads)
  }

  private mutating func number(
    _ line: Span<UInt8>, account: Range<Int>, contact: Range<Int>
  ) -> Int {
    // Taken out of `self` while it is read from, so that its memory is kept from event to event.
    var name = scratch
    scratch = []
    defer { scratch = name }
    name.removeAll(keepingCapacity: true)
    for position in account { name.append(line[position]) }
    // Below every byte of an id, so that names sort by account first.
    name.append(0)
    for position in contact { name.append(line[position]) }
    let number = contacts.number(name.span, 0..<name.count)
    if number == heads.count { heads.append(-1) }
    return number
  }
}

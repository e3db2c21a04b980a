package import Collections
package import EventStore

/// One of the parts into which the hash of their ids divides a ledger's accounts and people.
///
/// The hash is FNV-1a of the id's bytes, 64 bits, its halves folded onto each other; the remainder by the
/// number of parts says which it is. So any program can tell where an account belongs.
package struct Partition: Equatable, Sendable {
  /// Which part, from 1.
  package let number: Int
  /// How many there are.
  package let count: Int

  /// The most parts there may be.
  package static let most = 4096

  /// A part; `nil` unless the number is one of 1 to `count`, and `count` at most ``most``.
  package init?(_ number: Int, of count: Int) {
    guard (1...Self.most).contains(count), (1...count).contains(number) else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// Reads `2/7`.
  package init?(_ text: String) {
    let words = text.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 2, let number = Int(words[0]), let count = Int(words[1]),
      "\(number)/\(count)" == text
    else { return nil }
    self.init(number, of: count)
  }

  /// Whether an id is one of this part. O(id).
  package func owns(_ bytes: Span<UInt8>, _ id: Range<Int>) -> Bool {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for position in id { hash = (hash ^ UInt64(bytes[position])) &* 0x100_0000_01b3 }
    return Int((hash ^ hash >> 32) & 0xFFFF_FFFF) % count == number - 1
  }
}

/// The read model of one part of a ledger's accounts: what it makes of all events about them is what the
/// model of the whole ledger makes of them.
///
///     stream of an account or a person of the part     everything
///     stream of another account                        nothing, unless it voids an event
///     any other stream                                 what it may do to an account: calendars, holds and
///                                                      moratoriums of whoever owes it, payments that found theirs
///
/// Every event is counted by exactly one part: that of its stream's id.
package struct PartitionModel: Sendable {
  /// Which part.
  package let partition: Partition
  /// The projections of the part.
  package private(set) var model: ReadModel

  /// The model of an empty log.
  package init(_ partition: Partition, expecting events: Int64 = 0) {
    self.partition = partition
    model = ReadModel(expecting: events / Int64(partition.count))
  }

  /// Takes the next event; as ``ReadModel/apply(_:_:_:)``.
  package mutating func apply(
    _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let name = StreamName(recorded: line, envelope.stream) else {
      throw RuleError(.malformed, "seq \(envelope.seq): stream")
    }
    if partition.owns(line, name.id) {
      try model.apply(envelope, line, &reader)
    } else if name.kind != .account || EventType(named: line, envelope.type) == .eventVoided {
      try model.applyToAccounts(envelope, line, &reader)
    } else {
      model.passOver()
    }
  }

  /// The numbers of the part's own accounts in the model's book; O(accounts).
  var accounts: [Int] { owned(model.accounts.accounts) { $0.count } }

  /// The numbers of its own contacts: those of its accounts, and of its people. O(contacts).
  var contacts: [Int] {
    owned(model.contacts.contacts) { $0.firstIndex(of: 0) ?? $0.endIndex }
  }

  /// The numbers of the texts whose first bytes, as many as `count` says, are an id of the part.
  private func owned(_ texts: TextIndex, _ count: ([UInt8]) -> Int) -> [Int] {
    var name: [UInt8] = []
    return (0..<texts.count).filter { number in
      name.removeAll(keepingCapacity: true)
      texts.append(number, to: &name)
      let end = count(name)
      return partition.owns(name.span, 0..<end)
    }
  }
}

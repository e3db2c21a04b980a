internal import CanonicalJSON

/// Which keys may sign checkpoints of which size: those the ledger was made with, and what its
/// `SigningKeyChanged` events say since.
///
/// A key is good for a checkpoint that covers the event which brought it, and for none that goes
/// beyond the event which retired it: the checkpoint that ends with that event bears both signatures.
package struct KeyHistory: Equatable, Sendable {
  private struct Term: Equatable, Sendable {
    var key: VerifierKey
    /// Smallest size it signs.
    var from: Int64
    /// Largest.
    var through: Int64
  }

  private var terms: [Term]

  /// The type of the event that changes keys; it stands on the ledger's own stream.
  package static let changeType = "SigningKeyChanged"

  /// What the ledger's first event says.
  package init(_ identity: LedgerIdentity) {
    terms = identity.keys.compactMap { VerifierKey($0) }.map {
      Term(key: $0, from: 1, through: Int64.max)
    }
  }

  /// Whether an event's type is as long as that of one that changes keys: tells nearly all apart.
  static func mayChange(_ event: borrowing EventEnvelope) -> Bool {
    event.type.count == changeType.utf8.count
  }

  /// Takes an event, if it is one that changes keys.
  package mutating func take(_ event: borrowing EventEnvelope, _ line: Span<UInt8>) {
    guard Self.mayChange(event),
      zip(event.type, Self.changeType.utf8).allSatisfy({ line[$0] == $1 }),
      zip(event.stream, "ledger/".utf8).allSatisfy({ line[$0] == $1 }),
      let data = try? JSONValue(parsing: line.extracting(event.data), as: .event),
      let text = data["vkey"]?.stringValue, let key = VerifierKey(text)
    else { return }
    change(to: key, retiring: data["retires"]?.stringValue, at: event.seq)
  }

  /// Takes the change that event `seq` makes.
  mutating func change(to key: VerifierKey, retiring retired: String?, at seq: Int64) {
    let size = seq + 1
    for index in terms.indices where terms[index].key.text == retired {
      terms[index].through = min(terms[index].through, size)
    }
    terms.append(Term(key: key, from: size, through: Int64.max))
  }

  /// The keys that may sign a checkpoint of that size.
  package func keys(for size: Int64) -> [VerifierKey] {
    terms.filter { ($0.from...$0.through).contains(size) }.map(\.key)
  }

  /// Every key there ever was, in order.
  package var all: [VerifierKey] { terms.map(\.key) }

  /// Data of the event that brings a key and retires another.
  static func change(to key: VerifierKey, retiring old: VerifierKey) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("retires")
    writer.string(old.text)
    writer.key("vkey")
    writer.string(key.text)
    writer.endObject()
    return writer.bytes
  }
}

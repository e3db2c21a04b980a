package import CanonicalJSON
package import Collections
package import EventStore

/// What a package of evidence is about.
package enum EvidenceScope: Equatable, Sendable {
  /// A person: her stream, and all of every account she owes or guarantees.
  case subject(String)
  /// An account: its stream, and what elsewhere bears on it.
  case account(String)
  /// A request about personal data: the stream of the person who made it.
  case request(String)
  /// Everything recorded in the ledger's days from the first to the last, both included.
  case period(ClosedRange<CivilDate>)
}

/// An event of a package, as it lies in the log.
package struct EvidenceEvent: Sendable {
  /// Its line, without the newline.
  package let line: [UInt8]
  /// The line, taken apart.
  package let envelope: EventEnvelope
  /// Which event it is.
  package let type: EventType

  /// A line as it was read. Throws ``RuleError`` `malformed_event`.
  init(_ envelope: EventEnvelope, _ line: Span<UInt8>) throws(RuleError) {
    guard let type = EventType(named: line, envelope.type) else {
      throw RuleError(.malformed, "seq \(envelope.seq): unknown type")
    }
    self.type = type
    self.envelope = envelope
    self.line = line.indices.map { line[$0] }
  }

  /// The stream's name.
  package var stream: String { text(envelope.stream) }
  /// When it was recorded.
  package var at: String { text(envelope.at) }
  /// The day on which it takes effect.
  package var effective: String { text(envelope.effective) }
  /// The person it names, or the empty text.
  package var subject: String { text(envelope.subject) }
  /// Whether it holds personal data that is sealed.
  package var isSealed: Bool { !envelope.sealed.isEmpty }

  /// A part of the line as text.
  package func text(_ range: Range<Int>) -> String {
    String(decoding: line[range], as: UTF8.self)
  }

  /// Its fields, sealed ones left out.
  package var data: JSONValue { value(envelope.data) }
  /// Who recorded it.
  package var actor: JSONValue { value(envelope.actor) }

  private func value(_ range: Range<Int>) -> JSONValue {
    // What lies in the log was checked when it was read.
    (try? JSONValue(parsing: line[range].span, as: .event)) ?? .null
  }
}

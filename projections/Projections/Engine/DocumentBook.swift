internal import CanonicalJSON
package import Collections
package import EventStore

/// Documents in the log, and the events that gave them force: policies and strategies adopted, models
/// registered and retired.
///
/// A document stands in the log as `DocumentPart`s before the event that names its digest.
package struct DocumentBook: Sendable {
  /// An event that gives a document force, or takes it.
  package struct Adoption: BitwiseCopyable, Sendable {
    /// The event.
    package var seq: Int64
    /// The version; of a retirement 0 where every version is meant.
    package var version: Int64
    /// What it is called, and the digest of its document in hexadecimal (empty for a retirement): texts of
    /// the book.
    package var name: TextReference
    package var document: TextReference
    /// The day it takes effect, in days since 1970-01-01.
    package var effective: Int32
    /// `PolicyAdopted`, `StrategyAdopted`, `ModelRegistered` or `ModelRetired`.
    package var type: EventType
  }

  /// A part of a document.
  struct Part: BitwiseCopyable, Sendable {
    var seq: Int64
    var document: TextReference
    /// As it lies in the log, escapes and all.
    var text: TextReference
    var part: Int64
    var parts: Int64
  }

  /// Adoptions, registrations and retirements, in the order of the log.
  package private(set) var adoptions: [Adoption] = []
  private var parts: [Part] = []
  private var texts = TextColumn()

  /// Nothing yet.
  package init() {}

  /// The types this projection reads.
  package static func reads(_ type: EventType) -> Bool {
    switch type {
    case .documentPart, .policyAdopted, .strategyAdopted, .modelRegistered, .modelRetired: true
    default: false
    }
  }

  /// Takes one event. O(event) amortised. Throws ``RuleError`` `malformed_event`.
  package mutating func apply(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let effective = CivilDate(parsing: line, envelope.effective) else {
      throw RuleError(.malformed, "seq \(envelope.seq): effective")
    }
    do {
      try reader.read(type, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name), \(error.code.rawValue)")
    }
    func keep(_ name: FieldName) -> TextReference {
      reader.range(name).map { texts.append(line, $0) } ?? .empty
    }
    guard type != .documentPart else {
      parts.append(
        Part(
          seq: envelope.seq, document: keep(.sha256), text: keep(.text),
          part: reader.integer(.part) ?? 0, parts: reader.integer(.parts) ?? 0))
      return
    }
    let field: FieldName =
      switch type {
      case .policyAdopted: .policy
      case .strategyAdopted: .strategy
      default: .model
      }
    adoptions.append(
      Adoption(
        seq: envelope.seq, version: reader.integer(.version) ?? 0, name: keep(field),
        document: keep(.document), effective: effective.days, type: type))
  }

  /// A text of the book: a name, or a digest.
  package func text(_ reference: TextReference) -> String { texts.text(reference) }

  /// The bytes of a document, put together from the parts recorded before the event that names it; nil
  /// where one is missing. O(parts).
  package func bytes(of adoption: Adoption) -> [UInt8]? {
    var found: [Int64: TextReference] = [:]
    var count: Int64 = 0
    for part in parts
    where part.seq < adoption.seq && texts.equal(part.document, adoption.document) {
      found[part.part] = part.text
      count = part.parts
    }
    guard count > 0, found.count == Int(count) else { return nil }
    var text: [UInt8] = []
    for number in 1...count {
      guard let part = found[number] else { return nil }
      var raw: [UInt8] = []
      texts.append(part, to: &raw)
      text.append(contentsOf: decodeCanonicalString(0..<raw.count, in: raw.span).utf8)
    }
    return text
  }

  /// Lets a visitor write or replace everything the book holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try texts.visitColumns(&visitor)
    try visitor.visit(&adoptions)
    try visitor.visit(&parts)
  }
}

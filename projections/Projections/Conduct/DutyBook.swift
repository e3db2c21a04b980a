internal import CanonicalJSON
internal import Collections
internal import EventStore

/// What the duties beside those of contact look at, as columns: complaints and their answers, decisions
/// about people, scores and the models they name. Charges are ``AccountBook``'s.
package struct DutyBook: Sendable {
  /// One event.
  struct Entry: BitwiseCopyable, Sendable {
    var seq: Int64
    /// The version of a model; 0 where none is stated.
    var version: Int64 = 0
    var effective: Int32
    /// Numbers: of the stream's name; of the person the envelope names (−1: none); of the complaint, the
    /// decision or the model.
    var stream: Int32
    var subject: Int32 = -1
    var name: Int32
    var type: EventType
    /// Of a decision: a machine alone made it and it weighs on the person; somebody reviewed it.
    var isSignificant = false
    var isReviewed = false
  }

  private(set) var streams = TextIndex()
  private(set) var subjects = TextIndex()
  private(set) var names = TextIndex()
  private(set) var entries: [Entry] = []

  /// Nothing yet.
  package init() {}

  /// The types this projection reads.
  static func reads(_ type: EventType) -> Bool {
    switch type {
    case .complaintFiled, .complaintAnswered, .decisionMade, .scoreRecorded, .modelRegistered,
      .modelRetired:
      true
    default: false
    }
  }

  /// Takes one event. O(event) amortised. Throws ``RuleError`` `malformed_event`.
  mutating func apply(
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
    let field: FieldName =
      switch type {
      case .complaintFiled, .complaintAnswered: .complaint
      case .decisionMade: .decision
      default: .model
      }
    guard let name = reader.range(field) else {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name)")
    }
    var entry = Entry(
      seq: envelope.seq, version: reader.integer(.version) ?? 0, effective: effective.days,
      stream: Int32(streams.number(line, envelope.stream)),
      name: Int32(names.number(line, name)), type: type)
    if !envelope.subject.isEmpty { entry.subject = Int32(subjects.number(line, envelope.subject)) }
    if type == .decisionMade {
      entry.isSignificant = reader.flag(.automated) == true && reader.flag(.significant) == true
      entry.isReviewed = reader.range(.reviewer) != nil
    }
    entries.append(entry)
  }

  /// Lets a visitor write or replace everything the book holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try streams.visitColumns(&visitor)
    try subjects.visitColumns(&visitor)
    try names.visitColumns(&visitor)
    try visitor.visit(&entries)
  }
}

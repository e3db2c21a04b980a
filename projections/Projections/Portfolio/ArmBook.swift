internal import CanonicalJSON
package import Collections
package import EventStore

/// Which arm of a test each account is treated by: what a report may group by.
///
/// Filled by a pass of its own, as ``PostingBook`` is: only a report by arm asks for it.
package struct ArmBook: Sendable {
  private struct Assignment {
    var seq: Int64
    var effective: Int32
    var name: String
  }

  private var accounts = TextIndex()
  private var assignments: [[Assignment]] = []

  /// A book of nothing.
  package init() {}

  /// Takes one event in log order, whatever its type. Throws ``RuleError`` `malformed_event`.
  package mutating func apply(
    _ envelope: borrowing EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard EventType(named: line, envelope.type) == .armAssigned else { return }
    do {
      try reader.read(.armAssigned, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), ArmAssigned: \(error.code.rawValue)")
    }
    guard let stream = StreamName(recorded: line, envelope.stream),
      let effective = CivilDate(parsing: line, envelope.effective),
      let strategy = reader.range(.strategy), let arm = reader.range(.arm)
    else { throw RuleError(.malformed, "seq \(envelope.seq), ArmAssigned") }
    let number = accounts.number(line, stream.id)
    if number == assignments.count { assignments.append([]) }
    func text(_ range: Range<Int>) -> String {
      String(decoding: range.map { line[$0] }, as: UTF8.self)
    }
    assignments[number].append(
      Assignment(
        seq: envelope.seq, effective: effective.days, name: "\(text(strategy)):\(text(arm))"))
  }

  /// The strategy and arm an account is treated by on a day, as `strategy:arm`; empty where by none.
  package func name(
    of account: String, on date: CivilDate, knownAt: Int64, voids: AccountBook
  ) -> String {
    guard let number = accounts.find(account) else { return "" }
    let standing = assignments[number].filter {
      $0.seq < knownAt && $0.effective <= date.days && !voids.isVoided($0.seq, knownAt: knownAt)
    }
    return standing.max { ($0.effective, $0.seq) < ($1.effective, $1.seq) }?.name ?? ""
  }
}

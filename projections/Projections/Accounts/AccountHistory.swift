package import CanonicalJSON
package import Collections
internal import EventStore

/// One account's events as recorded, each with what it did to the debt and why.
package struct AccountHistory: Sendable {
  /// One event of the account's stream, or one elsewhere that voids one of it.
  package struct Event: Sendable {
    /// The event's position, its stream's position and when it was recorded.
    package var seq: Int64
    package var n: Int64
    package var at: String
    /// The day it takes effect.
    package var effective: CivilDate
    /// Which event it is.
    package var type: EventType
    /// Who recorded it, its idempotency key and its fields.
    package var actor: JSONValue
    package var key: String
    package var data: JSONValue
    /// The event that led to it.
    package var cause: Int64?
    /// The event that voids it.
    package var voidedBy: Int64?
    /// What it settled, line by line.
    package var settlements: [Settlement] = []
    /// Payments whose allocation it changed by coming late.
    package var restated: [Restatement] = []
    /// What of it was ignored.
    package var remarks: [Remark] = []
    /// Whether it takes effect after the day asked for.
    package var isLater = false
  }

  /// The events, in the order they were recorded.
  package private(set) var events: [Event] = []
  /// Credit used without an event, in the order it happened.
  package let creditUse: [Settlement]
  /// The state they lead to.
  package let report: AccountReport

  /// Joins an account's lines with the report made of them. O(events + settlements).
  ///
  /// - Throws: ``RuleError`` `malformed_event`.
  package init(
    _ report: AccountReport, lines: [[UInt8]], of book: AccountBook
  ) throws(RuleError) {
    self.report = report
    creditUse = report.settlements.filter { $0.cause == .credit }
    let settlements = Dictionary(grouping: report.settlements, by: \.seq)
    let restated = Dictionary(grouping: report.restatements, by: \.cause)
    let remarks = Dictionary(grouping: report.remarks, by: \.seq)
    // An identified payment counts from its own value date, whenever it was identified.
    let counted = Set(report.payments.map(\.seq))
    for line in lines {
      var event = try Self.event(line)
      event.voidedBy = book.voids[event.seq].flatMap { $0 < report.knownAt ? $0 : nil }
      event.settlements = settlements[event.seq] ?? []
      event.restated = restated[event.seq] ?? []
      event.remarks = remarks[event.seq] ?? []
      event.isLater = event.effective > report.on && !counted.contains(event.seq)
      events.append(event)
    }
  }

  private static func event(_ line: [UInt8]) throws(RuleError) -> Event {
    do {
      let envelope = try EventEnvelope(parsing: line.span)
      func text(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }
      guard let type = EventType(named: line.span, envelope.type),
        let effective = CivilDate(parsing: line.span, envelope.effective)
      else { throw JSONError(.unexpectedByte, at: 0) }
      return Event(
        seq: envelope.seq, n: envelope.n, at: text(envelope.at), effective: effective, type: type,
        actor: try JSONValue(parsing: text(envelope.actor), as: .event),
        key: text(envelope.key),
        data: try JSONValue(parsing: text(envelope.data), as: .event),
        cause: envelope.cause < 0 ? nil : envelope.cause)
    } catch {
      throw RuleError(.malformed, "\(error)")
    }
  }

  /// The history as JSON.
  package var json: JSONValue {
    .object([
      "account": .string(report.account), "on": .string(report.on.text),
      "knownAt": .object(["size": .integer(report.knownAt)]),
      "events": .array(events.map(Self.json)), "changes": .array(report.changes.map(\.json)),
      "creditUse": .array(
        creditUse.map { use in
          guard case .object(var members) = AccountReport.json(use) else { return .null }
          members.append(JSONMember(key: "on", value: .string(CivilDate(days: use.on).text)))
          return JSONValue(members: members)
        }),
    ])
  }

  private static func json(_ event: Event) -> JSONValue {
    .object([
      "seq": .integer(event.seq), "n": .integer(event.n), "at": .string(event.at),
      "effective": .string(event.effective.text), "type": .string(event.type.name),
      "actor": event.actor, "key": .string(event.key), "data": event.data,
      "cause": event.cause.map { .integer($0) } ?? .null,
      "voidedBy": event.voidedBy.map { .integer($0) } ?? .null,
      "allocation": .array(event.settlements.map(AccountReport.json)),
      "restated": .array(
        event.restated.map { restatement in
          guard case .object(var members) = AccountReport.json(restatement) else { return .null }
          members.append(JSONMember(key: "payment", value: .integer(restatement.payment)))
          return JSONValue(members: members)
        }),
      "remarks": .array(event.remarks.map(AccountReport.json)),
      "later": .bool(event.isLater),
    ])
  }
}

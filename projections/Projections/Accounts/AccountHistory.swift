package import CanonicalJSON
package import Collections
internal import EventStore

/// One account's events as recorded, each with what it did to the debt and why.
package struct AccountHistory: Sendable {
  /// One event of the account's stream, one of its debtor's that reaches it, or one elsewhere that voids
  /// one of these.
  package struct Event: Sendable {
    /// The event's position, that in its stream, and when it was recorded.
    package var seq: Int64
    package var n: Int64
    /// The stream it stands on.
    package var stream: String
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
    /// The person it names beside its stream; empty for none.
    package var subject: String
    /// The event that voids it.
    package var voidedBy: Int64?
    /// The day it counts from, where it moved a payment that came in before.
    package var valueDate: CivilDate?
    /// What it gave back, where it is a charge-back.
    package var gaveBack: AccountFold.GivenBack?
    /// What it settled, line by line.
    package var settlements: [Settlement] = []
    /// Payments, waivers and forgiveness whose allocation it changed by coming late.
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
    let givenBack = Dictionary(grouping: report.givenBack, by: \.seq)
    let valueDates = Self.valueDates(report, book)
    for line in lines {
      var event = try Self.event(line)
      event.voidedBy = book.voids[event.seq].flatMap { $0 < report.knownAt ? $0 : nil }
      event.settlements = settlements[event.seq] ?? []
      event.restated = restated[event.seq] ?? []
      event.remarks = remarks[event.seq] ?? []
      event.gaveBack = givenBack[event.seq]?.first
      if event.type == .paymentIdentified { event.valueDate = valueDates[event.seq] }
      // A reversal and a void work for every day once known (ledger-rules, section 5).
      let countsAlways = event.type == .paymentReversed || event.type == .eventVoided
      event.isLater = !countsAlways && (event.valueDate ?? event.effective) > report.on
      events.append(event)
    }
  }

  /// The days from which the account's payments count: those of an identified one are its own.
  private static func valueDates(
    _ report: AccountReport, _ book: AccountBook
  ) -> [Int64: CivilDate] {
    guard let account = book.accounts.find(report.account) else { return [:] }
    let payments = book.chain(of: account).filter { $0.kind == .payment }
    return Dictionary(
      payments.map { ($0.seq, CivilDate(days: $0.effective)) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func event(_ line: [UInt8]) throws(RuleError) -> Event {
    do {
      let envelope = try EventEnvelope(parsing: line.span)
      func text(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }
      guard let type = EventType(named: line.span, envelope.type),
        let effective = CivilDate(parsing: line.span, envelope.effective)
      else { throw JSONError(.unexpectedByte, at: 0) }
      return Event(
        seq: envelope.seq, n: envelope.n, stream: text(envelope.stream), at: text(envelope.at),
        effective: effective, type: type,
        actor: try JSONValue(parsing: text(envelope.actor), as: .event),
        key: text(envelope.key),
        data: try JSONValue(parsing: text(envelope.data), as: .event),
        cause: envelope.cause < 0 ? nil : envelope.cause, subject: text(envelope.subject))
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
      "seq": .integer(event.seq), "stream": .string(event.stream), "n": .integer(event.n),
      "at": .string(event.at),
      "effective": .string(event.effective.text), "type": .string(event.type.name),
      "actor": event.actor, "key": .string(event.key), "data": event.data,
      "cause": event.cause.map { .integer($0) } ?? .null,
      "voidedBy": event.voidedBy.map { .integer($0) } ?? .null,
      "valueDate": event.valueDate.map { .string($0.text) } ?? .null,
      "allocation": .array(event.settlements.map(AccountReport.json)),
      "gaveBack": event.gaveBack.map(json) ?? .null,
      "restated": .array(
        event.restated.map { restatement in
          guard case .object(var members) = AccountReport.json(restatement) else { return .null }
          let event = JSONValue.integer(restatement.event)
          members.append(JSONMember(key: "restates", value: .string(restatement.kind.rawValue)))
          members.append(JSONMember(key: "event", value: event))
          members.append(
            JSONMember(key: "payment", value: restatement.kind == .payment ? event : .null))
          return JSONValue(members: members)
        }),
      "remarks": .array(event.remarks.map(AccountReport.json)),
      "later": .bool(event.isLater),
    ])
  }

  private static func json(_ back: AccountFold.GivenBack) -> JSONValue {
    let amounts = back.returned
    return .object([
      "principal": .integer(amounts.principal), "interest": .integer(amounts.interest),
      "penalty": .integer(amounts.penalty), "cost": .integer(amounts.cost),
      "credit": .integer(back.fromCredit), "total": .integer(amounts.total + back.fromCredit),
    ])
  }
}

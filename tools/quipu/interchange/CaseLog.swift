internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// The events of accounts as process mining wants them: a case an account, an activity an event type.
///
/// An event's time is the start of its effective date, its place among its case's events that of time
/// order *(effective date, seq)*. Events of other streams belong to no case and are left out; of
/// sealed fields nothing is exported.
struct CaseLog {
  /// Events written.
  private(set) var events: Int64 = 0
  /// Cases written; counted by XES alone, which has an element for each.
  private(set) var cases: Int64 = 0

  private let view: LedgerView
  private let size: Int64
  /// Bytes of lines held at a time while cases are gathered.
  private let budget: Int64

  /// The log of the events before a size.
  init(_ view: LedgerView, upTo size: Int64, budget: Int64 = 64 << 20) {
    self.view = view
    self.size = size
    self.budget = budget
  }

  /// The columns of the CSV form.
  static let columns = [
    "case", "activity", "timestamp", "seq", "recordedAt", "resource", "role", "key", "data",
  ]

  /// Writes a row an event, in the order of the log, in one pass; memory is one piece.
  mutating func writeCSV(_ write: ([UInt8]) throws -> Void) throws {
    var out = Array((Self.columns.joined(separator: ",") + "\n").utf8)
    var count: Int64 = 0
    try view.eachEvent(upTo: size) { envelope, line in
      guard let id = Self.account(envelope, line) else { return }
      let event = try CaseEvent(envelope, line)
      let cells = [
        text(id, line), event.activity, event.timestamp, "\(event.seq)", event.recordedAt,
        event.resource, event.role, event.key, event.data.canonicalText,
      ]
      for (place, cell) in cells.enumerated() {
        if place > 0 { out.append(UInt8(ascii: ",")) }
        Self.append(cell, to: &out)
      }
      out.append(UInt8(ascii: "\n"))
      count += 1
      guard out.count > 1 << 16 else { return }
      try write(out)
      out.removeAll(keepingCapacity: true)
    }
    events = count
    try write(out)
  }

  /// Writes IEEE 1849 XES, a trace an account in the order of ids.
  ///
  /// A first pass measures the cases; then as many as fit the budget are gathered in a pass each, so
  /// that memory stays the same however long the log is. O(passes × events).
  mutating func writeXES(_ write: ([UInt8]) throws -> Void) throws {
    var ids = TextIndex()
    var bytes: [Int64] = []
    try view.eachEvent(upTo: size) { envelope, line in
      guard let id = Self.account(envelope, line) else { return }
      let number = ids.number(line, id)
      if number == bytes.count { bytes.append(0) }
      bytes[number] += Int64(line.count)
    }
    try write(XES.head(view.identity.origin))
    let order = ids.sorted()
    var start = 0
    while start < order.count {
      var end = start
      var held: Int64 = 0
      repeat {
        held += bytes[order[end]]
        end += 1
      } while end < order.count && held + bytes[order[end]] <= budget
      try writeTraces(of: order[start..<end], ids, write)
      start = end
    }
    try write(XES.tail)
  }

  /// The traces of some cases, gathered in one pass.
  private mutating func writeTraces(
    of numbers: ArraySlice<Int>, _ ids: TextIndex, _ write: ([UInt8]) throws -> Void
  ) throws {
    var places = [Int](repeating: -1, count: ids.count)
    for (place, number) in numbers.enumerated() { places[number] = place }
    var traces = [Trace](repeating: Trace(), count: numbers.count)
    var count: Int64 = 0
    try view.eachEvent(upTo: size) { envelope, line in
      guard let id = Self.account(envelope, line), let number = ids.find(line, id),
        places[number] >= 0
      else { return }
      let event = try CaseEvent(envelope, line)
      traces[places[number]].append(event)
      count += 1
    }
    events += count
    cases += Int64(traces.count)
    for (place, number) in numbers.enumerated() {
      try write(traces[place].xes(named: ids.text(number)))
      traces[place] = Trace()
    }
  }

  /// Where an event's account id stands in its line; nil for an event of no account.
  private static func account(
    _ envelope: borrowing EventEnvelope, _ line: Span<UInt8>
  ) -> Range<Int>? {
    guard let name = StreamName(recorded: line, envelope.stream), name.kind == .account else {
      return nil
    }
    return name.id
  }

  /// A cell, quoted where RFC 4180 asks for it.
  private static func append(_ cell: String, to out: inout [UInt8]) {
    let needsQuotes = cell.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20
    }
    guard needsQuotes else { return out.append(contentsOf: cell.utf8) }
    out.append(UInt8(ascii: "\""))
    for byte in cell.utf8 {
      if byte == UInt8(ascii: "\"") { out.append(byte) }
      out.append(byte)
    }
    out.append(UInt8(ascii: "\""))
  }
}

/// One case's events while they are gathered: the XES of each, and what it is sorted by.
private struct Trace {
  private var text: [UInt8] = []
  private var parts: [(effective: Int32, range: Range<Int>)] = []
  private var isSorted = true

  mutating func append(_ event: CaseEvent) {
    let start = text.count
    XES.append(event, to: &text)
    if let last = parts.last, last.effective > event.effective.days { isSorted = false }
    parts.append((event.effective.days, start..<text.count))
  }

  /// The whole trace; events of one day stay in the order of the log.
  func xes(named name: String) -> [UInt8] {
    var out = XES.traceStart(name)
    if isSorted {
      out.append(contentsOf: text)
    } else {
      let sorted = parts.enumerated().sorted {
        ($0.element.effective, $0.offset) < ($1.element.effective, $1.offset)
      }
      for (_, part) in sorted { out.append(contentsOf: text[part.range]) }
    }
    out.append(contentsOf: XES.traceEnd)
    return out
  }
}

/// One event as a case's activity.
struct CaseEvent {
  let seq: Int64
  let effective: CivilDate
  let activity: String
  let recordedAt: String
  let resource: String
  let role: String
  let key: String
  /// The fields in clear.
  let data: JSONValue

  /// The start of the effective date.
  var timestamp: String { effective.text + "T00:00:00.000Z" }

  /// Takes an event from its line. Throws ``LogError`` `damaged` where it does not read.
  init(_ envelope: borrowing EventEnvelope, _ line: Span<UInt8>) throws(LogError) {
    do throws(JSONError) {
      guard let effective = CivilDate(parsing: line, envelope.effective) else {
        throw JSONError(.unexpectedByte, at: envelope.effective.lowerBound)
      }
      let actor = try JSONValue(parsing: line.extracting(envelope.actor), as: .event)
      seq = envelope.seq
      self.effective = effective
      activity = text(envelope.type, line)
      recordedAt = text(envelope.at, line)
      resource = actor["id"]?.stringValue ?? ""
      role = actor["role"]?.stringValue ?? ""
      key = decodeCanonicalString(envelope.key, in: line)
      data = try JSONValue(parsing: line.extracting(envelope.data), as: .event)
    } catch {
      throw LogError(.damaged, "event \(envelope.seq) does not read: \(error.code.rawValue)")
    }
  }
}

private func text(_ range: Range<Int>, _ line: Span<UInt8>) -> String {
  String(decoding: range.map { line[$0] }, as: UTF8.self)
}

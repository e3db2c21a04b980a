internal import CanonicalJSON
package import Collections
package import EventStore

/// What was done with personal data: who read, exported or disclosed it, what breached, what was erased by
/// schedule, which certificates were issued. Read in one pass when asked for: such events are few.
package struct CustodyBook: Sendable {
  /// One access, export, disclosure or erasure.
  package struct Entry: Equatable, Sendable {
    /// The event, when it was recorded, and the day it took effect.
    package var seq: Int64
    package var at: String
    package var on: CivilDate
    /// Which of `PersonalDataAccessed`, `EvidenceExported`, `DataDisclosed`, `SubjectErased`.
    package var type: EventType
    /// The stream, and the person the envelope or the stream names; empty for none.
    package var stream: String
    package var subject: String
    /// Who recorded it.
    package var actor: String
    /// Reader or recipient; purpose or ground; country; digest of what was handed over.
    package var party = ""
    package var purpose = ""
    package var country = ""
    package var digest = ""
    /// Which fields, and of how many events.
    package var fields: [String] = []
    package var events: Int64 = 0
  }

  /// A certificate of no debt, or a bureau told of the payment.
  package struct Clearance: Equatable, Sendable {
    /// The event, its day and its account.
    package var seq: Int64
    package var on: CivilDate
    package var account: String
    /// The certificate's digest.
    package var digest: String
  }

  /// Accesses, exports, disclosures and erasures, in the order recorded.
  package private(set) var entries: [Entry] = []
  /// Breaches, in the order recorded, each with its notifications.
  package private(set) var breaches: [Breach] = []
  /// Certificates of no debt, in the order recorded.
  package private(set) var clearances: [Clearance] = []
  /// Rectifications at bureaus: account and day.
  package private(set) var rectifications: [(account: String, on: CivilDate, seq: Int64)] = []
  private var notices: [(notice: Breach.Notice, breach: String, cause: Int64)] = []
  private var voided: Set<Int64> = []
  private var reader = FieldReader()

  /// An empty book.
  package init() {}

  private static func reads(_ type: EventType) -> Bool {
    switch type {
    case .personalDataAccessed, .evidenceExported, .dataDisclosed, .subjectErased, .breachDetected,
      .breachNotified, .clearanceIssued, .bureauRectified, .eventVoided:
      true
    default: false
    }
  }

  /// Takes one event. Throws ``RuleError`` `malformed_event`.
  package mutating func apply(
    _ envelope: EventEnvelope, _ line: Span<UInt8>
  ) throws(RuleError) {
    guard let type = EventType(named: line, envelope.type), Self.reads(type) else { return }
    guard let on = CivilDate(parsing: line, envelope.effective) else {
      throw RuleError(.malformed, "seq \(envelope.seq): effective")
    }
    do {
      try reader.read(type, line, envelope.data)
      switch type {
      case .eventVoided: if let target = reader.integer(.target) { voided.insert(target) }
      case .breachDetected: try takeBreach(envelope, on, line)
      case .breachNotified: takeNotice(envelope, line)
      case .clearanceIssued:
        clearances.append(
          Clearance(
            seq: envelope.seq, on: on, account: text(.account, line), digest: text(.sha256, line)))
      case .bureauRectified:
        let account = Self.text(line, envelope.stream).dropFirst("account/".count)
        rectifications.append((String(account), on, envelope.seq))
      default: try takeAccess(type, envelope, on, line)
      }
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name)")
    }
  }

  /// Leaves out what was voided and gives notifications to their breaches. Called after the last event.
  package mutating func finish(on date: CivilDate) {
    let voided = voided
    entries.removeAll { voided.contains($0.seq) || $0.on > date }
    breaches.removeAll { voided.contains($0.seq) || $0.on > date }
    clearances.removeAll { voided.contains($0.seq) || $0.on > date }
    rectifications.removeAll { voided.contains($0.seq) || $0.on > date }
    for (notice, id, cause) in notices where !voided.contains(notice.seq) {
      let place = breaches.lastIndex { breach in
        if cause >= 0, breach.seq == cause { return true }
        return id.isEmpty ? breach.seq < notice.seq && cause < 0 : breach.id == id
      }
      if let place { breaches[place].notices.append(notice) }
    }
  }

  private mutating func takeAccess(
    _ type: EventType, _ envelope: EventEnvelope, _ on: CivilDate, _ line: Span<UInt8>
  ) throws(JSONError) {
    let stream = Self.text(line, envelope.stream)
    var subject = Self.text(line, envelope.subject)
    if subject.isEmpty, stream.hasPrefix("subject/") { subject = String(stream.dropFirst(8)) }
    var entry = Entry(
      seq: envelope.seq, at: Self.text(line, envelope.at), on: on, type: type, stream: stream,
      subject: subject, actor: Self.actor(line, envelope.actor))
    switch type {
    case .personalDataAccessed:
      (entry.party, entry.purpose) = (text(.reader, line), text(.purpose, line))
      entry.events = reader.integer(.events) ?? 0
    case .evidenceExported:
      (entry.party, entry.digest) = (text(.recipient, line), text(.sha256, line))
    case .dataDisclosed:
      (entry.party, entry.purpose) = (text(.recipient, line), text(.ground, line))
      entry.country = text(.country, line)
    default: entry.digest = text(.receipt, line)
    }
    if type == .personalDataAccessed || type == .dataDisclosed {
      var list = reader.list(.fields)
      while let range = try list.next(in: line) {
        entry.fields.append(Self.text(line, range.lowerBound + 1..<range.upperBound - 1))
      }
    }
    entries.append(entry)
  }

  private mutating func takeBreach(
    _ envelope: EventEnvelope, _ on: CivilDate, _ line: Span<UInt8>
  ) throws(JSONError) {
    guard let awareAt = reader.range(.awareAt).flatMap({ Instant(parsing: line, $0) }) else {
      return
    }
    var grounds: [BreachGround]?
    if reader.valueRange(.grounds) != nil {
      grounds = []
      var list = reader.list(.grounds)
      while let choice = try reader.nextChoice(of: .grounds, from: &list, line) {
        if let ground = BreachGround(rawValue: UInt8(choice)) { grounds?.append(ground) }
      }
    }
    let id = text(.breach, line)
    breaches.append(
      Breach(
        id: id.isEmpty ? "breach-\(envelope.seq)" : id, seq: envelope.seq, on: on,
        awareAt: awareAt, scope: text(.scope, line), grounds: grounds,
        isContained: reader.flag(.contained) ?? false))
  }

  private mutating func takeNotice(_ envelope: EventEnvelope, _ line: Span<UInt8>) {
    guard let at = reader.range(.at).flatMap({ Instant(parsing: line, $0) }) else { return }
    let notice = Breach.Notice(
      to: text(.to, line), at: at, reason: text(.reason, line), seq: envelope.seq)
    notices.append((notice, text(.breach, line), envelope.cause))
  }

  private func text(_ name: FieldName, _ line: Span<UInt8>) -> String {
    reader.range(name).map { Self.text(line, $0) } ?? ""
  }

  /// The text of a string's contents, its escapes resolved.
  private static func text(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
    decodeCanonicalString(range, in: line)
  }

  private static func actor(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
    let bytes = range.map { line[$0] }
    let object = try? JSONValue(parsing: bytes.span, as: .event)
    return object?["id"]?.stringValue ?? ""
  }
}

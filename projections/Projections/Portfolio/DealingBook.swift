internal import CanonicalJSON
package import Collections
package import EventStore

/// By what way people were dealt with: what was agreed and where, who waits for a person and when one came,
/// who complained or wants no more contact.
///
/// Filled by a pass of its own, as ``PostingBook`` is: only a portfolio's measures ask for it.
package struct DealingBook: Sendable {
  /// By what way something was agreed.
  package enum Way: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// By the person herself, in the portal or with a machine; on a call; otherwise.
    case selfService, call, other
  }

  /// What happened.
  enum Kind: UInt8, BitwiseCopyable {
    /// A promise made, a plan agreed.
    case agreement
    /// A machine recorded what a person has to look at.
    case handOver, hardship, complaint, dispute
    /// She told of a payment that has to be looked for.
    case payment
    /// A person, and no machine, did something for her.
    case personal
    /// A complaint that a person took: nobody waits for one any more.
    case complaintTaken
    case optOut
  }

  struct Entry: BitwiseCopyable, Sendable {
    var seq: Int64
    /// When it was recorded, in milliseconds since 1970.
    var recorded: Int64
    var effective: Int32
    /// Numbers among the names: of the account (−1: it stands on a person's stream), of the person (−1: not
    /// named).
    var account: Int32
    var subject: Int32
    var kind: Kind
    var way: Way
  }

  private(set) var names = TextIndex()
  private(set) var entries: [Entry] = []
  /// What was told of each payment, by its event.
  private(set) var told: [Int64: (amount: Int64, on: Int32)] = [:]
  /// The place among the entries of each agreement, by its event.
  private var agreements: [Int64: Int] = [:]

  /// A book of nothing.
  package init() {}

  /// Takes one event in log order, whatever its type. O(event). Throws ``RuleError`` `malformed_event`.
  package mutating func apply(
    _ envelope: borrowing EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let type = EventType(named: line, envelope.type), Self.reads(type) else { return }
    do {
      try reader.read(type, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name): \(error.code.rawValue)")
    }
    guard let stream = StreamName(recorded: line, envelope.stream),
      let effective = CivilDate(parsing: line, envelope.effective),
      let recorded = Instant(parsing: line, envelope.at)
    else { throw RuleError(.malformed, "seq \(envelope.seq), \(type.name)") }
    let actor = Actor(line, envelope.actor)
    guard let kind = Self.kind(of: type, by: actor, reader) else { return }
    var entry = Entry(
      seq: envelope.seq, recorded: recorded.milliseconds, effective: effective.days, account: -1,
      subject: -1, kind: kind, way: .other)
    if stream.kind == .account { entry.account = Int32(names.number(line, stream.id)) }
    let subject = stream.kind == .subject ? stream.id : envelope.subject
    if !subject.isEmpty { entry.subject = Int32(names.number(line, subject)) }
    if kind == .agreement {
      entry.way = Self.way(by: actor, on: reader.choice(.channel, as: ContactChannel.self))
      agreements[envelope.seq] = entries.count
    }
    if kind == .payment, let amount = reader.integer(.amount), let on = reader.date(.on) {
      told[envelope.seq] = (amount, on)
    }
    entries.append(entry)
    // A promise or plan that a person agreed with her is a person's act as well.
    guard kind == .agreement, actor == .person else { return }
    entry.kind = .personal
    entries.append(entry)
  }

  /// By what way a promise or plan was agreed, by its event.
  func way(of seq: Int64) -> Way { agreements[seq].map { entries[$0].way } ?? .other }

  private static func reads(_ type: EventType) -> Bool {
    switch type {
    case .promiseMade, .planAgreed, .botHandedOff, .hardshipDeclared, .complaintFiled,
      .disputeOpened, .paymentReported, .channelOptedOut, .ceaseContactRequested:
      true
    default: isPersonal(type)
    }
  }

  /// Whether an event tells, where a person recorded it, that a person looked after somebody.
  private static func isPersonal(_ type: EventType) -> Bool {
    switch type {
    case .contactAttempted, .contactConnected, .contactOutcome, .offerMade, .gracePeriodGranted,
      .vulnerabilityReviewed, .supportApplied, .moratoriumStarted, .disputeResolved, .holdPlaced,
      .complaintAnswered, .requestAnswered:
      true
    default: false
    }
  }

  private static func kind(
    of type: EventType, by actor: Actor, _ reader: borrowing FieldReader
  ) -> Kind? {
    let isPerson = actor == .person
    return switch type {
    case .promiseMade, .planAgreed: .agreement
    case .botHandedOff: .handOver
    // Whoever told a person of it has a person already.
    case .hardshipDeclared: isPerson ? .personal : .hardship
    case .complaintFiled: isPerson ? .complaintTaken : .complaint
    case .disputeOpened: isPerson ? .personal : .dispute
    case .paymentReported: isPerson ? .personal : .payment
    case .channelOptedOut, .ceaseContactRequested: .optOut
    case .contactAttempted: isPerson && isSpoken(reader) ? .personal : nil
    // A dialler puts her through to a person.
    case .contactConnected:
      actor != .bot && reader.choice(.party, as: ContactParty.self) == .right ? .personal : nil
    default: isPerson ? .personal : nil
    }
  }

  /// Whether an attempt was to talk to her, which a message is not, whoever sent it.
  private static func isSpoken(_ reader: borrowing FieldReader) -> Bool {
    let channel = reader.choice(.channel, as: ContactChannel.self)
    return (channel == .call || channel == .visit)
      && reader.choice(.direction, as: ContactDirection.self) == .outbound
  }

  private static func way(by actor: Actor, on channel: ContactChannel?) -> Way {
    if actor == .portal || actor == .bot { return .selfService }
    return switch channel {
    case .portal, .chatbot: .selfService
    case .call: .call
    default: .other
    }
  }

  /// Who recorded an event, as far as it matters here.
  private enum Actor {
    case person, bot, portal, program

    /// Reads `{"id":…,"kind":…,"role":…}`, canonical.
    init(_ line: Span<UInt8>, _ range: Range<Int>) {
      let text = String(decoding: range.map { line[$0] }, as: UTF8.self)
      if text.contains(#","kind":"person","#) {
        self = .person
      } else if text.contains(#","kind":"bot","#) {
        self = .bot
      } else {
        self = text.hasPrefix(#"{"id":"portal","kind":"system","#) ? .portal : .program
      }
    }
  }
}

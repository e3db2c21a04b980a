internal import CanonicalJSON
package import Collections
package import EventStore

/// The events a package of evidence is made of, found in two passes over the whole log.
///
///     first pass    which accounts are the person's, which payments were identified for them
///     second pass   their streams, and what elsewhere bears on them; every hash is checked
///     then          what a chosen event names by its seq: its cause, its authorisation, its score
///
/// Whole passes, not look-ups: a package says that nothing was left out, so nothing is.
package struct EvidenceSelection: Sendable {
  /// What it is about.
  package let scope: EvidenceScope
  /// How many events of the log were looked at.
  package let size: Int64
  /// The persons it is about, sorted.
  package private(set) var subjects: [String] = []
  /// The accounts it is about, sorted.
  package private(set) var accounts: [String] = []
  /// The events, in the log's order.
  package private(set) var events: [EvidenceEvent] = []
  /// Streams of which every event is there, and how many those are.
  package private(set) var completeStreams: [String: Int64] = [:]
  /// The run of events of a period, of which every one is there; empty for other scopes.
  package private(set) var completeRange: Range<Int64> = 0..<0

  /// Whether nothing in the ledger answers to the scope.
  package var isEmpty: Bool { completeStreams.isEmpty && completeRange.isEmpty }

  private var payments: Set<String> = []
  private var streams: Set<String> = []
  /// The streams of whoever owes the account it is about: her moratoriums, holds and disputes reach it.
  private var debtorStreams: Set<String> = []
  private var chosen: Set<Int64> = []
  private var reader = FieldReader()

  /// Chooses the events as known at the view's size. O(events), memory for those chosen.
  ///
  /// - Parameters:
  ///   - scope: what the package is about.
  ///   - view: the ledger.
  ///   - localDay: the day in the ledger's zone on which an instant lies; asked for a period alone.
  /// - Throws: ``LogError``.
  package init(
    _ scope: EvidenceScope, in view: LedgerView, localDay: (Instant) -> CivilDate
  ) throws(LogError) {
    self.scope = scope
    size = view.size
    do throws(PassError<RuleError>) {
      try find(in: view)
      guard !streams.isEmpty || isPeriod else { return }
      try choose(in: view, localDay)
    } catch {
      throw error.logError
    }
    try addNamed(from: view)
    noteComplete()
  }

  private var isPeriod: Bool {
    if case .period = scope { true } else { false }
  }

  // MARK: First pass

  private mutating func find(in view: LedgerView) throws(PassError<RuleError>) {
    switch scope {
    case .period: return
    case .account(let id): accounts = [id]
    case .subject(let id): subjects = [id]
    case .request: break
    }
    var identified: [(account: String, payment: String)] = []
    var found = Set(accounts)
    var isThere = false
    var search = self
    try view.forEachEvent(upTo: size) { (envelope, line) throws(RuleError) in
      guard let type = EventType(named: line, envelope.type) else { return }
      switch (type, scope) {
      case (.accountOpened, .subject(let id)):
        try search.read(type, envelope, line)
        if search.field(.subject, line) == id { found.insert(search.field(.account, line)) }
      case (.subjectLinked, .subject(let id)):
        guard text(envelope.stream, line) == "subject/\(id)" else { return }
        try search.read(type, envelope, line)
        if search.field(.role, line) != "representative" {
          found.insert(search.field(.account, line))
        }
      case (.accountOpened, .account(let id)):
        guard text(envelope.stream, line) == "account/\(id)" else { return }
        isThere = true
        try search.read(type, envelope, line)
        search.debtorStreams.insert("subject/\(search.field(.subject, line))")
      case (.requestReceived, .request(let id)):
        try search.read(type, envelope, line)
        guard search.field(.request, line) == id else { return }
        search.subjects = [String(text(envelope.stream, line).dropFirst("subject/".count))]
      case (.paymentIdentified, _):
        try search.read(type, envelope, line)
        identified.append((search.field(.account, line), search.field(.payment, line)))
      default: return
      }
    }
    (subjects, debtorStreams) = (search.subjects, search.debtorStreams)
    accounts = found.sorted()
    payments = Set(identified.filter { found.contains($0.account) }.map(\.payment))
    streams = Set(subjects.map { "subject/\($0)" } + accounts.map { "account/\($0)" })
    if case .account = scope, !isThere { streams = [] }
  }

  // MARK: Second pass

  private mutating func choose(
    in view: LedgerView, _ localDay: (Instant) -> CivilDate
  ) throws(PassError<RuleError>) {
    var picked = self
    try view.forEachEvent(upTo: size) { (envelope, line) throws(RuleError) in
      guard let type = EventType(named: line, envelope.type) else {
        throw RuleError(.malformed, "seq \(envelope.seq): unknown type")
      }
      if try picked.takes(type, envelope, line, localDay) {
        picked.events.append(try EvidenceEvent(copy envelope, line))
        picked.chosen.insert(envelope.seq)
      }
    }
    self = picked
  }

  private mutating func takes(
    _ type: EventType, _ envelope: borrowing EventEnvelope, _ line: Span<UInt8>,
    _ localDay: (Instant) -> CivilDate
  ) throws(RuleError) -> Bool {
    if case .period(let days) = scope, let at = Instant(parsing: line, envelope.at),
      days.contains(localDay(at))
    {
      // One run, for `at` never decreases along the log.
      let first = completeRange.isEmpty ? envelope.seq : completeRange.lowerBound
      completeRange = first..<envelope.seq + 1
      return true
    }
    // Who signs, and the rules of contact, are part of every package.
    switch type {
    case .ledgerOpened, .signingKeyChanged, .policyAdopted, .calendarAdopted: return true
    case .documentPart where line[envelope.stream.lowerBound] == UInt8(ascii: "p"): return true
    default: break
    }
    if streams.contains(text(envelope.stream, line)) { return true }
    if AccountBook.kind(of: type)?.reachesFromDebtor ?? false,
      debtorStreams.contains(text(envelope.stream, line))
    {
      return true
    }
    if !envelope.subject.isEmpty, subjects.contains(text(envelope.subject, line)) { return true }
    switch type {
    case .eventVoided:
      try read(type, envelope, line)
      return reader.integer(.target).map { chosen.contains($0) } ?? false
    case .paymentIdentified, .unidentifiedPaymentReceived:
      try read(type, envelope, line)
      return payments.contains(field(.payment, line))
    default: return false
    }
  }

  // MARK: What chosen events name

  private static let references: [FieldName] = [.authorization, .evidence, .score, .basis]

  private mutating func addNamed(from view: LedgerView) throws(LogError) {
    var wanted: Set<Int64> = []
    for event in events {
      if event.envelope.cause >= 0 { wanted.insert(event.envelope.cause) }
      let data = event.data
      for name in Self.references {
        switch data[name.text] {
        case .integer(let seq): wanted.insert(seq)
        case .array(let seqs): wanted.formUnion(seqs.compactMap(\.integerValue))
        default: break
        }
      }
    }
    for seq in wanted.subtracting(chosen).sorted() where seq >= 0 && seq < size {
      let line = try view.line(seq)
      let span = line.span
      guard let envelope = try? EventEnvelope(parsing: span),
        let event = try? EvidenceEvent(envelope, span)
      else { throw LogError(.damaged, "the event at seq \(seq) does not read") }
      events.append(event)
      chosen.insert(seq)
    }
    events.sort { $0.envelope.seq < $1.envelope.seq }
  }

  private mutating func noteComplete() {
    for stream in streams {
      let count = events.count { $0.stream == stream }
      if count > 0 { completeStreams[stream] = Int64(count) }
    }
  }

  // MARK: Reading

  private mutating func read(
    _ type: EventType, _ envelope: borrowing EventEnvelope, _ line: Span<UInt8>
  ) throws(RuleError) {
    do {
      try reader.read(type, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name)")
    }
  }

  private func field(_ name: FieldName, _ line: Span<UInt8>) -> String {
    reader.range(name).map { text($0, line) } ?? ""
  }
}

private func text(_ range: Range<Int>, _ line: Span<UInt8>) -> String {
  String(decoding: range.map { line[$0] }, as: UTF8.self)
}

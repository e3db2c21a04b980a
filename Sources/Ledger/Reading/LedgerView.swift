internal import CanonicalJSON
package import Collections
package import EventStore
package import Projections

/// The ledger's front door for reading: a fixed prefix of the log, and what can be derived from it.
///
/// Sees what was durable when it was opened, with or without a writer beside it.
package struct LedgerView: Sendable {
  let log: LogReader

  /// What the ledger said of itself when it was made.
  package var identity: LedgerIdentity { log.identity }
  /// Events that can be read.
  package var size: Int64 { log.size }
  /// What an operator should hear of.
  package var notices: [LogNotice] { log.notices }

  /// Opens a ledger for reading. Throws ``LogError``.
  package init(opening directory: String, disk: any Disk = SystemDisk()) throws(LogError) {
    log = try LogReader.open(directory: directory, disk: disk)
  }

  /// How many events were recorded at or before a moment. One pass: O(events).
  package func size(knownAt moment: Instant) throws(LogError) -> Int64 {
    var size: Int64 = 0
    try log.forEach { envelope, line in
      if let at = Instant(parsing: line, envelope.at), at <= moment { size = envelope.seq + 1 }
    }
    return size
  }

  /// How far the log had come at the end of each day. One pass: O(events).
  ///
  /// `day` gives the day that a moment lies on where the ledger is kept.
  package func recordedDays(
    _ day: (Instant) -> CivilDate
  ) throws(LogError) -> RecordedDays {
    var days = RecordedDays()
    var last = Instant(milliseconds: 0)
    try log.forEach { envelope, line in
      last = Instant(parsing: line, envelope.at) ?? last
      days.append(day(last))
    }
    return days
  }

  /// Brings every projection forward to a size, each hash of what is read checked.
  ///
  /// - Parameters:
  ///   - model: what was read so far; goes on from its size.
  ///   - size: where to stop.
  ///   - checking: how thoroughly.
  ///   - jobs: how many threads; all but one hash ahead. The result is the same.
  ///   - progress: called now and then with how many events were read since the last call.
  /// - Throws: `damaged` where the log is, or holds an event this version cannot read.
  package func advance(
    _ model: inout ReadModel, to size: Int64, checking: HashChecking = .sparse, jobs: Int = 1,
    _ progress: (Int64) -> Void = { _ in }
  ) throws(LogError) {
    var reported = model.size
    var reader = FieldReader()
    do {
      try log.forEach(from: model.size, upTo: size, checking: checking, jobs: jobs) {
        (envelope, line) throws(RuleError) in
        try model.apply(envelope, line, &reader)
        if envelope.seq - reported >= 16_384 {
          progress(envelope.seq - reported)
          reported = envelope.seq
        }
      }
    } catch {
      throw error.logError
    }
  }

  /// Brings every projection forward to a size, without the events that this version cannot read: each is
  /// given to `park`, and the rest goes on.
  ///
  /// - Throws: ``PassError``: the log's own error, or what `progress` threw to end the pass.
  package func advance<Failure: Error>(
    _ model: inout ReadModel, to size: Int64, parking park: (ParkedEvent) -> Void,
    _ progress: (Int64) throws(Failure) -> Void
  ) throws(PassError<Failure>) {
    var reported = model.size
    var reader = FieldReader()
    try log.forEach(from: model.size, upTo: size) { (envelope, line) throws(Failure) in
      do throws(RuleError) {
        try model.apply(envelope, line, &reader)
      } catch {
        model.passOver()
        park(ParkedEvent(seq: envelope.seq, code: error.code.rawValue, reason: error.context))
      }
      if envelope.seq - reported >= 16_384 {
        try progress(envelope.seq - reported)
        reported = envelope.seq
      }
    }
  }

  /// Every projection as the newest snapshot of at most `size` events has it, if there is one that was
  /// kept by `program`, a SHA-256 in hexadecimal. Throws ``LogError``.
  ///
  /// `notices` gets what an operator should hear of: a snapshot that was passed over, and why.
  package func snapshot(
    of program: String, upTo size: Int64, _ notices: inout [LogNotice]
  ) throws(LogError) -> ReadModel? {
    guard let snapshot = try log.snapshot(of: program, upTo: size, &notices) else { return nil }
    do {
      return try ReadModel(snapshot)
    } catch {
      notices.append(
        LogNotice(.stale, "snapshots", "the columns do not fit: the log is read instead"))
      return nil
    }
  }

  /// Keeps every projection as the one snapshot of the ledger, for the same program to begin with.
  package func keep(_ model: ReadModel, as program: String) throws(LogError) {
    try model.keep(beside: log, as: program)
  }

  /// The book and the lines of one account alone, as known at a size, with what was recorded of whoever
  /// owes it and reaches it from there.
  ///
  /// Reads the account's events through the index, then those of its debtor, and each time the last
  /// segment. O(events of both and of the ledger's own streams), O(events) where index files are missing.
  package func account(
    _ id: String, knownAt size: Int64
  ) throws(LogError) -> (book: AccountBook, lines: [[UInt8]]) {
    var filter = AccountFilter(id)
    do {
      let selection = StreamSelection(streams: ["account/\(id)"], kinds: SharedStreams.kinds)
      try log.forEach(of: selection, upTo: size) { (envelope, line) throws(RuleError) in
        try filter.take(envelope, line)
      }
      for subject in filter.subjects {
        let selection = StreamSelection(streams: ["subject/\(subject)"])
        try log.forEach(of: selection, upTo: size) { (envelope, line) throws(RuleError) in
          try filter.take(envelope, line, of: subject)
        }
      }
    } catch {
      throw error.logError
    }
    return (filter.book, filter.orderedLines)
  }
}

extension PassError<RuleError> {
  /// The log's own error; an event this version cannot read is damage too.
  var logError: LogError {
    switch self {
    case .log(let error): error
    case .body(let error): LogError(.damaged, "\(error.code.rawValue): \(error.context)")
    }
  }
}

/// Takes of a log what bears on one account: its stream, calendars, payments that were unidentified,
/// voids wherever they stand, and then what was recorded of whoever owes it.
private struct AccountFilter: ~Copyable {
  var book = AccountBook()
  private var lines: [(seq: Int64, bytes: [UInt8])] = []
  /// Voids of other events than those kept so far, by their targets.
  private var otherVoids: [Int64: (seq: Int64, bytes: [UInt8])] = [:]
  private let account: String
  private let stream: [UInt8]
  /// Where in it the account's id begins.
  private let id: Int
  private var seqs: Set<Int64> = []
  private var reader = FieldReader()

  init(_ id: String) {
    account = id
    stream = Array("account/\(id)".utf8)
    self.id = stream.count - id.utf8.count
  }

  mutating func take(
    _ envelope: EventEnvelope, _ line: Span<UInt8>
  ) throws(RuleError) {
    let isOwn = names(envelope.stream, line)
    guard isOwn || line[envelope.stream.lowerBound] != UInt8(ascii: "a"),
      let type = EventType(named: line, envelope.type)
    else { return }
    var keeps = isOwn
    switch type {
    case .eventVoided:
      if !isOwn {
        try read(type, envelope, line)
        let target = reader.integer(.target) ?? -1
        keeps = seqs.contains(target)
        if !keeps { otherVoids[target] = (envelope.seq, Self.copy(line)) }
      }
      _ = try book.apply(type, envelope, line, &reader)
    case .paymentIdentified:
      try read(type, envelope, line)
      keeps = reader.range(.account).map { isID($0, line) } ?? false
      if keeps { _ = try book.apply(type, envelope, line, &reader) }
    case .ledgerOpened, .calendarAdopted, .unidentifiedPaymentReceived:
      _ = try book.apply(type, envelope, line, &reader)
    default: if isOwn { _ = try book.apply(type, envelope, line, &reader) }
    }
    if keeps { keep(envelope, line) }
  }

  /// Everybody who owed the account by any of its openings.
  var subjects: [String] { book.accounts.find(account).map { book.subjects(of: $0) } ?? [] }

  /// Takes an event of a debtor's stream; its line is kept where she owes the account by the opening
  /// that stands.
  mutating func take(
    _ envelope: EventEnvelope, _ line: Span<UInt8>, of subject: String
  ) throws(RuleError) {
    guard equals(line, envelope.stream, Array("subject/\(subject)".utf8)[...]),
      let type = EventType(named: line, envelope.type)
    else { return }
    var keeps = AccountBook.kind(of: type)?.reachesFromDebtor ?? false
    guard keeps || type == .eventVoided else { return }
    _ = try book.apply(type, envelope, line, &reader)
    if type == .eventVoided { keeps = reader.integer(.target).map { seqs.contains($0) } ?? false }
    guard keeps, let number = book.accounts.find(account),
      let (_, opening) = book.opening(of: number), book.texts.text(opening.subject) == subject
    else { return }
    keep(envelope, line)
    if let void = otherVoids.removeValue(forKey: envelope.seq) { lines.append(void) }
  }

  /// The lines kept, in the order of the log.
  var orderedLines: [[UInt8]] { lines.sorted { $0.seq < $1.seq }.map(\.bytes) }

  private mutating func keep(_ envelope: EventEnvelope, _ line: Span<UInt8>) {
    seqs.insert(envelope.seq)
    lines.append((envelope.seq, Self.copy(line)))
  }

  private static func copy(_ line: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(line.count)
    for index in line.indices { bytes.append(line[index]) }
    return bytes
  }

  private mutating func read(
    _ type: EventType, _ envelope: EventEnvelope, _ line: Span<UInt8>
  ) throws(RuleError) {
    do {
      try reader.read(type, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name)")
    }
  }

  private func names(_ range: Range<Int>, _ line: Span<UInt8>) -> Bool {
    equals(line, range, stream[...])
  }

  private func isID(_ range: Range<Int>, _ line: Span<UInt8>) -> Bool {
    equals(line, range, stream[id...])
  }

  private func equals(
    _ line: Span<UInt8>, _ range: Range<Int>, _ name: ArraySlice<UInt8>
  ) -> Bool {
    guard range.count == name.count else { return false }
    for (position, byte) in zip(range, name) where line[position] != byte { return false }
    return true
  }
}

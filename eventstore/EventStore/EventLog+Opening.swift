internal import CanonicalJSON

/// What one pass over the log leaves for its writer.
struct OpenedLog: ~Copyable {
  var identity: LedgerIdentity
  var keys: KeyHistory
  var notices: [LogNotice] = []
  var frontier = MerkleFrontier()
  var lastAt = ""
  var index = LogIndex()
  var tail = SegmentFile(first: 0, size: 0)
}

extension EventLog {
  /// Opens a ledger for writing, giving every event to `body` on the way.
  ///
  /// One pass checks every hash, number, time and key, so that the caller can build its own state
  /// from the same bytes. A torn tail is moved to `quarantine/` and told as a `LogRecovered` event,
  /// recorded at `at` by `actor`, which `body` gets too; damage of any other kind changes nothing.
  ///
  /// Throws `inUse` while another process writes, `readOnly`, `networkDisk`, `notALedger`, `damaged`, `io`; what `body` throws
  /// comes out as it is. O(log); about a microsecond an event.
  package static func open<Failure: Error>(
    directory path: String, at: String, effective: String, actor: [UInt8],
    settings: Settings = Settings(), disk: any Disk = SystemDisk(),
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) -> EventLog {
    var failure: Failure?
    do throws(LogError) {
      return try open(
        path, Occasion(at: at, effective: effective, actor: actor), settings, disk
      ) { event, line in
        do throws(Failure) {
          try body(event, line)
          return true
        } catch {
          failure = error
          return false
        }
      }
    } catch {
      if let failure { throw .body(failure) }
      throw .log(error)
    }
  }

  /// As `open` with a closure, for callers that build no state of their own.
  package static func open(
    directory path: String, at: String, effective: String, actor: [UInt8],
    settings: Settings = Settings(), disk: any Disk = SystemDisk(),
    _ body: (borrowing EventEnvelope, Span<UInt8>) -> Void = { _, _ in }
  ) throws(LogError) -> EventLog {
    let occasion = Occasion(at: at, effective: effective, actor: actor)
    return try open(path, occasion, settings, disk) { event, line in
      body(event, line)
      return true
    }
  }

  /// Who is at work, and when: what an event of the store's own needs.
  struct Occasion {
    var at: String
    var effective: String
    var actor: [UInt8]
  }

  /// Opens; `body` says false to give up, which throws.
  private static func open(
    _ path: String, _ occasion: Occasion, _ settings: Settings, _ disk: any Disk,
    _ body: (borrowing EventEnvelope, Span<UInt8>) -> Bool
  ) throws(LogError) -> EventLog {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    try directory.requireLocalDisk(settings)
    let lock = try WriterLock.taken(directory)
    let logDirectory = try directory.open(LedgerDirectory.logName, .read)
    try syncTail(directory, logDirectory)

    var scanner = LineScanner()
    let identity = try directory.identityFromLog()
    let end = try LogEnd(of: directory, ledger: identity.ledger, with: &scanner)
    // What is up to the end was synced just now, so readers need not wait for the long pass.
    let published = end.segments.last.map {
      DurableSize(events: end.events, segment: $0.first, bytes: $0.size)
    }
    var notices: [LogNotice] = []
    do { try lock.publish(published) } catch {
      notices.append(LogNotice(.unpublished, LedgerDirectory.lockName, "\(error.call) failed"))
    }
    var opened = try pass(directory, identity, end, &scanner, body)
    opened.notices = notices
    try directory.rebuildIdentity(identity, &opened.notices)
    let tailFile = try openTail(directory, opened.tail, settings)
    let log = EventLog(
      opened, directory: directory, settings: settings, lock: lock, logDirectory: logDirectory,
      tailFile: tailFile)
    try log.ballast.look()
    try log.requireAnchored()
    try log.settleKeys()
    try log.recover(end.tail, occasion, body)
    try directory.removeUnfinishedCheckpoints()
    try log.settleBallast()
    log.publish()
    log.noticesOfOpening = log.notices.count
    return log
  }

  /// Makes durable whatever a process before may have left written but not synced.
  private static func syncTail(
    _ directory: LedgerDirectory, _ logDirectory: borrowing OpenFile
  ) throws(LogError) {
    guard let last = try directory.segments().last else { return }
    let file = try directory.open(last.name, .read)
    do {
      try file.sync()
      try logDirectory.sync()
    } catch { throw LogError(error, last.name) }
    directory.disk.forgetCached(file.descriptor)
  }

  /// The one pass: checks everything and builds the writer's memory.
  private static func pass(
    _ directory: LedgerDirectory, _ identity: LedgerIdentity, _ end: LogEnd,
    _ scanner: inout LineScanner,
    _ body: (borrowing EventEnvelope, Span<UInt8>) -> Bool
  ) throws(LogError) -> OpenedLog {
    var opened = OpenedLog(identity: identity, keys: KeyHistory(identity))
    var walk = LogWalk(ledger: identity.ledger, checking: .every)
    var builder = IndexBuilder(directory: directory)
    for segment in end.segments {
      builder.begin(segment)
      try walk.segment(segment, in: directory, with: &scanner) {
        event, line, place
          throws(LogError) in
        try builder.take(event, line, place)
        opened.keys.take(event, line)
        guard body(event, line) else { throw LogError(.invalid, "the caller gave up") }
        return true
      }
      opened.tail = segment
    }
    guard walk.size == end.events else {
      throw LogError(
        .damaged, "events \(walk.size) to \(end.events - 1) are missing",
        file: LedgerDirectory.segmentName(walk.size))
    }
    opened.frontier = walk.frontier
    opened.lastAt = walk.lastAt.text
    opened.index = builder.index
    return opened
  }

  /// Opens the last segment to go on in it; `nil` if it is finished.
  private static func openTail(
    _ directory: LedgerDirectory, _ tail: SegmentFile, _ settings: Settings
  ) throws(LogError) -> OpenFile? {
    let isWritable = try directory.facts(tail.name).map { $0.mode & 0o200 != 0 } ?? false
    guard isWritable, tail.size < settings.segmentSize else { return nil }
    return try directory.open(tail.name, .write)
  }
}

/// Fills a `LogIndex` during the opening pass, checking what only it can: positions and keys.
private struct IndexBuilder {
  let directory: LedgerDirectory
  var index = LogIndex()
  private var segment = SegmentFile(first: 0, size: 0)

  init(directory: LedgerDirectory) {
    self.directory = directory
  }

  mutating func begin(_ segment: SegmentFile) {
    self.segment = segment
    index.beginSegment(segment.first)
  }

  mutating func take(
    _ event: borrowing EventEnvelope, _ line: Span<UInt8>, _ place: LinePlace
  ) throws(LogError) {
    guard place.offset < LogIndex.largestSegment else {
      throw LogError(.damaged, "the segment is too long", file: segment.name)
    }
    let stream = index.streams.index(of: line.extracting(event.stream))
    guard event.n == index.streams[stream] else {
      throw damaged("its stream is at \(index.streams[stream]), not \(event.n)", place)
    }
    index.streams[stream] = event.n + 1
    index.append(event.seq, offset: place.offset)
    let fingerprint = KeyTable.fingerprint(line.extracting(event.key))
    if index.keys.insert(fingerprint, event.seq) {
      try confirmUnique(event, line, place, fingerprint)
    }
  }

  /// Reads back the events with the same fingerprint: one of them with the same key is damage.
  private func confirmUnique(
    _ event: borrowing EventEnvelope, _ line: Span<UInt8>, _ place: LinePlace,
    _ fingerprint: UInt64
  ) throws(LogError) {
    let seq = event.seq
    var key: [UInt8] = []
    for byte in event.key { key.append(line[byte]) }
    let other = try index.keys.first(fingerprint) { candidate throws(LogError) in
      guard candidate != seq, let at = index.place(of: candidate) else { return false }
      let file = try directory.open(LedgerDirectory.segmentName(at.segment), .read)
      guard let bytes = try file.line(at: at.offset),
        let envelope = try? EventEnvelope(parsing: bytes.span)
      else { return false }
      return bytes[envelope.key].elementsEqual(key)
    }
    if let other {
      throw damaged("event \(other) has the same key", place)
    }
  }

  private func damaged(_ detail: String, _ place: LinePlace) -> LogError {
    LogError(
      .damaged, detail, file: segment.name, lines: place.number...place.number, byte: place.offset)
  }
}

internal import CanonicalJSON

/// What an opening finds out for the writer.
struct OpenedLog: ~Copyable {
  var identity: LedgerIdentity
  var keys: KeyHistory
  var notices: [LogNotice] = []
  var frontier: MerkleFrontier
  var lastAt: String
  var index: EventIndex
  var tail: SegmentFile
}

extension EventLog {
  /// Opens a ledger for writing.
  ///
  /// Takes the tree from the header of the last segment and reads that segment with every hash, number,
  /// time and key checked; what is in the segments before stands in the index files. One that is missing
  /// or wrong is made anew from the segments it covers, read in the same way. A torn tail is moved to
  /// `quarantine/` and told as a `LogRecovered` event, recorded at `at` by `actor`; damage of any other
  /// kind in what is read changes nothing.
  ///
  /// Throws `inUse` while another process writes, `replica`, `readOnly`, `networkDisk`, `notALedger`, `damaged`,
  /// `io`. O(last segment), about two microseconds an event of it; without index files O(log).
  package static func open(
    directory path: String, at: String, effective: String, actor: [UInt8],
    settings: Settings = Settings(), disk: any Disk = SystemDisk()
  ) throws(LogError) -> EventLog {
    let occasion = Occasion(at: at, effective: effective, actor: actor)
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    // Before the lock, which a follower at work holds, and with it, for it may have come meanwhile.
    try directory.requirePrimary()
    try directory.requireLocalDisk(settings)
    let lock = try WriterLock.taken(directory)
    try directory.requirePrimary()
    let logDirectory = try directory.open(LedgerDirectory.logName, .read)
    try syncTail(directory, logDirectory)

    var scanner = LineScanner()
    let identity = try directory.identityFromLog()
    let end = try LogEnd(of: directory, ledger: identity.ledger, with: &scanner)
    // What is up to the end was synced just now, so readers need not wait for indexes to be made.
    let published = end.segments.last.map {
      DurableSize(events: end.events, segment: $0.first, bytes: $0.size)
    }
    var notices: [LogNotice] = []
    do { try lock.publish(published) } catch {
      notices.append(LogNotice(.unpublished, LedgerDirectory.lockName, "\(error.call) failed"))
    }
    var opened = try scanned(directory, identity, end, &scanner, &notices)
    opened.notices = notices
    try directory.rebuildIdentity(identity, &opened.notices)
    let tailFile = try openTail(
      directory, opened.tail, isTorn: end.tail != nil, settings)
    let log = EventLog(
      opened, directory: directory, settings: settings, lock: lock, logDirectory: logDirectory,
      tailFile: tailFile)
    try log.readKeys()
    log.mergeRunsIfPossible()
    try log.ballast.look()
    try log.withRoom { () throws(LogError) in try directory.settleCheckpoints() }
    try log.requireAnchored()
    try log.settleKeys()
    try log.recover(end.tail, occasion)
    try log.settleBallast()
    log.publish()
    log.noticesOfOpening = log.notices.count
    return log
  }

  /// Who is at work, and when: what an event of the store's own needs.
  struct Occasion {
    var at: String
    var effective: String
    var actor: [UInt8]
  }

  /// Makes durable whatever a process before may have left written but not synced.
  static func syncTail(
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

  /// Reads the last segment, and makes sure of the indexes of those before.
  private static func scanned(
    _ directory: LedgerDirectory, _ identity: LedgerIdentity, _ end: LogEnd,
    _ scanner: inout LineScanner, _ notices: inout [LogNotice]
  ) throws(LogError) -> OpenedLog {
    let last = end.segments[end.segments.count - 1]
    let scan = try SegmentScan(
      of: last, in: directory, ledger: identity.ledger, with: &scanner)
    guard scan.walk.size == end.events else {
      throw LogError(
        .damaged, "events \(scan.walk.size) to \(end.events - 1) are missing", file: last.name)
    }
    let runs = try IndexRuns(
      of: directory, ledger: identity.ledger, segments: end.segments, with: &scanner, &notices)
    return OpenedLog(
      identity: identity, keys: KeyHistory(identity), frontier: scan.walk.frontier,
      lastAt: scan.walk.lastAt.text,
      index: EventIndex(runs: runs, tail: scan.tail, positions: scan.positions), tail: last)
  }

  /// Which keys sign, as the ledger's own events say.
  private func readKeys() throws(LogError) {
    var history = keys
    do throws(PassError<Never>) {
      try forEach(of: StreamSelection(streams: [identity.stream])) { (event, line) throws(Never) in
        history.take(event, line)
      }
    } catch {
      switch error {
      case .log(let error): throw error
      }
    }
    keys = history
  }

  /// Opens the last segment to go on in it; `nil` if it is finished. Cuts off the zeros that a writer
  /// which ended at once left behind its end.
  private static func openTail(
    _ directory: LedgerDirectory, _ tail: SegmentFile, isTorn: Bool, _ settings: Settings
  ) throws(LogError) -> OpenFile? {
    let facts = try directory.facts(tail.name)
    if !isTorn, let facts, facts.size > tail.size { try directory.cut(tail) }
    let isWritable = facts.map { $0.mode & 0o200 != 0 } ?? false
    guard isWritable, tail.size < settings.segmentSize else { return nil }
    return try directory.open(tail.name, .write)
  }
}

internal import CanonicalJSON

// How a replica begins, is opened again, and ends.
extension ReplicaLog {
  /// What a replica is called while it is being made.
  private static let draftSuffix = ".following"

  /// Makes a replica of the first chunk of a log.
  ///
  /// It is made beside `path` and renamed when the chunk was verified and is durable, so it is there whole
  /// or not at all; what an attempt before left goes. Throws `exists` if there is anything at `path` but
  /// an empty directory; `damaged` for a chunk that begins no log; `networkDisk`, `diskFull`, `io`.
  package static func create(
    directory path: String, role: ReplicationRole, from chunk: LogChunk,
    settings: EventLog.Settings = .init(), disk: any Disk = SystemDisk()
  ) throws(LogError) -> ReplicaLog {
    let final = LedgerDirectory(path, on: disk)
    if let there = try final.facts("") {
      guard there.isDirectory, try final.list("").isEmpty else {
        throw LogError(.exists, "it is neither a replica nor an empty directory", file: path)
      }
    }
    let draft = LedgerDirectory(final.path + draftSuffix, on: disk)
    try draft.removeAll()
    try draft.begin(role, try firstBatch(of: chunk))
    do {
      _ = try ReplicaLog(directory: draft.path, settings: settings, disk: disk).take(chunk)
    } catch {
      try? draft.removeAll()
      throw error
    }
    try uninterrupted(final.path) { () throws(SystemError) in
      try disk.rename(draft.path, to: final.path)
    }
    try final.syncParent()
    return try ReplicaLog(directory: path, settings: settings, disk: disk)
  }

  /// The lines up to the first commit: a ledger is born with its first batch.
  private static func firstBatch(of chunk: LogChunk) throws(LogError) -> [UInt8] {
    var start = 0
    while chunk.start == .start,
      let newline = chunk.bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
    {
      let isCommit = EventEnvelope.kind(of: chunk.bytes.span.extracting(start..<newline)) == .commit
      start = newline + 1
      if isCommit { return Array(chunk.bytes[..<start]) }
    }
    throw LogError(.damaged, "the stream does not begin with a ledger's first batch")
  }

  /// Makes the index of finished segments that have none; cheap where nothing is missing.
  package func index() throws(LogError) {
    var scanner = LineScanner()
    // Nothing is wrong with an index that was never made: nobody need be told.
    var notices: [LogNotice] = []
    let segments = try directory.segments().filter { $0.first <= tail.first }
    _ = try IndexRuns(
      of: directory, ledger: identity.ledger, segments: segments, with: &scanner, &notices)
  }

  /// Compares checkpoints known elsewhere with what is here.
  ///
  /// Throws `behindAnchor` for one that is later or of another history, `notProven` for bytes that are no
  /// checkpoint signed by this ledger, `io`. Reads a segment for each.
  package func compare(with kept: [[UInt8]]) throws(LogError) {
    for bytes in kept {
      guard let checkpoint = Checkpoint(parsing: bytes), checkpoint.origin == identity.origin,
        checkpoint.isSigned(byOneOf: keys.keys(for: checkpoint.size))
      else { throw LogError(.notProven, "it is no checkpoint that this ledger has signed") }
      guard try root(at: checkpoint.size) == checkpoint.root else {
        throw LogError(
          .behindAnchor,
          checkpoint.size > durableSize
            ? "the replica has \(durableSize) events, the checkpoint knows \(checkpoint.size)"
            : "the checkpoint of \(checkpoint.size) events is of another history",
          file: directory.path)
      }
    }
  }

  /// Ends the following for good: from now on the ledger's own commands write it, in a new term.
  ///
  /// Throws `missing` while a batch is not whole, `diskFull`, `io`.
  package func promote(term: String) throws(LogError) {
    guard durableSize == size else {
      throw LogError(.missing, "the last batch was not received to its end")
    }
    var role = role
    role.kind = .primary
    role.term = term
    try directory.replace(ReplicationRole.fileName, with: role.bytes)
    try directory.syncDirectory("")
  }
}

extension LedgerDirectory {
  /// Makes everything of a new replica durable in the draft of its folder.
  fileprivate func begin(_ role: ReplicationRole, _ firstBatch: [UInt8]) throws(LogError) {
    try makeDirectory("")
    try makeDirectory(Self.logName)
    for name in [Self.quarantineName, Self.keysName] { try makeDirectory(name, mode: 0o700) }
    try writeNew(Self.segmentName(0), firstBatch)
    try writeNew(Self.lockName, DurableSize.text(nil))
    try writeNew(ReplicationRole.fileName, role.bytes)
    try writeNew(Self.identityName, Self.identityFile(try identityFromLog()))
    for name in [Self.logName, Self.quarantineName, Self.keysName, ""] { try syncDirectory(name) }
  }

  /// Cuts what is no sound batch off the end of a replica's log; gives the last segment that is left.
  func cutToSound(
    _ ledger: String, _ logDirectory: borrowing OpenFile, _ scanner: inout LineScanner
  ) throws(LogError) -> SegmentFile {
    var segments = try segments()
    while let last = segments.popLast() {
      let count = try TailScan.soundBytes(of: last, in: self, ledger, &scanner)
      if count == last.size, count > 0 { return last }
      guard count > 0 || last.first > 0 else { break }
      let rest = SegmentFile(first: last.first, size: count)
      if count == 0 { try remove(last.name) } else { try cut(rest) }
      do { try logDirectory.sync() } catch { throw LogError(error, last.name) }
      if count > 0 { return rest }
      // The one before was finished; it goes on until its successor is there again.
      if let before = segments.last { try writable(before) }
    }
    throw LogError(
      .damaged, "the ledger's first batch does not verify", file: Self.segmentName(0))
  }

  private func writable(_ segment: SegmentFile) throws(LogError) {
    try uninterrupted(segment.name) { () throws(SystemError) in
      try disk.changeMode(path(segment.name), 0o644)
    }
  }

  /// Which keys sign, as the ledger's own events say.
  func keyHistory(_ identity: LedgerIdentity) throws(LogError) -> KeyHistory {
    var history = KeyHistory(identity)
    let reader = try LogReader.open(directory: path, disk: disk)
    do throws(PassError<Never>) {
      try reader.forEach(of: StreamSelection(streams: [identity.stream])) {
        (event, line) throws(Never) in history.take(event, line)
      }
    } catch {
      switch error {
      case .log(let error): throw error
      }
    }
    return history
  }
}

internal import CanonicalJSON

/// The log of a replica, held by the one process that follows its source.
///
/// It takes chunks of the source's log, byte for byte, as `ChunkWalk` checks them. Only whole batches are
/// written, each time with one sync; then readers are told. What comes twice is dropped.
package final class ReplicaLog {
  /// What the ledger is, as its first event says.
  package let identity: LedgerIdentity
  /// Whose replica it is.
  package let role: ReplicationRole

  let directory: LedgerDirectory
  /// The tree over everything taken, and the rules of the next line.
  private(set) var chunks: ChunkWalk
  /// The last segment, as far as it is durable.
  private(set) var tail: SegmentFile
  /// The tree's edge at the last checkpoint taken.
  var tiles: TileBuilder?
  private let lock: WriterLock
  private let logDirectory: OpenFile
  private var tailFile: OpenFile
  /// Lines taken that are not written yet, and the segment they belong to.
  private var pending: [UInt8] = []
  private var pendingSegment: Int64
  /// How many of these bytes are whole batches, and how many events there are up to their end.
  private var whole: (count: Int, size: Int64) = (0, 0)
  /// How many events are durable: those up to the last commit taken.
  package private(set) var durableSize: Int64

  /// Opens a replica for its follower.
  ///
  /// What a crash left behind the last batch that verifies is cut: it comes again from the source. The
  /// last segment is read with every hash checked; missing index files of those before are made.
  /// Throws `inUse`, `notALedger`, `exists` for a ledger that is no replica, `networkDisk`, `damaged`, `io`.
  package init(
    directory path: String, settings: EventLog.Settings = .init(), disk: any Disk = SystemDisk()
  ) throws(LogError) {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    guard let role = try directory.replicationRole(), role.kind == .replica else {
      throw LogError(
        .exists, "there is a ledger here that is no replica, and it is left as it is", file: path)
    }
    try directory.requireLocalDisk(settings)
    let lock = try WriterLock.taken(directory)
    let logDirectory = try directory.open(LedgerDirectory.logName, .read)
    try EventLog.syncTail(directory, logDirectory)
    let identity = try directory.identityFromLog()
    var scanner = LineScanner()
    let tail = try directory.cutToSound(identity.ledger, logDirectory, &scanner)
    var walk = LogWalk(
      ledger: identity.ledger, checking: .every, from: try directory.statedTree(of: tail))
    try walk.segment(tail, in: directory, with: &scanner) { _, _, _ in true }
    (self.directory, self.identity, self.role, self.tail) = (directory, identity, role, tail)
    chunks = ChunkWalk(after: walk, in: tail, identity: identity, keys: KeyHistory(identity))
    tailFile = try directory.open(tail.name, .write)
    pendingSegment = tail.first
    durableSize = walk.size
    self.lock = lock
    self.logDirectory = logDirectory
    publish()
    try index()
    chunks = ChunkWalk(
      after: walk, in: tail, identity: identity, keys: try directory.keyHistory(identity))
    try directory.settleCheckpoints()
  }

  /// Behind the last byte taken.
  package var position: LogPosition { chunks.position }

  /// How many events were taken; those not written yet are not durable.
  package var size: Int64 { chunks.size }

  /// Head of the tree over them.
  package var root: Digest { chunks.root }

  /// Which keys sign the source's checkpoints.
  var keys: KeyHistory { chunks.keys ?? KeyHistory(identity) }

  /// Head of the tree over the first `size` events; `nil` when there are fewer, or that many only in
  /// a batch without its commit. Reads a segment unless it is the present size.
  package func root(at size: Int64) throws(LogError) -> Digest? {
    if size == self.size { return root }
    return try directory.root(at: size, upTo: tail)
  }

  /// Bytes that are held at most before they are written.
  private static let most = 4 << 20

  /// Takes a chunk; says whether anything in it was new.
  ///
  /// With `more` to come at once its batches may wait for those, so that one sync serves many; `flush` writes
  /// what waits. Throws `behindAnchor` for a chunk of another history, `missing` when bytes before it were
  /// never taken, `damaged` when its lines are not what it states (nothing of it is kept then);
  /// `diskFull`, `io`, after which this object is of no more use.
  package func take(_ chunk: LogChunk, more: Bool = false) throws(LogError) -> Bool {
    guard let skip = try chunks.known(of: chunk) else { return false }
    if skip > 0, try known(skip, from: chunk.start) != Array(chunk.bytes[..<skip]) {
      throw LogError(
        .behindAnchor,
        "the stream has other bytes before event \(chunk.size) than this replica: one of them forked",
        file: directory.path)
    }
    if chunk.start.segment != pendingSegment { try flush() }
    let committed: (end: Int, size: Int64)?
    do throws(PassError<Never>) {
      committed = try chunks.take(chunk, from: skip) { (_, _) throws(Never) in }
    } catch {
      switch error {
      case .log(let error): throw error
      }
    }
    pendingSegment = chunk.start.segment
    if let committed { whole = (pending.count + committed.end - skip, committed.size) }
    pending += chunk.bytes[skip...]
    if !more || pending.count >= Self.most { try flush() }
    return true
  }

  /// Makes every whole batch taken durable. Throws `diskFull`, `io`.
  package func flush() throws(LogError) {
    guard whole.count > 0 else { return }
    if whole.count == pending.count {
      try write(pending, upTo: whole.size)
      pending.removeAll(keepingCapacity: true)
    } else {
      try write(Array(pending[..<whole.count]), upTo: whole.size)
      pending.removeFirst(whole.count)
    }
    whole.count = 0
  }

  /// Makes whole batches durable, in the last segment or in a new one, and tells readers.
  private func write(_ bytes: [UInt8], upTo size: Int64) throws(LogError) {
    let before = tail
    let name = LedgerDirectory.segmentName(pendingSegment)
    do throws(SystemError) {
      if pendingSegment == before.first {
        try tailFile.write(bytes.span, at: before.size)
        try tailFile.syncData()
        tail.size += bytes.count
      } else {
        try begin(bytes)
      }
    } catch { throw LogError(error, name) }
    durableSize = size
    publish()
  }

  /// Writes a new segment with its header and first batches; the one before is finished.
  private func begin(_ bytes: [UInt8]) throws(SystemError) {
    let disk = directory.disk
    let name = LedgerDirectory.segmentName(pendingSegment)
    let file: OpenFile
    do throws(LogError) {
      file = try directory.open(name, .create)
    } catch { throw SystemError("open", error.errno ?? ErrorNumber.io) }
    try file.write(bytes.span, at: 0)
    try file.sync()
    try logDirectory.sync()
    let finished = directory.path(tail.name)
    try uninterrupted { () throws(SystemError) in try disk.changeMode(finished, 0o444) }
    tail = SegmentFile(first: pendingSegment, size: bytes.count)
    tailFile = consume file
  }

  /// Bytes that were taken before, on the disk or not.
  private func known(_ count: Int, from start: LogPosition) throws(LogError) -> [UInt8] {
    let durable = start.segment == tail.first ? max(0, min(count, tail.size - start.byte)) : 0
    let bytes = durable > 0 ? try tailFile.read(durable, from: start.byte) : []
    return bytes + pending.suffix(count - durable)
  }

  /// Tells readers how far they may read; a failure leaves them a smaller size, which is true.
  private func publish() {
    try? lock.publish(DurableSize(events: durableSize, segment: tail.first, bytes: tail.size))
  }
}

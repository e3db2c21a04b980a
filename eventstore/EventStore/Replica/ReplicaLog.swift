internal import CanonicalJSON

/// The log of a replica, held by the one process that follows its source.
///
/// It takes chunks of the source's log, byte for byte, and believes none of them unseen: every line is
/// hashed, every commit compared, and the tree must be the one that the chunk states. Only whole batches
/// are written, each time with one sync; then readers are told. What comes twice is dropped.
package final class ReplicaLog {
  /// What the ledger is, as its first event says.
  package let identity: LedgerIdentity
  /// Whose replica it is.
  package let role: ReplicationRole

  let directory: LedgerDirectory
  /// The tree over everything taken, and the rules of the next line.
  private(set) var walk: LogWalk
  /// Which keys sign the source's checkpoints.
  private(set) var keys: KeyHistory
  /// The last segment, as far as it is durable.
  private(set) var tail: SegmentFile
  /// The tree's edge at the last checkpoint taken.
  var tiles: TileBuilder?
  private let lock: WriterLock
  private let logDirectory: OpenFile
  private var tailFile: OpenFile
  /// Lines taken that end with no commit yet, and the segment they belong to.
  private var pending: [UInt8] = []
  private var pendingSegment: Int64
  private var opening = EventOpening()
  /// Number of the next line in its segment.
  private var nextLine: Int64
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
    (self.directory, self.identity, self.role, self.walk, self.tail) =
      (directory, identity, role, walk, tail)
    tailFile = try directory.open(tail.name, .write)
    pendingSegment = tail.first
    durableSize = walk.size
    nextLine = walk.nextLine
    keys = KeyHistory(identity)
    self.lock = lock
    self.logDirectory = logDirectory
    publish()
    try index()
    keys = try directory.keyHistory(identity)
    try directory.settleCheckpoints()
  }

  /// Behind the last byte taken.
  package var position: LogPosition {
    LogPosition(
      segment: pendingSegment,
      byte: (pendingSegment == tail.first ? tail.size : 0) + pending.count)
  }

  /// How many events were taken; those of a batch without its commit are not durable yet.
  package var size: Int64 { walk.size }

  /// Head of the tree over them.
  package var root: Digest { walk.frontier.root }

  /// Head of the tree over the first `size` events; `nil` when there are fewer, or that many only in
  /// a batch without its commit. Reads a segment unless it is the present size.
  package func root(at size: Int64) throws(LogError) -> Digest? {
    if size == walk.size { return root }
    return try directory.root(at: size, upTo: tail)
  }

  /// Takes a chunk; says whether anything in it was new.
  ///
  /// Throws `behindAnchor` for one of another history, `missing` when bytes before it were never taken,
  /// `damaged` when its lines are not what it states (nothing of it is kept then); `diskFull`, `io`,
  /// after which this object is of no more use.
  package func take(_ chunk: LogChunk) throws(LogError) -> Bool {
    let here = position
    if chunk.end <= here {
      guard chunk.end < here || chunk.root == root else { throw forked(chunk) }
      return false
    }
    var skip = 0
    if chunk.start.segment == here.segment, chunk.start <= here {
      skip = here.byte - chunk.start.byte
      guard try known(skip, from: chunk.start) == Array(chunk.bytes[..<skip]) else {
        throw forked(chunk)
      }
    } else {
      guard chunk.start.byte == 0, chunk.start.segment == walk.size, pending.isEmpty else {
        throw LogError(
          .missing, "the bytes between \(here.byte) and \(chunk.start.byte) were never received",
          file: LedgerDirectory.segmentName(chunk.start.segment), byte: chunk.start.byte)
      }
    }
    let committed = try believe(chunk, from: skip)
    pendingSegment = chunk.start.segment
    guard let committed else {
      pending += chunk.bytes[skip...]
      return true
    }
    try write(pending + chunk.bytes[skip..<committed.end], upTo: committed.size)
    pending = Array(chunk.bytes[committed.end...])
    return true
  }

  /// Checks a chunk's lines from an offset on; its last commit's end and size, `nil` without one.
  private func believe(
    _ chunk: LogChunk, from skip: Int
  ) throws(LogError) -> (end: Int, size: Int64)? {
    var (walk, keys, opening) = (walk, keys, opening)
    var committed: (end: Int, size: Int64)?
    let offset = chunk.start.byte + skip
    var place = LinePlace(number: offset == 0 ? 1 : nextLine, offset: offset)
    var start = skip
    do throws(LogError) {
      while let newline = chunk.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = chunk.bytes.span.extracting(start..<newline)
        place.isOverlong = line.count > EventEnvelope.longestLine
        switch EventEnvelope.kind(of: line) {
        case .segment where place.offset == 0:
          try walk.header(line, place, of: SegmentFile(first: chunk.start.segment, size: 0))
        case .event where place.offset > 0 && !place.isOverlong:
          guard let event = try? EventEnvelope(parsing: line, after: &opening) else {
            throw walk.damaged("the event is malformed", place)
          }
          try walk.event(event, line, place)
          keys.take(event, line)
        case .commit where place.offset > 0:
          try walk.commit(line, place)
          committed = (newline + 1, walk.size)
        default: throw walk.damaged("the line is no event and no commit", place)
        }
        place.offset = place.end(line)
        place.number += 1
        start = newline + 1
      }
    } catch {
      throw disbelieved(chunk, error.detail, error.byte)
    }
    guard start == chunk.bytes.count, walk.size == chunk.size, walk.frontier.root == chunk.root
    else { throw disbelieved(chunk, "its lines do not lead to the tree it states", nil) }
    (self.walk, self.keys, self.opening) = (walk, keys, opening)
    nextLine = place.number
    return committed
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

  private func forked(_ chunk: LogChunk) -> LogError {
    LogError(
      .behindAnchor,
      "the stream has another history than this replica at event \(chunk.size): one of them forked",
      file: directory.path)
  }

  private func disbelieved(_ chunk: LogChunk, _ reason: String, _ byte: Int?) -> LogError {
    LogError(
      .damaged, "the chunk that was received is not what it says: \(reason)",
      file: LedgerDirectory.segmentName(chunk.start.segment), byte: byte ?? chunk.start.byte)
  }
}

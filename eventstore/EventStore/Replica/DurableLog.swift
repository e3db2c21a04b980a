/// The log's bytes as they lie in its segments, as far as they are durable: for copies of them.
///
/// Reads beside a writer, and no further than that one has published. Without a writer the tail is
/// synced first: bytes that a killed writer left in the page cache alone may still be lost, and a copy
/// must never know more than its source.
package struct DurableLog {
  /// What the ledger is, as its first event says.
  package let identity: LedgerIdentity
  /// How many events there are to read.
  package private(set) var size: Int64 = 0
  /// The folder it lies in.
  package let directory: LedgerDirectory

  private var segments: [SegmentFile] = []
  private var published: DurableSize?
  /// The segments as they were when nobody wrote, to be looked into again only when they differ.
  private var seen: [SegmentFile] = []
  private var scanner = LineScanner()

  /// Opens a ledger's log. Throws `notALedger`, `inUse` when a writer takes more than two seconds to open,
  /// `damaged`, `io`. Reads the last segment once when nobody writes.
  package init(directory path: String, disk: any Disk = SystemDisk()) throws(LogError) {
    directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    identity = try directory.identityFromLog()
    try refresh()
  }

  /// Looks how far the log goes now; throws as opening does. Cheap when nothing came.
  package mutating func refresh() throws(LogError) {
    switch try WriterPresence.probe(directory) {
    case .present(let size):
      if size == published { return }
      try take(try LogEnd(of: directory, published: size))
      published = size
    case .absent(let lock):
      let found = try directory.segments()
      if published == nil, found == seen { return }
      let log = try directory.open(LedgerDirectory.logName, .read)
      try EventLog.syncTail(directory, log)
      try take(try LogEnd(of: directory, ledger: identity.ledger, with: &scanner))
      (published, seen) = (nil, found)
      _ = consume lock
    }
  }

  private mutating func take(_ end: LogEnd) throws(LogError) {
    guard end.events >= size else {
      throw LogError(
        .behindAnchor, "the ledger had \(size) events and has \(end.events) now: it was cut",
        file: directory.path)
    }
    (segments, size) = (end.segments, end.events)
  }

  /// Bytes of the segment that begins with event `first`; `nil` where none does.
  package func count(of first: Int64) -> Int? { segments.first { $0.first == first }?.size }

  /// First event of the segment after that of `first`; `nil` after the last.
  package func segment(after first: Int64) -> Int64? { segments.first { $0.first > first }?.first }

  /// Up to `count` bytes from a place; fewer at the end of its segment.
  package func read(_ count: Int, from place: LogPosition) throws(LogError) -> [UInt8] {
    guard let segment = segments.first(where: { $0.first == place.segment }),
      place.byte < segment.size
    else { return [] }
    let file = try directory.open(segment.name, .read)
    return try file.read(min(count, segment.size - place.byte), from: place.byte)
  }

  /// The tree before a place and how many events behind the last commit it has; `nil` for a place that
  /// the log has not, or in the middle of a line. Reads its segment up to there.
  package func tree(
    at place: LogPosition
  ) throws(LogError) -> (tree: MerkleFrontier, open: Int64)? {
    guard let segment = segments.first(where: { $0.first == place.segment }),
      (0...segment.size).contains(place.byte)
    else { return nil }
    var tree = try directory.statedTree(of: segment)
    var open: Int64 = 0
    var isLine = true
    let file = try directory.open(segment.name, .read)
    var scanner = LineScanner()
    try scanner.scan(file, upTo: place.byte) { line, place throws(LogError) in
      isLine = place.isTerminated
      switch EventEnvelope.kind(of: line) {
      case .event:
        tree.append(Digest(leaf: line))
        open += 1
      case .commit: open = 0
      default: break
      }
      return true
    }
    return isLine ? (tree, open) : nil
  }

  /// Checkpoints of a size above `size` and at most the log's, ascending.
  ///
  /// To be asked after `refresh`: then none is missing that was made before the log's last events.
  package func checkpoints(after size: Int64) throws(LogError) -> [Int64] {
    try directory.checkpointSizes().filter { $0 > size && $0 <= self.size }
  }

  /// A checkpoint's file, byte for byte; `nil` where none of that size can be read.
  package func checkpoint(of size: Int64) throws(LogError) -> [UInt8]? {
    try directory.checkpoint(of: size)?.note.bytes
  }

  /// The newest checkpoint's file, byte for byte; `nil` where there is none. Reads two small files.
  package func latestCheckpoint() throws(LogError) -> [UInt8]? {
    try directory.latestCheckpoint()?.note.bytes
  }
}

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
}

/// A file in which the ledger's key, witnesses or a time stamping authority say something of the log.
package struct SignedEvidence: Equatable, Sendable {
  /// What it is.
  package enum Kind: Int, Sendable {
    /// A checkpoint, with whatever cosignatures it has.
    case checkpoint
    /// A time stamp over one.
    case timeStamp
  }

  /// How many events it speaks of.
  package var size: Int64
  /// What it is.
  package var kind: Kind
  /// When its file was put in its place, in nanoseconds since 1970 by the disk's clock.
  package var changed: Int64

  /// Evidence of given parts.
  package init(_ kind: Kind, size: Int64, changed: Int64) {
    (self.kind, self.size, self.changed) = (kind, size, changed)
  }

  var name: String {
    switch kind {
    case .checkpoint: LedgerDirectory.checkpointName(size)
    case .timeStamp: TimeStamp.name(size)
    }
  }
}

extension DurableLog {
  /// When a file of evidence came or went last; tells whether ``evidence()`` would give anything else.
  package func evidenceChanged() throws(LogError) -> Int64 {
    try directory.facts(LedgerDirectory.checkpointsName)?.changed ?? 0
  }

  /// All evidence, by size, each checkpoint before its time stamp. O(files).
  ///
  /// Of more events than the log had at the last `refresh`, too, where a writer has gone on since.
  package func evidence() throws(LogError) -> [SignedEvidence] {
    let folder = LedgerDirectory.checkpointsName
    guard try directory.facts(folder) != nil else { return [] }
    var found: [SignedEvidence] = []
    for file in try directory.list(folder) {
      let kind: SignedEvidence.Kind
      let size: Int64
      if let stated = LedgerDirectory.checkpointSize(file) {
        (kind, size) = (.checkpoint, stated)
      } else if let stated = TimeStamp.size(file) {
        (kind, size) = (.timeStamp, stated)
      } else {
        continue
      }
      guard size <= self.size, let facts = try directory.facts("\(folder)/\(file)") else {
        continue
      }
      found.append(SignedEvidence(kind, size: size, changed: facts.changed))
    }
    return found.sorted { ($0.size, $0.kind.rawValue) < ($1.size, $1.kind.rawValue) }
  }

  /// The bytes of a piece of evidence; `nil` where it is no more, or is not what its name says.
  package func bytes(of evidence: SignedEvidence) throws(LogError) -> [UInt8]? {
    switch evidence.kind {
    case .checkpoint: return try directory.checkpoint(of: evidence.size)?.note.bytes
    case .timeStamp:
      guard try directory.facts(evidence.name) != nil else { return nil }
      return try directory.read(evidence.name)
    }
  }
}

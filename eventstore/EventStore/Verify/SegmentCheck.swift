internal import CanonicalJSON

/// What a segment that is sound in itself says; whether it fits what came before is for whoever knows
/// that.
struct SegmentSummary: Sendable {
  var segment: SegmentFile
  /// Its first line, without the newline.
  var header: [UInt8]
  /// The trees before and after it.
  var start: MerkleFrontier
  var end: MerkleFrontier
  var commits: Int64 = 0
  var firstAt = InstantWords()
  var lastAt = InstantWords()
  var streams = StreamPositions()
  /// Fingerprints of its keys, sorted.
  var keys: [UInt64] = []
  /// Lines that may change the ledger's keys.
  var changes: [[UInt8]] = []
  /// Heads at the sizes that were asked for.
  var roots: [Int64: Digest] = [:]
  /// Tiles that hold other hashes.
  var differing: Set<Tile> = []
}

/// Checks one segment by itself, from the tree its header states: quick, for it stops at the first
/// thing that is wrong, and leaves it to the audit to say what that is.
///
/// Memory: 8 bytes an event and the segment's streams.
struct SegmentCheck {
  private var summary: SegmentSummary
  private var tree: MerkleFrontier
  private var tiles: TileComparison
  private let hash = QuickHash.shared
  private var opening = EventOpening()
  /// Events of the batch that is open.
  private var open: Int64 = 0
  /// Sizes at which the head is asked for, ascending, from the next one on.
  private var wanted: ArraySlice<Int64>

  private init(
    _ segment: SegmentFile, _ header: [UInt8], _ start: MerkleFrontier, _ against: LogEvidence
  ) {
    summary = SegmentSummary(segment: segment, header: header, start: start, end: start)
    tree = start
    tiles = TileComparison(against.tiles)
    wanted = against.sizes.drop { $0 <= start.size }
  }

  /// The segment's summary; `nil` unless every line of it is sound. Throws `io`.
  static func summary(
    of segment: SegmentFile, in directory: LedgerDirectory, _ ledger: String,
    _ evidence: LogEvidence, _ scanner: inout LineScanner
  ) throws(LogError) -> SegmentSummary? {
    do {
      return try scanned(segment, in: directory, ledger, evidence, &scanner)
    } catch {
      // An archive that does not inflate is for the audit to name.
      guard segment.isArchived, error.code == .damaged else { throw error }
      return nil
    }
  }

  private static func scanned(
    _ segment: SegmentFile, in directory: LedgerDirectory, _ ledger: String,
    _ evidence: LogEvidence, _ scanner: inout LineScanner
  ) throws(LogError) -> SegmentSummary? {
    let file = try directory.open(segment.name, .read)
    var check: SegmentCheck?
    var isSound = true
    try scanner.scan(file, upTo: segment.size) { line, place throws(LogError) in
      if place.number == 1 {
        check = Self.begin(segment, line, ledger, evidence)
        isSound = check != nil && place.isTerminated
      } else if place.isTerminated, !place.isOverlong {
        isSound = try check?.take(line) ?? false
      } else {
        isSound = false
      }
      return isSound
    }
    guard isSound, let check, check.open == 0, check.summary.commits > 0 else { return nil }
    var summary = check.summary
    summary.end = check.tree
    summary.differing = check.tiles.differing
    summary.keys.sortSpread()
    return summary
  }

  private static func begin(
    _ segment: SegmentFile, _ line: Span<UInt8>, _ ledger: String, _ evidence: LogEvidence
  ) -> SegmentCheck? {
    guard let header = try? SegmentHeader(parsing: line), header.ledger == ledger,
      header.first == segment.first, let start = header.frontier
    else { return nil }
    var check = SegmentCheck(segment, line.copied, start, evidence)
    if evidence.sizes.contains(start.size) { check.summary.roots[start.size] = start.root }
    check.summary.keys.reserveCapacity(segment.size / 256)
    return check
  }

  private mutating func take(_ line: Span<UInt8>) throws(LogError) -> Bool {
    if EventEnvelope.kind(of: line) == .commit { return commit(line) }
    guard let event = try? EventEnvelope(validating: line, after: &opening),
      event.seq == tree.size
    else { return false }
    let at = InstantWords(event.at, in: line)
    guard at >= summary.lastAt else { return false }
    if summary.lastAt == InstantWords() { summary.firstAt = at }
    summary.lastAt = at
    let stream = summary.streams.index(of: line.extracting(event.stream))
    guard summary.streams.next(stream) ?? event.n == event.n else { return false }
    summary.streams.advance(stream, past: event.n)
    summary.keys.append(hash(line.extracting(event.key)))
    if KeyHistory.mayChange(event) { summary.changes.append(line.copied) }
    open += 1
    try grow(by: Digest(leaf: line))
    return true
  }

  private mutating func grow(by leaf: Digest) throws(LogError) {
    let number = tree.size
    try tiles.take(0, number, leaf)
    guard number & 255 == 255 else {
      tree.append(leaf)
      return noteRoot()
    }
    var completed: [(level: Int, root: Digest)] = []
    tree.append(leaf) { level, root in
      if level & 7 == 0, level > 0 { completed.append((level, root)) }
    }
    for (level, root) in completed { try tiles.take(level / 8, number >> Int64(level), root) }
    noteRoot()
  }

  @inline(__always)
  private mutating func noteRoot() {
    guard tree.size == wanted.first else { return }
    summary.roots[tree.size] = tree.root
    wanted = wanted.dropFirst()
  }

  private mutating func commit(_ line: Span<UInt8>) -> Bool {
    guard let commit = try? CommitLine.Parts(parsing: line), commit.size == tree.size,
      commit.events == open, InstantWords(commit.at, in: line) == summary.lastAt,
      commit.root == tree.root
    else { return false }
    open = 0
    summary.commits += 1
    return true
  }
}

/// What the log is compared with besides itself.
struct LogEvidence: Sendable {
  var tiles: StoredTiles
  /// Heads that checkpoints state, by size; where two state different ones, either.
  var claimed: [Int64: Digest]
  /// Their sizes, ascending.
  var sizes: [Int64]

  init(tiles: StoredTiles, checkpoints: [Checkpoint]) {
    self.tiles = tiles
    claimed = Dictionary(checkpoints.map { ($0.size, $0.root) }) { first, _ in first }
    sizes = claimed.keys.sorted()
  }
}

extension Span<UInt8> {
  /// The bytes, on their own.
  var copied: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}

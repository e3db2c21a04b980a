internal import CanonicalJSON

/// Bytes after the last commit that never became a batch: what a crash in the middle of a write leaves.
struct TornTail: Equatable, Sendable {
  /// Why the bytes are no batch; the names stand in quarantine files and in `LogRecovered`.
  enum Reason: String, CaseIterable {
    /// The batch's commit is missing or cut off.
    case unfinishedBatch = "unfinished_batch"
    /// The batch ends with a commit, but sectors before it never reached the disk.
    case unwrittenSectors = "unwritten_sectors"
    /// The segment itself never got a header and a first batch.
    case unfinishedSegment = "unfinished_segment"
  }

  var segment: SegmentFile
  /// Where in the segment the tail begins; 0 when the whole file is it.
  var offset: Int
  var reason: Reason

  var count: Int { segment.size - offset }
}

/// How far the log goes: its segments, the last one's bytes that count, and what lies behind them.
struct LogEnd {
  /// In order; of the last one only the bytes up to its last commit.
  var segments: [SegmentFile]
  /// Events that those segments must hold.
  var events: Int64
  var tail: TornTail?

  /// Finds the end by what the last segment itself says; for when nobody writes, or for the writer.
  ///
  /// Changes nothing. Throws `damaged` when the bytes behind the last commit that verifies are not
  /// what a crash leaves.
  init(
    of directory: LedgerDirectory, ledger: String, with scanner: inout LineScanner
  ) throws(LogError) {
    var segments = try directory.segments()
    let last = segments.removeLast()
    let end = try TailScan.end(of: last, in: directory, ledger, &scanner)
    if end.bytes > 0 {
      segments.append(SegmentFile(first: last.first, size: end.bytes))
    }
    self.segments = segments
    events = end.events
    tail = end.tail
  }

  /// The end a live writer has published.
  init(of directory: LedgerDirectory, published: DurableSize) throws(LogError) {
    segments = try directory.segments().filter { $0.first <= published.segment }
    events = published.events
    guard let last = segments.last, last.first == published.segment, last.size >= published.bytes
    else {
      throw LogError(
        .damaged, "the log is shorter than its writer says",
        file: LedgerDirectory.segmentName(published.segment))
    }
    segments[segments.count - 1].size = published.bytes
  }
}

/// One look through the last segment for the last commit that verifies.
///
/// Looks at nothing but the tree: every line that is no commit is hashed as a leaf, so that a line
/// which is no event simply leads to no commit that verifies.
struct TailScan {
  let segment: SegmentFile
  let ledger: String
  /// `nil` when the header states no tree.
  private var frontier: MerkleFrontier?
  /// Offset after the last commit that verifies.
  private var end: Int?
  /// Events up to there.
  private var events: Int64 = 0
  /// Commits after there, whether or not their roots match.
  private var commitsAfter = 0
  private var lastIsCommit = false
  private var lastIsTerminated = true
  /// Lines of the tail.
  private var tailLines: ClosedRange<Int64> = 1...1
  /// The tail's first commit: with its batch it is where the damage is, if it is any.
  private var firstCommitAfter: Int64?

  private init(segment: SegmentFile, ledger: String) {
    self.segment = segment
    self.ledger = ledger
  }

  /// How many bytes of a last segment count, how many events there are up to there, and the torn tail
  /// behind, if any. Throws `damaged` when what is behind is no torn tail.
  static func end(
    of last: SegmentFile, in directory: LedgerDirectory, _ ledger: String,
    _ scanner: inout LineScanner
  ) throws(LogError) -> (bytes: Int, events: Int64, tail: TornTail?) {
    let file = try directory.open(last.name, .read)
    let scan = try scanned(last, file, ledger, &scanner)
    let end = scan.end ?? 0
    let isWhole = end == scan.segment.size && end > 0
    return (
      end, scan.end == nil ? last.first : scan.events, isWhole ? nil : try scan.classify(file)
    )
  }

  /// How many bytes of a last segment count, whatever lies behind them: for a log that gets it again.
  static func soundBytes(
    of last: SegmentFile, in directory: LedgerDirectory, _ ledger: String,
    _ scanner: inout LineScanner
  ) throws(LogError) -> Int {
    try scanned(last, try directory.open(last.name, .read), ledger, &scanner).end ?? 0
  }

  private static func scanned(
    _ last: SegmentFile, _ file: borrowing OpenFile, _ ledger: String,
    _ scanner: inout LineScanner
  ) throws(LogError) -> TailScan {
    var last = last
    last.size = try file.endBeforeZeros(last.size)
    var scan = TailScan(segment: last, ledger: ledger)
    try scanner.scan(file, upTo: last.size) { line, place throws(LogError) in
      scan.take(line, place)
      return true
    }
    return scan
  }

  private mutating func take(_ line: Span<UInt8>, _ place: LinePlace) {
    tailLines = min(tailLines.lowerBound, place.number)...place.number
    lastIsCommit = false
    lastIsTerminated = place.isTerminated
    if place.number == 1 {
      if let header = try? SegmentHeader(parsing: line), header.ledger == ledger,
        header.first == segment.first, place.isTerminated
      {
        frontier = header.frontier
      }
      return
    }
    guard EventEnvelope.kind(of: line) == .commit else {
      frontier?.append(Digest(leaf: line))
      return
    }
    lastIsCommit = true
    commitsAfter += 1
    if commitsAfter == 1 { firstCommitAfter = place.number }
    if place.isTerminated, let commit = try? CommitLine.Parts(parsing: line),
      let frontier, commit.size == frontier.size, commit.root == frontier.root
    {
      end = place.end(line)
      events = commit.size
      commitsAfter = 0
      tailLines = (place.number + 1)...(place.number + 1)
    }
  }

  /// Tells a torn tail from damage (log-format: "Opening and recovering", 2 and 3).
  ///
  /// At most one batch is ever behind the last durable commit, so only the tail's very last line may
  /// be a commit; and a commit that is whole but does not verify must be excused by sectors that
  /// never reached the disk.
  private func classify(_ file: borrowing OpenFile) throws(LogError) -> TornTail {
    let offset = end ?? 0
    if segment.first == 0 && end == nil {
      throw damaged("the ledger's first batch does not verify", offset)
    }
    var reason: TornTail.Reason = end == nil ? .unfinishedSegment : .unfinishedBatch
    if commitsAfter > 0 {
      guard commitsAfter == 1, lastIsCommit else {
        throw damaged("a commit does not verify, and it is not the last line", offset)
      }
      if lastIsTerminated {
        guard try hasUnwrittenSector(file, from: offset, to: segment.size) else {
          throw damaged("the last commit does not verify, and no sector of it is missing", offset)
        }
        reason = .unwrittenSectors
      }
    }
    return TornTail(segment: segment, offset: offset, reason: reason)
  }

  private func damaged(_ detail: String, _ offset: Int) -> LogError {
    let last = commitsAfter > 0 ? firstCommitAfter ?? tailLines.upperBound : tailLines.upperBound
    return LogError(
      .damaged, detail, file: segment.name, lines: tailLines.lowerBound...last, byte: offset)
  }
}

/// Whether some 512-byte sector of a file's range was never written, or only begun.
///
/// A sector that did not reach the disk reads as zeros, and text holds none. Of the first and last
/// sector only the part in the range counts. A sector written in part ends in zeros: two are asked
/// for, because one zero byte may also be a space with a single bit flipped.
func hasUnwrittenSector(
  _ file: borrowing OpenFile, from start: Int, to end: Int
) throws(LogError) -> Bool {
  let sector = 512
  var offset = start
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  while offset < end {
    // Pieces end where sectors do.
    let stop = min((offset + buffer.count) / sector * sector, end)
    let got = try file.read(into: &buffer, 0..<(stop - offset), from: offset)
    guard got > 0 else { return false }
    var from = 0
    while from < got {
      let to = min((offset + from) / sector * sector + sector - offset, got)
      var zeros = 0
      while zeros < to - from, buffer[to - 1 - zeros] == 0 { zeros += 1 }
      if zeros >= 2 || zeros == to - from { return true }
      from = to
    }
    offset += got
  }
  return false
}

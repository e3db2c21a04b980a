internal import CanonicalJSON

/// The state of a verification: like `LogWalk`, but it names what is wrong and goes on.
///
/// The tree is known as long as the leaves are those the commits were made over. When a commit's root
/// does not match, its batch is *suspect*: if the next root matches, only the commit line was changed;
/// if not, the events were, and the tree stays unknown until the next segment's header states it.
/// Where the tiles still hold the batch's leaves, they tell which lines were changed, and the tree goes on.
struct LogAudit {
  /// One event line of the batch that is open.
  struct Entry {
    var line: Int64
    var byte: Int
    var leaf: Digest
    /// `nil` when the line is no event.
    var envelope: EventEnvelope?
    /// Why it is none.
    var fault: JSONError?
    var at = InstantWords()
    /// Fingerprint of its key.
    var key: UInt64 = 0
    /// Dense number of its stream.
    var stream = 0
    /// The line, where it may change the ledger's keys.
    var change: [UInt8]?
    /// The key itself, where it was asked for.
    var keyText: [UInt8] = []
  }

  /// An event that is not where it belongs; judged when everything has been read.
  struct Stray {
    var seq: Int64
    var leaf: Digest
    var file: String
    var line: Int64
    var byte: Int
  }

  /// Events that are not where they belong.
  struct Gap {
    var events: [Range<Int64>]
    var file: String
    var lines: ClosedRange<Int64>?
    var byte: Int?
    /// How many of them lines of the same batch may be that are no events or bear a wrong number.
    var excuses = 0
    /// Those that turned up elsewhere.
    var found: Set<Int64> = []
  }

  /// A batch whose commit's root is not that of the tree.
  struct Suspect {
    var file: String
    var lines: ClosedRange<Int64>
    var byte: Int
    var commitByte: Int
  }

  /// The ledger's number, if it could be read anywhere.
  let ledger: String?
  let evidence: LogEvidence
  var result = Verification()
  /// `nil` where damage keeps it from being known.
  var tree: MerkleFrontier? = MerkleFrontier()
  /// `seq` of the next event.
  var expected: Int64 = 0
  var lastAt = InstantWords()
  var streams = StreamPositions()
  var keys = KeyRuns()
  var suspect: Suspect?
  /// Hashes of batches that no root has vouched for yet.
  var unsettled: [TreeGrowth] = []
  var tiles: TileComparison
  /// Heads at the sizes that checkpoints speak of.
  var roots: [Int64: Digest] = [:]
  /// Lines that may change the ledger's keys, in order.
  var changes: [[UInt8]] = []
  /// What a second look is for.
  var watched: WatchedEvents?
  /// Whether the log is looked at from some later segment on.
  var isPartial = false
  /// What kept a tile from being read.
  var failure: LogError?
  /// Whether events were lost or changed: what follows then disagrees with what came before.
  var isDamaged = false
  var strays: [Stray] = []
  var gaps: [Gap] = []
  /// Events that malformed lines without a batch may have been: excuses for what comes next.
  var swallowed = 0

  var segment = SegmentFile(first: 0, size: 0)
  /// Its first line.
  private var headerLeaf = Digest.zero
  private var isLast = false
  private var opening = EventOpening()
  var batch: [Entry] = []
  /// First line and byte of the batch that is open.
  var batchStart: (line: Int64, byte: Int) = (2, 0)
  /// The commit line last met, to tell one that stands there twice.
  var lastCommit: CommitLine?
  /// Lines of this segment that could not be compared with any root.
  private var unchecked: ClosedRange<Int64>?

  init(ledger: String?, evidence: LogEvidence) {
    self.ledger = ledger
    self.evidence = evidence
    tiles = TileComparison(evidence.tiles)
    if evidence.claimed[0] != nil { roots[0] = .empty }
  }

  mutating func find(
    _ kind: Finding.Kind, in file: String? = nil, lines: ClosedRange<Int64>? = nil,
    byte: Int? = nil, _ detail: String
  ) {
    result.findings.append(Finding(kind, file ?? segment.name, lines, byte: byte, detail))
  }

  mutating func begin(_ segment: SegmentFile, isLast: Bool) {
    self.segment = segment
    self.isLast = isLast
    result.segments += 1
    batch = []
    lastCommit = nil
    unchecked = nil
    if segment.size == 0 { find(.truncated, "the segment is empty") }
  }

  mutating func take(_ line: Span<UInt8>, _ place: LinePlace) {
    if place.number == 1 {
      headerLeaf = Digest(leaf: line)
      header(line, place)
      batchStart = (2, place.end(line))
      return
    }
    switch EventEnvelope.kind(of: line) {
    case .commit:
      commit(line, place)
      batch.removeAll(keepingCapacity: true)
      batchStart = (place.number + 1, place.end(line))
    case .segment where Digest(leaf: line) == headerLeaf:
      find(
        .duplicated, lines: place.number...place.number, byte: place.offset,
        "the segment header stands there twice")
    default:
      event(line, place)
    }
  }

  mutating func endSegment() {
    result.bytes += segment.size
    if let last = batch.last {
      tellFaults(batch)
      // An event in the header's place stands before where a batch begins.
      find(
        .truncated, lines: min(batchStart.line, last.line)...last.line,
        byte: min(batchStart.byte, last.byte),
        isLast ? "the log ends inside a batch" : "the segment ends inside a batch")
      let events = batch.count { $0.envelope != nil }
      expected += Int64(events)
      swallowed = 2 * (batch.count - events)
      tree = nil
      isDamaged = true
    }
    if isLast {
      let head = tree.map { evidence.claimed[$0.size] == $0.root } ?? false
      settleSuspect(treeIsRight: head)
      if tree != nil { settleGrowth() }
    }
    if let unchecked {
      result.notices.append(
        LogNotice(
          .unchecked, segment.name,
          "lines \(unchecked.lowerBound)–\(unchecked.upperBound) follow damage: "
            + "their hashes cannot be compared with anything"))
    }
    if isLast { result.root = tree?.root }
  }

  /// Notes that a batch's root could not be compared.
  mutating func leaveUnchecked(_ lines: ClosedRange<Int64>) {
    unchecked = (unchecked?.lowerBound ?? lines.lowerBound)...lines.upperBound
  }

  /// Decides what was wrong with a suspect batch, now that the next root is known.
  mutating func settleSuspect(treeIsRight: Bool) {
    guard let suspect else { return }
    self.suspect = nil
    if treeIsRight {
      let line = suspect.lines.upperBound
      find(
        .mutated, in: suspect.file, lines: line...line, byte: suspect.commitByte,
        "the commit's root is not that of the events, which a later root vouches for")
    } else {
      find(
        .mutated, in: suspect.file, lines: suspect.lines, byte: suspect.byte,
        "the events are not those the commit was made over")
      isDamaged = true
      unsettled = []
    }
  }
}

extension LogAudit {
  /// Judges a segment's first line, and takes the tree from it where the tree is not known.
  mutating func header(_ line: Span<UInt8>, _ place: LinePlace) {
    let header: SegmentHeader
    do {
      header = try SegmentHeader(parsing: line)
    } catch {
      let isEvent = EventEnvelope.kind(of: line) == .event
      find(
        isEvent ? .missing : .malformed, lines: 1...1, byte: isEvent ? 0 : error.offset,
        isEvent
          ? "the segment header is missing"
          : "the segment header is not one: \(error.code.rawValue)")
      if expected != segment.first { tree = nil }
      noteMissing(upTo: segment.first)
      if isEvent { event(line, place) }
      return
    }
    if !place.isTerminated { find(.truncated, lines: 1...1, byte: line.count, "it ends here") }
    if let ledger, header.ledger != ledger {
      find(.mutated, lines: 1...1, byte: 0, "the segment belongs to ledger \(header.ledger)")
    }
    if header.first != segment.first {
      find(.mutated, lines: 1...1, byte: 0, "the header and the file's name tell different events")
    }
    let isNext = segment.first == expected
    let stated = header.frontier
    let isDoubtful = suspect != nil
    settleSuspect(treeIsRight: isNext && stated == tree)
    if isNext, let stated, stated == tree { settleGrowth() }
    if isNext, let known = tree {
      if stated != known, isDoubtful, let stated {
        tree = stated
      } else if stated != known {
        find(
          .mutated, lines: 1...1, byte: 0,
          "the header's tree is not that of the events before it")
      }
    } else {
      if stated == nil {
        find(.mutated, lines: 1...1, byte: 0, "the header's root is not that of its peaks")
      }
      noteMissing(upTo: segment.first)
      tree = stated
    }
    if let tree, evidence.claimed[tree.size] != nil { roots[tree.size] = tree.root }
  }

  /// Notes the events between the last one met and the one a segment begins with.
  private mutating func noteMissing(upTo first: Int64) {
    // Lines at the end of the segment before that are no events may have been them.
    if expected + Int64(swallowed) < first {
      gaps.append(
        Gap(
          events: [expected..<first], file: LedgerDirectory.segmentName(expected), lines: nil,
          byte: nil))
      isDamaged = true
    }
    expected = max(expected, first)
    swallowed = 0
  }

  /// Judges the form of a line that is no commit, and adds it to the batch.
  private mutating func event(_ line: Span<UInt8>, _ place: LinePlace) {
    var entry = Entry(line: place.number, byte: place.offset, leaf: Digest(leaf: line))
    do throws(JSONError) {
      guard !place.isOverlong else {
        throw JSONError(.tooLong, at: EventEnvelope.longestLine)
      }
      guard place.isTerminated else { throw JSONError(.truncated, at: line.count) }
      let envelope = try EventEnvelope(parsing: line, after: &opening)
      entry.envelope = envelope
      entry.at = InstantWords(envelope.at, in: line)
      entry.key = QuickHash.shared(line.extracting(envelope.key))
      entry.stream = streams.index(of: line.extracting(envelope.stream))
      if KeyHistory.mayChange(envelope) { entry.change = line.copied }
      if watched?.fingerprints.contains(entry.key) == true {
        entry.keyText = line.extracting(envelope.key).copied
      }
      var cursor = CanonicalCursor()
      try cursor.validateValue(in: line, limits: .event)
    } catch {
      entry.fault = error
    }
    batch.append(entry)
  }

  /// Tells which lines have not the form of an event.
  mutating func tellFaults(_ entries: [Entry]) {
    for entry in entries {
      guard let fault = entry.fault else { continue }
      find(
        .malformed, lines: entry.line...entry.line, byte: entry.byte + fault.offset,
        "the line is not an event's: \(fault.code.rawValue)")
    }
  }
}

internal import CanonicalJSON

/// How thoroughly a pass compares the tree it builds with the commits it meets.
package enum HashChecking: Sendable {
  /// No line is hashed.
  case off
  /// Every line is hashed; the tree's head is compared at least every 1,024 events and at the end of
  /// each segment, so that small batches do not cost a root each.
  case sparse
  /// Every line is hashed and every commit compared.
  case every
}

/// The 24 bytes of an instant, as three words whose order is that of time.
struct InstantWords: Comparable {
  private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

  /// Before every instant.
  init() {}

  init(_ range: Range<Int>, in line: Span<UInt8>) {
    let text = line.extracting(range)
    precondition(text.count == 24)
    // Any eight bytes are an integer, and the loads check their bounds.
    unsafe words.0 = text.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian
    unsafe words.1 = text.bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
    unsafe words.2 = text.bytes.unsafeLoadUnaligned(fromByteOffset: 16, as: UInt64.self).bigEndian
  }

  /// The instant's text; empty before every instant.
  var text: String {
    if words.0 == 0 { return "" }
    let bytes = [words.0, words.1, words.2].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func < (left: InstantWords, right: InstantWords) -> Bool { left.words < right.words }
  static func == (left: InstantWords, right: InstantWords) -> Bool { left.words == right.words }
}

/// The rules of the log, applied line by line: a state machine that does no I/O.
///
/// It knows the tree so far and what must come next; the first line that is not what the log's own
/// numbers, times and hashes demand ends the walk with `LogError.damaged`.
struct LogWalk {
  private let ledger: String
  private let checking: HashChecking
  /// The tree over all events met.
  private(set) var frontier: MerkleFrontier
  /// Events met; equals `frontier.size` where lines are hashed.
  private(set) var size: Int64
  private(set) var lastAt = InstantWords()
  /// Events met in the batch that is open.
  private var open: Int64 = 0
  /// Where the lines begin that the next comparison of roots vouches for.
  private var unverifiedFrom: (line: Int64, byte: Int) = (1, 0)
  private var unverified: Int64 = 0
  /// The last commit, while its root is still to be compared.
  private var pendingRoot: (root: Digest, line: Int64)?
  private var file = ""
  private var opening = EventOpening()

  private static let sparseInterval: Int64 = 1024

  /// A walk from the ledger's beginning, or from the tree a segment's header states.
  init(ledger: String, checking: HashChecking, from frontier: MerkleFrontier = MerkleFrontier()) {
    self.ledger = ledger
    self.checking = checking
    self.frontier = frontier
    self.size = frontier.size
  }

  /// Takes the first line of a segment.
  mutating func header(
    _ line: Span<UInt8>, _ place: LinePlace, of segment: SegmentFile
  ) throws(LogError) {
    file = segment.name
    guard place.isTerminated, !place.isOverlong else {
      throw damaged("the segment header is cut off", place)
    }
    let header: SegmentHeader
    do {
      header = try SegmentHeader(parsing: line)
    } catch {
      throw damaged("the segment header is not one: \(error.code.rawValue)", place, error.offset)
    }
    guard header.ledger == ledger else {
      throw damaged("the segment belongs to ledger \(header.ledger)", place)
    }
    guard header.first == segment.first, header.first == size else {
      throw damaged("the segment begins at event \(header.first), not \(size)", place)
    }
    guard header.frontier != nil, checking == .off || header.peaks == frontier.peaks else {
      throw damaged("the segment header's tree is not that of the events before it", place)
    }
    unverifiedFrom = (place.number + 1, place.end(line))
  }

  /// Takes an event line.
  mutating func event(
    _ event: borrowing EventEnvelope, _ line: Span<UInt8>, _ place: LinePlace
  ) throws(LogError) {
    guard event.seq == size else {
      throw damaged("event \(event.seq) stands where \(size) must", place)
    }
    let at = InstantWords(event.at, in: line)
    guard at >= lastAt else { throw damaged("its time is before that of the event before", place) }
    lastAt = at
    size += 1
    open += 1
    if checking != .off { frontier.append(Digest(leaf: line)) }
  }

  /// Takes a commit line.
  mutating func commit(_ line: Span<UInt8>, _ place: LinePlace) throws(LogError) {
    let commit: CommitLine.Parts
    do {
      commit = try CommitLine.Parts(parsing: line)
    } catch {
      throw damaged("the commit is not one: \(error.code.rawValue)", place, error.offset)
    }
    guard commit.events == open, commit.size == size else {
      throw damaged(
        "the commit counts \(commit.events) events of \(commit.size), "
          + "there are \(open) of \(size)", place)
    }
    guard InstantWords(commit.at, in: line) == lastAt else {
      throw damaged("the commit's time is not its last event's", place)
    }
    unverified += open
    open = 0
    guard checking != .off else { return }
    pendingRoot = (commit.root, place.number)
    if checking == .every || unverified >= Self.sparseInterval { try verifyRoot() }
    if pendingRoot == nil { unverifiedFrom = (place.number + 1, place.end(line)) }
  }

  /// Takes the end of a segment, or of what counts of the last one.
  mutating func endOfSegment(_ segment: SegmentFile) throws(LogError) {
    guard open == 0 else {
      throw LogError(
        .damaged, "the segment ends inside a batch", file: file, byte: segment.size)
    }
    try verifyRoot()
  }

  /// The line that follows the last one vouched for: after a whole batch, the next of the segment.
  var nextLine: Int64 { unverifiedFrom.line }

  /// Whether a batch is open: events met that no commit has covered.
  var isInsideBatch: Bool { open > 0 }

  private mutating func verifyRoot() throws(LogError) {
    guard let pending = pendingRoot else { return }
    guard frontier.root == pending.root else {
      throw LogError(
        .damaged, "the events are not those the commit was made over", file: file,
        lines: unverifiedFrom.line...pending.line, byte: unverifiedFrom.byte)
    }
    pendingRoot = nil
    unverified = 0
  }

  /// The error for a line; the byte is that of the line, or of `offset` in it.
  func damaged(_ detail: String, _ place: LinePlace, _ offset: Int = 0) -> LogError {
    LogError(
      .damaged, detail, file: file, lines: place.number...place.number, byte: place.offset + offset
    )
  }
}

extension LogWalk {
  /// Walks one segment, giving each event to `body` until it says false.
  ///
  /// What `body` gets is hashed already but, unless every commit is compared, not yet vouched for:
  /// only when the walk returns is it. A damage found by a sparse comparison is pinned to its batch by
  /// walking the segment once more.
  mutating func segment(
    _ segment: SegmentFile, in directory: LedgerDirectory, with scanner: inout LineScanner,
    _ body: (borrowing EventEnvelope, Span<UInt8>, LinePlace) throws(LogError) -> Bool
  ) throws(LogError) {
    let before = frontier
    do {
      try walk(segment, in: directory, with: &scanner, body)
    } catch {
      guard error.code == .damaged, checking == .sparse else { throw error }
      var again = LogWalk(ledger: ledger, checking: .every, from: before)
      try again.walk(segment, in: directory, with: &scanner) { _, _, _ in true }
      throw error
    }
  }

  private mutating func walk(
    _ segment: SegmentFile, in directory: LedgerDirectory, with scanner: inout LineScanner,
    _ body: (borrowing EventEnvelope, Span<UInt8>, LinePlace) throws(LogError) -> Bool
  ) throws(LogError) {
    let file = try directory.open(segment.name, .read)
    var isDone = false
    var isWanted = true
    try scanner.scan(file, upTo: segment.size) { line, place throws(LogError) in
      if place.number == 1 {
        try header(line, place, of: segment)
        return true
      }
      switch EventEnvelope.kind(of: line) {
      case .event where !place.isOverlong && place.isTerminated:
        let envelope: EventEnvelope
        do throws(JSONError) {
          envelope = try EventEnvelope(parsing: line, after: &opening)
        } catch {
          throw damaged("the event is malformed: \(error.code.rawValue)", place, error.offset)
        }
        try event(envelope, line, place)
        if isWanted { isWanted = try body(envelope, line, place) }
      case .commit where !place.isOverlong && place.isTerminated:
        try commit(line, place)
        isDone = !isWanted
      default:
        throw damaged("the line is no event and no commit", place)
      }
      return !isDone
    }
    if segment.size == 0 {
      throw LogError(.damaged, "the segment is empty", file: segment.name)
    }
    try endOfSegment(segment)
  }
}

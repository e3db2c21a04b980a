/// The events of one segment in memory, each line hashed and every commit met compared.
struct SegmentLoad: Sendable {
  /// Where an event's line lies in the bytes.
  struct Line: BitwiseCopyable, Sendable {
    var start: UInt32
    var count: UInt16
    var envelope: EventEnvelope
  }

  /// Event lines end to end, without newlines.
  private(set) var bytes: [UInt8] = []
  /// The events, in order.
  private(set) var lines: [Line] = []
  /// The tree before the first of them, as the segment's header states it.
  private(set) var start = MerkleFrontier()
  /// The walk after the last.
  private(set) var walk: LogWalk

  /// Nothing loaded yet, with memory that is kept from segment to segment.
  init(ledger: String, checking: HashChecking) {
    walk = LogWalk(ledger: ledger, checking: checking)
  }

  /// Loads a segment in place of the one before, from the tree its own header states: whether that is the
  /// tree of the events before is for who has them. Throws `damaged`, `io`. O(bytes).
  mutating func load(
    _ segment: SegmentFile, in directory: LedgerDirectory, _ ledger: String,
    _ checking: HashChecking, with scanner: inout LineScanner
  ) throws(LogError) {
    guard segment.size <= UInt32.max else {
      throw LogError(.damaged, "the segment is too long", file: segment.name)
    }
    var bytes = bytes
    var lines = lines
    (self.bytes, self.lines) = ([], [])
    bytes.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    bytes.reserveCapacity(segment.size)
    start = try directory.statedTree(of: segment)
    var walk = LogWalk(ledger: ledger, checking: checking, from: start)
    try walk.segment(segment, in: directory, with: &scanner) { event, line, _ in
      lines.append(
        Line(
          start: UInt32(bytes.count), count: UInt16(line.count), envelope: copy event))
      unsafe line.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
      return true
    }
    (self.bytes, self.lines, self.walk) = (bytes, lines, walk)
  }

  /// Whether what was loaded goes on where a walk has come to: the same tree, and no time before its last.
  func continues(_ before: LogWalk, _ checking: HashChecking) -> Bool {
    let isNext = checking == .off ? start.size == before.size : start == before.frontier
    guard isNext, let first = lines.first else { return false }
    let line = bytes.span.extracting(Int(first.start)..<Int(first.start) + Int(first.count))
    return InstantWords(first.envelope.at, in: line) >= before.lastAt
  }
}

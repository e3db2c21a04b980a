internal import CanonicalJSON

/// One segment read with every hash checked: its index, and the state of the log at its end.
///
/// Checks what can be told from the segment alone: that positions in a stream follow each other and
/// that no key is there twice.
struct SegmentScan {
  private(set) var segment: SegmentFile
  private(set) var tail: IndexTail
  /// The next position of every stream that has an event in it.
  private(set) var positions = StreamTable()
  private(set) var walk: LogWalk

  /// Reads a segment up to `segment.size`. Throws `damaged`, `io`.
  init(
    of segment: SegmentFile, in directory: LedgerDirectory, ledger: String,
    with scanner: inout LineScanner
  ) throws(LogError) {
    self.segment = segment
    tail = IndexTail(first: segment.first)
    walk = LogWalk(
      ledger: ledger, checking: .every, from: try directory.statedTree(of: segment))
    var walk = walk
    var scan = self
    try walk.segment(segment, in: directory, with: &scanner) {
      event, line, place throws(LogError) in
      try scan.take(event, line, place, in: directory)
      return true
    }
    self = scan
    self.walk = walk
  }

  private mutating func take(
    _ event: borrowing EventEnvelope, _ line: Span<UInt8>, _ place: LinePlace,
    in directory: LedgerDirectory
  ) throws(LogError) {
    guard place.offset < IndexTail.largestSegment else {
      throw LogError(.damaged, "the segment is too long", file: segment.name)
    }
    let name = line.extracting(event.stream)
    let n = event.n
    let known = positions.find(name)
    let expected = known.map { positions[$0] } ?? (segment.first == 0 ? 0 : n)
    guard n == expected else {
      throw damaged("its stream is at \(expected), not \(n)", place)
    }
    let stream = known ?? positions.index(of: name)
    positions[stream] = n + 1
    let key = Fingerprint(of: line.extracting(event.key))
    for earlier in tail.events(.keys, with: key)
    where try isKey(of: earlier, event, line, directory) {
      throw damaged("event \(earlier) has the same key", place)
    }
    tail.append(
      offset: place.offset, leaf: EventPlace.leaf(of: line), key: key,
      stream: positions.fingerprint(stream))
  }

  /// Whether an earlier event of the segment has an event's key, as its line says.
  private func isKey(
    of seq: Int64, _ event: borrowing EventEnvelope, _ line: Span<UInt8>,
    _ directory: LedgerDirectory
  ) throws(LogError) -> Bool {
    guard let place = tail.place(of: seq),
      let other = try directory.open(segment.name, .read).line(at: place.offset),
      let envelope = try? EventEnvelope(parsing: other.span)
    else { return false }
    guard envelope.key.count == event.key.count else { return false }
    for (own, its) in zip(event.key, envelope.key) where line[own] != other[its] { return false }
    return true
  }

  private func damaged(_ detail: String, _ place: LinePlace) -> LogError {
    LogError(
      .damaged, detail, file: segment.name, lines: place.number...place.number, byte: place.offset)
  }

  /// Refuses a next segment whose header does not go on from here.
  func requireNext(_ next: SegmentFile, in directory: LedgerDirectory) throws(LogError) {
    var walk = walk
    guard let line = try directory.open(next.name, .read).line(at: 0) else {
      throw LogError(
        .damaged, "the segment header is cut off", file: next.name, lines: 1...1, byte: 0)
    }
    try walk.header(line.span, LinePlace(number: 1, offset: 0), of: next)
  }
}

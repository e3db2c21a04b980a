internal import CanonicalJSON

extension EventLog {
  /// Appends events as one batch: all of them, or none.
  ///
  /// Returns when the batch is on the disk, with a receipt for each event in order. `at` is the time
  /// of recording, raised to the last event's if the clock went back. One write and one sync,
  /// whatever the count.
  ///
  /// Throws, with nothing recorded: `wrongPosition` where a stream is not where its writer expects,
  /// `keyConflict` for a key that is in the log already (whether its content is the same is for the
  /// caller to compare: `find`, `line`), `invalid`, `tooLong`, `diskFull` (try again when there is
  /// room), `io`; and `poisoned`, after which this process never writes again, and whether the batch
  /// is in the log shows at the next opening.
  @discardableResult
  package func append(_ events: [PendingEvent], at: String) throws(LogError) -> [Receipt] {
    if let poison { throw poison }
    guard isInstant(at) else {
      throw LogError(.invalid, "the time of recording is not an instant: \(at)")
    }
    guard !events.isEmpty else { return [] }
    var batch = Batch(after: frontier, at: max(at, lastAt), size: events.count)
    if tailFile == nil || tail.size >= settings.segmentSize {
      try checkpointFinishedSegment()
      batch.begin(SegmentHeader(ledger: identity.ledger, after: frontier))
    }
    try draft(events, into: &batch)
    batch.commit()
    try write(batch)
    take(batch, of: events)
    publish()
    return batch.receipts
  }

  /// A batch that is being put together: its bytes, and what the log becomes with it.
  struct Batch {
    let at: String
    var frontier: MerkleFrontier
    private var writer = CanonicalWriter()
    /// Of each line in the bytes.
    var offsets: [Int] = []
    /// How each line's leaf hash begins.
    var leaves: [UInt64] = []
    /// What position the next event of each of its streams gets after it.
    var positions: [String: Int64] = [:]
    var receipts: [Receipt] = []
    /// Whether the bytes begin a segment.
    var beginsSegment = false
    private let start: Int64

    init(after frontier: MerkleFrontier, at: String, size: Int) {
      self.at = at
      self.frontier = frontier
      self.start = frontier.size
      writer.bytes.reserveCapacity(512 * size + 512)
      offsets.reserveCapacity(size)
      leaves.reserveCapacity(size)
      receipts.reserveCapacity(size)
    }

    var bytes: [UInt8] { writer.bytes }

    mutating func begin(_ header: SegmentHeader) {
      beginsSegment = true
      writer.bytes = header.canonicalBytes
      endLine()
    }

    /// Adds an event's line if it has the form of one.
    mutating func append(_ event: PendingEvent, n: Int64, salt: [UInt8]) throws(JSONError) {
      let offset = writer.bytes.count
      let seq = frontier.size
      event.write(to: &writer, seq: seq, n: n, at: at, salt: salt)
      let leaf = try Self.leaf(writer.bytes.span.extracting(offset...), of: event)
      frontier.append(leaf)
      offsets.append(offset)
      leaves.append(leaf.words.0.bigEndian)
      receipts.append(Receipt(seq: seq, key: event.key, at: at))
      endLine()
    }

    /// The leaf of an event's line, which must have the form of one.
    private static func leaf(
      _ line: Span<UInt8>, of event: PendingEvent
    ) throws(JSONError) -> Digest {
      let envelope = try EventEnvelope(parsing: line)
      guard
        envelope.actor.count == event.actor.count, envelope.data.count == event.data.count,
        envelope.sealed.count == event.sealed?.count ?? 0
      else { throw JSONError(.trailingBytes, at: envelope.data.lowerBound) }
      var cursor = CanonicalCursor()
      try cursor.validateValue(in: line, limits: .event)
      return Digest(leaf: line)
    }

    mutating func commit() {
      let line = CommitLine(
        at: at, events: frontier.size - start, root: frontier.root, size: frontier.size)
      writer.bytes.append(contentsOf: line.canonicalBytes)
      endLine()
    }

    private mutating func endLine() {
      writer.bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// Checks every event against the log and the batch before it, and adds its line.
  private func draft(_ events: [PendingEvent], into batch: inout Batch) throws(LogError) {
    var salts = [UInt8](repeating: 0, count: 12 * events.count)
    do { try directory.disk.random(into: &salts) } catch { throw LogError(error, "") }
    // What the batch itself adds to streams and keys, kept apart: a refused batch leaves no trace.
    var keys: Set<String> = []
    for (place, event) in events.enumerated() {
      guard try find(key: event.key) == nil, keys.insert(event.key).inserted else {
        throw LogError(
          .keyConflict, "the key \(event.key) is in the log already", index: place)
      }
      let n: Int64
      if let known = batch.positions[event.stream] {
        n = known
      } else {
        n = try nextPosition(of: event.stream)
      }
      if let expected = event.expectedN, expected != n {
        throw LogError(
          .wrongPosition, "\(event.stream) is at \(n), not at \(expected)", index: place)
      }
      batch.positions[event.stream] = n + 1
      let salt = Array(salts[12 * place..<12 * (place + 1)])
      do {
        try batch.append(event, n: n, salt: salt)
      } catch {
        throw LogError(
          error.code == .tooLong ? .tooLong : .invalid,
          "the event's line would not be one: \(error)", byte: error.offset, index: place)
      }
    }
    guard batch.bytes.count <= 1 << 30 else {
      throw LogError(.tooLong, "the batch has more than 1 GiB")
    }
  }

  /// Makes the batch the log's state, once it is durable.
  private func take(_ batch: Batch, of events: [PendingEvent]) {
    let start = batch.beginsSegment ? 0 : tail.size
    if batch.beginsSegment {
      indexFinishedSegment()
      tail = SegmentFile(first: frontier.size, size: 0)
      index.tail = IndexTail(first: tail.first)
    }
    for (place, event) in events.enumerated() {
      let stream = Array(event.stream.utf8)
      index.tail.append(
        offset: start + batch.offsets[place], leaf: batch.leaves[place],
        key: Fingerprint(of: event.key), stream: Fingerprint(ofStream: stream.span))
    }
    for (stream, next) in batch.positions {
      index.positions[index.positions.index(of: Array(stream.utf8).span)] = next
    }
    tail.size = start + batch.bytes.count
    frontier = batch.frontier
    lastAt = batch.at
  }

  /// Tells readers how far the log is durable. A failure leaves them a smaller size, which is true.
  func publish() {
    let size = DurableSize(events: size, segment: tail.first, bytes: tail.size)
    do { try lock.publish(size) } catch {
      notices.append(LogNotice(.unpublished, LedgerDirectory.lockName, "\(error.call) failed"))
    }
  }
}

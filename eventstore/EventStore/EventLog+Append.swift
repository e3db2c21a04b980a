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
  /// caller to compare: `find`, `line`), `invalid`, `tooLong`, `diskFull` (as long as there is no room
  /// for it and for the ballast), `io`; and `poisoned`, after which this process never writes again, and whether the batch
  /// is in the log shows at the next opening.
  @discardableResult
  package func append(_ events: [PendingEvent], at: String) throws(LogError) -> [Receipt] {
    if let poison { throw poison }
    guard isInstant(at) else {
      throw LogError(.invalid, "the time of recording is not an instant: \(at)")
    }
    guard !events.isEmpty else { return [] }
    try requireBallast()
    return try record(events, at: at)
  }

  /// As `append`, with or without ballast, of one event or more.
  @discardableResult
  func record(_ events: [PendingEvent], at: String) throws(LogError) -> [Receipt] {
    noteClock(at)
    var batch = Batch(after: frontier, at: max(at, lastAt), size: events.count)
    if tailFile == nil || tail.size >= settings.segmentSize {
      try checkpointFinishedSegment()
      batch.begin(SegmentHeader(ledger: identity.ledger, after: frontier))
    }
    do throws(LogError) {
      try draft(events, into: &batch)
      batch.commit()
      try write(batch)
    } catch {
      // A refused batch leaves no trace.
      for stream in batch.streams { index.positions[stream] -= 1 }
      throw error
    }
    take(batch)
    publish()
    if let onDurable { onDurable(batch.durable) }
    return batch.receipts
  }

  /// Tells, once, that the clock is behind the last event.
  private func noteClock(_ at: String) {
    let wasBehind = isClockBehind
    isClockBehind = at < lastAt
    guard isClockBehind, !wasBehind else { return }
    notices.append(
      LogNotice(
        .clockBackwards, tail.name,
        "the clock says \(at) and the last event was recorded at \(lastAt): events get that time "
          + "until the clock has caught up"))
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
    /// What the index finds each event's key by.
    var keys: [Fingerprint] = []
    /// The numbers of the events' streams, which stand one further in the table for each of them.
    var streams: [Int] = []
    private var opening = EventOpening()
    var receipts: [Receipt] = []
    /// Whether the bytes begin a segment.
    var beginsSegment = false
    /// Where the commit line begins.
    private var end = 0
    private let start: Int64

    init(after frontier: MerkleFrontier, at: String, size: Int) {
      self.at = at
      self.frontier = frontier
      self.start = frontier.size
      writer.bytes.reserveCapacity(512 * size + 512)
      offsets.reserveCapacity(size)
      leaves.reserveCapacity(size)
      keys.reserveCapacity(size)
      streams.reserveCapacity(size)
      receipts.reserveCapacity(size)
    }

    var bytes: [UInt8] { writer.bytes }

    /// The batch for those who follow the log, once it is durable.
    var durable: DurableBatch {
      DurableBatch(first: start, at: at, bytes: writer.bytes, starts: offsets, end: end)
    }

    mutating func begin(_ header: SegmentHeader) {
      beginsSegment = true
      writer.bytes = header.canonicalBytes
      endLine()
    }

    /// Adds an event's line if it has the form of one.
    mutating func append(
      _ event: borrowing PendingEvent, n: Int64, salt: Span<UInt8>
    ) throws(JSONError) {
      let offset = writer.bytes.count
      let seq = frontier.size
      event.write(to: &writer, seq: seq, n: n, at: at, salt: salt)
      // Taken out of `self` while the line in it is read.
      var opening = opening
      let leaf = try Self.leaf(writer.bytes.span.extracting(offset...), of: event, &opening)
      self.opening = opening
      frontier.append(leaf)
      offsets.append(offset)
      leaves.append(leaf.words.0.bigEndian)
      receipts.append(Receipt(seq: seq, key: event.key, at: at))
      endLine()
    }

    /// The leaf of an event's line, which must have the form of one.
    private static func leaf(
      _ line: Span<UInt8>, of event: borrowing PendingEvent, _ opening: inout EventOpening
    ) throws(JSONError) -> Digest {
      let envelope = try EventEnvelope(validating: line, after: &opening)
      guard
        envelope.actor.count == event.actor.count, envelope.data.count == event.data.count,
        envelope.sealed.count == event.sealed?.count ?? 0
      else { throw JSONError(.trailingBytes, at: envelope.data.lowerBound) }
      return Digest(leaf: line)
    }

    mutating func commit() {
      end = writer.bytes.count
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
    // Twelve bytes are sixteen digits, with nothing left over: all are written in one go.
    let saltText = Base64.encode(salts)
    var seen: Set<UInt64> = []
    seen.reserveCapacity(events.count)
    for (place, event) in events.enumerated() {
      let key = Fingerprint(of: event.key)
      let isNew =
        seen.insert(key.value).inserted || !events[..<place].contains { $0.key == event.key }
      guard isNew, try find(key: event.key, key) == nil else {
        throw LogError(
          .keyConflict, "the key \(event.key) is in the log already", index: place)
      }
      let stream = try number(of: event.stream)
      let n = index.positions[stream]
      if let expected = event.expectedN, expected != n {
        throw LogError(
          .wrongPosition, "\(event.stream) is at \(n), not at \(expected)", index: place)
      }
      batch.keys.append(key)
      batch.streams.append(stream)
      index.positions[stream] = n + 1
      do {
        let salt = saltText.span.extracting(16 * place..<16 * (place + 1))
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
  private func take(_ batch: Batch) {
    let start = batch.beginsSegment ? 0 : tail.size
    // Taken before a finished segment may have the table of positions begun anew.
    let fingerprints = batch.streams.map { index.positions.fingerprint($0) }
    if batch.beginsSegment {
      indexFinishedSegment()
      tail = SegmentFile(first: frontier.size, size: 0)
      index.tail = IndexTail(first: tail.first)
    }
    for place in batch.offsets.indices {
      index.tail.append(
        offset: start + batch.offsets[place], leaf: batch.leaves[place], key: batch.keys[place],
        stream: fingerprints[place])
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

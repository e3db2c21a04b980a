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
    try requireWritable(at: at)
    guard !events.isEmpty else { return [] }
    try requireBallast()
    return try record(events, at: at)
  }

  /// As `append`, with or without ballast, of one event or more.
  @discardableResult
  func record(_ events: [PendingEvent], at: String) throws(LogError) -> [Receipt] {
    let batch = try drafted(events, at: at)
    try land(batch)
    return batch.receipts
  }

  func requireWritable(at: String) throws(LogError) {
    if let poison { throw poison }
    guard isInstant(at) else {
      throw LogError(.invalid, "the time of recording is not an instant: \(at)")
    }
  }

  /// Tells, once, that the clock is behind the last event.
  func noteClock(_ at: String, after last: String) {
    let wasBehind = isClockBehind
    isClockBehind = at < last
    guard isClockBehind, !wasBehind else { return }
    notices.append(
      LogNotice(
        .clockBackwards, tail.name,
        "the clock says \(at) and the last event was recorded at \(last): events get that time "
          + "until the clock has caught up"))
  }

  /// The batch of some events, ready to be written at the log's end.
  func drafted(_ events: [PendingEvent], at: String) throws(LogError) -> Batch {
    noteClock(at, after: lastAt)
    var batch = Batch(after: frontier, at: max(at, lastAt), count: events.count)
    if tailFile == nil || tail.size >= settings.segmentSize {
      try checkpointFinishedSegment()
      batch.begin(SegmentHeader(ledger: identity.ledger, after: frontier))
    }
    try draft(events, into: &batch)
    return batch
  }

  /// Checks every event against the log, the batch in flight and the batch before it, and puts the
  /// batch's bytes together. A batch refused leaves no trace.
  func draft(
    _ events: [PendingEvent], into batch: inout Batch, after flight: Batch? = nil
  ) throws(LogError) {
    do throws(LogError) {
      for place in events.indices {
        // Field by field, for a whole event costs as many counts of owners as it has fields.
        let (key, stream) = (events.span[place].key, events.span[place].stream)
        try requireFree(key, at: place, of: events, in: &batch, after: flight)
        try assign(stream, expecting: events.span[place].expectedN, at: place, in: &batch)
      }
      var salts = [UInt8](repeating: 0, count: 12 * events.count)
      do { try directory.disk.random(into: &salts) } catch { throw LogError(error, "") }
      // Twelve bytes are sixteen digits, with nothing left over: all are written in one go.
      try batch.write(events, salts: Base64.encode(salts))
      guard batch.bytes.count <= 1 << 30 else {
        throw LogError(.tooLong, "the batch has more than 1 GiB")
      }
    } catch {
      discard(batch)
      throw error
    }
  }

  /// Checks that the key of the event at a place is in no event before it, and notes it.
  private func requireFree(
    _ name: String, at place: Int, of events: [PendingEvent], in batch: inout Batch,
    after flight: Batch?
  ) throws(LogError) {
    let key = Fingerprint(of: name)
    // Different keys may have one fingerprint: where it is there, the keys themselves are compared.
    var isTaken = !batch.keySet.insert(key) && events[..<place].contains { $0.key == name }
    if !isTaken, let flight, flight.keySet.contains(key) {
      isTaken = flight.receipts.contains { $0.key == name }
    }
    if !isTaken { isTaken = try find(key: name, key) != nil }
    guard !isTaken else {
      throw LogError(.keyConflict, "the key \(name) is in the log already", index: place)
    }
    batch.keys.append(key)
  }

  /// Gives the event at a place the next position of its stream, which must be the one it expects.
  private func assign(
    _ name: String, expecting expected: Int64?, at place: Int, in batch: inout Batch
  ) throws(LogError) {
    let stream = try number(of: name)
    let n = index.positions[stream]
    if let expected, expected != n {
      throw LogError(.wrongPosition, "\(name) is at \(n), not at \(expected)", index: place)
    }
    batch.streams.append(stream)
    batch.positions.append(n)
    index.positions[stream] = n + 1
  }

  /// Takes back the positions that a batch gave its events.
  func discard(_ batch: Batch) {
    for stream in batch.streams { index.positions[stream] -= 1 }
  }

  /// Writes a batch and makes it the log's state; where that fails, as if it had never been.
  func land(_ batch: Batch) throws(LogError) {
    do throws(LogError) {
      try write(batch)
    } catch {
      discard(batch)
      throw error
    }
    take(batch)
  }

  /// Makes a batch that is durable the log's state, and tells of it.
  func take(_ batch: Batch) {
    let start = batch.beginsSegment ? 0 : tail.size
    // Taken before a finished segment may have the table of positions begun anew.
    let fingerprints = batch.streams.map { index.positions.fingerprint($0) }
    if batch.beginsSegment {
      indexFinishedSegment()
      tail = SegmentFile(first: frontier.size, size: 0)
      index.tail = IndexTail(first: tail.first, expecting: index.tail.count)
    }
    for (place, offset) in batch.lines.starts.enumerated() {
      index.tail.append(
        offset: start + offset, leaf: EventPlace.beginning(of: batch.lines.leaves[place]),
        key: batch.keys[place], stream: fingerprints[place])
    }
    tail.size = start + batch.bytes.count
    frontier = batch.frontier
    lastAt = batch.at
    publish()
    if let onDurable { onDurable(batch.durable) }
  }

  /// Tells readers how far the log is durable. A failure leaves them a smaller size, which is true.
  func publish() {
    let size = DurableSize(events: size, segment: tail.first, bytes: tail.size)
    do { try lock.publish(size) } catch {
      notices.append(LogNotice(.unpublished, LedgerDirectory.lockName, "\(error.call) failed"))
    }
  }
}

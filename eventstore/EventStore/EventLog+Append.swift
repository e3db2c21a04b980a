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
      try settleFinish()
      if !finishesBeside { try checkpointFinishedSegment() }
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
      let taken = try firstTaken(of: events, in: &batch, after: flight)
      try assign(events, before: taken ?? events.count, in: &batch)
      if let taken {
        throw LogError(
          .keyConflict, "the key \(events[taken].key) is in the log already", index: taken)
      }
      var salts = [UInt8](repeating: 0, count: 12 * events.count)
      do { try directory.disk.random(into: &salts) } catch { throw LogError(error, "") }
      // Twelve bytes are sixteen digits, with nothing left over: all are written in one go.
      try batch.write(events, salts: Base64.encode(salts))
    } catch {
      discard(batch)
      throw error
    }
  }

  /// Notes what every event's key is found by; gives the place of the first whose key is in an event
  /// before it.
  ///
  /// Different keys may have one fingerprint: where it is there, the keys themselves are compared. All
  /// are looked for in one table before the next, so that the memory's waits overlap.
  private func firstTaken(
    of events: [PendingEvent], in batch: inout Batch, after flight: Batch?
  ) throws(LogError) -> Int? {
    let span = events.span
    for place in span.indices {
      batch.keys.append(Fingerprint(of: span[place].key))
    }
    var taken: Int?
    for (place, key) in batch.keys.enumerated() {
      var isTaken =
        !batch.keySet.insert(key) && events[..<place].contains { $0.key == span[place].key }
      if !isTaken, let flight, flight.keySet.contains(key) {
        isTaken = flight.receipts.contains { $0.key == span[place].key }
      }
      guard isTaken else { continue }
      taken = place
      break
    }
    for place in try suspects(among: batch.keys[..<(taken ?? events.count)])
    where try find(key: span[place].key, batch.keys[place]) != nil {
      return place
    }
    return taken
  }

  /// Gives the events before a place the next positions of their streams, which must be those they
  /// expect.
  private func assign(
    _ events: [PendingEvent], before end: Int, in batch: inout Batch
  ) throws(LogError) {
    let span = events.span
    index.positions.fetch(span)
    while true {
      let place = index.assign(span, before: end, in: &batch)
      guard place < end else { return }
      let name = span[place].stream
      let n = index.positions[try number(of: name)]
      if let expected = span[place].expectedN, expected != n {
        throw LogError(.wrongPosition, "\(name) is at \(n), not at \(expected)", index: place)
      }
    }
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
  private func take(_ batch: Batch) {
    note(batch)
    settle(batch)
  }

  /// As `take`, of a batch that the index has already.
  func settle(_ batch: Batch) {
    tail.size += batch.bytes.count
    frontier = batch.frontier
    lastAt = batch.at
    publish()
    if let onDurable { onDurable(batch.durable) }
  }

  /// Takes a batch's events into the index, and with the first of a segment finishes the one before.
  private func note(_ batch: Batch) {
    if batch.beginsSegment {
      if finishesBeside { beginFinish() } else { indexFinishedSegment() }
      if index.positions.count > EventIndex.mostPositions { index.positions = StreamTable() }
      tail = SegmentFile(first: frontier.size, size: 0)
      index.tail = IndexTail(first: tail.first, expecting: index.tail.count)
    }
    index.tail.append(batch, at: tail.size)
  }

  /// Tells readers how far the log is durable. A failure leaves them a smaller size, which is true.
  func publish() {
    let size = DurableSize(events: size, segment: tail.first, bytes: tail.size)
    do { try lock.publish(size) } catch {
      notices.append(LogNotice(.unpublished, LedgerDirectory.lockName, "\(error.call) failed"))
    }
  }
}

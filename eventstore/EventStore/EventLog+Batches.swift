internal import Dispatch
internal import Synchronization

// Many batches in a row: while the disk is busy with one, the processor is with the next.
extension EventLog {
  /// Appends batches one after the other, each put together while the one before it is written and
  /// synced; what `append` promises of a batch holds for each of them.
  ///
  /// - Parameters:
  ///   - next: gives the events of each batch, one or more; `nil` after the last. Asked for a batch
  ///     before the one before it is durable.
  ///   - least: how many events a batch must have to be put together meanwhile: handing the one before to
  ///     another thread costs some 40 µs, which smaller ones do not bring in.
  ///   - now: tells the time of recording of each.
  ///   - durable: gets each batch's receipts once it is on the disk, and says whether to go on: if
  ///     not, nothing is recorded of what `next` gave since.
  /// - Throws: what `append` throws; what `durable` was told of is in the log.
  package func append(
    batches next: () -> [PendingEvent]?, overlapping least: Int = 32, at now: () -> String,
    _ durable: ([Receipt]) -> Bool
  ) throws(LogError) {
    var events = next()
    var early: Batch?
    while let current = events {
      let batch = try ready(early, current, now)
      events = next()
      var drafted: Result<Batch, LogError>?
      if let events, events.count >= least, let end = segmentEnd, hasRoom(behind: batch) {
        drafted = try land(batch, at: end, drafting: events, at: now())
      } else {
        try land(batch)
      }
      let goesOn = durable(batch.receipts)
      early = try? drafted?.get()
      guard goesOn else {
        if let early { discard(early) }
        return
      }
      _ = try drafted?.get()
    }
  }

  /// The batch that was put together early, or that of some events, if anything may be written.
  private func ready(
    _ early: Batch?, _ events: [PendingEvent], _ now: () -> String
  ) throws(LogError) -> Batch {
    guard let early else {
      let at = now()
      try requireWritable(at: at)
      try requireBallast()
      return try drafted(events, at: at)
    }
    do throws(LogError) {
      try requireBallast()
    } catch {
      discard(early)
      throw error
    }
    return early
  }

  /// Whether the batch after one stands in the same segment, so that its bytes follow from what is known.
  private func hasRoom(behind batch: Batch) -> Bool {
    !batch.beginsSegment && tail.size + batch.bytes.count < settings.segmentSize
  }

  /// As `land`, and puts the batch that follows together meanwhile.
  private func land(
    _ batch: Batch, at end: SegmentEnd, drafting events: [PendingEvent], at: String
  ) throws(LogError) -> Result<Batch, LogError> {
    noteClock(at, after: batch.at)
    let failure = Mutex<SegmentEnd.Failure?>(nil)
    let bytes = batch.bytes
    let flight = DispatchWorkItem {
      let failed = end.put(bytes)
      failure.withLock { $0 = failed }
    }
    flights.async(execute: flight)
    let drafted = Result { () throws(LogError) in
      var draft = Batch(after: batch.frontier, at: max(at, batch.at), count: events.count)
      try requireWritable(at: at)
      try self.draft(events, into: &draft, after: batch)
      return draft
    }
    flight.wait()
    if let failure = failure.withLock({ $0 }) {
      if case .success(let draft) = drafted { discard(draft) }
      discard(batch)
      try settle(failure)
    }
    take(batch)
    return drafted
  }
}

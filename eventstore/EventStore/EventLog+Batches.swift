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
  ///
  /// Segments are finished beside the log, and waited for at the end unless ``waitsForFinishes`` is false.
  package func append(
    batches next: () -> [PendingEvent]?, overlapping least: Int = 32, at now: () -> String,
    _ durable: ([Receipt]) -> Bool
  ) throws(LogError) {
    finishesBeside = true
    defer { finishesBeside = false }
    do throws(LogError) {
      try appendAll(next, overlapping: least, at: now, durable)
    } catch {
      // Whatever else fails now, this is why nothing more is appended.
      if waitsForFinishes { try? settleFinish() }
      throw error
    }
    if waitsForFinishes { try settleFinish() }
  }

  /// Takes over a segment that was finished beside the log meanwhile, and signs it; waits for none.
  ///
  /// Throws what poisons, as `append` does from then on.
  package func settle() throws(LogError) {
    if finishing?.isOver == true { try settleFinish() }
  }

  private func appendAll(
    _ next: () -> [PendingEvent]?, overlapping least: Int, at now: () -> String,
    _ durable: ([Receipt]) -> Bool
  ) throws(LogError) {
    var events = next()
    var early: Batch?
    var done: Batch?
    while var current = events.take() {
      let batch = try ready(early, current, now)
      events = next()
      var drafted: Result<Batch, LogError>?
      if let events, events.count >= least, hasRoom(behind: batch),
        let end = segmentEnd(for: batch.bytes.count)
      {
        let flight = Flight(of: batch.bytes, to: end, on: flights)
        drafted = draft(events, at: now(), after: batch)
        // What is done with is given back while the disk is busy, for it takes as long as making it.
        current = []
        done = nil
        try land(batch, flight, before: drafted)
      } else {
        try land(batch)
      }
      let goesOn = durable(batch.receipts)
      done = batch
      early = try? drafted?.get()
      guard goesOn else {
        if let early { discard(early) }
        return
      }
      _ = try drafted?.get()
    }
    _ = consume done
  }

  /// The batch that was put together early, or that of some events, if anything may be written.
  private func ready(
    _ early: Batch?, _ events: [PendingEvent], _ now: () -> String
  ) throws(LogError) -> Batch {
    do throws(LogError) {
      try settle()
      guard let early else {
        let at = now()
        try requireWritable(at: at)
        try requireBallast()
        return try drafted(events, at: at)
      }
      try requireBallast()
      return early
    } catch {
      if let early { discard(early) }
      throw error
    }
  }

  /// Whether the batch after one stands in the same segment, so that its bytes follow from what is known.
  private func hasRoom(behind batch: Batch) -> Bool {
    !batch.beginsSegment && tail.size + batch.bytes.count < settings.segmentSize
  }

  /// Puts together the batch that follows one in flight.
  private func draft(
    _ events: [PendingEvent], at: String, after flight: Batch
  ) -> Result<Batch, LogError> {
    noteClock(at, after: flight.at)
    return Result { () throws(LogError) in
      var draft = Batch(after: flight.frontier, at: max(at, flight.at), count: events.count)
      try requireWritable(at: at)
      try self.draft(events, into: &draft, after: flight)
      return draft
    }
  }

  /// Waits for a batch in flight and makes it the log's state; where it failed, as if neither it nor the
  /// one drafted after it had ever been.
  private func land(
    _ batch: Batch, _ flight: borrowing Flight, before drafted: Result<Batch, LogError>?
  ) throws(LogError) {
    // The index takes it while the disk has it; nobody asks the index meanwhile.
    index.tail.append(batch, at: tail.size)
    if let failure = flight.landed() {
      index.tail.removeLast(batch.keys.count)
      if case .success(let draft) = drafted { discard(draft) }
      discard(batch)
      try settle(failure)
    }
    settle(batch)
  }
}

/// A batch's bytes on their way to the disk, on another thread.
private struct Flight: ~Copyable {
  private let failure: Outcome
  private let work: DispatchWorkItem

  private final class Outcome: Sendable {
    let failure = Mutex<SegmentEnd.Failure?>(nil)
  }

  init(of bytes: [UInt8], to end: SegmentEnd, on queue: DispatchQueue) {
    let outcome = Outcome()
    failure = outcome
    work = DispatchWorkItem {
      let failed = end.put(bytes)
      outcome.failure.withLock { $0 = failed }
    }
    queue.async(execute: work)
  }

  /// Waits for the bytes to be durable; gives why they are not.
  func landed() -> SegmentEnd.Failure? {
    work.wait()
    return failure.failure.withLock { $0 }
  }
}

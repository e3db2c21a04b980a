internal import CanonicalJSON

/// A prefix of the log, for reading beside its writer or without one.
///
/// It sees the events that were durable when it was opened, and never more: open another to see
/// what came since. Holds no file open between passes; memory is one buffer of 256 KiB a pass.
package struct LogReader: Sendable {
  /// What the ledger is, as its first event says.
  package let identity: LedgerIdentity
  /// How many events can be read: their `seq` is below it.
  package let size: Int64
  /// Things an operator should hear of, e.g. a torn tail that no writer has recovered yet.
  package let notices: [LogNotice]

  let directory: LedgerDirectory
  let segments: [SegmentFile]
  let known = KnownRuns()

  /// Opens a ledger for reading.
  ///
  /// With a live writer it goes to the durable size that one publishes, without one to the last
  /// commit. Throws `notALedger`, `inUse` when a writer takes more than two seconds to open, `damaged`
  /// when the last segment's end is not what a crash leaves, `io`. Reads the last segment once when
  /// nobody writes.
  package static func open(
    directory path: String, disk: any Disk = SystemDisk()
  ) throws(LogError) -> LogReader {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    let end: LogEnd
    let identity: LedgerIdentity
    switch try WriterPresence.probe(directory) {
    case .absent(let lock):
      // While the lock file is held shared no writer can cut the tail that is being looked at.
      identity = try directory.identityFromLog()
      var scanner = LineScanner()
      end = try LogEnd(of: directory, ledger: identity.ledger, with: &scanner)
      _ = consume lock
    case .present(let published):
      identity = try directory.identityFromLog()
      end = try LogEnd(of: directory, published: published)
    }
    var notices: [LogNotice] = []
    if let tail = end.tail {
      notices.append(
        LogNotice(
          .tornTail, tail.segment.name,
          "\(tail.count) bytes from byte \(tail.offset) are no whole batch and are not read; "
            + "the next opening for writing moves them to quarantine"))
    }
    if try !directory.isIdentityCurrent(identity) {
      notices.append(
        LogNotice(.stale, LedgerDirectory.identityName, "it does not say what the log says"))
    }
    return LogReader(
      identity: identity, size: end.events, notices: notices, directory: directory,
      segments: end.segments)
  }

  /// Gives the events with `seq` in `start..<end` to `body`, in order, in one pass.
  ///
  /// Of the segments the range touches every line is checked as `checking` says, from the tree that
  /// the first one's header states; a pass from 0 checks the chain of headers too. What `body` got is
  /// vouched for only when the call returns. With more than one of `jobs` other threads read and hash
  /// ahead, `jobs` + 1 segments at most; the result is the same. Throws `noSuchEvent` for an end past
  /// `size`.
  package func forEach<Failure: Error>(
    from start: Int64 = 0, upTo end: Int64? = nil, checking: HashChecking = .sparse, jobs: Int = 1,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) {
    var failure: Failure?
    do throws(LogError) {
      try pass(from: start, upTo: end, checking, jobs: jobs) { event, line in
        do throws(Failure) {
          try body(event, line)
          return true
        } catch {
          failure = error
          return false
        }
      }
    } catch {
      // What the body threw about bytes that are not the log's is worth less than knowing it.
      throw .log(error)
    }
    if let failure { throw .body(failure) }
  }

  /// As `forEach` with a throwing closure.
  package func forEach(
    from start: Int64 = 0, upTo end: Int64? = nil, checking: HashChecking = .sparse, jobs: Int = 1,
    _ body: (borrowing EventEnvelope, Span<UInt8>) -> Void
  ) throws(LogError) {
    try pass(from: start, upTo: end, checking, jobs: jobs) { event, line in
      body(event, line)
      return true
    }
  }

  /// The pass itself; `body` says false to end it after the batch it is in.
  func pass(
    from start: Int64, upTo end: Int64?, _ checking: HashChecking, jobs: Int = 1,
    _ body: (borrowing EventEnvelope, Span<UInt8>) -> Bool
  ) throws(LogError) {
    let end = end ?? size
    guard start >= 0, end <= size else {
      throw LogError(.noSuchEvent, "events \(start) to \(end) are asked for; the log has \(size)")
    }
    guard start < end, let from = segments.lastIndex(where: { $0.first <= start }) else { return }
    let past = segments.firstIndex { $0.first >= end } ?? segments.count
    let tree = try directory.statedTree(of: segments[from])
    func take(_ event: borrowing EventEnvelope, _ line: Span<UInt8>) -> Bool {
      let seq = event.seq
      if seq >= start, !body(event, line) { return false }
      return seq + 1 < end
    }
    let reached: Int64
    if jobs > 1, past - from > 1 {
      let done = try pass(over: segments[from..<past], from: tree, checking, jobs: jobs, take)
      if done.isEnded { return }
      reached = done.size
    } else {
      var scanner = LineScanner()
      var walk = LogWalk(ledger: identity.ledger, checking: checking, from: tree)
      var isWanted = true
      for segment in segments[from..<past] {
        try walk.segment(segment, in: directory, with: &scanner) { event, line, _ in
          isWanted = take(event, line)
          return isWanted
        }
        if !isWanted { return }
      }
      reached = walk.size
    }
    throw LogError(
      .damaged, "events \(reached) to \(end - 1) are missing",
      file: LedgerDirectory.segmentName(reached))
  }
}

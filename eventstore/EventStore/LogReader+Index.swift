internal import CanonicalJSON
internal import Synchronization

/// The index files a reader found, opened when first needed, and the segment that none of them covers.
final class KnownRuns: Sendable {
  private let known = Mutex<IndexRuns?>(nil)
  private let tail = Mutex<SegmentLoad?>(nil)

  /// The runs, opened by `open` at the first call.
  func runs(_ open: () throws(LogError) -> IndexRuns) throws(LogError) -> IndexRuns {
    try known.withLock { known throws(LogError) in
      if let known { return known }
      let runs = try open()
      known = runs
      return runs
    }
  }
}

extension KnownRuns {
  /// The events that no index covers, loaded by `load` at the first call that can.
  func tail(_ load: () -> SegmentLoad?) -> SegmentLoad? {
    tail.withLock { tail in
      if tail == nil { tail = load() }
      return tail
    }
  }
}

// Reading by place: what the index files cover is looked up, the rest is read through.
extension LogReader {
  /// The line of an event, without its newline, checked against its leaf hash as it was indexed, or
  /// against the commit that covers it where no index does.
  ///
  /// One read with an index; else it reads the event's segment up to there, some tens of milliseconds.
  package func line(_ seq: Int64) throws(LogError) -> [UInt8] {
    guard seq >= 0, seq < size else {
      throw LogError(.noSuchEvent, "there is no event \(seq); the log has \(size)")
    }
    let runs = try indexRuns()
    if let place = try? runs.run(of: seq)?.place(of: seq) {
      return try SegmentLines(directory, ledger: identity.ledger).line(seq, at: place)
    }
    var found: [UInt8] = []
    try forEach(from: seq, upTo: seq + 1) { _, line in
      found.reserveCapacity(line.count)
      for index in line.indices { found.append(line[index]) }
    }
    return found
  }

  /// Gives the events of a selection with a `seq` below `end` to `body`, in the log's order, each checked
  /// as `line` does.
  ///
  /// Throws `damaged` where one of a stream is missing. One read an event selected, and one pass over
  /// what no index file covers: at most the last segment, unless files are missing or wrong.
  package func forEach<Failure: Error>(
    of selection: StreamSelection, upTo end: Int64? = nil,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) {
    let end = end ?? size
    var order = StreamOrder(selection)
    var failure: Failure?
    var fault: LogError?
    func take(_ event: borrowing EventEnvelope, _ line: Span<UInt8>) -> Bool {
      do throws(LogError) {
        guard try order.takes(event, line) else { return true }
      } catch {
        fault = error
        return false
      }
      do throws(Failure) { try body(event, line) } catch { failure = error }
      return failure == nil
    }
    do throws(LogError) {
      let start = try forEachIndexed(selection, upTo: end, take)
      if failure == nil, fault == nil, start < end {
        try passTail(from: start, upTo: end, take)
      }
    } catch {
      throw .log(error)
    }
    if let fault { throw .log(fault) }
    if let failure { throw .body(failure) }
  }

  /// Gives what the index files lead to, until `body` says false; the first `seq` they do not cover.
  private func forEachIndexed(
    _ selection: StreamSelection, upTo end: Int64,
    _ body: (borrowing EventEnvelope, Span<UInt8>) -> Bool
  ) throws(LogError) -> Int64 {
    let runs = try indexRuns()
    var places: [(seq: Int64, place: EventPlace)] = []
    do throws(StaleIndex) {
      for fingerprint in selection.fingerprints {
        for seq in try runs.events(.streams, with: fingerprint) where seq < end {
          if let place = try runs.run(of: seq)?.place(of: seq) { places.append((seq, place)) }
        }
      }
    } catch {
      // What a wrong file says is worth nothing: all is read through.
      return 0
    }
    places.sort { $0.seq < $1.seq }
    let lines = SegmentLines(directory, ledger: identity.ledger)
    for (seq, place) in places {
      let line = try lines.line(seq, at: place)
      guard let event = try? EventEnvelope(parsing: line.span), event.seq == seq else {
        throw LogError(.damaged, "the index says that another event is event \(seq)")
      }
      if !body(event, line.span) { break }
    }
    return runs.end
  }

  /// A last segment longer than this is not kept: one is finished past 16 MiB.
  private static let longestKept = 40 << 20

  /// As `pass`, over what no index covers: mostly a part of the last segment, which is read and hashed
  /// once and kept, for whoever asks about an account asks about its debtor next.
  private func passTail(
    from start: Int64, upTo end: Int64, _ body: (borrowing EventEnvelope, Span<UInt8>) -> Bool
  ) throws(LogError) {
    let load = known.tail {
      guard let segment = segments.last, segment.first <= start, segment.size <= Self.longestKept
      else { return nil }
      var load = SegmentLoad(ledger: identity.ledger, checking: .sparse)
      var scanner = LineScanner()
      do throws(LogError) {
        try load.load(segment, in: directory, identity.ledger, .sparse, with: &scanner)
      } catch {
        // The pass says what is wrong, unless that is past what was asked for.
        return nil
      }
      return load
    }
    guard let load, let first = load.lines.first, first.envelope.seq <= start,
      load.walk.size >= end
    else {
      return try pass(from: start, upTo: end, .sparse, body)
    }
    let (bytes, lines) = (load.bytes.span, load.lines.span)
    for index in lines.indices where lines[index].envelope.seq >= start {
      let line = lines[index]
      guard line.envelope.seq < end else { return }
      let place = Int(line.start)
      guard body(line.envelope, bytes.extracting(place..<place + Int(line.count))) else { return }
    }
  }

  private func indexRuns() throws(LogError) -> IndexRuns {
    try known.runs { () throws(LogError) in
      try IndexRuns(readingOf: directory, ledger: identity.ledger, segments: segments)
    }
  }
}

internal import CanonicalJSON

/// What the writer knows of where things are: runs for the finished segments, memory for the last.
struct EventIndex {
  var runs = IndexRuns()
  var tail: IndexTail
  /// The next position of streams asked for lately, and of all that have an event in the tail.
  var positions: StreamTable
  /// The segment before the last, while its run is being made.
  var finished: IndexTail?

  /// How many streams' positions are kept from one segment to the next.
  static let mostPositions = 1 << 20

  /// Whether an event may have a fingerprint; false for sure, and in most cases where none has it.
  func mayHold(
    _ table: IndexRun.Table, _ fingerprint: Fingerprint
  ) throws(StaleIndex) -> Bool {
    if tail.hasEvent(table, with: fingerprint) { return true }
    if let finished, finished.hasEvent(table, with: fingerprint) { return true }
    return try runs.mayHold(table, fingerprint)
  }

  /// The places of those keys that an event may have, in order; three of a hundred others among them
  /// for each run.
  func suspects(among keys: ArraySlice<Fingerprint>) throws(StaleIndex) -> [Int] {
    var places = tail.places(ofKnownKeys: keys)
    if let finished { places += finished.places(ofKnownKeys: keys) }
    for run in runs.runs { try run.note(keys, to: &places) }
    return places.sorted()
  }

  /// Gives events the next positions of their streams, from those on that a batch has already, up to a
  /// place; gives the place of the first whose stream is not in the table or not where it is expected.
  mutating func assign(
    _ events: Span<PendingEvent>, before end: Int, in batch: inout Batch
  ) -> Int {
    for place in batch.streams.count..<end {
      guard let stream = positions.find(events[place].stream) else { return place }
      let n = positions[stream]
      if let expected = events[place].expectedN, expected != n { return place }
      batch.streams.append(stream)
      batch.streamKeys.append(positions.fingerprint(stream))
      batch.positions.append(n)
      positions[stream] = n + 1
    }
    return end
  }
}

// Looking things up, and keeping the index right on the way.
extension EventLog {
  /// The position the next event of a stream gets; 0 for one without events.
  ///
  /// Reads a line for a stream that was not asked for lately.
  package func nextPosition(of stream: String) throws(LogError) -> Int64 {
    index.positions[try number(of: stream)]
  }

  /// The number of a stream in the table of positions, where it stands from now on.
  func number(of stream: String) throws(LogError) -> Int {
    if let known = index.positions.find(stream) { return known }
    let name = Array(stream.utf8)
    let fingerprint = Fingerprint(ofStream: name.span)
    let next = try lastEvent(of: name, fingerprint).map { $0 + 1 } ?? 0
    let number = index.positions.index(of: name.span, fingerprint)
    index.positions[number] = next
    return number
  }

  /// The position of a stream's last event.
  private func lastEvent(
    of stream: [UInt8], _ fingerprint: Fingerprint
  ) throws(LogError) -> Int64? {
    for seq in try events(.streams, with: fingerprint).reversed() {
      let line = try line(seq)
      let event = try envelope(of: line, seq)
      if line[event.stream].elementsEqual(stream) { return event.n }
    }
    return nil
  }

  /// The event that has an idempotency key, if one has. Reads one line to be sure.
  package func find(key: String) throws(LogError) -> Int64? {
    try find(key: key, Fingerprint(of: key))
  }

  /// As `find(key:)`, given the key's fingerprint.
  func find(key: String, _ fingerprint: Fingerprint) throws(LogError) -> Int64? {
    for seq in try events(.keys, with: fingerprint) {
      let line = try line(seq)
      if line[try envelope(of: line, seq).key].elementsEqual(key.utf8) { return seq }
    }
    return nil
  }

  /// The line of an event, without its newline, checked against its leaf hash as it was indexed.
  ///
  /// Throws `noSuchEvent`, and `damaged` with file and lines where the log is.
  package func line(_ seq: Int64) throws(LogError) -> [UInt8] {
    if let place = index.tail.place(of: seq) ?? index.finished?.place(of: seq) {
      return try lines.line(seq, at: place)
    }
    while let run = index.runs.run(of: seq) {
      let place: EventPlace
      do throws(StaleIndex) {
        place = try run.place(of: seq)
      } catch {
        try rebuild(error)
        continue
      }
      return try lines.line(seq, at: place)
    }
    throw LogError(.noSuchEvent, "there is no event \(seq); the log has \(size)")
  }

  /// Gives the events of a selection to `body`, in the log's order, each checked as `line` does.
  ///
  /// Throws `damaged` where one of a stream is missing. O(events selected), one read each.
  package func forEach<Failure: Error>(
    of selection: StreamSelection,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) {
    var failure: Failure?
    var order = StreamOrder(selection)
    do throws(LogError) {
      var seqs: [Int64] = []
      for fingerprint in selection.fingerprints {
        seqs += try events(.streams, with: fingerprint)
      }
      if selection.fingerprints.count > 1 { seqs.sort() }
      for seq in seqs {
        let line = try line(seq)
        let event = try envelope(of: line, seq)
        guard try order.takes(event, line.span) else { continue }
        do throws(Failure) { try body(event, line.span) } catch { failure = error }
        if failure != nil { break }
      }
    } catch {
      throw .log(error)
    }
    if let failure { throw .body(failure) }
  }

  private func envelope(of line: [UInt8], _ seq: Int64) throws(LogError) -> EventEnvelope {
    guard let event = try? EventEnvelope(parsing: line.span), event.seq == seq else {
      throw LogError(.damaged, "the index says that another event is event \(seq)")
    }
    return event
  }

  /// The places of those keys that an event may have, in order.
  func suspects(among keys: ArraySlice<Fingerprint>) throws(LogError) -> [Int] {
    while true {
      do throws(StaleIndex) { return try index.suspects(among: keys) } catch { try rebuild(error) }
    }
  }

  /// The `seq` of every event that has a fingerprint, ascending.
  private func events(
    _ table: IndexRun.Table, with fingerprint: Fingerprint
  ) throws(LogError) -> [Int64] {
    while true {
      do throws(StaleIndex) {
        guard try index.mayHold(table, fingerprint) else { return [] }
        return try index.runs.events(table, with: fingerprint)
          + (index.finished?.events(table, with: fingerprint) ?? [])
          + index.tail.events(table, with: fingerprint)
      } catch {
        try rebuild(error)
      }
    }
  }

  /// Makes the run of the segment that is finished with the batch being taken, and merges.
  func indexFinishedSegment() {
    let run = IndexRun.make(
      of: index.tail, tail, root: frontier.root, ledger: identity.ledger, in: directory, &notices)
    index.runs.append(run)
    mergeRunsIfPossible()
  }

  /// Merges runs while there are enough of one rank; what keeps it from that is told.
  func mergeRunsIfPossible() {
    do throws(LogError) { try mergeRuns() } catch {
      notices.append(
        LogNotice(.stale, error.file ?? IndexRun.directoryName, "not merged: \(error.detail)"))
    }
  }

  private func mergeRuns() throws(LogError) {
    while let stale = try index.runs.merge(in: directory) { try rebuild(stale) }
  }

  /// Makes a run anew that turned out to be wrong, from the segments it covers.
  private func rebuild(_ stale: StaleIndex) throws(LogError) {
    // The runs may be being merged meanwhile; then they are looked into again.
    if finishing != nil { return try settleFinish() }
    guard let place = index.runs.runs.firstIndex(where: { $0.name == stale.file }) else {
      throw LogError(.io, stale.detail, file: stale.file)
    }
    notices.append(LogNotice(.stale, stale.file, "\(stale.detail); made anew from the log"))
    if try directory.facts(stale.file) != nil { try directory.remove(stale.file) }
    var scanner = LineScanner()
    var runs: [IndexRun] = []
    for segment in index.runs.runs[place].header.segments {
      let scan = try SegmentScan(
        of: segment, in: directory, ledger: identity.ledger, with: &scanner)
      runs.append(scan.run(ledger: identity.ledger, in: directory, &notices))
    }
    index.runs.replace(place..<place + 1, with: runs)
  }
}

extension SegmentScan {
  /// The run of the segment, which is finished.
  func run(
    ledger: String, in directory: LedgerDirectory, _ notices: inout [LogNotice]
  ) -> IndexRun {
    IndexRun.make(
      of: tail, segment, root: walk.frontier.root, ledger: ledger, in: directory, &notices)
  }
}

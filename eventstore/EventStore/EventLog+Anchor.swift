// What is known of the ledger elsewhere: nothing may be written where history was cut.
extension EventLog {
  /// Moves every anchor to a checkpoint; one that cannot be reached is told of.
  func advanceAnchors(to checkpoint: Checkpoint) throws(LogError) {
    for anchor in try directory.anchors(and: settings.anchors) {
      do {
        try anchor.advance(to: checkpoint) { kept throws(LogError) in
          try isOfThisHistory(kept)
        }
      } catch {
        guard error.code == .io || error.code == .diskFull else { throw error }
        notices.append(
          LogNotice(.unsigned, anchor.path, "the anchor was not moved: \(error.detail)"))
      }
    }
  }

  /// Refuses a log that is behind the newest checkpoint kept anywhere, or of another history.
  func requireAnchored() throws(LogError) {
    if let latest = try directory.latestCheckpoint() {
      guard try isOfThisHistory(latest) else {
        throw LogError(
          .damaged, "its checkpoint of \(latest.size) events is not of this log's history",
          file: LedgerDirectory.checkpointName(latest.size))
      }
    }
    for anchor in try directory.anchors(and: settings.anchors) {
      let kept: Checkpoint?
      do {
        kept = try anchor.read()
      } catch {
        guard error.code == .io else { throw error }
        notices.append(
          LogNotice(.unsigned, anchor.path, "the anchor cannot be read: \(error.detail)"))
        continue
      }
      guard let kept else {
        notices.append(LogNotice(.unsigned, anchor.path, "the anchor holds no checkpoint yet"))
        continue
      }
      guard try isOfThisHistory(kept) else {
        throw LogError(
          .behindAnchor,
          kept.size > size && kept.origin == identity.origin
            ? "the ledger has \(size) events, its anchor knows \(kept.size): it was cut, or restored "
              + "from an old backup; restore a later one"
            : "the anchor holds checkpoint \(kept.size) of \(kept.origin), of another history",
          file: anchor.path)
      }
    }
  }

  /// Whether a checkpoint is one of this log at an earlier or the present size.
  func isOfThisHistory(_ checkpoint: Checkpoint) throws(LogError) -> Bool {
    guard checkpoint.origin == identity.origin, checkpoint.size <= size else { return false }
    guard checkpoint.isSigned(byOneOf: keys.keys(for: checkpoint.size)) else { return false }
    if checkpoint.size == size { return checkpoint.root == root }
    return try directory.root(at: checkpoint.size, ledger: identity.ledger, upTo: tail)
      == checkpoint.root
  }
}

extension LedgerDirectory {
  /// Head of the tree over the first `size` events, read from the log.
  ///
  /// Reads the segment that holds the last of them, from the tree its header states.
  func root(at size: Int64, ledger: String, upTo tail: SegmentFile) throws(LogError) -> Digest? {
    if size == 0 { return .empty }
    let segments = try segments().filter { $0.first < size && $0.first <= tail.first }
    guard var segment = segments.last else { return nil }
    if segment.first == tail.first { segment.size = tail.size }
    let file = try open(segment.name, .read)
    guard let line = try file.line(at: 0), let header = try? SegmentHeader(parsing: line.span),
      var tree = header.frontier, header.first == segment.first
    else { return nil }
    var scanner = LineScanner()
    try scanner.scan(file, upTo: segment.size) { line, place throws(LogError) in
      if place.number > 1, EventEnvelope.kind(of: line) == .event { tree.append(Digest(leaf: line)) }
      return tree.size < size
    }
    return tree.size == size ? tree.root : nil
  }
}

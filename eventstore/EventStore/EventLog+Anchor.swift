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
        guard [.io, .diskFull, .readOnly].contains(error.code) else { throw error }
        notices.append(
          LogNotice(.unsigned, anchor.path, "the anchor was not moved: \(error.detail)"))
      }
    }
  }

  /// Refuses a log that is behind the newest checkpoint kept anywhere, or of another history.
  func requireAnchored() throws(LogError) {
    if let latest = try directory.latestCheckpoint() {
      guard try isOfThisHistory(latest) else {
        // Where the log itself is damaged its lines are named, not the checkpoint.
        try directory.requireSound(at: latest.size, ledger: identity.ledger, upTo: tail)
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
    return try directory.root(at: checkpoint.size, upTo: tail) == checkpoint.root
  }

  /// Names an anchor in the ledger, and moves it to a checkpoint of the log as it is.
  ///
  /// Throws `invalid` for a path that cannot be listed, `behindAnchor`, and what `checkpoint` throws.
  package func add(anchor path: String) throws(LogError) {
    guard path.hasPrefix("/"), !path.contains("\n") else {
      throw LogError(.invalid, "an anchor is an absolute path: \(path)")
    }
    let signed = try checkpoint()
    try Anchor(path: path, disk: directory.disk).advance(to: signed) { kept throws(LogError) in
      try isOfThisHistory(kept)
    }
    let listed = try directory.listedAnchors()
    if !listed.contains(path) { try listAnchors(listed + [path]) }
  }

  /// Takes an anchor out of the ledger's list. Throws `invalid` if it is not there.
  package func forget(anchor path: String) throws(LogError) {
    let listed = try directory.listedAnchors()
    guard listed.contains(path) else {
      throw LogError(.invalid, "the ledger names no anchor \(path)", file: Anchor.listName)
    }
    try listAnchors(listed.filter { $0 != path })
  }

  private func listAnchors(_ paths: [String]) throws(LogError) {
    try directory.replace(Anchor.listName, with: Array(paths.map { $0 + "\n" }.joined().utf8))
    try directory.syncDirectory("")
  }

  /// Every anchor with what it keeps.
  package func anchorStates() throws(LogError) -> [(path: String, kept: Checkpoint?)] {
    var states: [(String, Checkpoint?)] = []
    for anchor in try directory.anchors(and: settings.anchors) {
      states.append((anchor.path, try anchor.read()))
    }
    return states
  }
}

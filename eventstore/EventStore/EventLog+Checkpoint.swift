// Signing: what came since the last checkpoint is read back from the disk and hashed anew, so that
// nothing is signed that is not there; then tiles, checkpoint and anchors, each durable in its turn.
extension EventLog {
  /// Signs the log as it is, unless its newest checkpoint says all of it already.
  ///
  /// What came since the last checkpoint is read past the page cache and hashed again; its tiles are
  /// made durable before the checkpoint is. Throws `invalidKey` without a key of the ledger's,
  /// `damaged` where the disk gives other bytes than were written (and nothing is written any more),
  /// `behindAnchor`, `diskFull`, `io`. O(events since the last checkpoint).
  @discardableResult
  package func checkpoint() throws(LogError) -> Checkpoint {
    if let poison { throw poison }
    try settleFinish()
    let latest = try directory.latestCheckpoint()
    if let latest, latest.size == size, latest.root == root, isSigned(latest) {
      try advanceAnchors(to: latest)
      return latest
    }
    let key = try signingKey()
    return try sign(after: latest, with: [key.verifier]) { note throws(LogError) in
      try note.sign(with: key)
    }
  }

  /// Makes tiles and checkpoint for the log as it is; `signing` puts the signatures of `keys` under it.
  func sign(
    after latest: Checkpoint?, with keys: [VerifierKey],
    _ signing: (inout SignedNote) throws(LogError) -> Void
  ) throws(LogError) -> Checkpoint {
    do throws(LogError) {
      try withRoom { () throws(LogError) in try makeTiles(after: latest) }
      return try sign(frontier, with: keys, signing)
    } catch {
      if error.code == .damaged || error.isFailedSync { poison(error) }
      throw error
    }
  }

  /// Makes the checkpoint of a tree whose tiles are durable.
  private func sign(
    _ tree: MerkleFrontier, with keys: [VerifierKey],
    _ signing: (inout SignedNote) throws(LogError) -> Void
  ) throws(LogError) -> Checkpoint {
    var checkpoint = Checkpoint(origin: identity.origin, size: tree.size, root: tree.root)
    try signing(&checkpoint.note)
    guard checkpoint.signers(among: keys) == keys else {
      throw LogError(.io, "libcrypto's own signature does not verify")
    }
    try withRoom { () throws(LogError) in try directory.store(checkpoint, isLatest: true) }
    try advanceAnchors(to: checkpoint)
    return checkpoint
  }

  /// Signs a segment that was finished beside the log, whose tiles are durable; as
  /// `checkpointFinishedSegment`.
  func sign(finished tree: MerkleFrontier) throws(LogError) {
    try tellingUnsigned { () throws(LogError) in
      do throws(LogError) {
        let key = try signingKey()
        _ = try sign(tree, with: [key.verifier]) { note throws(LogError) in
          try note.sign(with: key)
        }
      } catch {
        if error.code == .damaged || error.isFailedSync { poison(error) }
        throw error
      }
    }
  }

  private func isSigned(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.origin == identity.origin && checkpoint.isSigned(byOneOf: keys.keys(for: size))
  }

  /// Signs a segment that is finished: as `checkpoint`, but what fails is told, and refuses nothing
  /// unless it poisons.
  func checkpointFinishedSegment() throws(LogError) {
    try tellingUnsigned { () throws(LogError) in _ = try checkpoint() }
  }

  /// Signs, and tells of what fails instead of throwing it, unless it poisons.
  private func tellingUnsigned(_ signing: () throws(LogError) -> Void) throws(LogError) {
    do {
      try signing()
    } catch {
      if let poison { throw poison }
      notices.append(
        LogNotice(.unsigned, error.file ?? "", "no checkpoint was made: \(error.detail)"))
    }
  }

  func poison(_ error: LogError) {
    poison = LogError(
      .poisoned, "\(error.detail); restart to see what is on the disk", file: error.file,
      errno: error.errno)
  }

  /// Ends the work cleanly: signs what was recorded. What keeps it from being signed is told and not
  /// thrown, for the events themselves are on the disk. Gives all notices since the log was opened.
  package func close() -> [LogNotice] {
    do { try checkpointFinishedSegment() } catch {
      notices.append(
        LogNotice(.unsigned, error.file ?? "", "no checkpoint was made: \(error.detail)"))
    }
    do { try cutReserve() } catch {
      notices.append(
        LogNotice(.reserve, tail.name, "zeros behind its end were not cut off: \(error.detail)"))
    }
    return Array(notices[noticesOfOpening...])
  }

  /// The key to sign with. Throws `invalidKey` unless it is one the ledger knows for its next events.
  func signingKey() throws(LogError) -> SigningKey {
    let path = settings.signingKey ?? directory.path(LedgerDirectory.signingKeyName)
    let key: SigningKey
    do {
      key = try SigningKey.read(path, name: identity.origin, disk: directory.disk)
    } catch {
      guard error.errno == ErrorNumber.notFound else { throw error }
      throw LogError(.invalidKey, "the signing key is not there", file: path)
    }
    guard keys.keys(for: size + 1).contains(key.verifier) else {
      throw LogError(
        .invalidKey, "its public half \(key.verifier.text) is no key of this ledger now",
        file: path)
    }
    return key
  }

  /// Brings the tiles up to the log's size. Throws `damaged` unless the disk says what was written.
  private func makeTiles(after latest: Checkpoint?) throws(LogError) {
    let start: TileBuilder
    if let tiles {
      start = tiles
    } else {
      start = try directory.startingTiles(at: latest, of: size, &notices)
    }
    tiles = nil
    tiles = try directory.makeTiles(from: start, to: frontier, upTo: tail)
  }
}

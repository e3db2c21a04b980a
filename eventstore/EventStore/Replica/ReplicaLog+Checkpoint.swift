// What the source has signed, what others say of it, and the tiles it speaks of.
extension ReplicaLog {
  /// Takes a checkpoint of the source; says whether it was new, or has more signatures than the one that
  /// is there.
  ///
  /// One of the very size that the replica has gets its tiles first, as at the source. Throws `notProven`
  /// for bytes that are no checkpoint of this ledger signed by a key good for its size, `behindAnchor` for one
  /// of another history, `diskFull`, `io`.
  package func take(checkpoint bytes: [UInt8]) throws(LogError) -> Bool {
    try flush()
    guard let checkpoint = Checkpoint(parsing: bytes), checkpoint.origin == identity.origin,
      checkpoint.size <= durableSize,
      checkpoint.isSigned(byOneOf: keys.keys(for: checkpoint.size))
    else {
      throw LogError(.notProven, "what was received is no checkpoint that this ledger has signed")
    }
    if let known = try directory.checkpoint(of: checkpoint.size),
      known.note.text == checkpoint.note.text,
      checkpoint.note.signatures.allSatisfy(known.note.signatures.contains)
    {
      return false
    }
    guard try root(at: checkpoint.size) == checkpoint.root else {
      throw LogError(
        .behindAnchor, "the checkpoint of \(checkpoint.size) events is of another history",
        file: directory.path)
    }
    let latest = try directory.latestCheckpoint()
    if checkpoint.size == size { try makeTiles(after: latest) }
    try directory.store(checkpoint, isLatest: checkpoint.size >= latest?.size ?? 0)
    return true
  }

  /// Takes a time stamp over a checkpoint that is here; says whether it was new.
  ///
  /// Throws `notProven` for bytes that stamp no such checkpoint, `noSuchEvent`, `diskFull`, `io`.
  package func take(timeStamp bytes: [UInt8], of size: Int64) throws(LogError) -> Bool {
    let name = TimeStamp.name(size)
    if try directory.facts(name) != nil, try directory.read(name) == bytes { return false }
    try directory.store(timeStamp: bytes, of: size)
    return true
  }

  /// Brings the tiles up to all events there are.
  private func makeTiles(after latest: Checkpoint?) throws(LogError) {
    var known = tiles
    if known == nil, let latest, latest.size <= size {
      known = try directory.knownTiles(at: latest)
    }
    tiles = nil
    tiles = try directory.makeTiles(
      from: known ?? TileBuilder(), to: chunks.walk.frontier, upTo: tail)
  }
}

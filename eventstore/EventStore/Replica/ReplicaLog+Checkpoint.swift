// What the source has signed, and the tiles it speaks of.
extension ReplicaLog {
  /// Takes a checkpoint of the source; says whether it was new.
  ///
  /// One of the very size that the replica has gets its tiles first, as at the source. Throws `notProven`
  /// for bytes that are no checkpoint of this ledger signed by a key good for its size, `behindAnchor` for one
  /// of another history, `diskFull`, `io`.
  package func take(checkpoint bytes: [UInt8]) throws(LogError) -> Bool {
    guard let checkpoint = Checkpoint(parsing: bytes), checkpoint.origin == identity.origin,
      checkpoint.size <= durableSize,
      checkpoint.isSigned(byOneOf: keys.keys(for: checkpoint.size))
    else {
      throw LogError(.notProven, "what was received is no checkpoint that this ledger has signed")
    }
    let known = try directory.checkpoint(of: checkpoint.size)
    if known?.note == checkpoint.note { return false }
    guard try root(at: checkpoint.size) == checkpoint.root else {
      throw LogError(
        .behindAnchor, "the checkpoint of \(checkpoint.size) events is of another history",
        file: directory.path)
    }
    let latest = try directory.latestCheckpoint()
    if checkpoint.size == walk.size { try makeTiles(for: checkpoint, after: latest) }
    try directory.store(checkpoint, isLatest: checkpoint.size >= latest?.size ?? 0)
    return true
  }

  /// Tiles that are made between two writes.
  private static var tilesAtATime: Int { 256 }

  /// Brings the tiles up to a checkpoint of all events there are.
  private func makeTiles(
    for checkpoint: Checkpoint, after latest: Checkpoint?
  ) throws(LogError) {
    var known = tiles
    if known == nil, let latest, latest.size <= checkpoint.size {
      known = try directory.knownTiles(at: latest)
    }
    var builder = known ?? TileBuilder()
    tiles = nil
    var store = TileStore(directory)
    var full: [Tile] = []
    func flush() throws(LogError) {
      let finished = builder.takeFinished()
      try store.write(finished)
      full += finished.map(\.tile)
    }
    try directory.rehash(from: builder.frontier.size, upTo: tail) { line throws(LogError) in
      guard EventEnvelope.kind(of: line) == .event else { return }
      builder.append(Digest(leaf: line))
      if builder.finishedCount >= Self.tilesAtATime { try flush() }
    }
    guard builder.frontier.root == checkpoint.root else {
      throw LogError(.damaged, "the disk does not give back what was written", file: tail.name)
    }
    try flush()
    try store.write(builder.partial)
    try store.sync()
    try store.removeParts(of: full)
    tiles = builder
  }
}

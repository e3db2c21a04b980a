// What tiles are made of: the lines as the disk gives them back, and the tiles there are.
extension LedgerDirectory {
  /// The edge that the stored tiles give at a checkpoint; `nil` where they do not lead to its root.
  func knownTiles(at checkpoint: Checkpoint) throws(LogError) -> TileBuilder? {
    var reader = TileReader(of: self, size: checkpoint.size)
    let known = try TileBuilder(size: checkpoint.size) { tile throws(LogError) in
      try reader.hashes(of: tile)
    }
    return known?.frontier.root == checkpoint.root ? known : nil
  }

  /// Gives the line of every event from `start` on, and of the commits after it, up to the end of `tail`,
  /// read from the disk and not from its cache.
  func rehash(
    from start: Int64, upTo tail: SegmentFile, _ body: (Span<UInt8>) throws(LogError) -> Void
  ) throws(LogError) {
    var scanner = LineScanner()
    let segments = try segments().filter { $0.first <= tail.first }
    let from = segments.lastIndex { $0.first <= start } ?? 0
    for segment in segments[from...] {
      let isTail = segment.first == tail.first
      let file = try open(segment.name, .read)
      disk.forgetCached(file.descriptor)
      var seq = segment.first
      try scanner.scan(file, upTo: isTail ? tail.size : segment.size) {
        line, place throws(LogError) in
        guard place.number > 1 else { return true }
        switch EventEnvelope.kind(of: line) {
        case .event:
          if seq >= start { try body(line) }
          seq += 1
        case .commit: if seq > start { try body(line) }
        default: break
        }
        return true
      }
    }
  }

  /// Brings the tiles up to a tree, at which a segment ends, from an edge that stored tiles gave; durably.
  /// Gives the edge there. Throws `damaged` unless the disk says what was written.
  func makeTiles(
    from start: TileBuilder, to tree: MerkleFrontier, upTo tail: SegmentFile
  ) throws(LogError) -> TileBuilder {
    var builder = start
    var store = TileStore(self)
    var full: [Tile] = []
    func flush() throws(LogError) {
      let finished = builder.takeFinished()
      try store.write(finished)
      full += finished.map(\.tile)
    }
    try rehash(from: builder.frontier.size, upTo: tail) { line throws(LogError) in
      if EventEnvelope.kind(of: line) == .commit {
        guard Self.states(line, builder.frontier) else { throw Self.notGivenBack(by: tail) }
        return
      }
      builder.append(Digest(leaf: line))
      if builder.finishedCount >= Self.tilesAtATime { try flush() }
    }
    guard builder.frontier == tree else { throw Self.notGivenBack(by: tail) }
    try flush()
    try store.write(builder.partial)
    try store.sync()
    try store.removeParts(of: full)
    return builder
  }

  private static let tilesAtATime = 256

  private static func notGivenBack(by tail: SegmentFile) -> LogError {
    LogError(
      .damaged, "the disk does not give back what was written; restart to see what is there",
      file: tail.name)
  }

  /// Whether a commit line states a tree. Without its commit a batch never happened, and a checkpoint of
  /// it would be one of a log that was cut.
  private static func states(_ line: Span<UInt8>, _ tree: MerkleFrontier) -> Bool {
    guard let commit = try? CommitLine.Parts(parsing: line) else { return false }
    return commit.size == tree.size && commit.root == tree.root
  }

  /// The edge that the stored tiles give at a checkpoint of a log of some size; that of the empty tree,
  /// to make all tiles anew, where they do not lead to its root.
  func startingTiles(
    at checkpoint: Checkpoint?, of size: Int64, _ notices: inout [LogNotice]
  ) throws(LogError) -> TileBuilder {
    guard let checkpoint, checkpoint.size <= size else { return TileBuilder() }
    guard let known = try knownTiles(at: checkpoint) else {
      notices.append(
        LogNotice(
          .stale, Self.tileName,
          "the tiles do not lead to checkpoint \(checkpoint.size); made anew from the log"))
      return TileBuilder()
    }
    return known
  }
}

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
}

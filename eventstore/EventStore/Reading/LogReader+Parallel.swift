// A pass by several threads: segments are loaded and hashed ahead of it, each from the tree its header
// states, and the pass compares those trees as it comes to them. Order, events and errors are those of
// a pass by one.
extension LogReader {
  /// As `pass`, over segments from `place` on, whose first states `tree`; `body` says false to end it.
  ///
  /// Gives whether `body` ended it, and else how many events there were.
  func pass(
    over segments: ArraySlice<SegmentFile>, from tree: MerkleFrontier, _ checking: HashChecking,
    jobs: Int, _ body: (borrowing EventEnvelope, Span<UInt8>) -> Bool
  ) throws(LogError) -> (isEnded: Bool, size: Int64) {
    let ahead = SegmentsAhead(
      segments, of: directory, ledger: identity.ledger, checking, jobs: jobs)
    defer { ahead.end() }
    var walk = LogWalk(ledger: identity.ledger, checking: checking, from: tree)
    var scanner = LineScanner()
    for (place, segment) in segments.enumerated() {
      var isWanted = true
      let loaded = try? ahead.load(place).get()
      if let loaded, loaded.continues(walk, checking) {
        let (bytes, lines) = (loaded.bytes.span, loaded.lines.span)
        for index in lines.indices {
          let line = lines[index]
          let start = Int(line.start)
          isWanted = body(line.envelope, bytes.extracting(start..<start + Int(line.count)))
          if !isWanted { break }
        }
        walk = loaded.walk
      } else {
        // What does not load or fit is walked as one thread would, which tells what is wrong with it.
        try walk.segment(segment, in: directory, with: &scanner) { event, line, _ in
          if isWanted { isWanted = body(event, line) }
          return isWanted
        }
      }
      ahead.giveBack(consume loaded)
      if !isWanted { return (true, walk.size) }
    }
    return (false, walk.size)
  }
}

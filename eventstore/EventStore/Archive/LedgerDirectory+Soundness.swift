extension LedgerDirectory {
  /// Checks every line and hash of a finished segment, from the tree its header states to the one the
  /// next segment's header states; tells of each event's offset on the way. Throws `damaged`.
  func requireSound(
    _ segment: SegmentFile, before next: SegmentFile, ledger: String,
    _ reached: (_ offset: Int) -> Void = { _ in }
  ) throws(LogError) {
    var walk = LogWalk(ledger: ledger, checking: .sparse, from: try statedTree(of: segment))
    var scanner = LineScanner()
    try walk.segment(segment, in: self, with: &scanner) { _, _, place in
      reached(place.offset)
      return true
    }
    guard try walk.frontier == statedTree(of: next) else {
      throw LogError(
        .damaged, "the next segment's header states another tree", file: segment.name)
    }
  }
}

// Trees at given moments, as the log itself states them.
extension LedgerDirectory {
  /// The tree before a segment, as its header states it. Throws `damaged` where it states none.
  func statedTree(of segment: SegmentFile) throws(LogError) -> MerkleFrontier {
    if segment.first == 0 { return MerkleFrontier() }
    let file = try open(segment.name, .read)
    guard let line = try file.line(at: 0), let header = try? SegmentHeader(parsing: line.span),
      header.first == segment.first, let tree = header.frontier
    else {
      throw LogError(
        .damaged, "the segment header does not state the tree before it", file: segment.name,
        lines: 1...1, byte: 0)
    }
    return tree
  }

  /// Head of the tree over the first `size` events, read from the log; `nil` where it has fewer.
  ///
  /// Reads the segment that holds the last of them, up to `tail`, from the tree its header states.
  func root(at size: Int64, upTo tail: SegmentFile) throws(LogError) -> Digest? {
    if size == 0 { return .empty }
    let segments = try segments().filter { $0.first < size && $0.first <= tail.first }
    guard var segment = segments.last else { return nil }
    if segment.first == tail.first { segment.size = tail.size }
    var tree = try statedTree(of: segment)
    let file = try open(segment.name, .read)
    var scanner = LineScanner()
    try scanner.scan(file, upTo: segment.size) { line, place throws(LogError) in
      if place.number > 1, EventEnvelope.kind(of: line) == .event {
        tree.append(Digest(leaf: line))
      }
      return tree.size < size
    }
    return tree.size == size ? tree.root : nil
  }

  /// Walks the segment that holds the last of the first `size` events, up to `tail`, with every hash
  /// checked: throws `damaged`, with its lines, where it is.
  func requireSound(at size: Int64, ledger: String, upTo tail: SegmentFile) throws(LogError) {
    let segments = try segments().filter { $0.first < size && $0.first <= tail.first }
    guard var segment = segments.last else { return }
    if segment.first == tail.first { segment.size = tail.size }
    var scanner = LineScanner()
    var walk = LogWalk(ledger: ledger, checking: .every, from: try statedTree(of: segment))
    try walk.segment(segment, in: self, with: &scanner) { _, _, _ in true }
  }
}

internal import CanonicalJSON

/// Cuts a log into chunks, one after the other, and follows its tree.
///
/// Every line is hashed and every commit compared on the way, so that no damage is handed on. Memory:
/// one chunk.
package struct ChunkCutter {
  /// Behind the last chunk.
  package private(set) var position: LogPosition
  /// The tree over the events up to there.
  package private(set) var tree: MerkleFrontier
  /// Events behind the last commit up to there.
  private var open: Int64

  /// The fewest bytes a chunk may be limited to: a longest line, its newline, and a segment's header.
  package static let smallest = EventEnvelope.longestLine + 1 + 4096

  /// A cutter at a log's beginning.
  package init() {
    (position, tree, open) = (.start, MerkleFrontier(), 0)
  }

  /// A cutter at a place; `nil` where the log has no such place. Reads its segment up to there.
  package init?(at place: LogPosition, of log: DurableLog) throws(LogError) {
    guard let state = try log.tree(at: place) else { return nil }
    (position, tree, open) = (place, state.tree, state.open)
  }

  /// The next chunk of at most `limit` bytes; `nil` at the end of what is durable.
  ///
  /// It has as many whole batches as fit and does not go beyond the commit of size `stop`; where not even
  /// one fits, as many lines as do. Throws `damaged` for lines that are not what their commit says. A
  /// limit below `smallest` is the caller's mistake and traps.
  package mutating func next(
    of log: borrowing DurableLog, limit: Int, stop: Int64?
  ) throws(LogError) -> LogChunk? {
    precondition(limit >= Self.smallest)
    if log.count(of: position.segment) == position.byte,
      let following = log.segment(after: position.segment)
    {
      position = LogPosition(segment: following, byte: 0)
    }
    var bytes = try log.read(limit, from: position)
    if bytes.isEmpty { return nil }
    let end = try cut(bytes, stop)
    bytes.removeSubrange(end...)
    let chunk = LogChunk(start: position, bytes: bytes, size: tree.size, root: tree.root)
    position = chunk.end
    return chunk
  }

  /// Where the chunk ends; the tree becomes the one over its lines.
  private mutating func cut(_ bytes: [UInt8], _ stop: Int64?) throws(LogError) -> Int {
    var (tree, open) = (tree, open)
    var start = 0
    var batches: (end: Int, tree: MerkleFrontier)?
    while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = bytes.span.extracting(start..<newline)
      let isFirst = position.byte + start == 0
      switch EventEnvelope.kind(of: line) {
      case .event where !isFirst:
        tree.append(Digest(leaf: line))
        open += 1
      case .commit where !isFirst:
        guard let commit = try? CommitLine.Parts(parsing: line), commit.size == tree.size,
          commit.events == open, commit.root == tree.root
        else { throw damaged("the events are not those the commit was made over", start) }
        open = 0
        batches = (newline + 1, tree)
      case .segment where isFirst:
        guard let header = try? SegmentHeader(parsing: line), header.first == tree.size,
          header.peaks == tree.peaks
        else { throw damaged("the header's tree is not that of the events before it", start) }
      default: throw damaged("the line is not one that may stand here", start)
      }
      start = newline + 1
      if let stop, open == 0, tree.size == stop, !isFirst { break }
    }
    guard start > 0 else { throw damaged("the line has no end", start) }
    if let batches {
      (self.tree, self.open) = (batches.tree, 0)
      return batches.end
    }
    (self.tree, self.open) = (tree, open)
    return start
  }

  private func damaged(_ detail: String, _ offset: Int) -> LogError {
    LogError(
      .damaged, detail, file: LedgerDirectory.segmentName(position.segment),
      byte: position.byte + offset)
  }
}

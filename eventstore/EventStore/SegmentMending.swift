/// The lines of one segment in memory, and where in them its batches begin.
struct BatchedLines {
  let bytes: [UInt8]
  /// Without newlines; the first is the header. A last line without its newline is not one.
  private(set) var lines: [Range<Int>] = []
  /// Line with which the batch begins that follows so many events.
  private var starts: [Int64: Int] = [:]
  /// Hashes of the commit lines.
  private var commits: Set<Digest> = []
  /// The largest size that a commit states.
  private(set) var largest: Int64 = 0

  init(_ bytes: [UInt8], first: Int64) {
    self.bytes = bytes
    var start = 0
    while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(start..<newline)
      start = newline + 1
    }
    var isStart = true
    for index in lines.indices.dropFirst() {
      let line = bytes.span.extracting(lines[index])
      if EventEnvelope.kind(of: line) == .commit {
        commits.insert(Digest(hashing: line))
        isStart = true
        if let commit = try? CommitLine.Parts(parsing: line) {
          starts[commit.size] = index + 1
          largest = max(largest, commit.size)
        }
      } else {
        // The number of a batch's first event tells where it belongs when the commit before is spoilt.
        if isStart, let event = try? EventEnvelope(parsing: line), starts[event.seq] == nil {
          starts[event.seq] = index
        }
        isStart = false
      }
    }
    if starts[first] == nil { starts[first] = 1 }
  }

  /// The lines of the batch after `size` events, its commit the last; `nil` where none is to be found.
  func batch(after size: Int64) -> [[UInt8]]? {
    guard let start = starts[size], start < lines.count else { return nil }
    let end = lines[start...].firstIndex { range in
      EventEnvelope.kind(of: bytes.span.extracting(range)) == .commit
    }
    return end.map { end in lines[start...end].map { Array(bytes[$0]) } }
  }

  /// Whether one of the commits is this very line.
  func has(commit line: [UInt8]) -> Bool { commits.contains(Digest(hashing: line.span)) }
}

/// Puts a damaged segment together again from what two ledgers have of it.
///
/// A batch counts only if it walks: its events lead from the tree before to the root of its commit.
/// And it counts as proven only when the damaged ledger itself states that tree: by that very commit,
/// by a later batch of its own that walks, by the next segment's header, or by a signed checkpoint.
struct SegmentMending {
  /// Lines that came from the other ledger.
  private(set) var replaced = 0
  /// The tree after what is proven.
  private(set) var proven: LogWalk
  /// The segment's bytes as far as they are proven.
  private(set) var bytes: [UInt8]

  private let own: BatchedLines
  private let other: BatchedLines
  private var walk: LogWalk
  private var unproven: [UInt8] = []
  /// Lines taken, the header among them.
  private var number: Int64 = 1
  private var unprovenLines = 0

  /// At most so many lines of a batch are tried in every combination.
  private static let mixed = 10

  /// Mends the segment that begins after the tree of `walk`.
  ///
  /// `next` is the tree that must come out where the damaged ledger states one; `isStated` tells whether
  /// a signed checkpoint of the damaged ledger states a tree.
  init(
    own: BatchedLines, other: BatchedLines, ledger: String, from before: LogWalk,
    to next: MerkleFrontier?, isStated: (MerkleFrontier) throws(LogError) -> Bool
  ) throws(LogError) {
    self.own = own
    self.other = other
    walk = before
    let header = SegmentHeader(ledger: ledger, after: before.frontier).canonicalBytes
    try walk.header(
      header.span, LinePlace(number: 1, offset: 0),
      of: SegmentFile(first: before.size, size: header.count + 1))
    proven = walk
    bytes = header + [UInt8(ascii: "\n")]
    while walk.size != next?.size, let isOwn = step() {
      var isProven = isOwn || walk.frontier == next
      if !isProven { isProven = try isStated(walk.frontier) }
      if isProven { settle() }
    }
  }

  /// Whether lines were found that walk, and nothing states where they lead to.
  var isUnproven: Bool { walk.size > proven.size }

  /// Takes the next batch; whether its commit is the damaged ledger's own, `nil` when none walks.
  private mutating func step() -> Bool? {
    let mine = own.batch(after: walk.size)
    let theirs = other.batch(after: walk.size)
    for batch in [mine, theirs].compactMap({ $0 }) + mixtures(mine, theirs) {
      guard let after = walk.taking(batch, after: number) else { continue }
      walk = after
      number += Int64(batch.count)
      for line in batch { unproven += line + [UInt8(ascii: "\n")] }
      let kept = Set(mine ?? [])
      unprovenLines += batch.count { !kept.contains($0) }
      return batch.last.map { own.has(commit: $0) } ?? false
    }
    return nil
  }

  private mutating func settle() {
    bytes += unproven
    replaced += unprovenLines
    unproven = []
    unprovenLines = 0
    proven = walk
  }

  /// The combinations of two spoilt copies of a batch, where they differ in few lines.
  private func mixtures(_ mine: [[UInt8]]?, _ theirs: [[UInt8]]?) -> [[[UInt8]]] {
    guard let mine, let theirs, mine.count == theirs.count else { return [] }
    let places = mine.indices.filter { mine[$0] != theirs[$0] }
    guard (2...Self.mixed).contains(places.count) else { return [] }
    return (1..<(1 << places.count) - 1).map { choice in
      var batch = mine
      for (bit, place) in places.enumerated() where choice >> bit & 1 == 1 {
        batch[place] = theirs[place]
      }
      return batch
    }
  }
}

extension LogWalk {
  /// The walk after a batch; `nil` where the batch is not the one that comes next.
  fileprivate func taking(_ batch: [[UInt8]], after lines: Int64) -> LogWalk? {
    var after = self
    var place = LinePlace(number: lines, offset: 0)
    do throws(LogError) {
      for line in batch.dropLast() {
        place.number += 1
        guard EventEnvelope.kind(of: line.span) == .event,
          let event = try? EventEnvelope(parsing: line.span)
        else { return nil }
        try after.event(event, line.span, place)
      }
      guard let commit = batch.last else { return nil }
      place.number += 1
      try after.commit(commit.span, place)
      return after
    } catch {
      return nil
    }
  }
}

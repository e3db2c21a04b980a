/// A tree grown by a batch, and what of it can be compared with tiles and checkpoints once a root
/// vouches for it.
struct TreeGrowth {
  private(set) var tree: MerkleFrontier
  /// Hashes that tiles store, each with its tile level and its number in it.
  private(set) var hashes: [(level: Int, number: Int64, hash: Digest)] = []
  /// Heads at sizes that checkpoints speak of.
  private(set) var roots: [Int64: Digest] = [:]

  init(_ before: MerkleFrontier, _ leaves: [Digest], _ evidence: LogEvidence) {
    tree = before
    for leaf in leaves {
      let number = tree.size
      var completed: [(level: Int, root: Digest)] = []
      tree.append(leaf) { level, root in
        if level & 7 == 0 { completed.append((level, root)) }
      }
      for (level, root) in completed {
        hashes.append((level / 8, number >> Int64(level), root))
      }
      if evidence.claimed[tree.size] != nil { roots[tree.size] = tree.root }
    }
  }
}

extension LogAudit {
  /// Adds the batch's leaves to the tree and says whether its root is the commit's.
  ///
  /// If not, a line that is no event may be a commit whose beginning was changed, and no leaf at all:
  /// the tree without such lines is tried. Then the leaves that the tiles hold are: where they lead to
  /// the root, the lines that differ are named, and the tiles' leaves stand for them. Without success
  /// the tree keeps all lines.
  mutating func grow(to commit: CommitLine) -> Bool {
    guard let before = tree else { return false }
    let all = TreeGrowth(before, batch.map(\.leaf), evidence)
    if all.tree.root == commit.root { return accept(all) }
    let events = batch.filter { $0.envelope != nil }
    if !events.isEmpty, events.count < batch.count {
      let grown = TreeGrowth(before, events.map(\.leaf), evidence)
      if grown.tree.root == commit.root {
        _ = accept(grown)
        batch = events
        return true
      }
    }
    if let pinned = pinned(by: commit, after: before.size) {
      let grown = TreeGrowth(before, pinned.map(\.leaf), evidence)
      if grown.tree.root == commit.root { return accept(grown, pinned) }
    }
    unsettled.append(all)
    tree = all.tree
    return false
  }

  /// Goes on with a tree that a root vouches for, and the entries it was grown by.
  private mutating func accept(_ growth: TreeGrowth, _ pinned: [Entry] = []) -> Bool {
    tellFaults(pinned.isEmpty ? batch : pinned)
    unsettled.append(growth)
    tree = growth.tree
    settleGrowth()
    guard !pinned.isEmpty else { return true }
    isDamaged = true
    for (entry, own) in zip(batch, pinned) where entry.leaf != own.leaf {
      find(
        .mutated, lines: entry.line...entry.line, byte: entry.byte,
        "the line is not the one that was recorded: its hash in the tiles is another")
    }
    batch = pinned
    return true
  }

  /// The batch with the leaves that tiles hold in place of those that differ from them; `nil` where
  /// they hold not all, or where lines were moved rather than changed.
  private mutating func pinned(by commit: CommitLine, after size: Int64) -> [Entry]? {
    guard commit.events == Int64(batch.count) else { return nil }
    var leaves: [Digest] = []
    do {
      for place in batch.indices {
        guard let leaf = try tiles.leaf(size + Int64(place)) else { return nil }
        leaves.append(leaf)
      }
    } catch {
      failure = error
      return nil
    }
    var pinned: [Entry] = []
    for (entry, leaf) in zip(batch, leaves) {
      if entry.leaf == leaf {
        pinned.append(entry)
      } else if leaves.contains(entry.leaf) || standsElsewhere(entry) {
        return nil
      } else {
        pinned.append(Entry(line: entry.line, byte: entry.byte, leaf: leaf))
      }
    }
    return pinned
  }

  /// Whether the tiles have an event's line at the place that its number tells.
  private mutating func standsElsewhere(_ entry: Entry) -> Bool {
    guard let seq = entry.envelope?.seq else { return false }
    do {
      return try tiles.leaf(seq) == entry.leaf
    } catch {
      failure = error
      return false
    }
  }

  /// Compares what a root has come to vouch for with tiles and checkpoints.
  mutating func settleGrowth() {
    do {
      for growth in unsettled {
        for (level, number, hash) in growth.hashes { try tiles.take(level, number, hash) }
        roots.merge(growth.roots) { _, new in new }
      }
    } catch { failure = error }
    unsettled = []
  }

  /// Gives the tree up, until a header states it.
  mutating func forgetTree() {
    tree = nil
    unsettled = []
  }

  /// Takes over a segment that was found sound in itself; false, with nothing changed, where it does
  /// not go on from what came before, so that its lines must be judged one by one.
  mutating func absorb(_ summary: SegmentSummary, isLast: Bool) -> Bool {
    guard suspect == nil, expected == summary.start.size,
      tree == nil || tree == summary.start,
      isDamaged
        || lastAt <= summary.firstAt
          && streams.isFollowed(by: summary.streams, mayBegin: isPartial)
    else { return false }
    begin(summary.segment, isLast: isLast)
    header(summary.header.span, LinePlace(number: 1, offset: 0))
    result.commits += summary.commits
    result.events += summary.end.size - summary.start.size
    tree = summary.end
    expected = summary.end.size
    swallowed = 0
    lastAt = summary.lastAt
    streams.merge(summary.streams)
    keys.append(sorted: summary.keys)
    changes += summary.changes
    roots.merge(summary.roots) { _, new in new }
    tiles.differing.formUnion(summary.differing)
    endSegment()
    return true
  }
}

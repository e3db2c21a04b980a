/// Turns leaves into tiles: the right edge of the tree, and the full tiles that lie behind it.
///
/// A state machine that does no I/O. Memory: at most 255 hashes a level, and what was not taken yet.
struct TileBuilder {
  /// The tree over all leaves met.
  private(set) var frontier = MerkleFrontier()
  /// Hashes of each level that fill no tile yet.
  private var edge: [[Digest]] = Array(repeating: [], count: 8)
  /// Full tiles with their bytes, complete since they were last taken.
  private var finished: [(tile: Tile, bytes: [UInt8])] = []

  /// The tree without leaves.
  init() {}

  /// Goes on from the edge of a tree, whose partial tiles `read` gives; `nil` when it lacks one.
  init?<E: Error>(size: Int64, _ read: (Tile) throws(E) -> [Digest]?) throws(E) {
    var peaks: [Digest] = []
    for tile in Tile.edge(of: size).reversed() {
      guard let hashes = try read(tile), hashes.count == tile.width else { return nil }
      edge[tile.level] = hashes
      // The level's own peaks: one for each bit of its width.
      var start = 0
      for bit in (0..<8).reversed() where tile.width & 1 << bit != 0 {
        let part = hashes[start..<start + 1 << bit]
        start += 1 << bit
        peaks.append(MerkleFrontier.head(ofComplete: part))
      }
    }
    guard let tree = MerkleFrontier(peaks: peaks, size: size) else { return nil }
    frontier = tree
  }

  mutating func append(_ leaf: Digest) {
    let number = frontier.size
    edge[0].append(leaf)
    guard edge[0].count == Tile.full else { return frontier.append(leaf) }
    // The closure may not touch the tree it is called from.
    var completed: [(level: Int, head: Digest)] = []
    frontier.append(leaf) { level, head in
      if level > 0, level % 8 == 0 { completed.append((level / 8, head)) }
    }
    finish(0, at: number)
    for (level, head) in completed where level < edge.count {
      edge[level].append(head)
      if edge[level].count == Tile.full { finish(level, at: number) }
    }
  }

  /// Takes a full tile, which ends with leaf `number`, off the edge.
  private mutating func finish(_ level: Int, at number: Int64) {
    let tile = Tile(level: level, index: number >> Int64(8 * (level + 1)))
    finished.append((tile, Digest.bytes(of: edge[level])))
    edge[level].removeAll(keepingCapacity: true)
  }

  /// How many full tiles wait to be taken.
  var finishedCount: Int { finished.count }

  /// The full tiles complete since the last call.
  mutating func takeFinished() -> [(tile: Tile, bytes: [UInt8])] {
    defer { finished.removeAll(keepingCapacity: true) }
    return finished
  }

  /// The partial tiles of the tree as it is now.
  var partial: [(tile: Tile, bytes: [UInt8])] {
    Tile.edge(of: frontier.size).map { ($0, Digest.bytes(of: edge[$0.level])) }
  }
}

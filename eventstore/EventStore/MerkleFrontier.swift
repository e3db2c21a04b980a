/// The right edge of the log's Merkle tree: enough to append leaves and know the root.
///
/// The tree is that of RFC 6962, section 2.1. Its leaves, split into the largest complete subtrees from
/// the left, have one *peak* for each bit of the size:
///
///     size 7 = 4 + 2 + 1          root
///                               ┌───┴───┐
///                    peak 4 ── ▲        ┌┴─┐
///                             ╱ ╲  p2 ─ ▲  ▪ ── peak 1
///                            0…3       4 5 6
///
/// Memory: at most 63 peaks. `append` hashes one node a leaf on average, `root` one a peak.
package struct MerkleFrontier: Equatable, Sendable {
  /// Roots of the complete subtrees, largest and leftmost first.
  package private(set) var peaks: [Digest] = []
  /// How many leaves the tree has.
  package private(set) var size: Int64 = 0

  /// The tree without leaves.
  package init() {}

  /// A tree known by its peaks; `nil` unless their number fits the size.
  package init?(peaks: [Digest], size: Int64) {
    guard size >= 0, peaks.count == size.nonzeroBitCount else { return nil }
    self.peaks = peaks
    self.size = size
  }

  /// Adds a leaf at the right.
  package mutating func append(_ leaf: Digest) {
    append(leaf) { _, _ in }
  }

  /// Adds a leaf, and gives every subtree that becomes complete to `completed`: the leaf itself at
  /// level 0, then those of 2, 4, 8 … leaves that end with it. A subtree of level *l* is number
  /// `(size − 1) >> l` of its level.
  @inline(__always)
  mutating func append(_ leaf: Digest, completed: (_ level: Int, _ root: Digest) -> Void) {
    var carried = leaf
    var rest = size
    var level = 0
    completed(level, carried)
    while rest & 1 == 1 {
      carried = Digest(left: peaks.removeLast(), right: carried)
      rest >>= 1
      level += 1
      completed(level, carried)
    }
    peaks.append(carried)
    size += 1
  }

  /// Adds 2^level leaves, told by the head over them; traps unless the size is a multiple of as many.
  mutating func append(subtree head: Digest, level: Int) {
    var rest = size >> Int64(level)
    precondition(rest << Int64(level) == size, "a complete subtree begins at its multiple")
    var carried = head
    while rest & 1 == 1 {
      carried = Digest(left: peaks.removeLast(), right: carried)
      rest >>= 1
    }
    peaks.append(carried)
    size += 1 << Int64(level)
  }

  /// Head over a power of two of hashes. O(hashes), one copy of them.
  static func head(ofComplete hashes: ArraySlice<Digest>) -> Digest {
    precondition(hashes.count.nonzeroBitCount == 1, "a complete subtree has 2^level leaves")
    var level = Array(hashes)
    var count = level.count
    while count > 1 {
      count /= 2
      for place in 0..<count {
        level[place] = Digest(left: level[2 * place], right: level[2 * place + 1])
      }
    }
    return level[0]
  }

  /// The tree head: all peaks bagged from the right; SHA-256 of nothing without leaves.
  package var root: Digest {
    guard var root = peaks.last else { return .empty }
    for peak in peaks.dropLast().reversed() {
      root = Digest(left: peak, right: root)
    }
    return root
  }
}

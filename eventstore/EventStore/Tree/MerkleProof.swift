/// A complete subtree: the one number `index` among those of 2^`level` leaves.
struct TreeNode: Hashable {
  var level: Int
  var index: Int64
}

/// Proofs over the tree of RFC 6962: what they consist of, and whether they hold.
///
/// Both kinds have at most 63 hashes and are made of complete subtrees alone, which tiles store.
package enum MerkleProof {
  /// Head of the tree over the leaves `range`, from its complete subtrees. O(log range) of them.
  static func root(
    of range: Range<Int64>, _ node: (TreeNode) -> Digest
  ) -> Digest {
    if range.isEmpty { return .empty }
    let count = Int64(range.count)
    if count & (count - 1) == 0, range.lowerBound % count == 0 {
      let level = count.trailingZeroBitCount
      return node(TreeNode(level: level, index: range.lowerBound >> Int64(level)))
    }
    let middle = split(range)
    let left = root(of: range.lowerBound..<middle, node)
    return Digest(left: left, right: root(of: middle..<range.upperBound, node))
  }

  /// From the leaf's sibling up to the root's child (RFC 6962, section 2.1.1).
  static func inclusion(
    of leaf: Int64, in range: Range<Int64>, _ node: (TreeNode) -> Digest
  ) -> [Digest] {
    if range.count == 1 { return [] }
    let middle = split(range)
    if leaf < middle {
      return inclusion(of: leaf, in: range.lowerBound..<middle, node)
        + [root(of: middle..<range.upperBound, node)]
    }
    return inclusion(of: leaf, in: middle..<range.upperBound, node)
      + [root(of: range.lowerBound..<middle, node)]
  }

  /// That the tree of `old` leaves begins the one of `new` (RFC 6962, section 2.1.2).
  ///
  /// Empty where there is nothing to prove: from no leaves, or between equal sizes.
  static func consistency(
    from old: Int64, to new: Int64, _ node: (TreeNode) -> Digest
  ) -> [Digest] {
    if old == 0 || old == new { return [] }
    return subproof(old, 0..<new, isWhole: true, node)
  }

  private static func subproof(
    _ old: Int64, _ range: Range<Int64>, isWhole: Bool, _ node: (TreeNode) -> Digest
  ) -> [Digest] {
    if old == range.upperBound { return isWhole ? [] : [root(of: range, node)] }
    let middle = split(range)
    if old <= middle {
      return subproof(old, range.lowerBound..<middle, isWhole: isWhole, node)
        + [root(of: middle..<range.upperBound, node)]
    }
    return subproof(old, middle..<range.upperBound, isWhole: false, node)
      + [root(of: range.lowerBound..<middle, node)]
  }

  /// Where a tree of at least two leaves parts: after the largest power of two below its size.
  private static func split(_ range: Range<Int64>) -> Int64 {
    let last = Int64(range.count - 1)
    return range.lowerBound + 1 << Int64(63 - last.leadingZeroBitCount)
  }

  /// The head that a proof of inclusion leads to; `nil` for one of a wrong length
  /// (RFC 9162, section 2.1.3.2).
  package static func root(
    from leaf: Digest, at index: Int64, of size: Int64, _ proof: [Digest]
  ) -> Digest? {
    guard index >= 0, index < size else { return nil }
    var (place, last, node) = (index, size - 1, leaf)
    for sibling in proof {
      if last == 0 { return nil }
      if place & 1 == 1 || place == last {
        node = Digest(left: sibling, right: node)
        while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        node = Digest(left: node, right: sibling)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 ? node : nil
  }

  /// Whether a proof shows that one tree begins the other (RFC 9162, section 2.1.4.2).
  ///
  /// The empty tree begins every tree, and needs no proof.
  package static func isConsistent(
    old: (size: Int64, root: Digest), new: (size: Int64, root: Digest), _ proof: [Digest]
  ) -> Bool {
    guard old.size >= 0, old.size <= new.size else { return false }
    if old.size == new.size { return proof.isEmpty && old.root == new.root }
    if old.size == 0 { return proof.isEmpty && old.root == .empty }
    var path = proof[...]
    if old.size & (old.size - 1) == 0 { path = ([old.root] + proof)[...] }
    guard var first = path.popFirst() else { return false }
    var second = first
    var (place, last) = (old.size - 1, new.size - 1)
    while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
    for sibling in path {
      if last == 0 { return false }
      if place & 1 == 1 || place == last {
        first = Digest(left: sibling, right: first)
        second = Digest(left: sibling, right: second)
        while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        second = Digest(left: second, right: sibling)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 && first == old.root && second == new.root
  }
}

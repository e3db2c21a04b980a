// Proofs out of the stored tiles, checked before they are given away; where the tiles do not lead to
// the checkpoint's root, out of one pass over the log.
extension LogReader {
  /// The newest stored checkpoint that this prefix of the log covers; `nil` without any.
  package func latestCheckpoint() throws(LogError) -> Checkpoint? {
    if let latest = try directory.latestCheckpoint(), latest.size <= size { return latest }
    guard let size = try directory.checkpointSizes().last(where: { $0 <= size }) else {
      return nil
    }
    return try directory.checkpoint(of: size)
  }

  /// Which keys sign, as the events of this prefix say. One pass: O(events).
  package func keyHistory() throws(LogError) -> KeyHistory {
    var history = KeyHistory(identity)
    try forEach { event, line in history.take(event, line) }
    return history
  }

  /// Sizes of the stored checkpoints, ascending.
  package func checkpointSizes() throws(LogError) -> [Int64] {
    try directory.checkpointSizes()
  }

  /// The stored checkpoint of a size. Throws `noSuchEvent` where there is none.
  package func checkpoint(of size: Int64) throws(LogError) -> Checkpoint {
    guard let found = try directory.checkpoint(of: size) else {
      throw LogError(
        .noSuchEvent, "there is no checkpoint of \(size) events",
        file: LedgerDirectory.checkpointName(size))
    }
    return found
  }

  /// A proof that an event is in the log, under a checkpoint that covers it.
  ///
  /// Throws `noSuchEvent` for an event the checkpoint does not cover, `damaged` where the log itself does
  /// not lead to the checkpoint. O(log size) with tiles, O(size) without.
  package func inclusionProof(
    of seq: Int64, under checkpoint: Checkpoint
  ) throws(LogError) -> InclusionProof {
    guard seq >= 0, seq < checkpoint.size, checkpoint.size <= size else {
      throw LogError(
        .noSuchEvent, "event \(seq) is not below the checkpoint's size \(checkpoint.size)")
    }
    let line = try line(seq)
    let range = 0..<checkpoint.size
    return try proof(at: checkpoint.size) { node in
      let hashes = MerkleProof.inclusion(of: seq, in: range, node)
      let made = InclusionProof(line: line, index: seq, hashes: hashes, checkpoint: checkpoint)
      return made.leadsToItsCheckpoint ? made : nil
    }
  }

  /// A proof that the log of `old` events begins the one of `new`: RFC 6962, section 2.1.2.
  ///
  /// Throws `noSuchEvent` unless `old` ≤ `new` ≤ the log's size; `damaged` where the log does not lead
  /// to the roots it stated.
  package func consistencyProof(
    from old: Checkpoint, to new: Checkpoint
  ) throws(LogError) -> [Digest] {
    guard old.size <= new.size, new.size <= size else {
      throw LogError(
        .noSuchEvent,
        "a tree of \(old.size) events does not come before one of \(new.size), or the log has fewer"
      )
    }
    return try proof(at: new.size) { node in
      let hashes = MerkleProof.consistency(from: old.size, to: new.size, node)
      let holds = MerkleProof.isConsistent(
        old: (old.size, old.root), new: (new.size, new.root), hashes)
      return holds ? hashes : nil
    }
  }

  /// Makes a proof from the tiles, and once more from the log where that one does not hold.
  ///
  /// `make` gives `nil` for a proof that does not hold. It is run first to find out which subtrees it
  /// needs, and again when they are known.
  private func proof<Proof>(
    at size: Int64, _ make: ((TreeNode) -> Digest) -> Proof?
  ) throws(LogError) -> Proof {
    var wanted: Set<TreeNode> = []
    _ = make { node in
      wanted.insert(node)
      return .zero
    }
    let tiled = try directory.latestCheckpoint()?.size ?? 0
    if tiled >= size {
      let known = try tileNodes(wanted, upTo: tiled)
      if let proof = make({ known[$0] ?? .zero }) { return proof }
    }
    let known = try nodes(wanted, upTo: size)
    if let proof = make({ known[$0] ?? .zero }) { return proof }
    throw LogError(.damaged, "the log does not lead to the root of its checkpoint of \(size)")
  }

  private func tileNodes(
    _ wanted: Set<TreeNode>, upTo size: Int64
  ) throws(LogError) -> [TreeNode: Digest] {
    var reader = TileReader(of: directory, size: size)
    var known: [TreeNode: Digest] = [:]
    for node in wanted { known[node] = try reader.root(of: node) }
    return known
  }

  /// The subtrees as one pass over the log completes them.
  private func nodes(
    _ wanted: Set<TreeNode>, upTo size: Int64
  ) throws(LogError) -> [TreeNode: Digest] {
    var known: [TreeNode: Digest] = [:]
    var tree = MerkleFrontier()
    try forEach(upTo: size) { event, line in
      tree.append(Digest(leaf: line)) { level, root in
        let node = TreeNode(level: level, index: event.seq >> Int64(level))
        if wanted.contains(node) { known[node] = root }
      }
    }
    return known
  }
}

// What lies around the log and is signed, or leads to what is signed: stored checkpoints and tiles. The
// other ledger's are taken only where this one's keys, log and checkpoints say that they are right.
extension Repair {
  mutating func bringBackEvidence(_ identity: LedgerIdentity) throws(LogError) {
    let isLogWhole = steps.allSatisfy { $0.reason == nil }
    try bringBackCheckpoints(identity.origin)
    guard let latest = try newestSigned(identity.origin),
      try !directory.areTilesCurrent(at: latest)
    else { return }
    var mending = TileMending(own: directory, other: other, size: latest.size)
    try mending.prove(latest.root)
    if !mending.unproven.isEmpty, isLogWhole {
      // The log itself says what they must be.
      if !isDryRun { try directory.rebuildTiles(of: latest, identity) }
      return steps.append(Step(file: LedgerDirectory.tileName, lines: 0, reason: nil))
    }
    for (tile, hashes) in mending.taken {
      let original = try put(Digest.bytes(of: hashes), in: tile.name, as: "tile-\(tile.word)")
      steps.append(Step(file: tile.name, lines: 0, reason: nil, original: original))
    }
    for tile in mending.unproven {
      steps.append(Step(file: tile.name, lines: 0, reason: .notThere))
    }
  }

  /// Brings back each checkpoint that is missing here or not what was signed, where the other ledger
  /// has one of that size, signed by this log's key for it, whose root is that of this log.
  private mutating func bringBackCheckpoints(_ origin: String) throws(LogError) {
    var isChanged = false
    let own = Set(try directory.checkpointSizes())
    for size in own.union(try other.checkpointSizes()).sorted() {
      if let signed = try directory.signedCheckpoint(of: size, keys, origin),
        try isOfThisLog(signed) ?? true
      {
        continue
      }
      let name = LedgerDirectory.checkpointName(size)
      guard let theirs = try other.signedCheckpoint(of: size, keys, origin),
        try isOfThisLog(theirs) == true
      else {
        if own.contains(size) {
          let isThere = try other.facts(name) != nil
          let reason: Reason = isThere ? .notProven : .notThere
          steps.append(Step(file: name, lines: 0, reason: reason))
        }
        continue
      }
      let digits = name.dropFirst(LedgerDirectory.checkpointsName.count + 1).prefix { $0 != "." }
      let original = try put(theirs.note.bytes, in: name, as: "checkpoint-\(digits)")
      steps.append(Step(file: name, lines: 0, reason: nil, original: original))
      isChanged = true
    }
    if isChanged, !isDryRun { try directory.settleCheckpoints() }
  }

  /// Whether the log leads to a checkpoint's root; `nil` where damage keeps that from being known.
  private func isOfThisLog(_ checkpoint: Checkpoint) throws(LogError) -> Bool? {
    let segments = try directory.segments()
    let home = segments.last { $0.first < max(1, checkpoint.size) }
    guard let tail = segments.last, let home, !unmended.contains(home.name) else { return nil }
    let root = try unlessDamaged { () throws(LogError) in
      try directory.root(at: checkpoint.size, upTo: tail)
    }
    if let root = root ?? nil { return root == checkpoint.root }
    return unmended.isEmpty ? false : nil
  }

  /// Files that were left as they are.
  private var unmended: Set<String> { Set(steps.filter { $0.reason != nil }.map(\.file)) }

  /// The newest checkpoint that a key of the log has signed.
  private func newestSigned(_ origin: String) throws(LogError) -> Checkpoint? {
    for size in try directory.checkpointSizes().reversed() {
      if let signed = try directory.signedCheckpoint(of: size, keys, origin) { return signed }
    }
    return nil
  }

  /// Puts a file in its place in one step; where the one before is kept, if there was one.
  private func put(
    _ bytes: [UInt8], in name: String, as what: String
  ) throws(LogError) -> String? {
    let original = try directory.facts(name) == nil ? nil : keep(try directory.read(name), as: what)
    if isDryRun { return original }
    let changed = try directory.makeDirectories(of: name)
    try directory.replace(name, with: bytes)
    try directory.syncDirectory(LedgerDirectory.folder(of: name))
    for folder in changed { try directory.syncDirectory(folder) }
    return original
  }
}

extension Tile {
  /// Its place in one word, for a file's name: `0-001.p-16`.
  fileprivate var word: String {
    String(
      name.dropFirst(LedgerDirectory.tileName.count + 1).map { $0 == "/" ? "-" : $0 })
  }
}

/// The tiles of a tree out of two ledgers, from the root down: each is right that leads to a hash which is
/// known already, whoever has it.
struct TileMending {
  private let own: LedgerDirectory
  private let other: LedgerDirectory
  private let size: Int64
  /// Right ones that only the other ledger has, with their hashes.
  private(set) var taken: [(tile: Tile, hashes: [Digest])] = []
  /// Those that neither has, or that nothing leads to for want of one above.
  private(set) var unproven: [Tile] = []

  init(own: LedgerDirectory, other: LedgerDirectory, size: Int64) {
    self.own = own
    self.other = other
    self.size = size
  }

  /// Takes what leads to `root`. Reads and hashes every tile: O(events).
  mutating func prove(_ root: Digest) throws(LogError) {
    let edge = Tile.edge(of: size)
    guard let chosen = try choice(of: edge, root) else {
      unproven = edge
      return
    }
    for (tile, choice) in zip(edge, chosen) {
      if choice.isTheirs { taken.append((tile, choice.hashes)) }
      for (place, hash) in choice.hashes.enumerated() where tile.level > 0 {
        try prove(tile.level - 1, tile.index * Int64(Tile.full) + Int64(place), hash)
      }
    }
  }

  private mutating func prove(_ level: Int, _ index: Int64, _ hash: Digest) throws(LogError) {
    let tile = Tile(level: level, index: index)
    let found = try candidates(tile).first {
      MerkleFrontier.head(ofComplete: $0.hashes[...]) == hash
    }
    guard let found else { return unproven.append(tile) }
    if found.isTheirs { taken.append((tile, found.hashes)) }
    for (place, below) in found.hashes.enumerated() where level > 0 {
      try prove(level - 1, index * Int64(Tile.full) + Int64(place), below)
    }
  }

  private typealias Candidate = (hashes: [Digest], isTheirs: Bool)

  /// What the two ledgers have of a tile, this one's first. A wider one holds it too.
  private func candidates(_ tile: Tile) throws(LogError) -> [Candidate] {
    var found: [Candidate] = []
    for (place, isTheirs) in [(own, false), (other, true)] {
      var reader = TileReader(of: place, size: size)
      if let hashes = try reader.hashes(of: tile) { found.append((hashes, isTheirs)) }
    }
    return found
  }

  /// Of each tile at the right edge the one with which all of them lead to the root; at most 2 to the
  /// power of the tree's tile levels are tried.
  private func choice(of edge: [Tile], _ root: Digest) throws(LogError) -> [Candidate]? {
    var choices: [[Candidate]] = [[]]
    for tile in edge {
      let more = try candidates(tile)
      choices = choices.flatMap { begun in more.map { begun + [$0] } }
    }
    return choices.first { choice in
      var level = 0
      let builder = TileBuilder(size: size) { (_) throws(Never) -> [Digest]? in
        // Asked from the highest level down.
        level += 1
        return choice[choice.count - level].hashes
      }
      return builder?.frontier.root == root
    }
  }
}

/// Makes anew what can be made from the log, and clears away what a crash left unfinished.
package enum DoctorFix: Equatable, Sendable {
  case removed(String)
  case rebuilt(String)

  /// Does what can be done while nobody writes; gives what was done, nothing the second time.
  ///
  /// The tiles are made only of a log that leads to its newest checkpoint. Throws `inUse`, `notALedger`,
  /// `damaged` (and nothing derived is replaced then), `diskFull`, `io`. O(log) with stale tiles.
  package static func run(
    directory path: String, disk: any Disk = SystemDisk()
  ) throws(LogError) -> [DoctorFix] {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    let lock = try WriterLock.taken(directory)
    defer { _ = lock }
    var done: [DoctorFix] = []
    for name in try directory.leftovers() {
      try directory.remove(name)
      try directory.syncDirectory(LedgerDirectory.folder(of: name))
      done.append(.removed(name))
    }
    let identity = try directory.identityFromLog()
    var notices: [LogNotice] = []
    try directory.rebuildIdentity(identity, &notices)
    if !notices.isEmpty { done.append(.rebuilt(LedgerDirectory.identityName)) }
    if let latest = try directory.latestCheckpoint(), try !directory.areTilesCurrent(at: latest) {
      try directory.rebuildTiles(of: latest, identity)
      done.append(.rebuilt(LedgerDirectory.tileName))
    }
    return done
  }
}

extension LedgerDirectory {
  /// Derived files that do not say what the log does.
  func staleFiles() throws(LogError) -> [String] {
    var stale: [String] = []
    if try !isIdentityCurrent(identityFromLog()) { stale.append(Self.identityName) }
    if let latest = try latestCheckpoint(), try !areTilesCurrent(at: latest) {
      stale.append(Self.tileName)
    }
    return stale
  }

  /// What a crash left half made: nothing of it is looked at by anybody.
  func leftovers() throws(LogError) -> [String] {
    var names: [String] = []
    for name in try list("") {
      guard let facts = try facts(name) else { continue }
      names += facts.isDirectory ? try files(in: name) : [name]
    }
    return names.filter {
      $0.hasSuffix(Self.unfinishedSuffix) || $0.hasSuffix(QuarantineFile.partSuffix)
    }
  }

  /// Whether every tile of a checkpoint's tree is there in full length, and its edge leads to the root.
  ///
  /// One `stat` for each 256 events.
  func areTilesCurrent(at checkpoint: Checkpoint) throws(LogError) -> Bool {
    var level = 0
    while checkpoint.size >> Int64(8 * (level + 1)) > 0 {
      for index in 0..<checkpoint.size >> Int64(8 * (level + 1)) {
        let tile = Tile(level: level, index: index)
        guard try facts(tile.name)?.size == Tile.full * 32 else { return false }
      }
      level += 1
    }
    var reader = TileReader(of: self, size: checkpoint.size)
    let known = try TileBuilder(size: checkpoint.size) { tile throws(LogError) in
      try reader.hashes(of: tile)
    }
    return known?.frontier.root == checkpoint.root
  }

  /// Makes all tiles of a checkpoint's tree from the log, once the log is known to lead to it.
  func rebuildTiles(of checkpoint: Checkpoint, _ identity: LedgerIdentity) throws(LogError) {
    guard try leaves(upTo: checkpoint.size, { _ in })?.root == checkpoint.root else {
      throw LogError(
        .damaged, "the log does not lead to its checkpoint of \(checkpoint.size) events",
        file: Self.checkpointName(checkpoint.size))
    }
    try removeAll(Self.tileName)
    var builder = TileBuilder()
    var store = TileStore(self)
    _ = try leaves(upTo: checkpoint.size) { leaf throws(LogError) in
      builder.append(leaf)
      if builder.finishedCount >= 256 { try store.write(builder.takeFinished()) }
    }
    try store.write(builder.takeFinished())
    try store.write(builder.partial)
    try store.sync()
    try syncDirectory("")
  }

  /// Gives the leaves of the first `size` events; their tree, or `nil` where the log has fewer.
  private func leaves(
    upTo size: Int64, _ body: (Digest) throws(LogError) -> Void
  ) throws(LogError) -> MerkleFrontier? {
    var tree = MerkleFrontier()
    var scanner = LineScanner()
    for segment in try segments() where segment.first < size {
      let file = try open(segment.name, .read)
      try scanner.scan(file, upTo: segment.size) { line, place throws(LogError) in
        guard place.number > 1, EventEnvelope.kind(of: line) == .event else { return true }
        let leaf = Digest(leaf: line)
        tree.append(leaf)
        try body(leaf)
        return tree.size < size
      }
    }
    return tree.size == size ? tree : nil
  }
}

extension LogReader {
  /// Head of the tree over the first `size` events; `nil` where there are fewer.
  func root(at size: Int64) throws(LogError) -> Digest? {
    guard size <= self.size, let tail = segments.last else { return nil }
    return try directory.root(at: size, upTo: tail)
  }
}

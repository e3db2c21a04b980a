/// Makes anew what can be made from the log, and clears away what a crash left unfinished.
package enum DoctorFix: Equatable, Sendable {
  case removed(String)
  case rebuilt(String)

  /// Does what can be done while nobody writes; gives what was done, nothing the second time.
  ///
  /// The tiles are made only of a log that leads to its newest checkpoint, and an archive beside its plain
  /// segment goes only where that is sound. Throws `inUse`, `notALedger`, `damaged` (and nothing that the
  /// damaged lines say is replaced then), `diskFull`, `io`. O(log) with stale tiles or index.
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
    done += try directory.removeStrayArchives(identity.ledger).map { .removed($0) }
    if try directory.rebuildIndex(identity.ledger) {
      done.append(.rebuilt(IndexRun.directoryName))
    }
    return done
  }
}

extension LedgerDirectory {
  /// Derived files that do not say what the log does, whose segments are those of `reader`.
  func staleFiles(_ reader: LogReader) throws(LogError) -> [String] {
    var stale: [String] = []
    if try !isIdentityCurrent(identityFromLog()) { stale.append(Self.identityName) }
    if let latest = try latestCheckpoint(), try !areTilesCurrent(at: latest) {
      stale.append(Self.tileName)
    }
    stale += try strayArchives()
    return stale + (try staleIndex(of: reader.segments, reader.identity.ledger))
  }

  /// Names of index files that are not what they were, or say what the log does not; `index` where only
  /// something is missing. Hashes all of them.
  func staleIndex(
    of segments: [SegmentFile], _ ledger: String
  ) throws(LogError) -> [String] {
    let files = try IndexFiles(of: self, ledger: ledger, segments: segments)
    var stale: [String] = []
    var isMissing = false
    var place = 0
    while place < segments.count - 1 {
      guard let run = try files.run(from: place, { fault in stale.append(fault.file) }) else {
        isMissing = true
        place += 1
        continue
      }
      do throws(StaleIndex) { try run.requireWhole() } catch { stale.append(error.file) }
      place += run.header.segments.count
    }
    return stale.isEmpty && isMissing ? [IndexRun.directoryName] : stale
  }

  /// Makes anew what is stale of the index; whether anything was. Throws where it cannot be written.
  func rebuildIndex(_ ledger: String) throws(LogError) -> Bool {
    var scanner = LineScanner()
    let segments = try LogEnd(of: self, ledger: ledger, with: &scanner).segments
    let stale = try staleIndex(of: segments, ledger)
    if stale.isEmpty { return false }
    for name in stale where name != IndexRun.directoryName {
      if try facts(name) != nil { try remove(name) }
    }
    var notices: [LogNotice] = []
    _ = try IndexRuns(
      of: self, ledger: ledger, segments: segments, with: &scanner, &notices)
    guard try staleIndex(of: segments, ledger).isEmpty else {
      throw LogError(
        .io, notices.last?.detail ?? "the index was not written", file: IndexRun.directoryName)
    }
    return true
  }

  /// Takes away what a cut-off archiving left beside plain segments that are sound.
  func removeStrayArchives(_ ledger: String) throws(LogError) -> [String] {
    let stray = try strayArchives()
    if stray.isEmpty { return [] }
    let segments = try segments()
    for (segment, next) in zip(segments, segments.dropFirst())
    where stray.contains(Self.archiveName(of: segment.name)) {
      try requireSound(segment, before: next, ledger: ledger)
    }
    var removed: [String] = []
    for archive in stray {
      try remove(archive)
      removed.append(archive)
      let sum = Self.sumName(of: archive)
      if try storedFacts(sum) != nil {
        try remove(sum)
        removed.append(sum)
      }
    }
    try syncDirectory(Self.logName)
    return removed
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

  /// Whether every tile of a checkpoint's tree is there, and all of them lead to its root.
  ///
  /// Reads and hashes them: O(events), one file for each 256.
  func areTilesCurrent(at checkpoint: Checkpoint) throws(LogError) -> Bool {
    let size = checkpoint.size
    var edge = TileReader(of: self, size: size)
    let known = try TileBuilder(size: size) { tile throws(LogError) in try edge.hashes(of: tile) }
    guard known?.frontier.root == checkpoint.root else { return false }
    for level in 0..<7 {
      var parent: [Digest] = []
      for index in 0..<Tile.hashes(at: level + 1, in: size) {
        let place = Int(index % Int64(Tile.full))
        if place == 0, let above = Tile(level: level + 1, holding: index, in: size) {
          var reader = TileReader(of: self, size: size)
          parent = try reader.hashes(of: above) ?? []
        }
        guard place < parent.count,
          let own = try hashes(of: Tile(level: level, index: index)),
          MerkleFrontier.head(ofComplete: own[...]) == parent[place]
        else { return false }
      }
    }
    return true
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
  package func root(at size: Int64) throws(LogError) -> Digest? {
    guard size <= self.size, let tail = segments.last else { return nil }
    return try directory.root(at: size, upTo: tail)
  }
}

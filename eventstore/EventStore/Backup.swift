/// Copies a ledger into a directory that is a ledger itself, and brings such a copy up to date.
///
/// Works beside a writer: it takes the log up to the durable size. New files go to their places; what
/// takes the place of a file that was backed up before is first staged,
///
///     target/staged/log%000000065536.jsonl
///
/// then `SHA256SUMS`, which lists every file, is replaced in one step, and from then on the new backup
/// is the one that counts; staged files are copied to their places after that, or by the next
/// backup. So after a crash the target restores to the backup before or to the new one, whole,
/// also on media without a journal, where a rename to another folder may be done half.
package struct Backup {
  /// What a backup did.
  package struct Outcome: Equatable, Sendable {
    /// Events it holds.
    package var events: Int64
    /// Head of the tree over them.
    package var root: Digest
    /// Files written, and their bytes.
    package var copied = 0
    package var copiedBytes = 0
    /// Files that were there already.
    package var kept = 0
  }

  static let stagedName = "staged"
  static let guardName = "backup.lock"

  /// What a backup that was cut off may have left in its folder before its manifest.
  private static let ownNames: Set<String> = [stagedName, guardName, vaultDraft]

  /// Where a file waits until the manifest counts.
  static func staged(_ name: String) -> String {
    "\(stagedName)/\(name.split(separator: "/").joined(separator: "%"))"
  }

  /// Writes a consistent copy of the ledger's vault to a path where nothing is; false where there is none.
  ///
  /// The store knows nothing of what is in a vault but its files, and a database that is being written
  /// to cannot be copied as a file.
  package typealias VaultCopy = (_ path: String) throws(LogError) -> Bool

  /// The vault's database, which is copied by a ``VaultCopy`` where there is one.
  static let vaultDatabase = "vault/keys.db"

  private let source: LedgerDirectory
  private let target: LedgerDirectory
  private let end: LogEnd
  private let identity: LedgerIdentity
  private var outcome: Outcome
  private var manifest = FileManifest()
  private var before: FileManifest?
  /// Folders with new entries.
  private var dirty: Set<String> = [stagedName, ""]

  /// Backs a ledger up into `target`, without its signing key unless asked for.
  ///
  /// Every line that is new is checked against its commits, and what was backed up before is compared
  /// with it. Throws `damaged` for a log that is not what it was; `exists` for a target that is neither
  /// empty nor a backup of this ledger; `behindAnchor` for one that holds a longer or another history;
  /// `inUse` while another backup goes there; `diskFull`, `io`. Reads the log once.
  package static func make(
    of path: String, to target: String, withKeys: Bool = false, vault: VaultCopy? = nil,
    disk: any Disk = SystemDisk()
  ) throws(LogError) -> Outcome {
    let source = LedgerDirectory(path, on: disk)
    try source.requireLedger()
    let place = LedgerDirectory(target, on: disk)
    try place.makeReady()
    let hold = try place.holdForBackup()
    defer { _ = hold.descriptor }
    // First the vault, then the log: the log knows every erasure the vault has done.
    let hasVault = try vault.map { copy throws(LogError) in try place.takeVault(copy) } ?? false
    let (identity, end) = try durable(source)
    var backup = Backup(source: source, target: place, end: end, identity: identity)
    try backup.requireEarlier()
    try backup.stage(withKeys: withKeys, copiesVault: vault != nil, hasVault: hasVault)
    try backup.place()
    return backup.outcome
  }

  private init(
    source: LedgerDirectory, target: LedgerDirectory, end: LogEnd, identity: LedgerIdentity
  ) {
    self.source = source
    self.target = target
    self.end = end
    self.identity = identity
    outcome = Outcome(events: end.events, root: .empty)
  }

  /// How far the log may be read now.
  private static func durable(
    _ source: LedgerDirectory
  ) throws(LogError) -> (LedgerIdentity, LogEnd) {
    switch try WriterPresence.probe(source) {
    case .absent(let lock):
      let identity = try source.identityFromLog()
      var scanner = LineScanner()
      let end = try LogEnd(of: source, ledger: identity.ledger, with: &scanner)
      _ = consume lock
      return (identity, end)
    case .present(let published):
      return (try source.identityFromLog(), try LogEnd(of: source, published: published))
    }
  }

  /// Refuses a target with another ledger, or one that knows what this ledger does not.
  private mutating func requireEarlier() throws(LogError) {
    guard let (manifest, statement) = try target.backup() else {
      // A first backup that was cut off left its folder for what is staged.
      if try target.facts(Self.stagedName) != nil { return }
      for name in try target.list("") where !Self.ownNames.contains(name) {
        throw LogError(.exists, "it holds other things than a backup", file: target.path)
      }
      return
    }
    try target.settle(manifest)
    guard statement.ledger == identity.ledger else {
      throw LogError(
        .exists, "it is a backup of another ledger, \(statement.ledger)", file: target.path)
    }
    guard statement.events <= end.events else {
      throw LogError(
        .behindAnchor,
        "the backup has \(statement.events) events, the ledger \(end.events): it was cut, or "
          + "restored from an older backup", file: target.path)
    }
    guard let tail = end.segments.last,
      try source.root(at: statement.events, upTo: tail) == statement.root
    else {
      throw LogError(
        .behindAnchor, "the backup's \(statement.events) events are of another history",
        file: target.path)
    }
    before = manifest
  }

  /// Puts what is new beside what is there, then makes it count.
  private mutating func stage(
    withKeys: Bool, copiesVault: Bool, hasVault: Bool
  ) throws(LogError) {
    if try target.facts(Self.stagedName) == nil {
      try target.makeDirectory(Self.stagedName, mode: 0o700)
      try target.syncDirectory("")
    }
    for segment in end.segments {
      let isLast = segment.first == end.segments.last?.first
      try take(segment.name, segment, mode: isLast ? 0o644 : 0o444)
    }
    for name in try otherFiles(withKeys: withKeys) {
      // The database and its journal are copied as one, or as files where nobody knows better.
      if copiesVault, name.hasPrefix(Self.vaultDatabase) { continue }
      try take(name)
    }
    if hasVault { try takeVault() }
    try stage(LedgerDirectory.identityName, LedgerDirectory.identityFile(identity))
    let statement = BackupStatement(
      events: end.events, ledger: identity.ledger, root: outcome.root)
    try stage(BackupStatement.name, statement.bytes)
    for folder in dirty.sorted().reversed() { try target.syncDirectory(folder) }
    if manifest != before { try target.replace(FileManifest.name, with: manifest.bytes) }
    try target.syncDirectory("")
  }

  /// Files that are no segments and not made from them. The checkpoints are those of the log as far
  /// as it is backed up; a writer may have made more meanwhile.
  private mutating func otherFiles(withKeys: Bool) throws(LogError) -> [String] {
    var names: [String] = []
    let sizes = try source.checkpointSizes().filter { $0 <= end.events }
    for name in try source.files(in: LedgerDirectory.checkpointsName) {
      let file = String(name.dropFirst(LedgerDirectory.checkpointsName.count + 1))
      let isOfOne = file.prefix { $0 != "." }
      guard let size = Int64(isOfOne), sizes.contains(size),
        !file.hasSuffix(LedgerDirectory.unfinishedSuffix)
      else { continue }
      names.append(name)
    }
    if let newest = sizes.last {
      try stage(
        LedgerDirectory.latestName, try source.read(LedgerDirectory.checkpointName(newest)))
    }
    for name in [Anchor.listName, ReplicationRole.fileName] where try source.facts(name) != nil {
      names.append(name)
    }
    names += try source.files(in: LedgerDirectory.quarantineName).filter {
      !$0.hasSuffix(QuarantineFile.partSuffix)
    }
    names += try source.files(in: LedgerDirectory.vaultName)
    if withKeys { names += try source.files(in: LedgerDirectory.keysName) }
    return names
  }

  /// Takes a file of the ledger: kept where the backup has it, else staged.
  private mutating func take(
    _ name: String, _ segment: SegmentFile? = nil, mode: UInt16? = nil
  ) throws(LogError) {
    let file = try source.open(name, .read)
    let facts = try file.facts
    let size = segment?.size ?? facts.size
    let known = before?.digests[name]
    if let known, try target.facts(name)?.size == size, try file.digest(0..<size) == known {
      try manifest.add(name, known)
      outcome.kept += 1
      if let segment, segment.first == end.segments.last?.first { try walk(segment) }
      return
    }
    if let segment {
      guard known == nil || name == before?.lastSegment else {
        throw LogError(
          .damaged, "it is not what it was when it was backed up; the backup is left as it is",
          file: name)
      }
      try walk(segment)
    }
    let digest = try target.copy(
      0..<size, of: file, to: try destination(of: name), mode: mode ?? facts.mode)
    try manifest.add(name, digest)
    outcome.copied += 1
    outcome.copiedBytes += size
  }

  /// Checks a segment that is backed up; the last one gives the root.
  private mutating func walk(_ segment: SegmentFile) throws(LogError) {
    var walk = LogWalk(
      ledger: identity.ledger, checking: .every, from: try source.statedTree(of: segment))
    var scanner = LineScanner()
    try walk.segment(segment, in: source, with: &scanner) { _, _, _ in true }
    outcome.root = walk.frontier.root
  }

  /// Takes a small file that is made here.
  private mutating func stage(_ name: String, _ bytes: [UInt8]) throws(LogError) {
    let digest = Digest(hashing: bytes.span)
    try manifest.add(name, digest)
    if before?.digests[name] == digest, try target.facts(name)?.size == bytes.count { return }
    let draft = try destination(of: name)
    if try target.facts(draft) != nil { try target.remove(draft) }
    try target.writeNew(draft, bytes)
    outcome.copied += 1
    outcome.copiedBytes += bytes.count
  }

  /// Where a file is written: at once to its place unless the backup before has it there.
  private mutating func destination(of name: String) throws(LogError) -> String {
    if before?.digests[name] != nil { return Self.staged(name) }
    dirty.formUnion(try target.makeDirectories(of: name))
    dirty.insert(LedgerDirectory.folder(of: name))
    return name
  }

  /// Takes the copy of the vault's database.
  private mutating func takeVault() throws(LogError) {
    let copied = try target.open(Self.vaultDraft, .read)
    let size = try copied.facts.size
    let digest = try copied.digest(0..<size)
    try manifest.add(Self.vaultDatabase, digest)
    if before?.digests[Self.vaultDatabase] == digest,
      try target.facts(Self.vaultDatabase)?.size == size
    {
      outcome.kept += 1
    } else {
      _ = try target.copy(
        0..<size, of: copied, to: try destination(of: Self.vaultDatabase), mode: 0o600)
      outcome.copied += 1
      outcome.copiedBytes += size
    }
    try target.remove(Self.vaultDraft)
  }

  /// Where the vault is copied to first.
  static let vaultDraft = "vault.copy"

  /// Puts everything in its place and takes away what the ledger has no more.
  private func place() throws(LogError) {
    try target.settle(manifest)
    for name in before?.names ?? [] where manifest.digests[name] == nil {
      if try target.facts(name) != nil { try target.remove(name) }
    }
    try target.removeDirectory(Self.stagedName)
    try target.syncDirectory("")
  }
}

extension LedgerDirectory {
  static let vaultName = "vault"

  /// Makes a backup's directory if it is not there.
  fileprivate func makeReady() throws(LogError) {
    if try facts("") != nil { return }
    try makeDirectory("")
    try syncParent()
  }

  /// Has the vault copied beside what is there; false where there is none.
  fileprivate func takeVault(_ copy: Backup.VaultCopy) throws(LogError) -> Bool {
    if try facts(Backup.vaultDraft) != nil { try remove(Backup.vaultDraft) }
    // Empty first, so that nobody else reads it while it is written.
    try writeNew(Backup.vaultDraft, [], mode: 0o600)
    if try copy(path(Backup.vaultDraft)) { return true }
    try remove(Backup.vaultDraft)
    return false
  }

  /// Keeps other backups away from this target as long as it is open.
  fileprivate func holdForBackup() throws(LogError) -> OpenFile {
    let exists = try facts(Backup.guardName) != nil
    let file = try open(Backup.guardName, exists ? .write : .create)
    do {
      try uninterrupted { () throws(SystemError) in
        try disk.lock(file.descriptor, .exclusive)
      }
    } catch {
      guard error.number == ErrorNumber.wouldBlock else { throw LogError(error, Backup.guardName) }
      throw LogError(.inUse, "another backup is being made there", file: path)
    }
    return file
  }

  /// Copies staged files that the manifest lists to their places, the log's first and in order, and
  /// takes them away when all are there.
  fileprivate func settle(_ manifest: FileManifest) throws(LogError) {
    guard try facts(Backup.stagedName) != nil else { return }
    var dirty: Set<String> = []
    for name in manifest.names {
      let draft = Backup.staged(name)
      guard try facts(draft) != nil, try place(of: name, in: manifest) == draft else { continue }
      dirty.formUnion(try makeDirectories(of: name))
      let file = try open(draft, .read)
      let facts = try file.facts
      _ = try copy(0..<facts.size, of: file, to: name, mode: facts.mode)
      dirty.insert(Self.folder(of: name))
    }
    for folder in dirty.sorted() { try syncDirectory(folder) }
    for file in try list(Backup.stagedName) { try remove("\(Backup.stagedName)/\(file)") }
    try syncDirectory(Backup.stagedName)
  }

  /// Makes the directory's own name durable.
  func syncParent() throws(LogError) {
    let parent: String
    if let slash = path.lastIndex(of: "/") {
      parent = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      parent = "."
    }
    try LedgerDirectory(parent, on: disk).syncDirectory("")
  }
}

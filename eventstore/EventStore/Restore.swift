/// Makes a ledger of a backup, believing nothing of it unseen.
package struct Restore {
  /// What was restored.
  package struct Outcome: Equatable, Sendable {
    /// Events of the ledger; the last one's `seq` is one less.
    package var events: Int64
    /// Head of the tree over them.
    package var root: Digest
    package var files: Int
    package var bytes: Int
    /// Whether the signing key was in the backup.
    package var hasKey: Bool
  }

  /// What a ledger is called while it is being restored.
  static let draftSuffix = ".restoring"

  /// Restores a backup into a directory that is empty or not there.
  ///
  /// Every file is compared with the manifest while it is copied, then the whole log of the copy is
  /// verified and must be what the backup says it is; only then does the copy get its name. The backup
  /// itself is not touched. What a restoring before left unfinished is begun anew, and one that came to
  /// its end is not made twice. Throws `notALedger` for a directory that is no backup; `exists` for a
  /// target with something else in it; `inUse` while another restores there; `damaged`, naming file and
  /// lines, for a backup that is not what it was; `diskFull`, `io`. What was begun is taken away again.
  /// O(backup).
  package static func run(
    _ backup: String, to path: String, disk: any Disk = SystemDisk()
  ) throws(LogError) -> Outcome {
    let source = LedgerDirectory(backup, on: disk)
    guard let (manifest, statement) = try source.backup() else {
      throw LogError(.notALedger, "there is no backup here", file: source.path)
    }
    let final = LedgerDirectory(path, on: disk)
    let draft = LedgerDirectory(final.path + draftSuffix, on: disk)
    var bytes = 0
    if try isFree(final) {
      let hold = try begun(draft)
      defer { _ = hold }
      do {
        bytes = try fill(draft, from: source, manifest)
        try verify(draft, statement)
        try uninterrupted(final.path) { () throws(SystemError) in
          try disk.rename(draft.path, to: final.path)
        }
      } catch {
        // What cannot be taken away either goes with the next attempt.
        try? draft.removeAll()
        throw error
      }
    } else {
      bytes = try bytesRestored(final, manifest)
    }
    try final.syncParent()
    return Outcome(
      events: statement.events, root: statement.root, files: manifest.digests.count - 1,
      bytes: bytes, hasKey: manifest.digests[LedgerDirectory.signingKeyName] != nil)
  }

  /// Whether nothing is there but perhaps an empty directory.
  private static func isFree(_ final: LedgerDirectory) throws(LogError) -> Bool {
    guard let there = try final.facts("") else { return true }
    return there.isDirectory ? try final.list("").isEmpty : false
  }

  /// How many bytes an earlier restoring of this very backup has put there; throws `exists` where it
  /// was something else, or was written to since.
  private static func bytesRestored(
    _ final: LedgerDirectory, _ manifest: FileManifest
  ) throws(LogError) -> Int {
    var bytes = 0
    for name in manifest.names where name != BackupStatement.name {
      guard let facts = try final.storedFacts(name), !facts.isDirectory,
        try final.storedDigest(name) == manifest.digests[name]
      else {
        throw LogError(.exists, "there is something here already", file: final.path)
      }
      bytes += facts.size
    }
    return bytes
  }

  /// Makes the directory of the copy and holds it alone; one that a crash left there goes.
  private static func begun(_ draft: LedgerDirectory) throws(LogError) -> OpenFile {
    if try draft.facts("") != nil {
      let left = try held(draft)
      try draft.removeAll()
      _ = consume left
    }
    try draft.makeDirectory("")
    return try held(draft)
  }

  private static func held(_ draft: LedgerDirectory) throws(LogError) -> OpenFile {
    let folder = try draft.open("", .read)
    do {
      try uninterrupted { () throws(SystemError) in
        try draft.disk.lock(folder.descriptor, .exclusive)
      }
    } catch {
      guard error.number == ErrorNumber.wouldBlock else { throw LogError(error, draft.path) }
      throw LogError(.inUse, "another process restores a backup here", file: draft.path)
    }
    return folder
  }

  /// Copies everything; how many bytes.
  private static func fill(
    _ draft: LedgerDirectory, from source: LedgerDirectory, _ manifest: FileManifest
  ) throws(LogError) -> Int {
    var dirty: Set<String> = [""]
    var bytes = 0
    for name in manifest.names where name != BackupStatement.name {
      guard let place = try source.place(of: name, in: manifest) else {
        let isThere = try source.facts(name) != nil
        throw LogError(
          .damaged,
          isThere ? "it is not what was backed up" : "it was backed up and is not there",
          file: name)
      }
      let file = try source.open(place, .read)
      let facts = try file.facts
      dirty.formUnion(try draft.makeDirectories(of: name))
      let digest = try draft.copy(
        0..<facts.size, of: file, to: name, mode: mode(of: name, facts, in: manifest))
      guard digest == manifest.digests[name] else {
        throw LogError(.damaged, "it changed while it was read", file: name)
      }
      dirty.insert(LedgerDirectory.folder(of: name))
      bytes += facts.size
    }
    for name in [LedgerDirectory.quarantineName, LedgerDirectory.keysName]
    where try draft.facts(name) == nil {
      try draft.makeDirectory(name, mode: 0o700)
    }
    for folder in dirty.sorted().reversed() { try draft.syncDirectory(folder) }
    return bytes
  }

  /// A medium that keeps no permissions must not make a key readable, or the last segment read-only.
  private static func mode(
    of name: String, _ facts: FileFacts, in manifest: FileManifest
  ) -> UInt16 {
    switch LedgerDirectory.folder(of: name) {
    case LedgerDirectory.logName: name == manifest.lastSegment ? 0o644 : 0o444
    case LedgerDirectory.keysName, LedgerDirectory.quarantineName, LedgerDirectory.vaultName: 0o600
    default: 0o644
    }
  }

  private static func verify(
    _ draft: LedgerDirectory, _ statement: BackupStatement
  ) throws(LogError) {
    let found = try LogVerifier.verify(directory: draft.path, disk: draft.disk)
    if let first = found.findings.first {
      throw LogError(
        .damaged, "\(first.kind.rawValue): \(first.detail)", file: first.file, lines: first.lines,
        byte: first.byte)
    }
    let identity = try draft.identityFromLog()
    guard found.events == statement.events, found.root == statement.root,
      identity.ledger == statement.ledger
    else {
      throw LogError(
        .damaged, "the log is not the one the backup says it holds", file: BackupStatement.name)
    }
  }
}

extension LedgerDirectory {
  /// SHA-256 of a file as it lies on the disk.
  func storedDigest(_ name: String) throws(LogError) -> Digest {
    let file = try OpenFile(path(name), named: name, .read, on: disk)
    return try file.digest(0..<file.storedFacts.size)
  }

  /// Takes a directory away with everything in it, if it is there.
  func removeAll(_ name: String = "") throws(LogError) {
    guard let facts = try facts(name) else { return }
    guard facts.isDirectory else { return try remove(name) }
    for entry in try list(name) { try removeAll(name.isEmpty ? entry : "\(name)/\(entry)") }
    try removeDirectory(name)
  }
}

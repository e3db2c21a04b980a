internal import CanonicalJSON

/// What a backup says of itself: `BACKUP.json`, one canonical object and a newline.
///
///     {"events":66048,"format":1,"ledger":"…","root":"…"}
struct BackupStatement: Equatable {
  static let name = "BACKUP.json"
  private static let format: Int64 = 1

  /// How many events it holds.
  var events: Int64
  /// Number of the ledger.
  var ledger: String
  /// Head of the tree over the events.
  var root: Digest

  init(events: Int64, ledger: String, root: Digest) {
    self.events = events
    self.ledger = ledger
    self.root = root
  }

  /// Reads `bytes` back; `nil` for what they could not be.
  init?(parsing bytes: [UInt8]) {
    guard bytes.last == UInt8(ascii: "\n"),
      let value = try? JSONValue(parsing: bytes.span.extracting(droppingLast: 1), as: .event),
      let events = value["events"]?.integerValue, let ledger = value["ledger"]?.stringValue,
      let root = value["root"]?.stringValue.flatMap({ Digest(base64: $0) })
    else { return nil }
    self.init(events: events, ledger: ledger, root: root)
    guard self.bytes == bytes else { return nil }
  }

  var bytes: [UInt8] {
    let value = JSONValue.object([
      "events": .integer(events), "format": .integer(Self.format), "ledger": .string(ledger),
      "root": .string(root.base64),
    ])
    return value.canonicalBytes + [UInt8(ascii: "\n")]
  }
}

extension LedgerDirectory {
  /// The manifest and statement of a backup; `nil` where none was ever finished.
  ///
  /// Throws `damaged` where they cannot be read, or do not belong together.
  func backup() throws(LogError) -> (manifest: FileManifest, statement: BackupStatement)? {
    guard try facts(FileManifest.name) != nil else { return nil }
    guard let manifest = FileManifest(parsing: try read(FileManifest.name)) else {
      throw LogError(.damaged, "it is no list of files and hashes", file: FileManifest.name)
    }
    let name = try place(of: BackupStatement.name, in: manifest)
    guard let name, let statement = BackupStatement(parsing: try read(name)) else {
      throw LogError(
        .damaged, "it is not what the manifest lists, or says nothing of a backup",
        file: BackupStatement.name)
    }
    return (manifest, statement)
  }

  /// Where a file of the manifest lies: under its name, or still among the staged ones after a crash;
  /// `nil` where neither has its hash. O(its bytes).
  func place(of name: String, in manifest: FileManifest) throws(LogError) -> String? {
    for candidate in [Backup.staged(name), name] where try facts(candidate) != nil {
      let file = try open(candidate, .read)
      if try file.digest(0..<file.facts.size) == manifest.digests[name] { return candidate }
    }
    return nil
  }

  /// Every file in a directory inside and below it, relative to the ledger; none where it is not there.
  package func files(in name: String) throws(LogError) -> [String] {
    guard try facts(name) != nil else { return [] }
    var files: [String] = []
    for entry in try list(name) {
      let path = "\(name)/\(entry)"
      guard let facts = try facts(path) else { continue }
      if facts.isDirectory { files += try self.files(in: path) } else { files.append(path) }
    }
    return files
  }

  /// Makes the directories a file's name leads through; gives those that got a new entry.
  func makeDirectories(of name: String) throws(LogError) -> Set<String> {
    var changed: Set<String> = []
    var path = ""
    for part in name.split(separator: "/").dropLast() {
      let parent = path
      path = path.isEmpty ? String(part) : "\(path)/\(part)"
      guard try facts(path) == nil else { continue }
      let isSecret = path == Self.keysName || path == Self.quarantineName || path == Self.vaultName
      try makeDirectory(path, mode: isSecret ? 0o700 : 0o755)
      changed.insert(parent)
    }
    return changed
  }

  /// The directory of a name; "" for one in the ledger directory itself.
  static func folder(of name: String) -> String {
    name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
  }

  /// Copies bytes of a file into a new one here, durable but for its name, and reads them back.
  ///
  /// Throws `io` when the disk gives back other bytes.
  func copy(
    _ range: Range<Int>, of source: borrowing OpenFile, to name: String, mode: UInt16
  ) throws(LogError) -> Digest {
    if try facts(name) != nil { try remove(name) }
    let target = try open(name, .create, mode: 0o600)
    var running = RunningDigest()
    try source.forEachPiece(range) { bytes, offset throws(LogError) in
      running.update(bytes)
      do throws(SystemError) {
        try target.write(bytes, at: offset - range.lowerBound)
      } catch { throw LogError(error, name) }
    }
    let digest = running.finish()
    do { try target.sync() } catch { throw LogError(error, name) }
    disk.forgetCached(target.descriptor)
    guard try target.digest(0..<range.count) == digest else {
      throw LogError(.io, "the disk does not give back what was written", file: name)
    }
    try uninterrupted(name) { () throws(SystemError) in try disk.changeMode(path(name), mode) }
    return digest
  }
}

/// Where everything in a ledger lies; of any other folder, a way to its files.
package struct LedgerDirectory: Sendable {
  /// The folder's path, without a slash at its end.
  package let path: String
  /// What it lies on.
  package let disk: any Disk

  static let identityName = "LEDGER.json"
  static let logName = "log"
  static let keysName = "keys"
  static let signingKeyName = "keys/signing.pem"
  static let quarantineName = "quarantine"
  static let lockName = "lock"
  static let tileName = "tile"
  /// What a ledger is called while it is being made.
  static let unfinishedSuffix = ".unfinished"
  private static let segmentSuffix = ".jsonl"
  private static let segmentDigits = 12

  /// The folder at a path, whether it is there or not.
  package init(_ path: String, on disk: any Disk) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.disk = disk
  }

  /// Full path of a name relative to the ledger directory; "" is the directory itself.
  package func path(_ name: String) -> String { name.isEmpty ? path : "\(path)/\(name)" }

  /// Opens a file. A segment that is there only as an archive is inflated while it is read.
  func open(_ name: String, _ access: Access, mode: UInt16 = 0o644) throws(LogError) -> OpenFile {
    do {
      return try OpenFile(path(name), named: name, access, mode: mode, on: disk)
    } catch {
      guard access == .read, error.errno == ErrorNumber.notFound, Self.isSegment(name),
        try facts(Self.archiveName(of: name)) != nil
      else { throw error }
      return try openArchive(Self.archiveName(of: name))
    }
  }

  /// `log/` and twelve digits: the number of the segment's first event.
  static func segmentName(_ first: Int64) -> String {
    let digits = String(first)
    let zeros = String(repeating: "0", count: max(0, segmentDigits - digits.count))
    return "\(logName)/\(zeros)\(digits)\(segmentSuffix)"
  }

  /// The number in a segment's file name, `nil` if it is no segment's.
  static func segmentNumber(_ file: String) -> Int64? {
    guard file.hasSuffix(segmentSuffix), let number = Int64(file.dropLast(segmentSuffix.count)),
      number >= 0, segmentName(number) == "\(logName)/\(file)"
    else { return nil }
    return number
  }

  /// Makes the entries of a directory durable.
  package func syncDirectory(_ name: String) throws(LogError) {
    let directory = try open(name, .read)
    do { try directory.sync() } catch { throw LogError(error, name) }
  }

  /// Names in a directory inside, sorted.
  package func list(_ name: String) throws(LogError) -> [String] {
    try uninterrupted(name) { () throws(SystemError) in try disk.list(path(name)) }.sorted()
  }

  /// What lies under a name, `nil` if nothing; a segment that is archived has its lines' size.
  package func facts(_ name: String) throws(LogError) -> FileFacts? {
    if let stored = try storedFacts(name) { return stored }
    guard Self.isSegment(name), try storedFacts(Self.archiveName(of: name)) != nil else {
      return nil
    }
    return try openArchive(Self.archiveName(of: name)).facts
  }

  /// What lies under a name and no other, `nil` if nothing.
  func storedFacts(_ name: String) throws(LogError) -> FileFacts? {
    do {
      return try uninterrupted { () throws(SystemError) in try disk.facts(at: path(name)) }
    } catch {
      if error.number == ErrorNumber.notFound || error.number == ErrorNumber.notDirectory {
        return nil
      }
      throw LogError(error, name)
    }
  }

  /// All of a small file.
  package func read(_ name: String) throws(LogError) -> [UInt8] {
    let file = try open(name, .read)
    return try file.read(try file.facts.size, from: 0)
  }

  /// Writes a new file and makes its bytes, not yet its name, durable.
  package func writeNew(_ name: String, _ bytes: [UInt8], mode: UInt16 = 0o644) throws(LogError) {
    let file = try open(name, .create, mode: mode)
    do {
      try file.write(bytes.span, at: 0)
      try file.sync()
    } catch { throw LogError(error, name) }
  }

  /// Cuts a segment's file off behind the bytes that count, durably.
  func cut(_ segment: SegmentFile) throws(LogError) {
    let file = try open(segment.name, .write)
    do {
      try file.truncate(to: segment.size)
      try file.sync()
    } catch { throw LogError(error, segment.name) }
  }

  /// Makes a directory inside; durable after a sync of its parent.
  package func makeDirectory(_ name: String, mode: UInt16 = 0o755) throws(LogError) {
    try uninterrupted(name) { () throws(SystemError) in
      try disk.makeDirectory(path(name), mode: mode)
    }
  }

  /// Refuses a directory that is no ledger.
  func requireLedger() throws(LogError) {
    guard try facts(Self.logName)?.isDirectory == true else { throw notALedger() }
  }

  /// `NFS_SUPER_MAGIC` of `statfs`(2).
  private static let networkFileSystem = 0x6969

  /// Refuses to write on a network file system unless that is allowed. Throws `networkDisk`.
  func requireLocalDisk(_ settings: EventLog.Settings) throws(LogError) {
    let type = try uninterrupted(path) { () throws(SystemError) in
      try disk.fileSystemType(at: path)
    }
    guard type != Self.networkFileSystem || settings.allowsNetworkDisk else {
      throw LogError(
        .networkDisk, "the ledger is on NFS, where neither locks nor syncs can be relied on",
        file: path)
    }
  }

  private func notALedger() -> LogError {
    let unfinished = path + Self.unfinishedSuffix
    var detail = "there is no ledger here"
    if (try? disk.facts(at: unfinished)) != nil {
      detail = "making a ledger here was cut off; delete \(unfinished) and make it again"
    } else if (try? disk.facts(at: path + Restore.draftSuffix)) != nil {
      detail = "restoring a backup here was cut off; restore it again"
    }
    return LogError(.notALedger, detail, file: path)
  }
}

/// One segment as it lies on disk.
struct SegmentFile: Equatable, Sendable {
  /// `seq` of its first event.
  var first: Int64
  /// Its bytes; those of the last segment that count may be fewer, those of an archive are its lines'.
  var size: Int
  /// Whether it is there only as an archive.
  var isArchived = false

  var name: String { LedgerDirectory.segmentName(first) }
  /// The file that holds it.
  var storedName: String { isArchived ? LedgerDirectory.archiveName(of: name) : name }

  /// Whether both hold the same lines as far as names and sizes tell, archived or not.
  static func == (left: SegmentFile, right: SegmentFile) -> Bool {
    left.first == right.first && left.size == right.size
  }
}

extension LedgerDirectory {
  /// All segments in order. A name in `log/` that is no segment's is refused.
  func segments() throws(LogError) -> [SegmentFile] {
    var segments: [SegmentFile] = []
    for entry in try logEntries() {
      guard let first = entry.first else {
        throw LogError(.damaged, "it is not named as a segment", file: entry.name)
      }
      let name = Self.segmentName(first)
      guard let facts = try facts(name) else { continue }
      segments.append(
        SegmentFile(first: first, size: facts.size, isArchived: name != entry.name))
    }
    guard let first = segments.first, first.first == 0 else {
      throw LogError(.damaged, "the first segment is missing", file: Self.segmentName(0))
    }
    return segments
  }
}

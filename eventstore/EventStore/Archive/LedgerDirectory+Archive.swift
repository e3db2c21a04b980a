// Names of archived segments, and how they are opened.
extension LedgerDirectory {
  static let archiveSuffix = ".zst"
  static let sumSuffix = ".sha256"

  /// `log/000000000000.jsonl.zst` for `log/000000000000.jsonl`.
  static func archiveName(of segment: String) -> String { segment + archiveSuffix }

  /// The file that holds an archive's SHA-256, as `sha256sum` writes it.
  static func sumName(of archive: String) -> String { archive + sumSuffix }

  /// Whether a name relative to the ledger is a plain segment's.
  static func isSegment(_ name: String) -> Bool {
    name.hasPrefix("\(logName)/") && segmentNumber(String(name.dropFirst(logName.count + 1))) != nil
  }

  /// Opens an archive by its own name, its lines to be read.
  func openArchive(_ name: String) throws(LogError) -> OpenFile {
    let frames = ArchiveFrames()
    let file = try OpenFile(path(name), named: name, .read, frames: frames, on: disk)
    try frames.load(file)
    return file
  }

  /// Everything in `log/` that is or should be a segment, by number, each number once: where a segment
  /// and its archive are both there, the plain one counts. `first` is `nil` for a name of no meaning.
  func logEntries() throws(LogError) -> [(name: String, first: Int64?)] {
    let files = try list(Self.logName)
    let plain = Set(files.compactMap { Self.segmentNumber($0) })
    var entries: [(name: String, first: Int64?)] = []
    for file in files {
      let name = "\(Self.logName)/\(file)"
      if let first = Self.segmentNumber(file) {
        entries.append((name, first))
      } else if let first = Self.archiveNumber(file) {
        if !plain.contains(first) { entries.append((name, first)) }
      } else if !Self.isSum(file) {
        entries.append((name, nil))
      }
    }
    return entries.sorted { ($0.first ?? -1) < ($1.first ?? -1) }
  }

  /// What `archive` leaves when it is cut off: archives whose plain segments are there too, and sums
  /// without archive.
  func strayArchives() throws(LogError) -> [String] {
    let files = Set(try list(Self.logName))
    return files.filter { file in
      if let first = Self.archiveNumber(file) {
        return files.contains(String(Self.segmentName(first).dropFirst(Self.logName.count + 1)))
      }
      return Self.isSum(file) && !files.contains(String(file.dropLast(Self.sumSuffix.count)))
    }.map { "\(Self.logName)/\($0)" }.sorted()
  }

  /// The number in an archive's file name, `nil` if it is none's.
  static func archiveNumber(_ file: String) -> Int64? {
    guard file.hasSuffix(archiveSuffix) else { return nil }
    return segmentNumber(String(file.dropLast(archiveSuffix.count)))
  }

  private static func isSum(_ file: String) -> Bool {
    file.hasSuffix(sumSuffix) && archiveNumber(String(file.dropLast(sumSuffix.count))) != nil
  }

  /// The line `sha256sum` writes in the archive's own directory.
  static func sum(_ digest: Digest, of archive: String) -> [UInt8] {
    Array("\(digest.hex)  \(archive.dropFirst(logName.count + 1))\n".utf8)
  }

  /// What is wrong with an archive as a file: `nil` when its bytes are those its SHA-256 was made over.
  func archiveFault(_ archive: String) throws(LogError) -> (isMissing: Bool, detail: String)? {
    let sum = Self.sumName(of: archive)
    guard try storedFacts(sum) != nil else {
      return (true, "the archive's \(Self.sumSuffix) file is missing")
    }
    let file = try open(archive, .read)
    let digest = try file.digest(0..<file.storedFacts.size)
    return try read(sum) == Self.sum(digest, of: archive)
      ? nil : (false, "the archive's SHA-256 is not the one beside it")
  }

  /// The first line of the log; `nil` where there is none, or it lies in a damaged archive.
  func firstLine() throws(LogError) -> [UInt8]? {
    let name = Self.segmentName(0)
    do {
      guard try facts(name) != nil else { return nil }
      return try open(name, .read).line(at: 0)
    } catch {
      guard error.code == .damaged else { throw error }
      return nil
    }
  }
}

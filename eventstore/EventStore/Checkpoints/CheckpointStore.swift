// Checkpoints as they lie in a ledger: one file for each size, all of them kept, and a copy of the
// newest under a name of its own.
extension LedgerDirectory {
  static let checkpointsName = "checkpoints"
  /// A copy of the newest checkpoint, replaced in one step.
  static let latestName = "checkpoints/latest"
  private static let checkpointSuffix = ".checkpoint"

  /// `checkpoints/` and twelve digits: how many events it speaks of.
  static func checkpointName(_ size: Int64) -> String {
    let digits = String(size)
    let zeros = String(repeating: "0", count: max(0, 12 - digits.count))
    return "\(checkpointsName)/\(zeros)\(digits)\(checkpointSuffix)"
  }

  /// The size in a checkpoint's file name; `nil` for any other file.
  static func checkpointSize(_ file: String) -> Int64? {
    guard file.hasSuffix(checkpointSuffix),
      let size = Int64(file.dropLast(checkpointSuffix.count)), size >= 0,
      checkpointName(size) == "\(checkpointsName)/\(file)"
    else { return nil }
    return size
  }

  /// Sizes of all checkpoints, ascending.
  func checkpointSizes() throws(LogError) -> [Int64] {
    guard try facts(Self.checkpointsName) != nil else { return [] }
    return try list(Self.checkpointsName).compactMap { Self.checkpointSize($0) }.sorted()
  }

  /// The checkpoint in a file, by whomever it is signed; `nil` if there is none in it.
  func checkpoint(in name: String) throws(LogError) -> Checkpoint? {
    guard let facts = try facts(name), facts.size <= SignedNote.longest else { return nil }
    return Checkpoint(parsing: try read(name))
  }

  /// The checkpoint of a size; `nil` where there is none that can be read.
  func checkpoint(of size: Int64) throws(LogError) -> Checkpoint? {
    let found = try checkpoint(in: Self.checkpointName(size))
    return found?.size == size ? found : nil
  }

  /// The newest checkpoint that can be read.
  ///
  /// The copy says which that is; where it is missing, or is no copy of the one it speaks of, the names
  /// of all do: O(checkpoints) then.
  func latestCheckpoint() throws(LogError) -> Checkpoint? {
    if let copy = try checkpoint(in: Self.latestName), try checkpoint(of: copy.size) == copy {
      return copy
    }
    for size in try checkpointSizes().reversed() {
      if let found = try checkpoint(of: size) { return found }
    }
    return nil
  }

  /// Stores a checkpoint durably under its size, and as the newest where it is.
  ///
  /// A file that is there already, with fewer signatures, is replaced.
  func store(_ checkpoint: Checkpoint, isLatest: Bool) throws(LogError) {
    if try facts(Self.checkpointsName) == nil {
      try makeDirectory(Self.checkpointsName)
      try syncDirectory("")
    }
    let bytes = checkpoint.note.bytes
    try replace(Self.checkpointName(checkpoint.size), with: bytes)
    if isLatest { try replace(Self.latestName, with: bytes) }
    try syncDirectory(Self.checkpointsName)
  }

  /// Makes good what a crash left: unfinished files go, and the copy of the newest checkpoint is made
  /// again where the crash came between the two. O(checkpoints).
  func settleCheckpoints() throws(LogError) {
    guard try facts(Self.checkpointsName) != nil else { return }
    let files = try list(Self.checkpointsName)
    for file in files where file.hasSuffix(Self.unfinishedSuffix) {
      try remove("\(Self.checkpointsName)/\(file)")
    }
    // A process before may have ended between a file's new name and the sync that makes it last.
    try syncDirectory(Self.checkpointsName)
    guard let size = files.compactMap({ Self.checkpointSize($0) }).max(),
      let newest = try checkpoint(of: size), try checkpoint(in: Self.latestName) != newest
    else { return }
    try replace(Self.latestName, with: newest.note.bytes)
    try syncDirectory(Self.checkpointsName)
  }

  /// Puts a file's new content in its place in one step; durable once its directory is synced.
  package func replace(_ name: String, with bytes: [UInt8], mode: UInt16 = 0o644) throws(LogError) {
    let draft = name + Self.unfinishedSuffix
    if try facts(draft) != nil { try remove(draft) }
    try writeNew(draft, bytes, mode: mode)
    try rename(draft, to: name)
  }

  /// As `replace`, of a secret: what the file held is overwritten once the new content has its name.
  ///
  /// Durable when it returns. A power cut just after the new content got its name leaves the old bytes in
  /// blocks that no file has.
  package func replaceSecret(_ name: String, with bytes: [UInt8], mode: UInt16) throws(LogError) {
    let old = try open(name, .write)
    try replace(name, with: bytes, mode: mode)
    try syncDirectory(Self.folder(of: name))
    let zeros = [UInt8](repeating: 0, count: try old.facts.size)
    do {
      try old.write(zeros.span, at: 0)
      try old.sync()
    } catch { throw LogError(error, name) }
  }

  /// Takes a file of secrets away: overwritten, unlinked, both durable.
  package func destroy(_ name: String) throws(LogError) {
    guard try facts(name) != nil else { return }
    let old = try open(name, .write)
    let zeros = [UInt8](repeating: 0, count: try old.facts.size)
    do {
      try old.write(zeros.span, at: 0)
      try old.sync()
    } catch { throw LogError(error, name) }
    try remove(name)
    try syncDirectory(Self.folder(of: name))
  }
}

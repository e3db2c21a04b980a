/// Replaces finished segments by compressed copies that every command reads in their place.
///
/// Beside a writer, for that one never touches a finished segment again. For each segment, each step
/// durable before the next:
///
/// 1. every line and hash of the segment is checked; a damaged one is left for `repair`;
/// 2. the archive is written outside `log/`, synced, read back past the page cache, inflated and
///    compared byte by byte;
/// 3. its SHA-256 and then the archive itself are renamed into `log/`, which is synced;
/// 4. the plain segment is removed.
///
/// A crash before step 4 leaves the plain segment, which counts; the next run begins that one anew.
package struct Archiver: ~Copyable {
  /// One segment that was archived.
  package struct Archived: Equatable, Sendable {
    /// The archive, relative to the ledger directory.
    package let file: String
    /// Bytes of the plain segment.
    package let bytes: Int
    /// Bytes of the archive.
    package let archivedBytes: Int
  }

  static let draftName = "archive" + LedgerDirectory.unfinishedSuffix

  private let directory: LedgerDirectory
  private let logDirectory: OpenFile

  /// Archives all plain finished segments but the newest `keep`, oldest first.
  ///
  /// `progress` is called after each segment. Throws `inUse` while another archives, `damaged` for a
  /// segment that does not verify, `diskFull`, `io`; what was archived before stays so.
  package static func archive(
    directory path: String, keeping keep: Int = 0, disk: any Disk = SystemDisk(),
    progress: (_ archived: Archived, _ left: Int) -> Void = { _, _ in }
  ) throws(LogError) -> [Archived] {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    let archiver = Archiver(
      directory: directory, logDirectory: try directory.open(LedgerDirectory.logName, .read))
    try archiver.holdAlone()
    try archiver.removeDraft()
    let ledger = try directory.identityFromLog().ledger
    let segments = try directory.segments()
    let finished = max(0, segments.count - 1 - keep)
    var archived: [Archived] = []
    for place in 0..<finished where !segments[place].isArchived {
      try directory.requireSound(segments[place], before: segments[place + 1], ledger: ledger)
      let one = try archiver.archive(segments[place])
      archived.append(one)
      progress(one, finished - place - 1)
    }
    return archived
  }

  /// Waits for nobody: two at once would write one draft.
  private func holdAlone() throws(LogError) {
    do {
      try uninterrupted { () throws(SystemError) in
        try directory.disk.lock(logDirectory.descriptor, .exclusive)
      }
    } catch {
      guard error.number == ErrorNumber.wouldBlock else {
        throw LogError(error, LedgerDirectory.logName)
      }
      throw LogError(.inUse, "another process archives this ledger", file: LedgerDirectory.logName)
    }
  }

  private func removeDraft() throws(LogError) {
    for name in [Self.draftName, LedgerDirectory.sumName(of: Self.draftName)]
    where try directory.storedFacts(name) != nil { try directory.remove(name) }
  }

  private func archive(_ segment: SegmentFile) throws(LogError) -> Archived {
    let name = LedgerDirectory.archiveName(of: segment.name)
    do {
      try writeDraft(of: segment)
      let digest = try compareDraft(with: segment)
      try directory.writeNew(
        LedgerDirectory.sumName(of: Self.draftName), LedgerDirectory.sum(digest, of: name),
        mode: 0o444)
      try directory.syncDirectory("")
    } catch {
      // A full disk needs the room; a draft that cannot be removed waits for the next run.
      try? removeDraft()
      throw error
    }
    let size = try directory.storedFacts(Self.draftName)?.size ?? 0
    try directory.rename(
      LedgerDirectory.sumName(of: Self.draftName), to: LedgerDirectory.sumName(of: name))
    try directory.rename(Self.draftName, to: name)
    try syncLog(name)
    try directory.remove(segment.name)
    try syncLog(name)
    return Archived(file: name, bytes: segment.size, archivedBytes: size)
  }

  private func syncLog(_ name: String) throws(LogError) {
    do { try logDirectory.sync() } catch { throw LogError(error, name) }
    try directory.syncDirectory("")
  }

  private func writeDraft(of segment: SegmentFile) throws(LogError) {
    let source = try directory.open(segment.name, .read)
    let draft = try directory.open(Self.draftName, .create, mode: 0o444)
    var frames: [(count: Int, inflatedCount: Int)] = []
    var offset = 0
    var written = 0
    while offset < segment.size {
      let lines = try source.read(
        min(ArchiveFrames.frameSize, segment.size - offset), from: offset)
      guard !lines.isEmpty, let frame = Zstd.frame(of: lines.span) else {
        throw LogError(.io, "the segment cannot be compressed", file: segment.name)
      }
      try write(frame, to: draft, at: written)
      frames.append((frame.count, lines.count))
      offset += lines.count
      written += frame.count
    }
    try write(ArchiveFrames.table(frames), to: draft, at: written)
    do { try draft.sync() } catch { throw LogError(error, Self.draftName) }
  }

  private func write(
    _ bytes: [UInt8], to draft: borrowing OpenFile, at offset: Int
  ) throws(LogError) {
    do throws(SystemError) {
      try draft.write(bytes.span, at: offset)
    } catch { throw LogError(error, Self.draftName) }
  }

  /// Reads the draft as any reader will, and compares it with the segment; the SHA-256 of its bytes.
  private func compareDraft(with segment: SegmentFile) throws(LogError) -> Digest {
    let plain = try directory.open(segment.name, .read)
    let draft = try directory.openArchive(Self.draftName)
    directory.disk.forgetCached(draft.descriptor)
    var offset = 0
    while offset < segment.size {
      let lines = try plain.read(ArchiveFrames.frameSize, from: offset)
      guard !lines.isEmpty, try draft.read(lines.count, from: offset) == lines else {
        throw LogError(
          .io, "the archive does not read back as the segment", file: Self.draftName, byte: offset)
      }
      offset += lines.count
    }
    let stored = try directory.open(Self.draftName, .read)
    return try stored.digest(0..<stored.storedFacts.size)
  }
}

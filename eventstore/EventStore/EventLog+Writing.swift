// One batch, one write, one sync; and what happens when one of them fails.
extension EventLog {
  /// Makes a batch's bytes durable, in the last segment or in a new one.
  func write(_ batch: Batch) throws(LogError) {
    if batch.beginsSegment {
      try beginSegment(batch.bytes)
    } else {
      try extendSegment(batch.bytes)
    }
  }

  private func extendSegment(_ bytes: [UInt8]) throws(LogError) {
    guard let end = segmentEnd(for: bytes.count) else { return }
    if let failure = end.put(bytes) { try settle(failure) }
  }

  /// Where a batch of `count` bytes goes on in the last segment, which is open for writing; `nil` when
  /// it is finished.
  func segmentEnd(for count: Int) -> SegmentEnd? {
    guard let file = tailFile?.descriptor else { return nil }
    return end(of: file, at: tail.size, for: count)
  }

  /// Takes back what `put` left, or poisons; throws why.
  func settle(_ failure: SegmentEnd.Failure) throws(LogError) -> Never {
    switch failure {
    case .write(let error):
      reserve.forget()
      try undo(error, tail.name) { () throws(SystemError) in
        try tailFile?.truncate(to: tail.size)
        try tailFile?.sync()
      }
    case .sync(let error):
      throw poisoned(error, tail.name)
    }
  }

  /// Writes a new segment with its header and first batch; the one before is finished.
  private func beginSegment(_ bytes: [UInt8]) throws(LogError) {
    let name = LedgerDirectory.segmentName(frontier.size)
    try cutReserve()
    let file = try createSegment(name)
    do {
      try end(of: file.descriptor, at: 0, for: bytes.count).write(bytes)
    } catch {
      reserve.forget()
      try undo(error, name) { () throws(SystemError) in
        try directory.disk.remove(directory.path(name))
        try logDirectory.sync()
      }
    }
    do {
      try file.sync()
      try logDirectory.sync()
    } catch {
      throw poisoned(error, name)
    }
    tailFile = consume file
    finish(tail)
  }

  private func createSegment(_ name: String) throws(LogError) -> OpenFile {
    do throws(LogError) {
      return try directory.open(name, .create)
    } catch {
      if error.code == .diskFull { try releaseBallast() }
      throw error
    }
  }

  /// Makes a finished segment read-only: against slips, not against those who own the files.
  private func finish(_ segment: SegmentFile) {
    do {
      try uninterrupted { () throws(SystemError) in
        try directory.disk.changeMode(directory.path(segment.name), 0o444)
      }
    } catch {
      notices.append(
        LogNotice(.writable, segment.name, "it could not be made read-only: \(error.call) failed"))
    }
  }

  /// Takes back what a failed write left, and throws why it failed; poisons if that fails too.
  private func undo(
    _ failure: SystemError, _ name: String, _ cut: () throws(SystemError) -> Void
  ) throws(LogError) -> Never {
    // First, because some file systems need room even to give room back.
    if failure.isDiskFull { try releaseBallast() }
    do {
      try uninterrupted(cut)
    } catch {
      throw poisoned(error, name)
    }
    throw LogError(
      failure.isDiskFull ? .diskFull : .io,
      "the batch could not be written and nothing of it was kept: \(failure.call) failed",
      file: name, errno: failure.number)
  }

  /// Ends all writing: after a failed sync the kernel may have dropped the pages and still say that
  /// the next sync went well, so nothing this process writes could be promised again.
  func poisoned(_ failure: SystemError, _ name: String) -> LogError {
    let error = LogError(
      .poisoned, "\(failure.call) failed; restart to see what is on the disk", file: name,
      errno: failure.number)
    poison = error
    return error
  }
}

/// Where a segment goes on.
///
/// Knows nothing of the log, so that a batch may be written while the next one is put together.
struct SegmentEnd: Sendable {
  let disk: any Disk
  let file: Descriptor
  let offset: Int
  /// How many zeros are written behind the batch.
  let zeros: Int

  private static let piece = [UInt8](repeating: 0, count: 1 << 16)

  /// Which of the two calls that make a batch durable failed, and how.
  enum Failure: Error {
    case write(SystemError)
    case sync(SystemError)
  }

  /// Writes a batch, and zeros behind it. Where those cannot be written the batch is there all the same:
  /// what is wrong with the device tells the sync.
  func write(_ bytes: [UInt8]) throws(SystemError) {
    try disk.writeAll(file, bytes.span, at: offset)
    let start = offset + bytes.count
    for done in stride(from: 0, to: zeros, by: Self.piece.count) {
      let piece = Self.piece.span.extracting(0..<min(Self.piece.count, zeros - done))
      do { try disk.writeAll(file, piece, at: start + done) } catch { break }
    }
  }

  /// Writes a batch and makes it durable.
  func put(_ bytes: [UInt8]) -> Failure? {
    do { try write(bytes) } catch { return .write(error) }
    do {
      try uninterrupted { () throws(SystemError) in try disk.syncData(file) }
    } catch { return .sync(error) }
    return nil
  }
}

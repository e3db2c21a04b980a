/// Reads finished segments again, past the page cache, so that a disk that forgets is found out while
/// a backup still remembers.
///
/// Works beside a writer, for it looks at nothing that is still written to. Each step is one segment:
/// every line is hashed and compared with commits, header, and the header of the segment after it.
package struct Scrubber {
  private let directory: LedgerDirectory
  private let ledger: String
  private let segments: [SegmentFile]
  /// Index of the segment that comes next.
  private var next: Int
  /// The most bytes read in a second, on average over each piece; `nil` for as fast as it goes.
  private let rate: Int?

  /// Bytes read from one pause to the next: few, so that a writer never waits long for disk or processor.
  private static let piece = 256 << 10

  /// How many finished segments there are.
  package var count: Int { max(0, segments.count - 1) }

  /// Begins with the segment that holds event `start`, 0 for the first, and reads at most so many bytes
  /// a second. Throws `notALedger`, `damaged`.
  package init(
    directory path: String, from start: Int64 = 0, bytesPerSecond rate: Int? = nil,
    disk: any Disk = SystemDisk()
  ) throws(LogError) {
    self.rate = rate
    directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    ledger = try directory.identityFromLog().ledger
    segments = try directory.segments()
    next = max(0, segments.lastIndex { $0.first <= start } ?? 0)
    if next >= segments.count - 1 { next = 0 }
  }

  /// What one step found.
  package struct Step: Sendable {
    /// Relative to the ledger directory.
    package let file: String
    package let bytes: Int
    /// What is wrong with the segment, if anything.
    package let damage: LogError?
    /// First event of the segment that comes next; 0 when it was the last.
    package let next: Int64
  }

  /// Reads the next segment, pausing on the way; `nil` when there is no finished one, or all were read in
  /// this round. Leaves none of it in the page cache, where it would only push out what others read.
  package mutating func step() throws(LogError) -> Step? {
    guard next < segments.count - 1 else { return nil }
    let segment = segments[next]
    next += 1
    let after = segments[next]
    let file = try directory.open(segment.name, .read)
    directory.disk.forgetCached(file.descriptor)
    defer { directory.disk.forgetCached(file.descriptor) }
    var damage: LogError?
    var paused = 0
    do throws(LogError) {
      try directory.requireSound(segment, before: after, ledger: ledger) { offset in
        guard let rate, offset - paused >= Self.piece else { return }
        directory.disk.pause(milliseconds: (offset - paused) * 1000 / rate)
        paused = offset
      }
    } catch {
      guard error.code == .damaged else { throw error }
      damage = error
    }
    return Step(
      file: segment.name, bytes: segment.size, damage: damage,
      next: next < segments.count - 1 ? after.first : 0)
  }
}

/// Which idempotency keys may be there twice, told from 64-bit fingerprints alone.
///
/// Fingerprints are kept in sorted runs, one a segment, and only looked at together at the end: no table
/// is probed for each event. Memory: 8 bytes an event up to a limit; past it the runs become one, in a
/// file that has no name any more and goes with the process.
struct KeyRuns {
  /// Where runs go that are too many for the memory.
  struct Scratch {
    /// The folder of the file.
    var folder: String
    var disk: any Disk
    /// How many fingerprints stay in memory.
    var limit: Int
  }

  private var scratch: Scratch?
  private var file: SharedFile?
  /// Bytes of the file.
  private var end = 0
  /// Runs in the file, by the bytes they take.
  private var spilled: [Range<Int>] = []
  private var runs: [[UInt64]] = []
  /// Fingerprints that are in no run yet.
  private var loose: [UInt64] = []
  /// How many fingerprints the runs in memory have.
  private var count = 0
  /// Why a run could not be put in the file.
  private var failure: LogError?

  private static let piece = 1 << 16

  /// Keeps all in memory unless there is a place for more.
  init(_ scratch: Scratch? = nil) {
    self.scratch = scratch
  }

  /// Adds one fingerprint.
  mutating func append(_ fingerprint: UInt64) {
    loose.append(fingerprint)
    if loose.count == Self.piece { closeRun() }
  }

  /// Adds fingerprints that are sorted. What fails is told by `takeDuplicates`.
  mutating func append(sorted run: [UInt64]) {
    guard failure == nil else { return }
    count += run.count
    runs.append(run)
    guard let scratch, count > scratch.limit else { return }
    do throws(LogError) { try spill(to: scratch) } catch { failure = error }
  }

  private mutating func closeRun() {
    loose.sort()
    append(sorted: loose)
    loose = []
  }

  /// The fingerprints that were added more than once. O(events · log).
  ///
  /// Throws `diskFull`, `readOnly`, `io` where runs could not be put in the file, or read there.
  mutating func takeDuplicates() throws(LogError) -> Set<UInt64> {
    closeRun()
    if let failure { throw failure }
    defer { self = KeyRuns(scratch) }
    var sources = runs.map { RunSource(memory: $0) }
    if let file { sources += spilled.map { RunSource(file, $0) } }
    var duplicates: Set<UInt64> = []
    try Self.forEachSlice(of: &sources) { slice in
      for index in slice.indices.dropFirst() where slice[index] == slice[index - 1] {
        duplicates.insert(slice[index])
      }
    }
    return duplicates
  }

  /// Gives all fingerprints in order, in slices; equal ones are never apart.
  ///
  /// Takes the range of all fingerprints in slices so thin that a sort of one stays in the processor's
  /// cache.
  private static func forEachSlice(
    of sources: inout [RunSource], _ body: ([UInt64]) throws(LogError) -> Void
  ) throws(LogError) {
    let count = sources.reduce(0) { $0 + $1.count }
    let parts = max(1, count / piece)
    let width = UInt64.max / UInt64(parts) + (parts == 1 ? 0 : 1)
    var slice: [UInt64] = []
    for part in 0..<parts {
      let (top, overflows) = width.multipliedReportingOverflow(by: UInt64(part + 1))
      let limit = part == parts - 1 || overflows ? nil : top
      slice.removeAll(keepingCapacity: true)
      for index in sources.indices { try sources[index].take(below: limit, into: &slice) }
      slice.sort()
      try body(slice)
    }
  }

  /// Makes one run in the file of those in memory.
  private mutating func spill(to scratch: Scratch) throws(LogError) {
    let file: SharedFile
    if let known = self.file { file = known } else { file = try Self.unnamedFile(in: scratch) }
    self.file = file
    var sources = runs.map { RunSource(memory: $0) }
    runs = []
    count = 0
    let start = end
    var place = end
    try Self.forEachSlice(of: &sources) { slice throws(LogError) in
      var bytes: [UInt8] = []
      bytes.reserveCapacity(slice.count * 8)
      for fingerprint in slice {
        for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: fingerprint >> shift))
        }
      }
      do throws(SystemError) {
        try file.file.write(bytes.span, at: place)
      } catch { throw LogError(error, file.file.name) }
      place += bytes.count
    }
    end = place
    spilled.append(start..<end)
  }

  private static func unnamedFile(in scratch: Scratch) throws(LogError) -> SharedFile {
    var salt = [UInt8](repeating: 0, count: 8)
    do { try scratch.disk.random(into: &salt) } catch { throw LogError(error, scratch.folder) }
    let name = "quipu-verify-\(Digest(hashing: salt.span).hex.prefix(16))"
    let place = LedgerDirectory(scratch.folder, on: scratch.disk)
    let path = place.path(name)
    let file = try OpenFile(path, named: path, .create, mode: 0o600, on: scratch.disk)
    try place.remove(name)
    return SharedFile(file)
  }
}

/// One sorted run, taken from its beginning on, in memory or piece by piece from a file.
private struct RunSource {
  private let file: SharedFile?
  /// Bytes of the file that were not read yet.
  private var rest: Range<Int>
  private var run: [UInt64]
  private var place = 0
  /// How many fingerprints it has in all.
  let count: Int

  /// Fingerprints read from the file at a time: 512 KiB.
  private static let piece = 1 << 16

  init(memory run: [UInt64]) {
    file = nil
    rest = 0..<0
    self.run = run
    count = run.count
  }

  init(_ file: SharedFile, _ bytes: Range<Int>) {
    self.file = file
    rest = bytes
    run = []
    count = bytes.count / 8
  }

  /// Moves the next fingerprints that are less than `limit`, all where it is `nil`.
  mutating func take(below limit: UInt64?, into slice: inout [UInt64]) throws(LogError) {
    while true {
      while place < run.count {
        if let limit, run[place] >= limit { return }
        slice.append(run[place])
        place += 1
      }
      guard let file, !rest.isEmpty else { return }
      try readOn(file)
    }
  }

  private mutating func readOn(_ file: SharedFile) throws(LogError) {
    let wanted = min(rest.count, 8 * Self.piece)
    let bytes = try file.file.read(wanted, from: rest.lowerBound)
    guard bytes.count == wanted else {
      throw LogError(.io, "the file became shorter", file: file.file.name)
    }
    rest = rest.lowerBound + wanted..<rest.upperBound
    place = 0
    run.removeAll(keepingCapacity: true)
    for start in stride(from: 0, to: bytes.count, by: 8) {
      run.append((0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) })
    }
  }
}

/// Mends a damaged ledger with what another copy of it still has: a backup or a replica.
///
/// Goes along the log segment by segment, and within a damaged one batch by batch and line by line. The
/// other copy is believed in nothing: its lines are taken only where they lead to trees that the
/// damaged ledger itself states. What is replaced is kept in `quarantine/`. Then come stored checkpoints and
/// tiles (`Repair+Evidence`).
package struct Repair {
  /// What became of one file.
  package struct Step: Equatable, Sendable {
    /// Relative to the ledger directory.
    package var file: String
    /// Lines taken from the other ledger; 0 where lines too many went.
    package var lines: Int
    /// Why the file was left as it is; `nil` for one that was mended.
    package var reason: Reason?
    /// Where the damaged file is now.
    package var original: String?
  }

  /// Why something cannot be mended.
  package enum Reason: String, Sendable {
    /// The other ledger has not the lines either, or damaged ones.
    case notThere = "not_there"
    /// Nothing in the damaged ledger states the tree that the lines would lead to.
    case notProven = "not_proven"
  }

  let directory: LedgerDirectory
  let other: LedgerDirectory
  let isDryRun: Bool
  private(set) var keys: KeyHistory
  var steps: [Step] = []
  private let ledger: String

  /// Mends the ledger at `path` from the one at `other`; gives what was damaged, in order, and nothing
  /// for a sound ledger.
  ///
  /// With `dryRun` nothing is changed, and what a damaged log would have to prove first is not told of. Throws `notALedger`; `invalid` for a copy of another ledger;
  /// `inUse` while somebody writes; `diskFull`, `io`. O(log); a damaged segment is held in memory twice.
  package static func run(
    directory path: String, from other: String, dryRun: Bool = false,
    disk: any Disk = SystemDisk()
  ) throws(LogError) -> [Step] {
    let directory = LedgerDirectory(path, on: disk)
    let source = LedgerDirectory(other, on: disk)
    try directory.requireLedger()
    try source.requireLedger()
    let lock = try WriterLock.taken(directory)
    defer { _ = lock }
    guard let ledger = try directory.likelyLedger(), try source.likelyLedger() == ledger else {
      throw LogError(.invalid, "it is not a copy of the same ledger", file: source.path)
    }
    let identity: LedgerIdentity
    if let own = try unlessDamaged({ () throws(LogError) in try directory.identityFromLog() }) {
      identity = own
    } else {
      identity = try source.identityFromLog()
    }
    var repair = Repair(
      directory: directory, other: source, ledger: ledger, isDryRun: dryRun,
      keys: KeyHistory(identity))
    try repair.goAlong()
    if !dryRun || repair.steps.isEmpty { try repair.bringBackEvidence(identity) }
    return repair.steps
  }

  private init(
    directory: LedgerDirectory, other: LedgerDirectory, ledger: String, isDryRun: Bool,
    keys: KeyHistory
  ) {
    self.directory = directory
    self.other = other
    self.ledger = ledger
    self.isDryRun = isDryRun
    self.keys = keys
  }

  private mutating func goAlong() throws(LogError) {
    let present = try Self.firsts(in: directory)
    let latest = try directory.latestCheckpoint()
    var walk = LogWalk(ledger: ledger, checking: .every)
    while true {
      // A key may come with the events, so what counts as signed is asked anew.
      let needed = latest.flatMap { $0.isSigned(byOneOf: keys.all) ? $0.size : nil } ?? 0
      let first = walk.size
      let next = present.first { $0 > first }
      if !present.contains(first), next == nil, first >= needed { return }
      if present.contains(first),
        let after = try sound(first, walk, isLast: next == nil, needed: needed)
      {
        walk = after
      } else if let after = try mend(first, walk, next: next) {
        walk = after
      } else if let next, let tree = try stated(before: next) {
        walk = LogWalk(ledger: ledger, checking: .every, from: tree)
      } else {
        return
      }
      if next == nil, walk.size >= needed { return }
      guard walk.size > first else { return }
    }
  }

  /// The tree before a segment as its header states it; `nil` where it states none.
  private func stated(before first: Int64) throws(LogError) -> MerkleFrontier? {
    try unlessDamaged { () throws(LogError) in
      try directory.statedTree(of: SegmentFile(first: first, size: 0))
    }
  }

  /// Segments by their first event.
  private static func firsts(in directory: LedgerDirectory) throws(LogError) -> [Int64] {
    try directory.logEntries().compactMap(\.first)
  }

  /// The walk after a segment that is as it was written; `nil` for another.
  private mutating func sound(
    _ first: Int64, _ before: LogWalk, isLast: Bool, needed: Int64
  ) throws(LogError) -> LogWalk? {
    let name = LedgerDirectory.segmentName(first)
    var walk = before
    var scanner = LineScanner()
    var known = keys
    do {
      var segment = SegmentFile(first: first, size: try directory.facts(name)?.size ?? 0)
      if try isArchiveSpoilt(of: name) { return nil }
      if isLast {
        segment.size = try TailScan.end(of: segment, in: directory, ledger, &scanner).bytes
        // A segment that was never finished is for the next opening to clear away.
        if segment.size == 0, needed <= first { return before }
      }
      try walk.segment(segment, in: directory, with: &scanner) { event, line, _ in
        known.take(event, line)
        return true
      }
    } catch {
      guard error.code == .damaged else { throw error }
      return nil
    }
    if isLast, walk.size < needed {
      // Its own end is missing, or only the segments after it.
      let theirs = BatchedLines(try Self.content(name, in: other), first: first)
      if theirs.largest > walk.size { return nil }
    }
    keys = known
    return walk
  }

  /// Mends a segment that is damaged or missing; the walk after it, `nil` where it stays as it is.
  private mutating func mend(
    _ first: Int64, _ before: LogWalk, next: Int64?
  ) throws(LogError) -> LogWalk? {
    let name = LedgerDirectory.segmentName(first)
    let own = BatchedLines(try Self.content(name, in: directory), first: first)
    let theirs = BatchedLines(try Self.content(name, in: other), first: first)
    var tree: MerkleFrontier?
    if let next { tree = try stated(before: next) }
    let mending = try SegmentMending(
      own: own, other: theirs, ledger: ledger, from: before, to: tree, isStated: isStated)
    let after = mending.proven
    let isWhole: Bool
    if let next {
      isWhole = after.size == next && (tree == nil || tree == after.frontier)
    } else {
      isWhole = after.size > first && after.size >= own.largest
    }
    guard isWhole else {
      let reason: Reason = mending.isUnproven ? .notProven : .notThere
      steps.append(Step(file: name, lines: 0, reason: reason, original: nil))
      return nil
    }
    let mended = BatchedLines(mending.bytes, first: first)
    for range in mended.lines.dropFirst() {
      let line = mending.bytes.span.extracting(range)
      if let event = try? EventEnvelope(parsing: line) { keys.take(event, line) }
    }
    let original = try put(mending.bytes, in: name, over: own.bytes, isFinished: next != nil)
    steps.append(Step(file: name, lines: mending.replaced, reason: nil, original: original))
    return after
  }

  /// The lines of a segment; of a damaged archive those in the frames before the damage.
  private static func content(
    _ name: String, in directory: LedgerDirectory
  ) throws(LogError) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      guard let size = try directory.facts(name)?.size else { return [] }
      let file = try directory.open(name, .read)
      while bytes.count < size {
        let piece = try file.read(
          min(ArchiveFrames.frameSize, size - bytes.count), from: bytes.count)
        if piece.isEmpty { break }
        bytes += piece
      }
    } catch {
      guard error.code == .damaged else { throw error }
    }
    return bytes
  }

  /// Whether a segment is there only as an archive that is not the file it was.
  private func isArchiveSpoilt(of name: String) throws(LogError) -> Bool {
    let archive = LedgerDirectory.archiveName(of: name)
    guard try directory.storedFacts(name) == nil, try directory.storedFacts(archive) != nil else {
      return false
    }
    return try directory.archiveFault(archive) != nil
  }

  /// Whether a signed checkpoint of the damaged ledger states a tree.
  private func isStated(_ tree: MerkleFrontier) throws(LogError) -> Bool {
    guard let checkpoint = try directory.checkpoint(of: tree.size) else { return false }
    return checkpoint.root == tree.root && checkpoint.isSigned(byOneOf: keys.all)
  }

  /// Replaces a segment in one step; where the damaged one is kept.
  private func put(
    _ bytes: [UInt8], in name: String, over original: [UInt8], isFinished: Bool
  ) throws(LogError) -> String? {
    let number = name.dropFirst(LedgerDirectory.logName.count + 1).prefix { $0 != "." }
    let isThere = try directory.storedFacts(name) != nil
    let archive = LedgerDirectory.archiveName(of: name)
    var kept: String?
    if isThere {
      kept = try keep(original, as: String(number))
    } else if try directory.storedFacts(archive) != nil {
      let file = try OpenFile(directory.path(archive), named: archive, .read, on: directory.disk)
      kept = try keep(file.read(try file.facts.size, from: 0), as: "\(number).zst")
    }
    if isDryRun { return kept }
    // Not in `log/`, where a name that is no segment's would keep every reader out.
    let draft = "repair" + LedgerDirectory.unfinishedSuffix
    if try directory.facts(draft) != nil { try directory.remove(draft) }
    try directory.writeNew(draft, bytes, mode: isFinished ? 0o444 : 0o644)
    try directory.rename(draft, to: name)
    try directory.syncDirectory(LedgerDirectory.logName)
    try directory.syncDirectory("")
    // The plain segment counts from here on; `quipu archive` may archive it again.
    for stale in [archive, LedgerDirectory.sumName(of: archive)]
    where try directory.storedFacts(stale) != nil { try directory.remove(stale) }
    return kept
  }

  /// Keeps damaged bytes in `quarantine/`, durably; under which name. A dry run only says so.
  func keep(_ bytes: [UInt8], as what: String) throws(LogError) -> String {
    let hash = Digest(hashing: bytes.span).hex
    let kept = "\(LedgerDirectory.quarantineName)/\(what)-repaired-\(hash).damaged"
    if isDryRun { return kept }
    if try directory.facts(LedgerDirectory.quarantineName) == nil {
      try directory.makeDirectory(LedgerDirectory.quarantineName, mode: 0o700)
      try directory.syncDirectory("")
    }
    try directory.replace(kept, with: bytes, mode: 0o600)
    try directory.syncDirectory(LedgerDirectory.quarantineName)
    return kept
  }
}

internal import CanonicalJSON

/// What a verification is asked to look at besides the ledger, and how.
package struct VerifyOptions: Sendable {
  /// How many segments are read at a time.
  package var jobs = 1
  /// Keys trusted from outside: the log's own, and those of witnesses that must have cosigned.
  package var trusted: [VerifierKey] = []
  /// Paths of anchors besides those the ledger lists.
  package var anchors: [String] = []
  /// Paths of checkpoints kept elsewhere.
  package var against: [String] = []
  /// Path of a checkpoint up to which the log is not read again.
  package var since: String?
  /// Folder for what does not fit in memory: 8 bytes for each event past the next number.
  package var scratch = "/tmp"
  /// How many idempotency keys are compared in memory; 32 Mi, which take 256 MiB.
  package var keysInMemory = 32 << 20
  /// Whether every line is judged by the slow rules, as those of damaged segments are.
  var judgesEveryLine = false

  /// One job, nothing from outside.
  package init() {}
}

/// Reads every byte of a log, rebuilds every hash and names whatever is wrong.
///
/// Unlike a reader it does not stop at the first damage. Each segment is checked by itself from the tree
/// its header states, several at a time; sound ones are joined at their ends, and the lines of the others
/// are judged one by one. A consistent rewrite by whoever holds the key is beyond it, but for what is
/// kept elsewhere: `VerifyOptions.against`, anchors, witnesses.
package struct LogVerifier {
  let directory: LedgerDirectory
  let options: VerifyOptions
  let evidence: LogEvidence
  let notes: [StatedNote]
  let since: Checkpoint?
  var audit: LogAudit

  /// Verifies a ledger, up to the durable size beside a live writer.
  ///
  /// `progress` is called with the bytes read so far. Throws `notALedger`, `inUse`, `io`, `notProven` for
  /// a file in `since` that is no checkpoint, `diskFull` and `readOnly` where `scratch` has no room; damage is
  /// what it returns. Memory: 8 bytes an event up to `keysInMemory`, about 100 and the name a stream.
  package static func verify(
    directory path: String, options: VerifyOptions = VerifyOptions(),
    disk: any Disk = SystemDisk(), progress: (_ bytes: Int, _ ofBytes: Int) -> Void = { _, _ in }
  ) throws(LogError) -> Verification {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    var run = try LogVerifier(directory, options)
    try run.run(progress)
    return run.audit.result
  }

  private init(_ directory: LedgerDirectory, _ options: VerifyOptions) throws(LogError) {
    self.directory = directory
    self.options = options
    let notes = try StatedNote.all(of: directory, options)
    self.notes = notes
    since = try options.since.map { path throws(LogError) in
      guard let found = notes.first(where: { $0.name == path })?.checkpoint else {
        throw LogError(.notProven, "it is no signed checkpoint", file: path)
      }
      return found
    }
    evidence = LogEvidence(
      tiles: try StoredTiles(directory), checkpoints: notes.compactMap(\.checkpoint))
    audit = LogAudit(ledger: try directory.likelyLedger(), evidence: evidence)
    audit.keys = KeyRuns(
      KeyRuns.Scratch(
        folder: options.scratch, disk: directory.disk, limit: options.keysInMemory))
  }

  private mutating func run(_ progress: (Int, Int) -> Void) throws(LogError) {
    let segments = try extent()
    try walk(segments, progress)
    try reconcile(segments)
    try judgeIdentity()
    let last = segments.last?.name ?? LedgerDirectory.segmentName(0)
    try judgeTiles(covered: try judgeCheckpoints(last))
  }

  private mutating func walk(
    _ segments: [SegmentFile], _ progress: (Int, Int) -> Void
  ) throws(LogError) {
    let total = segments.reduce(0) { $0 + $1.size }
    var scanner = LineScanner()
    if segments.first?.first ?? 0 > 0, since != nil { audit.beginPartially(segments[0].first) }
    let window = 8 * options.jobs
    for start in stride(from: 0, to: segments.count, by: window) {
      let part = segments[start..<min(start + window, segments.count)]
      let summaries = try summaries(of: part)
      for (place, segment) in part.enumerated() {
        let isLast = start + place == segments.count - 1
        let isAbsorbed = summaries[place].map { audit.absorb($0, isLast: isLast) } ?? false
        if !isAbsorbed {
          try audit.judge(segment, in: directory, isLast: isLast, &scanner)
        }
        progress(audit.result.bytes, total)
      }
    }
  }

  /// Summaries of the segments that are sound in themselves.
  private func summaries(
    of segments: ArraySlice<SegmentFile>
  ) throws(LogError) -> [SegmentSummary?] {
    guard let ledger = audit.ledger, !options.judgesEveryLine else {
      return Array(repeating: nil, count: segments.count)
    }
    return try SegmentCheck.summaries(
      of: Array(segments), in: directory, ledger, evidence, jobs: options.jobs)
  }

  /// Judges what could not be where it stood; where it takes to look again, in a second pass.
  private mutating func reconcile(_ segments: [SegmentFile]) throws(LogError) {
    var seen = WatchedEvents(
      fingerprints: try audit.keys.takeDuplicates(), seqs: Set(audit.strays.map(\.seq)))
    if !seen.fingerprints.isEmpty || !seen.seqs.isEmpty {
      var again = LogAudit(ledger: audit.ledger, evidence: evidence)
      again.watched = seen
      if audit.isPartial { again.beginPartially(segments[0].first) }
      var scanner = LineScanner()
      for (place, segment) in segments.enumerated() {
        let isLast = place == segments.count - 1
        try again.judge(segment, in: directory, isLast: isLast, &scanner)
      }
      seen = again.watched ?? seen
    }
    audit.reconcile(with: seen)
  }

  /// Compares `LEDGER.json` with the first event, which must say what the ledger is: without that
  /// nothing opens it, whatever the hashes say.
  private mutating func judgeIdentity() throws(LogError) {
    let identity = try unlessDamaged { () throws(LogError) in try directory.identityFromLog() }
    if let identity, try !directory.isIdentityCurrent(identity) {
      audit.result.notices.append(
        LogNotice(.stale, LedgerDirectory.identityName, "it does not say what the log says"))
    }
    if audit.result.findings.isEmpty, identity == nil || identity?.ledger != audit.ledger {
      audit.find(
        .malformed, in: LedgerDirectory.segmentName(0), lines: 2...2,
        "the first event does not say what this ledger is")
    }
  }

  /// The segments to read and how far, with a notice or finding for what is left out.
  private mutating func extent() throws(LogError) -> [SegmentFile] {
    var segments: [SegmentFile]
    switch try WriterPresence.probe(directory) {
    case .absent(let lock):
      segments = try withoutTornTail(try namedSegments())
      _ = consume lock
    case .present(let published):
      segments = try namedSegments().filter { $0.first <= published.segment }
      try cut(&segments, to: published)
    }
    guard let since, let start = segments.lastIndex(where: { $0.first <= since.size }) else {
      return segments
    }
    return Array(segments[start...])
  }

  /// The segments up to the last batch: without a torn tail, and without zeros behind the end.
  private mutating func withoutTornTail(
    _ segments: [SegmentFile]
  ) throws(LogError) -> [SegmentFile] {
    guard var last = segments.last, !last.isArchived else { return segments }
    let size = last.size
    last.size = try directory.open(last.name, .read).endBeforeZeros(size)
    if let tail = try tornTail(of: last, audit.ledger) {
      audit.result.notices.append(
        LogNotice(
          .tornTail, last.name, "\(tail.count) bytes from byte \(tail.offset) are no whole batch"))
      if tail.offset == 0 { return segments.dropLast() }
      last.size = tail.offset
    } else if last.size < size {
      audit.result.notices.append(
        LogNotice(
          .reserve, last.name,
          "\(size - last.size) zero bytes from byte \(last.size) on are room for events to come"))
    }
    return segments.dropLast() + [last]
  }

  private mutating func cut(
    _ segments: inout [SegmentFile], to published: DurableSize
  ) throws(LogError) {
    guard let last = segments.last, last.first == published.segment,
      last.size >= published.bytes
    else {
      return audit.find(
        .truncated, in: LedgerDirectory.segmentName(published.segment),
        "its writer says that \(published.bytes) bytes of it are durable")
    }
    if try directory.open(last.name, .read).endBeforeZeros(last.size) > published.bytes {
      audit.result.notices.append(
        LogNotice(.inProgress, last.name, "bytes from \(published.bytes) on are being written"))
    }
    segments[segments.count - 1].size = published.bytes
  }

  /// The torn tail of a last segment, if its end is one; damage is for the audit to find, and so is a
  /// log that ends below a checkpoint.
  private func tornTail(
    of last: SegmentFile, _ ledger: String?
  ) throws(LogError) -> TornTail? {
    guard let ledger else { return nil }
    var scanner = LineScanner()
    do {
      let end = try TailScan.end(of: last, in: directory, ledger, &scanner)
      return end.events < evidence.sizes.last ?? 0 ? nil : end.tail
    } catch {
      guard error.code == .damaged else { throw error }
      return nil
    }
  }

  private mutating func namedSegments() throws(LogError) -> [SegmentFile] {
    var segments: [SegmentFile] = []
    for entry in try directory.logEntries() {
      guard let first = entry.first else {
        audit.find(.malformed, in: entry.name, "it is not named as a segment")
        continue
      }
      if let segment = try audit.segment(first, in: entry.name, of: directory) {
        segments.append(segment)
      }
    }
    if segments.isEmpty {
      audit.find(.missing, in: LedgerDirectory.segmentName(0), "there is no segment")
    }
    return segments.sorted { $0.first < $1.first }
  }
}

extension LogAudit {
  /// Begins at a later segment, whose header a trusted checkpoint is to vouch for.
  mutating func beginPartially(_ first: Int64) {
    expected = first
    tree = nil
    isPartial = true
    result.first = first
  }

  /// Judges every line of a segment. Throws `io`.
  mutating func judge(
    _ segment: SegmentFile, in directory: LedgerDirectory, isLast: Bool,
    _ scanner: inout LineScanner
  ) throws(LogError) {
    begin(segment, isLast: isLast)
    try takingArchiveFaults(of: segment) { audit throws(LogError) in
      let file = try directory.open(segment.name, .read)
      try scanner.scan(file, upTo: segment.size) { line, place throws(LogError) in
        audit.take(line, place)
        return true
      }
    }
    endSegment()
    if let failure { throw failure }
  }
}

extension LedgerDirectory {
  /// The ledger's number as most of its three first places state it: `LEDGER.json`, the first header
  /// and the first event; `nil` when none can be read.
  func likelyLedger() throws(LogError) -> String? {
    var stated: [String] = []
    if try facts(Self.identityName) != nil {
      let bytes = try read(Self.identityName)
      if bytes.last == UInt8(ascii: "\n"),
        let identity = try? LedgerIdentity(parsing: bytes.span.extracting(droppingLast: 1))
      {
        stated.append(identity.ledger)
      }
    }
    let identity = try unlessDamaged { () throws(LogError) in try identityFromLog() }
    if let identity { stated.append(identity.ledger) }
    if let line = try firstLine(), let header = try? SegmentHeader(parsing: line.span) {
      stated.append(header.ledger)
    }
    return stated.first { id in stated.count { $0 == id } > 1 } ?? stated.first
  }
}

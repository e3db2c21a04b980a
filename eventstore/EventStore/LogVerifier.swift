internal import CanonicalJSON

/// Reads every byte of a log, rebuilds every hash and names whatever is wrong.
///
/// Unlike a reader it does not stop at the first damage. Needs nothing but the log itself: what it
/// compares with are the log's own commits and headers, so a consistent rewrite of everything from
/// some line on is beyond it (that takes a checkpoint kept elsewhere).
package struct LogVerifier {
  /// Verifies the log of a ledger, up to the durable size beside a live writer.
  ///
  /// `progress` is called with the bytes read so far after each segment. Throws `notALedger`,
  /// `inUse`, `io`; damage is what it returns. Memory: as the writer's, for keys and positions.
  package static func verify(
    directory path: String, disk: any Disk = SystemDisk(),
    progress: (_ bytes: Int, _ ofBytes: Int) -> Void = { _, _ in }
  ) throws(LogError) -> Verification {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    var audit = LogAudit(directory: directory, ledger: try directory.likelyLedger())
    let segments = try extent(directory, &audit)
    let total = segments.reduce(0) { $0 + $1.size }
    var scanner = LineScanner()
    for (place, segment) in segments.enumerated() {
      audit.begin(segment, isLast: place == segments.count - 1)
      try audit.takingArchiveFaults(of: segment) { audit throws(LogError) in
        let file = try directory.open(segment.name, .read)
        try scanner.scan(file, upTo: segment.size) { line, place throws(LogError) in
          audit.take(line, place)
          return true
        }
      }
      audit.endSegment()
      progress(audit.result.bytes, total)
    }
    try audit.reconcile()
    if let identity = try? directory.identityFromLog(),
      try !directory.isIdentityCurrent(identity)
    {
      audit.result.notices.append(
        LogNotice(.stale, LedgerDirectory.identityName, "it does not say what the log says"))
    }
    return audit.result
  }

  /// The segments to read and how far, with a notice or finding for what is left out.
  private static func extent(
    _ directory: LedgerDirectory, _ audit: inout LogAudit
  ) throws(LogError) -> [SegmentFile] {
    switch try WriterPresence.probe(directory) {
    case .absent(let lock):
      var segments = try namedSegments(directory, &audit)
      if let last = segments.last {
        let tail = try tornTail(of: last, in: directory, audit.ledger)
        if let tail {
          segments.removeLast()
          if tail.offset > 0 {
            segments.append(SegmentFile(first: last.first, size: tail.offset))
          }
          audit.result.notices.append(
            LogNotice(
              .tornTail, last.name,
              "\(tail.count) bytes from byte \(tail.offset) are no whole batch"))
        }
      }
      _ = consume lock
      return segments
    case .present(let published):
      var segments = try namedSegments(directory, &audit).filter {
        $0.first <= published.segment
      }
      guard let last = segments.last, last.first == published.segment,
        last.size >= published.bytes
      else {
        audit.find(
          .truncated, in: LedgerDirectory.segmentName(published.segment),
          "its writer says that \(published.bytes) bytes of it are durable")
        return segments
      }
      if last.size > published.bytes {
        audit.result.notices.append(
          LogNotice(
            .inProgress, last.name, "bytes from \(published.bytes) on are being written"))
      }
      segments[segments.count - 1].size = published.bytes
      return segments
    }
  }

  /// The torn tail of a last segment, if its end is one; damage is for the audit to find.
  private static func tornTail(
    of last: SegmentFile, in directory: LedgerDirectory, _ ledger: String?
  ) throws(LogError) -> TornTail? {
    guard let ledger else { return nil }
    var scanner = LineScanner()
    do {
      return try TailScan.end(of: last, in: directory, ledger, &scanner).tail
    } catch {
      guard error.code == .damaged else { throw error }
      return nil
    }
  }

  private static func namedSegments(
    _ directory: LedgerDirectory, _ audit: inout LogAudit
  ) throws(LogError) -> [SegmentFile] {
    var segments: [SegmentFile] = []
    for entry in try directory.logEntries() {
      guard let first = entry.first else {
        audit.find(.malformed, in: entry.name, "it is not named as a segment")
        continue
      }
      if let segment = try audit.segment(first, in: entry.name) { segments.append(segment) }
    }
    if segments.isEmpty {
      audit.find(.missing, in: LedgerDirectory.segmentName(0), "there is no segment")
    }
    return segments.sorted { $0.first < $1.first }
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
    if let identity = try? identityFromLog() { stated.append(identity.ledger) }
    if let line = try firstLine(), let header = try? SegmentHeader(parsing: line.span) {
      stated.append(header.ledger)
    }
    return stated.first { id in stated.count { $0 == id } > 1 } ?? stated.first
  }
}

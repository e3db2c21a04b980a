/// The index files of a ledger, as far as they are right and say what the log says.
struct IndexFiles {
  let directory: LedgerDirectory
  let ledger: String
  /// The finished segments of the log and the one after them.
  let segments: [SegmentFile]
  /// Names of files in `index/`, the longest of those with one beginning first.
  private var names: [Int64: [String]] = [:]

  /// Lists what is there; opens nothing yet.
  init(
    of directory: LedgerDirectory, ledger: String, segments: [SegmentFile]
  ) throws(LogError) {
    self.directory = directory
    self.ledger = ledger
    self.segments = segments
    guard try directory.facts(IndexRun.directoryName)?.isDirectory == true else { return }
    for file in try directory.list(IndexRun.directoryName).reversed() {
      guard file.hasSuffix(IndexRun.suffix), let first = Int64(file.prefix { $0 != "-" }) else {
        continue
      }
      names[first, default: []].append("\(IndexRun.directoryName)/\(file)")
    }
  }

  /// The run that covers most from the segment of that place on; `stale` gets each that is none.
  func run(
    from place: Int, _ stale: (StaleIndex) throws(LogError) -> Void
  ) throws(LogError) -> IndexRun? {
    for name in names[segments[place].first] ?? [] {
      // A writer may have merged it away since it was listed.
      guard try directory.facts(name) != nil else { continue }
      switch try IndexRun.open(name, in: directory) {
      case .success(let run):
        if let fault = try fault(of: run, from: place) {
          try stale(StaleIndex(file: name, detail: fault))
        } else {
          return run
        }
      case .failure(let error): try stale(error)
      }
    }
    return nil
  }

  /// Why a run does not say what the log says; `nil` if it does.
  private func fault(of run: IndexRun, from place: Int) throws(LogError) -> String? {
    let header = run.header
    let end = place + header.segments.count
    guard header.ledger == ledger else { return "it is that of ledger \(header.ledger)" }
    guard end < segments.count, header.segments == Array(segments[place..<end]),
      header.end == segments[end].first
    else { return "it covers other segments than the log has" }
    guard try directory.statedTree(of: segments[end]).root == header.root else {
      return "it is that of another log"
    }
    return nil
  }

  /// Names of all files there that are not among the runs'.
  func leftovers(besides runs: [IndexRun]) -> [String] {
    let used = Set(runs.map(\.name))
    return names.values.flatMap { $0 }.filter { !used.contains($0) }.sorted()
  }
}

/// The runs of a ledger's finished segments, each beginning where the one before ends.
struct IndexRuns {
  private(set) var runs: [IndexRun] = []

  /// `seq` of the first event that no run covers.
  var end: Int64 { runs.last?.header.end ?? 0 }
  /// How many segments they cover.
  var segments: Int { runs.reduce(0) { $0 + $1.header.segments.count } }

  mutating func append(_ run: IndexRun) {
    runs.append(run)
  }

  mutating func replace(_ range: Range<Int>, with other: [IndexRun]) {
    runs.replaceSubrange(range, with: other)
  }

  /// The run that covers an event; `nil` past the last.
  func run(of seq: Int64) -> IndexRun? {
    guard seq >= 0, seq < end else { return nil }
    return runs.first { seq < $0.header.end }
  }

  /// The `seq` of every event that has a fingerprint, ascending.
  func events(
    _ table: IndexRun.Table, with fingerprint: Fingerprint
  ) throws(StaleIndex) -> [Int64] {
    var events: [Int64] = []
    for run in runs { events += try run.events(table, with: fingerprint) }
    return events
  }

  /// Whether an event may have a fingerprint: what the filters say.
  func mayHold(
    _ table: IndexRun.Table, _ fingerprint: Fingerprint
  ) throws(StaleIndex) -> Bool {
    for run in runs where try run.mayHold(table, fingerprint) { return true }
    return false
  }

  /// Merges neighbours while there are enough of one rank; a run that is wrong ends it and is given back.
  mutating func merge(in directory: LedgerDirectory) throws(LogError) -> StaleIndex? {
    while let range = nextMerge {
      switch try IndexRun.merged(Array(runs[range]), in: directory) {
      case .success(let run): replace(range, with: [run])
      case .failure(let stale): return stale
      }
    }
    return nil
  }

  /// How many files of one rank are merged into one.
  static let fanIn = 4
  /// Files of that rank, of 256 segments and more, are left alone: merging them takes seconds.
  private static let highestRank = 4

  /// The first neighbours that are to be merged into one.
  var nextMerge: Range<Int>? {
    var start = 0
    for place in runs.indices {
      if runs[place].header.rank != runs[start].header.rank { start = place }
      if place - start + 1 == Self.fanIn, runs[start].header.rank < Self.highestRank {
        return start..<place + 1
      }
    }
    return nil
  }
}

extension IndexRuns {
  /// The runs of all segments but the last, for the writer: what is missing or wrong is made anew from
  /// the segments it covers, and told; files that nobody needs go.
  ///
  /// Throws `damaged` where a segment that is read is, `io`.
  init(
    of directory: LedgerDirectory, ledger: String, segments: [SegmentFile],
    with scanner: inout LineScanner, _ notices: inout [LogNotice]
  ) throws(LogError) {
    let files = try IndexFiles(of: directory, ledger: ledger, segments: segments)
    var told: [LogNotice] = []
    var missing: ClosedRange<Int>?
    var place = 0
    while place < segments.count - 1 {
      let run = try files.run(from: place) { stale in
        told.append(LogNotice(.stale, stale.file, "\(stale.detail); made anew from the log"))
      }
      if let run {
        append(run)
        place += run.header.segments.count
        continue
      }
      let scan = try SegmentScan(
        of: segments[place], in: directory, ledger: ledger, with: &scanner)
      try scan.requireNext(segments[place + 1], in: directory)
      append(scan.run(ledger: ledger, in: directory, &told))
      missing = (missing?.lowerBound ?? place)...place
      place += 1
    }
    if let missing, told.isEmpty {
      told.append(
        LogNotice(
          .stale, IndexRun.directoryName,
          "the index of \(segments[missing.lowerBound].name) to "
            + "\(segments[missing.upperBound].name) was missing; made anew from the log"))
    }
    for name in files.leftovers(besides: runs) where try directory.facts(name) != nil {
      try directory.remove(name)
    }
    notices += told
  }

  /// The runs there are from the beginning on, for a reader, who makes none.
  init(
    readingOf directory: LedgerDirectory, ledger: String, segments: [SegmentFile]
  ) throws(LogError) {
    let files = try IndexFiles(of: directory, ledger: ledger, segments: segments)
    var place = 0
    while place < segments.count - 1,
      let run = try files.run(from: place, { (_) throws(LogError) in })
    {
      append(run)
      place += run.header.segments.count
    }
  }
}

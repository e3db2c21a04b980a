// How runs come to be: from the events of one segment, or from neighbours merged into one.
extension IndexRun {
  /// Makes the run of the segment a tail covers, as a file where that can be written, else in memory.
  ///
  /// A failure to write is told as a notice: nothing depends on the file but the next opening's speed.
  static func make(
    of tail: IndexTail, _ segment: SegmentFile, root: Digest, ledger: String,
    in directory: LedgerDirectory, _ notices: inout [LogNotice]
  ) -> IndexRun {
    let header = IndexHeader(
      ledger: ledger, first: segment.first, end: segment.first + Int64(tail.count), root: root,
      segments: [segment])
    let bytes = Self.bytes(of: tail, header)
    do throws(LogError) {
      let file = try draft(header, in: directory)
      do throws(SystemError) {
        try file.write(bytes.span, at: 0)
        try file.sync()
      } catch { throw LogError(error, name(of: header)) }
      return try publish(header, in: directory)
    } catch {
      notices.append(notice(error, header))
      return IndexRun(header, keeping: bytes)
    }
  }

  private static func bytes(of tail: IndexTail, _ header: IndexHeader) -> [UInt8] {
    do throws(LogError) {
      var sink = IndexSink(header.layout, to: nil)
      try write(tail, header, to: &sink)
      return try sink.finish()
    } catch {
      preconditionFailure("memory refuses nothing: \(error)")
    }
  }

  private static func write(
    _ tail: IndexTail, _ header: IndexHeader, to sink: inout IndexSink
  ) throws(LogError) {
    let layout = header.layout
    try sink.append(header.bytes)
    sink.begin(layout.offsets)
    for offset in tail.offsets { try sink.append(offset) }
    sink.begin(layout.leaves)
    for leaf in tail.leaves { try sink.append(leaf) }
    for (part, chains) in [(layout.keys, tail.keys), (layout.streams, tail.streams)] {
      sink.begin(part.entries)
      var table = IndexTableSink(part, count: header.count)
      for (fingerprint, place) in chains.sorted() {
        try table.append(fingerprint, place, to: &sink)
      }
      try table.finish(to: &sink)
    }
  }

  /// Merges neighbours into one file, and takes theirs away.
  ///
  /// Memory: filter and directory, a byte and a half an event. Throws what the disk does; a neighbour
  /// that is wrong comes as the result.
  static func merged(
    _ runs: [IndexRun], in directory: LedgerDirectory
  ) throws(LogError) -> Result<IndexRun, StaleIndex> {
    let header = IndexHeader(
      ledger: runs[0].header.ledger, first: runs[0].header.first,
      end: runs[runs.count - 1].header.end, root: runs[runs.count - 1].header.root,
      segments: runs.flatMap(\.header.segments))
    let file = SharedFile(try draft(header, in: directory))
    var sink = IndexSink(header.layout, to: file)
    do {
      try write(runs, header, to: &sink)
    } catch let error as LogError {
      throw error
    } catch let error as StaleIndex {
      return .failure(error)
    } catch {
      preconditionFailure("\(error)")
    }
    _ = try sink.finish()
    let run = try publish(header, in: directory)
    for old in runs where try directory.facts(old.name) != nil { try directory.remove(old.name) }
    return .success(run)
  }

  private static func write(
    _ runs: [IndexRun], _ header: IndexHeader, to sink: inout IndexSink
  ) throws {
    let layout = header.layout
    try sink.append(header.bytes)
    for run in runs { try run.requireWhole() }
    sink.begin(layout.offsets)
    for run in runs { try run.copy(\.offsets, to: &sink) }
    sink.begin(layout.leaves)
    for run in runs { try run.copy(\.leaves, to: &sink) }
    for (part, table) in [(layout.keys, Table.keys), (layout.streams, .streams)] {
      sink.begin(part.entries)
      try merge(
        runs.map { $0.entries(of: table, from: header.first) },
        IndexTableSink(part, count: header.count), to: &sink)
    }
  }

  private static func merge(
    _ sources: [IndexEntries], _ target: consuming IndexTableSink, to sink: inout IndexSink
  ) throws(LogError) {
    var rest = sources
    while !rest.isEmpty {
      // Of equal fingerprints the earlier run's come first, so that events stay in order.
      var least = 0
      for other in rest.indices.dropFirst()
      where rest[other].head.fingerprint < rest[least].head.fingerprint {
        least = other
      }
      try target.append(rest[least].head.fingerprint, rest[least].head.distance, to: &sink)
      if !rest[least].advance() { rest.remove(at: least) }
    }
    try target.finish(to: &sink)
  }

  /// A new file for a run, under another name until it is whole.
  private static func draft(
    _ header: IndexHeader, in directory: LedgerDirectory
  ) throws(LogError) -> OpenFile {
    if try directory.facts(directoryName) == nil { try directory.makeDirectory(directoryName) }
    let draft = name(of: header) + LedgerDirectory.unfinishedSuffix
    if try directory.facts(draft) != nil { try directory.remove(draft) }
    return try directory.open(draft, .create)
  }

  /// Gives a whole and durable draft its name, and opens it.
  private static func publish(
    _ header: IndexHeader, in directory: LedgerDirectory
  ) throws(LogError) -> IndexRun {
    let name = name(of: header)
    try directory.rename(name + LedgerDirectory.unfinishedSuffix, to: name)
    try directory.syncDirectory(directoryName)
    switch try open(name, in: directory) {
    case .success(let run) where run.header == header: return run
    default: throw LogError(.io, "the file is not what was written", file: name)
    }
  }

  private static func notice(_ error: LogError, _ header: IndexHeader) -> LogNotice {
    LogNotice(
      .stale, name(of: header),
      "it could not be written and is kept in memory: \(error.detail)")
  }
}

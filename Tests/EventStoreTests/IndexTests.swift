import EventStore
import Support
import Testing

/// A ledger with many small segments, and what a reading of all its lines says of it.
private struct IndexedLedger {
  static let path = "/ledger"
  let disk: SimulatedDisk
  let segmentSize: Int
  private(set) var keys: [String] = ["ledger-opened"]
  private(set) var streams: [String] = [Sample.identity().stream]
  private var generator: SeededGenerator

  init(seed: UInt64, segmentSize: Int) throws {
    disk = SimulatedDisk(seed: seed)
    self.segmentSize = segmentSize
    generator = SeededGenerator(seed: seed)
    _ = try EventLog.create(
      directory: Self.path, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: settings, disk: disk)
  }

  var settings: EventLog.Settings { EventLog.Settings(segmentSize: segmentSize) }

  func open() throws(LogError) -> EventLog {
    try EventLog.open(
      directory: Self.path, at: Sample.instant(1), effective: "2026-01-02", actor: Sample.actor,
      settings: settings, disk: disk)
  }

  /// A batch of one to five events on a few streams of all kinds.
  mutating func batch() -> [PendingEvent] {
    (0..<Int.random(in: 1...5, using: &generator)).map { _ in
      let number = Int.random(in: 0..<9, using: &generator)
      let kinds = ["account/A-", "account/B-", "subject/S-", "policy/P-", "portfolio/F-"]
      let stream = kinds[Int.random(in: 0..<kinds.count, using: &generator)]
      keys.append("k-\(keys.count)")
      streams.append("\(stream)\(number)")
      return Sample.event(keys[keys.count - 1], on: streams[streams.count - 1])
    }
  }

  /// Forgets the last events, which were not appended.
  mutating func forget(_ count: Int) {
    keys.removeLast(count)
    streams.removeLast(count)
  }

  var indexFiles: [String] {
    ((try? disk.list(Self.path + "/index")) ?? []).sorted().map { "\(Self.path)/index/\($0)" }
  }

  private var selections: [(StreamSelection, (String) -> Bool)] {
    let names = Set(streams).union(["account/none", "policy/none"]).sorted()
    let kinds = ["policy", "portfolio"]
    return names.map { name in (StreamSelection(streams: [name]), { $0 == name }) } + [
      (
        StreamSelection(streams: ["account/A-1"], kinds: kinds),
        { $0 == "account/A-1" || $0.hasPrefix("policy/") || $0.hasPrefix("portfolio/") }
      )
    ]
  }

  /// Every answer of the writer that differs from the scan's.
  func faults(of log: EventLog) throws -> [String] {
    var faults: [String] = []
    for (seq, key) in keys.enumerated() {
      if try log.find(key: key) != Int64(seq) { faults.append("key \(key)") }
      let line = try log.line(Int64(seq))
      if try text(of: EventEnvelope(parsing: line.span).key, in: line.span) != key {
        faults.append("line \(seq)")
      }
    }
    if try log.find(key: "never") != nil { faults.append("a key that is not there") }
    for (selection, isSelected) in selections {
      var found: [Int64] = []
      try log.forEach(of: selection) { event, _ in found.append(event.seq) }
      let expected = streams.indices.filter { isSelected(streams[$0]) }.map { Int64($0) }
      if found != expected { faults.append("\(selection): \(found), not \(expected)") }
    }
    for name in Set(streams) {
      let count = Int64(streams.count { $0 == name })
      if try log.nextPosition(of: name) != count { faults.append("position of \(name)") }
    }
    return faults
  }

  /// Every answer of a reader that differs from the scan's.
  func readerFaults() throws -> [String] {
    let reader = try LogReader.open(directory: Self.path, disk: disk)
    var faults: [String] = []
    for (seq, key) in keys.enumerated() {
      let line = try reader.line(Int64(seq))
      if try text(of: EventEnvelope(parsing: line.span).key, in: line.span) != key {
        faults.append("line \(seq)")
      }
    }
    let end = reader.size - 2
    for (selection, isSelected) in selections {
      var found: [Int64] = []
      try reader.forEach(of: selection, upTo: end) { event, _ in found.append(event.seq) }
      let expected = streams.indices.filter { isSelected(streams[$0]) }.map { Int64($0) }
      if found != expected.filter({ $0 < end }) { faults.append("\(selection): \(found)") }
    }
    return faults
  }
}

extension IndexedLedger {
  /// Appends batches by one writer.
  mutating func append(batches: Int, to log: EventLog) throws {
    for _ in 0..<batches { try log.append(batch(), at: Sample.instant(1)) }
  }
}

/// What the index says is what a reading of the log says, whatever becomes of its files.
@Suite struct IndexTests {
  @Test(arguments: 0..<(isLongRun ? 40 : 4)) func lookUpsSayWhatAScanSays(seed: UInt64) throws {
    var ledger = try IndexedLedger(seed: seed, segmentSize: [1, 700, 2500, 9000][Int(seed % 4)])
    var log = try ledger.open()
    for round in 0..<3 {
      try ledger.append(batches: 30, to: log)
      #expect(try ledger.faults(of: log) == [], "round \(round)")
      #expect(try ledger.readerFaults() == [], "round \(round)")
      ledger.disk.restart()
      log = try ledger.open()
      #expect(log.notices == [], "round \(round)")
      #expect(try ledger.faults(of: log) == [], "round \(round), opened again")
    }
    // Runs were merged, and the merged ones of the first rank again.
    let segments = try ledger.disk.list(IndexedLedger.path + "/log").count
    #expect(seed % 4 > 1 || (segments > 64 && ledger.indexFiles.count < 12))
  }

  @Test func anyFileMayBeLostOrChanged() throws {
    var ledger = try IndexedLedger(seed: 5, segmentSize: 900)
    try ledger.append(batches: 40, to: try ledger.open())
    ledger.disk.restart()
    let files = ledger.indexFiles
    try #require(files.count >= 2)
    var changes = 0
    for file in files {
      let name = String(file.dropFirst(IndexedLedger.path.count + 1))
      let sound = try #require(ledger.disk.contents(file))
      let other = try #require(ledger.disk.contents(files[file == files[0] ? 1 : 0]))
      var wrong: [[UInt8]?] = [nil, [], Array(sound.dropLast()), sound + [0], other]
      for place in stride(from: 0, to: sound.count, by: 97) {
        var bytes = sound
        bytes[place] ^= 1 << UInt8(place % 8)
        wrong.append(bytes)
      }
      for bytes in wrong {
        if let bytes { ledger.disk.overwrite(file, bytes) } else { try ledger.disk.remove(file) }
        #expect(try ledger.readerFaults() == [])
        let log = try ledger.open()
        #expect(try ledger.faults(of: log) == [])
        #expect(log.notices.map(\.kind) == [.stale], "\(name): \(log.notices)")
        #expect(log.notices.map(\.file) == [bytes == nil ? "index" : name])
        // What was made anew may be several files; the next change begins from the old ones.
        for made in ledger.indexFiles where !files.contains(made) { try ledger.disk.remove(made) }
        if ledger.disk.contents(file) == nil {
          let made = try ledger.disk.open(file, .create, mode: 0o644)
          ledger.disk.close(made)
        }
        ledger.disk.overwrite(file, sound)
        ledger.disk.restart()
        changes += 1
      }
    }
    #expect(changes > 50)
  }

  /// In a long file a wrong block shows only when it is looked into.
  @Test func aWrongBlockIsMadeAnewWhenItIsMet() throws {
    var ledger = try IndexedLedger(seed: 6, segmentSize: 300_000)
    let first = try ledger.open()
    while ledger.indexFiles.isEmpty { try ledger.append(batches: 20, to: first) }
    ledger.disk.restart()
    let file = ledger.indexFiles[0]
    let sound = try #require(ledger.disk.contents(file))
    try #require(sound.count > 32_768)
    var metLater = 0
    for place in stride(from: 16_500, to: sound.count - 400, by: 4000) {
      var bytes = sound
      bytes[place] ^= 1
      ledger.disk.overwrite(file, bytes)
      #expect(try ledger.readerFaults() == [], "byte \(place)")
      let log = try ledger.open()
      // The opening itself looks into some.
      if log.notices == [] { metLater += 1 }
      #expect(try ledger.faults(of: log) == [], "byte \(place)")
      #expect(log.notices.map(\.kind) == [.stale], "byte \(place)")
      #expect(ledger.disk.contents(file) == sound, "byte \(place)")
      ledger.disk.restart()
    }
    #expect(metLater > 2)
  }

  @Test func anIndexOfAnotherLogIsNotBelieved() throws {
    var ledger = try IndexedLedger(seed: 7, segmentSize: 1)
    try ledger.append(batches: 9, to: try ledger.open())
    // The same keys, streams and lengths, but other salts and keys to sign: another tree.
    var other = try IndexedLedger(seed: 7, segmentSize: 1)
    try other.append(batches: 9, to: try other.open())
    ledger.disk.restart()
    #expect(ledger.indexFiles == other.indexFiles)
    for file in ledger.indexFiles {
      ledger.disk.overwrite(file, try #require(other.disk.contents(file)))
    }
    #expect(try ledger.readerFaults() == [])
    let log = try ledger.open()
    #expect(log.notices.contains { $0.detail.contains("another log") }, "\(log.notices)")
    #expect(try ledger.faults(of: log) == [])
  }

  /// The power goes at every call while a segment is finished, its run written, and runs merged.
  @Test func aCrashWhileIndexingLosesNothing() throws {
    var cut = 1
    var cuts = 0
    while true {
      var ledger = try IndexedLedger(seed: UInt64(100 + cut), segmentSize: 1)
      let log = try ledger.open()
      try ledger.append(batches: 3, to: log)
      let batch = ledger.batch()
      ledger.disk.faults.powerCutIn = cut
      let isAcknowledged = (try? log.append(batch, at: Sample.instant(1))) != nil
      let wasCut = !ledger.disk.hasPower
      ledger.disk.restart()
      let again = try ledger.open()
      if !isAcknowledged, again.size < Int64(ledger.keys.count) { ledger.forget(batch.count) }
      let isTold = again.notices.contains { $0.kind == .recovered }
      if !isTold {
        #expect(again.size == Int64(ledger.keys.count), "cut \(cut)")
        #expect(try ledger.faults(of: again) == [], "cut \(cut)")
        #expect(try ledger.readerFaults() == [], "cut \(cut)")
      }
      guard wasCut else { break }
      cuts += 1
      cut += 1
    }
    // Tiles, checkpoint, segment, run, merge.
    #expect(cuts > 20)
  }

  @Test func whatCannotBeWrittenIsKeptInMemory() throws {
    var ledger = try IndexedLedger(seed: 8, segmentSize: 1)
    let log = try ledger.open()
    try ledger.append(batches: 2, to: log)
    // A file stands where the directory is to be.
    for file in ledger.indexFiles { try ledger.disk.remove(file) }
    try ledger.disk.rename(IndexedLedger.path + "/index", to: IndexedLedger.path + "/aside")
    let file = try ledger.disk.open(IndexedLedger.path + "/index", .create, mode: 0o644)
    ledger.disk.close(file)
    try ledger.append(batches: 9, to: log)
    #expect(log.notices.contains { $0.detail.contains("kept in memory") })
    #expect(try ledger.faults(of: log) == [])
    #expect(try ledger.readerFaults() == [])
  }
}

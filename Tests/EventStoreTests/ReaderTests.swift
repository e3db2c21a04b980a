import EventStore
import Support
import Synchronization
import Testing

/// Readers beside a writer: they see what is durable, all of it, and nothing else.
@Suite struct ReaderTests {
  /// At every write and sync of appends a reader is opened: it sees the batches that are finished.
  @Test(arguments: [500, 16 << 20]) func nobodyReadsPastTheDurableSize(segmentSize: Int) throws {
    let ledger = try WrittenLedger(segmentSize: segmentSize)
    let disk = ledger.disk
    let finished = Mutex<Int64>(ledger.log.size)
    let seen = Mutex<[(call: String, size: Int64, events: Int64, finished: Int64)]>([])
    let failures = Mutex<[String]>([])
    disk.observe { call in
      do throws(LogError) {
        let reader = try LogReader.open(directory: WrittenLedger.path, disk: disk)
        var events: Int64 = 0
        try reader.forEach(checking: .every) { _, _ in events += 1 }
        seen.withLock { $0.append((call, reader.size, events, finished.withLock { $0 })) }
      } catch {
        failures.withLock { $0.append("\(call): \(error)") }
      }
    }
    for number in 1...8 {
      let events = (0..<number).map { Sample.event("k\(number)-\($0)", on: "account/A-1") }
      try ledger.log.append(events, at: Sample.instant(number))
      finished.withLock { $0 = ledger.log.size }
    }
    disk.observe(nil)
    #expect(failures.withLock { $0 } == [])
    let all = seen.withLock { $0 }
    // The sync comes after the write, so there a whole batch is in the file and not to be seen.
    #expect(all.count { $0.call != "pwrite" } >= 8)
    for one in all {
      #expect(one.size == one.finished, "at \(one.call)")
      #expect(one.events == one.size, "at \(one.call)")
    }
    #expect(try LogReader.open(directory: WrittenLedger.path, disk: disk).size == 37)
  }

  @Test func aReaderKeepsItsPrefix() throws {
    let ledger = try WrittenLedger(segmentSize: 900)
    try ledger.log.append([Sample.event("a", on: "account/A-1")], at: Sample.instant(1))
    let early = try LogReader.open(directory: WrittenLedger.path, disk: ledger.disk)
    for number in 0..<9 {
      try ledger.log.append(
        [Sample.event("k\(number)", on: "account/A-1")], at: Sample.instant(2))
    }
    var keys: [String] = []
    try early.forEach { event, line in keys.append(text(of: event.key, in: line)) }
    #expect(keys == ["ledger-opened", "a"])
    #expect(throws: LogError(.noSuchEvent, "")) { try early.line(2) }
    #expect(throws: LogError(.noSuchEvent, "")) { try early.forEach(upTo: 3) { _, _ in } }
    #expect(try early.line(1) == ledger.log.line(1))
  }

  @Test func anyRangeIsReadAlone() throws {
    let ledger = try WrittenLedger(segmentSize: 900)
    for number in 1...9 {
      try ledger.log.append(
        [Sample.event("k\(number)", on: "account/A-1")], at: Sample.instant(number))
    }
    let reader = try LogReader.open(directory: WrittenLedger.path, disk: ledger.disk)
    for start in 0...10 {
      for end in start...10 {
        for checking in [HashChecking.off, .sparse, .every] {
          var seqs: [Int64] = []
          try reader.forEach(from: Int64(start), upTo: Int64(end), checking: checking) {
            event, _ in seqs.append(event.seq)
          }
          #expect(seqs == (start..<end).map(Int64.init))
        }
      }
    }
  }

  /// Without a writer the commits say how far the log goes, and a tail is left alone.
  @Test func aTornTailIsNotRead() throws {
    let ledger = try SmallLedger(batches: [2, 1], segmentSize: 16 << 20)
    let sound = SmallLedger.bytes(ledger.segments[0].lines)
    ledger.put(0, Array(sound.dropLast(7)))
    let reader = try LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
    #expect(reader.size == 3)
    #expect(reader.notices.map(\.kind) == [.tornTail])
    let left = ledger.disk.contents("\(SmallLedger.path)/log/000000000000.jsonl")
    #expect(left?.count == sound.count - 7)
  }
}

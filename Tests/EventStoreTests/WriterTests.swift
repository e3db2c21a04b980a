import CanonicalJSON
import EventStore
import Support
import Synchronization
import Testing

/// A new ledger on a simulated disk, with the writer that made it.
struct WrittenLedger {
  static let path = "/ledger"
  let disk: SimulatedDisk
  let log: EventLog

  /// Without ballast or reserve unless they are asked for, so that room and writes are what a test says.
  init(
    segmentSize: Int = 16 << 20, seed: UInt64 = 11, ballast: Int = 0, reserve: Int = 0
  ) throws {
    disk = SimulatedDisk(seed: seed)
    log = try EventLog.create(
      directory: Self.path, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor,
      settings: EventLog.Settings(
        segmentSize: segmentSize, ballastSize: ballast, reserveSize: reserve), disk: disk)
  }

  /// Opens it as another process would, or as this one after its end.
  static func open(
    on disk: SimulatedDisk, segmentSize: Int = 16 << 20, ballast: Int = 0
  ) throws -> EventLog {
    try EventLog.open(
      directory: path, at: Sample.instant(9), effective: "2026-01-02", actor: Sample.actor,
      settings: EventLog.Settings(segmentSize: segmentSize, ballastSize: ballast), disk: disk)
  }

  func segment(_ first: Int) -> [UInt8]? {
    let digits = String(first)
    return disk.contents(
      "\(Self.path)/log/\(String(repeating: "0", count: 12 - digits.count))\(digits).jsonl")
  }

  func findings() throws -> [Finding] {
    try LogVerifier.verify(directory: Self.path, disk: disk).findings
  }
}

/// What the one writer accepts, refuses, and leaves behind when it fails.
@Suite struct WriterTests {
  /// The error of an append that must fail, and that nothing was written by it.
  private func refusal(
    of events: [PendingEvent], by ledger: WrittenLedger
  ) throws -> LogError {
    let (size, root) = (ledger.log.size, ledger.log.root)
    let (bytes, syncs) = (ledger.segment(0), ledger.disk.syncs)
    let error = #expect(throws: LogError.self) {
      try ledger.log.append(events, at: Sample.instant(5))
    }
    #expect(ledger.log.size == size)
    #expect(ledger.log.root == root)
    #expect(ledger.segment(0) == bytes)
    #expect(ledger.disk.syncs == syncs)
    return try #require(error)
  }

  @Test func aBatchIsOneWriteAndOneSync() throws {
    let ledger = try WrittenLedger()
    let calls = Mutex<[String]>([])
    ledger.disk.observe { call in calls.withLock { $0.append(call) } }
    let events = (0..<500).map { Sample.event("k\($0)", on: "account/A-\($0 % 7)") }
    let receipts = try ledger.log.append(events, at: Sample.instant(1))
    // The last write is that of the durable size.
    #expect(calls.withLock { $0 } == ["pwrite", "fdatasync", "pwrite"])
    #expect(receipts.map(\.seq) == Array(1...500))
    #expect(receipts.map(\.key) == events.map(\.key))
  }

  @Test func aWrongPositionIsRefusedWithBothNumbers() throws {
    let ledger = try WrittenLedger()
    try ledger.log.append(
      [Sample.event("a", on: "account/A-1"), Sample.event("b", on: "account/A-1", expecting: 1)],
      at: Sample.instant(1))
    for (expected, inBatch, position) in [(0, 0, 2), (1, 0, 2), (3, 0, 2), (2, 1, 3), (5, 2, 4)] {
      let before = (0..<inBatch).map { Sample.event("p\($0)", on: "account/A-1") }
      let event = Sample.event("c", on: "account/A-1", expecting: Int64(expected))
      let error = try refusal(of: before + [event], by: ledger)
      #expect(error.code == .wrongPosition)
      #expect(error.detail == "account/A-1 is at \(position), not at \(expected)")
      #expect(error.index == inBatch)
    }
    let receipts = try ledger.log.append(
      [Sample.event("c", on: "account/A-1", expecting: 2)], at: Sample.instant(1))
    #expect(receipts.map(\.seq) == [3])
  }

  @Test func aKeyIsTakenForEver() throws {
    let ledger = try WrittenLedger(segmentSize: 600)
    for number in 1...20 {
      try ledger.log.append(
        [Sample.event("k\(number)", on: "account/A-\(number)")], at: Sample.instant(number))
    }
    ledger.disk.restart()
    let again = try WrittenLedger.open(on: ledger.disk)
    for number in 1...20 {
      #expect(try again.find(key: "k\(number)") == Int64(number))
      let line = try again.line(Int64(number))
      let event = try EventEnvelope(parsing: line.span)
      #expect(event.seq == Int64(number))
      let error = #expect(throws: LogError.self) {
        try again.append(
          [Sample.event("new", on: "account/B"), Sample.event("k\(number)", on: "account/B")],
          at: Sample.instant(30))
      }
      #expect(error?.code == .keyConflict)
      #expect(error?.index == 1)
    }
    #expect(try again.find(key: "k21") == nil)
    // Nothing of the refused batches is left, neither their keys nor their positions.
    let receipts = try again.append(
      [Sample.event("new", on: "account/B", expecting: 0)], at: Sample.instant(31))
    #expect(receipts.map(\.seq) == [21])
  }

  @Test func aKeyMayNotStandTwiceInABatch() throws {
    let ledger = try WrittenLedger()
    let twin = Sample.event("a", on: "account/A-1")
    let error = try refusal(of: [twin, twin], by: ledger)
    #expect(error.code == .keyConflict)
    #expect(error.index == 1)
  }

  @Test func whatIsNoLineIsRefused() throws {
    let ledger = try WrittenLedger()
    let sound = Sample.event("a", on: "account/A-1")
    var cases: [(PendingEvent, LogError.Code)] = []
    func wrong(_ code: LogError.Code, _ change: (inout PendingEvent) -> Void) {
      var event = sound
      change(&event)
      cases.append((event, code))
    }
    wrong(.invalid) { $0.key = "two words" }
    wrong(.invalid) { $0.stream = "debtor/1" }
    wrong(.invalid) { $0.effective = "2026-1-2" }
    wrong(.invalid) { $0.data = Array(#"{"b":1,"a":2}"#.utf8) }
    wrong(.invalid) { $0.data = Array(#"{"a":1.5}"#.utf8) }
    wrong(.invalid) { $0.data = Array(#"{"a":1},"effective":{"b":2}"#.utf8) }
    wrong(.invalid) { $0.data = [UInt8(ascii: "{"), 0xFF] }
    wrong(.invalid) { $0.cause = 2 }
    wrong(.tooLong) { $0 = Sample.event("a", on: "account/A-1", filler: 65_535) }
    for (event, code) in cases {
      let error = try refusal(of: [Sample.event("b", on: "account/A-1"), event], by: ledger)
      #expect(error.code == code, "\(error)")
      #expect(error.index == 1)
    }
  }

  @Test func timeNeverGoesBack() throws {
    let ledger = try WrittenLedger()
    var times: [String] = []
    for (number, step) in [5, 3, 4, 9].enumerated() {
      let receipts = try ledger.log.append(
        [Sample.event("k\(number)", on: "account/A-1")], at: Sample.instant(step))
      times += receipts.map(\.at)
    }
    #expect(times == [5, 5, 5, 9].map(Sample.instant))
    #expect(throws: LogError(.invalid, "")) {
      try ledger.log.append([Sample.event("x", on: "account/A-1")], at: "now")
    }
    #expect(try ledger.findings() == [])
  }

  @Test func aNewSegmentGoesOnWhereTheLastEnds() throws {
    let ledger = try WrittenLedger(segmentSize: 1000)
    var trees: [Int: (tree: MerkleFrontier, root: Digest)] = [:]
    var tree = MerkleFrontier()
    let opening = try ledger.log.line(0)
    tree.append(Digest(leaf: opening.span))
    for number in 1...9 {
      trees[number] = (tree, ledger.log.root)
      try ledger.log.append(
        [Sample.event("k\(number)", on: "account/A-1")], at: Sample.instant(number))
      let line = try ledger.log.line(Int64(number))
      tree.append(Digest(leaf: line.span))
    }
    let names = try ledger.disk.list(WrittenLedger.path + "/log").sorted()
    #expect(names.count >= 3)
    for (place, name) in names.enumerated() {
      let path = "\(WrittenLedger.path)/log/\(name)"
      let isLast = place == names.count - 1
      let facts = try ledger.disk.facts(at: path)
      #expect(facts.mode == (isLast ? 0o644 : 0o444), "\(name)")
      #expect(isLast || facts.size >= 1000, "\(name)")
      let bytes = try #require(ledger.disk.contents(path))
      let line = Array(bytes.prefix { $0 != 10 })
      let header = try SegmentHeader(parsing: line.span)
      #expect(name.hasPrefix(String(repeating: "0", count: 11) + "\(header.first)"))
      guard place > 0 else { continue }
      let before = try #require(trees[Int(header.first)])
      #expect(header.peaks == before.tree.peaks, "\(name)")
      #expect(header.root == before.root, "\(name)")
    }
    #expect(try ledger.findings() == [])
  }

  @Test func aFullDiskKeepsNothingOfTheBatch() throws {
    let ledger = try WrittenLedger()
    try ledger.log.append([Sample.event("a", on: "account/A-1")], at: Sample.instant(1))
    let bytes = try #require(ledger.segment(0))
    let batch = [Sample.event("b", on: "account/A-1", filler: 3000)]
    for room in [0, 1, 511, 2000] {
      ledger.disk.faults.room = room
      let error = #expect(throws: LogError.self) {
        try ledger.log.append(batch, at: Sample.instant(2))
      }
      #expect(error?.code == .diskFull, "\(room) bytes of room")
      #expect(ledger.segment(0) == bytes)
      #expect(try LogReader.open(directory: WrittenLedger.path, disk: ledger.disk).size == 2)
    }
    // A smaller one still fits, and with room the same one does.
    ledger.disk.faults.room = 1000
    try ledger.log.append([Sample.event("c", on: "account/A-1")], at: Sample.instant(2))
    ledger.disk.faults.room = nil
    try ledger.log.append(batch, at: Sample.instant(3))
    // The cut was made durable: after a power cut nothing of the failed writes is there.
    ledger.disk.cutPower()
    ledger.disk.restart()
    let again = try WrittenLedger.open(on: ledger.disk)
    #expect(again.size == 4)
    #expect(again.notices == [])
    #expect(try ledger.findings() == [])
  }

  @Test func aFullDiskKeepsNothingOfANewSegment() throws {
    let ledger = try WrittenLedger(segmentSize: 1)
    let event = Sample.event("a", on: "account/A-1")
    for room in [0, 1, 300] {
      ledger.disk.faults.room = room
      #expect(throws: LogError(.diskFull, ""), "\(room) bytes of room") {
        try ledger.log.append([event], at: Sample.instant(1))
      }
      #expect(ledger.segment(1) == nil)
    }
    ledger.disk.faults.room = nil
    try ledger.log.append([event], at: Sample.instant(2))
    #expect(ledger.segment(1) != nil)
    #expect(try ledger.findings() == [])
  }

  @Test(arguments: [1, 600]) func afterAFailedSyncNothingIsWritten(segmentSize: Int) throws {
    let ledger = try WrittenLedger(segmentSize: segmentSize)
    try ledger.log.append([Sample.event("a", on: "account/A-1")], at: Sample.instant(1))
    ledger.disk.faults.syncFailureIn = 1
    let lost = Sample.event("b", on: "account/A-1")
    #expect(throws: LogError(.poisoned, "")) {
      try ledger.log.append([lost], at: Sample.instant(2))
    }
    // The disk is well again, but what the cache holds need not be on it.
    let changes = ledger.disk.changes
    for _ in 0..<3 {
      #expect(throws: LogError(.poisoned, "")) {
        try ledger.log.append([lost], at: Sample.instant(3))
      }
    }
    #expect(ledger.disk.changes == changes)
    #expect(ledger.log.poison?.code == .poisoned)
    #expect(ledger.log.size == 2)
    #expect(try ledger.log.find(key: "a") == 1)
    #expect(try LogReader.open(directory: WrittenLedger.path, disk: ledger.disk).size == 2)
    ledger.disk.cutPower()
    ledger.disk.restart()
    let again = try WrittenLedger.open(on: ledger.disk)
    #expect(try again.find(key: "a") == 1)
    #expect(try ledger.findings() == [])
  }
}

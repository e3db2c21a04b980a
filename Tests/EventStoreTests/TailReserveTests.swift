import EventStore
import Support
import Synchronization
import Testing

/// Zeros that are written ahead of the events: the log ends before them, for everybody.
@Suite struct TailReserveTests {
  private static let reserve = 8_000

  /// A ledger whose writer is at work and has zeros behind its last batch; the log's bytes without them.
  private func ledger(
    _ batches: Int = 4, segmentSize: Int = 16 << 20
  ) throws -> WrittenLedger {
    let ledger = try WrittenLedger(segmentSize: segmentSize, reserve: Self.reserve)
    for batch in 0..<batches { try append(batch, to: ledger.log) }
    return ledger
  }

  private func append(_ batch: Int, to log: EventLog) throws {
    let events = (0..<3).map { Sample.event("k-\(batch)-\($0)", on: "account/A-\($0)") }
    try log.append(events, at: Sample.instant(1 + batch))
  }

  private func zeros(behind bytes: [UInt8]?) -> Int {
    bytes?.reversed().prefix { $0 == 0 }.count ?? -1
  }

  @Test func zerosAreWrittenInTheSameSyncAndSeldom() throws {
    let ledger = try WrittenLedger(reserve: Self.reserve)
    let calls = Mutex<[String]>([])
    ledger.disk.observe { call in calls.withLock { $0.append(call) } }
    var ahead = 0
    for batch in 0..<20 {
      calls.withLock { $0 = [] }
      try append(batch, to: ledger.log)
      let made = calls.withLock { $0 }
      // The last write is that of the durable size.
      #expect(made.filter { $0 == "fdatasync" }.count == 1)
      #expect(made.suffix(2) == ["fdatasync", "pwrite"])
      if made.count == 4 { ahead += 1 } else { #expect(made.count == 3) }
    }
    #expect((2...8).contains(ahead), "\(ahead) of 20 batches had zeros behind")
    #expect((1...Self.reserve).contains(zeros(behind: ledger.segment(0))))
  }

  @Test func aShortLogHasNone() throws {
    let ledger = try WrittenLedger(reserve: 1 << 20)
    for batch in 0..<4 { try append(batch, to: ledger.log) }
    #expect(zeros(behind: ledger.segment(0)) == 0)
  }

  @Test func readersAndTheVerifierOfALivingWriterSeeNoneOfThem() throws {
    let ledger = try ledger()
    #expect(zeros(behind: ledger.segment(0)) > 0)
    let reader = try LogReader.open(directory: WrittenLedger.path, disk: ledger.disk)
    #expect(reader.size == 13)
    var seen: Int64 = 0
    try reader.forEach { _, _ in seen += 1 }
    #expect(seen == 13)
    let verification = try LogVerifier.verify(directory: WrittenLedger.path, disk: ledger.disk)
    #expect(verification.findings == [])
    #expect(verification.notices.map(\.kind) == [.notCovered])
  }

  @Test func closingCutsThemOff() throws {
    let ledger = try ledger()
    #expect(ledger.log.close() == [])
    #expect(zeros(behind: ledger.segment(0)) == 0)
    #expect(try LogVerifier.verify(directory: WrittenLedger.path, disk: ledger.disk).notices == [])
    // And the log goes on.
    try append(9, to: ledger.log)
    #expect(try ledger.findings() == [])
  }

  @Test func finishedSegmentsHaveNone() throws {
    let ledger = try ledger(30, segmentSize: 9_000)
    let names = try ledger.disk.list(WrittenLedger.path + "/log").sorted()
    try #require(names.count > 2)
    for name in names.dropLast() {
      #expect(zeros(behind: ledger.disk.contents("\(WrittenLedger.path)/log/\(name)")) == 0)
    }
    #expect(try ledger.findings() == [])
  }

  @Test func afterACrashTheNextWriterCutsThemOff() throws {
    let ledger = try ledger()
    let bytes = try #require(ledger.segment(0))
    let end = bytes.count - zeros(behind: bytes)
    ledger.disk.cutPower()
    ledger.disk.restart()
    let verification = try LogVerifier.verify(directory: WrittenLedger.path, disk: ledger.disk)
    #expect(verification.findings == [])
    #expect(verification.notices.map(\.kind) == [.reserve, .notCovered])
    let log = try WrittenLedger.open(on: ledger.disk)
    #expect(log.notices == [])
    #expect(log.size == 13)
    #expect(ledger.segment(0) == Array(bytes[..<end]))
  }

  @Test func whereTheyCannotBeWrittenTheBatchIsDurableAllTheSame() throws {
    let ledger = try WrittenLedger(reserve: Self.reserve)
    for batch in 0..<20 {
      // The first write is the batch's own, the second that of zeros or of the durable size.
      ledger.disk.faults.failure = SimulatedDisk.Failure(
        after: 2, number: ErrorNumber.io, only: "pwrite")
      try append(batch, to: ledger.log)
    }
    #expect(ledger.log.size == 61)
    #expect(try ledger.findings() == [])
  }

  @Test func zerosDoNotFillADisk() throws {
    let ledger = try WrittenLedger(reserve: Self.reserve)
    ledger.disk.faults.room = 8 * Self.reserve
    for batch in 0..<20 { try append(batch, to: ledger.log) }
    let room = try #require(ledger.disk.faults.room)
    let bytes = try #require(ledger.segment(0))
    #expect(zeros(behind: bytes) <= room / 7)
  }
}

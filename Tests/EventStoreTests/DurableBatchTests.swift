import EventStore
import Support
import Testing

/// Who follows the log beside its writer is told of every line that is on the disk, and of no other.
@Suite struct DurableBatchTests {
  /// What a follower keeps.
  final class Follower {
    var lines: [[UInt8]] = []
    var batches: [DurableBatch] = []
    /// How many events there were before the first batch.
    let start: Int64

    init(of log: EventLog) {
      start = log.size
      log.onDurable = { [unowned self, unowned log] batch in
        #expect(batch.first == start + Int64(lines.count))
        #expect(batch.size == log.size)
        #expect(batch.at == log.lastRecordedAt)
        batches.append(batch)
        for place in 0..<batch.count { lines.append(Array(batch.bytes[batch.line(place)])) }
      }
    }
  }

  private func expect(_ follower: Follower, hasAllOf log: EventLog) throws {
    #expect(log.size == follower.start + Int64(follower.lines.count))
    for (place, line) in follower.lines.enumerated() {
      #expect(try log.line(follower.start + Int64(place)) == line)
    }
  }

  @Test func everyLineIsTold() throws {
    let ledger = try WrittenLedger(segmentSize: 2000)
    let follower = Follower(of: ledger.log)
    for count in 1...9 {
      let events = (0..<count).map { Sample.event("k\(count)-\($0)", on: "account/A-\($0 % 3)") }
      let receipts = try ledger.log.append(events, at: Sample.instant(count))
      #expect(follower.batches.last?.first == receipts.first?.seq)
      #expect(follower.batches.last?.count == count)
    }
    _ = try ledger.log.changeSigningKey(
      at: Sample.instant(10), effective: "2026-01-02", actor: Sample.actor)
    #expect(follower.batches.count == 10)
    let headers = follower.batches.filter { $0.bytes.starts(with: Array(#"{"segment":"#.utf8)) }
    #expect(headers.count > 3)
    try expect(follower, hasAllOf: ledger.log)
    let kept = follower.batches.flatMap { $0.bytes }
    let written = try ledger.disk.list(WrittenLedger.path + "/log").sorted().flatMap {
      try #require(ledger.disk.contents("\(WrittenLedger.path)/log/\($0)"))
    }
    #expect(Array(written.suffix(kept.count)) == kept)
  }

  @Test func nothingIsToldOfABatchThatIsNotDurable() throws {
    let ledger = try WrittenLedger()
    let follower = Follower(of: ledger.log)
    try ledger.log.append([Sample.event("a", on: "account/A")], at: Sample.instant(1))
    let next = [Sample.event("b", on: "account/A")]
    #expect(throws: LogError(.keyConflict, "")) {
      try ledger.log.append(next + [Sample.event("a", on: "account/A")], at: Sample.instant(2))
    }
    ledger.disk.faults = SimulatedDisk.Faults(room: 10)
    #expect(throws: LogError(.diskFull, "")) {
      try ledger.log.append(next, at: Sample.instant(2))
    }
    ledger.disk.faults = SimulatedDisk.Faults()
    try ledger.log.append(next, at: Sample.instant(2))
    ledger.disk.faults = SimulatedDisk.Faults(syncFailureIn: 1)
    #expect(throws: LogError(.poisoned, "")) {
      try ledger.log.append([Sample.event("c", on: "account/A")], at: Sample.instant(3))
    }
    #expect(follower.batches.map(\.count) == [1, 1])
    try expect(follower, hasAllOf: ledger.log)
  }
}

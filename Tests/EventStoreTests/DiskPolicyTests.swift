import EventStore
import Foundation
import Support
import Testing

/// Full, read-only and remote disks, and a clock that goes back.
@Suite struct DiskPolicyTests {
  private static let ballast = 8192

  private func written() throws -> WrittenLedger {
    try WrittenLedger(ballast: Self.ballast)
  }

  private func ballast(of ledger: WrittenLedger) -> Int? {
    ledger.disk.contents(WrittenLedger.path + "/ballast")?.count
  }

  private func batch(_ key: String, filler: Int = 3000) -> [PendingEvent] {
    [Sample.event(key, on: "account/A-1", filler: filler)]
  }

  @Test func theBallastIsThereFromTheStart() throws {
    let ledger = try written()
    #expect(ballast(of: ledger) == Self.ballast)
    #expect(ledger.log.notices == [])
    #expect(try ledger.disk.facts(at: WrittenLedger.path + "/ballast").mode == 0o600)
    #expect(try WrittenLedger.open(on: restarted(ledger), ballast: Self.ballast).notices == [])
  }

  private func restarted(_ ledger: WrittenLedger) -> SimulatedDisk {
    ledger.disk.cutPower()
    ledger.disk.restart()
    return ledger.disk
  }

  /// On a full disk the batch is refused and the ballast given up; what was recorded is signed with
  /// its room; appending goes on by itself when the ballast can stand again.
  @Test func aFullDiskCostsTheBallastAndNothingElse() throws {
    let ledger = try written()
    try ledger.log.append(batch("a"), at: Sample.instant(1))
    ledger.disk.faults.room = 100
    #expect(throws: LogError(.diskFull, "")) {
      try ledger.log.append(batch("b"), at: Sample.instant(2))
    }
    #expect(ballast(of: ledger) == 0)
    #expect(ledger.log.notices.map(\.kind) == [.ballast])
    #expect(try ledger.log.checkpoint().size == 2)
    // A batch that would fit is refused while the ballast does not stand.
    #expect(throws: LogError(.diskFull, "")) {
      try ledger.log.append(batch("c", filler: 0), at: Sample.instant(3))
    }
    #expect(ledger.log.size == 2)
    #expect(try LogReader.open(directory: WrittenLedger.path, disk: ledger.disk).size == 2)
    ledger.disk.faults.room = 100_000
    try ledger.log.append(batch("b"), at: Sample.instant(4))
    #expect(ballast(of: ledger) == Self.ballast)
    #expect(ledger.log.notices.map(\.kind) == [.ballast, .ballast])
    #expect(try ledger.findings() == [])
  }

  /// A new segment and a checkpoint meet the full disk too.
  @Test func signingAndRollingUseTheBallast() throws {
    let ledger = try WrittenLedger(segmentSize: 1, ballast: Self.ballast)
    try ledger.log.append(batch("a"), at: Sample.instant(1))
    ledger.disk.faults.room = 0
    // The finished segment is signed with the ballast's room, and then there is no new one.
    #expect(throws: LogError(.diskFull, "")) {
      try ledger.log.append(batch("b", filler: 20_000), at: Sample.instant(2))
    }
    #expect(ballast(of: ledger) == 0)
    #expect(
      ledger.disk.contents(WrittenLedger.path + "/checkpoints/000000000002.checkpoint") != nil)
    #expect(ledger.segment(2) == nil)
  }

  @Test func aLedgerOpensOnAFullDisk() throws {
    let ledger = try written()
    try ledger.log.append(batch("a"), at: Sample.instant(1))
    let whole = try #require(ledger.segment(0))
    // A batch that was cut off by a crash, on a disk that is full since.
    ledger.disk.overwrite(
      WrittenLedger.path + "/log/000000000000.jsonl", whole + Array(whole.suffix(900)).prefix(700))
    let disk = restarted(ledger)
    disk.faults.room = 0
    #expect(try LogReader.open(directory: WrittenLedger.path, disk: disk).size == 2)
    let log = try WrittenLedger.open(on: disk, ballast: Self.ballast)
    #expect(log.size == 3)
    #expect(log.notices.map(\.kind).contains(.recovered))
    #expect(throws: LogError(.diskFull, "")) {
      try log.append(batch("b"), at: Sample.instant(10))
    }
    disk.faults.room = nil
    try log.append(batch("b"), at: Sample.instant(11))
    #expect(log.close().contains { $0.kind == .ballast })
    #expect(try ledger.findings() == [])
  }

  @Test(arguments: [nil, 0, 5, 9000]) func aWrongBallastIsMadeAnew(length: Int?) throws {
    let ledger = try written()
    let path = WrittenLedger.path + "/ballast"
    let disk = restarted(ledger)
    if let length {
      disk.overwrite(path, [UInt8](repeating: 1, count: length))
    } else {
      try disk.remove(path)
    }
    let log = try WrittenLedger.open(on: disk, ballast: Self.ballast)
    #expect(log.notices.map(\.kind) == [.ballast])
    #expect(disk.contents(path)?.count == Self.ballast)
    _ = consume log
    disk.restart()
    disk.overwrite(path, [])
    disk.faults.room = 10
    #expect(
      try WrittenLedger.open(on: disk, ballast: Self.ballast).notices.map(\.kind) == [.ballast])
    #expect(disk.contents(path)?.count == 0)
  }

  @Test func aFailedSyncOfTheBallastPoisons() throws {
    let ledger = try written()
    ledger.disk.faults.room = 0
    ledger.disk.faults.syncFailureIn = 1
    #expect(throws: LogError(.poisoned, "")) {
      try ledger.log.append(batch("a"), at: Sample.instant(1))
    }
    ledger.disk.faults = SimulatedDisk.Faults()
    #expect(throws: LogError(.poisoned, "")) {
      try ledger.log.append(batch("a"), at: Sample.instant(1))
    }
  }

  @Test func aReadOnlyMediumIsReadAndNotWritten() throws {
    let ledger = try written()
    try ledger.log.append(batch("a"), at: Sample.instant(1))
    let disk = restarted(ledger)
    disk.faults.isReadOnly = true
    #expect(try LogReader.open(directory: WrittenLedger.path, disk: disk).size == 2)
    #expect(try LogVerifier.verify(directory: WrittenLedger.path, disk: disk).findings == [])
    let error = #expect(throws: LogError.self) { try WrittenLedger.open(on: disk) }
    #expect(error?.code == .readOnly)
    #expect(error?.file == "lock")
    disk.faults.isReadOnly = false
    // Permissions say the same of one file.
    try disk.changeMode(WrittenLedger.path + "/lock", 0o444)
    let forbidden = #expect(throws: LogError.self) { try WrittenLedger.open(on: disk) }
    #expect(forbidden?.code == .readOnly)
    #expect(forbidden?.file == "lock")
  }

  @Test func aMediumThatBecomesReadOnlyRefusesTheBatch() throws {
    let ledger = try written()
    ledger.disk.faults.isReadOnly = true
    let error = #expect(throws: LogError.self) {
      try ledger.log.append(batch("a"), at: Sample.instant(1))
    }
    // The write could not be taken back either.
    #expect(error?.code == .poisoned)
    #expect(try LogReader.open(directory: WrittenLedger.path, disk: ledger.disk).size == 1)
  }

  @Test func aNetworkDiskIsReadAndNotWritten() throws {
    let ledger = try written()
    let disk = restarted(ledger)
    disk.mount(asType: 0x6969)
    #expect(try LogReader.open(directory: WrittenLedger.path, disk: disk).size == 1)
    let error = #expect(throws: LogError.self) { try WrittenLedger.open(on: disk) }
    #expect(error?.code == .networkDisk)
    #expect(error?.file == WrittenLedger.path)
    #expect(throws: LogError(.networkDisk, "")) {
      try EventLog.create(
        directory: "/other", identity: Sample.identity(), at: Sample.instant(0),
        effective: "2026-01-02", actor: Sample.actor, disk: disk)
    }
    #expect(throws: SystemError("stat", ErrorNumber.notFound)) { try disk.facts(at: "/other") }
    let allowed = EventLog.Settings(ballastSize: 0, allowsNetworkDisk: true)
    let log = try EventLog.open(
      directory: WrittenLedger.path, at: Sample.instant(9), effective: "2026-01-02",
      actor: Sample.actor, settings: allowed, disk: disk)
    #expect(log.size == 1)
  }

  @Test func aClockThatGoesBackIsToldOfOnce() throws {
    let ledger = try written()
    var told: [Int] = []
    for (number, step) in [5, 3, 4, 9, 9, 2].enumerated() {
      try ledger.log.append(batch("k\(number)", filler: 0), at: Sample.instant(step))
      told.append(ledger.log.notices.count { $0.kind == .clockBackwards })
    }
    #expect(told == [0, 1, 1, 1, 1, 2])
    #expect(ledger.log.lastRecordedAt == Sample.instant(9))
    #expect(ledger.log.close().count { $0.kind == .clockBackwards } == 2)
  }
}

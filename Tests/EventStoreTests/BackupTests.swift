import Support
import Testing

@testable import EventStore

/// Backups on a disk that loses power: the one before or the new one, whole, and never another's.
@Suite struct BackupTests {
  private let disk: SimulatedDisk

  init() { disk = SimulatedDisk(seed: 11) }

  private func create(_ path: String = "/books", on disk: SimulatedDisk? = nil) throws -> EventLog {
    try EventLog.create(
      directory: path, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: .init(segmentSize: 2000),
      disk: disk ?? self.disk)
  }

  private func append(_ range: Range<Int>, to log: EventLog) throws {
    for number in range {
      try log.append(
        [Sample.event("k\(number)", on: "account/A-\(number % 3)")], at: Sample.instant(number))
    }
  }

  /// Every file below a folder.
  private func files(in folder: String, on disk: SimulatedDisk) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in try disk.list(folder) {
      let path = "\(folder)/\(name)"
      if try disk.facts(at: path).isDirectory {
        found.merge(try files(in: path, on: disk)) { one, _ in one }
      } else {
        found[path] = disk.contents(path)
      }
    }
    return found
  }

  @Test func aBackupIsALedgerAndIsRestored() throws {
    let log = try create()
    try append(1..<30, to: log)
    try log.checkpoint()
    let made = try Backup.make(of: "/books", to: "/copy", disk: disk)
    #expect(made.events == log.size)
    #expect(made.root == log.root)
    #expect(made.kept == 0)
    let reader = try LogReader.open(directory: "/copy", disk: disk)
    #expect(reader.size == log.size)
    #expect(try LogVerifier.verify(directory: "/copy", disk: disk).root == log.root)
    let back = try Restore.run("/copy", to: "/again", disk: disk)
    #expect(back.events == log.size)
    #expect(!back.hasKey)
    for (path, bytes) in try files(in: "/books/log", on: disk) {
      #expect(disk.contents("/again" + path.dropFirst(6)) == bytes, "\(path)")
    }
    #expect(try disk.facts(at: "/again/log/000000000000.jsonl").mode == 0o444)
    #expect(disk.contents("/copy/keys/signing.pem") == nil)
  }

  /// Beside the writer, batch after batch: only what is new is copied, and all of it.
  @Test func backupsAreIncremental() throws {
    let log = try create()
    var size = 1
    for round in 0..<8 {
      try append(size..<size + 7, to: log)
      size += 7
      if round % 2 == 1 { try log.checkpoint() }
      let made = try Backup.make(of: "/books", to: "/copy", withKeys: true, disk: disk)
      #expect(made.root == log.root)
      if round > 3 { #expect(made.kept > made.copied) }
      #expect(try LogVerifier.verify(directory: "/copy", disk: disk).findings.isEmpty)
    }
    let again = try Backup.make(of: "/books", to: "/copy", withKeys: true, disk: disk)
    #expect(again.copied == 0)
    #expect(try Restore.run("/copy", to: "/again", disk: disk).hasKey)
    #expect(try disk.facts(at: "/again/keys/signing.pem").mode == 0o600)
  }

  /// Whatever call the power goes at, the target restores to what it was or to what it was to become.
  @Test func aCrashLeavesOneBackupWhole() throws {
    var crashes = 0
    for seed in 0..<UInt64(isLongRun ? 400 : 40) {
      let disk = SimulatedDisk(seed: seed)
      let log = try create(on: disk)
      try append(1..<9, to: log)
      let old = try Backup.make(of: "/books", to: "/copy", disk: disk)
      try append(9..<20, to: log)
      try log.checkpoint()
      disk.faults.powerCutIn = Int(seed) * (isLongRun ? 1 : 3) % 120 + 1
      do {
        _ = try Backup.make(of: "/books", to: "/copy", disk: disk)
      } catch {
        #expect(!disk.hasPower, "\(error)")
        crashes += 1
      }
      if disk.hasPower { disk.cutPower() }
      disk.restart()
      let back = try Restore.run("/copy", to: "/again", disk: disk)
      #expect(back.root == old.root || back.root == log.root, "seed \(seed)")
      let next = try Backup.make(of: "/books", to: "/copy", disk: disk)
      #expect(next.root == log.root, "seed \(seed)")
      #expect(try LogVerifier.verify(directory: "/copy", disk: disk).findings.isEmpty)
      #expect(try disk.list("/copy").contains("staged") == false)
    }
    #expect(crashes > 10)
  }

  @Test func aDamagedBackupIsNotBelieved() throws {
    let log = try create()
    try append(1..<20, to: log)
    _ = try Backup.make(of: "/books", to: "/copy", disk: disk)
    let all = try files(in: "/copy", on: disk).filter { !$0.key.hasSuffix("backup.lock") }
    for (path, bytes) in all {
      for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 5)) {
        var wrong = bytes
        wrong[place] ^= 1
        disk.overwrite(path, wrong)
        #expect(throws: LogError(.damaged, ""), "\(path) byte \(place)") {
          try Restore.run("/copy", to: "/again", disk: disk)
        }
      }
      disk.overwrite(path, bytes)
      #expect(try disk.list("/").contains { $0.hasPrefix("again") } == false)
    }
    #expect(try Restore.run("/copy", to: "/again", disk: disk).root == log.root)
  }

  /// Somebody writes to the backup between the look at a file and its copy.
  @Test func aBackupThatChangesMeanwhileIsNotBelieved() throws {
    let log = try create()
    let books = LedgerDirectory("/books", on: disk)
    let long = [UInt8](repeating: 7, count: 3 << 19)
    try books.writeNew("quarantine/long.damaged", long, mode: 0o600)
    _ = try Backup.make(of: "/books", to: "/copy", disk: disk)
    let path = "/copy/quarantine/long.damaged"
    disk.observe { [disk] call in
      // By then its first MiB was read, and the rest was not.
      let copied = disk.contents("/again.restoring/quarantine/long.damaged")
      if call == "pwrite", copied != nil { disk.overwrite(path, long.dropLast() + [8]) }
    }
    let error = #expect(throws: LogError.self) {
      try Restore.run("/copy", to: "/again", disk: disk)
    }
    disk.observe(nil)
    #expect(error?.code == .damaged)
    #expect(error?.file == "quarantine/long.damaged")
    disk.overwrite(path, long)
    #expect(try Restore.run("/copy", to: "/again", disk: disk).root == log.root)
  }

  /// A list that was made to fit the damage does not make it a log.
  @Test func aForgedListIsSeenThrough() throws {
    let log = try create()
    try append(1..<4, to: log)
    _ = try Backup.make(of: "/books", to: "/copy", disk: disk)
    let copy = LedgerDirectory("/copy", on: disk)
    let name = LedgerDirectory.segmentName(0)
    var bytes = try copy.read(name)
    let place = try #require(bytes.firstIndex(of: UInt8(ascii: "2")))
    bytes[place + 600] ^= 1
    disk.overwrite("/copy/\(name)", bytes)
    let listed = try #require(FileManifest(parsing: try copy.read(FileManifest.name)))
    var forged = FileManifest()
    for (other, digest) in listed.digests {
      try forged.add(other, other == name ? Digest(hashing: bytes.span) : digest)
    }
    disk.overwrite("/copy/SHA256SUMS", forged.bytes)
    #expect(throws: LogError(.damaged, "")) {
      try Restore.run("/copy", to: "/again", disk: disk)
    }
  }

  /// Damage in the log never reaches a backup that has the right bytes.
  @Test func damageIsNotBackedUp() throws {
    let log = try create()
    try append(1..<20, to: log)
    _ = try Backup.make(of: "/books", to: "/copy", disk: disk)
    let before = try files(in: "/copy", on: disk)
    var bytes = try #require(disk.contents("/books/log/000000000000.jsonl"))
    bytes[bytes.split(separator: 10)[3].startIndex + 40] ^= 4
    disk.overwrite("/books/log/000000000000.jsonl", bytes)
    #expect(throws: LogError(.damaged, "")) {
      try Backup.make(of: "/books", to: "/copy", disk: disk)
    }
    #expect(throws: LogError(.damaged, "")) {
      try Backup.make(of: "/books", to: "/other", disk: disk)
    }
    for (path, bytes) in before { #expect(disk.contents(path) == bytes, "\(path)") }
  }

  @Test func anotherHistoryIsRefused() throws {
    let log = try create()
    try append(1..<9, to: log)
    _ = try Backup.make(of: "/books", to: "/early", disk: disk)
    try append(9..<12, to: log)
    _ = try Backup.make(of: "/books", to: "/late", disk: disk)
    // A ledger restored from the early backup is behind the late one, and then another history.
    _ = try Restore.run("/early", to: "/fork", disk: disk)
    #expect(throws: LogError(.behindAnchor, "")) {
      try Backup.make(of: "/fork", to: "/late", disk: disk)
    }
    let fork = try EventLog.open(
      directory: "/fork", at: Sample.instant(20), effective: "2026-01-02", actor: Sample.actor,
      disk: disk)
    try append(30..<40, to: fork)
    #expect(throws: LogError(.behindAnchor, "")) {
      try Backup.make(of: "/fork", to: "/late", disk: disk)
    }
    _ = try EventLog.create(
      directory: "/other", identity: Sample.identity(String(repeating: "0b", count: 16)),
      at: Sample.instant(0), effective: "2026-01-02", actor: Sample.actor, disk: disk)
    for target in ["/late", "/other"] {
      #expect(throws: LogError(.exists, "")) {
        try Backup.make(of: target == "/late" ? "/other" : "/books", to: target, disk: disk)
      }
    }
    #expect(throws: LogError(.exists, "")) { try Restore.run("/late", to: "/other", disk: disk) }
    #expect(throws: LogError(.notALedger, "")) { try Restore.run("/other", to: "/x", disk: disk) }
  }
}

import Support
import Testing

@testable import EventStore

/// `restore`, `doctor --fix` and `repair` with each kind of fault at every call they make: doing it again
/// completes the work, and what they work from is never harmed.
@Suite struct MaintenanceFaultTests {
  /// Two segments, one of them archived or not, a backup, checkpoints and tiles.
  private static func ledger(archived: Bool = false) throws -> SimulatedDisk {
    let disk = SimulatedDisk(seed: 29)
    let log = try EventLog.create(
      directory: "/books", identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor,
      settings: .init(segmentSize: 1300, ballastSize: 0), disk: disk)
    for number in 1..<7 {
      try log.append([Sample.event("k\(number)", on: "account/A")], at: Sample.instant(number))
    }
    _ = log.close()
    disk.restart()
    if archived { _ = try Archiver.archive(directory: "/books", keeping: 1, disk: disk) }
    _ = try Backup.make(of: "/books", to: "/copy", withKeys: true, disk: disk)
    disk.restart()
    return disk
  }

  /// Every file below a folder, but for locks.
  private static func files(_ folder: String, _ disk: SimulatedDisk) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in try disk.list(folder) where !name.hasSuffix("lock") {
      let path = "\(folder)/\(name)"
      if try disk.facts(at: path).isDirectory {
        found.merge(try files(path, disk)) { one, _ in one }
      } else {
        found[path] = disk.contents(path)
      }
    }
    return found
  }

  /// Does a piece of work on copies of a disk, each with one fault at another call, until none is left;
  /// then `after` looks at each. How often a fault came, and how often the work failed of it.
  private func everyFault(
    _ kind: FaultKind, on sound: SimulatedDisk, _ work: (SimulatedDisk) throws(LogError) -> Void,
    after: (SimulatedDisk) throws -> Void
  ) throws -> (tried: Int, failed: Int) {
    var (tried, failed) = (0, 0)
    while true {
      let disk = sound.copy()
      disk.faults = kind.faults(at: tried + 1)
      do throws(LogError) {
        try work(disk)
      } catch {
        failed += 1
        let codes: [LogError.Code] = [.io, .diskFull, .invalidKey, .notALedger]
        #expect(codes.contains(error.code), "\(kind) at \(tried + 1): \(error)")
        #expect(!kind.isHarmless, "\(kind) at \(tried + 1): \(error)")
      }
      guard kind.happened(on: disk) else { return (tried, failed) }
      tried += 1
      disk.restart()
      try after(disk)
    }
  }

  private static let kinds = FaultKind.allCases.filter { $0 != .astray && $0 != .kept }

  @Test(arguments: kinds) func restoring(_ kind: FaultKind) throws {
    let sound = try Self.ledger(archived: true)
    let source = try Self.files("/copy", sound)
    let root = try LogReader.open(directory: "/copy", disk: sound).root(at: 7)
    let (tried, failed) = try everyFault(kind, on: sound) { disk throws(LogError) in
      _ = try Restore.run("/copy", to: "/again", disk: disk)
    } after: { disk in
      let isSourceWhole = try Self.files("/copy", disk) == source
      #expect(isSourceWhole, "the backup was touched")
      let again = try Restore.run("/copy", to: "/again", disk: disk)
      #expect(again.root == root && again.hasKey)
      #expect(try Restore.run("/copy", to: "/again", disk: disk) == again, "done is done")
      let verification = try LogVerifier.verify(directory: "/again", disk: disk)
      #expect(verification.findings == [] && verification.notices.allSatisfy { $0.kind == .stale })
      #expect(try disk.list("/").allSatisfy { !$0.contains(".") })
      for (path, bytes) in source where !path.hasSuffix("BACKUP.json") && !path.hasSuffix("SUMS") {
        #expect(disk.contents("/again" + path.dropFirst(5)) == bytes, "\(path)")
      }
    }
    print("restore, \(kind): \(tried) calls, \(failed) failures")
    #expect(tried > 5 && (kind.isHarmless || failed > tried / 2))
  }

  /// All that the doctor mends, wrong at once.
  private static func ill() throws -> SimulatedDisk {
    let disk = try ledger()
    let books = LedgerDirectory("/books", on: disk)
    let first = LedgerDirectory.segmentName(0)
    _ = try Archiver.archive(directory: "/books", keeping: 0, disk: disk)
    let file = try books.open(first, .read)
    try books.writeNew("plain", try file.read(file.facts.size, from: 0), mode: 0o444)
    try books.rename("plain", to: first)
    try books.writeNew(
      "log/000000000001.jsonl.zst.sha256", Array("a sum of nothing\n".utf8))
    try books.replace("LEDGER.json", with: [])
    try books.replace("tile/0/000.p/7", with: [1])
    for name in try books.files(in: "index").prefix(1) {
      var bytes = try books.read(name)
      bytes[bytes.count / 2] ^= 1
      disk.overwrite("/books/\(name)", bytes)
    }
    try books.writeNew("checkpoints/latest.unfinished", [1])
    // All of that is on the device.
    let root = try disk.open("/books", .read, mode: 0)
    try disk.syncFileSystem(root)
    disk.restart()
    return disk
  }

  @Test(arguments: kinds) func theDoctorMending(_ kind: FaultKind) throws {
    let sound = try Self.ill()
    let log = try Self.files("/books/log", sound)
    let wanted: [DoctorFix] = [
      .removed("checkpoints/latest.unfinished"), .rebuilt("LEDGER.json"), .rebuilt("tile"),
      .removed("log/000000000000.jsonl.zst"), .removed("log/000000000000.jsonl.zst.sha256"),
      .removed("log/000000000001.jsonl.zst.sha256"), .rebuilt("index"),
    ]
    #expect(try DoctorFix.run(directory: "/books", disk: sound.copy()) == wanted)
    let kept = log.filter { !wanted.contains(.removed(String($0.key.dropFirst("/books/".count)))) }
    let (tried, failed) = try everyFault(kind, on: sound) { disk throws(LogError) in
      _ = try DoctorFix.run(directory: "/books", disk: disk)
    } after: { disk in
      _ = try DoctorFix.run(directory: "/books", disk: disk)
      #expect(try DoctorFix.run(directory: "/books", disk: disk) == [])
      let isKept = try Self.files("/books/log", disk) == kept
      #expect(isKept, "the log was touched")
      let verification = try LogVerifier.verify(directory: "/books", disk: disk)
      #expect(verification.findings == [] && verification.notices == [])
      let derived = try Doctor.examine(
        directory: "/books", now: "2026-02-01T00:00:00.000Z", disk: disk
      ).first { $0.subject == .derived }
      #expect(derived?.symptom == .upToDate)
    }
    print("doctor --fix, \(kind): \(tried) calls, \(failed) failures")
    #expect(tried > 5 && (kind.isHarmless || failed > tried / 4))
  }

  /// A damaged segment, a spoilt checkpoint and a tile that is gone.
  @Test(arguments: kinds) func repairing(_ kind: FaultKind) throws {
    let sound = try Self.ledger()
    let books = LedgerDirectory("/books", on: sound)
    let good = try Self.files("/books", sound)
      .filter { !$0.key.contains("/tile/") || $0.key.hasSuffix("/7") }
    let source = try Self.files("/copy", sound)
    let wrong = ["log/000000000000.jsonl", LedgerDirectory.checkpointName(1)]
    for name in wrong {
      var bytes = try books.read(name)
      bytes[bytes.count / 2] ^= 1
      sound.overwrite("/books/\(name)", bytes)
    }
    try books.remove("tile/0/000.p/7")
    try books.syncDirectory("tile/0/000.p")
    sound.restart()
    let (tried, failed) = try everyFault(kind, on: sound) { disk throws(LogError) in
      _ = try Repair.run(directory: "/books", from: "/copy", disk: disk)
    } after: { disk in
      _ = try Repair.run(directory: "/books", from: "/copy", disk: disk)
      #expect(try Repair.run(directory: "/books", from: "/copy", disk: disk) == [])
      let isSourceWhole = try Self.files("/copy", disk) == source
      #expect(isSourceWhole, "the copy was touched")
      _ = try DoctorFix.run(directory: "/books", disk: disk)
      // Tiles made from the log are those of the newest checkpoint alone.
      let after = try Self.files("/books", disk).filter { !$0.key.contains("/quarantine/") }
      let isAsBefore = after == good
      let other = Set(after.keys).union(good.keys).filter { after[$0] != good[$0] }
      #expect(isAsBefore, "\(other.sorted())")
      let verification = try LogVerifier.verify(directory: "/books", disk: disk)
      #expect(verification.findings == [] && verification.notices == [])
    }
    print("repair, \(kind): \(tried) calls, \(failed) failures")
    #expect(tried > 5 && (kind.isHarmless || failed > tried / 4))
  }
}

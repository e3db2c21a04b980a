import Support
import Testing

@testable import EventStore

/// What an operator is told, and what is mended without asking.
@Suite struct DoctorTests {
  private let disk = SimulatedDisk(seed: 13)
  private var ledger: LedgerDirectory { LedgerDirectory("/books", on: disk) }

  init() throws {
    let log = try EventLog.create(
      directory: "/books", identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: .init(segmentSize: 2000), disk: disk)
    for number in 1..<20 {
      try log.append([Sample.event("k\(number)", on: "account/A")], at: Sample.instant(number))
    }
    try log.checkpoint()
    _ = consume log
    disk.restart()
  }

  private func examine(
    now: String = "2026-02-01T00:00:00.000Z", _ settings: EventLog.Settings = .init()
  ) throws -> [Doctor.Subject: Doctor.Check] {
    let checks = try Doctor.examine(
      directory: "/books", now: now, settings: settings, disk: disk)
    #expect(checks.map(\.subject) == Doctor.Subject.allCases)
    return Dictionary(uniqueKeysWithValues: checks.map { ($0.subject, $0) })
  }

  @Test func aSoundLedgerHasNothingBad() throws {
    let checks = try examine()
    let notOk = checks.values.filter { $0.state != .ok }.map(\.subject)
    #expect(Set(notOk) == [.anchors, .key], "no anchor, and the key lies inside")
    #expect(checks.values.allSatisfy { $0.state != .bad })
    #expect(try DoctorFix.run(directory: "/books", disk: disk) == [])
  }

  @Test func everythingWrongIsNamed() throws {
    try disk.changeMode("/books/keys/signing.pem", 0o644)
    #expect(try examine()[.permissions]?.symptom == .exposed(["keys/signing.pem"]))
    #expect(try examine()[.key]?.state == .bad, "a key that others can read is not used")
    try disk.changeMode("/books/keys/signing.pem", 0o600)
    try disk.changeMode("/books/log/000000000000.jsonl", 0o644)
    #expect(
      try examine()[.permissions]?.symptom == .writable(["log/000000000000.jsonl"]))
    disk.faults.room = 1000
    #expect(try examine()[.space]?.symptom == .room(1000))
    #expect(try examine()[.space]?.state == .bad)
    disk.faults.room = nil
    #expect(
      try examine(now: "2026-01-01T00:00:00.000Z")[.clock]?.symptom
        == .clockBehind(Sample.instant(19)))
    try ledger.replace("tile/0/000.p/20", with: [1])
    #expect(try examine()[.derived]?.symptom == .stale(["tile"]))
    try ledger.replace("LEDGER.json", with: [])
    #expect(try examine()[.derived]?.symptom == .stale(["LEDGER.json", "tile"]))
    try ledger.writeNew("checkpoints/latest.unfinished", [1])
    #expect(try examine()[.leftovers]?.symptom == .leftovers(["checkpoints/latest.unfinished"]))
    try ledger.remove("keys/signing.pem")
    guard case .noKey? = try examine()[.key]?.symptom else {
      Issue.record("a missing key is not named")
      return
    }
    #expect(try examine(.init(anchors: ["/nowhere/a"]))[.anchors]?.state == .warn)
  }

  @Test func anAnchorThatIsAheadIsBad() throws {
    let log = try EventLog.open(
      directory: "/books", at: Sample.instant(30), effective: "2026-01-02", actor: Sample.actor,
      disk: disk)
    _ = try Backup.make(of: "/books", to: "/copy", disk: disk)
    try log.append([Sample.event("later", on: "account/A")], at: Sample.instant(31))
    try log.add(anchor: "/anchor")
    #expect(try examine()[.anchors]?.symptom == .anchored(1))
    #expect(try examine()[.writer]?.symptom == .writer(events: 21))
    _ = try Restore.run("/copy", to: "/old", disk: disk)
    let checks = try Doctor.examine(
      directory: "/old", now: "2026-02-01T00:00:00.000Z", settings: .init(anchors: ["/anchor"]),
      disk: disk)
    let anchors = checks.first { $0.subject == .anchors }
    #expect(anchors?.symptom == .anchorAhead(path: "/anchor", size: 21))
    #expect(anchors?.state == .bad)
    #expect(throws: LogError(.inUse, "")) { try DoctorFix.run(directory: "/books", disk: disk) }
  }

  /// Every tile taken away, changed or cut: made anew, byte for byte, once.
  @Test func derivedFilesAreMadeAnew() throws {
    let tiles = Tile.edge(of: 20).map(\.name)
    #expect(!tiles.isEmpty)
    for name in tiles {
      let bytes = try ledger.read(name)
      var wrong = bytes
      wrong[0] ^= 1
      for bad in [wrong, Array(bytes.dropLast()), []] {
        try ledger.replace(name, with: bad)
        try ledger.writeNew("\(name).unfinished", [])
        #expect(
          try DoctorFix.run(directory: "/books", disk: disk)
            == [.removed("\(name).unfinished"), .rebuilt("tile")])
        #expect(try ledger.read(name) == bytes)
        #expect(try DoctorFix.run(directory: "/books", disk: disk) == [])
      }
    }
  }

  /// A log that does not lead to its checkpoint gives no tiles: the old ones are evidence.
  @Test func tilesOfADamagedLogStay() throws {
    var bytes = try ledger.read("log/000000000000.jsonl")
    bytes[bytes.split(separator: 10)[3].startIndex + 40] ^= 4
    disk.overwrite("/books/log/000000000000.jsonl", bytes)
    try ledger.replace("tile/0/000.p/20", with: [1])
    #expect(throws: LogError(.damaged, "")) { try DoctorFix.run(directory: "/books", disk: disk) }
    #expect(try ledger.read("tile/0/000.p/20") == [1])
  }

  /// Every index file lost, cut, changed anywhere or exchanged: named, and made anew byte for byte.
  @Test func indexFilesAreMadeAnew() throws {
    let names = try ledger.files(in: "index")
    try #require(names.count > 1)
    let sound = try names.map { try ledger.read($0) }
    for (place, name) in names.enumerated() {
      var wrong = stride(from: 0, to: sound[place].count, by: 61).map { byte in
        var bytes = sound[place]
        bytes[byte] ^= 1 << UInt8(byte % 8)
        return bytes
      }
      wrong += [[], Array(sound[place].dropLast()), sound[(place + 1) % names.count]]
      for bytes in wrong {
        disk.overwrite("/books/\(name)", bytes)
        #expect(try examine()[.derived]?.symptom == .stale([name]))
        #expect(try DoctorFix.run(directory: "/books", disk: disk) == [.rebuilt("index")])
        try expectIndex(names, sound)
      }
      try ledger.remove(name)
      #expect(try examine()[.derived]?.symptom == .stale(["index"]))
      #expect(try DoctorFix.run(directory: "/books", disk: disk) == [.rebuilt("index")])
      try expectIndex(names, sound)
    }
  }

  /// Blocks that an opening does not look into.
  @Test func aChangedBlockOfALongIndexIsSeen() throws {
    let log = try EventLog.open(
      directory: "/books", at: Sample.instant(30), effective: "2026-01-02", actor: Sample.actor,
      settings: .init(segmentSize: 100_000), disk: disk)
    try log.append(
      (0..<600).map { Sample.event("m\($0)", on: "account/B") }, at: Sample.instant(31))
    try log.append([Sample.event("last", on: "account/B")], at: Sample.instant(32))
    _ = log.close()
    disk.restart()
    let name = try #require(try ledger.files(in: "index").last)
    let sound = try ledger.read(name)
    try #require(sound.count > 20_000)
    for byte in stride(from: 17_000, to: sound.count, by: 1009) {
      var wrong = sound
      wrong[byte] ^= 1
      disk.overwrite("/books/\(name)", wrong)
      #expect(try examine()[.derived]?.symptom == .stale([name]), "byte \(byte)")
    }
    #expect(try DoctorFix.run(directory: "/books", disk: disk) == [.rebuilt("index")])
    #expect(try examine()[.derived]?.symptom == .upToDate)
  }

  private func expectIndex(_ names: [String], _ sound: [[UInt8]]) throws {
    // What was merged comes back in more files than one.
    #expect(try examine()[.derived]?.symptom == .upToDate)
    #expect(try DoctorFix.run(directory: "/books", disk: disk) == [])
    for made in try ledger.files(in: "index") where !names.contains(made) {
      try ledger.remove(made)
    }
    for (name, bytes) in zip(names, sound) where try ledger.facts(name) == nil {
      try ledger.writeNew(name, bytes)
    }
    #expect(try names.map { try ledger.read($0) } == sound)
  }

  @Test func aSpoiltCheckpointIsBad() throws {
    for size in try ledger.checkpointSizes() {
      let name = LedgerDirectory.checkpointName(size)
      let bytes = try ledger.read(name)
      var wrong = bytes
      wrong[bytes.count - 9] ^= 1
      disk.overwrite("/books/\(name)", wrong)
      #expect(try examine()[.checkpoint]?.symptom == .spoilt([name]))
      #expect(try examine()[.checkpoint]?.state == .bad)
      disk.overwrite("/books/\(name)", bytes)
    }
    #expect(try examine()[.checkpoint]?.state == .ok)
  }

  /// A full tile is looked into, not only at.
  @Test func aChangedTileInsideIsSeen() throws {
    let log = try EventLog.open(
      directory: "/books", at: Sample.instant(30), effective: "2026-01-02", actor: Sample.actor,
      disk: disk)
    try log.append(
      (0..<260).map { Sample.event("m\($0)", on: "account/B") }, at: Sample.instant(31))
    try log.checkpoint()
    _ = consume log
    disk.restart()
    let sound = try ledger.read("tile/0/000")
    #expect(try examine()[.derived]?.symptom == .upToDate)
    for byte in [0, 4000, 8191] {
      var wrong = sound
      wrong[byte] ^= 1
      disk.overwrite("/books/tile/0/000", wrong)
      #expect(try examine()[.derived]?.symptom == .stale(["tile"]))
      #expect(try DoctorFix.run(directory: "/books", disk: disk) == [.rebuilt("tile")])
      #expect(try ledger.read("tile/0/000") == sound)
    }
  }

  /// A cut-off archiving leaves both; the archive goes, unless it is the better of the two.
  @Test func anArchiveBesideItsSegmentGoes() throws {
    let name = LedgerDirectory.segmentName(0)
    let plain = try ledger.read(name)
    _ = try Archiver.archive(directory: "/books", keeping: 2, disk: disk)
    // What is indexed of a segment holds for its archive.
    #expect(try examine()[.derived]?.symptom == .upToDate)
    let archive = LedgerDirectory.archiveName(of: name)
    let stray = [archive, archive + ".sha256"]
    try ledger.writeNew(name, plain)
    #expect(try examine()[.derived]?.symptom == .stale([archive]))
    var wrong = plain
    wrong[plain.split(separator: 10)[3].startIndex + 40] ^= 1
    disk.overwrite("/books/\(name)", wrong)
    #expect(throws: LogError(.damaged, "")) { try DoctorFix.run(directory: "/books", disk: disk) }
    #expect(try ledger.storedFacts(archive) != nil)
    disk.overwrite("/books/\(name)", plain)
    #expect(try DoctorFix.run(directory: "/books", disk: disk) == stray.map { .removed($0) })
    #expect(try ledger.read(name) == plain)
    #expect(try examine()[.derived]?.symptom == .upToDate)
  }
}

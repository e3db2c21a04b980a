import Support
import Testing

@testable import EventStore

/// What is signed, when, and what a later opening makes of it.
@Suite struct CheckpointTests {
  private let disk = SimulatedDisk(seed: 7)

  private var ledger: LedgerDirectory { LedgerDirectory("/books", on: disk) }

  private func create(_ settings: EventLog.Settings = .init()) throws -> EventLog {
    try EventLog.create(
      directory: "/books", identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: settings, disk: disk)
  }

  private func open(_ settings: EventLog.Settings = .init()) throws -> EventLog {
    try EventLog.open(
      directory: "/books", at: Sample.instant(9), effective: "2026-01-02", actor: Sample.actor,
      settings: settings, disk: disk)
  }

  private func append(_ count: Int, to log: EventLog, from start: Int = 0) throws {
    for number in start..<start + count {
      try log.append(
        [Sample.event("k\(number)", on: "account/A-\(number % 7)")], at: Sample.instant(number))
    }
  }

  /// Every file of the ledger but its lock.
  private func files(in folder: String = "/books") throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in try disk.list(folder) where name != "lock" {
      let path = "\(folder)/\(name)"
      if try disk.facts(at: path).isDirectory {
        found.merge(try files(in: path)) { one, _ in one }
      } else {
        found[path] = disk.contents(path)
      }
    }
    return found
  }

  /// The head that the stored tiles lead to.
  private func rootOfTiles(_ size: Int64) throws -> Digest {
    var reader = TileReader(of: ledger, size: size)
    var nodes: [TreeNode: Digest] = [:]
    _ = MerkleProof.root(of: 0..<size) { node in
      nodes[node] = .zero
      return .zero
    }
    for node in nodes.keys { nodes[node] = try reader.root(of: node) }
    return MerkleProof.root(of: 0..<size) { nodes[$0] ?? .zero }
  }

  private func change(_ name: String, _ body: (inout [UInt8]) -> Void) throws {
    var bytes = try ledger.read(name)
    body(&bytes)
    try ledger.replace(name, with: bytes)
  }

  @Test func everyLedgerIsBornSigned() throws {
    let log = try create()
    let first = try #require(try ledger.latestCheckpoint())
    #expect(first.size == 1)
    #expect(first.root == log.root)
    #expect(first.isSigned(byOneOf: log.keys.all))
    #expect(try ledger.facts(LedgerDirectory.signingKeyName)?.mode == 0o600)
  }

  @Test func aFinishedSegmentIsSigned() throws {
    let log = try create(.init(segmentSize: 2000))
    try append(20, to: log)
    let firsts = try ledger.segments().map(\.first)
    #expect(firsts.count > 3)
    #expect(try ledger.checkpointSizes() == [1] + firsts.dropFirst())
  }

  @Test func theSameStateIsSignedOnce() throws {
    let log = try create()
    try append(3, to: log)
    let one = try log.checkpoint()
    let before = try files()
    #expect(try log.checkpoint() == one)
    let again = try open(after: log)
    #expect(try again.checkpoint() == one)
    #expect(try files() == before)
  }

  /// Opens anew; the log before has to be out of use.
  private func open(after log: EventLog) throws -> EventLog {
    disk.restart()
    return try open()
  }

  /// Tiles grow from any checkpoint to any other as if they had been made at once.
  @Test func tilesAreThoseOfTheWholeTree() throws {
    let log = try create()
    var leaves: [Digest] = []
    var seed = SeededGenerator(seed: 3)
    while log.size < 700 {
      try append(Int.random(in: 1...60, using: &seed), to: log, from: Int(log.size))
      try log.checkpoint()
    }
    for seq in 0..<log.size {
      let line = try log.line(seq)
      leaves.append(Digest(leaf: line.span))
    }
    let first = try #require(try ledger.hashes(of: Tile(level: 0, index: 0)))
    #expect(first == Array(leaves[..<256]))
    for tile in Tile.edge(of: log.size) {
      #expect(try ledger.hashes(of: tile) != nil, "\(tile.name)")
    }
    #expect(try ledger.facts("tile/0/000.p") == nil, "the parts of a full tile are gone")
    #expect(try rootOfTiles(log.size) == log.root)
  }

  @Test func wrongTilesAreMadeAnewWithANotice() throws {
    let log = try create()
    try append(300, to: log)
    try log.checkpoint()
    let sound = disk.contents("/books/tile/0/000")
    try change("tile/0/001.p/45") { $0[3] ^= 1 }
    let again = try open(after: log)
    try append(1, to: again, from: 900)
    try again.checkpoint()
    #expect(again.notices.contains { $0.kind == .stale && $0.file == "tile" })
    #expect(disk.contents("/books/tile/0/000") == sound)
    #expect(try rootOfTiles(again.size) == again.root)
  }

  @Test func nothingIsSignedThatTheDiskDoesNotGiveBack() throws {
    let log = try create()
    try append(3, to: log)
    try change("log/000000000000.jsonl") { bytes in
      // In the last event, which its commit of some 120 bytes follows.
      bytes[bytes.count - 200] ^= 1
    }
    #expect(throws: LogError(.damaged, "")) { _ = try log.checkpoint() }
    #expect(try ledger.checkpointSizes() == [1])
    #expect(throws: LogError(.poisoned, "")) { try append(1, to: log, from: 50) }
  }

  /// Names that a process left unsynced are made durable by the next opening, as the log's tail is.
  @Test func whatAnOpeningSawStays() throws {
    var failures = 0
    for seed in 0..<60 as Range<UInt64> {
      let sync = Int(seed % 12) + 1
      let disk = SimulatedDisk(seed: seed)
      let log = try EventLog.create(
        directory: "/books", identity: Sample.identity(), at: Sample.instant(0),
        effective: "2026-01-02", actor: Sample.actor, disk: disk)
      try append(3, to: log)
      disk.faults.syncFailureIn = sync
      if (try? log.checkpoint()) == nil { failures += 1 }
      // Only the process ends; then the next one opens, and the power goes.
      disk.restart()
      _ = try EventLog.open(
        directory: "/books", at: Sample.instant(9), effective: "2026-01-02", actor: Sample.actor,
        disk: disk)
      // Of names that were not synced the first few stay.
      disk.faults.fate = .torn
      disk.cutPower()
      disk.restart()
      let told = try LogVerifier.verify(directory: "/books", disk: disk).notices
      #expect(!told.contains { $0.file.hasPrefix("checkpoints/") }, "seed \(seed): \(told)")
    }
    #expect(failures > 20)
  }

  /// The device put a sector of the batch elsewhere, be it of the event or of the commit alone, and the
  /// page cache still shows it.
  @Test(arguments: 0..<40 as Range<UInt64>) func nothingIsSignedThatOnlyTheCacheHolds(
    seed: UInt64
  ) throws {
    let disk = SimulatedDisk(seed: seed)
    let log = try EventLog.create(
      directory: "/books", identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, disk: disk)
    try append(3, to: log)
    try log.checkpoint()
    disk.faults.misdirectedWriteIn = 1
    let event = Sample.event("astray", on: "account/A", filler: Int(seed) * 50)
    try log.append([event], at: Sample.instant(9))
    let name = "/books/log/000000000000.jsonl"
    let cached = disk.contents(name)
    let onDevice = disk.copy()
    onDevice.dropCaches()
    // By chance the sector may have come to its own place all the same.
    guard onDevice.contents(name) != cached else { return #expect(try log.checkpoint().size == 5) }
    #expect(throws: LogError(.damaged, "")) { try log.checkpoint() }
    #expect(log.poison != nil)
    #expect(disk.contents("/books/checkpoints/000000000005.checkpoint") == nil)
  }

  @Test func aLogBelowItsCheckpointIsNotOpened() throws {
    let log = try create()
    try append(2, to: log)
    let shorter = try ledger.read("log/000000000000.jsonl")
    try append(2, to: log, from: 2)
    try log.checkpoint()
    try ledger.replace("log/000000000000.jsonl", with: shorter)
    disk.restart()
    #expect(throws: LogError(.damaged, "")) { _ = try open() }
  }

  @Test func anAnchorRefusesAnOldBackupAndAnotherHistory() throws {
    let log = try create(.init(anchors: ["/anchor"]))
    try append(2, to: log)
    try log.checkpoint()
    let backup = try files()
    try append(2, to: log, from: 2)
    try log.checkpoint()
    let kept = try Anchor(path: "/anchor", disk: disk).read()
    #expect(kept?.size == 5)
    for (path, bytes) in backup {
      try ledger.replace(String(path.dropFirst("/books/".count)), with: bytes, mode: 0o600)
    }
    try ledger.remove("checkpoints/000000000005.checkpoint")
    disk.restart()
    #expect(throws: LogError(.behindAnchor, "")) { _ = try open(.init(anchors: ["/anchor"])) }
    // Without the anchor nobody can tell; what it then writes is another history.
    let fork = try open()
    try append(3, to: fork, from: 70)
    #expect(throws: LogError(.behindAnchor, "")) { _ = try fork.add(anchor: "/anchor") }
    let after = try Anchor(path: "/anchor", disk: disk).read()
    #expect(after == kept)
  }

  @Test func keysChangeHands() throws {
    let log = try create()
    let old = log.keys.all[0]
    try append(2, to: log)
    let changed = try log.changeSigningKey(
      at: Sample.instant(5), effective: "2026-01-02", actor: Sample.actor)
    #expect(changed.checkpoint.signers(among: [old, changed.key]) == [old, changed.key])
    let again = try open(after: log)
    #expect(again.keys.all == [old, changed.key])
    try append(1, to: again, from: 9)
    let next = try again.checkpoint()
    #expect(next.signers(among: again.keys.all) == [changed.key])
    #expect(again.keys.keys(for: next.size) == [changed.key])
  }

  /// Wherever the power goes while the key changes, the ledger opens and signs afterwards.
  @Test func aChangeOfKeysSurvivesEveryCrash() throws {
    var cuts = 0
    while try changeKeys(cutAt: cuts + 1) { cuts += 1 }
    print("keys changed under \(cuts) power cuts")
    #expect(cuts > 20)
  }

  /// Changes keys on a disk that loses power at the so-manieth change; whether it came to that.
  private func changeKeys(cutAt cut: Int) throws -> Bool {
    let disk = SimulatedDisk(seed: UInt64(cut))
    let log = try EventLog.create(
      directory: "/books", identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, disk: disk)
    disk.faults = .init(powerCutIn: cut)
    let isWhole: Bool
    do {
      _ = try log.changeSigningKey(
        at: Sample.instant(1), effective: "2026-01-02", actor: Sample.actor)
      isWhole = true
    } catch {
      isWhole = false
    }
    if isWhole { return false }
    disk.restart()
    let again = try EventLog.open(
      directory: "/books", at: Sample.instant(2), effective: "2026-01-02", actor: Sample.actor,
      disk: disk)
    try again.append([Sample.event("k", on: "account/A-1")], at: Sample.instant(3))
    let signed = try again.checkpoint()
    #expect(signed.isSigned(byOneOf: again.keys.keys(for: signed.size)), "cut \(cut)")
    return true
  }

  @Test func aKeyThatOthersCanReadIsRefused() throws {
    let log = try create()
    try append(1, to: log)
    try disk.changeMode("/books/keys/signing.pem", 0o640)
    #expect(throws: LogError(.invalidKey, "")) { _ = try log.checkpoint() }
    try disk.changeMode("/books/keys/signing.pem", 0o600)
    let key = try SigningKey.generated(name: "test.example/ledger")
    try key.write(to: "/other", disk: disk)
    let other = try open(after: log)
    #expect(other.close() == [])
    disk.restart()
    let stranger = try open(.init(signingKey: "/other"))
    try append(1, to: stranger, from: 8)
    #expect(throws: LogError(.invalidKey, "")) { _ = try stranger.checkpoint() }
    #expect(stranger.close().map(\.kind) == [.unsigned])
  }
}

import Support
import Testing

@testable import EventStore

/// A signed ledger with a full tile, and what lies in its files at any time.
private struct SignedLedger {
  static let path = "/books"
  let disk = SimulatedDisk(seed: 21)
  var directory: LedgerDirectory { LedgerDirectory(Self.path, on: disk) }

  /// A ledger of 291 events in three segments or more, five checkpoints at least.
  init() throws {
    let log = try EventLog.create(
      directory: Self.path, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: .init(segmentSize: 40_000),
      disk: disk)
    try append("a", 200, to: log)
    try append("b", 90, to: log)
    try log.checkpoint()
    disk.restart()
  }

  private func append(_ name: String, _ count: Int, to log: EventLog) throws {
    for start in stride(from: 0, to: count, by: 50) {
      let events = (start..<min(start + 50, count)).map {
        Sample.event("\(name)-\($0)", on: "account/A-\($0 % 5)")
      }
      try log.append(events, at: Sample.instant(1))
    }
  }

  /// Records so many events more, by one that has the key, and signs them.
  func goOn(_ name: String, _ count: Int) throws {
    let log = try EventLog.open(
      directory: Self.path, at: Sample.instant(9), effective: "2026-01-02", actor: Sample.actor,
      settings: .init(segmentSize: 40_000), disk: disk)
    try append(name, count, to: log)
    try log.checkpoint()
    disk.restart()
  }

  /// Everything but the lock, by name.
  func files(in folder: String = "") throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for entry in try directory.list(folder) where entry != LedgerDirectory.lockName {
      let name = folder.isEmpty ? entry : "\(folder)/\(entry)"
      if try directory.facts(name)?.isDirectory == true {
        found.merge(try files(in: name)) { one, _ in one }
      } else {
        found[name] = try directory.read(name)
      }
    }
    return found
  }

  /// Puts every file back as it was, and takes away those that were not there.
  func put(_ files: [String: [UInt8]]) throws {
    for (name, bytes) in try self.files() where files[name] != bytes {
      if files[name] == nil { try directory.remove(name) }
    }
    for (name, bytes) in files { try put(bytes, in: name) }
  }

  func put(_ bytes: [UInt8], in name: String) throws {
    if try directory.facts(name) == nil {
      _ = try directory.makeDirectories(of: name)
      try directory.writeNew(
        name, bytes, mode: name.hasPrefix(LedgerDirectory.keysName) ? 0o600 : 0o644)
    }
    disk.overwrite(directory.path(name), bytes)
  }

  /// Findings as kind and file, and notices the same way.
  func verify(
    against kept: [UInt8]? = nil, anchored: Bool = false
  ) throws -> (findings: [String], notices: [String]) {
    var options = VerifyOptions()
    if let kept {
      let place = LedgerDirectory("/", on: disk)
      if try place.facts("kept") != nil { try place.remove("kept") }
      try place.writeNew("kept", kept)
      if anchored { options.anchors = ["/kept"] } else { options.against = ["/kept"] }
    }
    let result = try LogVerifier.verify(directory: Self.path, options: options, disk: disk)
    return (
      result.findings.map { "\($0.kind.rawValue) \($0.file)" },
      result.notices.map { "\($0.kind.rawValue) \($0.file)" }
    )
  }
}

/// Tiles and checkpoints changed, cut, exchanged and put back as an older copy had them.
@Suite struct EvidenceTamperingTests {
  private func bits(of bytes: [UInt8]) -> StrideTo<Int> {
    let count = bytes.count * 8
    return stride(from: 0, to: count, by: isLongRun ? 1 : max(1, count / 40) | 1)
  }

  private func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
    var wrong = bytes
    wrong[bit / 8] ^= 1 << UInt8(bit % 8)
    return wrong
  }

  @Test func everyBitOfATileIsNamed() throws {
    let ledger = try SignedLedger()
    let tiles = try ledger.files().filter { $0.key.hasPrefix("tile/") }
    #expect(tiles.keys.contains("tile/0/000") && tiles.keys.contains("tile/1/000.p/1"))
    #expect(try ledger.verify() == ([], []))
    var flips = 0
    for (name, sound) in tiles {
      for bit in bits(of: sound) {
        try ledger.put(flipped(sound, bit), in: name)
        let (findings, notices) = try ledger.verify()
        #expect(findings == ["mutated \(name)"], "bit \(bit)")
        #expect(notices == [])
        flips += 1
      }
      // A tile that has not its length is none, and is made anew.
      for wrong in [[], Array(sound.dropLast()), sound + [0]] {
        try ledger.put(wrong, in: name)
        #expect(try ledger.verify() == ([], ["stale \(name)"]), "\(wrong.count) bytes")
      }
      try ledger.put(sound, in: name)
    }
    // One in the place of another of its length.
    let (one, other) = ("tile/0/001.p/35", "tile/1/000.p/1")
    #expect(tiles[one]?.count == 35 * 32 && tiles[other]?.count == 32)
    try ledger.put(Array((tiles[one] ?? []).prefix(32)), in: other)
    #expect(try ledger.verify().findings == ["mutated \(other)"])
    print("tiles: \(flips) bits flipped")
    #expect(flips > 100)
  }

  @Test func everyBitOfACheckpointIsNamed() throws {
    let ledger = try SignedLedger()
    let notes = try ledger.files().filter { $0.key.hasPrefix("checkpoints/") }
    #expect(notes.count > 3)
    var flips = 0
    for (name, sound) in notes {
      for bit in bits(of: sound) {
        try ledger.put(flipped(sound, bit), in: name)
        let (findings, notices) = try ledger.verify()
        // The copy of the newest is made anew from it.
        if name == LedgerDirectory.latestName {
          #expect(findings == [] && notices == ["stale \(name)"], "bit \(bit)")
        } else {
          #expect(findings.contains { $0.hasSuffix(" \(name)") }, "\(name) bit \(bit)")
        }
        #expect(
          findings.allSatisfy { $0.hasSuffix(" \(name)") || $0.hasPrefix("truncated log/") },
          "\(findings)")
        flips += 1
      }
      try ledger.put(sound, in: name)
    }
    // A size that nobody signed says nothing of a checkpoint that should be there.
    let copy = notes[LedgerDirectory.latestName] ?? []
    let size = try #require(copy.firstIndex(of: 10)) + 1
    for bit in 8 * size..<8 * (size + 3) {
      try ledger.put(flipped(copy, bit), in: LedgerDirectory.latestName)
      #expect(try ledger.verify() == ([], ["stale \(LedgerDirectory.latestName)"]), "bit \(bit)")
    }
    try ledger.put(copy, in: LedgerDirectory.latestName)
    print("checkpoints: \(flips) bits flipped")
    #expect(flips > 150)
    // Under the name of another size, signed as it is.
    let sizes = notes.keys.sorted().filter { $0 != LedgerDirectory.latestName }
    try ledger.put(notes[sizes[0]] ?? [], in: sizes[1])
    #expect(try ledger.verify().findings == ["mutated \(sizes[1])"])
    try ledger.put(notes[sizes[1]] ?? [], in: sizes[1])
    // The newest is known to be missing by its copy.
    let newest = sizes[sizes.count - 1]
    try ledger.directory.remove(newest)
    #expect(try ledger.verify().findings == ["missing \(newest)"])
  }

  /// Each file that has changed since, alone as an older copy has it.
  @Test func olderFilesAreFound() throws {
    let ledger = try SignedLedger()
    let older = try ledger.files()
    try ledger.goOn("c", 40)
    let newer = try ledger.files()
    #expect(try ledger.verify() == ([], []))
    var found: [String: [String]] = [:]
    for (name, bytes) in older where newer[name].map({ $0 != bytes }) ?? false {
      try ledger.put(bytes, in: name)
      let (findings, notices) = try ledger.verify()
      found[name] = findings + notices
      try ledger.put(newer[name] ?? [], in: name)
    }
    let last = older.keys.filter { $0.hasPrefix("log/") }.max() ?? ""
    let told = found.filter { !$0.key.hasPrefix("index/") && !$0.key.hasPrefix("keys/") }
    #expect(told.keys.sorted() == ["checkpoints/latest", last])
    #expect(told["checkpoints/latest"] == ["stale checkpoints/latest"])
    #expect(told[last]?.contains("truncated \(last)") == true, "\(told)")
    // All of the log, with tiles and checkpoints as they are now.
    for (name, bytes) in older where name.hasPrefix("log/") { try ledger.put(bytes, in: name) }
    #expect(try ledger.verify().findings.contains("truncated \(last)"))
    // All of the ledger: nothing in it can tell, and what is kept elsewhere does.
    try ledger.put(older)
    #expect(try ledger.verify() == ([], []))
    let kept = try #require(newer["checkpoints/latest"])
    #expect(try ledger.verify(against: kept).findings == ["truncated \(last)"])
    #expect(try ledger.verify(against: kept, anchored: true).findings == ["truncated \(last)"])
    #expect(try ledger.verify(against: older["checkpoints/latest"]) == ([], []))
  }

  /// Two histories under one key: each is sound alone, and no part of one passes in the other.
  @Test func aForkIsFound() throws {
    let ledger = try SignedLedger()
    let common = try ledger.files()
    try ledger.goOn("c", 40)
    let one = try ledger.files()
    try ledger.put(common)
    try ledger.goOn("d", 40)
    let other = try ledger.files()
    #expect(try ledger.verify() == ([], []))
    let kept = try #require(one["checkpoints/latest"])
    #expect(try ledger.verify(against: kept).findings == ["inconsistent /kept"])
    #expect(try ledger.verify(against: common["checkpoints/latest"]) == ([], []))
    var exchanged = 0
    for (name, bytes) in one
    where other[name] != bytes && ["log/", "tile/", "checkpoints/"].contains(where: name.hasPrefix)
    {
      try ledger.put(bytes, in: name)
      let (findings, notices) = try ledger.verify()
      let isTold =
        name == LedgerDirectory.latestName ? notices == ["stale \(name)"] : !findings.isEmpty
      #expect(isTold, "\(name) of another history passes")
      try ledger.put(other[name] ?? [], in: name)
      exchanged += 1
    }
    #expect(exchanged >= 4)
  }
}

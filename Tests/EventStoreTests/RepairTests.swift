import Support
import Testing

@testable import EventStore

/// Damage of every kind is mended to the very bytes that were there, and only by what proves itself.
@Suite struct RepairTests {
  private let disk = SimulatedDisk(seed: 17)
  private var ledger: LedgerDirectory { LedgerDirectory("/books", on: disk) }
  private let names: [String]
  private let sound: [String: [UInt8]]

  init() throws {
    let log = try EventLog.create(
      directory: "/books", identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: .init(segmentSize: 2000), disk: disk)
    for number in 1..<14 {
      let events = [0, 1].map {
        Sample.event("k\(number)-\($0)", on: "account/A-\(number % 3)")
      }
      try log.append(events, at: Sample.instant(number))
    }
    try log.checkpoint()
    _ = try Backup.make(of: "/books", to: "/copy", disk: disk)
    _ = consume log
    disk.restart()
    let ledger = LedgerDirectory("/books", on: disk)
    names = try ledger.segments().map(\.name)
    var sound: [String: [UInt8]] = [:]
    for name in names { sound[name] = try ledger.read(name) }
    self.sound = sound
    #expect(names.count > 3)
  }

  private func put(_ bytes: [UInt8], _ name: String, in folder: String = "/books") {
    disk.overwrite("\(folder)/\(name)", bytes)
  }

  private func repair(dryRun: Bool = false) throws -> [Repair.Step] {
    try Repair.run(directory: "/books", from: "/copy", dryRun: dryRun, disk: disk)
  }

  private func expectSound(_ comment: Comment) throws {
    for name in names { #expect(disk.contents("/books/\(name)") == sound[name], comment) }
    #expect(try repair() == [], comment)
  }

  @Test func aSoundLedgerIsLeftAlone() throws {
    #expect(try repair() == [])
    #expect(try ledger.files(in: "quarantine") == [])
  }

  /// A byte of every line, and what can happen to lines and files.
  @Test func everyLineIsBroughtBack() throws {
    for name in names {
      let bytes = try #require(sound[name])
      let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast()
      for (index, line) in lines.enumerated() {
        var wrong = bytes
        wrong[line.startIndex + line.count / 2] ^= 2
        put(wrong, name)
        let planned = try repair(dryRun: true)
        #expect(disk.contents("/books/\(name)") == wrong)
        let steps = try repair()
        #expect(steps == planned)
        #expect(steps.map(\.file) == [name], "\(name) line \(index + 1)")
        let kept = try #require(steps.first?.original)
        #expect(disk.contents("/books/\(kept)") == wrong)
        try expectSound("\(name) line \(index + 1)")
      }
    }
  }

  @Test func linesDroppedDoubledAndSwappedAreMended() throws {
    for name in names {
      let bytes = try #require(sound[name])
      let lines = bytes.split(separator: 10).map(Array.init)
      for index in lines.indices {
        var (dropped, doubled, swapped) = (lines, lines, lines)
        dropped.remove(at: index)
        doubled.insert(lines[index], at: index)
        swapped.swapAt(index, (index + 1) % lines.count)
        for wrong in [dropped, doubled, swapped] {
          put(wrong.flatMap { $0 + [10] }, name)
          #expect(try repair().map(\.reason) == [nil], "\(name) line \(index + 1)")
          try expectSound("\(name) line \(index + 1)")
        }
      }
    }
  }

  @Test func filesRemovedAndCutAreMended() throws {
    for name in names {
      let bytes = try #require(sound[name])
      try ledger.remove(name)
      #expect(try repair() == [Repair.Step(file: name, lines: try lines(bytes), reason: nil)])
      try expectSound("\(name) removed")
      for size in stride(from: 0, to: bytes.count, by: 97) {
        put(Array(bytes.prefix(size)), name)
        #expect(try repair().map(\.reason) == [nil], "\(name) cut to \(size)")
        try expectSound("\(name) cut to \(size)")
      }
    }
  }

  private func lines(_ bytes: [UInt8]) throws -> Int { bytes.count { $0 == 10 } - 1 }

  /// Both copies damaged, in different lines: each gives what it has.
  @Test func twoDamagedCopiesMakeASoundOne() throws {
    let name = names[1]
    let bytes = try #require(sound[name])
    var (mine, theirs) = (bytes, bytes)
    let lines = bytes.split(separator: 10)
    mine[lines[1].startIndex + 40] ^= 1
    theirs[lines[2].startIndex + 40] ^= 1
    put(mine, name)
    put(theirs, name, in: "/copy")
    #expect(try repair().map(\.lines) == [1])
    try expectSound("\(name)")
    put(mine, name)
    theirs[lines[1].startIndex + 41] ^= 1
    put(theirs, name, in: "/copy")
    #expect(try repair().map(\.reason) == [.notThere])
    #expect(disk.contents("/books/\(name)") == mine)
  }

  /// A copy with other events whose hashes all fit together is no copy of this log.
  @Test func aForgeryProvesNothing() throws {
    let name = names[names.count - 1]
    let bytes = try #require(sound[name])
    let first = try #require(LedgerDirectory.segmentNumber(String(name.dropFirst(4))))
    let tree = try ledger.statedTree(of: SegmentFile(first: first, size: 0))
    var batch = Batch(after: tree, at: Sample.instant(99), count: 1)
    batch.begin(SegmentHeader(ledger: Sample.identity().ledger, after: tree))
    batch.positions = [0]
    let salt = Base64.encode([UInt8](repeating: 1, count: 12))
    try batch.write([Sample.event("forged", on: "account/F")], salts: salt)
    put(batch.bytes, name, in: "/copy")
    var wrong = bytes
    wrong[bytes.split(separator: 10)[1].startIndex + 40] ^= 1
    put(wrong, name)
    #expect(try repair().map(\.reason) == [.notProven])
    #expect(disk.contents("/books/\(name)") == wrong)
    try ledger.remove(name)
    #expect(try repair().map(\.reason) == [.notProven])
  }

  @Test func anotherLedgerIsRefused() throws {
    _ = try EventLog.create(
      directory: "/other", identity: Sample.identity(String(repeating: "0b", count: 16)),
      at: Sample.instant(0), effective: "2026-01-02", actor: Sample.actor, disk: disk)
    #expect(throws: LogError(.invalid, "")) {
      try Repair.run(directory: "/books", from: "/other", disk: disk)
    }
  }

  /// Power goes at every call in turn: the segment is the damaged or the mended one.
  @Test func aCrashLeavesOneOrTheOther() throws {
    let name = names[1]
    let bytes = try #require(sound[name])
    var wrong = bytes
    wrong[900] ^= 1
    var crashes = 0
    for call in 1...20 {
      put(wrong, name)
      disk.faults.powerCutIn = call
      do {
        _ = try repair()
      } catch {
        #expect(!disk.hasPower)
        crashes += 1
      }
      if disk.hasPower { disk.cutPower() }
      disk.restart()
      let after = try #require(disk.contents("/books/\(name)"))
      #expect(after == wrong || after == bytes, "call \(call)")
      _ = try repair()
      try expectSound("call \(call)")
    }
    #expect(crashes > 5)
  }

  /// Archived segments are as good as plain ones; a damaged archive becomes the plain segment again.
  @Test func archivesAreMended() throws {
    _ = try Archiver.archive(directory: "/books", disk: disk)
    #expect(try repair() == [], "a sound ledger is left alone")
    let name = names[0]
    let archive = LedgerDirectory.archiveName(of: name)
    let sums = LedgerDirectory.sumName(of: archive)
    let whole = try #require(disk.contents("/books/\(archive)"))
    let sum = try #require(disk.contents("/books/\(sums)"))
    for place in stride(from: 0, to: whole.count, by: 37) {
      var wrong = whole
      wrong[place] ^= 1 << UInt8(place % 8)
      put(wrong, archive)
      let steps = try repair()
      #expect(steps.map(\.file) == [name] && steps[0].reason == nil, "byte \(place)")
      let kept = try #require(steps.first?.original)
      #expect(disk.contents("/books/\(kept)") == wrong)
      #expect(disk.contents("/books/\(name)") == sound[name])
      #expect(try ledger.storedFacts(archive) == nil && ledger.storedFacts(sums) == nil)
      #expect(try LogVerifier.verify(directory: "/books", disk: disk).findings == [])
      try ledger.remove(name)
      try ledger.writeNew(archive, whole)
      try ledger.writeNew(sums, sum)
    }
    // Of the copy too.
    _ = try Archiver.archive(directory: "/copy", disk: disk)
    try ledger.remove(archive)
    #expect(try repair().map(\.file) == [name])
    #expect(disk.contents("/books/\(name)") == sound[name])
  }

  @Test func checkpointsAreBroughtBack() throws {
    let sizes = try ledger.checkpointSizes()
    #expect(sizes.count > 3)
    for size in sizes {
      let name = LedgerDirectory.checkpointName(size)
      let bytes = try #require(disk.contents("/books/\(name)"))
      let latest = disk.contents("/books/checkpoints/latest")
      try ledger.remove(name)
      if size == sizes.last { try ledger.remove(LedgerDirectory.latestName) }
      #expect(try repair(dryRun: true).map(\.file) == [name])
      #expect(try ledger.facts(name) == nil)
      #expect(try repair() == [Repair.Step(file: name, lines: 0, reason: nil)])
      #expect(disk.contents("/books/\(name)") == bytes)
      #expect(disk.contents("/books/checkpoints/latest") == latest)
      var wrong = bytes
      wrong[bytes.count - 9] ^= 1
      put(wrong, name)
      let steps = try repair()
      #expect(steps.map(\.reason) == [nil])
      #expect(disk.contents("/books/\(name)") == bytes)
      let kept = try #require(steps.first?.original)
      #expect(disk.contents("/books/\(kept)") == wrong)
      // The copy's is no better, or none, or of another size.
      put(wrong, name)
      put(wrong, name, in: "/copy")
      #expect(try repair().map(\.reason) == [.notProven])
      put(
        disk.contents("/books/\(LedgerDirectory.checkpointName(sizes[size == 1 ? 1 : 0]))") ?? [],
        name, in: "/copy")
      #expect(try repair().map(\.reason) == [.notProven])
      #expect(disk.contents("/books/\(name)") == wrong)
      try LedgerDirectory("/copy", on: disk).remove(name)
      #expect(try repair().map(\.reason) == [.notThere])
      put(bytes, name)
      try LedgerDirectory("/copy", on: disk).writeNew(name, bytes)
      #expect(try repair() == [])
    }
  }

  /// A fork's checkpoint is signed with the right key, and is still not of this log.
  @Test func aForksCheckpointIsNotTaken() throws {
    let name = LedgerDirectory.checkpointName(27)
    #expect(disk.contents("/books/\(name)") != nil)
    var checkpoint = Checkpoint(
      origin: Sample.identity().origin, size: 27, root: Digest(hashing: [1, 2].span))
    try checkpoint.note.sign(
      with: try SigningKey.read("/books/keys/signing.pem", name: checkpoint.origin, disk: disk))
    put(checkpoint.note.bytes, name, in: "/copy")
    try ledger.remove(name)
    try ledger.remove(LedgerDirectory.latestName)
    #expect(try repair() == [])
    #expect(try ledger.facts(name) == nil)
  }

  /// Tiles that lead to the checkpoint come from the copy, whatever the log is like; the others of a sound
  /// log are made from it.
  @Test func tilesAreBroughtBack() throws {
    let name = "tile/0/000.p/27"
    let bytes = try #require(disk.contents("/books/\(name)"))
    let copy = LedgerDirectory("/copy", on: disk)
    try? copy.removeAll("tile")
    try ledger.remove(name)
    #expect(try repair() == [Repair.Step(file: "tile", lines: 0, reason: nil)])
    #expect(disk.contents("/books/\(name)") == bytes)
    _ = try copy.makeDirectories(of: name)
    try copy.writeNew(name, bytes)
    var wrong = bytes
    wrong[40] ^= 1
    put(wrong, name)
    let steps = try repair()
    #expect(steps.map(\.file) == [name])
    #expect(disk.contents("/books/\(name)") == bytes)
    #expect(disk.contents("/books/\(steps[0].original ?? "")") == wrong)
    // Lines that nobody has any more: the tiles still come back, and name them.
    var lines = try #require(sound[names[1]])
    lines[lines.split(separator: 10)[1].startIndex + 40] ^= 1
    put(lines, names[1])
    put(lines, names[1], in: "/copy")
    put(wrong, name)
    #expect(try repair().map(\.file) == [names[1], name])
    let findings = try LogVerifier.verify(directory: "/books", disk: disk).findings
    #expect(findings.map(\.lines) == [2...2] && findings[0].file == names[1])
    put(wrong, name)
    put(wrong, name, in: "/copy")
    #expect(try repair().map(\.reason) == [.notThere, .notThere])
  }

  /// A full tile is right that leads to the hash above it, and to nothing else.
  @Test func fullTilesAreBroughtBack() throws {
    let log = try EventLog.open(
      directory: "/books", at: Sample.instant(50), effective: "2026-01-02", actor: Sample.actor,
      disk: disk)
    try log.append(
      (0..<500).map { Sample.event("m\($0)", on: "account/M") }, at: Sample.instant(51))
    try log.checkpoint()
    _ = consume log
    disk.restart()
    let copy = LedgerDirectory("/copy", on: disk)
    let tiles = try ledger.files(in: "tile").filter { !$0.contains(".p") }
    try #require(tiles.sorted() == ["tile/0/000", "tile/0/001"])
    for name in tiles {
      let bytes = try ledger.read(name)
      var wrong = bytes
      wrong[77] ^= 1
      put(wrong, name)
      if try copy.facts(name) == nil {
        _ = try copy.makeDirectories(of: name)
        try copy.writeNew(name, bytes)
      }
      let steps = try repair()
      #expect(steps.map(\.file) == [name])
      #expect(disk.contents("/books/\(name)") == bytes)
      #expect(disk.contents("/books/\(steps.first?.original ?? "")") == wrong)
      // Where the copy's is wrong too, the log says what it must be.
      put(wrong, name)
      wrong[78] ^= 1
      put(wrong, name, in: "/copy")
      #expect(try repair() == [Repair.Step(file: "tile", lines: 0, reason: nil)])
      #expect(disk.contents("/books/\(name)") == bytes)
    }
  }
}

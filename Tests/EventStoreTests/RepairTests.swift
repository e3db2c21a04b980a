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
    var batch = EventLog.Batch(after: tree, at: Sample.instant(99), size: 1)
    batch.begin(SegmentHeader(ledger: Sample.identity().ledger, after: tree))
    let salt = Base64.encode([UInt8](repeating: 1, count: 12))
    try batch.append(Sample.event("forged", on: "account/F"), n: 0, salt: salt.span)
    batch.commit()
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
}

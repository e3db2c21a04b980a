import EventStore
import Support
import Testing

/// Archives on a disk that fails, and archives that were changed.
@Suite struct ArchiveFaultTests {
  private static func archive(_ ledger: SmallLedger) throws(LogError) {
    _ = try Archiver.archive(directory: SmallLedger.path, disk: ledger.disk)
  }

  private static func lines(_ disk: SimulatedDisk) throws -> [[UInt8]] {
    let reader = try LogReader.open(directory: SmallLedger.path, disk: disk)
    var lines: [[UInt8]] = []
    try reader.forEach(checking: .every) { _, line in lines.append(line.indices.map { line[$0] }) }
    return lines
  }

  /// Nothing may be lost, and the next run must end the work and leave nothing behind.
  private func mustGoOn(_ ledger: SmallLedger, _ before: [[UInt8]], _ name: String) throws {
    #expect(try ledger.verify().findings == [], "\(name)")
    #expect(try Self.lines(ledger.disk) == before, "\(name)")
    try Self.archive(ledger)
    let left = try ledger.disk.list(SmallLedger.path + "/log").filter { $0.hasSuffix(".jsonl") }
    #expect(left == [ledger.segments[ledger.segments.count - 1].name], "\(name)")
    let rest = try ledger.disk.list(SmallLedger.path).filter { $0.contains("unfinished") }
    #expect(rest == [], "\(name)")
    #expect(try ledger.verify().findings == [], "\(name)")
    #expect(try Self.lines(ledger.disk) == before, "\(name)")
  }

  /// The power goes, or the process ends, at every change the work makes.
  @Test(arguments: [false, true]) func cutAtEveryStep(losesNothing: Bool) throws {
    let whole = try SmallLedger(segmentSize: 900)
    let before = whole.disk.changes
    try Self.archive(whole)
    let steps = whole.disk.changes - before
    try #require(steps > 20)
    var cuts = 0
    for seed in 0..<UInt64(isLongRun ? 100 : 4) {
      for step in 1...steps {
        let ledger = try SmallLedger(segmentSize: 900, seed: seed)
        let lines = try Self.lines(ledger.disk)
        ledger.disk.faults = SimulatedDisk.Faults(powerCutIn: step, losesNothing: losesNothing)
        #expect(throws: LogError.self) { try Self.archive(ledger) }
        cuts += ledger.disk.hasPower ? 0 : 1
        ledger.disk.restart()
        try mustGoOn(ledger, lines, "seed \(seed), step \(step)")
      }
    }
    print("archive: \(cuts) cuts, losing nothing: \(losesNothing)")
    #expect(cuts == steps * (isLongRun ? 100 : 4))
  }

  @Test func everySyncFails() throws {
    let whole = try SmallLedger(segmentSize: 900)
    let before = whole.disk.syncs
    try Self.archive(whole)
    let syncs = whole.disk.syncs - before
    try #require(syncs >= 10)
    for sync in 1...syncs {
      let ledger = try SmallLedger(segmentSize: 900)
      let lines = try Self.lines(ledger.disk)
      ledger.disk.faults = SimulatedDisk.Faults(syncFailureIn: sync)
      #expect(throws: LogError(.io, "")) { try Self.archive(ledger) }
      ledger.disk.restart()
      try mustGoOn(ledger, lines, "sync \(sync)")
    }
  }

  @Test func aFullDiskCostsNothing() throws {
    var refused = 0
    for room in stride(from: 0, to: 2_000, by: 37) {
      let ledger = try SmallLedger(segmentSize: 900)
      let lines = try Self.lines(ledger.disk)
      ledger.disk.faults = SimulatedDisk.Faults(room: room)
      do throws(LogError) {
        try Self.archive(ledger)
      } catch {
        #expect(error.code == .diskFull, "\(error)")
        let rest = try ledger.disk.list(SmallLedger.path).filter { $0.contains("unfinished") }
        #expect(rest == [], "room \(room)")
        refused += 1
      }
      ledger.disk.restart()
      try mustGoOn(ledger, lines, "room \(room)")
    }
    #expect(refused >= 10)
  }

  @Test func anErraticDiskIsAsGood() throws {
    for seed in 0..<20 as Range<UInt64> {
      let ledger = try SmallLedger(segmentSize: 900, seed: seed)
      let lines = try Self.lines(ledger.disk)
      ledger.disk.faults = SimulatedDisk.Faults(isErratic: true)
      try Self.archive(ledger)
      #expect(try Self.lines(ledger.disk) == lines)
    }
  }

  /// Every bit of an archive, and of the file with its SHA-256, flipped alone.
  @Test func everyFlippedBitIsNamed() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    try Self.archive(ledger)
    let name = "log/\(ledger.segments[0].name).zst"
    var flips = 0
    for file in [name, name + ".sha256"] {
      let path = "\(SmallLedger.path)/\(file)"
      let sound = try #require(ledger.disk.contents(path))
      for place in stride(from: 0, to: sound.count * 8, by: isLongRun ? 1 : 5) {
        var bytes = sound
        bytes[place / 8] ^= 1 << UInt8(place % 8)
        ledger.disk.overwrite(path, bytes)
        let findings = try ledger.verify().findings
        #expect(
          findings.contains { $0.kind == .mutated && $0.file == name }, "\(file) bit \(place)")
        flips += 1
      }
      ledger.disk.overwrite(path, sound)
    }
    print("archive: \(flips) bits flipped")
    #expect(try ledger.verify().findings == [])
  }

  /// With a SHA-256 made to fit, the lines inside must tell: they are the same, or it is found.
  @Test func aFittingSumHidesNothing() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    let lines = try Self.lines(ledger.disk)
    try Self.archive(ledger)
    let name = ledger.segments[0].name + ".zst"
    let path = "\(SmallLedger.path)/log/\(name)"
    let sound = try #require(ledger.disk.contents(path))
    var found = 0
    for place in stride(from: 0, to: sound.count * 8, by: isLongRun ? 1 : 3) {
      var bytes = sound
      bytes[place / 8] ^= 1 << UInt8(place % 8)
      ledger.disk.overwrite(path, bytes)
      ledger.disk.overwrite(
        path + ".sha256", Array("\(Digest(hashing: bytes.span).hex)  \(name)\n".utf8))
      if try ledger.verify().findings.isEmpty {
        #expect(try Self.lines(ledger.disk) == lines, "bit \(place)")
      } else {
        #expect(throws: LogError(.damaged, "")) { _ = try Self.lines(ledger.disk) }
        found += 1
      }
    }
    #expect(found > sound.count)
  }

  @Test func cutOrMissingFilesAreNamed() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    try Self.archive(ledger)
    let name = "log/\(ledger.segments[0].name).zst"
    let path = "\(SmallLedger.path)/\(name)"
    let sound = try #require(ledger.disk.contents(path))
    for count in stride(from: 0, to: sound.count, by: isLongRun ? 1 : 7) {
      ledger.disk.overwrite(path, Array(sound[..<count]))
      let findings = try ledger.verify().findings
      #expect(findings.contains { $0.kind == .mutated && $0.file == name }, "\(count) bytes")
    }
    ledger.disk.overwrite(path, sound)
    try ledger.disk.remove(path + ".sha256")
    #expect(try ledger.verify().findings.map(\.kind) == [.missing])
    try ledger.disk.remove(path)
    #expect(try ledger.verify().findings.contains { $0.kind == .missing })
  }

  /// An older archive in the place of another: its sum fits, its lines do not.
  @Test func aForeignArchiveIsFound() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    try Self.archive(ledger)
    try #require(ledger.segments.count >= 3)
    let path = "\(SmallLedger.path)/log/\(ledger.segments[0].name).zst"
    let other = "\(SmallLedger.path)/log/\(ledger.segments[1].name).zst"
    let bytes = try #require(ledger.disk.contents(other))
    ledger.disk.overwrite(path, bytes)
    ledger.disk.overwrite(
      path + ".sha256",
      Array("\(Digest(hashing: bytes.span).hex)  \(ledger.segments[0].name).zst\n".utf8))
    #expect(!(try ledger.verify().findings.isEmpty))
  }
}

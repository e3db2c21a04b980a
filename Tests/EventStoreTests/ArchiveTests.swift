import EventStore
import Support
import Testing

/// Archived segments are read as their plain ones were, whatever happens while they are made.
@Suite struct ArchiveTests {
  private static let log = SmallLedger.path + "/log/"

  private static func archive(
    _ ledger: SmallLedger, keeping keep: Int = 0
  ) throws(LogError) -> [Archiver.Archived] {
    try Archiver.archive(directory: SmallLedger.path, keeping: keep, disk: ledger.disk)
  }

  /// Every line of every event, as a reader gives them.
  private static func lines(_ disk: SimulatedDisk) throws -> [[UInt8]] {
    let reader = try LogReader.open(directory: SmallLedger.path, disk: disk)
    var lines: [[UInt8]] = []
    try reader.forEach(checking: .every) { _, line in lines.append(line.indices.map { line[$0] }) }
    return lines
  }

  private static func names(_ disk: SimulatedDisk) throws -> [String] {
    try disk.list(SmallLedger.path + "/log").sorted()
  }

  private static func open(_ ledger: SmallLedger) throws(LogError) -> EventLog {
    try EventLog.open(
      directory: SmallLedger.path, at: Sample.instant(9), effective: "2026-01-02",
      actor: Sample.actor, settings: EventLog.Settings(segmentSize: 900), disk: ledger.disk)
  }

  private static func archiveName(_ ledger: SmallLedger, _ segment: Int) -> String {
    ledger.segments[segment].name + ".zst"
  }

  @Test func everyReaderReadsBoth() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    let (before, verified) = (try Self.lines(ledger.disk), try ledger.verify())
    let archived = try Self.archive(ledger)
    let finished = ledger.segments.dropLast()
    #expect(archived.map(\.file) == finished.map { "log/\($0.name).zst" })
    #expect(archived.map(\.bytes) == finished.map { SmallLedger.bytes($0.lines).count })
    #expect(
      try Self.names(ledger.disk)
        == (finished.flatMap { ["\($0.name).zst", "\($0.name).zst.sha256"] }
          + [ledger.segments[finished.count].name]))
    #expect(try Self.lines(ledger.disk) == before)
    #expect(try ledger.verify() == verified)
    #expect(
      try LedgerIdentity.read(directory: SmallLedger.path, disk: ledger.disk).ledger
        == Sample.identity().ledger)
    let log = try Self.open(ledger)
    for (seq, line) in before.enumerated() { #expect(try log.line(Int64(seq)) == line) }
    #expect(try log.find(key: "k1") == 1)
    #expect(log.notices == [], "the index still says what the log says")
    var scrubber = try Scrubber(directory: SmallLedger.path, disk: ledger.disk)
    while let step = try scrubber.step() { #expect(step.damage == nil) }
    #expect(try Self.archive(ledger) == [], "there is nothing more to archive")
  }

  /// The file is what the seekable format says: a table in a skippable frame at its end.
  @Test func theTableStandsAtTheEnd() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    _ = try Self.archive(ledger)
    let name = Self.archiveName(ledger, 0)
    let bytes = try #require(ledger.disk.contents(Self.log + name))
    #expect(bytes.prefix(4) == [0x28, 0xB5, 0x2F, 0xFD])
    #expect(bytes.suffix(9) == [1, 0, 0, 0, 0, 0xB1, 0xEA, 0x92, 0x8F])
    #expect(bytes.suffix(25).prefix(8) == [0x5E, 0x2A, 0x4D, 0x18, 17, 0, 0, 0])
    let sum = try #require(ledger.disk.contents(Self.log + name + ".sha256"))
    #expect(
      String(decoding: sum, as: UTF8.self) == "\(Digest(hashing: bytes.span).hex)  \(name)\n")
  }

  @Test func linesLieAcrossFrames() throws {
    let ledger = try SmallLedger(batches: [20, 20, 1], segmentSize: 2 << 20, filler: 60_000)
    let before = try Self.lines(ledger.disk)
    let archived = try Self.archive(ledger)
    #expect(archived.count == 1)
    #expect(archived[0].bytes > 2 << 20)
    #expect(archived[0].archivedBytes < archived[0].bytes / 10)
    #expect(try Self.lines(ledger.disk) == before)
    let log = try Self.open(ledger)
    for seq in before.indices.reversed() { #expect(try log.line(Int64(seq)) == before[seq]) }
  }

  @Test func theNewestMayBeKept() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    let finished = ledger.segments.count - 1
    try #require(finished >= 2)
    #expect(try Self.archive(ledger, keeping: finished).isEmpty)
    #expect(try Self.archive(ledger, keeping: 1).count == finished - 1)
    #expect(ledger.disk.contents(Self.log + ledger.segments[finished - 1].name) != nil)
  }

  @Test func aWriterAndAReaderGoOn() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    let before = try Self.lines(ledger.disk)
    let log = try Self.open(ledger)
    let reader = try LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
    #expect(try log.line(1) == before[1])
    _ = try Self.archive(ledger)
    for (seq, line) in before.enumerated() {
      #expect(try log.line(Int64(seq)) == line)
      #expect(try reader.line(Int64(seq)) == line)
    }
    try log.append([Sample.event("more", on: "account/A-1")], at: Sample.instant(10))
    #expect(try Self.lines(ledger.disk).count == before.count + 1)
  }

  @Test func twoAtOnceAreRefused() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    let hold = try ledger.disk.open(SmallLedger.path + "/log", .read, mode: 0)
    try ledger.disk.lock(hold, .exclusive)
    #expect(throws: LogError(.inUse, "")) { _ = try Self.archive(ledger) }
    ledger.disk.close(hold)
    #expect(try Self.archive(ledger).count == ledger.segments.count - 1)
  }

  @Test func aDamagedSegmentIsLeft() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    var bytes = SmallLedger.bytes(ledger.segments[1].lines)
    bytes[bytes.count / 2] ^= 1
    ledger.put(1, bytes)
    #expect(throws: LogError(.damaged, "")) { _ = try Self.archive(ledger) }
    #expect(ledger.disk.contents(Self.log + ledger.segments[1].name) == bytes)
    #expect(ledger.disk.contents(Self.log + Self.archiveName(ledger, 1)) == nil)
  }

  @Test func whereBothAreThereThePlainOneCounts() throws {
    let ledger = try SmallLedger(segmentSize: 900)
    let (plain, before) = (SmallLedger.bytes(ledger.segments[0].lines), try Self.lines(ledger.disk))
    _ = try Self.archive(ledger)
    let file = try ledger.disk.open(Self.log + ledger.segments[0].name, .create, mode: 0o444)
    _ = try ledger.disk.write(file, plain.span, at: 0)
    ledger.disk.close(file)
    ledger.disk.overwrite(Self.log + Self.archiveName(ledger, 0), [1, 2, 3])
    let verified = try ledger.verify()
    #expect(verified.findings == [])
    #expect(
      verified.notices.filter { $0.kind == .stale }.map(\.file)
        == ["log/" + Self.archiveName(ledger, 0)])
    #expect(try Self.lines(ledger.disk) == before)
    #expect(try Self.archive(ledger).count == 1)
    #expect(try ledger.verify().notices.filter { $0.kind != .notCovered } == [])
    #expect(try Self.lines(ledger.disk) == before)
  }
}

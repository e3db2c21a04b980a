import CanonicalJSON
import EventStore
import Support
import Testing

/// What an opening makes of the bytes behind the last commit (log-format: "Opening and recovering").
@Suite struct RecoveryTests {
  /// What became of the last segment.
  enum Verdict: Equatable, Sendable {
    /// It is as it was.
    case whole
    /// The last batch, or all of a segment that has no other, went to quarantine for that reason.
    case torn(String)
    /// There were zeros in the last batch's place, or behind it, and they were cut off.
    case reserve
    /// Nobody may write, and nothing was changed.
    case damaged
  }

  /// One change of a ledger's last segment and what must come of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let verdict: Verdict
    /// The new bytes, from the old ones and the offset of the last batch in them.
    let change: @Sendable ([UInt8], Int) -> [UInt8]

    var testDescription: String { name }

    init(
      _ name: String, _ verdict: Verdict, _ change: @escaping @Sendable ([UInt8], Int) -> [UInt8]
    ) {
      self.name = name
      self.verdict = verdict
      self.change = change
    }
  }

  /// The bytes with those from an offset on replaced, without changing how many there are.
  private static func put(_ new: [UInt8], at offset: Int, _ bytes: [UInt8]) -> [UInt8] {
    Array(bytes[..<offset]) + new + bytes[(offset + new.count)...]
  }

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  /// Offset of the last line.
  private static func commit(_ bytes: [UInt8]) -> Int {
    (bytes.dropLast().lastIndex(of: 10) ?? -1) + 1
  }

  /// The bytes with a byte of the last commit's root changed.
  private static func wrongRoot(_ bytes: [UInt8]) -> [UInt8] {
    let place = bytes.count - 20
    let isA = bytes[place] == UInt8(ascii: "A")
    return put([UInt8(ascii: isA ? "B" : "A")], at: place, bytes)
  }

  /// First sector that lies in the last batch with all its bytes.
  private static func sector(_ start: Int) -> Int { (start + 511) / 512 * 512 }

  // swift-format-ignore
  static let batches: [Case] = [
    Case("nothing",                            .whole)                             { bytes, _ in bytes },
    Case("no commit",                          .torn("unfinished_batch")) { bytes, _ in Array(bytes[..<commit(bytes)]) },
    Case("the commit's newline missing",       .torn("unfinished_batch")) { bytes, _ in bytes.dropLast() },
    Case("half a commit",                      .torn("unfinished_batch")) { bytes, _ in bytes.dropLast(60) },
    Case("half an event",                      .torn("unfinished_batch")) { bytes, start in Array(bytes[..<(start + 70)]) },
    Case("a commit that does not begin as one", .torn("unfinished_batch")) { bytes, _ in put([65], at: commit(bytes) + 3, bytes) },
    Case("zeros in place of the batch",        .reserve)                           { bytes, start in put(zeros(bytes.count - start), at: start, bytes) },
    Case("zeros in place of it and behind",    .reserve)                           { bytes, start in put(zeros(bytes.count - start), at: start, bytes) + zeros(70_000) },
    Case("half an event, then zeros",          .torn("unfinished_batch")) { bytes, start in Array(bytes[..<(start + 70)]) + zeros(2_000) },
    Case("a cut commit, then zeros",           .torn("unfinished_batch")) { bytes, _ in bytes.dropLast() + zeros(2_000) },
    Case("a sector of zeros",                  .torn("unwritten_sectors")) { bytes, start in put(zeros(512), at: sector(start), bytes) },
    Case("a sector written in part",           .torn("unwritten_sectors")) { bytes, start in put(zeros(8), at: sector(start) + 504, bytes) },
    Case("one zero at a sector's end",         .damaged)                           { bytes, start in put(zeros(1), at: sector(start) + 511, bytes) },
    Case("zeros within a sector",              .damaged)                           { bytes, start in put(zeros(100), at: sector(start) + 100, bytes) },
    Case("another root in the commit",         .damaged)                           { bytes, _ in wrongRoot(bytes) },
    Case("another byte in the event",          .damaged)                           { bytes, start in put([65], at: start + 300, bytes) },
    Case("a wrong commit, then half a line",   .damaged)                           { bytes, _ in wrongRoot(bytes) + Array(#"{"actor":"#.utf8) },
    Case("a wrong commit, then zeros",         .damaged)                           { bytes, _ in wrongRoot(bytes) + zeros(600) },
    Case("the wrong batch twice",              .damaged)                           { bytes, start in wrongRoot(bytes) + wrongRoot(bytes)[start...] },
    Case("a zeroed sector, then more batches", .damaged)                           { bytes, start in put(zeros(512), at: sector(start), bytes) + bytes[start...] },
  ]

  @Test(arguments: batches) func bytesBehindTheLastCommit(_ one: Case) throws {
    let ledger = try SmallLedger(batches: [1, 1], segmentSize: 1 << 20, filler: 1500)
    try judge(one, ledger, events: 2)
  }

  // swift-format-ignore
  static let segments: [Case] = [
    Case("nothing",                        .whole)                              { bytes, _ in bytes },
    Case("an empty file",                  .torn("unfinished_segment"))  { _, _ in [] },
    Case("half a header",                  .torn("unfinished_segment"))  { bytes, _ in Array(bytes[..<50]) },
    Case("a header alone",                 .torn("unfinished_segment"))  { bytes, start in Array(bytes[..<start]) },
    Case("no commit",                      .torn("unfinished_segment"))  { bytes, _ in Array(bytes[..<commit(bytes)]) },
    Case("half a commit",                  .torn("unfinished_segment"))  { bytes, _ in bytes.dropLast(60) },
    Case("zeros throughout",               .torn("unfinished_segment"))  { bytes, _ in zeros(bytes.count) },
    Case("a header that was not written",  .torn("unwritten_sectors"))   { bytes, _ in put(zeros(512), at: 0, bytes) },
    Case("another byte in the header",     .damaged)                            { bytes, _ in put([65], at: 60, bytes) },
    Case("another root in the commit",     .damaged)                            { bytes, _ in wrongRoot(bytes) },
  ]

  @Test(arguments: segments) func aLastSegmentOfOneBatch(_ one: Case) throws {
    let ledger = try SmallLedger(batches: [2, 1], segmentSize: 1, filler: 600)
    #expect(ledger.segments.count == 3)
    try judge(one, ledger, events: 3)
  }

  /// Without its first batch there is no ledger: it was born with that.
  @Test func theFirstBatchIsNeverATail() throws {
    let ledger = try SmallLedger(batches: [])
    let sound = SmallLedger.bytes(ledger.segments[0].lines)
    for count in sound.indices {
      ledger.put(0, Array(sound[..<count]))
      #expect(ledger.refusal() == (.damaged, true), "\(count) bytes")
    }
  }

  /// Changes the last segment and compares what an opening does with what it must; `events` are those
  /// before the last batch.
  private func judge(_ one: Case, _ ledger: SmallLedger, events: Int64) throws {
    let place = ledger.segments.count - 1
    let lines = ledger.segments[place].lines
    let sound = SmallLedger.bytes(lines)
    let first = ledger.batch(of: lines.count, in: place).lowerBound - 1
    let start = lines[..<first].reduce(0) { $0 + $1.count + 1 }
    let bytes = one.change(sound, start)
    ledger.put(place, bytes)
    let offset = place == 0 ? start : 0
    if one.verdict == .reserve { return try judgeReserve(ledger, place, sound[..<start]) }
    guard case .torn(let reason) = one.verdict else {
      let refusal = ledger.refusal()
      #expect(refusal.code == (one.verdict == .damaged ? .damaged : nil))
      #expect(refusal.isUntouched)
      #expect(try ledger.disk.list(SmallLedger.path + "/quarantine") == [])
      let verification = try ledger.verify()
      #expect(verification.findings.isEmpty == (one.verdict == .whole))
      return
    }
    let reader = try LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
    #expect(reader.size == events)
    #expect(reader.notices.map(\.kind) == [.tornTail])
    let before = try ledger.verify()
    #expect(before.findings == [])
    // What no checkpoint covers yet is told too, which is none of this test's.
    #expect(before.notices.map(\.kind).filter { $0 != .notCovered } == [.tornTail])

    for isFirst in [true, false] {
      let log = try WrittenLedger.open(on: ledger.disk)
      #expect(log.notices.map(\.kind) == (isFirst ? [.recovered] : []))
      #expect(log.size == events + 1)
    }
    let quarantine = try Quarantine(ledger.disk)
    let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
    #expect(quarantine.files.map(\.bytes) == [Array(bytes[offset..<end])])
    let name = try #require(quarantine.files.first?.name)
    #expect(name.contains("-\(offset)-\(reason)-"))
    #expect(quarantine.faults == [])
    let log = try WrittenLedger.open(on: ledger.disk)
    try log.append([Sample.event("after", on: "account/A-1")], at: Sample.instant(20))
    let after = try ledger.verify()
    #expect(after.findings == [])
    #expect(after.notices.map(\.kind) == [.notCovered])
    #expect(log.close() == [])
    #expect(try ledger.verify().notices == [])
  }

  /// What an opening must do where zeros follow the bytes that count.
  private func judgeReserve(
    _ ledger: SmallLedger, _ place: Int, _ sound: ArraySlice<UInt8>
  ) throws {
    let reader = try LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
    #expect(reader.notices == [])
    let before = try ledger.verify()
    #expect(before.findings == [])
    #expect(before.notices.map(\.kind).filter { $0 != .notCovered } == [.reserve])
    let log = try WrittenLedger.open(on: ledger.disk)
    #expect(log.notices == [])
    #expect(log.size == reader.size)
    #expect(try ledger.disk.list(SmallLedger.path + "/quarantine") == [])
    let path = "\(SmallLedger.path)/log/\(ledger.segments[place].name)"
    #expect(ledger.disk.contents(path) == Array(sound))
    #expect(try ledger.verify().notices.allSatisfy { $0.kind == .notCovered })
  }

  /// A batch cut off at any byte is one that never happened.
  @Test func everyCutOfTheLastBatch() throws {
    let sound = try SmallLedger(batches: [1, 1], segmentSize: 1 << 20)
    let lines = sound.segments[0].lines
    let bytes = SmallLedger.bytes(lines)
    let start = SmallLedger.bytes(Array(lines[..<5])).count
    for count in stride(from: start + 1, to: bytes.count, by: isLongRun ? 1 : 7) {
      let ledger = try SmallLedger(batches: [1, 1], segmentSize: 1 << 20)
      ledger.put(0, Array(SmallLedger.bytes(ledger.segments[0].lines).prefix(count)))
      let log = try WrittenLedger.open(on: ledger.disk)
      #expect(log.size == 3, "\(count) bytes")
      let quarantine = try Quarantine(ledger.disk)
      #expect(quarantine.files.map(\.bytes.count) == [count - start], "\(count) bytes")
      #expect(quarantine.faults == [], "\(count) bytes")
    }
  }

  /// The process or the machine ends at each call of a recovery: the next opening ends the work, and
  /// each quarantined tail is told of once.
  @Test(arguments: [true, false], [true, false])
  func recoveryCutAtEveryCall(losesNothing: Bool, hasCommit: Bool) throws {
    var cuts = 0
    for seed in 0..<(isLongRun ? 200 : 6) {
      for call in 1...40 {
        let ledger = try SmallLedger(
          batches: [1, 1], segmentSize: 1 << 20, filler: hasCommit ? 2000 : 0, seed: UInt64(seed))
        let sound = SmallLedger.bytes(ledger.segments[0].lines)
        let start = SmallLedger.bytes(Array(ledger.segments[0].lines[..<5])).count
        // Behind what recovery writes, a tail with a commit would be damage if it were not cut off.
        let bytes =
          hasCommit ? Self.put(Self.zeros(512), at: Self.sector(start), sound) : sound.dropLast(9)
        ledger.put(0, bytes)
        ledger.disk.faults = SimulatedDisk.Faults(powerCutIn: call, losesNothing: losesNothing)
        let isDone = (try? WrittenLedger.open(on: ledger.disk)) != nil && ledger.disk.hasPower
        if !isDone { cuts += 1 }
        ledger.disk.restart()

        let log = try WrittenLedger.open(on: ledger.disk)
        let quarantine = try Quarantine(ledger.disk)
        let moment = "seed \(seed), call \(call)"
        #expect(quarantine.faults == [], "\(moment)")
        #expect(quarantine.files.contains { $0.bytes == Array(bytes[start...]) }, "\(moment)")
        #expect(log.size == 2 + Int64(quarantine.files.count), "\(moment)")
        let findings = try ledger.verify().findings
        #expect(findings == [], "\(moment)")
        if isDone { break }
      }
    }
    #expect(cuts > 60)
  }
}

/// The quarantined tails of a ledger, and what its events tell of them.
struct Quarantine {
  var files: [(name: String, bytes: [UInt8])] = []
  /// Tails of which no event, more than one, or a wrong one tells.
  var faults: [String] = []

  init(_ disk: SimulatedDisk, of path: String = SmallLedger.path) throws {
    for name in try disk.list(path + "/quarantine").sorted() where name.hasSuffix(".tail") {
      files.append((name, try #require(disk.contents("\(path)/quarantine/\(name)"))))
    }
    var told: [String: [JSONValue]] = [:]
    try LogReader.open(directory: path, disk: disk).forEach { event, line in
      guard text(of: event.type, in: line) == "LogRecovered" else { return }
      let key = text(of: event.key, in: line)
      told[key, default: []].append(
        (try? JSONValue(parsing: line.extracting(event.data), as: .event)) ?? .null)
    }
    for (name, bytes) in files {
      let reason = name.split(separator: "-")[2]
      let expected = JSONValue.object([
        "bytes": .integer(Int64(bytes.count)), "reason": .string(String(reason)),
        "sha256": .string(Digest(hashing: bytes.span).hex),
      ])
      let events = told.removeValue(forKey: "recovered:" + name) ?? []
      if events != [expected] { faults.append("\(name): \(events)") }
    }
    faults += told.keys.map { "\($0): no such file" }
  }
}

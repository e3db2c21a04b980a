import EventStore
import Foundation
import Support
import Testing

/// A small ledger of two segments or more, kept as lines so that a test can change any of them.
struct SmallLedger {
  static let path = "/ledger"
  let disk: SimulatedDisk
  /// Segments in order, by name, each as its lines without newlines.
  let segments: [(name: String, lines: [[UInt8]])]

  /// Lines of the batch a line is in, both from 1; the header is a batch of its own.
  func batch(of line: Int, in segment: Int) -> ClosedRange<Int> {
    if line == 1 { return 1...1 }
    let lines = segments[segment].lines
    var start = line
    while start > 2, !Self.isCommit(lines[start - 2]) { start -= 1 }
    var end = line
    while end < lines.count, !Self.isCommit(lines[end - 1]) { end += 1 }
    return start...end
  }

  /// How many lines of a segment come before the ledger's last batch.
  func early(_ segment: Int) -> Int {
    let count = segments[segment].lines.count
    return segment < segments.count - 1 ? count : batch(of: count, in: segment).lowerBound - 1
  }

  static func isCommit(_ line: [UInt8]) -> Bool { line.starts(with: Array(#"{"commit":"#.utf8)) }

  static func bytes(_ lines: [[UInt8]]) -> [UInt8] {
    Array(lines.joined(separator: [10])) + [10]
  }

  /// A ledger of batches with so many events each, after the first with the ledger's own; segments are
  /// finished past `segmentSize` bytes. Each event's data is longer by `filler` bytes.
  init(
    batches: [Int] = [2, 1, 3, 1, 2], segmentSize: Int = 1800, filler: Int = 0, seed: UInt64 = 7
  ) throws {
    disk = SimulatedDisk(seed: seed)
    let settings = EventLog.Settings(segmentSize: segmentSize)
    let log = try EventLog.create(
      directory: Self.path, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: settings, disk: disk)
    var key = 0
    for (step, count) in batches.enumerated() {
      let events = (0..<count).map { _ in
        key += 1
        return Sample.event("k\(key)", on: "account/A-\(key % 2)", filler: filler)
      }
      try log.append(events, at: Sample.instant(step + 1))
    }
    segments = try disk.list(Self.path + "/log").sorted().map { [disk] name in
      let bytes = try #require(disk.contents("\(Self.path)/log/\(name)"))
      return (name, bytes.split(separator: 10).map(Array.init))
    }
  }

  /// Puts other bytes in a segment's place.
  func put(_ segment: Int, _ bytes: [UInt8]) {
    disk.overwrite("\(Self.path)/log/\(segments[segment].name)", bytes)
  }

  /// Puts other lines in a segment's place.
  func put(_ segment: Int, lines: [[UInt8]]) {
    put(segment, Self.bytes(lines))
  }

  func restore(_ segment: Int) { put(segment, lines: segments[segment].lines) }

  func verify() throws -> Verification {
    try LogVerifier.verify(directory: Self.path, disk: disk)
  }

  /// What opening for writing says when all of the log is read, for want of an index, and whether it
  /// left the log as it was.
  func refusal() -> (code: LogError.Code?, isUntouched: Bool) {
    let before = files
    for name in (try? disk.list(Self.path + "/index")) ?? [] {
      try? disk.remove("\(Self.path)/index/\(name)")
    }
    do throws(LogError) {
      _ = try EventLog.open(
        directory: Self.path, at: Sample.instant(9), effective: "2026-01-02",
        actor: Sample.actor, disk: disk)
      return (nil, before == files)
    } catch {
      return (error.code, before == files)
    }
  }

  private var files: [String: [UInt8]?] {
    let names = (try? disk.list(Self.path + "/log")) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, disk.contents("\(Self.path)/log/\($0)")) })
  }
}

@Suite struct TamperingTests {
  @Test func aSoundLedgerHasNoFindings() throws {
    let ledger = try SmallLedger()
    let verification = try ledger.verify()
    #expect(ledger.segments.count == 2)
    #expect(verification.findings == [])
    // The ledger was signed when it was made, and its first segment when it was finished; what follows
    // is not covered yet.
    #expect(verification.notices.map(\.kind) == [.notCovered])
    #expect(verification.checkpoints == 2)
    #expect(verification.events == 10)
    #expect(verification.root != nil)
    #expect(ledger.refusal().code == nil)
  }

  /// Every bit of every line before the last batch: found in the right lines, and no writer opens.
  ///
  /// A short run flips one bit of each byte: the lowest of the first, the next of the second.
  @Test(arguments: 0..<(isLongRun ? 8 : 1)) func everyFlippedBitIsFound(bit: Int) throws {
    let ledger = try SmallLedger(batches: [2, 1, 1], segmentSize: 1400)
    #expect(ledger.segments.count == 2)
    var flips = 0
    var faults: [String] = []
    for segment in ledger.segments.indices {
      let sound = SmallLedger.bytes(ledger.segments[segment].lines)
      var line = 1
      for (place, byte) in sound.enumerated() {
        guard line <= ledger.early(segment) else { break }
        var bytes = sound
        bytes[place] = byte ^ (1 << ((place + bit) % 8))
        ledger.put(segment, bytes)
        flips += 1
        let isNewline = byte == 10 || bytes[place] == 10
        if let fault = try fault(ledger, segment, line, isNewline) {
          faults.append("byte \(place): \(fault)")
        }
        if byte == 10 { line += 1 }
      }
      ledger.restore(segment)
    }
    #expect(flips > 1500)
    #expect(faults.isEmpty, "\(faults.count) faults: \(faults.prefix(9).joined(separator: "\n"))")
  }

  /// What is wrong with how a flipped bit was found; `nil` if nothing is.
  private func fault(
    _ ledger: SmallLedger, _ segment: Int, _ line: Int, _ isNewline: Bool
  ) throws -> String? {
    let verification = try ledger.verify()
    let name = "log/" + ledger.segments[segment].name
    var batch = ledger.batch(of: line, in: segment)
    // A newline more or less joins lines or moves those after it by one.
    if isNewline { batch = max(1, batch.lowerBound - 1)...(batch.upperBound + 4) }
    let found = verification.findings
    let isNamed = found.contains {
      $0.file == name && $0.lines?.contains(Int64(line)) == true
    }
    let isElsewhere = found.contains { finding in
      guard finding.file == name, let lines = finding.lines else { return true }
      return lines.lowerBound < batch.lowerBound || lines.upperBound > batch.upperBound
    }
    guard isNamed, !isElsewhere else { return "\(name) line \(line): \(found)" }
    let refusal = ledger.refusal()
    guard refusal == (.damaged, true) else { return "\(name) line \(line): opens \(refusal)" }
    return nil
  }

  @Test func everyDeletedLineIsMissing() throws {
    let ledger = try SmallLedger()
    try forEachEarlyLine(of: ledger) { segment, line, lines in
      var fewer = lines
      fewer.remove(at: line)
      let isCut = line == lines.count - 1
      return (fewer, [isCut ? .truncated : .missing])
    }
  }

  @Test func everyDoubledLineIsDuplicated() throws {
    let ledger = try SmallLedger()
    try forEachEarlyLine(of: ledger) { segment, line, lines in
      var more = lines
      more.insert(lines[line], at: line)
      return (more, [.duplicated])
    }
  }

  @Test func everyPairOfEventsSwappedIsReordered() throws {
    let ledger = try SmallLedger()
    for distance in 1...7 {
      try forEachEarlyLine(of: ledger) { segment, line, lines in
        let other = line + distance
        guard other < ledger.early(segment), !SmallLedger.isCommit(lines[line]), line > 0,
          !SmallLedger.isCommit(lines[other])
        else { return nil }
        var swapped = lines
        swapped.swapAt(line, other)
        return (swapped, [.reordered])
      }
    }
  }

  @Test func everyOtherSwapIsFound() throws {
    let ledger = try SmallLedger()
    for distance in 1...9 {
      try forEachEarlyLine(of: ledger) { segment, line, lines in
        let other = line + distance
        guard other < ledger.early(segment) else { return nil }
        var swapped = lines
        swapped.swapAt(line, other)
        return (swapped, [])
      }
    }
  }

  @Test func everyCutOfAnEarlierSegmentIsFound() throws {
    let ledger = try SmallLedger()
    for segment in ledger.segments.indices.dropLast() {
      let sound = SmallLedger.bytes(ledger.segments[segment].lines)
      for size in 0..<sound.count {
        ledger.put(segment, Array(sound.prefix(size)))
        let findings = try ledger.verify().findings
        let kinds = Set(findings.map(\.kind))
        #expect(
          !kinds.isDisjoint(with: [.truncated, .missing, .malformed]), "cut to \(size): \(findings)"
        )
        #expect(ledger.refusal() == (.damaged, true))
      }
      ledger.restore(segment)
    }
  }

  @Test func everyRemovedSegmentIsMissing() throws {
    let ledger = try SmallLedger()
    for (segment, name) in ledger.segments.map(\.name).enumerated().dropLast() {
      let path = "\(SmallLedger.path)/log/\(name)"
      try ledger.disk.rename(path, to: SmallLedger.path + "/aside.jsonl")
      let findings = try ledger.verify().findings
      #expect(
        findings.contains { $0.kind == .missing && $0.file == "log/" + name },
        "without segment \(segment): \(findings)")
      #expect(ledger.refusal() == (.damaged, true))
      try ledger.disk.rename(SmallLedger.path + "/aside.jsonl", to: path)
    }
  }

  /// Changes each early line as `change` says and expects a finding of one of the kinds.
  private func forEachEarlyLine(
    of ledger: SmallLedger,
    _ change: (Int, Int, [[UInt8]]) -> (lines: [[UInt8]], kinds: [Finding.Kind])?
  ) throws {
    var changes = 0
    for segment in ledger.segments.indices {
      for line in 0..<ledger.early(segment) {
        guard let (lines, kinds) = change(segment, line, ledger.segments[segment].lines) else {
          continue
        }
        changes += 1
        ledger.put(segment, lines: lines)
        let findings = try ledger.verify().findings
        #expect(!findings.isEmpty)
        #expect(
          kinds.isEmpty || findings.contains { kinds.contains($0.kind) },
          "\(ledger.segments[segment].name) line \(line + 1): \(findings)")
        #expect(ledger.refusal() == (.damaged, true), "line \(line + 1)")
      }
      ledger.restore(segment)
    }
    #expect(changes > 0)
  }
}

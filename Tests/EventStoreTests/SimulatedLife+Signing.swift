import Support

@testable import EventStore

// Checkpoints, anchors and keys in a life, and how one ends whose disk puts a write in the wrong place.
extension Life {
  /// Signs the log, names an anchor, or changes the key, whatever comes of it.
  mutating func sign(_ log: EventLog) {
    let size = log.size
    do throws(LogError) {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0:
        try log.add(anchor: Self.anchor)
        tally.anchored += 1
      case 1:
        try changeKey(of: log)
        tally.keysChanged += 1
      default:
        let signed = try log.checkpoint()
        expect(signed.size == log.size, "the checkpoint is one of \(signed.size) events")
        tally.checkpoints += 1
      }
    } catch {
      let isExcused =
        switch error.code {
        case .poisoned, .io: !disk.hasPower || syncMayFail
        case .diskFull: disk.faults.room != nil
        case .invalidKey: isBetweenKeys
        default: false
        }
      expect(isExcused, "signing failed: \(error)")
      if error.code == .diskFull { disk.faults.room = 1_000_000 }
    }
    expect(size <= log.size, "signing took events away")
  }

  /// A failed change may have been recorded all the same; what is durable is promised.
  private mutating func changeKey(of log: EventLog) throws(LogError) {
    let size = log.size
    nextKey += 1
    defer {
      if log.size > size, let new = log.keys.all.last {
        promised[size] =
          "signing-key:\(Digest(hashing: Array(new.text.utf8).span).hex.prefix(32))"
      }
    }
    do throws(LogError) {
      _ = try log.changeSigningKey(
        at: Sample.instant(nextKey), effective: "2026-01-02", actor: Sample.actor)
    } catch {
      if log.size == size { openKeyChanges += 1 } else { isBetweenKeys = true }
      throw error
    }
  }

  /// The last session of a life whose disk puts one write where it does not belong: when its caches are
  /// gone it is seen, and nothing is taken for sound that is not what was acknowledged.
  mutating func strayEnd() throws {
    tally.strayLives += 1
    var faults = SimulatedDisk.Faults()
    faults.misdirectedWriteIn = Int.random(in: 1...12, using: &generator)
    try strayingSession(with: faults)
    let judged = try StrayWrite.judge(disk, Self.ledger, promised)
    tally.straysFound += judged.isFound ? 1 : 0
    broken += judged.faults
  }

  /// Opens and appends; what fails, fails because the disk gave back what was not written.
  private mutating func strayingSession(with faults: SimulatedDisk.Faults) throws {
    disk.faults = faults
    do throws(LogError) {
      let log = try EventLog.open(
        directory: Self.ledger, at: Sample.instant(nextKey), effective: "2026-01-02",
        actor: Sample.actor, disk: disk)
      for seq in 0..<log.size where promised[seq] == nil {
        let line = try log.line(seq)
        guard let event = try? EventEnvelope(parsing: line.span) else { continue }
        promised[seq] = text(of: event.key, in: line.span)
      }
      for _ in 0..<4 {
        nextKey += 1
        let event = Sample.event("k-\(nextKey)", on: "account/A-1", filler: 700)
        for receipt in try log.append([event], at: Sample.instant(nextKey)) {
          promised[receipt.seq] = receipt.key
        }
      }
      if Bool.random(using: &generator) { try log.checkpoint() }
    } catch {
      let codes: [LogError.Code] = [
        .damaged, .poisoned, .io, .behindAnchor, .invalidKey, .notProven, .keyConflict,
      ]
      expect(codes.contains(error.code), "a stray write ends in \(error)")
    }
  }
}

/// A write that the device put where it does not belong, seen when its caches are gone.
enum StrayWrite {
  /// Whether the log's harm is found, or told of as a tail that tore; and what was taken for sound that is
  /// not what was acknowledged, by `seq`.
  static func judge(
    _ disk: SimulatedDisk, _ ledger: String, _ promised: [Int64: String]
  ) throws -> (isFound: Bool, faults: [String]) {
    let before = log(disk, ledger)
    disk.dropCaches()
    disk.restart()
    let verification = try LogVerifier.verify(directory: ledger, disk: disk)
    let isTold = verification.notices.contains { $0.kind == .tornTail }
    if !verification.findings.isEmpty || isTold { return (true, []) }
    var faults: [String] = []
    if log(disk, ledger) != before {
      faults.append("the log is not what was written, and verifies")
    }
    var seen: [Int64: String] = [:]
    try LogReader.open(directory: ledger, disk: disk).forEach(checking: .every) { event, line in
      seen[event.seq] = text(of: event.key, in: line)
    }
    for (seq, key) in promised where seen[seq] != key {
      faults.append("event \(seq) is \(seen[seq] ?? "none") and was \(key)")
    }
    return (false, faults)
  }

  /// Every segment's bytes as a process sees them.
  private static func log(_ disk: SimulatedDisk, _ ledger: String) -> [String: [UInt8]] {
    let names = (try? disk.list(ledger + "/log")) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        disk.contents("\(ledger)/log/\(name)").map { (name, $0) }
      })
  }
}

import Foundation
import Support
import Testing

@testable import EventStore

/// The quick walk of sound segments, several at a time, and the slow judgement of every line say the same.
@Suite struct VerifyAgreementTests {
  @Test func quickAndSlowAgreeOnRandomDamage() throws {
    let given = ProcessInfo.processInfo.environment["QUIPU_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("quickAndSlowAgreeOnRandomDamage: QUIPU_SEED=\(seed)")
    var generator = SeededGenerator(seed: seed)
    var found = 0
    for _ in 0..<(isLongRun ? 2_000 : 120) {
      let ledger = try SmallLedger(seed: generator.next())
      try damage(ledger, &generator)
      var slow = VerifyOptions()
      slow.judgesEveryLine = true
      var quick = VerifyOptions()
      quick.jobs = Int.random(in: 1...4, using: &generator)
      let one = try LogVerifier.verify(
        directory: SmallLedger.path, options: slow, disk: ledger.disk)
      let other = try LogVerifier.verify(
        directory: SmallLedger.path, options: quick, disk: ledger.disk)
      #expect(one == other, "QUIPU_SEED=\(seed)")
      if !one.findings.isEmpty { found += 1 }
    }
    #expect(found > 60, "QUIPU_SEED=\(seed)")
  }

  /// Flips a bit, drops, doubles or swaps lines, or cuts a segment.
  private func damage(_ ledger: SmallLedger, _ generator: inout SeededGenerator) throws {
    let segment = Int.random(in: 0..<ledger.segments.count, using: &generator)
    var lines = ledger.segments[segment].lines
    let line = Int.random(in: 0..<lines.count, using: &generator)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: break
    case 1:
      let byte = Int.random(in: 0..<lines[line].count, using: &generator)
      lines[line][byte] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: lines.remove(at: line)
    case 3: lines.insert(lines[line], at: line)
    case 4: lines.swapAt(line, Int.random(in: 0..<lines.count, using: &generator))
    default: lines.removeSubrange(line...)
    }
    ledger.put(segment, lines.isEmpty ? [] : SmallLedger.bytes(lines))
  }
}

import EventStore
import Foundation
import Support
import Testing

/// Whatever the disk does: what was acknowledged is there, what is there verifies, nothing else is.
///
/// The same lives are lived at every run, and one more whose seed is new and printed.
/// `QUIPU_SEED=n` lives one of them again; `QUIPU_LONG=1` has 10,000.
@Suite struct SimulationTests {
  @Test func everySeedKeepsThePromise() {
    let given = ProcessInfo.processInfo.environment["QUIPU_SEED"]
    if let seed = given.flatMap(UInt64.init) {
      _ = live(seed)
      return
    }
    let fresh = UInt64.random(in: 1 << 32..<1 << 48)
    print("everySeedKeepsThePromise: QUIPU_SEED=\(fresh)")
    _ = live(fresh)
    // Luck has no part in the figures below: they belong to seeds that are always the same.
    let count = isLongRun ? 10_000 : 300
    var tally = Life.Tally()
    for seed in 0..<UInt64(count) {
      guard let more = live(seed) else { return }
      tally.add(more)
      if seed > 0, seed % 1000 == 0 { print("\(seed) lives: \(tally)") }
    }
    print("\(count) lives: \(tally)")
    #expect(tally.losses.untouched == [])
    // A simulation in which nothing goes wrong shows nothing.
    #expect(tally.powerCuts >= count)
    #expect(tally.recoveries >= count / 20)
    #expect(tally.cutRecoveries >= count / 40)
    #expect(tally.poisonings >= count / 20)
    #expect(tally.fullDisks >= count / 10)
    #expect(tally.unacknowledgedBatches >= count / 20)
    #expect(tally.rolls >= count)
    #expect(tally.keysChanged >= count / 20)
    #expect(tally.anchored >= count / 20)
    #expect(tally.checkpoints >= count / 4)
    // Stray writes: each was harmless to the log, found, or told of as a tail that tore.
    #expect(tally.strayLives >= count / 20)
    #expect(tally.straysFound >= count / 60)
  }

  @Test func aSeedIsALife() {
    for seed: UInt64 in [0, 3, 7] {
      #expect(live(seed) == live(seed), "seed \(seed)")
    }
  }

  /// Lives one life; what happened in it, `nil` after a broken promise.
  private func live(_ seed: UInt64) -> Life.Tally? {
    var life = Life(seed: seed)
    do {
      try life.live()
    } catch {
      life.broken.append("\(error)")
    }
    for fault in life.broken { Issue.record("QUIPU_SEED=\(seed): \(fault)") }
    return life.broken.isEmpty ? life.tally : nil
  }
}

import EventStore
import Support
import Synchronization
import Testing

/// Finished segments are read again without standing in a writer's way.
@Suite struct ScrubberTests {
  private let ledger: SmallLedger

  init() throws {
    ledger = try SmallLedger(batches: [20, 20, 1], segmentSize: 1 << 20, filler: 60_000)
  }

  private func scrub(bytesPerSecond rate: Int?) throws -> (steps: [Scrubber.Step], pauses: [Int]) {
    let pauses = Mutex<[Int]>([])
    ledger.disk.observe { call in
      if let wait = Int(call.split(separator: " ").last ?? ""), call.hasPrefix("pause ") {
        pauses.withLock { $0.append(wait) }
      }
    }
    defer { ledger.disk.observe(nil) }
    var scrubber = try Scrubber(
      directory: SmallLedger.path, bytesPerSecond: rate, disk: ledger.disk)
    var steps: [Scrubber.Step] = []
    while let step = try scrubber.step() { steps.append(step) }
    return (steps, pauses.withLock { $0 })
  }

  @Test func itPausesOftenAndKeepsToItsRate() throws {
    let free = try scrub(bytesPerSecond: nil)
    #expect(free.pauses == [])
    let (steps, pauses) = try scrub(bytesPerSecond: 1 << 20)
    #expect(steps.map(\.file) == free.steps.map(\.file))
    #expect(steps.allSatisfy { $0.damage == nil })
    let bytes = steps.reduce(0) { $0 + $1.bytes }
    #expect(pauses.count >= bytes / (512 << 10))
    // Never so much at once that the pause after it is long; all but the last pieces are paused for.
    #expect(pauses.allSatisfy { $0 <= 400 })
    #expect(pauses.reduce(0, +) >= ((bytes - steps.count * (400 << 10)) * 1000) >> 20)
  }

  @Test func damageIsTheStepsAndTheRestIsRead() throws {
    let file = "\(SmallLedger.path)/log/\(ledger.segments[0].name)"
    var bytes = try #require(ledger.disk.contents(file))
    bytes[bytes.count / 2] ^= 1
    ledger.put(0, bytes)
    let steps = try scrub(bytesPerSecond: 1 << 20).steps
    #expect(steps.count == ledger.segments.count - 1)
    #expect(steps.first?.damage?.code == .damaged)
    #expect(steps.dropFirst().allSatisfy { $0.damage == nil })
  }
}

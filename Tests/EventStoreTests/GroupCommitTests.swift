import EventStore
import Foundation
import Support
import Synchronization
import Testing

/// Many callers at once become few batches, and each hears what became of its own event.
@Suite struct GroupCommitTests {
  typealias Outcome = Result<Receipt, LogError>

  /// What the groups looked like from inside.
  final class Witness: Sendable {
    private let sizes = Mutex<[Int]>([])
    private let arrived = Atomic<Int>(0)
    private let isBusy = Atomic<Bool>(false)
    private let callers: Int

    var groups: [Int] { sizes.withLock { $0 } }

    init(callers: Int) {
      self.callers = callers
    }

    func arrive() { arrived.add(1, ordering: .relaxed) }

    /// Notes a group; the first waits until all callers are on their way, so that others queue up.
    func enter(_ count: Int) {
      let wasBusy = isBusy.exchange(true, ordering: .relaxed)
      #expect(!wasBusy, "two groups at once")
      let isFirst = sizes.withLock { sizes in
        sizes.append(count)
        return sizes.count == 1
      }
      let deadline = Date(timeIntervalSinceNow: 10)
      while isFirst, arrived.load(ordering: .relaxed) < callers, Date() < deadline {
        Thread.sleep(forTimeInterval: 0.001)
      }
    }

    func leave() { isBusy.store(false, ordering: .relaxed) }
  }

  /// Submits an event a caller, all callers at once, to a writer whose disk fails as `faults` say.
  private func submit(
    callers: Int, limit: Int, faults: SimulatedDisk.Faults = SimulatedDisk.Faults()
  ) async throws -> (outcomes: [Outcome], witness: Witness, disk: SimulatedDisk) {
    let ledger = try WrittenLedger()
    let disk = ledger.disk
    disk.faults = faults
    let witness = Witness(callers: callers)
    let log = ledger.log
    let commits = GroupCommit<PendingEvent, Outcome>(limit: limit) { events in
      witness.enter(events.count)
      defer { witness.leave() }
      do throws(LogError) {
        return try log.append(events, at: Sample.instant(1)).map { .success($0) }
      } catch {
        return events.map { _ in .failure(error) }
      }
    }
    let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
      for caller in 0..<callers {
        group.addTask {
          let event = Sample.event("caller-\(caller)", on: "account/A-\(caller % 5)")
          let outcome = await withCheckedContinuation { continuation in
            commits.submit(event) { continuation.resume(returning: $0) }
            witness.arrive()
          }
          return (caller, outcome)
        }
      }
      var outcomes = [Outcome?](repeating: nil, count: callers)
      for await (caller, outcome) in group { outcomes[caller] = outcome }
      return outcomes.compactMap { $0 }
    }
    return (outcomes, witness, disk)
  }

  @Test(arguments: [4096, 7]) func everyCallerIsAcknowledged(limit: Int) async throws {
    let callers = 200
    let (outcomes, witness, disk) = try await submit(callers: callers, limit: limit)
    #expect(outcomes.count == callers)
    var seqs: [Int64] = []
    for (caller, outcome) in outcomes.enumerated() {
      let receipt = try outcome.get()
      #expect(receipt.key == "caller-\(caller)")
      seqs.append(receipt.seq)
    }
    #expect(seqs.sorted() == (1...Int64(callers)).map { $0 })
    #expect(witness.groups.reduce(0, +) == callers)
    #expect(witness.groups.allSatisfy { (1...limit).contains($0) })
    #expect(witness.groups.count < callers / 2)

    let verification = try LogVerifier.verify(directory: WrittenLedger.path, disk: disk)
    #expect(verification.findings == [])
    // The ledger's first batch, and one a group.
    #expect(verification.commits == Int64(witness.groups.count) + 1)
  }

  @Test func aFailedSyncIsToldToAllWhoWait() async throws {
    let (outcomes, witness, disk) = try await submit(
      callers: 40, limit: 8, faults: SimulatedDisk.Faults(syncFailureIn: 1))
    #expect(outcomes.count == 40)
    for outcome in outcomes {
      #expect(throws: LogError(.poisoned, "")) { try outcome.get() }
    }
    #expect(witness.groups.count >= 5)
    // Nobody but the first group came as far as the disk.
    let bytes = try #require(disk.contents(WrittenLedger.path + "/log/000000000000.jsonl"))
    let lines = bytes.split(separator: 10).map(Array.init)
    #expect(lines.count { SmallLedger.isCommit($0) } == 2)
  }

  @Test func afterAFullDiskLaterGroupsSucceed() async throws {
    let (outcomes, _, disk) = try await submit(
      callers: 40, limit: 1, faults: SimulatedDisk.Faults(room: 5000))
    let failures = outcomes.compactMap { outcome -> LogError.Code? in
      if case .failure(let error) = outcome { error.code } else { nil }
    }
    #expect(!failures.isEmpty)
    #expect(failures.allSatisfy { $0 == .diskFull })
    let verification = try LogVerifier.verify(directory: WrittenLedger.path, disk: disk)
    #expect(verification.findings == [])
    #expect(verification.events == Int64(1 + outcomes.count - failures.count))
  }

  /// A function kept behind a lock by itself is called through one more function each time it is looked
  /// at, until the stack ends; nothing tells before that.
  @Test func groupAfterGroupIsProcessedAtTheSameDepth() async {
    let depths = Mutex<Set<Int>>([])
    let groups = GroupCommit<Int, Int> { numbers in
      let depth = Thread.callStackReturnAddresses.count
      depths.withLock { _ = $0.insert(depth) }
      return numbers
    }
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      @Sendable func submit(_ number: Int) {
        // From within the answer, so that the same run of the same thread goes on with it.
        groups.submit(number) { $0 < 1_000 ? submit($0 + 1) : done.resume() }
      }
      submit(0)
    }
    #expect(depths.withLock(\.count) == 1)
  }
}

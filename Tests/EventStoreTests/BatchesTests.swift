import EventStore
import Support
import Synchronization
import Testing

/// Batches in a row, each put together while the one before is written: the promises are those of one
/// batch after the other.
@Suite struct BatchesTests {
  /// Batches of some sizes, their keys numbered through.
  private func batches(_ sizes: [Int]) -> [[PendingEvent]] {
    var number = 0
    return sizes.map { size in
      (0..<size).map { _ in
        defer { number += 1 }
        return Sample.event("k\(number)", on: "account/A-\(number % 7)")
      }
    }
  }

  /// Gives batches one by one.
  private func giving(_ batches: [[PendingEvent]]) -> () -> [PendingEvent]? {
    var rest = batches[...]
    return { rest.popFirst() }
  }

  private let now = { Sample.instant(5) }

  @Test func batchesInARowAreAsOneAfterTheOther() throws {
    let sizes = [3, 1, 300, 2, 40, 700, 1, 5]
    for segmentSize in [600, 20_000, 16 << 20] {
      let ledger = try WrittenLedger(segmentSize: segmentSize)
      var told: [[Int64]] = []
      try ledger.log.append(batches: giving(batches(sizes)), overlapping: 1, at: now) { receipts in
        told.append(receipts.map(\.seq))
        #expect(ledger.log.size == (receipts.last?.seq ?? 0) + 1)
        return true
      }
      #expect(told.map(\.count) == sizes)
      #expect(told.flatMap { $0 } == Array(1...1052))
      #expect(try ledger.findings() == [])
      let other = try WrittenLedger(segmentSize: segmentSize)
      for batch in batches(sizes) { try other.log.append(batch, at: now()) }
      for seq in stride(from: Int64(1), through: 1052, by: 50) {
        let (one, two) = (try ledger.log.line(seq), try other.log.line(seq))
        let (left, right) = (one.span, two.span)
        let mine = try EventEnvelope(parsing: left)
        let theirs = try EventEnvelope(parsing: right)
        #expect(mine.n == theirs.n)
        #expect(text(of: mine.key, in: left) == text(of: theirs.key, in: right))
      }
      ledger.disk.restart()
      #expect(try WrittenLedger.open(on: ledger.disk, segmentSize: segmentSize).size == 1053)
    }
  }

  @Test func whatWasNotWantedLeavesNoTrace() throws {
    let ledger = try WrittenLedger()
    var told = 0
    try ledger.log.append(batches: giving(batches([2, 3, 4, 5])), overlapping: 1, at: now) {
      receipts in
      told += receipts.count
      return told < 5
    }
    #expect(told == 5)
    #expect(ledger.log.size == 6)
    #expect(try ledger.findings() == [])
    // The same keys are free, and streams are where the log says.
    let receipts = try ledger.log.append(batches([2, 3, 4])[2], at: now())
    #expect(receipts.map(\.seq) == [6, 7, 8, 9])
    #expect(try ledger.findings() == [])
  }

  @Test func aKeyOfTheBatchInFlightIsTaken() throws {
    let ledger = try WrittenLedger()
    var given = batches([3, 3, 3])
    given[2][1].key = "k4"
    var told = 0
    let error = #expect(throws: LogError.self) {
      try ledger.log.append(batches: giving(given), overlapping: 1, at: now) { receipts in
        told += receipts.count
        return true
      }
    }
    #expect(error?.code == .keyConflict)
    #expect(error?.index == 1)
    #expect(told == 6)
    #expect(ledger.log.size == 7)
    let next = try ledger.log.append(batches([3, 3, 3])[2], at: now())
    #expect(next.map(\.seq) == [7, 8, 9])
    #expect(try ledger.findings() == [])
  }

  /// Power goes at every call that changes something; then every sync and every write fails in turn.
  @Test func everyFaultLeavesWhatWasTold() throws {
    let sizes = [2, 3, 20, 1, 4]
    var kinds = [0, 0, 0]
    for kind in kinds.indices {
      for number in 1... {
        let ledger = try WrittenLedger(segmentSize: 1500, seed: UInt64(number), ballast: 4096)
        var faults = SimulatedDisk.Faults()
        switch kind {
        case 0: faults.powerCutIn = number
        case 1: faults.syncFailureIn = number
        default: faults.room = 400 * number
        }
        ledger.disk.faults = faults
        var told: [Receipt] = []
        var failed = false
        do {
          try ledger.log.append(batches: giving(batches(sizes)), overlapping: 1, at: now) {
            receipts in
            told += receipts
            return true
          }
        } catch {
          failed = true
        }
        // A failed sync of a batch or of tiles ends all writing, one of an index is only told of.
        if kind == 1, failed { #expect(ledger.log.poison != nil) }
        let isConsumed =
          !ledger.disk.hasPower || kind == 1 && ledger.disk.faults.syncFailureIn == nil
        if ledger.disk.hasPower { ledger.disk.cutPower() }
        ledger.disk.restart()
        ledger.disk.faults = SimulatedDisk.Faults()
        let log = try WrittenLedger.open(on: ledger.disk, segmentSize: 1500)
        for receipt in told {
          let line = try log.line(receipt.seq)
          let span = line.span
          #expect(text(of: try EventEnvelope(parsing: span).key, in: span) == receipt.key)
        }
        #expect(try ledger.findings() == [])
        guard failed || isConsumed else { break }
        if failed { kinds[kind] += 1 }
      }
    }
    print(
      "batches in a row under \(kinds[0]) power cuts, \(kinds[1]) failed syncs, "
        + "\(kinds[2]) full disks")
    #expect(kinds.allSatisfy { $0 > 5 })
  }

  /// A batch that failed in flight is in no table, and neither is the one drafted after it.
  @Test func aBatchThatFailedInFlightLeavesNoTrace() throws {
    let ledger = try WrittenLedger()
    let given = batches([40, 40, 40])
    var told = 0
    let error = #expect(throws: LogError.self) {
      try ledger.log.append(batches: giving(given), overlapping: 1, at: now) { receipts in
        told += receipts.count
        ledger.disk.faults.room = 5000
        return true
      }
    }
    #expect(error?.code == .diskFull)
    #expect(told == 40)
    ledger.disk.faults.room = nil
    for event in given[1] + given[2] { #expect(try ledger.log.find(key: event.key) == nil) }
    #expect(try ledger.log.nextPosition(of: "account/A-0") == 6)
    try ledger.log.append(given[1] + given[2], at: now())
    for (place, event) in given.joined().enumerated() {
      #expect(try ledger.log.find(key: event.key) == Int64(place + 1))
    }
    #expect(try ledger.findings() == [])
  }

  /// While a segment's tiles and index are made on another thread, its events are found all the same.
  @Test func aSegmentBeingFinishedIsKnown() throws {
    let ledger = try WrittenLedger(segmentSize: 4000)
    let given = batches(Array(repeating: 20, count: 40))
    var seen = 0
    try ledger.log.append(batches: giving(given), overlapping: 1, at: now) { receipts in
      seen += receipts.count
      for number in Set([0, seen / 2, max(0, seen - 30), seen - 1]).sorted() {
        #expect((try? ledger.log.find(key: "k\(number)")) == Int64(number + 1))
      }
      return true
    }
    #expect(seen == 800)
    let error = #expect(throws: LogError.self) {
      try ledger.log.append([Sample.event("k3", on: "account/A")], at: now())
    }
    #expect(error?.code == .keyConflict)
    #expect(ledger.log.notices.isEmpty)
    // Every finished segment has been signed at its end, and has its run, merged with others or not.
    let segments = try ledger.disk.list(WrittenLedger.path + "/log").sorted()
    let signed = try Set(ledger.disk.list(WrittenLedger.path + "/checkpoints"))
    #expect(segments.count > 30)
    for segment in segments.dropFirst() {
      #expect(signed.contains(segment.replacing(".jsonl", with: ".checkpoint")))
    }
    let runs = try ledger.disk.list(WrittenLedger.path + "/index").sorted()
    #expect(runs.first?.hasPrefix("000000000000-") == true)
    #expect(runs.last?.hasSuffix("-" + (segments.last ?? "").prefix(12) + ".index") == true)
    #expect(try ledger.findings() == [])
  }

  /// A key of the segment that is being finished is taken.
  @Test func aKeyOfASegmentBeingFinishedIsTaken() throws {
    let ledger = try WrittenLedger(segmentSize: 4000)
    var given = batches([20, 2, 20])
    given[2][7].key = "k3"
    var told = 0
    let error = #expect(throws: LogError.self) {
      try ledger.log.append(batches: giving(given), overlapping: 1, at: now) { receipts in
        told += receipts.count
        return true
      }
    }
    #expect(error?.code == .keyConflict)
    #expect(error?.index == 7)
    #expect(told == 22)
    #expect(try ledger.findings() == [])
  }

  /// A sync of tiles that fails beside the log ends all writing: what was told is there, no more is added.
  @Test func aFailedSyncBesideEndsAllWriting() throws {
    let ledger = try WrittenLedger(segmentSize: 600_000)
    // More than eight tiles are made durable at once, and nothing else is made durable so.
    ledger.disk.faults.failure = SimulatedDisk.Failure(
      after: 1, number: ErrorNumber.io, only: "syncfs")
    var told = 0
    let error = #expect(throws: LogError.self) {
      try ledger.log.append(
        batches: giving(batches(Array(repeating: 400, count: 12))), overlapping: 1, at: now
      ) { receipts in
        told += receipts.count
        return true
      }
    }
    #expect(ledger.disk.faults.failure == nil)
    #expect(error?.code == .poisoned)
    #expect(throws: LogError(.poisoned, "")) {
      try ledger.log.append([Sample.event("more", on: "account/A")], at: now())
    }
    #expect(told >= 2800)
    #expect(ledger.log.size == Int64(told) + 1)
    ledger.disk.restart()
    #expect(try WrittenLedger.open(on: ledger.disk).size == Int64(told) + 1)
  }

  /// What the disk does not give back is not signed beside the log either, and ends all writing.
  @Test func nothingIsSignedBesideThatTheDiskDoesNotGiveBack() throws {
    let ledger = try WrittenLedger(segmentSize: 1000)
    ledger.disk.faults.misdirectedWriteIn = 1
    let error = #expect(throws: LogError.self) {
      try ledger.log.append(
        batches: giving(batches(Array(repeating: 5, count: 9))), overlapping: 1, at: now
      ) { _ in true }
    }
    #expect(error?.code == .poisoned)
    #expect(ledger.log.poison != nil)
    // Only what was signed when the ledger was made.
    let names = try ledger.disk.list(WrittenLedger.path + "/checkpoints")
    #expect(names.filter { $0 != "latest" && !$0.hasPrefix("000000000001") } == [])
  }

  /// The first event that cannot be taken is named, whichever of its faults it is refused for.
  @Test func theFirstFaultIsNamed() throws {
    let ledger = try WrittenLedger()
    try ledger.log.append([Sample.event("old", on: "account/A")], at: now())
    let good = Sample.event("new", on: "account/A")
    let taken = Sample.event("old", on: "account/B")
    let twice = Sample.event("new", on: "account/B")
    let misplaced = Sample.event("other", on: "account/A", expecting: 7)
    let both = Sample.event("old", on: "account/A", expecting: 7)
    let table: [([PendingEvent], LogError.Code, Int)] = [
      ([good, taken, misplaced], .keyConflict, 1),
      ([good, misplaced, taken], .wrongPosition, 1),
      ([good, twice, misplaced], .keyConflict, 1),
      ([misplaced, good, twice], .wrongPosition, 0),
      ([good, both], .keyConflict, 1),
      ([good, twice, taken], .keyConflict, 1),
      ([taken, good, twice], .keyConflict, 0),
    ]
    for (number, (events, code, place)) in table.enumerated() {
      let error = #expect(throws: LogError.self) { try ledger.log.append(events, at: now()) }
      #expect(error?.code == code, "row \(number)")
      #expect(error?.index == place, "row \(number)")
      #expect(try ledger.log.nextPosition(of: "account/A") == 1, "row \(number)")
    }
    #expect(ledger.log.size == 2)
  }

  /// Large batches are cut into parts where the tree is; whatever the size before, the head is the same.
  @Test func partsLeadToTheSameTree() throws {
    for before in [1, 5, 62, 63, 64, 100] {
      let ledger = try WrittenLedger()
      try ledger.log.append(batches([before, 333])[0], at: now())
      try ledger.log.append(batches([before, 333])[1], at: now())
      var tree = MerkleFrontier()
      for seq in 0..<ledger.log.size {
        let line = try ledger.log.line(seq)
        tree.append(Digest(leaf: line.span))
      }
      #expect(tree.size == Int64(before) + 334)
      #expect(tree.root == ledger.log.root, "\(before) before")
    }
  }

  /// Nothing is escaped in a line: what would end its field early is refused all the same.
  @Test func aNameThatEndsItsFieldIsRefused() throws {
    let ledger = try WrittenLedger()
    let event = Sample.event("k", on: "account/A")
    let changes: [(inout PendingEvent) -> Void] = [
      { $0.stream = #"account/A","subject":"S-1"# },
      { $0.key = #"k","n":0,"salt":"AAAAAAAAAAAAAAAA"# },
      { $0.key = #"k""# },
      { $0.type = #"T","v":1}"# },
      { $0.effective = #"2026-01-02","key":"other"# },
      { $0.data = Array(#"{"a":1},"effective":"2026-01-02""#.utf8) },
      {
        $0.actor = Array(
          #"{"id":"u","kind":"bot","role":"r"},"at":"2026-01-02T03:04:05.678Z""#.utf8)
      },
      { $0.subject = #"S","type":"T"# },
      { $0.sealed = Array(#"{"alg":"A"},"seq":1"#.utf8) },
      { $0.version = 0 },
      { $0.version = Int64.min },
      { $0.version = Int64.max },
      { $0.cause = -1 },
      { $0.cause = 2 },
      { $0.cause = Int64.min },
      { $0.cause = Int64.max },
      { $0.key = "ñ" },
      { $0.subject = "" },
      { $0.sealed = [] },
      { $0.effective = "" },
    ]
    for (number, change) in changes.enumerated() {
      var changed = Sample.event("k2", on: "account/A")
      change(&changed)
      let error = #expect(throws: LogError.self, "change \(number)") {
        try ledger.log.append([event, changed], at: Sample.instant(1))
      }
      #expect(error?.code == .invalid, "change \(number)")
      #expect(ledger.log.size == 1)
    }
    try ledger.log.append([event], at: Sample.instant(1))
    #expect(try ledger.findings() == [])
  }
}

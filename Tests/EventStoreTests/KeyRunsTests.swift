import Support
import Testing

@testable import EventStore

/// Keys that are there twice are found whether their fingerprints fit in memory or not.
@Suite struct KeyRunsTests {
  private let disk = SimulatedDisk(seed: 3)

  init() throws {
    try disk.makeDirectory("/scratch", mode: 0o755)
  }

  private func scratch(_ limit: Int) -> KeyRuns.Scratch {
    KeyRuns.Scratch(folder: "/scratch", disk: disk, limit: limit)
  }

  @Test func manyRunsSpilledGiveTheSameTwins() throws {
    var generator = SeededGenerator(seed: 41)
    for (count, limit) in [(0, 0), (1, 0), (900, 0), (900, 7), (900, 5000), (250_000, 30_000)] {
      var all = (0..<count).map { _ in UInt64.random(in: 0...UInt64.max, using: &generator) }
      all += all.prefix(9) + [0, 0, UInt64.max, UInt64.max]
      all.shuffle(using: &generator)
      var seen: Set<UInt64> = []
      let twins = Set(all.filter { !seen.insert($0).inserted })
      var runs = KeyRuns(scratch(limit))
      let writes = disk.writes
      var rest = all[...]
      while !rest.isEmpty {
        let run = rest.prefix(Int.random(in: 1...max(1, count / 5), using: &generator))
        rest = rest.dropFirst(run.count)
        if Bool.random(using: &generator) {
          runs.append(sorted: run.sorted())
        } else {
          for fingerprint in run { runs.append(fingerprint) }
        }
        #expect(try disk.list("/scratch") == [], "the file has no name")
      }
      #expect(try runs.takeDuplicates() == twins, "\(count) past \(limit)")
      #expect((disk.writes > writes) == (all.count > limit), "\(count) past \(limit)")
      #expect(try runs.takeDuplicates() == [], "they are taken once")
    }
  }

  @Test func whatCannotBeSpilledIsTold() throws {
    for (fault, code) in [(0, LogError.Code.diskFull), (1, .readOnly), (2, .io)] {
      var runs = KeyRuns(
        .init(folder: fault == 2 ? "/nowhere" : "/scratch", disk: disk, limit: 2))
      disk.faults.room = fault == 0 ? 0 : nil
      disk.faults.isReadOnly = fault == 1
      runs.append(sorted: [1, 2, 3])
      runs.append(sorted: [3, 4, 5])
      disk.faults = SimulatedDisk.Faults()
      let error = #expect(throws: LogError.self) { try runs.takeDuplicates() }
      #expect(error?.code == code)
    }
  }

  /// A key that is there twice, in segments whose hashes all fit: written so, by whoever wrote it.
  @Test(arguments: [0, 3, 1 << 20]) func verifyNamesATwin(keysInMemory: Int) throws {
    let ledger = try SmallLedger()
    let directory = LedgerDirectory(SmallLedger.path, on: ledger.disk)
    var tree = MerkleFrontier()
    for line in ledger.segments.flatMap({ $0.lines.dropFirst() }) where !SmallLedger.isCommit(line)
    {
      tree.append(Digest(leaf: line.span))
    }
    var batch = Batch(after: tree, at: Sample.instant(90), count: 1)
    batch.begin(SegmentHeader(ledger: Sample.identity().ledger, after: tree))
    batch.positions = [0]
    let salt = Base64.encode([UInt8](repeating: 1, count: 12))
    try batch.write([Sample.event("k2", on: "account/Z")], salts: salt)
    let name = LedgerDirectory.segmentName(tree.size)
    try directory.writeNew(name, batch.bytes)
    try ledger.disk.makeDirectory("/scratch", mode: 0o755)
    var options = VerifyOptions()
    options.scratch = "/scratch"
    options.keysInMemory = keysInMemory
    for isSlow in [false, true] {
      options.judgesEveryLine = isSlow
      let found = try LogVerifier.verify(
        directory: SmallLedger.path, options: options, disk: ledger.disk
      ).findings
      #expect(found.map(\.kind) == [.duplicated])
      #expect(found.map(\.file) == [name])
      #expect(found.first?.lines == 2...2)
    }
    #expect(try ledger.disk.list("/scratch") == [])
  }
}

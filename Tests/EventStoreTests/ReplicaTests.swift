import Support
import Testing

@testable import EventStore

/// A log cut into chunks, and replicas made of them: the same bytes whatever comes between.
@Suite struct ReplicaTests {
  private let disk = SimulatedDisk(seed: 23)
  private static let limit = ChunkCutter.smallest
  private static let role = ReplicationRole(
    .replica, servers: "nats://127.0.0.1:4222", stream: "books",
    term: String(repeating: "0a", count: 16))

  /// A ledger of several segments, small batches and one that no chunk holds.
  private func makeSource(_ path: String = "/books") throws -> EventLog {
    let log = try EventLog.create(
      directory: path, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: .init(segmentSize: 4000), disk: disk)
    for number in 1..<40 { try append("k\(number)", number, to: log) }
    try log.checkpoint()
    let large = (0..<60).map { Sample.event("large\($0)", on: "account/L", filler: 3000) }
    try log.append(large, at: Sample.instant(50))
    for number in 60..<80 { try append("k\(number)", number, to: log) }
    try log.checkpoint()
    return log
  }

  private func append(_ key: String, _ number: Int, to log: EventLog) throws {
    try log.append([Sample.event(key, on: "account/A-\(number % 3)")], at: Sample.instant(number))
  }

  /// All chunks of a log, not beyond a checkpoint each.
  private func chunks(of path: String) throws -> [LogChunk] {
    let log = try DurableLog(directory: path, disk: disk)
    var stops = try checkpoints(of: log)
    var cutter = ChunkCutter()
    var chunks: [LogChunk] = []
    while let chunk = try cutter.next(of: log, limit: Self.limit, stop: stops.first) {
      chunks.append(chunk)
      stops.removeAll { $0 <= chunk.size }
    }
    return chunks
  }

  private func checkpoints(of log: DurableLog) throws -> [Int64] {
    try log.evidence().filter { $0.kind == .checkpoint }.map(\.size)
  }

  private func checkpoint(of size: Int64, in path: String = "/books") throws -> [UInt8]? {
    try DurableLog(directory: path, disk: disk)
      .bytes(of: SignedEvidence(.checkpoint, size: size, changed: 0))
  }

  /// The newest checkpoint's bytes.
  private func latest(of path: String) throws -> [UInt8] {
    let log = try DurableLog(directory: path, disk: disk)
    let size = try #require(try checkpoints(of: log).last)
    return try #require(try checkpoint(of: size, in: path))
  }

  private func open(_ path: String = "/replica") throws -> ReplicaLog {
    try ReplicaLog(directory: path, disk: disk)
  }

  private func create(_ chunk: LogChunk) throws -> ReplicaLog {
    try ReplicaLog.create(directory: "/replica", role: Self.role, from: chunk, disk: disk)
  }

  /// Whether every segment is the source's, byte for byte.
  private func isSame(on disk: SimulatedDisk) throws -> Bool {
    let names = try disk.list("/books/log").sorted()
    return try names == disk.list("/replica/log").sorted()
      && names.allSatisfy {
        disk.contents("/books/log/\($0)") == disk.contents("/replica/log/\($0)")
      }
  }

  @Test func chunksAreTheLogAndSmallEnough() throws {
    let log = try makeSource()
    let chunks = try chunks(of: "/books")
    var bytes: [Int64: [UInt8]] = [:]
    for chunk in chunks {
      #expect(chunk.bytes.count <= Self.limit)
      #expect(chunk.start.byte == bytes[chunk.start.segment, default: []].count)
      bytes[chunk.start.segment, default: []] += chunk.bytes
    }
    for (first, bytes) in bytes {
      #expect(disk.contents("/books/" + LedgerDirectory.segmentName(first)) == bytes)
    }
    #expect(chunks.last?.root == log.root)
    #expect(chunks.last?.size == log.size)
    let sizes = chunks.map(\.size)
    for size in try checkpoints(of: try DurableLog(directory: "/books", disk: disk)) {
      #expect(sizes.contains(size), "checkpoint \(size)")
    }
    // One batch is larger than a chunk may be.
    let commit = Array(#"{"commit":"#.utf8)
    #expect(
      chunks.contains { chunk in
        !chunk.bytes.split(separator: 10).contains { $0.starts(with: commit) }
      })
  }

  @Test func aCutterGoesOnWhereAChunkEnds() throws {
    _ = try makeSource()
    let log = try DurableLog(directory: "/books", disk: disk)
    let chunks = try chunks(of: "/books")
    for (chunk, following) in zip(chunks, chunks.dropFirst()) {
      var cutter = try #require(try ChunkCutter(at: chunk.end, of: log))
      #expect(cutter.tree.root == chunk.root)
      let next = try cutter.next(of: log, limit: Self.limit, stop: following.size)
      #expect(next?.start == following.start)
      #expect(next?.root == following.root)
    }
    let inside = LogPosition(segment: 0, byte: 7)
    #expect(try ChunkCutter(at: inside, of: log) == nil)
    #expect(try ChunkCutter(at: LogPosition(segment: 3, byte: 0), of: log) == nil)
  }

  @Test func aReplicaIsTheSource() throws {
    let log = try makeSource()
    let chunks = try chunks(of: "/books")
    let replica = try create(chunks[0])
    for chunk in chunks {
      #expect(try replica.take(chunk) == (chunk != chunks[0]))
      // What comes twice is dropped.
      #expect(try !replica.take(chunk))
      if let bytes = try checkpoint(of: chunk.size), replica.durableSize == chunk.size {
        #expect(try replica.take(checkpoint: bytes))
        #expect(try !replica.take(checkpoint: bytes))
      }
    }
    #expect(try isSame(on: disk))
    #expect(replica.root == log.root)
    let key = try #require(VerifierKey(log.identity.keys[0]))
    var options = VerifyOptions()
    options.trusted = [key]
    let verified = try LogVerifier.verify(directory: "/replica", options: options, disk: disk)
    #expect(verified.findings.isEmpty && verified.notices.isEmpty, "\(verified)")
    #expect(verified.covered == log.size)
  }

  @Test func nothingIsBelievedThatIsNotWhatItSays() throws {
    _ = try makeSource()
    let chunks = try chunks(of: "/books")
    let replica = try create(chunks[0])
    let chunk = chunks[1]
    let before = try disk.list("/replica/log").map { disk.contents("/replica/log/\($0)") }
    func refuses(_ code: LogError.Code, _ chunk: LogChunk) {
      #expect(throws: LogError(code, "")) { try replica.take(chunk) }
    }
    for place in chunk.bytes.indices {
      var changed = chunk
      changed.bytes[place] ^= 1
      refuses(.damaged, changed)
    }
    var wrong = chunk
    wrong.root = .empty
    refuses(.damaged, wrong)
    wrong = chunk
    wrong.size += 1
    refuses(.damaged, wrong)
    wrong = chunk
    wrong.bytes.removeLast()
    refuses(.damaged, wrong)
    refuses(.missing, chunks[3])
    wrong = chunks[0]
    wrong.root = .empty
    refuses(.behindAnchor, wrong)
    #expect(try disk.list("/replica/log").map { disk.contents("/replica/log/\($0)") } == before)
    #expect(try replica.take(chunk))
  }

  @Test func anotherHistoryIsRefused() throws {
    _ = try makeSource()
    let chunks = try chunks(of: "/books")
    let replica = try create(chunks[0])
    for chunk in chunks { _ = try replica.take(chunk) }
    // The same numbers, other salts.
    _ = try makeSource("/twin")
    let end = try #require(try self.chunks(of: "/twin").last)
    #expect(end.end == replica.position)
    #expect(throws: LogError(.behindAnchor, "")) { try replica.take(end) }
    let bytes = try latest(of: "/twin")
    #expect(throws: LogError(.notProven, "")) { try replica.take(checkpoint: bytes) }
    #expect(throws: LogError(.notProven, "")) { try replica.compare(with: [bytes]) }
  }

  @Test func aReplicaIsWrittenByItsFollowerAloneUntilItIsPromoted() throws {
    let log = try makeSource()
    let chunks = try chunks(of: "/books")
    let replica = try create(chunks[0])
    for chunk in chunks { _ = try replica.take(chunk) }
    let kept = try latest(of: "/books")
    func write() throws -> EventLog {
      let key = "/books/keys/signing.pem"
      return try EventLog.open(
        directory: "/replica", at: Sample.instant(100), effective: "2026-01-02",
        actor: Sample.actor, settings: .init(segmentSize: 4000, signingKey: key), disk: disk)
    }
    #expect(throws: LogError(.replica, "")) { try write() }
    #expect(throws: LogError(.exists, "")) { try open("/books") }
    try replica.compare(with: [kept])
    try append("later", 101, to: log)
    try log.checkpoint()
    let later = try latest(of: "/books")
    #expect(throws: LogError(.behindAnchor, "")) { try replica.compare(with: [later]) }
    try replica.promote(term: String(repeating: "0b", count: 16))
    let role = try ReplicationRole.read(directory: "/replica", disk: disk)
    #expect(role?.kind == .primary)
    #expect(role?.term == String(repeating: "0b", count: 16))
  }

  @Test func manyChunksMayWaitForOneSync() throws {
    _ = try makeSource()
    let chunks = try chunks(of: "/books")
    let replica = try create(chunks[0])
    let durable = replica.durableSize
    let before = disk.syncs
    for chunk in chunks.dropFirst() where chunk.start.segment == chunks[0].start.segment {
      #expect(try replica.take(chunk, more: true))
    }
    // Readers see nothing of what waits, and it cost no sync.
    #expect(replica.size > durable)
    #expect(replica.durableSize == durable)
    #expect(disk.syncs == before)
    try replica.flush()
    #expect(replica.durableSize == replica.size)
    for chunk in chunks { _ = try replica.take(chunk, more: true) }
    try replica.flush()
    #expect(try isSame(on: disk))
  }

  @Test func cosignaturesComeLaterAndNoneGoes() throws {
    let log = try makeSource()
    let chunks = try chunks(of: "/books")
    let replica = try create(chunks[0])
    for chunk in chunks { _ = try replica.take(chunk) }
    let plain = try latest(of: "/books")
    #expect(try replica.take(checkpoint: plain))
    let source = try DurableLog(directory: "/books", disk: disk)
    let before = try #require(try source.evidence().last)
    // Somebody else's line under it.
    let line = "\u{2014} witness AAAAAQ" + String(repeating: "A", count: 94) + "\n"
    let cosigned = plain + Array(line.utf8)
    try LedgerDirectory("/books", on: disk).replace(
      LedgerDirectory.checkpointName(log.size), with: cosigned)
    let after = try #require(try source.evidence().last)
    #expect(after.size == before.size && after.changed > before.changed)
    #expect(try source.evidenceChanged() >= after.changed)
    #expect(try source.bytes(of: after) == cosigned)
    #expect(try replica.take(checkpoint: cosigned))
    #expect(try !replica.take(checkpoint: cosigned))
    // One that was under way for long has fewer.
    #expect(try !replica.take(checkpoint: plain))
    #expect(disk.contents("/replica/" + LedgerDirectory.checkpointName(log.size)) == cosigned)
    #expect(throws: LogError(.notProven, "")) {
      try replica.take(timeStamp: [1, 2, 3], of: log.size)
    }
    #expect(throws: LogError(.noSuchEvent, "")) { try replica.take(timeStamp: [1, 2, 3], of: 1) }
  }

  @Test func aWalkWithoutADiskGivesTheEventsAndKnowsWhatVouchesForThem() throws {
    let log = try makeSource()
    let chunks = try chunks(of: "/books")
    let (size, root) = (log.size, log.root)
    let key = try #require(VerifierKey(log.identity.keys[0]))
    let reader = try LogReader.open(directory: "/books", disk: disk)
    for bound in [nil, 0, 1, 17, size - 1, size, size + 5] {
      var walk = ChunkWalk(ledger: log.identity.ledger)
      if let bound { walk.bound = .size(bound) }
      var seqs: [Int64] = []
      for chunk in chunks + chunks.suffix(2) {
        guard let skip = try walk.known(of: chunk) else { continue }
        _ = try walk.take(chunk, from: skip) { (event, _) throws(Never) in seqs.append(event.seq) }
      }
      #expect(walk.size == size && walk.root == root)
      #expect(walk.identity == log.identity)
      #expect(seqs == Array(0..<min(size, bound ?? size)))
      if let bound, bound < size {
        #expect(walk.reached?.size == bound)
        #expect(try walk.reached?.root == reader.root(at: bound))
      } else {
        #expect(walk.reached == nil)
      }
      #expect(try walk.compare(latest(of: "/books"), trusted: []) == .holds(by: [key]))
      let other = try SigningKey.generated(name: log.identity.origin).verifier
      #expect(try walk.compare(latest(of: "/books"), trusted: [other]) == .holds(by: []))
      #expect(throws: LogError(.notProven, "")) { try walk.compare([1, 2], trusted: []) }
    }
    _ = try makeSource("/twin")
    var walk = ChunkWalk(ledger: log.identity.ledger)
    for chunk in chunks.dropLast() {
      _ = try walk.take(chunk, from: 0) { (_, _) throws(Never) in }
    }
    #expect(throws: LogError(.behindAnchor, "")) {
      try walk.compare(latest(of: "/books"), trusted: [])
    }
  }

  @Test func thePowerMayGoAtAnyCall() throws {
    _ = try makeSource()
    let chunks = try chunks(of: "/books")
    let step = isLongRun ? 1 : 11
    for fate in SimulatedDisk.Fate.allCases {
      var call = 1
      var isOver = false
      while !isOver {
        let disk = self.disk.copy()
        disk.faults.powerCutIn = call
        disk.faults.fate = fate
        var durable: Int64 = 0
        do {
          try follow(chunks, on: disk, &durable)
          isOver = disk.hasPower
        } catch { #expect(!disk.hasPower, "\(error)") }
        disk.restart()
        var after: Int64 = 0
        if try LedgerDirectory("/replica", on: disk).facts("") != nil {
          after = try ReplicaLog(directory: "/replica", disk: disk).durableSize
        }
        #expect(after >= durable, "\(fate), call \(call)")
        try follow(chunks, on: disk, &durable)
        #expect(try isSame(on: disk), "\(fate), call \(call)")
        call += step
      }
      #expect(call > 50)
    }
  }

  /// Takes all chunks, from the beginning or in what is there; tells how much was durable last.
  private func follow(
    _ chunks: [LogChunk], on disk: SimulatedDisk, _ durable: inout Int64
  ) throws(LogError) {
    let replica: ReplicaLog
    if try LedgerDirectory("/replica", on: disk).facts("") == nil {
      replica = try ReplicaLog.create(
        directory: "/replica", role: Self.role, from: chunks[0], disk: disk)
    } else {
      replica = try ReplicaLog(directory: "/replica", disk: disk)
    }
    for chunk in chunks {
      _ = try replica.take(chunk)
      durable = replica.durableSize
    }
  }
}

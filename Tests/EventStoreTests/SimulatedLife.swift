import CanonicalJSON
import EventStore
import Support

/// One ledger's life on one simulated disk, with everything that may happen to it.
struct Life {
  struct Tally: Equatable {
    var powerCuts = 0
    var recoveries = 0
    var cutRecoveries = 0
    var poisonings = 0
    var fullDisks = 0
    var unacknowledgedBatches = 0
    var rolls = 0
    var keysChanged = 0
    var anchored = 0
    var checkpoints = 0
    /// Lives that ended with a write gone astray; those of them in which it was found or told of.
    var strayLives = 0
    var straysFound = 0
    var losses = SimulatedLosses()

    mutating func add(_ other: Tally) {
      powerCuts += other.powerCuts
      recoveries += other.recoveries
      cutRecoveries += other.cutRecoveries
      poisonings += other.poisonings
      fullDisks += other.fullDisks
      unacknowledgedBatches += other.unacknowledgedBatches
      rolls += other.rolls
      keysChanged += other.keysChanged
      anchored += other.anchored
      checkpoints += other.checkpoints
      strayLives += other.strayLives
      straysFound += other.straysFound
      losses.add(other.losses)
    }
  }

  let disk: SimulatedDisk
  var generator: SeededGenerator
  var tally = Tally()
  /// What the store did that it promised not to.
  var broken: [String] = []
  /// Keys by `seq`, of everything that must be there.
  var promised: [Int64: String] = [:]
  /// Batches that failed in a way that leaves open whether they are there.
  private var open: [[String]] = []
  /// Changes of keys of which it is open whether they are there.
  var openKeyChanges = 0
  /// Whether a change of keys failed in this session: then nothing can be signed until the next.
  var isBetweenKeys = false
  /// Whether a sync may fail in this session.
  var syncMayFail = false
  var nextKey = 0
  private let settings: EventLog.Settings
  static let ledger = "/data/ledger"
  static let anchor = "/anchors/books"

  init(seed: UInt64) {
    disk = SimulatedDisk(seed: seed)
    generator = SeededGenerator(seed: ~seed)
    settings = EventLog.Settings(
      segmentSize: Int.random(in: 1...20_000, using: &generator),
      reserveSize: generator.once(in: 3) ? 0 : Int.random(in: 1...10_000, using: &generator))
  }

  mutating func live() throws {
    try disk.makeDirectory("/data", mode: 0o755)
    try disk.makeDirectory("/anchors", mode: 0o755)
    let root = try disk.open("/", .read, mode: 0)
    try disk.sync(root)
    disk.close(root)
    defer { tally.losses = disk.losses }
    try create()
    for _ in 0..<Int.random(in: 2...5, using: &generator) {
      if !broken.isEmpty { return }
      try session(with: someFaults(), isRisky: generator.once(in: 2))
    }
    if broken.isEmpty, generator.once(in: 8) { return try strayEnd() }
    try session(with: SimulatedDisk.Faults(), isRisky: false)
    let verification = try LogVerifier.verify(directory: Self.ledger, disk: disk)
    expect(verification.findings == [], "findings \(verification.findings)")
    // A life that ends without a checkpoint leaves events that none covers and room for more, and a crash
    // between tiles and their checkpoint leaves tiles that no checkpoint asks for: told, and no fault of
    // the disk's.
    let notices = verification.notices.filter {
      $0.kind != .notCovered && $0.kind != .reserve
        && !($0.kind == .stale && $0.file.hasPrefix("tile/"))
    }
    expect(notices == [], "notices \(notices)")
    expect(verification.events == Int64(promised.count), "events \(verification.events)")
    try checkQuarantine()
  }

  mutating func expect(_ holds: Bool, _ fault: @autoclosure () -> String) {
    if !holds { broken.append(fault()) }
  }

  private mutating func someFaults() -> SimulatedDisk.Faults {
    var faults = SimulatedDisk.Faults()
    faults.isErratic = Bool.random(using: &generator)
    if !generator.once(in: 3) { faults.powerCutIn = Int.random(in: 1...20, using: &generator) }
    faults.losesNothing = generator.once(in: 5)
    if generator.once(in: 6) { faults.syncFailureIn = Int.random(in: 1...20, using: &generator) }
    if generator.once(in: 4) { faults.room = Int.random(in: 0...30_000, using: &generator) }
    return faults
  }

  private mutating func create() throws {
    while true {
      if generator.once(in: 2) {
        disk.faults.powerCutIn = Int.random(in: 1...40, using: &generator)
      }
      do {
        let log = try EventLog.create(
          directory: Self.ledger, identity: Sample.identity(), at: Sample.instant(0),
          effective: "2026-01-02", actor: Sample.actor, settings: settings, disk: disk)
        expect(log.size == 1, "a new ledger has \(log.size) events")
        promised[0] = "ledger-opened"
        return
      } catch {
        if !disk.hasPower {
          disk.restart()
          tally.powerCuts += 1
        } else {
          expect(error.code == .exists, "create failed: \(error)")
        }
        if (try? disk.facts(at: Self.ledger)) != nil {
          // The name is there, so all of it must be.
          promised[0] = "ledger-opened"
          return
        }
        let refusal = refusalToOpen
        expect(refusal == .notALedger, "half a ledger opens: \(refusal.map(\.rawValue) ?? "yes")")
        if (try? disk.facts(at: Self.ledger + ".unfinished")) != nil {
          try disk.remove(Self.ledger + ".unfinished")
        }
      }
    }
  }

  private var refusalToOpen: LogError.Code? {
    do throws(LogError) {
      _ = try LogReader.open(directory: Self.ledger, disk: disk)
      return nil
    } catch {
      return error.code
    }
  }

  /// Opens, checks what is there, appends, and ends by itself or otherwise.
  ///
  /// `isRisky` says that the power goes in the middle of recovery, if there is something to recover.
  mutating func session(with faults: SimulatedDisk.Faults, isRisky: Bool) throws {
    let isTorn =
      (try? LogReader.open(directory: Self.ledger, disk: disk))?.notices
      .contains { $0.kind == .tornTail } == true
    disk.faults = faults
    isBetweenKeys = false
    syncMayFail = faults.syncFailureIn != nil
    // Opening has a chance of its own to be cut. Recovery takes its calls from the fifth on.
    let isCutEarly = faults.powerCutIn != nil && generator.once(in: 3) || isTorn && isRisky
    disk.faults.powerCutIn = isCutEarly ? Int.random(in: 1...20, using: &generator) : nil
    var seen: [String] = []
    do throws(LogError) {
      let log = try EventLog.open(
        directory: Self.ledger, at: Sample.instant(nextKey), effective: "2026-01-02",
        actor: Sample.actor, settings: settings, disk: disk)
      for seq in 0..<log.size {
        let line = try log.line(seq)
        let event = try? EventEnvelope(parsing: line.span)
        seen.append(event.map { text(of: $0.key, in: line.span) } ?? "no event")
        // What was indexed leads to it, and to nothing else.
        guard let key = seen.last, try log.find(key: key) == seq else {
          broken.append("event \(seq) is not found by its key")
          break
        }
      }
      disk.faults.powerCutIn = faults.powerCutIn
      tally.recoveries += log.notices.count { $0.kind == .recovered }
      check(seen)
      append(to: log)
    } catch {
      let isExcused = !disk.hasPower || faults.syncFailureIn != nil || faults.room != nil
      expect(isExcused, "opening failed: \(error)")
      if isTorn, !disk.hasPower { tally.cutRecoveries += 1 }
    }
    if !disk.hasPower || generator.once(in: 3) {
      tally.powerCuts += 1
      if disk.hasPower { disk.cutPower() }
    }
    disk.restart()
  }

  private mutating func append(to log: EventLog) {
    for _ in 0..<Int.random(in: 1...10, using: &generator) {
      let events = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        nextKey += 1
        return Sample.event(
          "k-\(nextKey)", on: "account/A-\(Int.random(in: 0..<4, using: &generator))",
          filler: Int.random(in: 0...1500, using: &generator))
      }
      do throws(LogError) {
        let receipts = try log.append(events, at: Sample.instant(nextKey))
        for receipt in receipts { promised[receipt.seq] = receipt.key }
        expect(receipts.map(\.key) == events.map(\.key), "receipts of other events")
        checkReader(beside: log)
      } catch {
        fail(error, events.map(\.key), log)
        if !disk.hasPower || error.code == .poisoned { return }
      }
      if !broken.isEmpty || !disk.hasPower { return }
      if generator.once(in: 6) { sign(log) }
      if !broken.isEmpty || !disk.hasPower || log.poison != nil { return }
    }
  }

  /// A failed append: nothing of it may be left, unless it poisoned the log.
  private mutating func fail(_ error: LogError, _ keys: [String], _ log: EventLog) {
    switch error.code {
    case .poisoned:
      tally.poisonings += disk.hasPower ? 1 : 0
      open.append(keys)
      let next = Sample.event("never", on: "account/A-1")
      expect(
        (try? log.append([next], at: Sample.instant(nextKey))) == nil, "a poisoned log appends")
      if disk.hasPower {
        expect((try? log.line(log.size - 1)) != nil, "a poisoned log cannot be read")
      }
    case .diskFull:
      tally.fullDisks += 1
      disk.faults.room = 1_000_000
    case .io:
      expect(!disk.hasPower || disk.faults.syncFailureIn != nil, "unexcused \(error)")
    default:
      broken.append("append failed: \(error)")
    }
  }

  /// A reader beside the writer sees exactly what is durable.
  private mutating func checkReader(beside log: EventLog) {
    guard generator.once(in: 5), disk.hasPower else { return }
    do {
      let reader = try LogReader.open(directory: Self.ledger, disk: disk)
      expect(reader.size == log.size, "a reader sees \(reader.size) of \(log.size)")
      var count: Int64 = 0
      try reader.forEach(checking: .every) { _, _ in count += 1 }
      expect(count == log.size, "a reader gets \(count) of \(log.size)")
    } catch {
      broken.append("reading beside the writer: \(error)")
    }
  }

  /// Compares what an opening gave with what must and may be there.
  private mutating func check(_ seen: [String]) {
    for (seq, key) in promised where seen.count <= seq || seen[Int(seq)] != key {
      broken.append("event \(seq) with key \(key) was acknowledged and is not there")
    }
    var seq = promised.count
    while seq < seen.count {
      if seen[seq].hasPrefix("recovered:") {
        seq += 1
      } else if openKeyChanges > 0, seen[seq].hasPrefix("signing-key:") {
        openKeyChanges -= 1
        seq += 1
      } else if let place = open.firstIndex(where: {
        $0.elementsEqual(seen[seq...].prefix($0.count))
      }) {
        seq += open.remove(at: place).count
        tally.unacknowledgedBatches += 1
      } else {
        broken.append("event \(seq) with key \(seen[seq]) is there and was never in a batch")
        return
      }
    }
    // What an opening has shown is as good as acknowledged.
    for (seq, key) in seen.enumerated() { promised[Int64(seq)] = key }
  }

  /// Every quarantined tail is told of by exactly one event, which gives its SHA-256.
  private mutating func checkQuarantine() throws {
    let names = try disk.list(Self.ledger + "/quarantine").filter { $0.hasSuffix(".tail") }
    var told: Set<String> = []
    var faults: [String] = []
    try LogReader.open(directory: Self.ledger, disk: disk).forEach { event, line in
      guard text(of: event.type, in: line) == "LogRecovered" else { return }
      let name = String(text(of: event.key, in: line).dropFirst("recovered:".count))
      let bytes = disk.contents(Self.ledger + "/quarantine/" + name) ?? []
      let data = try? JSONValue(parsing: line.extracting(event.data), as: .event)
      if data?["sha256"]?.stringValue != Digest(hashing: bytes.span).hex
        || data?["bytes"]?.integerValue != Int64(bytes.count) || !told.insert(name).inserted
      {
        faults.append("\(name) is told of wrongly")
      }
    }
    broken += faults
    expect(told == Set(names), "quarantined \(names), told of \(told)")
    let segments = try disk.list(Self.ledger + "/log").count
    tally.rolls += segments - 1
  }
}

import EventStore
import Support

/// One short life in which everything happens once: a ledger is made, written to over three segments,
/// anchored, left with a torn tail, recovered, given another key, read, closed.
struct FixedLife {
  private static let ledger = "/data/ledger"
  private static let anchor = "/anchors/books"
  private static let settings = EventLog.Settings(
    segmentSize: 1300, ballastSize: 2048, reserveSize: 1600)

  let disk = SimulatedDisk(seed: 5)
  /// What the store did that it promised not to.
  var broken: [String] = []
  /// Keys of what was acknowledged, in order.
  private var promised: [String] = []
  /// Keys of the batch whose append failed so that it may be there all the same.
  private var open: [String] = []
  private var step = 0
  /// What the disk had counted when the life began.
  let calls: Int, changes: Int, syncs: Int, writes: Int

  init() {
    do throws(SystemError) {
      for folder in ["/data", "/anchors"] { try disk.makeDirectory(folder, mode: 0o755) }
      let root = try disk.open("/", .read, mode: 0)
      try disk.sync(root)
      disk.close(root)
    } catch { broken.append("\(error)") }
    (calls, changes) = (disk.calls, disk.changes)
    (syncs, writes) = (disk.syncs, disk.writes)
  }

  /// Lives it to the end, or to the first call that fails.
  mutating func live() throws(LogError) {
    try create()
    try secondSession()
    let log = try opened()
    guard try log.find(key: "d-0") != nil else {
      return broken.append("an event is not found by its key")
    }
    try append("e", 1, to: log)
    try readAll()
    _ = log.close()
  }

  private mutating func create() throws(LogError) {
    let log = try EventLog.create(
      directory: Self.ledger, identity: Sample.identity(), at: Sample.instant(0),
      effective: "2026-01-02", actor: Sample.actor, settings: Self.settings, disk: disk)
    promised = ["ledger-opened"]
    try append("a", 1, to: log)
    try append("b", 3, to: log)
    try log.add(anchor: Self.anchor)
    try append("c", 2, to: log)
    _ = log.close()
    tear()
  }

  /// Leaves half a batch behind the last commit, as a process does that ends while it writes.
  private func tear() {
    let names = (try? disk.list(Self.ledger + "/log")) ?? []
    guard let last = names.max(), let bytes = disk.contents("\(Self.ledger)/log/\(last)") else {
      return
    }
    let half = Array(#"{"actor":{"id":"u-1","kind":"person""#.utf8)
    disk.overwrite("\(Self.ledger)/log/\(last)", bytes + half)
  }

  private mutating func secondSession() throws(LogError) {
    let log = try opened()
    let size = log.size
    do throws(LogError) {
      _ = try log.changeSigningKey(
        at: Sample.instant(step), effective: "2026-01-02", actor: Sample.actor)
      promised.append("signing-key:")
    } catch {
      if log.size > size { promised.append("signing-key:") } else { open = ["signing-key:"] }
      throw error
    }
    try append("d", 1, to: log)
    try log.checkpoint()
    _ = log.close()
  }

  private mutating func opened() throws(LogError) -> EventLog {
    step += 1
    let log = try EventLog.open(
      directory: Self.ledger, at: Sample.instant(step), effective: "2026-01-02",
      actor: Sample.actor, settings: Self.settings, disk: disk)
    return log
  }

  private mutating func append(_ name: String, _ count: Int, to log: EventLog) throws(LogError) {
    step += 1
    let events = (0..<count).map { Sample.event("\(name)-\($0)", on: "account/A", filler: 40) }
    do throws(LogError) {
      try log.append(events, at: Sample.instant(step))
      promised += events.map(\.key)
    } catch {
      // Any other failure says that nothing of it was kept.
      if error.code == .poisoned { open = events.map(\.key) }
      throw error
    }
  }

  private func readAll() throws(LogError) {
    let reader = try LogReader.open(directory: Self.ledger, disk: disk)
    try reader.forEach(checking: .every) { _, _ in }
  }

  /// The power is back: what was acknowledged is there, nothing else is, and the ledger goes on.
  mutating func mustGoOn() {
    disk.restart()
    do {
      if (try? disk.facts(at: Self.ledger)) == nil { try beginAgain() }
      try checkAndAppend()
      let verification = try LogVerifier.verify(directory: Self.ledger, disk: disk)
      // Tiles that a crash left before their checkpoint are told of, and no fault of the disk's.
      let notices = verification.notices.filter {
        !($0.kind == .stale && $0.file.hasPrefix("tile/"))
      }
      if verification.findings != [] { broken.append("findings \(verification.findings)") }
      if notices != [] { broken.append("notices \(notices)") }
      if verification.covered != verification.events { broken.append("it is not signed") }
    } catch {
      broken.append("it does not go on: \(error)")
    }
  }

  private mutating func beginAgain() throws {
    if !promised.isEmpty { broken.append("the ledger is gone") }
    if (try? disk.facts(at: Self.ledger + ".unfinished")) != nil {
      try disk.remove(Self.ledger + ".unfinished")
    }
    try create()
  }

  private mutating func checkAndAppend() throws {
    let log = try opened()
    var seen: [String] = []
    for seq in 0..<log.size {
      let line = try log.line(seq)
      let event = try EventEnvelope(parsing: line.span)
      let key = text(of: event.key, in: line.span)
      if try log.find(key: key) != seq { broken.append("event \(seq) is not found by its key") }
      if !key.hasPrefix("recovered:") {
        seen.append(key.hasPrefix("signing-key:") ? "signing-key:" : key)
      }
    }
    // The first event is there with the ledger's name, whether or not its making ended well.
    let must = promised.isEmpty ? ["ledger-opened"] : promised
    if seen != must && seen != must + open {
      broken.append("there is \(seen), acknowledged \(must), open \(open)")
    }
    try append("z", 1, to: log)
    let notices = log.close().filter { $0.kind != .ballast }
    if notices != [] { broken.append("closing tells \(notices)") }
  }

  /// Drops all caches after a write that went astray; whether it was found or told of.
  mutating func judgeStray() throws -> Bool {
    guard (try? disk.facts(at: Self.ledger)) != nil else { return false }
    var known: [Int64: String] = [:]
    let reader = try? LogReader.open(directory: Self.ledger, disk: disk)
    try? reader?.forEach { event, line in known[event.seq] = text(of: event.key, in: line) }
    let judged = try StrayWrite.judge(disk, Self.ledger, known)
    broken += judged.faults
    if judged.isFound || !broken.isEmpty { return judged.isFound }
    // What it hit can be made anew, and is: nothing is read wrongly meanwhile.
    let log = try opened()
    for (seq, key) in known where try log.find(key: key) != seq {
      broken.append("event \(seq) is not found by its key")
    }
    return false
  }
}

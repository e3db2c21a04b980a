/// Looks over a ledger as an operator would: checks of everything around the log's bytes.
///
/// It verifies no line, which is `LogVerifier`'s work, and changes nothing; `DoctorFix` does.
package struct Doctor {
  /// One check and what it found.
  package struct Check: Equatable, Sendable {
    /// What was looked at.
    package var subject: Subject
    /// How bad it is.
    package var state: State
    /// What was seen.
    package var symptom: Symptom
  }

  /// What is looked at, in this order, with the names under which it is reported.
  package enum Subject: String, Sendable, CaseIterable {
    case ledger, permissions, space, clock, writer, tail, derived, checkpoint, anchors, quarantine
    case key, leftovers
  }

  /// How bad it is.
  package enum State: String, Sendable {
    case ok
    /// Something to know of or to do in time.
    case warn
    /// Something that keeps the ledger from being used or trusted.
    case bad
  }

  /// What was seen.
  package enum Symptom: Equatable, Sendable {
    case readable(events: Int64, segments: Int)
    case unreadable(String)
    case tight
    case exposed([String])
    case writable([String])
    /// Bytes.
    case room(Int)
    /// The last event's instant.
    case clock(String)
    case clockBehind(String)
    case noWriter
    case writer(events: Int64)
    case writerOpening
    case whole
    case torn(file: String, bytes: Int)
    case upToDate
    case stale([String])
    case covered(Int64)
    case uncovered(Int64, of: Int64)
    case noCheckpoint
    case spoilt([String])
    case noAnchor
    case anchored(Int)
    case anchorUnreachable(String)
    case anchorAhead(path: String, size: Int64)
    case nothing
    case quarantined(files: Int, bytes: Int)
    case keyInside
    /// The stream that the ledger is a replica of.
    case keyElsewhere(String)
    case keyOutside(String)
    case noKey(String)
    case leftovers([String])
  }

  private let directory: LedgerDirectory
  private let settings: EventLog.Settings
  private let now: String
  private var checks: [Check] = []

  /// Looks the ledger over at the instant `now`; a check that cannot be made says why.
  ///
  /// Throws `notALedger`. Reads the last segment, all checkpoints, tiles and index files, and the names
  /// and sizes of the others.
  package static func examine(
    directory path: String, now: String, settings: EventLog.Settings = .init(),
    disk: any Disk = SystemDisk()
  ) throws(LogError) -> [Check] {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    var doctor = Doctor(directory: directory, settings: settings, now: now)
    for subject in Subject.allCases {
      do {
        try doctor.look(at: subject)
      } catch {
        doctor.say(subject, .bad, .unreadable("\(error)"))
      }
    }
    return doctor.checks
  }

  private init(directory: LedgerDirectory, settings: EventLog.Settings, now: String) {
    self.directory = directory
    self.settings = settings
    self.now = now
  }

  private mutating func say(_ subject: Subject, _ state: State, _ symptom: Symptom) {
    checks.append(Check(subject: subject, state: state, symptom: symptom))
  }

  private mutating func look(at subject: Subject) throws(LogError) {
    switch subject {
    case .ledger:
      let reader = try reader()
      say(
        .ledger, .ok,
        .readable(events: reader.size, segments: try directory.segments().count))
    case .permissions: try lookAtPermissions()
    case .space:
      let free = try uninterrupted(directory.path) { () throws(SystemError) in
        try directory.disk.freeSpace(at: directory.path)
      }
      say(.space, free < Self.littleRoom ? .bad : free < Self.someRoom ? .warn : .ok, .room(free))
    case .clock: try lookAtClock()
    case .writer: try lookAtWriter()
    case .tail: try lookAtTail()
    case .derived:
      let stale = try directory.staleFiles(reader())
      say(.derived, stale.isEmpty ? .ok : .warn, stale.isEmpty ? .upToDate : .stale(stale))
    case .checkpoint: try lookAtCheckpoint()
    case .anchors: try lookAtAnchors()
    case .quarantine: try lookAtQuarantine()
    case .key: try lookAtKey()
    case .leftovers:
      let names = try directory.leftovers()
      say(.leftovers, names.isEmpty ? .ok : .warn, names.isEmpty ? .nothing : .leftovers(names))
    }
  }

  /// Room for a few segments, and for many.
  private static let littleRoom = 64 << 20
  private static let someRoom = 1 << 30

  private func reader() throws(LogError) -> LogReader {
    try LogReader.open(directory: directory.path, disk: directory.disk)
  }

  private mutating func lookAtPermissions() throws(LogError) {
    var exposed: [String] = []
    let secret = try directory.files(in: LedgerDirectory.keysName)
    for name in [LedgerDirectory.keysName] + secret {
      if let facts = try directory.facts(name), facts.mode & 0o077 != 0 { exposed.append(name) }
    }
    if !exposed.isEmpty { return say(.permissions, .bad, .exposed(exposed)) }
    var writable: [String] = []
    for segment in try directory.segments().dropLast() {
      if let facts = try directory.facts(segment.name), facts.mode & 0o222 != 0 {
        writable.append(segment.name)
      }
    }
    say(
      .permissions, writable.isEmpty ? .ok : .warn, writable.isEmpty ? .tight : .writable(writable))
  }

  private mutating func lookAtClock() throws(LogError) {
    let reader = try reader()
    let line = try reader.line(reader.size - 1)
    guard let event = try? EventEnvelope(parsing: line.span) else {
      throw LogError(.damaged, "the last event is malformed")
    }
    let last = String(decoding: line[event.at], as: UTF8.self)
    say(.clock, last > now ? .warn : .ok, last > now ? .clockBehind(last) : .clock(last))
  }

  private mutating func lookAtWriter() throws(LogError) {
    do {
      switch try WriterPresence.probe(directory) {
      case .absent: say(.writer, .ok, .noWriter)
      case .present(let published): say(.writer, .ok, .writer(events: published.events))
      }
    } catch {
      guard error.code == .inUse else { throw error }
      say(.writer, .warn, .writerOpening)
    }
  }

  private mutating func lookAtTail() throws(LogError) {
    guard case .absent(let lock) = try WriterPresence.probe(directory) else {
      return say(.tail, .ok, .whole)
    }
    var scanner = LineScanner()
    let ledger = try directory.identityFromLog().ledger
    let end = try LogEnd(of: directory, ledger: ledger, with: &scanner)
    _ = consume lock
    guard let torn = end.tail else { return say(.tail, .ok, .whole) }
    say(.tail, .warn, .torn(file: torn.segment.name, bytes: torn.count))
  }

  private mutating func lookAtCheckpoint() throws(LogError) {
    guard let latest = try directory.latestCheckpoint() else {
      return say(.checkpoint, .warn, .noCheckpoint)
    }
    let reader = try reader()
    let spoilt = try directory.spoiltCheckpoints(try reader.keyHistory(), reader.identity.origin)
    if !spoilt.isEmpty { return say(.checkpoint, .bad, .spoilt(spoilt)) }
    let size = reader.size
    say(
      .checkpoint, latest.size == size ? .ok : latest.size < size ? .warn : .bad,
      latest.size == size ? .covered(size) : .uncovered(latest.size, of: size))
  }

  private mutating func lookAtAnchors() throws(LogError) {
    let anchors = try directory.anchors(and: settings.anchors)
    if anchors.isEmpty { return say(.anchors, .warn, .noAnchor) }
    let reader = try reader()
    for anchor in anchors {
      let kept: Checkpoint?
      do { kept = try anchor.read() } catch {
        return say(.anchors, .warn, .anchorUnreachable("\(error)"))
      }
      guard let kept else {
        return say(.anchors, .warn, .anchorUnreachable("\(anchor.path): –"))
      }
      let isOurs = kept.origin == reader.identity.origin
      let root = try reader.root(at: kept.size)
      if !isOurs || root != kept.root {
        return say(.anchors, .bad, .anchorAhead(path: anchor.path, size: kept.size))
      }
    }
    say(.anchors, .ok, .anchored(anchors.count))
  }

  private mutating func lookAtQuarantine() throws(LogError) {
    let names = try directory.files(in: LedgerDirectory.quarantineName)
    var bytes = 0
    for name in names { bytes += try directory.facts(name)?.size ?? 0 }
    say(
      .quarantine, names.isEmpty ? .ok : .warn,
      names.isEmpty ? .nothing : .quarantined(files: names.count, bytes: bytes))
  }

  private mutating func lookAtKey() throws(LogError) {
    if let role = try directory.replicationRole(), role.kind == .replica {
      return say(.key, .ok, .keyElsewhere(role.stream))
    }
    let path = settings.signingKey ?? directory.path(LedgerDirectory.signingKeyName)
    let origin = try directory.identityFromLog().origin
    do {
      _ = try SigningKey.read(path, name: origin, disk: directory.disk)
    } catch {
      return say(.key, .bad, .noKey("\(error)"))
    }
    // Whoever can write the log can sign it too then: that takes an anchor to see through.
    if settings.signingKey == nil { return say(.key, .warn, .keyInside) }
    say(.key, .ok, .keyOutside(path))
  }
}

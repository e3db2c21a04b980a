internal import CanonicalJSON

/// A file that ought to hold a checkpoint of the log, kept in the ledger or elsewhere.
struct StatedNote: Sendable {
  /// Relative to the ledger directory; the path for a file elsewhere.
  var name: String
  /// `nil` where the file holds none.
  var checkpoint: Checkpoint?
  var isInside: Bool

  /// Every note there is; throws `io` for a file named in `options` that cannot be read.
  static func all(
    of directory: LedgerDirectory, _ options: VerifyOptions
  ) throws(LogError) -> [StatedNote] {
    var notes: [StatedNote] = []
    let folder = LedgerDirectory.checkpointsName
    if try directory.facts(folder)?.isDirectory == true {
      for file in try directory.list(folder) where !file.hasSuffix(TimeStamp.suffix) {
        let name = "\(folder)/\(file)"
        notes.append(
          StatedNote(name: name, checkpoint: try directory.checkpoint(in: name), isInside: true))
      }
    }
    for path in options.against + (options.since.map { [$0] } ?? []) {
      let file = try OpenFile(path, named: path, .read, on: directory.disk)
      let bytes = try file.read(min(try file.facts.size, SignedNote.longest + 1), from: 0)
      notes.append(
        StatedNote(name: path, checkpoint: Checkpoint(parsing: bytes), isInside: false))
    }
    for anchor in try directory.anchors(and: options.anchors) {
      do {
        guard let kept = try anchor.read() else { continue }
        notes.append(StatedNote(name: anchor.path, checkpoint: kept, isInside: false))
      } catch {
        if error.code == .io { continue }
        guard error.code == .notProven else { throw error }
        notes.append(StatedNote(name: anchor.path, checkpoint: nil, isInside: false))
      }
    }
    return notes
  }
}

extension LogVerifier {
  /// Judges checkpoints, anchors and what was given from elsewhere; the size of the largest sound one
  /// in the ledger. `last` is the log's last segment.
  mutating func judgeCheckpoints(_ last: String) throws(LogError) -> Int64 {
    let keys = try knownKeys()
    var beyond: Checkpoint?
    var sound: Int64 = 0
    for note in notes where note.name != LedgerDirectory.latestName {
      guard let checkpoint = note.checkpoint, isNamedRightly(note) else {
        judgeForm(of: note)
        continue
      }
      if !keys.haveSigned(checkpoint) {
        audit.find(.unsigned, in: note.name, "no known key of the log has signed it")
      } else if note.isInside, note.name != LedgerDirectory.checkpointName(checkpoint.size) {
        audit.find(.mutated, in: note.name, "it speaks of \(checkpoint.size) events")
      } else if checkpoint.size > audit.expected {
        if checkpoint.size > beyond?.size ?? 0 { beyond = checkpoint }
      } else if let root = audit.roots[checkpoint.size], root != checkpoint.root {
        audit.find(.inconsistent, in: note.name, "its root is not that of the log")
      } else {
        audit.result.checkpoints += 1
        audit.result.covered = max(audit.result.covered, checkpoint.size)
        if note.isInside { sound = max(sound, checkpoint.size) }
      }
    }
    if let beyond {
      audit.find(
        .truncated, in: last,
        "the log has \(audit.expected) events, and a checkpoint of \(beyond.size) was signed")
    }
    judgeWitnesses()
    judgeLatest(keys)
    try tellMissingAnchors()
    if notes.contains(where: \.isInside), audit.expected > sound {
      audit.result.notices.append(
        LogNotice(.notCovered, last, "events from \(sound) on have no checkpoint in the ledger"))
    }
    return sound
  }

  private func isNamedRightly(_ note: StatedNote) -> Bool {
    let file = note.name.dropFirst(LedgerDirectory.checkpointsName.count + 1)
    return !note.isInside || LedgerDirectory.checkpointSize(String(file)) != nil
  }

  private mutating func judgeForm(of note: StatedNote) {
    if note.isInside, note.name.hasSuffix(LedgerDirectory.unfinishedSuffix) {
      audit.result.notices.append(
        LogNotice(.stale, note.name, "a checkpoint that was never finished"))
    } else {
      audit.find(
        .malformed, in: note.name,
        note.checkpoint == nil ? "it is no signed checkpoint" : "it is not named as a checkpoint")
    }
  }

  private var newest: StatedNote? {
    notes.filter { $0.isInside && isNamedRightly($0) }.max { $0.name < $1.name }
  }

  /// Only a copy that a known key signed says that there was an original.
  private mutating func judgeLatest(_ keys: KnownKeys) {
    let name = LedgerDirectory.latestName
    let latest = notes.first { $0.name == name }?.checkpoint
    if let latest, keys.haveSigned(latest) {
      let home = LedgerDirectory.checkpointName(latest.size)
      if !notes.contains(where: { $0.name == home }) {
        return audit.find(.missing, in: home, "\(name) is a copy of it")
      }
    }
    if let newest, newest.checkpoint != latest {
      audit.result.notices.append(
        LogNotice(.stale, name, "it is no copy of the newest checkpoint"))
    }
  }

  private mutating func judgeWitnesses() {
    for key in options.trusted where key.kind == .cosignature {
      let hasSigned = notes.contains {
        $0.checkpoint?.note.signers(among: [key])?.isEmpty == false
      }
      if !hasSigned {
        audit.find(
          .unsigned, in: newest?.name ?? LedgerDirectory.checkpointsName,
          "\(key.name) has cosigned no checkpoint")
      }
    }
  }

  private mutating func tellMissingAnchors() throws(LogError) {
    for anchor in try directory.anchors(and: options.anchors)
    where !notes.contains(where: { $0.name == anchor.path }) {
      audit.result.notices.append(
        LogNotice(.notCovered, anchor.path, "the anchor is not there, or holds nothing yet"))
    }
  }

  /// The keys to check with: the ledger's own history, or as far as a trusted key vouches for it.
  private mutating func knownKeys() throws(LogError) -> KnownKeys {
    let opening = LedgerDirectory.segmentName(0)
    let isOpeningDamaged = audit.result.findings.contains {
      $0.file == opening && $0.lines?.contains(2) == true
    }
    var identity = try unlessDamaged { () throws(LogError) in try directory.identityFromLog() }
    if isOpeningDamaged || identity == nil { identity = try directory.statedIdentity() }
    let trusted = options.trusted.filter { $0.kind == .signature }
    var keys = KnownKeys(
      identity: identity, trusted: trusted,
      witnesses: options.trusted.filter { $0.kind == .cosignature })
    for line in audit.changes {
      if let event = try? EventEnvelope(parsing: line.span) { keys.take(event, line.span) }
    }
    if !trusted.isEmpty { keys.trustChanges(signedIn: notes) }
    audit.result.keys = keys.used
    audit.result.keysAreTrusted = !trusted.isEmpty
    return keys
  }
}

/// The keys that checkpoints are checked with.
struct KnownKeys {
  private let origin: String?
  private var history: KeyHistory?
  /// Where keys are given from outside: those, and what they vouch for.
  private var trusted: [VerifierKey]
  private let isFromOutside: Bool
  private let witnesses: [VerifierKey]
  private var changes: [(size: Int64, old: VerifierKey, new: VerifierKey)] = []

  init(identity: LedgerIdentity?, trusted: [VerifierKey], witnesses: [VerifierKey]) {
    origin = identity?.origin
    history = identity.map { KeyHistory($0) }
    self.trusted = trusted
    self.witnesses = witnesses
    isFromOutside = !trusted.isEmpty
  }

  mutating func take(_ event: EventEnvelope, _ line: Span<UInt8>) {
    let before = history?.all ?? []
    history?.take(event, line)
    guard let after = history?.all, after.count > before.count, let new = after.last,
      let data = try? JSONValue(parsing: line.extracting(event.data), as: .event),
      let text = data["retires"]?.stringValue, let old = VerifierKey(text)
    else { return }
    changes.append((event.seq + 1, old, new))
  }

  /// Extends trust from one key to the next or the one before, where it signed the checkpoint that ends
  /// with the change.
  mutating func trustChanges(signedIn notes: [StatedNote]) {
    let steps =
      changes.map { ($0.size, $0.old, $0.new) }
      + changes.reversed().map { ($0.size, $0.new, $0.old) }
    for (size, known, other) in steps where trusted.contains(known) && !trusted.contains(other) {
      let note = notes.first { $0.name == LedgerDirectory.checkpointName(size) }
      if note?.checkpoint?.isSigned(byOneOf: [known]) == true { trusted.append(other) }
    }
  }

  /// The log's keys in use.
  var used: [VerifierKey] { isFromOutside ? trusted : history?.all ?? [] }

  /// Whether a checkpoint is of this log and signed by a key good for its size, with no wrong signature
  /// by a key that is known.
  func haveSigned(_ checkpoint: Checkpoint) -> Bool {
    guard checkpoint.origin == origin ?? checkpoint.origin else { return false }
    var keys = history?.keys(for: checkpoint.size) ?? []
    if isFromOutside {
      let known = history?.all ?? []
      keys = keys.filter(trusted.contains) + trusted.filter { !known.contains($0) }
    }
    let signers = checkpoint.signers(among: keys + witnesses)
    return signers?.contains { $0.kind == .signature } ?? false
  }
}

extension LedgerDirectory {
  /// What `LEDGER.json` says; `nil` where it says nothing that can be read.
  func statedIdentity() throws(LogError) -> LedgerIdentity? {
    guard try facts(Self.identityName) != nil else { return nil }
    let bytes = try read(Self.identityName)
    guard bytes.last == UInt8(ascii: "\n") else { return nil }
    return try? LedgerIdentity(parsing: bytes.span.extracting(droppingLast: 1))
  }
}

internal import CanonicalJSON

extension EventLog {
  /// Makes a ledger and opens it.
  ///
  /// Writes the directory, an Ed25519 signing key of its own (`keys/signing.pem`, mode 0600) unless the
  /// settings name one, whose public half is put before `identity.keys`, the first segment with the
  /// event `LedgerOpened`, and the first checkpoint.
  /// All of it is made beside `path` under another name, synced, and renamed at the end: so the
  /// ledger is there whole or not at all.
  ///
  /// Throws `exists` if there is anything at `path` but an empty directory, or a ledger beside it
  /// whose making was cut off; `invalid` for an identity without form; `readOnly`, `networkDisk`,
  /// `diskFull`, `io`.
  package static func create(
    directory path: String, identity: LedgerIdentity, at: String, effective: String,
    actor: [UInt8], settings: Settings = Settings(), disk: any Disk = SystemDisk()
  ) throws(LogError) -> EventLog {
    if let fault = identity.formFault { throw LogError(.invalid, fault) }
    guard isInstant(at) else {
      throw LogError(.invalid, "the time of recording is not an instant: \(at)")
    }
    let final = LedgerDirectory(path, on: disk)
    let draft = LedgerDirectory(final.path + LedgerDirectory.unfinishedSuffix, on: disk)
    try requireNothing(final, draft)
    try parent(of: final).requireLocalDisk(settings)
    let key: SigningKey
    if let path = settings.signingKey {
      key = try SigningKey.read(path, name: identity.origin, disk: disk)
    } else {
      key = try SigningKey.generated(name: identity.origin)
    }
    var identity = identity
    identity.keys.insert(key.verifier.text, at: 0)
    let occasion = Occasion(at: at, effective: effective, actor: actor)
    let segment = try firstSegment(identity, occasion, disk)
    try fill(draft, identity, segment, settings)
    if settings.signingKey == nil {
      try key.write(to: draft.path(LedgerDirectory.signingKeyName), disk: disk)
      try draft.syncDirectory(LedgerDirectory.keysName)
    }
    try uninterrupted(final.path) { () throws(SystemError) in
      try disk.rename(draft.path, to: final.path)
    }
    try syncParent(of: final)
    let log = try open(
      directory: path, at: at, effective: effective, actor: actor, settings: settings, disk: disk)
    try log.checkpoint()
    return log
  }

  private static func requireNothing(
    _ final: LedgerDirectory, _ draft: LedgerDirectory
  ) throws(LogError) {
    if let there = try final.facts("") {
      let isEmpty = there.isDirectory ? try final.list("").isEmpty : false
      guard isEmpty else {
        let isLedger = try final.facts(LedgerDirectory.logName) != nil
        throw LogError(
          .exists, isLedger ? "there is a ledger here already" : "it is not an empty directory",
          file: final.path)
      }
    }
    guard try draft.facts("") == nil else {
      throw LogError(
        .exists, "making a ledger here was cut off; delete \(draft.path) and try again",
        file: draft.path)
    }
  }

  /// The first segment: header, `LedgerOpened`, commit.
  private static func firstSegment(
    _ identity: LedgerIdentity, _ occasion: Occasion, _ disk: any Disk
  ) throws(LogError) -> [UInt8] {
    let opened = PendingEvent(
      type: LedgerDirectory.openingType, stream: identity.stream, key: "ledger-opened",
      effective: occasion.effective, actor: occasion.actor, data: identity.canonicalBytes)
    var salt = [UInt8](repeating: 0, count: 12)
    do { try disk.random(into: &salt) } catch { throw LogError(error, "") }
    var batch = Batch(after: MerkleFrontier(), at: occasion.at, count: 1)
    batch.begin(SegmentHeader(ledger: identity.ledger, after: MerkleFrontier()))
    batch.positions = [0]
    try batch.write([opened], salts: Base64.encode(salt))
    return batch.bytes
  }

  /// Makes everything in the draft directory durable.
  private static func fill(
    _ draft: LedgerDirectory, _ identity: LedgerIdentity, _ segment: [UInt8],
    _ settings: Settings
  ) throws(LogError) {
    try uninterrupted(draft.path) { () throws(SystemError) in
      try draft.disk.makeDirectory(draft.path, mode: 0o755)
    }
    try draft.makeDirectory(LedgerDirectory.logName)
    try draft.makeDirectory(LedgerDirectory.quarantineName, mode: 0o700)
    try draft.makeDirectory(LedgerDirectory.keysName, mode: 0o700)
    try draft.writeNew(LedgerDirectory.segmentName(0), segment)
    try draft.writeNew(LedgerDirectory.identityName, LedgerDirectory.identityFile(identity))
    try draft.writeNew(LedgerDirectory.lockName, DurableSize.text(nil))
    var ballast = Ballast(draft, size: settings.ballastSize)
    try ballast.raise()
    for name in [LedgerDirectory.logName, LedgerDirectory.keysName, LedgerDirectory.quarantineName]
    {
      try draft.syncDirectory(name)
    }
    try draft.syncDirectory("")
  }

  /// Makes the ledger's own name durable.
  private static func syncParent(of directory: LedgerDirectory) throws(LogError) {
    try parent(of: directory).syncDirectory("")
  }

  private static func parent(of directory: LedgerDirectory) -> LedgerDirectory {
    let path = directory.path
    let parent: String
    if let slash = path.lastIndex(of: "/") {
      parent = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      parent = "."
    }
    return LedgerDirectory(parent, on: directory.disk)
  }
}

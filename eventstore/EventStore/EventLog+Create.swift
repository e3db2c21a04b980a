internal import CanonicalJSON

extension EventLog {
  /// Makes a ledger and opens it.
  ///
  /// Writes the directory, an Ed25519 signing key of its own (`keys/signing.pem`, mode 0600), whose
  /// public half is put before `identity.keys`, and the first segment with the event `LedgerOpened`.
  /// All of it is made beside `path` under another name, synced, and renamed at the end: so the
  /// ledger is there whole or not at all.
  ///
  /// Throws `exists` if there is anything at `path` but an empty directory, or a ledger beside it
  /// whose making was cut off; `invalid` for an identity without form; `io`.
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
    guard var key = SigningKey(origin: identity.origin) else {
      throw LogError(.io, "libcrypto made no key")
    }
    defer { LibCrypto.wipe(&key.pem) }
    var identity = identity
    identity.keys.insert(key.verifierKey, at: 0)
    let occasion = Occasion(at: at, effective: effective, actor: actor)
    let segment = try firstSegment(identity, occasion, disk)
    try fill(draft, identity, key, segment)
    try uninterrupted(final.path) { () throws(SystemError) in
      try disk.rename(draft.path, to: final.path)
    }
    try syncParent(of: final)
    return try open(
      directory: path, at: at, effective: effective, actor: actor, settings: settings, disk: disk)
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
    var batch = Batch(after: MerkleFrontier(), at: occasion.at, size: 1)
    batch.begin(SegmentHeader(ledger: identity.ledger, after: MerkleFrontier()))
    do {
      try batch.append(opened, n: 0, salt: salt)
    } catch {
      throw LogError(.invalid, "the ledger's first event would not be one: \(error)")
    }
    batch.commit()
    return batch.bytes
  }

  /// Makes everything in the draft directory durable.
  private static func fill(
    _ draft: LedgerDirectory, _ identity: LedgerIdentity, _ key: SigningKey,
    _ segment: [UInt8]
  ) throws(LogError) {
    try uninterrupted(draft.path) { () throws(SystemError) in
      try draft.disk.makeDirectory(draft.path, mode: 0o755)
    }
    try draft.makeDirectory(LedgerDirectory.logName)
    try draft.makeDirectory(LedgerDirectory.quarantineName, mode: 0o700)
    try draft.makeDirectory(LedgerDirectory.keysName, mode: 0o700)
    try draft.writeNew(LedgerDirectory.signingKeyName, key.pem, mode: 0o600)
    try draft.writeNew(LedgerDirectory.segmentName(0), segment)
    try draft.writeNew(LedgerDirectory.identityName, LedgerDirectory.identityFile(identity))
    try draft.writeNew(LedgerDirectory.lockName, DurableSize.text(nil))
    for name in [LedgerDirectory.logName, LedgerDirectory.keysName, LedgerDirectory.quarantineName]
    {
      try draft.syncDirectory(name)
    }
    try draft.syncDirectory("")
  }

  /// Makes the ledger's own name durable.
  private static func syncParent(of directory: LedgerDirectory) throws(LogError) {
    let path = directory.path
    let parent: String
    if let slash = path.lastIndex(of: "/") {
      parent = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      parent = "."
    }
    try LedgerDirectory(parent, on: directory.disk).syncDirectory("")
  }
}

/// A ledger's own Ed25519 key, while it is being made.
struct SigningKey {
  /// The private half: PKCS#8, PEM, not encrypted. To be wiped by its holder.
  var pem: [UInt8]
  /// The public half as C2SP signed notes write it: `origin+8 hex digits+base64 of 0x01 and the key`.
  let verifierKey: String

  /// `nil` when libcrypto refuses.
  init?(origin: String) {
    guard let (pem, publicKey) = LibCrypto.newSigningKey() else { return nil }
    let typed = [0x01] + publicKey
    // Key id: the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
    let id = Digest(hashing: (Array(origin.utf8) + [0x0A] + typed).span).hex.prefix(8)
    self.pem = pem
    verifierKey = "\(origin)+\(id)+\(String(decoding: Base64.encode(typed), as: UTF8.self))"
  }
}

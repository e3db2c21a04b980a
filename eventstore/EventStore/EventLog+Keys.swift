// Changing the key that signs: the new one is on disk before the log speaks of it, the checkpoint
// that ends with the change is signed by both, and only then does the new key take the old one's place.
extension EventLog {
  /// Where the new key waits while the log changes hands.
  static let nextKeyName = "keys/signing.next.pem"

  /// Gives the log a new signing key; the old one signs no more.
  ///
  /// Records `SigningKeyChanged` at `at` by `actor`, signs the checkpoint that covers it with both keys,
  /// and puts the new key in the place of the ledger's own; with `outside` the new key is the one in
  /// that file, which stays where it is, and the settings must name it from then on. A crash on the way
  /// is made good by the next opening. Returns the new key and the checkpoint. Throws `invalidKey`, and
  /// what `append` and `checkpoint` throw.
  package func changeSigningKey(
    to outside: String? = nil, at: String, effective: String, actor: [UInt8]
  ) throws(LogError) -> (key: VerifierKey, checkpoint: Checkpoint) {
    if let poison { throw poison }
    let old = try signingKey()
    let new = try nextKey(outside)
    guard !keys.all.contains(new.verifier) else {
      throw LogError(.invalidKey, "the log had this key before: \(new.verifier.text)")
    }
    let event = PendingEvent(
      type: KeyHistory.changeType, stream: identity.stream,
      key: "signing-key:\(Digest(hashing: Array(new.verifier.text.utf8).span).hex.prefix(32))",
      effective: effective, actor: actor,
      data: KeyHistory.change(to: new.verifier, retiring: old.verifier))
    let latest = try directory.latestCheckpoint()
    try append([event], at: at)
    keys.change(to: new.verifier, retiring: old.verifier.text, at: size - 1)
    let signed = try sign(after: latest, with: [old.verifier, new.verifier]) {
      note throws(LogError) in
      try note.sign(with: old)
      try note.sign(with: new)
    }
    if outside == nil { try takeNextKey() }
    return (new.verifier, signed)
  }

  /// The key that is to sign: the one in a file outside, or a new one that waits in `keys/`.
  private func nextKey(_ outside: String?) throws(LogError) -> SigningKey {
    if let outside {
      return try SigningKey.read(outside, name: identity.origin, disk: directory.disk)
    }
    guard settings.signingKey == nil else {
      throw LogError(
        .invalidKey, "the signing key lies outside the ledger: name the file of the new one")
    }
    let new = try SigningKey.generated(name: identity.origin)
    if try directory.facts(Self.nextKeyName) != nil { try directory.remove(Self.nextKeyName) }
    try new.write(to: directory.path(Self.nextKeyName), disk: directory.disk)
    try directory.syncDirectory(LedgerDirectory.keysName)
    return new
  }

  /// Finishes or drops a change of keys that a crash cut off.
  func settleKeys() throws(LogError) {
    guard try directory.facts(Self.nextKeyName) != nil else { return }
    let next: SigningKey
    do {
      next = try SigningKey.read(
        directory.path(Self.nextKeyName), name: identity.origin, disk: directory.disk)
    } catch {
      // It was cut off while it was written, before the log could speak of it: the old key still signs.
      guard error.code == .invalidKey, try isOwnKeyGood() else { throw error }
      return try directory.remove(Self.nextKeyName)
    }
    if keys.keys(for: size).contains(next.verifier) {
      try takeNextKey()
    } else {
      try directory.remove(Self.nextKeyName)
    }
  }

  /// Whether the ledger's own key, whatever the settings say, is one that signs now.
  private func isOwnKeyGood() throws(LogError) -> Bool {
    let own = try SigningKey.read(
      directory.path(LedgerDirectory.signingKeyName), name: identity.origin, disk: directory.disk)
    return keys.keys(for: size + 1).contains(own.verifier)
  }

  private func takeNextKey() throws(LogError) {
    try directory.rename(Self.nextKeyName, to: LedgerDirectory.signingKeyName)
    try directory.syncDirectory(LedgerDirectory.keysName)
  }
}

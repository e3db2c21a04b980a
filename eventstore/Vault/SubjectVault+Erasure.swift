package import EventStore

// Erasure: a person's key goes, and with it the epoch key it was wrapped under, so that no copy of the
// vault made before opens it. The log's event is what decides:
//
//     prepare   new epoch keys, outside           ─┐ a power cut before the event: not begun, and a key
//               (the caller's receipt)             ─┘ is left outside that wraps nothing
//     event     `SubjectErased` in the log         ── from here on it is done, or done by the next opening
//     erase     one transaction: tables of the new epochs, less her rows; the old ones zeroed
//     settle    the old epoch keys destroyed, outside: those this vault retired and no others, for a copy
//               of the ledger shares them
extension SubjectVault {
  /// A subject whose keys are to go, and the event that says so.
  package struct Erased: Sendable {
    /// The subject.
    package var subject: String
    /// The position of its `SubjectErased`.
    package var seq: Int64

    /// An erasure.
    package init(subject: String, seq: Int64) {
      self.subject = subject
      self.seq = seq
    }
  }

  /// How many of the log's erasures were done in this vault.
  package var erasures: Int64 {
    get throws(LogError) { try store.erasures }
  }

  /// Makes sure that the outer keys are at hand. Throws `noVaultKeys`.
  package func requireKeys() throws(LogError) { _ = try keys() }

  /// The ids of the keys that an erasure of these subjects destroys, in order.
  package func keyNames(of subjects: [String]) throws(LogError) -> [String] {
    var names: [String] = []
    for subject in subjects {
      if let key = try store.key(of: subject, in: stored) { names.append(key.kid) }
    }
    return names
  }

  /// Makes the epoch keys that an erasure of these subjects needs, and makes them durable.
  package func prepareErasure(of subjects: [String]) throws(LogError) {
    let ring = try keys()
    for epoch in try affected(by: subjects) where ring.has(epoch) {
      let next = nextEpoch(ring)
      try ring.addEpoch(next)
      prepared.append(next)
    }
    try ring.save()
  }

  /// Refuses an erasure where the ledger is not at the place its vault knows: in a copy it would destroy
  /// keys that the original needs. Gives that place, or nil where all is well.
  package func otherHome() throws(LogError) -> String? {
    guard let here = settings.home else { return nil }
    let home = try store.home()
    if home.isEmpty { try store.setHome(here) }
    return home.isEmpty || home == here ? nil : home
  }

  /// Says that the ledger is here for good, moved or restored.
  package func adoptHome() throws(LogError) {
    if let here = settings.home { try store.setHome(here) }
  }

  /// Destroys the keys and entries of subjects, `erasures` of the log being done then.
  ///
  /// Wraps the other keys of their epochs anew, at most ``Settings/epochCapacity`` each. Done already, it
  /// changes nothing but the count.
  package func erase(_ erased: [Erased], erasures: Int64) throws(LogError) {
    precondition(!isWaiting, "nothing waits to be made durable")
    let ring = try keys()
    let gone = Set(erased.map(\.subject))
    let affected = try affected(by: erased.map(\.subject))
    var spare = prepared
    prepared = []
    for epoch in affected where ring.has(epoch) && spare.count < affected.count {
      let next = nextEpoch(ring)
      try ring.addEpoch(next)
      spare.append(next)
    }
    try ring.save()
    try store.transaction { () throws(LogError) in
      for epoch in affected {
        if ring.has(epoch) {
          try move(epoch, to: spare.removeFirst(), without: gone)
        } else {
          // Wrapped under a key that is no more: the others' rows are copied as they are.
          try store.rebuild(epoch, without: gone)
        }
      }
      for one in erased { try store.noteErased(one.subject, seq: one.seq) }
      try store.setErasures(erasures)
    }
    dropKeys()
    try recount()
    try settle()
  }

  /// Destroys the outer keys of the epochs that erasures done in this vault replaced.
  ///
  /// Needs the file of epoch keys and no master key; where the file is not there or not for this user,
  /// nothing is done.
  package func settle() throws(LogError) {
    try KeyRing.destroy(Set(try store.retired()), in: settings.places, on: folder.disk)
    dropKeys()
  }

  /// Whether an outer key of these subjects' epochs is gone: the vault is older than an erasure then.
  package func hasLostKeys(of erased: [Erased]) throws(LogError) -> Bool {
    let ring = try keys()
    return try affected(by: erased.map(\.subject)).contains { !ring.has($0) }
  }

  private func affected(by subjects: [String]) throws(LogError) -> [Int64] {
    var epochs: Set<Int64> = []
    for subject in subjects {
      if let key = try store.key(of: subject, in: stored) { epochs.insert(key.epoch) }
    }
    return epochs.sorted()
  }

  /// Keys unwrapped at a time.
  private static let chunk = 1_024

  /// Wraps an epoch's keys anew under another's, less those that go, and drops it.
  private func move(
    _ epoch: Int64, to next: Int64, without gone: Set<String>
  ) throws(LogError) {
    let secrets = SecretMemory(slots: Self.chunk)
    try store.addEpoch(next)
    var chunk: [VaultStore.StoredKey] = []
    func flush() throws(LogError) {
      for (slot, key) in chunk.enumerated() {
        var plain = try unwrapped(key)
        secrets.put(&plain, in: slot)
      }
      for slot in chunk.indices {
        chunk[slot] = try secrets.withKey(in: slot) { plain throws(LogError) in
          try wrapped(plain, chunk[slot].subject, chunk[slot].kid, epoch: next)
        }
      }
      secrets.wipe()
      try store.add(chunk, to: next)
      chunk.removeAll(keepingCapacity: true)
    }
    try store.forEachKey(in: epoch) { key throws(LogError) in
      guard !gone.contains(key.subject) else { return }
      chunk.append(key)
      if chunk.count == Self.chunk { try flush() }
    }
    try flush()
    try store.copyLookups(from: epoch, to: next, without: gone)
    try store.dropEpoch(epoch)
  }
}

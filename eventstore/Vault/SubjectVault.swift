internal import CanonicalJSON
package import EventStore

/// The keys to what a ledger knows of persons: seals their data and opens it, one key a person.
///
///     master key ──► epoch key ──► subject's key ──► sealed fields of events
///       outside        outside       vault/keys.db       log
///
/// A key is made when something of a person is sealed first, and is on the disk (``flush()``) before the
/// event is. Held by the ledger's one writer; not for two tasks at once. The database opens without the
/// outer keys, which are read when something is first sealed or opened.
package final class SubjectVault {
  /// What can be chosen about a vault.
  package struct Settings: Sendable {
    /// Where the outer keys lie.
    package var places: KeyPlaces
    /// The most subjects in an epoch: how many keys an erasure wraps anew at most.
    package var epochCapacity: Int
    /// The ledger's directory, whole and without links; nil where nobody is to ask whether it moved.
    package var home: String?

    /// Settings; 65,536 subjects an epoch.
    package init(places: KeyPlaces, epochCapacity: Int = 65_536, home: String? = nil) {
      self.places = places
      self.epochCapacity = epochCapacity
      self.home = home
    }
  }

  /// Number of the ledger.
  package let ledger: String
  let settings: Settings
  let folder: LedgerDirectory
  let store: VaultStore
  /// Subjects of each epoch, those that wait counted.
  var counts: [Int64: Int]
  /// The epochs in the database, in order; those of keys that wait may be more.
  private(set) var stored: [Int64] = []
  /// New epochs that an erasure under way has made.
  var prepared: [Int64] = []
  private var ring: KeyRing?
  private var waiting: [String: VaultStore.StoredKey] = [:]
  private var waitingLookups: [(lookup: VaultStore.Lookup, replaces: Bool)] = []
  /// Keys at hand: the slot and the id of each.
  private var cache: [String: (slot: Int, kid: String)] = [:]
  private var nonces: [UInt8] = []
  private var nextNonce = 0

  /// Keys kept at hand: 128 KiB of locked memory.
  private static let slots = 4_096

  private init(
    _ folder: LedgerDirectory, _ ledger: String, _ settings: Settings, _ store: VaultStore,
    _ ring: KeyRing?
  ) throws(LogError) {
    self.folder = folder
    self.ledger = ledger
    self.settings = settings
    self.store = store
    self.ring = ring
    counts = [:]
    try recount()
  }

  /// Opens a ledger's vault; nil where it has none yet.
  package static func open(
    _ path: String, ledger: String, _ settings: Settings, disk: any Disk = SystemDisk()
  ) throws(LogError) -> SubjectVault? {
    let folder = LedgerDirectory(path, on: disk)
    guard try folder.facts(VaultStore.name) != nil else { return nil }
    let store = try VaultStore(folder, ledger: ledger, creating: false)
    return try SubjectVault(folder, ledger, settings, store, nil)
  }

  /// Opens a ledger's vault, or makes it: its outer keys first, then the database.
  package static func create(
    _ path: String, ledger: String, _ settings: Settings, disk: any Disk = SystemDisk()
  ) throws(LogError) -> SubjectVault {
    let folder = LedgerDirectory(path, on: disk)
    let ring = try KeyRing.make(settings.places, ledger: ledger, slots: slots, on: disk)
    let store = try VaultStore(folder, ledger: ledger, creating: true)
    if let home = settings.home, try store.home().isEmpty { try store.setHome(home) }
    return try SubjectVault(folder, ledger, settings, store, ring)
  }

  /// Counts the epochs' subjects as the database has them.
  func recount() throws(LogError) {
    counts = [:]
    for (epoch, subjects) in try store.epochs() { counts[epoch] = Int(subjects) }
    stored = counts.keys.sorted()
  }

  /// The outer keys, read when first asked for. Throws `noVaultKeys`.
  func keys() throws(LogError) -> KeyRing {
    if let ring { return ring }
    let read = try KeyRing.read(
      settings.places, ledger: ledger, slots: Self.slots, on: folder.disk)
    ring = read
    return read
  }

  /// Forgets the outer keys, to read them again.
  func dropKeys() {
    cache.removeAll()
    ring = nil
  }

  /// What an operator should hear of.
  package var notices: [LogNotice] {
    guard let ring, !ring.secrets.isLocked else { return [] }
    return [
      LogNotice(
        .keysNotLocked, "",
        "the system did not lock the memory of keys (ulimit -l): they may reach the swap")
    ]
  }

  // MARK: Sealing

  /// Seals the canonical object of an event's personal fields; gives the canonical `sealed` object.
  ///
  /// A subject without a key gets one, which waits for ``flush()``. Throws `erased` for a subject whose
  /// keys were destroyed, `noVaultKeys`.
  package func seal(
    _ plaintext: [UInt8], in context: SealingContext
  ) throws(LogError) -> [UInt8] {
    let (slot, kid) = try slot(of: context.subject, making: true)
    let nonce = try freshNonce()
    let ring = try keys()
    let associated = context.associated(ledger)
    let ciphertext = ring.secrets.withKey(in: slot) { key in
      ring.cipher.seal(plaintext.span, under: key, nonce: nonce.span, with: associated)
    }
    guard let ciphertext else { throw LogError(.io, "libcrypto did not seal") }
    return SealedObject(kid: kid, nonce: nonce, ciphertext: ciphertext).canonicalBytes
  }

  /// Opens a `sealed` object; what is given is the canonical object that was sealed.
  ///
  /// Throws `erased` where the subject's keys were destroyed, `noVaultKeys` where the outer keys are not
  /// there or the subject has no key, `damaged` where the event is not the one that was sealed.
  package func open(
    _ sealed: [UInt8], in context: SealingContext
  ) throws(LogError) -> [UInt8] {
    guard let object = SealedObject(parsing: sealed) else {
      throw LogError(.damaged, "the sealed fields have not the form of such")
    }
    let (slot, kid) = try slot(of: context.subject, making: false)
    let ring = try keys()
    let associated = context.associated(ledger)
    let opened = ring.secrets.withKey(in: slot) { key in
      ring.cipher.open(
        object.ciphertext.span, under: key, nonce: object.nonce.span, with: associated)
    }
    guard kid == object.kid, let opened else {
      throw LogError(.damaged, "the sealed fields do not open: they were sealed for another event")
    }
    return opened
  }

  /// Whether a subject has a key.
  package func hasKey(_ subject: String) throws(LogError) -> Bool {
    if cache[subject] != nil || waiting[subject] != nil { return true }
    return try store.key(of: subject, in: stored) != nil
  }

  /// The event that says that a subject's keys were destroyed; nil where they were not.
  package func erasure(of subject: String) throws(LogError) -> Int64? {
    try store.erasure(of: subject)
  }

  private func slot(
    of subject: String, making: Bool
  ) throws(LogError) -> (slot: Int, kid: String) {
    if let known = cache[subject] { return known }
    if let key = waiting[subject] { return try take(key) }
    if let key = try store.key(of: subject, in: stored) { return try take(key) }
    if try store.erasure(of: subject) != nil {
      throw LogError(.erased, "the keys of \(subject) were destroyed")
    }
    guard making else {
      throw LogError(.noVaultKeys, "the vault has no key of \(subject)", file: VaultStore.name)
    }
    return try makeKey(of: subject)
  }

  /// Unwraps a key into a slot of its own.
  private func take(_ key: VaultStore.StoredKey) throws(LogError) -> (slot: Int, kid: String) {
    var plain = try unwrapped(key)
    return try remember(&plain, key.kid, of: key.subject)
  }

  private func remember(
    _ key: inout [UInt8], _ kid: String, of subject: String
  ) throws(LogError) -> (slot: Int, kid: String) {
    if cache.count == Self.slots { cache.removeAll(keepingCapacity: true) }
    let slot = KeyRing.firstSlot + cache.count
    try keys().secrets.put(&key, in: slot)
    cache[subject] = (slot, kid)
    return (slot, kid)
  }

  /// A subject's key in clear, to be wiped by the caller.
  func unwrapped(_ key: VaultStore.StoredKey) throws(LogError) -> [UInt8] {
    let ring = try keys()
    let associated = associated(key)
    let plain = try ring.withEpoch(key.epoch) { other throws(LogError) in
      WrappedKey.unwrap(key.wrapped, under: other, with: associated, ring.cipher)
    }
    guard let plain else {
      throw LogError(
        .damaged, "a key does not open under its epoch's: the vault was changed",
        file: VaultStore.name)
    }
    return plain
  }

  /// A subject's key wrapped under an epoch's.
  func wrapped(
    _ plain: Span<UInt8>, _ subject: String, _ kid: String, epoch: Int64
  ) throws(LogError) -> VaultStore.StoredKey {
    let ring = try keys()
    var key = VaultStore.StoredKey(subject: subject, kid: kid, epoch: epoch, wrapped: [])
    let associated = associated(key)
    key.wrapped = try ring.withEpoch(epoch) { other throws(LogError) -> [UInt8] in
      try WrappedKey.wrap(plain, under: other, with: associated, ring.cipher, folder.disk)
    }
    return key
  }

  private func associated(_ key: VaultStore.StoredKey) -> [UInt8] {
    JSONValue.array([
      .string(ledger), .string(key.subject), .integer(key.epoch), .string(key.kid),
    ]).canonicalBytes
  }

  private func makeKey(of subject: String) throws(LogError) -> (slot: Int, kid: String) {
    let epoch = try epochWithRoom()
    let kid = Hexadecimal.text(try folder.disk.randomBytes(8))
    var plain = try folder.disk.randomBytes(AES256GCM.keyLength)
    defer { LibCrypto.wipe(&plain) }
    waiting[subject] = try wrapped(plain.span, subject, kid, epoch: epoch)
    counts[epoch, default: 0] += 1
    return try remember(&plain, kid, of: subject)
  }

  /// The newest epoch with room whose key is there, or a new one.
  private func epochWithRoom() throws(LogError) -> Int64 {
    let ring = try keys()
    if let last = counts.keys.max(), counts[last, default: 0] < settings.epochCapacity,
      ring.has(last)
    {
      return last
    }
    let next = nextEpoch(ring)
    try ring.addEpoch(next)
    counts[next] = 0
    return next
  }

  /// A number that no epoch has had.
  func nextEpoch(_ ring: KeyRing) -> Int64 {
    max(counts.keys.max() ?? -1, ring.epochs.keys.max() ?? -1) + 1
  }

  /// Twelve random bytes, from a pool that is filled now and then.
  private func freshNonce() throws(LogError) -> [UInt8] {
    let length = AES256GCM.nonceLength
    if nextNonce == nonces.count {
      nonces = try folder.disk.randomBytes(length * 512)
      nextNonce = 0
    }
    defer { nextNonce += length }
    return Array(nonces[nextNonce..<nextNonce + length])
  }

  // MARK: What waits

  /// Whether keys or entries wait to be made durable.
  package var isWaiting: Bool { !waiting.isEmpty || !waitingLookups.isEmpty }

  /// Makes every key that waits durable, in one transaction, and the entries of the blind index with them.
  package func flush() throws(LogError) {
    guard isWaiting else { return }
    let ring = try keys()
    try ring.save()
    let known = stored
    try store.transaction { () throws(LogError) in
      for epoch in counts.keys.sorted() where !known.contains(epoch) { try store.addEpoch(epoch) }
      var byEpoch: [Int64: [VaultStore.StoredKey]] = [:]
      for key in waiting.values { byEpoch[key.epoch, default: []].append(key) }
      for (epoch, keys) in byEpoch {
        // In order: pages fill one after the other.
        try store.add(keys.sorted { $0.subject < $1.subject }, to: epoch)
      }
      try storeLookups()
    }
    waiting.removeAll()
    waitingLookups.removeAll()
    stored = counts.keys.sorted()
  }

  /// Puts the entries that wait into the tables of their subjects' epochs.
  private func storeLookups() throws(LogError) {
    // Of what replaces others of its kind, the last one counts.
    var last: [String: Int] = [:]
    for (place, (lookup, replaces)) in waitingLookups.enumerated() where replaces {
      last["\(lookup.subject) \(lookup.kind)"] = place
    }
    var byEpoch: [Int64: [VaultStore.Lookup]] = [:]
    for (place, (lookup, replaces)) in waitingLookups.enumerated() {
      guard place >= last["\(lookup.subject) \(lookup.kind)"] ?? 0,
        let epoch = try epoch(of: lookup.subject)
      else { continue }
      if replaces, waiting[lookup.subject] == nil {
        try store.removeLookups(lookup.kind, of: lookup.subject, from: epoch)
      }
      byEpoch[epoch, default: []].append(lookup)
    }
    for (epoch, lookups) in byEpoch { try store.add(lookups, to: epoch) }
  }

  private func epoch(of subject: String) throws(LogError) -> Int64? {
    if let key = waiting[subject] { return key.epoch }
    return try store.key(of: subject, in: stored)?.epoch
  }

  /// Forgets the keys and entries that wait: what they sealed was not recorded.
  package func discard() {
    guard isWaiting else { return }
    for key in waiting.values {
      counts[key.epoch, default: 1] -= 1
      cache[key.subject] = nil
    }
    waiting.removeAll()
    waitingLookups.removeAll()
    // Slots are handed out by count: with gaps one would be given twice.
    cache.removeAll()
  }

  // MARK: The blind index

  /// Has a text lead to a subject from the next flush on; with `replacing`, no other text of its kind does.
  func note(_ text: String, _ kind: String, of subject: String, replacing: Bool) throws(LogError) {
    let tag = try keys().tag(of: "\(kind)\n\(text)")
    waitingLookups.append(
      (VaultStore.Lookup(tag: tag, subject: subject, kind: kind), replacing))
  }

  /// The subjects that a text of a kind leads to, in order.
  func subjects(of text: String, _ kind: String) throws(LogError) -> [String] {
    try store.subjects(of: try keys().tag(of: "\(kind)\n\(text)"), in: stored)
  }
}

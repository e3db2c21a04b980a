internal import CanonicalJSON
internal import EventStore

/// The keys that lie outside the ledger, held while a vault is open.
///
///     quipu epoch keys 1
///     ledger 0b7fd05d6edb7f163c81067a4e349378
///     master 5f2a…          the first 8 bytes of an HMAC under the master key, to know it again by
///     index …               base64 of nonce ‖ ciphertext ‖ tag
///     epoch 0 …
///     epoch 3 …             epochs 1 and 2 were destroyed by erasures
///
/// Each is wrapped under the master key with the associated data `[ledger, "epoch", 3]`.
final class KeyRing {
  /// Wrapped keys of the epochs there are.
  private(set) var epochs: [Int64: [UInt8]] = [:]
  /// Epochs made here that the file does not have yet.
  private var added: Set<Int64> = []

  let secrets: SecretMemory
  let cipher: AES256GCM
  private let ledger: String
  private let places: KeyPlaces
  private let disk: any Disk
  private var index: [UInt8] = []
  private var master = ""
  /// The epoch whose key is in its slot.
  private var unwrapped: Int64?

  private static let (masterSlot, epochSlot, indexSlot) = (0, 1, 2)
  /// The first slot for subjects' keys.
  static let firstSlot = 3
  private static let heading = "quipu epoch keys 1"

  private init(
    _ ledger: String, _ places: KeyPlaces, _ slots: Int, _ disk: any Disk
  ) throws(LogError) {
    guard let cipher = AES256GCM() else { throw LogError(.io, "libcrypto made no cipher") }
    ProcessMemory.forbidDumps()
    self.cipher = cipher
    self.ledger = ledger
    self.places = places
    self.disk = disk
    secrets = SecretMemory(slots: Self.firstSlot + slots)
    var key = try MasterKey.read(places.master, on: disk)
    secrets.put(&key, in: Self.masterSlot)
    master = masterName
  }

  /// Reads the keys. Throws `noVaultKeys`, `damaged`, `io`.
  static func read(
    _ places: KeyPlaces, ledger: String, slots: Int, on disk: any Disk
  ) throws(LogError) -> KeyRing {
    let ring = try KeyRing(ledger, places, slots, disk)
    do throws(LogError) {
      try ring.readEpochs()
      return ring
    } catch {
      // A rotation that was cut off has the epochs wrapped under the next master key already.
      var next = places
      next.master = nextMaster(places)
      guard error.code == .noVaultKeys, try KeyFile(next.master, on: disk).isThere else {
        throw error
      }
      let turned = try KeyRing(ledger, next, slots, disk)
      try turned.readEpochs()
      try takeNextMaster(places, on: disk)
      return turned
    }
  }

  /// Where the next master key waits while the epochs are wrapped under it.
  static func nextMaster(_ places: KeyPlaces) -> String { places.master + ".next" }

  /// Writes a fresh master key.
  static func writeMaster(_ path: String, on disk: any Disk) throws(LogError) {
    let file = KeyFile(path, on: disk)
    if try file.isThere { try file.destroy() }
    var key = try disk.randomBytes(AES256GCM.keyLength)
    defer { LibCrypto.wipe(&key) }
    try file.create(MasterKey.text(of: key))
  }

  /// Puts the next master key in the place of the old one, which is overwritten.
  static func takeNextMaster(_ places: KeyPlaces, on disk: any Disk) throws(LogError) {
    try KeyFile(places.master, on: disk).take(from: KeyFile(nextMaster(places), on: disk))
  }

  /// Makes the keys of a new vault, or goes on with those that a making that was cut off left.
  static func make(
    _ places: KeyPlaces, ledger: String, slots: Int, on disk: any Disk
  ) throws(LogError) -> KeyRing {
    let file = KeyFile(places.master, on: disk)
    let epochs = KeyFile(places.epochs, on: disk)
    if try !file.isThere {
      guard places.makesMaster, try !epochs.isThere else {
        throw LogError(.noVaultKeys, "the master key is not there", file: places.master)
      }
      try writeMaster(places.master, on: disk)
    }
    let ring = try KeyRing(ledger, places, slots, disk)
    if try epochs.isThere {
      try ring.readEpochs()
    } else {
      var key = try disk.randomBytes(AES256GCM.keyLength)
      ring.index = try ring.wrap(&key, as: .string("index"))
      try epochs.create(ring.text)
      try ring.takeIndex()
    }
    return ring
  }

  /// Whether the epoch's key is there.
  func has(_ epoch: Int64) -> Bool { epochs[epoch] != nil }

  /// Adds a new epoch, which the file does not know before ``save()``.
  func addEpoch(_ epoch: Int64) throws(LogError) {
    var key = try disk.randomBytes(AES256GCM.keyLength)
    epochs[epoch] = try wrap(&key, as: .integer(epoch))
    added.insert(epoch)
  }

  /// Adds the epochs made here to the file as it is now, and overwrites what it was: a copy of the ledger may
  /// have changed it since it was read, and what an erasure destroyed must not come back.
  ///
  /// Throws `inUse` where a copy made an epoch of the same number.
  func save() throws(LogError) {
    guard !added.isEmpty else { return }
    let file = KeyFile(places.epochs, on: disk)
    var lines = String(decoding: try file.read(), as: UTF8.self).split(separator: "\n").map(
      String.init)
    guard added.isDisjoint(with: lines.compactMap { Self.epoch(of: $0[...]) }) else {
      throw LogError(
        .inUse, "a copy of the ledger made the same epoch meanwhile: try again",
        file: places.epochs)
    }
    for epoch in added.sorted() { lines.append(line(of: epoch)) }
    try file.replace(Array((lines.joined(separator: "\n") + "\n").utf8))
    added.removeAll()
  }

  /// Gives the key of an epoch to `body`. Throws `noVaultKeys` for one that was destroyed.
  func withEpoch<Result>(
    _ epoch: Int64, _ body: (Span<UInt8>) throws(LogError) -> Result
  ) throws(LogError) -> Result {
    if unwrapped != epoch {
      guard let wrapped = epochs[epoch] else {
        throw LogError(
          .noVaultKeys, "the key of epoch \(epoch) is not there: an erasure since destroyed it",
          file: places.epochs)
      }
      var key = try unwrap(wrapped, as: .integer(epoch))
      secrets.put(&key, in: Self.epochSlot)
      unwrapped = epoch
    }
    return try secrets.withKey(in: Self.epochSlot) { key throws(LogError) in try body(key) }
  }

  /// The HMAC-SHA-256 of a text under the blind index's key.
  func tag(of text: String) -> [UInt8] {
    secrets.withKey(in: Self.indexSlot) { LibCrypto.code(of: Array(text.utf8), under: $0) }
  }

  /// Wraps everything anew under the master key in the file that `next` names.
  func rotate(to next: KeyPlaces) throws(LogError) {
    var (keys, others): ([(Int64, [UInt8])], [UInt8]) = ([], [])
    defer {
      for place in keys.indices { LibCrypto.wipe(&keys[place].1) }
      LibCrypto.wipe(&others)
    }
    for (epoch, wrapped) in epochs {
      keys.append((epoch, try unwrap(wrapped, as: .integer(epoch))))
    }
    others = try unwrap(index, as: .string("index"))
    var key = try MasterKey.read(next.master, on: disk)
    secrets.put(&key, in: Self.masterSlot)
    guard masterName != master else {
      throw LogError(.invalidKey, "it is the master key there is", file: next.master)
    }
    master = masterName
    for place in keys.indices {
      epochs[keys[place].0] = try wrap(&keys[place].1, as: .integer(keys[place].0))
    }
    index = try wrap(&others, as: .string("index"))
    try KeyFile(places.epochs, on: disk).replace(text)
    added.removeAll()
  }
}

// The file and what is in it.
extension KeyRing {
  /// Destroys the keys of these epochs in the file, without opening any. Others are left, whoever's they
  /// are: a copy of the ledger may be open that knows of fewer.
  static func destroy(
    _ retired: Set<Int64>, in places: KeyPlaces, on disk: any Disk
  ) throws(LogError) {
    let file = KeyFile(places.epochs, on: disk)
    guard try file.isThere else { return }
    let lines: [Substring]
    do throws(LogError) {
      lines = String(decoding: try file.read(), as: UTF8.self).split(separator: "\n")
    } catch {
      // Another user's: what is left of it is for him to destroy.
      if error.errno == ErrorNumber.notPermitted { return }
      throw error
    }
    let left = lines.filter { line in
      Self.epoch(of: line).map { !retired.contains($0) } ?? true
    }
    guard left.count < lines.count else { return }
    try file.replace(Array((left.joined(separator: "\n") + "\n").utf8))
  }

  private var masterName: String {
    secrets.withKey(in: Self.masterSlot) { key in
      Hexadecimal.text(
        Array(LibCrypto.code(of: Array("quipu master".utf8), under: key).prefix(8)))
    }
  }

  private var text: [UInt8] {
    func base64(_ bytes: [UInt8]) -> String {
      String(decoding: Base64.encode(bytes), as: UTF8.self)
    }
    var lines = [Self.heading, "ledger \(ledger)", "master \(master)", "index \(base64(index))"]
    lines += epochs.keys.sorted().map(line)
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private func line(of epoch: Int64) -> String {
    let wrapped = Base64.encode(epochs[epoch] ?? [])
    return "epoch \(epoch) \(String(decoding: wrapped, as: UTF8.self))"
  }

  /// The epoch whose key a line is.
  private static func epoch(of line: Substring) -> Int64? {
    let words = line.split(separator: " ")
    return words.count == 3 && words[0] == "epoch" ? Int64(words[1]) : nil
  }

  private func readEpochs() throws(LogError) {
    let bytes = try KeyFile(places.epochs, on: disk).read()
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
    func wrapped(_ text: String) -> [UInt8]? {
      let key = Base64.decode(Array(text.utf8).span)
      return key?.count == WrappedKey.length ? key : nil
    }
    guard lines.count >= 4, lines[0].joined(separator: " ") == Self.heading,
      lines[1].count == 2, lines[2].count == 2, lines[3].count == 2, lines[3][0] == "index",
      let index = wrapped(lines[3][1])
    else { throw LogError(.noVaultKeys, "it is no file of epoch keys", file: places.epochs) }
    guard lines[1] == ["ledger", ledger] else {
      throw LogError(.noVaultKeys, "these are the keys of another ledger", file: places.epochs)
    }
    for line in lines[4...] {
      guard line.count == 3, line[0] == "epoch", let epoch = Int64(line[1]),
        let key = wrapped(line[2])
      else { throw LogError(.noVaultKeys, "a line is no epoch's key", file: places.epochs) }
      epochs[epoch] = key
    }
    guard lines[2] == ["master", master] else {
      throw LogError(
        .noVaultKeys, "the master key is not the one the epoch keys were wrapped under",
        file: places.master)
    }
    self.index = index
    try takeIndex()
  }

  private func takeIndex() throws(LogError) {
    var key = try unwrap(index, as: .string("index"))
    secrets.put(&key, in: Self.indexSlot)
  }

  private func associated(_ what: JSONValue) -> [UInt8] {
    let role: [JSONValue] =
      if case .integer = what { [.string("epoch"), what] } else { [what] }
    return JSONValue.array([.string(ledger)] + role).canonicalBytes
  }

  private func wrap(_ key: inout [UInt8], as what: JSONValue) throws(LogError) -> [UInt8] {
    defer { LibCrypto.wipe(&key) }
    let associated = associated(what)
    return try secrets.withKey(in: Self.masterSlot) { master throws(LogError) in
      try WrappedKey.wrap(key.span, under: master, with: associated, cipher, disk)
    }
  }

  private func unwrap(_ wrapped: [UInt8], as what: JSONValue) throws(LogError) -> [UInt8] {
    let associated = associated(what)
    let key = secrets.withKey(in: Self.masterSlot) { master in
      WrappedKey.unwrap(wrapped, under: master, with: associated, cipher)
    }
    guard let key else {
      throw LogError(
        .noVaultKeys, "a key does not open under this master key: the file was changed",
        file: places.epochs)
    }
    return key
  }
}

/// A key of 32 bytes encrypted under another: nonce ‖ ciphertext ‖ tag.
enum WrappedKey {
  static let length = AES256GCM.nonceLength + AES256GCM.keyLength + AES256GCM.tagLength

  static func wrap(
    _ key: Span<UInt8>, under other: Span<UInt8>, with associated: [UInt8],
    _ cipher: borrowing AES256GCM, _ disk: any Disk
  ) throws(LogError) -> [UInt8] {
    let nonce = try disk.randomBytes(AES256GCM.nonceLength)
    guard let sealed = cipher.seal(key, under: other, nonce: nonce.span, with: associated) else {
      throw LogError(.io, "libcrypto did not seal")
    }
    return nonce + sealed
  }

  static func unwrap(
    _ wrapped: [UInt8], under other: Span<UInt8>, with associated: [UInt8],
    _ cipher: borrowing AES256GCM
  ) -> [UInt8]? {
    guard wrapped.count == length else { return nil }
    let bytes = wrapped.span
    return cipher.open(
      bytes.extracting(AES256GCM.nonceLength...), under: other,
      nonce: bytes.extracting(..<AES256GCM.nonceLength), with: associated)
  }
}

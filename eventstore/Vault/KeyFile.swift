internal import EventStore

/// A file of keys outside the ledger: read, replaced in one step, destroyed.
struct KeyFile {
  let path: String
  private let folder: LedgerDirectory
  private let name: String

  init(_ path: String, on disk: any Disk) {
    self.path = path
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    folder = LedgerDirectory(parent, on: disk)
    name = slash.map { String(path[path.index(after: $0)...]) } ?? path
  }

  var isThere: Bool {
    get throws(LogError) { try folder.facts(name) != nil }
  }

  /// Its bytes. Throws `noVaultKeys` where it is not there, or others can read it.
  func read() throws(LogError) -> [UInt8] {
    guard let facts = try folder.facts(name) else {
      throw LogError(.noVaultKeys, "the vault's key is not there", file: path)
    }
    guard facts.mode & 0o077 == 0 else {
      throw LogError(
        .noVaultKeys, "the vault's key can be read by others: its mode must be 0600", file: path)
    }
    guard facts.size <= 1 << 24 else {
      throw LogError(.noVaultKeys, "it is too long for a file of keys", file: path)
    }
    return try folder.read(name)
  }

  /// Writes a new file, and the folders it lies in where they are missing, all of it durable.
  func create(_ bytes: [UInt8]) throws(LogError) {
    try Self.make(folder)
    try folder.replace(name, with: bytes, mode: 0o600)
    try folder.syncDirectory("")
  }

  /// Replaces its content in one step, and overwrites what was there.
  func replace(_ bytes: [UInt8]) throws(LogError) {
    try folder.replaceSecret(name, with: bytes, mode: 0o600)
  }

  /// Takes the place of another file in the same folder, whose content is overwritten.
  func take(from draft: KeyFile) throws(LogError) {
    var bytes = try draft.read()
    defer { LibCrypto.wipe(&bytes) }
    try replace(bytes)
    try draft.destroy()
  }

  /// Overwrites it and takes it away, if it is there.
  func destroy() throws(LogError) { try folder.destroy(name) }

  private static func make(_ folder: LedgerDirectory) throws(LogError) {
    guard try folder.facts("") == nil else { return }
    guard let slash = folder.path.lastIndex(of: "/"), slash != folder.path.startIndex else {
      return
    }
    let parent = LedgerDirectory(String(folder.path[..<slash]), on: folder.disk)
    try make(parent)
    try parent.makeDirectory(String(folder.path[folder.path.index(after: slash)...]), mode: 0o700)
    try parent.syncDirectory("")
  }
}

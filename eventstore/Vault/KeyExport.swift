internal import EventStore

/// A copy of the outer keys in one file, to be kept where neither the ledger nor its backups are.
///
///     master VzKf…            base64 of the master key
///     quipu epoch keys 1      the file of epoch keys as it is
///     ledger …
///
/// `….exported` beside the epoch keys holds the SHA-256 of what was copied last. After an erasure the copy
/// holds the destroyed epoch's key, and is to be made anew and the old one destroyed.
enum KeyExport {
  private static let word = "master "

  static func write(_ places: KeyPlaces, to path: String, on disk: any Disk) throws(LogError) {
    let epochs = try KeyFile(places.epochs, on: disk).read()
    var key = try MasterKey.read(places.master, on: disk)
    var bytes = Array(word.utf8) + MasterKey.text(of: key) + epochs
    defer {
      LibCrypto.wipe(&key)
      LibCrypto.wipe(&bytes)
    }
    let target = KeyFile(path, on: disk)
    guard try !target.isThere else {
      throw LogError(.exists, "there is something already; keys are never written over", file: path)
    }
    try target.create(bytes)
    let mark = Array((Digest(hashing: epochs.span).hex + "\n").utf8)
    let file = KeyFile(markName(places), on: disk)
    if try file.isThere { try file.replace(mark) } else { try file.create(mark) }
  }

  static func read(
    _ path: String, into places: KeyPlaces, ledger: String, on disk: any Disk
  ) throws(LogError) {
    var bytes = try KeyFile(path, on: disk).read()
    defer { LibCrypto.wipe(&bytes) }
    guard bytes.starts(with: word.utf8), let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
      throw LogError(.noVaultKeys, "it is no copy of a vault's keys", file: path)
    }
    let epochs = Array(bytes[(end + 1)...])
    let lines = String(decoding: epochs, as: UTF8.self).split(separator: "\n")
    guard lines.count > 2, lines[1] == "ledger \(ledger)" else {
      throw LogError(.noVaultKeys, "these are the keys of another ledger", file: path)
    }
    for name in [places.master, places.epochs] {
      guard try !KeyFile(name, on: disk).isThere else {
        throw LogError(.exists, "there are keys already; they are never written over", file: name)
      }
    }
    try KeyFile(places.master, on: disk).create(Array(bytes[word.utf8.count...end]))
    try KeyFile(places.epochs, on: disk).create(epochs)
  }

  /// Whether the epoch keys are those of the last copy.
  static func isCurrent(_ places: KeyPlaces, on disk: any Disk) throws(LogError) -> Bool {
    let mark = KeyFile(markName(places), on: disk)
    guard try mark.isThere else { return false }
    let epochs = try KeyFile(places.epochs, on: disk).read()
    return try mark.read() == Array((Digest(hashing: epochs.span).hex + "\n").utf8)
  }

  private static func markName(_ places: KeyPlaces) -> String { places.epochs + ".exported" }
}

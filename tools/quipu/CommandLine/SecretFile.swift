internal import EventStore

/// Files that their owner alone may read.
enum SecretFile {
  /// Writes a file of mode 0600 in one step, and its folder, of mode 0700, where it is missing.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let slashes = path.indices.filter { path[$0] == "/" }
    for slash in slashes where slash > path.startIndex {
      try OutputFile.makeDirectory(String(path[..<slash]), mode: 0o700)
    }
    let name = slashes.last.map { String(path[path.index(after: $0)...]) } ?? path
    let folder = String(path.dropLast(name.count))
    let place = LedgerDirectory(folder.isEmpty ? "." : folder, on: SystemDisk())
    try place.replace(name, with: bytes, mode: 0o600)
    try place.syncDirectory("")
  }
}

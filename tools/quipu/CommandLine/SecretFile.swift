internal import EventStore
internal import Foundation

/// Files that their owner alone may read.
enum SecretFile {
  /// Writes a file of mode 0600 in one step, and its folder, of mode 0700, where it is missing.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    if !folder.isEmpty {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let place = LedgerDirectory(folder.isEmpty ? "." : folder, on: SystemDisk())
    try place.replace(name, with: bytes, mode: 0o600)
    try place.syncDirectory("")
  }
}

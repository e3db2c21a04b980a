import EventStore
import Foundation
import Vault

/// A folder with room for a ledger's vault and, beside it, its outer keys; gone with its owner.
final class VaultFolder {
  static let ledger = String(repeating: "0a", count: 16)

  let path: String
  var places: KeyPlaces

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "quipu-vault-\(UUID())").path()
    try FileManager.default.createDirectory(
      atPath: path + "/ledger", withIntermediateDirectories: true)
    places = KeyPlaces(master: path + "/keys/master.key", epochs: path + "/keys/epochs")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func create(capacity: Int = 65_536) throws -> SubjectVault {
    try SubjectVault.create(
      path + "/ledger", ledger: Self.ledger,
      SubjectVault.Settings(places: places, epochCapacity: capacity))
  }

  func open(capacity: Int = 65_536) throws -> SubjectVault? {
    try SubjectVault.open(
      path + "/ledger", ledger: Self.ledger,
      SubjectVault.Settings(places: places, epochCapacity: capacity))
  }

  /// The bytes of every file below the folder, by their paths.
  func files(in name: String = "") throws -> [String: Data] {
    let start = path + "/" + name
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: start) {
      if let bytes = FileManager.default.contents(atPath: start + "/" + name) {
        files[name] = bytes
      }
    }
    return files
  }
}

/// The context of an event about a subject.
func context(_ subject: String, key: String = "k-1") -> SealingContext {
  SealingContext(subject: subject, type: "SubjectRegistered", version: 1, key: key)
}

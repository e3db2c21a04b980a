internal import EventStore

/// Where the keys that open a ledger's vault lie: never in the ledger, never in a backup of it.
///
///     master   32 bytes as base64 on one line (also taken: 64 hexadecimal digits, or the bytes themselves)
///     epochs   the epoch keys and the key of the blind index, each wrapped under the master key
///
/// | file | looked for |
/// | --- | --- |
/// | master | `QUIPU_MASTER_KEY_FILE`, `$CREDENTIALS_DIRECTORY/quipu-master-key` if it is there, `<folder>/master.key` |
/// | epochs | `QUIPU_EPOCH_KEYS_FILE`, `<folder>/epochs` |
///
/// The folder is `$XDG_CONFIG_HOME/quipu/<ledger>`, or `~/.config/quipu/<ledger>`.
package struct KeyPlaces: Equatable, Sendable {
  /// Path of the master key.
  package var master: String
  /// Path of the wrapped epoch keys.
  package var epochs: String
  /// Whether the master key is made where it is not there yet: not one that is given from outside.
  package var makesMaster: Bool

  /// Keys at given paths.
  package init(master: String, epochs: String, makesMaster: Bool = true) {
    self.master = master
    self.epochs = epochs
    self.makesMaster = makesMaster
  }

  /// The places that an environment names for a ledger; nil where it names no folder for one of them.
  package init?(ledger: String, environment: (String) -> String?) {
    let folder = Self.folder(ledger: ledger, environment: environment)
    let given =
      environment("QUIPU_MASTER_KEY_FILE")
      ?? environment("CREDENTIALS_DIRECTORY").map { $0 + "/quipu-master-key" }.flatMap {
        // A service may be given other credentials than this one.
        (try? SystemDisk().facts(at: $0)) == nil ? nil : $0
      }
    guard let master = given ?? folder.map({ $0 + "/master.key" }),
      let epochs = environment("QUIPU_EPOCH_KEYS_FILE") ?? folder.map({ $0 + "/epochs" })
    else { return nil }
    self.init(master: master, epochs: epochs, makesMaster: given == nil)
  }

  /// The folder of a ledger's keys and tokens among a user's settings; nil where there is none.
  package static func folder(ledger: String, environment: (String) -> String?) -> String? {
    let settings = environment("XDG_CONFIG_HOME") ?? environment("HOME").map { $0 + "/.config" }
    // The specification has relative paths passed over.
    guard let settings, settings.hasPrefix("/") else { return nil }
    return "\(settings)/quipu/\(ledger)"
  }

  /// Whether a file is in a ledger's directory or in the folder that holds it.
  static func isBeside(_ file: String, _ ledger: String) -> Bool {
    func parent(_ path: String) -> String {
      path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
    let ledger = ledger.count > 1 && ledger.hasSuffix("/") ? String(ledger.dropLast()) : ledger
    return file.hasPrefix(ledger + "/") || parent(file) == parent(ledger)
  }
}

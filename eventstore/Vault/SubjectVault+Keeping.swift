package import EventStore

// What keeps a vault: copies of its database, of its outer keys, another master key, and what is wrong.
extension SubjectVault {
  /// Writes a consistent copy of a ledger's vault to a path where nothing is, beside a writer; the number
  /// of erasures it has done. Nil, and nothing written, where there is no vault. Needs no keys.
  package static func copy(
    of path: String, ledger: String, to target: String, disk: any Disk = SystemDisk()
  ) throws(LogError) -> Int64? {
    let folder = LedgerDirectory(path, on: disk)
    guard try folder.facts(VaultStore.name) != nil else { return nil }
    let store = try VaultStore(folder, ledger: ledger, creating: false)
    let erasures = try store.erasures
    try store.copy(to: target)
    return erasures
  }

  /// How many erasures a ledger's vault has done; nil where it has none.
  package static func erasures(
    in path: String, ledger: String, disk: any Disk = SystemDisk()
  ) throws(LogError) -> Int64? {
    let folder = LedgerDirectory(path, on: disk)
    guard try folder.facts(VaultStore.name) != nil else { return nil }
    return try VaultStore(folder, ledger: ledger, creating: false).erasures
  }

  /// The database's file, relative to the ledger.
  package static var databaseName: String { VaultStore.name }

  /// How a vault stands.
  package struct Status: Equatable, Sendable {
    /// Subjects with a key.
    package var subjects: Int
    /// Epochs, and how many of them have no outer key any more: an older copy than an erasure.
    package var epochs: Int
    /// Epochs whose outer key is gone.
    package var lost: [Int64]
    /// Erasures done.
    package var erasures: Int64
  }

  /// How the vault stands. Throws `noVaultKeys` where the outer keys are not there or not right.
  package func status() throws(LogError) -> Status {
    let ring = try keys()
    return Status(
      subjects: counts.values.reduce(0, +), epochs: counts.count,
      lost: stored.filter { !ring.has($0) }, erasures: try erasures)
  }

  /// Wraps every epoch key anew under another master key, and destroys the old one where it is the
  /// vault's own.
  ///
  /// - Parameter file: the new master key's file, which takes the old one's part from then on; nil to
  ///   make one in the old one's place.
  /// - Throws: `invalidKey` where the master key is given from outside and no file is named.
  package func rotateMaster(to file: String? = nil) throws(LogError) {
    precondition(!isWaiting, "nothing waits to be made durable")
    guard file != nil || settings.places.makesMaster else {
      throw LogError(
        .invalidKey, "the master key is given from outside: name the file of the new one",
        file: settings.places.master)
    }
    let ring = try keys()
    var next = settings.places
    next.master = file ?? KeyRing.nextMaster(settings.places)
    if file == nil { try KeyRing.writeMaster(next.master, on: folder.disk) }
    try ring.rotate(to: next)
    if file == nil { try KeyRing.takeNextMaster(settings.places, on: folder.disk) }
    dropKeys()
  }

  /// What is wrong with where the outer keys lie.
  package enum Fault: Equatable, Sendable {
    /// A file is inside the ledger, or beside it: whoever copies the ledger copies its keys.
    case beside(String)
    /// Others can read a file.
    case exposed(String)
    /// A file is not there.
    case missing(String)
    /// No copy of the keys was made since they last changed.
    case notBackedUp
  }

  /// Looks over the outer keys of a ledger's vault.
  package static func faults(
    of path: String, _ places: KeyPlaces, disk: any Disk = SystemDisk()
  ) throws(LogError) -> [Fault] {
    var faults: [Fault] = []
    for name in [places.master, places.epochs] {
      let file = KeyFile(name, on: disk)
      if KeyPlaces.isBeside(name, path) { faults.append(.beside(name)) }
      guard try file.isThere else {
        faults.append(.missing(name))
        continue
      }
      if try file.isExposed { faults.append(.exposed(name)) }
    }
    if faults.isEmpty, try !KeyExport.isCurrent(places, on: disk) { faults.append(.notBackedUp) }
    return faults
  }

  /// Writes both outer keys to one new file, and remembers that it was done.
  ///
  /// Throws `exists` where there is something already, `noVaultKeys`.
  package static func exportKeys(
    _ places: KeyPlaces, to path: String, disk: any Disk = SystemDisk()
  ) throws(LogError) {
    try KeyExport.write(places, to: path, on: disk)
  }

  /// Puts the keys of an export in their places, where none are yet.
  package static func importKeys(
    _ places: KeyPlaces, from path: String, ledger: String, disk: any Disk = SystemDisk()
  ) throws(LogError) {
    try KeyExport.read(path, into: places, ledger: ledger, on: disk)
  }
}

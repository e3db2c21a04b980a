/// Writes tiles so that they are durable and whole before a checkpoint speaks of them.
///
/// A tile is written under another name, synced, and renamed; many at once, so that one flush of the
/// file system serves all of them.
struct TileStore {
  private let directory: LedgerDirectory
  /// Folders known to be there.
  private var folders: Set<String> = []
  /// Folders whose entries are not durable yet.
  private var dirty: Set<String> = []

  init(_ directory: LedgerDirectory) {
    self.directory = directory
  }

  /// Writes tiles; their names are durable after `sync`.
  mutating func write(_ tiles: [(tile: Tile, bytes: [UInt8])]) throws(LogError) {
    var drafts: [(draft: String, name: String)] = []
    var files: [String] = []
    for (tile, bytes) in tiles {
      let name = tile.name
      if try isThere(tile, bytes) { continue }
      try makeFolder(of: name)
      let draft = name + LedgerDirectory.unfinishedSuffix
      if try directory.facts(draft) != nil { try directory.remove(draft) }
      let file = try directory.open(draft, .create)
      do { try file.write(bytes.span, at: 0) } catch { throw LogError(error, name) }
      drafts.append((draft, name))
      files.append(draft)
    }
    try syncFiles(files)
    for (draft, name) in drafts {
      try directory.rename(draft, to: name)
      dirty.insert(Self.folder(of: name))
    }
  }

  /// Makes the bytes of many small files durable: past a few, all with one flush, for each sync of its
  /// own waits for the device again.
  private func syncFiles(_ names: [String]) throws(LogError) {
    for name in names.count > Self.mostSyncs ? [names[0]] : names {
      let file = try directory.open(name, .read)
      do {
        if names.count > Self.mostSyncs { try file.syncFileSystem() } else { try file.sync() }
      } catch { throw LogError(error, name) }
    }
  }

  private static let mostSyncs = 8

  /// Makes the names of everything written durable.
  mutating func sync() throws(LogError) {
    for folder in dirty.sorted() { try directory.syncDirectory(folder) }
    dirty.removeAll()
  }

  /// Takes away the parts of tiles that are full now.
  func removeParts(of tiles: [Tile]) throws(LogError) {
    for tile in tiles where try directory.facts(tile.partsName) != nil {
      for file in try directory.list(tile.partsName) {
        try directory.remove("\(tile.partsName)/\(file)")
      }
      try directory.removeDirectory(tile.partsName)
    }
  }

  /// Whether the very tile lies there already, as after a crash between tiles and checkpoint.
  private func isThere(_ tile: Tile, _ bytes: [UInt8]) throws(LogError) -> Bool {
    guard let facts = try directory.facts(tile.name), facts.size == bytes.count else {
      return false
    }
    return try directory.read(tile.name) == bytes
  }

  private mutating func makeFolder(of name: String) throws(LogError) {
    let folder = Self.folder(of: name)
    if folder.isEmpty || folders.contains(folder) { return }
    if try directory.facts(folder) == nil {
      try makeFolder(of: folder)
      try directory.makeDirectory(folder)
      dirty.insert(Self.folder(of: folder))
    }
    folders.insert(folder)
  }

  private static func folder(of name: String) -> String {
    guard let slash = name.lastIndex(of: "/") else { return "" }
    return String(name[..<slash])
  }
}

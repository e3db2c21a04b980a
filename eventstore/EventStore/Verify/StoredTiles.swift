/// The tile files of a ledger, by their names and lengths; read only where they are compared.
///
/// About 100 bytes a file: one for 256 events.
struct StoredTiles: Sendable {
  let directory: LedgerDirectory
  /// Tiles whose files have their length.
  private(set) var whole: Set<Tile> = []
  /// Files that are no tiles, or have not their length.
  private(set) var misfits: Set<String> = []
  /// Partial tiles, by the full tile they are part of.
  private var parts: [Tile: [Tile]] = [:]

  init(_ directory: LedgerDirectory) throws(LogError) {
    self.directory = directory
    if try directory.facts(LedgerDirectory.tileName)?.isDirectory == true {
      try add(LedgerDirectory.tileName)
    }
  }

  private mutating func add(_ folder: String) throws(LogError) {
    for file in try directory.list(folder) {
      let name = "\(folder)/\(file)"
      guard let facts = try directory.facts(name) else { continue }
      if facts.isDirectory {
        try add(name)
      } else if let tile = Tile(named: name), facts.size == 32 * tile.width {
        whole.insert(tile)
        if tile.width < Tile.full {
          parts[Tile(level: tile.level, index: tile.index), default: []].append(tile)
        }
      } else {
        misfits.insert(name)
      }
    }
  }

  /// The files that hold a stretch of 256 hashes or its beginning, the widest first.
  func files(of full: Tile) -> [Tile] {
    (whole.contains(full) ? [full] : []) + (parts[full] ?? []).sorted { $0.width > $1.width }
  }
}

extension Tile {
  /// The tile a file is named after; `nil` unless it is the one name of it.
  init?(named name: String) {
    var words = name.split(separator: "/").dropFirst()
    guard let first = words.popFirst(), let level = Int(first), (0..<8).contains(level) else {
      return nil
    }
    var width = Tile.full
    if let last = words.last, let text = words.dropLast().last, text.hasSuffix(".p"),
      let number = Int(last), (1..<Tile.full).contains(number)
    {
      width = number
      words = words.dropLast(2) + [text.dropLast(2)]
    }
    var index: Int64 = 0
    for word in words {
      guard let group = Int64(word.hasPrefix("x") ? word.dropFirst() : word), index < 1 << 40 else {
        return nil
      }
      index = index * 1000 + group
    }
    guard index >= 0 else { return nil }
    self.init(level: level, index: index, width: width)
    guard self.name == name else { return nil }
  }
}

/// Compares the log's hashes with the tiles, as the log goes by: each file is read once for each
/// segment it reaches into.
struct TileComparison {
  private struct Page {
    var index: Int64 = -1
    var files: [(tile: Tile, bytes: [UInt8])] = []
  }

  private let stored: StoredTiles
  /// The stretch last looked at, of each level.
  private var pages = [Page](repeating: Page(), count: 8)
  /// Tiles that are not the hashes of the log.
  var differing: Set<Tile> = []

  init(_ stored: StoredTiles) {
    self.stored = stored
  }

  /// Compares hash number `number` of a tile level.
  mutating func take(_ level: Int, _ number: Int64, _ hash: Digest) throws(LogError) {
    guard level < 8 else { return }
    try turn(level, number)
    let place = Int(truncatingIfNeeded: number & 255)
    for file in pages[level].files where place < file.tile.width {
      if Digest(at: 32 &* place, in: file.bytes.span) != hash { differing.insert(file.tile) }
    }
  }

  /// The hash of an event's line as the tiles have it; `nil` where they do not.
  mutating func leaf(_ seq: Int64) throws(LogError) -> Digest? {
    try turn(0, seq)
    let place = Int(truncatingIfNeeded: seq & 255)
    guard let widest = pages[0].files.first, place < widest.tile.width else { return nil }
    return Digest(at: 32 * place, in: widest.bytes.span)
  }

  @inline(__always)
  private mutating func turn(_ level: Int, _ number: Int64) throws(LogError) {
    if pages[level].index != number >> 8 { try load(level, number >> 8) }
  }

  private mutating func load(_ level: Int, _ index: Int64) throws(LogError) {
    pages[level] = Page(index: index)
    for tile in stored.files(of: Tile(level: level, index: index)) {
      let bytes = try stored.directory.read(tile.name)
      // It had its length a moment ago; a part is taken away while a writer goes on.
      if bytes.count == 32 * tile.width { pages[level].files.append((tile, bytes)) }
    }
  }
}

extension Digest {
  /// The 32 bytes from an offset on.
  @inline(__always)
  init(at offset: Int, in bytes: Span<UInt8>) {
    self = .zero
    let raw = unsafe bytes.bytes
    // Any eight bytes are an integer, and the loads check their bounds.
    unsafe words.0 = raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    unsafe words.1 = raw.unsafeLoadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
    unsafe words.2 = raw.unsafeLoadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self)
    unsafe words.3 = raw.unsafeLoadUnaligned(fromByteOffset: offset &+ 24, as: UInt64.self)
  }
}

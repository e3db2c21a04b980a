/// Subtrees out of stored tiles, those of a tree of a given size.
///
/// What it gives is only as good as the files: who uses it compares a head with a checkpoint's.
/// Reads each tile once; memory: 8 KiB a tile.
package struct TileReader {
  private let directory: LedgerDirectory
  private let size: Int64
  private var read: [Tile: [Digest]] = [:]

  init(of directory: LedgerDirectory, size: Int64) {
    self.directory = directory
    self.size = size
  }

  /// Root of a complete subtree; `nil` where a tile is missing or has not its length.
  mutating func root(of node: TreeNode) throws(LogError) -> Digest? {
    let level = node.level / 8
    let span = 1 << (node.level % 8)
    let first = node.index * Int64(span)
    guard let tile = Tile(level: level, holding: first, in: size),
      let hashes = try hashes(of: tile)
    else { return nil }
    let start = Int(first % Int64(Tile.full))
    guard start + span <= hashes.count else { return nil }
    return MerkleFrontier.head(ofComplete: hashes[start..<start + span])
  }

  /// The hashes of a tile: its own file, or the beginning of the full one that replaced it.
  mutating func hashes(of tile: Tile) throws(LogError) -> [Digest]? {
    if let known = read[tile] { return known }
    var hashes = try directory.hashes(of: tile)
    if hashes == nil, tile.width < Tile.full {
      let full = Tile(level: tile.level, index: tile.index)
      hashes = try directory.hashes(of: full).map { Array($0[..<tile.width]) }
    }
    read[tile] = hashes
    return hashes
  }
}

extension LedgerDirectory {
  /// The hashes in a tile's file; `nil` if there is none or it has not its length.
  func hashes(of tile: Tile) throws(LogError) -> [Digest]? {
    guard let facts = try facts(tile.name), facts.size == 32 * tile.width, !facts.isDirectory else {
      return nil
    }
    return tile.hashes(in: try read(tile.name))
  }
}

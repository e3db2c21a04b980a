// What the walk has found of the tiles, and which of them must be there.
extension LogVerifier {
  /// Judges the tile files; those of the tree of `covered` events must be there.
  mutating func judgeTiles(covered: Int64) throws(LogError) {
    audit.result.tiles = evidence.tiles.whole.count
    for tile in audit.tiles.differing.sorted(by: Self.isBefore) {
      audit.find(.mutated, in: tile.name, "it does not hold the hashes of the log")
    }
    // Behind damage it is not known which tiles there must be.
    guard audit.result.findings.isEmpty else { return }
    var stale = evidence.tiles.misfits
    for tile in evidence.tiles.whole {
      let end = tile.index * Int64(Tile.full) + Int64(tile.width)
      if end > Tile.hashes(at: tile.level, in: audit.expected) { stale.insert(tile.name) }
    }
    for level in 0..<8 {
      let hashes = Tile.hashes(at: level, in: covered)
      let from = Tile.hashes(at: level + 1, in: audit.result.first)
      for index in from..<max(from, (hashes + 255) / Int64(Tile.full)) {
        let width = min(Int64(Tile.full), hashes - index * Int64(Tile.full))
        let tile = Tile(level: level, index: index, width: Int(width))
        if !evidence.tiles.whole.contains(tile) { stale.insert(tile.name) }
      }
    }
    for name in stale.sorted() {
      audit.result.notices.append(
        LogNotice(.stale, name, "it is no tile of this log, is not there, or not whole"))
    }
  }

  private static func isBefore(_ one: Tile, _ other: Tile) -> Bool {
    (one.level, one.index, one.width) < (other.level, other.index, other.width)
  }
}

// Tiles as C2SP tlog-tiles serves them to clients.
extension LogReader {
  /// The hashes of a tile, one after the other, as far as the newest checkpoint goes.
  ///
  /// Nil where the signed tree has no such tile, or its file is gone. A part of a tile that is full by now
  /// is the beginning of the full one. One file read. Throws ``LogError``.
  package func bytes(of tile: Tile) throws(LogError) -> [UInt8]? {
    guard let size = try latestCheckpoint()?.size,
      let widest = Tile(level: tile.level, holding: tile.index * Int64(Tile.full), in: size),
      tile.width <= widest.width
    else { return nil }
    var reader = TileReader(of: directory, size: size)
    if let hashes = try reader.hashes(of: tile) { return Self.joined(hashes) }
    // A part that no checkpoint needed has no file; that of the newest one begins with it.
    return try reader.hashes(of: widest).map { Self.joined(Array($0[..<tile.width])) }
  }

  private static func joined(_ hashes: [Digest]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32 * hashes.count)
    for hash in hashes { bytes += hash.bytes }
    return bytes
  }
}

extension Tile {
  /// The tile that a path below `tile/LEVEL/` names: groups of three digits, all but the last with `x`
  /// before them, then `.p/WIDTH` for a part; nil for any other path.
  package init?(level: Int, path: some Sequence<String>) {
    var parts = Array(path)
    var width = Self.full
    if parts.count > 1, parts[parts.count - 2].hasSuffix(".p") {
      guard let stated = Int(parts[parts.count - 1]), 1..<Self.full ~= stated else { return nil }
      width = stated
      parts.removeLast()
      parts[parts.count - 1].removeLast(2)
    }
    let digits = parts.map { $0.drop { $0 == "x" } }.joined()
    guard 1...5 ~= parts.count, 0...63 ~= level, let index = Int64(digits), index >= 0 else {
      return nil
    }
    self.init(level: level, index: index, width: width)
    // There is one way to write it.
    let stated = ([LedgerDirectory.tileName, "\(level)"] + path).joined(separator: "/")
    guard name == stated else { return nil }
  }
}

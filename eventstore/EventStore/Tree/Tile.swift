/// A stretch of 256 hashes of one level of the tree, or the beginning of one: C2SP tlog-tiles.
///
///     tile/0/x001/x234/067        hashes of leaves 1,234,067 × 256 …
///     tile/1/000.p/17             the first 17 hashes of full tiles of level 0
///
/// Level *l* of the tiles is level 8 *l* of the tree. The file holds the hashes one after the other
/// and nothing else.
package struct Tile: Hashable, Sendable {
  /// From 0, of leaves.
  package var level: Int
  /// Among the tiles of its level, from 0.
  package var index: Int64
  /// How many hashes it has: 1 to 256.
  package var width: Int

  /// A tile of given place and width.
  package init(level: Int, index: Int64, width: Int = Tile.full) {
    self.level = level
    self.index = index
    self.width = width
  }

  /// Hashes of a full tile.
  package static let full = 256

  /// Path below the ledger directory.
  package var name: String {
    width == Self.full ? fullName : "\(fullName).p/\(width)"
  }

  /// Folder of the parts of it that earlier checkpoints needed.
  var partsName: String { "\(fullName).p" }

  private var fullName: String {
    var groups = [Self.digits(index % 1000)]
    var rest = index / 1000
    while rest > 0 {
      groups.insert("x" + Self.digits(rest % 1000), at: 0)
      rest /= 1000
    }
    return "\(LedgerDirectory.tileName)/\(level)/\(groups.joined(separator: "/"))"
  }

  private static func digits(_ number: Int64) -> String {
    let text = String(number)
    return String(repeating: "0", count: 3 - text.count) + text
  }

  /// The tile that holds the hash number `index` of its level, as wide as a tree of `size` leaves
  /// has it; `nil` past that tree's edge.
  package init?(level: Int, holding index: Int64, in size: Int64) {
    let hashes = Self.hashes(at: level, in: size)
    guard index >= 0, index < hashes else { return nil }
    let number = index / Int64(Self.full)
    self.init(
      level: level, index: number,
      width: Int(min(Int64(Self.full), hashes - number * Int64(Self.full))))
  }

  /// How many hashes a level of a tree of `size` leaves has.
  package static func hashes(at level: Int, in size: Int64) -> Int64 {
    level >= 8 ? 0 : size >> Int64(8 * level)
  }

  /// The partial tiles at the right edge of a tree of `size` leaves, from level 0 up.
  package static func edge(of size: Int64) -> [Tile] {
    (0..<8).compactMap { level in
      let hashes = hashes(at: level, in: size)
      let width = Int(hashes % Int64(full))
      return width == 0 ? nil : Tile(level: level, index: hashes / Int64(full), width: width)
    }
  }

  /// The hashes in a file's bytes; `nil` unless there are `width` of them exactly.
  package func hashes(in bytes: [UInt8]) -> [Digest]? {
    guard bytes.count == 32 * width else { return nil }
    return (0..<width).compactMap { Digest(bytes: Array(bytes[32 * $0..<32 * $0 + 32])) }
  }
}

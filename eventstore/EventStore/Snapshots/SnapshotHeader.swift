internal import CanonicalJSON

/// First 4,096 bytes of a snapshot: what state it holds, and for whom.
///
///     {"blocks":"…","body":N,"ledger":"…","program":"…","root":"…","size":S,"snapshot":1}  spaces  \n
///     body         the columns of the projections, as their owner wrote them: N bytes
///     hashes       the SHA-256 of each block of 1 MiB of the body; `blocks` is the SHA-256 of them all
///
/// The bytes of the body mean something to one program alone, so the file names it; another one does
/// not look at them.
struct SnapshotHeader: Equatable, Sendable {
  /// How many events the state holds.
  var size: Int64
  /// Head of the tree over them.
  var root: Digest
  /// Identity of the ledger.
  var ledger: String
  /// SHA-256 of the program that wrote it, in hexadecimal.
  var program: String
  /// Bytes of the body.
  var body: Int = 0
  /// SHA-256 of the hashes of its blocks.
  var blocks: Digest = .empty

  static let length = 4096
  static let blockSize = 1 << 20

  /// Blocks of a body, the last one possibly short.
  var blockCount: Int { (body + Self.blockSize - 1) / Self.blockSize }
  /// Bytes of the whole file.
  var fileSize: Int { Self.length + body + 32 * blockCount }

  init(size: Int64, root: Digest, ledger: String, program: String) {
    self.size = size
    self.root = root
    self.ledger = ledger
    self.program = program
  }

  /// Reads a header; `nil` for bytes that ``bytes`` would not write.
  init?(parsing bytes: [UInt8]) {
    guard bytes.count == Self.length, let end = bytes.lastIndex(of: UInt8(ascii: "}")),
      let value = try? JSONValue(parsing: bytes.span.extracting(0...end), as: .event),
      let size = value["size"]?.integerValue, let body = value["body"]?.integerValue, body >= 0,
      let root = value["root"]?.stringValue.flatMap({ Digest(base64: $0) }),
      let blocks = value["blocks"]?.stringValue.flatMap({ Digest(base64: $0) }),
      let ledger = value["ledger"]?.stringValue, let program = value["program"]?.stringValue
    else { return nil }
    self.init(size: size, root: root, ledger: ledger, program: program)
    self.body = Int(body)
    self.blocks = blocks
    guard self.bytes == bytes else { return nil }
  }

  /// The header's bytes, ``length`` of them.
  var bytes: [UInt8] {
    let value = JSONValue.object([
      "blocks": .string(blocks.base64), "body": .integer(Int64(body)), "ledger": .string(ledger),
      "program": .string(program), "root": .string(root.base64), "size": .integer(size),
      "snapshot": .integer(1),
    ])
    var bytes: [UInt8] = []
    value.appendCanonical(to: &bytes)
    bytes += Array(repeating: UInt8(ascii: " "), count: max(0, Self.length - 1 - bytes.count))
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}

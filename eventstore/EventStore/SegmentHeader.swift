package import CanonicalJSON

/// First line of every segment: where it starts, and the tree before it.
///
///     {"segment":{"first":65536,"format":1,"ledger":"…","peaks":["…"],"root":"…"}}
///
/// `peaks` and `root` are the state after the commit before it, so that a segment can be checked
/// without the ones before.
package struct SegmentHeader: Equatable, Sendable {
  /// `seq` of the first event of the segment: how many events come before it.
  package var first: Int64
  /// Identity of the ledger: 32 lower-case hexadecimal digits.
  package var ledger: String
  /// Peaks of the tree over the events before, left to right.
  package var peaks: [Digest]
  /// Head of that tree.
  package var root: Digest

  /// Version of the format this program writes, and the only one it reads.
  package static let format: Int64 = 1
  static let opening: StaticString = "{\"segment\":"

  /// The header of the segment that goes on from a tree.
  package init(ledger: String, after frontier: MerkleFrontier) {
    self.first = frontier.size
    self.ledger = ledger
    self.peaks = frontier.peaks
    self.root = frontier.root
  }

  /// Reads a header line; refuses every byte that `canonicalBytes` would not write.
  package init(parsing line: Span<UInt8>) throws(JSONError) {
    var cursor = CanonicalCursor()
    try cursor.step(over: "{\"segment\":{\"first\":", in: line)
    first = try cursor.count(in: line)
    try cursor.step(over: ",\"format\":1,\"ledger\":\"", in: line)
    let range = try cursor.quoted(.alphanumeric, atMost: 32, in: line)
    guard let id = LedgerIdentity.ledgerID(range, in: line) else {
      throw JSONError(.unexpectedByte, at: range.lowerBound)
    }
    ledger = id
    try cursor.step(over: ",\"peaks\":[", in: line)
    peaks = []
    for index in 0..<first.nonzeroBitCount {
      if index > 0 { try cursor.step(over: ",", in: line) }
      peaks.append(try cursor.digest(in: line))
    }
    try cursor.step(over: "],\"root\":", in: line)
    root = try cursor.digest(in: line)
    try cursor.step(over: "}}", in: line)
    guard cursor.position == line.count else {
      throw JSONError(.trailingBytes, at: cursor.position)
    }
  }

  /// The tree the header states; `nil` when its root is not that of its peaks.
  package var frontier: MerkleFrontier? {
    guard let tree = MerkleFrontier(peaks: peaks, size: first), tree.root == root else {
      return nil
    }
    return tree
  }

  /// The line, without its newline.
  package var canonicalBytes: [UInt8] {
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("segment")
    writer.beginObject()
    writer.key("first")
    writer.integer(first)
    writer.key("format")
    writer.integer(Self.format)
    writer.key("ledger")
    writer.string(ledger)
    writer.key("peaks")
    writer.beginArray()
    for peak in peaks { writer.string(peak.base64) }
    writer.endArray()
    writer.key("root")
    writer.string(root.base64)
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }
}

extension CanonicalCursor {
  /// A quoted hash in base64.
  mutating func digest(in bytes: Span<UInt8>) throws(JSONError) -> Digest {
    let range = try plainString(in: bytes)
    guard let digest = Digest(base64: bytes.extracting(range)) else {
      throw JSONError(.unexpectedByte, at: range.lowerBound)
    }
    return digest
  }
}

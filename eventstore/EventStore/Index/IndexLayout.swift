/// Where everything lies in an index file: all of it follows from how many events and segments it covers.
///
/// A file `index/<first>-<end>.index` covers the events from `first` up to `end`, 12 digits each: one
/// finished segment, or the segments of several such files merged. Numbers have their least significant
/// byte first; every part begins at a multiple of 8, zeros before it.
///
///     byte 0    "quipu index 1\n" and two zeros                          ┐
///         16    the ledger's number, 16 bytes                            │
///         32    first, end, number of segments s: 8 bytes each           │ header
///         56    head of the tree over the events before `end`, 32 bytes  │
///         88    s × (first event, bytes of the file), 8 bytes each       ┘
///               n × offset of the event's line in its segment, 4 bytes   ┐ places, in order of seq
///               n × first 8 bytes of the event's leaf hash               ┘
///               n × (fingerprint, 8 bytes; seq − first, 4 bytes)         ┐
///               where the fingerprints begin with 0, 1 … 2^b − 1, and n: │ keys, in order of
///               (2^b + 1) × 4 bytes                                      │ fingerprint, then seq
///               filter: 64 bytes for each 64 events                      ┘
///               the same three parts                                       streams, in the same order
///               SHA-256 of each 16 KiB of all before; the last is shorter  blocks
///     end − 32  SHA-256 of those hashes                                    trailer
///
/// So an opening reads the header, the block hashes and the trailer; each block is hashed when it is
/// first looked into, and a wrong one gives nothing away but a notice.
struct IndexLayout: Equatable {
  /// One of the two tables of fingerprints.
  struct Table: Equatable {
    var entries: Range<Int>
    var directory: Range<Int>
    var filter: Range<Int>
    var directoryBits: Int
  }

  let count: Int
  let segments: Int
  let offsets: Range<Int>
  let leaves: Range<Int>
  let keys: Table
  let streams: Table
  /// The hashes of the blocks before.
  let blocks: Range<Int>

  static let magic = Array("quipu index 1\n\0\0".utf8)
  static let headerSize = 88
  static let blockSize = 16384
  static let entrySize = 12

  init(count: Int, segments: Int) {
    self.count = count
    self.segments = segments
    var end = Self.headerSize + 16 * segments
    func next(_ size: Int) -> Range<Int> {
      let start = (end + 7) / 8 * 8
      end = start + size
      return start..<end
    }
    func table() -> Table {
      // About sixteen fingerprints begin alike.
      let bits = max(0, Int.bitWidth - 1 - max(1, count / 16).leadingZeroBitCount)
      return Table(
        entries: next(Self.entrySize * count), directory: next(4 * (1 << bits + 1)),
        filter: next(FingerprintFilter.lineSize * FingerprintFilter.lines(for: count)),
        directoryBits: bits)
    }
    offsets = next(4 * count)
    leaves = next(8 * count)
    keys = table()
    streams = table()
    let body = (end + 7) / 8 * 8
    blocks = next(32 * ((body + Self.blockSize - 1) / Self.blockSize))
  }

  /// Bytes before the hashes of the blocks.
  var body: Int { blocks.lowerBound }

  /// Bytes of the file.
  var size: Int { blocks.upperBound + 32 }
}

/// What an index file says it is about.
struct IndexHeader: Equatable {
  var ledger: String
  var first: Int64
  var end: Int64
  /// Head of the tree over the events before `end`.
  var root: Digest
  /// As they were when they were indexed, in order.
  var segments: [SegmentFile]

  var count: Int { Int(end - first) }
  var layout: IndexLayout { IndexLayout(count: count, segments: segments.count) }

  /// Rank of a file by how much it covers: four of one rank are merged into one of the next.
  var rank: Int { (Int.bitWidth - 1 - segments.count.leadingZeroBitCount) / 2 }

  var bytes: [UInt8] {
    var bytes = IndexLayout.magic
    bytes += Self.bytes(ofLedger: ledger)
    for number in [first, end, Int64(segments.count)] { bytes.append(number: number) }
    bytes += root.bytes
    for segment in segments {
      bytes.append(number: segment.first)
      bytes.append(number: Int64(segment.size))
    }
    return bytes
  }

  /// Reads the beginning of a file; `nil` unless it is a header such as `bytes` writes.
  init?(parsing bytes: [UInt8]) {
    let mapped = MappedBytes(copying: bytes)
    guard bytes.count >= IndexLayout.headerSize, bytes.starts(with: IndexLayout.magic),
      let first = Int64(exactly: mapped.word64(at: 32)),
      let end = Int64(exactly: mapped.word64(at: 40)),
      let count = Int(exactly: mapped.word64(at: 48)), count >= 1, count <= Self.mostSegments,
      bytes.count >= IndexLayout.headerSize + 16 * count,
      first < end, end - first < Int64(UInt32.max),
      let root = Digest(bytes: Array(bytes[56..<88]))
    else { return nil }
    ledger = Hexadecimal.text(Array(bytes[16..<32]))
    self.first = first
    self.end = end
    self.root = root
    segments = []
    for place in 0..<count {
      let offset = IndexLayout.headerSize + 16 * place
      guard let first = Int64(exactly: mapped.word64(at: offset)),
        let size = Int(exactly: mapped.word64(at: offset + 8))
      else { return nil }
      segments.append(SegmentFile(first: first, size: size))
    }
  }

  init(ledger: String, first: Int64, end: Int64, root: Digest, segments: [SegmentFile]) {
    self.ledger = ledger
    self.first = first
    self.end = end
    self.root = root
    self.segments = segments
  }

  /// The 16 bytes of a ledger's number.
  private static func bytes(ofLedger number: String) -> [UInt8] {
    let digits = Array(number.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map { place in
      UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) ?? 0
    }
  }

  /// Files of so many segments are not merged any further.
  static let mostSegments = 1023
}

extension [UInt8] {
  /// Appends a number, least significant byte first.
  mutating func append<Number: FixedWidthInteger>(number: Number) {
    unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe append(contentsOf: $0) }
  }
}

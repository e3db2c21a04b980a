/// Takes the bytes of an index file from its beginning to its end, hashing each block on the way.
///
/// They go to a file in pieces, so that memory stays the same however long it is, or into memory.
struct IndexSink {
  private let file: SharedFile?
  private let layout: IndexLayout
  private(set) var bytes: [UInt8] = []
  /// Of the first of `bytes`.
  private var start = 0
  private var blocks: [UInt8] = []
  private var hashed = 0

  private static let piece = 16 * IndexLayout.blockSize

  init(_ layout: IndexLayout, to file: SharedFile?) {
    self.layout = layout
    self.file = file
    bytes.reserveCapacity(file == nil ? layout.size : 2 * Self.piece)
  }

  /// Where the next byte goes.
  private var end: Int { start + bytes.count }

  /// Goes on to the beginning of a part, with zeros.
  mutating func begin(_ part: Range<Int>) {
    precondition(part.lowerBound - end < 8 && part.lowerBound >= end)
    while end < part.lowerBound { bytes.append(0) }
  }

  mutating func append(_ more: [UInt8]) throws(LogError) {
    try append(more.span)
  }

  mutating func append(_ more: Span<UInt8>) throws(LogError) {
    for first in stride(from: 0, to: more.count, by: Self.piece) {
      let some = more.extracting(first..<min(first + Self.piece, more.count))
      unsafe some.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
      try flushIfMany()
    }
  }

  mutating func append(_ number: UInt32) throws(LogError) {
    bytes.append(number: number)
    try flushIfMany()
  }

  mutating func append(_ number: UInt64) throws(LogError) {
    bytes.append(number: number)
    try flushIfMany()
  }

  @inline(__always)
  private mutating func flushIfMany() throws(LogError) {
    if bytes.count >= hashed - start + Self.piece { try flush() }
  }

  /// Hashes the blocks that are whole, and writes them.
  private mutating func flush() throws(LogError) {
    while end - hashed >= IndexLayout.blockSize { hash(to: hashed + IndexLayout.blockSize) }
    guard let file else { return }
    let count = hashed - start
    do { try file.file.write(bytes.span.extracting(0..<count), at: start) } catch {
      throw LogError(error, file.file.name)
    }
    bytes.removeSubrange(0..<count)
    start = hashed
  }

  private mutating func hash(to stop: Int) {
    let digest = Digest(hashing: bytes.span.extracting(hashed - start..<stop - start))
    blocks += digest.bytes
    hashed = stop
  }

  /// Adds the hashes, and makes the file durable; what was kept in memory.
  mutating func finish() throws(LogError) -> [UInt8] {
    begin(layout.blocks)
    while hashed < layout.body { hash(to: min(hashed + IndexLayout.blockSize, layout.body)) }
    precondition(blocks.count == layout.blocks.count)
    bytes += blocks
    let trailer = Digest(hashing: blocks.span)
    bytes += trailer.bytes
    guard let file else { return bytes }
    do {
      try file.file.write(bytes.span, at: start)
      try file.file.sync()
    } catch { throw LogError(error, file.file.name) }
    return []
  }
}

/// Writes one table of fingerprints, which come in order.
struct IndexTableSink {
  private let table: IndexLayout.Table
  private var directory: [UInt32]
  private var filter: FingerprintFilter
  private var count = 0
  private var last: UInt64?

  init(_ table: IndexLayout.Table, count: Int) {
    self.table = table
    directory = [UInt32](repeating: 0, count: 1 << table.directoryBits + 1)
    filter = FingerprintFilter(for: count)
  }

  mutating func append(
    _ fingerprint: UInt64, _ distance: UInt32, to sink: inout IndexSink
  ) throws(LogError) {
    try sink.append(fingerprint)
    try sink.append(distance)
    count += 1
    directory[table.bucket(of: fingerprint) + 1] = UInt32(count)
    if fingerprint != last { filter.insert(fingerprint) }
    last = fingerprint
  }

  /// Writes directory and filter behind the entries.
  mutating func finish(to sink: inout IndexSink) throws(LogError) {
    // Where no fingerprint begins so, the next begin where these would.
    for place in directory.indices.dropFirst() {
      directory[place] = max(directory[place], directory[place - 1])
    }
    sink.begin(table.directory)
    for start in directory { try sink.append(start) }
    sink.begin(table.filter)
    try sink.append(filter.bytes)
  }
}

extension IndexLayout.Table {
  /// The number made of a fingerprint's first bits.
  func bucket(of fingerprint: UInt64) -> Int {
    directoryBits == 0 ? 0 : Int(fingerprint >> UInt64(64 - directoryBits))
  }
}

internal import Synchronization

/// An index file that is not what it must be, and why: to be made anew from the log.
struct StaleIndex: Error {
  var file: String
  var detail: String
}

/// Where an event is, and how its leaf hash begins.
struct EventPlace: Equatable {
  /// First event of the segment.
  var segment: Int64
  /// Of the line in it.
  var offset: Int
  /// The first eight bytes of the leaf hash.
  var leaf: UInt64

  /// Whether a line is the one that was indexed.
  func fits(_ line: Span<UInt8>) -> Bool { Self.leaf(of: line) == leaf }

  static func leaf(of line: Span<UInt8>) -> UInt64 { beginning(of: Digest(leaf: line)) }

  /// The first 8 bytes of a leaf hash, as a number.
  static func beginning(of leaf: Digest) -> UInt64 { leaf.words.0.bigEndian }
}

/// One index file, mapped into memory: `IndexLayout` draws it.
///
/// A block is hashed when it is first looked into; an answer never comes from one that is wrong.
final class IndexRun: Sendable {
  let header: IndexHeader
  let name: String
  private let layout: IndexLayout
  private let bytes: MappedBytes
  /// One bit a block: whether it was hashed and is right.
  private let checked: Mutex<[UInt64]>

  /// Which table is asked.
  enum Table {
    case keys
    case streams
  }

  /// Opens a file: reads its header and the hashes of its blocks.
  ///
  /// Throws `io` where the disk fails, and as a result `StaleIndex` for what is no such file.
  static func open(
    _ name: String, in directory: LedgerDirectory
  ) throws(LogError) -> Result<IndexRun, StaleIndex> {
    func stale(_ detail: String) -> Result<IndexRun, StaleIndex> {
      .failure(StaleIndex(file: name, detail: detail))
    }
    let file = try directory.open(name, .read)
    let size = try file.facts.size
    let longest = IndexLayout.headerSize + 16 * IndexHeader.mostSegments
    guard let header = IndexHeader(parsing: try file.read(longest, from: 0)) else {
      return stale("it does not begin as an index does")
    }
    guard header.layout.size == size else { return stale("it has not its length") }
    let bytes = try uninterrupted(name) { () throws(SystemError) in
      try directory.disk.map(file.descriptor, count: size)
    }
    let run = IndexRun(header, name, bytes)
    guard run.isTrailerRight, run.isRight(0..<header.bytes.count) else {
      return stale("it differs from its own SHA-256")
    }
    return .success(run)
  }

  /// A run that is kept in memory alone: `bytes` are those of a file.
  convenience init(_ header: IndexHeader, keeping bytes: [UInt8]) {
    self.init(header, Self.name(of: header), MappedBytes(copying: bytes))
  }

  private init(_ header: IndexHeader, _ name: String, _ bytes: MappedBytes) {
    self.header = header
    self.name = name
    self.bytes = bytes
    layout = header.layout
    let blocks = layout.blocks.count / 32
    checked = Mutex([UInt64](repeating: 0, count: (blocks + 63) / 64))
  }

  static let directoryName = "index"
  static let suffix = ".index"

  /// The name of a run's file.
  static func name(of header: IndexHeader) -> String {
    "\(directoryName)/\(digits(header.first))-\(digits(header.end))\(suffix)"
  }

  private static func digits(_ number: Int64) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 12 - text.count)) + text
  }

  private var isTrailerRight: Bool {
    let digest = bytes.withBytes(layout.blocks) { Digest(hashing: $0) }
    return bytes.withBytes(layout.blocks.upperBound..<layout.size) { trailer in
      digest.bytes.indices.allSatisfy { digest.bytes[$0] == trailer[$0] }
    }
  }

  /// Whether the blocks of a range are what they were; hashes those not hashed yet.
  private func isRight(_ range: Range<Int>) -> Bool {
    checked.withLock { isRight(range, &$0) }
  }

  private func isRight(_ range: Range<Int>, _ checked: inout [UInt64]) -> Bool {
    let last = (range.upperBound - 1) / IndexLayout.blockSize
    for block in range.lowerBound / IndexLayout.blockSize...last
    where checked[block >> 6] & 1 << UInt64(block & 63) == 0 {
      guard isBlockRight(block) else { return false }
      checked[block >> 6] |= 1 << UInt64(block & 63)
    }
    return true
  }

  private func isBlockRight(_ block: Int) -> Bool {
    let start = block * IndexLayout.blockSize
    let end = min(start + IndexLayout.blockSize, layout.body)
    let words = bytes.withBytes(start..<end) { Digest(hashing: $0) }.bytes
    let kept = layout.blocks.lowerBound + 32 * block
    return bytes.withBytes(kept..<kept + 32) { hash in
      words.indices.allSatisfy { words[$0] == hash[$0] }
    }
  }

  private func require(_ range: Range<Int>) throws(StaleIndex) {
    guard isRight(range) else { throw stale }
  }

  private var stale: StaleIndex {
    StaleIndex(file: name, detail: "it differs from its own SHA-256")
  }

  /// Whether every block is what it was. Hashes all of the file, and lets others look into it meanwhile.
  func requireWhole() throws(StaleIndex) {
    for start in stride(from: 0, to: layout.body, by: IndexLayout.blockSize) {
      try require(start..<min(start + IndexLayout.blockSize, layout.body))
    }
  }

  /// The place of an event the run covers. O(log of segments).
  func place(of seq: Int64) throws(StaleIndex) -> EventPlace {
    let (offset, leaf) = try words(at: Int(seq - header.first))
    var (low, high) = (0, header.segments.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if header.segments[middle].first <= seq { low = middle } else { high = middle }
    }
    return EventPlace(segment: header.segments[low].first, offset: Int(offset), leaf: leaf)
  }

  /// Offset and leaf of the event so many after the first.
  func words(at distance: Int) throws(StaleIndex) -> (offset: UInt32, leaf: UInt64) {
    let offset = layout.offsets.lowerBound + 4 * distance
    let leaf = layout.leaves.lowerBound + 8 * distance
    try require(offset..<offset + 4)
    try require(leaf..<leaf + 8)
    return (bytes.word32(at: offset), bytes.word64(at: leaf))
  }

  /// The `seq` of every event that has a fingerprint, ascending.
  ///
  /// One look into the filter for one that is not there, mostly; else O(log of events that begin alike
  /// + events found).
  func events(
    _ table: Table, with fingerprint: Fingerprint
  ) throws(StaleIndex) -> [Int64] {
    let part = table == .keys ? layout.keys : layout.streams
    guard try mayHold(part, fingerprint.value) else { return [] }
    let bucket = part.directory.lowerBound + 4 * part.bucket(of: fingerprint.value)
    try require(bucket..<bucket + 8)
    let range =
      Int(
        bytes.word32(at: bucket))..<max(
        Int(bytes.word32(at: bucket)), Int(bytes.word32(at: bucket + 4)))
    guard range.upperBound <= header.count else { throw stale }
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if try entry(middle, of: part).fingerprint < fingerprint.value {
        low = middle + 1
      } else {
        high = middle
      }
    }
    var found: [Int64] = []
    while low < range.upperBound {
      let entry = try entry(low, of: part)
      guard entry.fingerprint == fingerprint.value else { break }
      found.append(header.first + Int64(entry.distance))
      low += 1
    }
    return found
  }

  /// One entry of a table.
  private func entry(
    _ place: Int, of part: IndexLayout.Table
  ) throws(StaleIndex) -> (fingerprint: UInt64, distance: UInt32) {
    let start = part.entries.lowerBound + IndexLayout.entrySize * place
    try require(start..<start + IndexLayout.entrySize)
    return (bytes.word64(at: start), bytes.word32(at: start + 8))
  }

  /// Copies a part, for merging, of a run that is whole.
  func copy(
    _ part: KeyPath<IndexLayout, Range<Int>>, to sink: inout IndexSink
  ) throws(LogError) {
    try bytes.withBytes(layout[keyPath: part]) { (bytes) throws(LogError) in
      try sink.append(bytes)
    }
  }

  /// The entries of a table, for merging, of a run that is whole.
  func entries(of table: Table, from first: Int64) -> IndexEntries {
    IndexEntries(
      of: table == .keys ? layout.keys : layout.streams, in: bytes, count: header.count,
      shift: UInt32(header.first - first))
  }

  /// Whether an event may have a fingerprint: what the filter says.
  func mayHold(_ table: Table, _ fingerprint: Fingerprint) throws(StaleIndex) -> Bool {
    try mayHold(table == .keys ? layout.keys : layout.streams, fingerprint.value)
  }

  private func mayHold(
    _ part: IndexLayout.Table, _ fingerprint: UInt64
  ) throws(StaleIndex) -> Bool {
    let line = filterLine(part, fingerprint)
    try require(line..<line + FingerprintFilter.lineSize)
    return passes(fingerprint, line)
  }

  /// Adds the places of those keys that an event may have, by what the filter says.
  func note(
    _ keys: ArraySlice<Fingerprint>, to places: inout [Int]
  ) throws(StaleIndex) {
    // One wait for the memory of all, instead of one each.
    for key in keys { bytes.fetch(filterLine(layout.keys, key.value)) }
    let isWhole = checked.withLock { checked in
      for place in keys.indices {
        let line = filterLine(layout.keys, keys[place].value)
        guard isRight(line..<line + FingerprintFilter.lineSize, &checked) else { return false }
        if passes(keys[place].value, line) { places.append(place) }
      }
      return true
    }
    guard isWhole else { throw stale }
  }

  /// Where the line of a table's filter begins that a fingerprint belongs to.
  @inline(__always)
  private func filterLine(_ part: IndexLayout.Table, _ fingerprint: UInt64) -> Int {
    let lines = UInt64(part.filter.count / FingerprintFilter.lineSize)
    return part.filter.lowerBound + FingerprintFilter.lineSize
      * FingerprintFilter.line(of: fingerprint, among: lines)
  }

  /// Whether a fingerprint's bits stand in a line.
  @inline(__always)
  private func passes(_ fingerprint: UInt64, _ line: Int) -> Bool {
    var bits = FingerprintFilter.bits(of: fingerprint)
    for _ in 0..<6 {
      let bit = Int(bits & 511)
      let word = bytes.word64(at: line + 8 * (bit / 64))
      if word & 1 << UInt64(bit & 63) == 0 { return false }
      bits >>= 9
    }
    return true
  }
}

/// The entries of one table of a run, from the first to the last.
struct IndexEntries {
  /// The one that is next; its distance is counted from where the merged run begins.
  private(set) var head: (fingerprint: UInt64, distance: UInt32)
  private let bytes: MappedBytes
  private let shift: UInt32
  private var place: Int
  private let end: Int

  /// Those of a table that has one or more.
  init(of table: IndexLayout.Table, in bytes: MappedBytes, count: Int, shift: UInt32) {
    self.bytes = bytes
    self.shift = shift
    place = table.entries.lowerBound
    end = place + IndexLayout.entrySize * count
    head = (bytes.word64(at: place), bytes.word32(at: place + 8) &+ shift)
  }

  /// Goes on to the next; false where there is none.
  mutating func advance() -> Bool {
    place += IndexLayout.entrySize
    guard place < end else { return false }
    head = (bytes.word64(at: place), bytes.word32(at: place + 8) &+ shift)
    return true
  }
}

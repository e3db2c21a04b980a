internal import CanonicalJSON

/// A quick hash of short texts, seeded by the process, so that nobody can choose them to collide.
///
/// Equal texts have equal hashes; unequal ones are compared by whoever depends on it.
struct QuickHash: Sendable {
  private let seed = UInt64.random(in: 1...UInt64.max)

  /// The same seed throughout the process.
  static let shared = QuickHash()

  @inline(__always)
  func callAsFunction(_ bytes: Span<UInt8>) -> UInt64 {
    var hash = Self.fold(seed ^ UInt64(truncatingIfNeeded: bytes.count))
    var index = 0
    while index &+ 8 <= bytes.count {
      hash = Self.fold(hash ^ bytes.word(at: index))
      index &+= 8
    }
    var rest: UInt64 = 0
    while index < bytes.count {
      rest = rest << 8 | UInt64(bytes[index])
      index &+= 1
    }
    return Self.fold(hash ^ rest)
  }

  @inline(__always)
  private static func fold(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}

/// How far every stream is, within a stretch of the log: names as bytes, found by hash.
///
/// About 50 bytes a stream besides its name. O(1) on average.
struct StreamPositions: Sendable {
  private struct Entry {
    var hash: UInt64
    /// Of the name in `names`.
    var start: Int
    var count: Int
    /// `n` of its first event in the stretch; −1 before there is one.
    var first: Int64 = -1
    /// `n` of the event that would come next.
    var next: Int64 = 0

    var name: Range<Int> { start..<(start &+ count) }
  }

  private let hash = QuickHash.shared
  private var names: [UInt8] = []
  private var entries: [Entry] = []
  /// Indexes of `entries` plus one; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1024)

  /// The stream's dense number, given at its first mention.
  mutating func index(of name: Span<UInt8>) -> Int {
    index(of: name, hash(name))
  }

  private mutating func index(of name: Span<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) &- 1
      if entries[index].hash == hash, isName(of: entries[index], name) { return index }
      slot = (slot &+ 1) & mask
    }
    entries.append(Entry(hash: hash, start: names.count, count: name.count))
    for index in name.indices { names.append(name[index]) }
    slots[slot] = UInt32(entries.count)
    if entries.count >= slots.count / 4 * 3 { grow() }
    return entries.count - 1
  }

  /// What `n` the stream's next event has; `nil` for a stream that was only mentioned.
  func next(_ index: Int) -> Int64? {
    entries[index].first < 0 ? nil : entries[index].next
  }

  /// Notes that the stream has an event `n`.
  mutating func advance(_ index: Int, past n: Int64) {
    if entries[index].first < 0 { entries[index].first = n }
    entries[index].next = n &+ 1
  }

  /// Whether every stream of a stretch that follows goes on where it ended here.
  ///
  /// Streams not met here must begin at 0, unless `mayBegin` elsewhere.
  mutating func isFollowed(by other: StreamPositions, mayBegin: Bool) -> Bool {
    for entry in other.entries where entry.first >= 0 {
      let own = index(of: other.names.span.extracting(entry.name), entry.hash)
      guard entry.first == next(own) ?? (mayBegin ? entry.first : 0) else { return false }
    }
    return true
  }

  /// Takes over how far the streams of a stretch that follows are.
  mutating func merge(_ other: StreamPositions) {
    for entry in other.entries where entry.first >= 0 {
      let own = index(of: other.names.span.extracting(entry.name), entry.hash)
      if entries[own].first < 0 { entries[own].first = entry.first }
      entries[own].next = entry.next
    }
  }

  private func isName(of entry: Entry, _ name: Span<UInt8>) -> Bool {
    guard entry.count == name.count else { return false }
    for index in name.indices where names[entry.start &+ index] != name[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
    }
  }
}

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
    let last = bytes.count &- 8
    while index < last {
      hash = Self.fold(hash ^ bytes.word(at: index))
      index &+= 8
    }
    // The last eight bytes, some of them once more; the length is in the hash.
    return Self.fold(hash ^ (last >= 0 ? bytes.word(at: last) : Self.shortWord(bytes)))
  }

  /// Fewer than eight bytes as a number.
  @inline(__always)
  private static func shortWord(_ bytes: Span<UInt8>) -> UInt64 {
    var word: UInt64 = 0
    for index in bytes.indices { word = word << 8 | UInt64(bytes[index]) }
    return word
  }

  @inline(__always)
  private static func fold(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}

/// How far every stream is, within a stretch of the log.
///
/// A stream is known by 128 bits of two hashes with seeds of this process: names that share them cannot
/// be chosen, and do not meet by chance. About 50 bytes a stream, whatever its name. O(1) on average.
struct StreamPositions: Sendable {
  private struct Entry {
    var hash: UInt64
    var other: UInt64
    /// `n` of its first event in the stretch; −1 before there is one.
    var first: Int64 = -1
    /// `n` of the event that would come next.
    var next: Int64 = 0
  }

  private let hash = QuickHash.shared
  private let otherHash = Self.second
  private static let second = QuickHash()

  private var entries: [Entry] = []
  /// The high half of a hash above the index plus one; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 1024)
  /// The bits of a hash that a slot keeps.
  private static let tag: UInt64 = 0xFFFF_FFFF_0000_0000

  /// The stream's dense number, given at its first mention.
  mutating func index(of name: Span<UInt8>) -> Int {
    index(of: hash(name), otherHash(name))
  }

  private mutating func index(of hash: UInt64, _ other: UInt64) -> Int {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let index = Int(slots[slot] & 0xFFFF_FFFF) &- 1
        if entries[index].hash == hash, entries[index].other == other { return index }
      }
      slot = (slot &+ 1) & mask
    }
    entries.append(Entry(hash: hash, other: other))
    slots[slot] = (hash & Self.tag) | UInt64(entries.count)
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
      let own = index(of: entry.hash, entry.other)
      guard entry.first == next(own) ?? (mayBegin ? entry.first : 0) else { return false }
    }
    return true
  }

  /// Takes over how far the streams of a stretch that follows are.
  mutating func merge(_ other: StreamPositions) {
    for entry in other.entries where entry.first >= 0 {
      let own = index(of: entry.hash, entry.other)
      if entries[own].first < 0 { entries[own].first = entry.first }
      entries[own].next = entry.next
    }
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = (entry.hash & Self.tag) | UInt64(index + 1)
    }
  }
}

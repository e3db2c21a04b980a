/// The index of the last segment, in memory: what becomes an `IndexRun` when the segment is finished.
///
/// About 50 bytes an event.
struct IndexTail {
  /// `seq` of the segment's first event.
  let first: Int64
  private(set) var offsets: [UInt32] = []
  private(set) var leaves: [UInt64] = []
  private(set) var keys = FingerprintChains()
  private(set) var streams = FingerprintChains()

  /// Segments must stay below this many bytes, so that an offset fits.
  static let largestSegment = Int(UInt32.max)

  init(first: Int64) {
    self.first = first
  }

  var count: Int { offsets.count }
  var end: Int64 { first + Int64(count) }

  /// Adds the next event.
  mutating func append(
    offset: Int, leaf: UInt64, key: Fingerprint, stream: Fingerprint
  ) {
    offsets.append(UInt32(offset))
    leaves.append(leaf)
    keys.append(key.value)
    streams.append(stream.value)
  }

  /// The place of an event; `nil` if there is none.
  func place(of seq: Int64) -> EventPlace? {
    guard seq >= first, seq < end else { return nil }
    let place = Int(seq - first)
    return EventPlace(segment: first, offset: Int(offsets[place]), leaf: leaves[place])
  }

  /// The `seq` of every event that has a fingerprint, ascending.
  func events(_ table: IndexRun.Table, with fingerprint: Fingerprint) -> [Int64] {
    let chains = table == .keys ? keys : streams
    return chains.places(of: fingerprint.value).reversed().map { first + Int64($0) }
  }
}

/// Fingerprints in the order they came, each with the place of the one before that is equal.
///
/// Open addressing with linear probing over the last place of each. O(1) on average.
struct FingerprintChains {
  private(set) var fingerprints: [UInt64] = []
  /// Place of the equal one before, plus one; 0 for none.
  private var previous: [UInt32] = []
  /// Last place of a fingerprint, plus one; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 256)
  private var distinct = 0

  mutating func append(_ fingerprint: UInt64) {
    let slot = slot(of: fingerprint)
    if slots[slot] == 0 { distinct += 1 }
    previous.append(slots[slot])
    fingerprints.append(fingerprint)
    slots[slot] = UInt32(fingerprints.count)
    if distinct >= slots.count / 4 * 3 { grow() }
  }

  /// Places of a fingerprint, the last first.
  func places(of fingerprint: UInt64) -> [Int] {
    var places: [Int] = []
    var next = slots[slot(of: fingerprint)]
    while next != 0 {
      places.append(Int(next) - 1)
      next = previous[Int(next) - 1]
    }
    return places
  }

  /// All of them with their places, by fingerprint and then by place. O(n log n).
  func sorted() -> [(fingerprint: UInt64, place: UInt32)] {
    var all = fingerprints.indices.map { (fingerprint: fingerprints[$0], place: UInt32($0)) }
    all.sort { ($0.fingerprint, $0.place) < ($1.fingerprint, $1.place) }
    return all
  }

  /// The slot a fingerprint stands in, or the free one where it would.
  private func slot(of fingerprint: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: fingerprint) & mask
    while slots[slot] != 0, fingerprints[Int(slots[slot]) - 1] != fingerprint {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt32](repeating: 0, count: 2 * old.count)
    for last in old where last != 0 {
      slots[slot(of: fingerprints[Int(last) - 1])] = last
    }
  }
}

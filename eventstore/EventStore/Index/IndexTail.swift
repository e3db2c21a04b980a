/// The index of the last segment, in memory: what becomes an `IndexRun` when the segment is finished.
///
/// About 60 bytes an event.
struct IndexTail {
  /// `seq` of the segment's first event.
  let first: Int64
  private(set) var offsets: [UInt32] = []
  private(set) var leaves: [UInt64] = []
  private(set) var keys: FingerprintChains
  private(set) var streams: FingerprintChains

  /// Segments must stay below this many bytes, so that an offset fits.
  static let largestSegment = Int(UInt32.max)

  /// The index of a segment without events, of which about so many are expected.
  init(first: Int64, expecting count: Int = 0) {
    self.first = first
    offsets.reserveCapacity(count)
    leaves.reserveCapacity(count)
    keys = FingerprintChains(expecting: count)
    streams = FingerprintChains(expecting: count)
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

  /// Adds the events of a batch whose bytes begin at an offset.
  ///
  /// One table after the other: filled event by event, each would wait for the other's memory.
  mutating func append(_ batch: borrowing Batch, at start: Int) {
    for offset in batch.lines.starts { offsets.append(UInt32(start + offset)) }
    for leaf in batch.lines.leaves { leaves.append(EventPlace.beginning(of: leaf)) }
    keys.append(batch.keys)
    streams.append(batch.streamKeys)
  }

  /// Takes back the last so many events, as of a batch that failed. O(events).
  mutating func removeLast(_ count: Int) {
    offsets.removeLast(count)
    leaves.removeLast(count)
    keys.removeLast(count)
    streams.removeLast(count)
  }

  /// The places of those keys that an event has.
  func places(ofKnownKeys others: ArraySlice<Fingerprint>) -> [Int] {
    keys.fetch(others)
    var places: [Int] = []
    for place in others.indices where keys.contains(others[place].value) { places.append(place) }
    return places
  }

  /// The place of an event; `nil` if there is none.
  func place(of seq: Int64) -> EventPlace? {
    guard seq >= first, seq < end else { return nil }
    let place = Int(seq - first)
    return EventPlace(segment: first, offset: Int(offsets[place]), leaf: leaves[place])
  }

  /// Whether an event has a fingerprint.
  func hasEvent(_ table: IndexRun.Table, with fingerprint: Fingerprint) -> Bool {
    switch table {
    case .keys: keys.contains(fingerprint.value)
    case .streams: streams.contains(fingerprint.value)
    }
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
  /// Last place of a fingerprint, plus one, below the fingerprint's upper half, so that one that
  /// differs is passed without a look at it; 0 is free.
  private var slots: [UInt64]
  private var distinct = 0

  private static let upperHalf: UInt64 = 0xFFFF_FFFF_0000_0000

  /// None yet, with room for about so many.
  init(expecting count: Int = 0) {
    fingerprints.reserveCapacity(count)
    previous.reserveCapacity(count)
    let bits = max(8, Int.bitWidth - (count / 2 * 3).leadingZeroBitCount)
    slots = [UInt64](repeating: 0, count: 1 << bits)
  }

  mutating func append(_ fingerprint: UInt64) {
    let slot = slot(of: fingerprint)
    if slots[slot] == 0 { distinct += 1 }
    previous.append(UInt32(truncatingIfNeeded: slots[slot]))
    fingerprints.append(fingerprint)
    slots[slot] = fingerprint & Self.upperHalf | UInt64(fingerprints.count)
    if distinct >= slots.count / 4 * 3 { grow() }
  }

  /// Adds many.
  mutating func append(_ others: [Fingerprint]) {
    fetch(others[...])
    for other in others { append(other.value) }
  }

  /// Takes back the last so many. O(n): a slot cannot be freed for itself, others may stand behind it.
  mutating func removeLast(_ count: Int) {
    let rest = fingerprints.dropLast(count)
    self = FingerprintChains(expecting: rest.count)
    for fingerprint in rest { append(fingerprint) }
  }

  /// Asks for the memory where fingerprints stand or would stand: one wait for all, instead of one each.
  func fetch(_ others: ArraySlice<Fingerprint>) {
    let mask = slots.count - 1
    let (slots, fingerprints) = (slots.span, fingerprints.span)
    for other in others { slots.fetch(Int(truncatingIfNeeded: other.value) & mask) }
    for other in others {
      let last = slots[Int(truncatingIfNeeded: other.value) & mask] & ~Self.upperHalf
      if last != 0 { fingerprints.fetch(Int(last) - 1) }
    }
  }

  /// Whether a fingerprint is among them.
  func contains(_ fingerprint: UInt64) -> Bool { slots[slot(of: fingerprint)] != 0 }

  /// Places of a fingerprint, the last first.
  func places(of fingerprint: UInt64) -> [Int] {
    var places: [Int] = []
    var next = UInt32(truncatingIfNeeded: slots[slot(of: fingerprint)])
    while next != 0 {
      places.append(Int(next) - 1)
      next = previous[Int(next) - 1]
    }
    return places
  }

  /// All of them with their places, by fingerprint and then by place.
  ///
  /// They are hashes: spread over as many buckets as there are of them, hardly any shares its own but
  /// with its equals. O(n) for those, O(n log n) for others.
  func sorted() -> [(fingerprint: UInt64, place: UInt32)] {
    let bits = max(1, min(24, Int.bitWidth - fingerprints.count.leadingZeroBitCount))
    let shift = UInt64(64 - bits)
    var ends = [Int](repeating: 0, count: 1 << bits)
    for fingerprint in fingerprints { ends[Int(fingerprint >> shift)] += 1 }
    var end = 0
    for bucket in ends.indices {
      let count = ends[bucket]
      ends[bucket] = end
      end += count
    }
    var all = [(fingerprint: UInt64, place: UInt32)](repeating: (0, 0), count: end)
    for (place, fingerprint) in fingerprints.enumerated() {
      let bucket = Int(fingerprint >> shift)
      all[ends[bucket]] = (fingerprint, UInt32(place))
      ends[bucket] += 1
    }
    var start = 0
    for end in ends {
      if end - start > 1 {
        all[start..<end].sort { ($0.fingerprint, $0.place) < ($1.fingerprint, $1.place) }
      }
      start = end
    }
    return all
  }

  /// The slot a fingerprint stands in, or the free one where it would.
  private func slot(of fingerprint: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: fingerprint) & mask
    while slots[slot] != 0 {
      if (slots[slot] ^ fingerprint) & Self.upperHalf == 0,
        fingerprints[Int(slots[slot] & ~Self.upperHalf) - 1] == fingerprint
      {
        break
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: 2 * old.count)
    for last in old where last != 0 {
      slots[slot(of: fingerprints[Int(last & ~Self.upperHalf) - 1])] = last
    }
  }
}

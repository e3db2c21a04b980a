/// A batch that is being put together: its lines, and what the log becomes with them.
struct Batch {
  /// When its events are recorded.
  let at: String
  /// The tree with the batch's events.
  private(set) var frontier: MerkleFrontier
  private(set) var lines = EventLines()
  /// What the index finds each event's key by.
  var keys: [Fingerprint] = []
  /// The same, to be asked for one of them.
  var keySet: FingerprintSet
  /// The numbers of the events' streams, which stand one further in the table for each of them.
  var streams: [Int] = []
  /// What the index finds each event's stream by.
  var streamKeys: [Fingerprint] = []
  /// The position of each event in its stream.
  var positions: [Int64] = []
  private(set) var receipts: [Receipt] = []
  /// Whether the bytes begin a segment.
  private(set) var beginsSegment = false
  /// Where the commit line begins.
  private var end = 0
  private let first: Int64

  /// A batch of at most `count` events, none yet.
  init(after frontier: MerkleFrontier, at: String, count: Int) {
    self.at = at
    self.frontier = frontier
    first = frontier.size
    keySet = FingerprintSet(for: count)
    keys.reserveCapacity(count)
    streams.reserveCapacity(count)
    streamKeys.reserveCapacity(count)
    positions.reserveCapacity(count)
  }

  /// What is to be written.
  var bytes: [UInt8] { lines.bytes }

  /// The batch for those who follow the log, once it is durable.
  var durable: DurableBatch {
    DurableBatch(first: first, at: at, bytes: lines.bytes, starts: lines.starts, end: end)
  }

  /// Puts a segment's header before the first event.
  mutating func begin(_ header: SegmentHeader) {
    beginsSegment = true
    lines.append(line: header.canonicalBytes)
  }

  /// Writes the line of every event, given its position, and closes the batch. The salts are 16
  /// digits of base64 an event.
  ///
  /// Throws `invalid` or `tooLong` with the first event whose line would not be one.
  mutating func write(_ events: [PendingEvent], salts: [UInt8]) throws(LogError) {
    precondition(events.count == positions.count && salts.count == 16 * events.count)
    try lines.append(
      events, EventLines.Given(first: first, at: at, positions: positions, salts: salts),
      to: &frontier)
    receipts.reserveCapacity(events.count)
    for place in events.indices {
      receipts.append(Receipt(seq: first + Int64(place), key: events.span[place].key, at: at))
    }
    end = lines.bytes.count
    let commit = CommitLine(
      at: at, events: frontier.size - first, root: frontier.root, size: frontier.size)
    lines.append(line: commit.canonicalBytes)
  }
}

/// A set of fingerprints, no more of them than it is made for.
///
/// Open addressing with linear probing, half of it free: fingerprints are hashes already. O(1) on
/// average.
struct FingerprintSet {
  /// 0 is free.
  private var slots: [UInt64]
  private var hasZero = false

  /// Room for so many.
  init(for count: Int) {
    let bits = Int.bitWidth - max(1, count).leadingZeroBitCount + 1
    slots = [UInt64](repeating: 0, count: 1 << bits)
  }

  /// Whether it is there.
  func contains(_ fingerprint: Fingerprint) -> Bool {
    fingerprint.value == 0 ? hasZero : slots[slot(of: fingerprint.value)] != 0
  }

  /// Puts one in; false if it was there.
  mutating func insert(_ fingerprint: Fingerprint) -> Bool {
    guard fingerprint.value != 0 else {
      defer { hasZero = true }
      return !hasZero
    }
    let slot = slot(of: fingerprint.value)
    guard slots[slot] == 0 else { return false }
    slots[slot] = fingerprint.value
    return true
  }

  private func slot(of value: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: value) & mask
    while slots[slot] != 0, slots[slot] != value { slot = (slot + 1) & mask }
    return slot
  }
}

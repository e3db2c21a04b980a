internal import CanonicalJSON

/// The next position of every stream: names interned as bytes, found by hash.
///
/// About 50 bytes a stream besides its name. O(1) on average.
struct StreamTable {
  private struct Entry {
    var hash: UInt64
    /// Of the name in `names`.
    var start: Int
    var count: Int
    /// What `n` the stream's next event gets.
    var next: Int64
    let fingerprint: Fingerprint
  }

  private var names: [UInt8] = []
  private var entries: [Entry] = []
  /// Indexes of `entries` plus one; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1024)

  /// How many streams have an event.
  var count: Int { entries.count }

  /// The stream's dense number, given at its first mention; its fingerprint where it is known already.
  mutating func index(of name: Span<UInt8>, _ fingerprint: Fingerprint? = nil) -> Int {
    let hash = QuickHash.shared(name)
    let (slot, found) = search(name, hash)
    if let found { return found }
    entries.append(
      Entry(
        hash: hash, start: names.count, count: name.count, next: 0,
        fingerprint: fingerprint ?? Fingerprint(ofStream: name)))
    for index in name.indices { names.append(name[index]) }
    slots[slot] = UInt32(entries.count)
    if entries.count >= slots.count / 4 * 3 { grow() }
    return entries.count - 1
  }

  /// The stream's dense number; `nil` for a stream not in the table.
  func find(_ name: Span<UInt8>) -> Int? {
    search(name, QuickHash.shared(name)).found
  }

  /// As `find`, of a name as text.
  func find(_ name: String) -> Int? { find(name.utf8Span.span) }

  /// Asks for the memory that `find` will look into for the streams of some events: one wait for all,
  /// instead of some for each.
  func fetch(_ events: Span<PendingEvent>) {
    let mask = slots.count - 1
    let (slots, entries) = (slots.span, entries.span)
    var homes: [Int] = []
    homes.reserveCapacity(events.count)
    for place in events.indices {
      let home = Int(truncatingIfNeeded: Self.hash(events[place].stream)) & mask
      slots.fetch(home)
      homes.append(home)
    }
    for home in homes where slots[home] != 0 { entries.fetch(Int(slots[home]) - 1) }
  }

  private static func hash(_ name: String) -> UInt64 { QuickHash.shared(name.utf8Span.span) }

  /// What an index finds the stream by.
  func fingerprint(_ index: Int) -> Fingerprint { entries[index].fingerprint }

  subscript(_ index: Int) -> Int64 {
    get { entries[index].next }
    set { entries[index].next = newValue }
  }

  private func search(_ name: Span<UInt8>, _ hash: UInt64) -> (slot: Int, found: Int?) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if entries[index].hash == hash, isName(of: entries[index], name) { return (slot, index) }
      slot = (slot + 1) & mask
    }
    return (slot, nil)
  }

  private func isName(of entry: Entry, _ name: Span<UInt8>) -> Bool {
    guard entry.count == name.count else { return false }
    let own = names.span.extracting(entry.start..<entry.start &+ entry.count)
    var index = 0
    while index &+ 8 <= own.count {
      guard own.word(at: index) == name.word(at: index) else { return false }
      index &+= 8
    }
    while index < own.count {
      guard own[index] == name[index] else { return false }
      index &+= 1
    }
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

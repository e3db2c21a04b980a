extension EventType {
  /// The type whose name stands in the bytes of `range`; nil for any other text.
  ///
  /// Allocates nothing; O(1): one probe of a table on average, then a comparison of whole words.
  package init?(named bytes: Span<UInt8>, _ range: Range<Int>) {
    guard let type = EventTypeTable.shared.find(bytes, range) else { return nil }
    self = type
  }

  /// The type of that name; nil for any other text.
  package init?(named name: String) {
    let bytes = Array(name.utf8)
    self.init(named: bytes.span, 0..<bytes.count)
  }
}

/// Names to event types: open addressing over the first and last eight bytes and the length.
struct EventTypeTable: Sendable {
  /// A name as words: its first, second and third eight bytes, and its last eight, which overlap.
  private struct Entry: Sendable {
    var words: InlineArray<4, UInt64> = .init(repeating: 0)
    var length = 0
    var type: EventType
  }

  /// The lengths of name the table can hold.
  static let lengths = 8...32

  static let shared = EventTypeTable()

  private static let slotCount = 512
  private var entries: [Entry] = []
  /// Entry numbers plus 1, or 0 where empty.
  private var slots: [UInt8] = Array(repeating: 0, count: slotCount)

  private init() {
    for type in EventType.allCases {
      let name = Array(type.name.utf8)
      precondition(EventTypeTable.lengths.contains(name.count), "the name of an event type fits")
      var entry = Entry(length: name.count, type: type)
      entry.words[3] = word(name.span, at: name.count - 8)
      for index in 0..<3 where index * 8 + 8 <= name.count {
        entry.words[index] = word(name.span, at: index * 8)
      }
      entries.append(entry)
      var slot = EventTypeTable.slot(entry.words[0], entry.words[3], name.count)
      while slots[slot] != 0 { slot = (slot + 1) & (EventTypeTable.slotCount - 1) }
      slots[slot] = UInt8(entries.count)
    }
  }

  func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> EventType? {
    let length = range.count
    guard EventTypeTable.lengths.contains(length), range.upperBound <= bytes.count else {
      return nil
    }
    let start = range.lowerBound
    let first = word(bytes, at: start)
    let last = word(bytes, at: range.upperBound - 8)
    var slot = EventTypeTable.slot(first, last, length)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if entries[number].length == length, entries[number].words[0] == first,
        entries[number].words[3] == last,
        length < 16 || entries[number].words[1] == word(bytes, at: start + 8),
        length < 24 || entries[number].words[2] == word(bytes, at: start + 16)
      {
        return entries[number].type
      }
      slot = (slot + 1) & (EventTypeTable.slotCount - 1)
    }
    return nil
  }

  @inline(__always)
  private static func slot(_ first: UInt64, _ last: UInt64, _ length: Int) -> Int {
    // Multiplication by 2^64 / φ mixes; its high bits are the best mixed.
    let mixed = (first ^ (last << 1 | last >> 63) ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 55)
  }
}

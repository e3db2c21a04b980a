internal import CanonicalJSON

/// Short texts end to end in one array of bytes: no object, no hash, no copy a text.
package struct TextColumn: Sendable {
  /// Written by the column alone, and by who brings it back (``ColumnVisitor``).
  var bytes: [UInt8] = []

  /// An empty column.
  package init() {}

  /// Sets room aside for so many bytes in all.
  package mutating func reserve(bytes count: Int) { bytes.reserveCapacity(count) }

  /// Copies `range` of `source` (at most 65,535 bytes) to the end. O(length).
  package mutating func append(_ source: Span<UInt8>, _ range: Range<Int>) -> TextReference {
    let reference = TextReference(start: bytes.count, count: range.count)
    unsafe source.extracting(range).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    return reference
  }

  /// The text referred to.
  package func text(_ reference: TextReference) -> String {
    String(decoding: bytes[reference.start..<reference.start + reference.count], as: UTF8.self)
  }

  /// Appends the bytes of the text referred to.
  package func append(_ reference: TextReference, to out: inout [UInt8]) {
    out.append(contentsOf: bytes[reference.start..<reference.start + reference.count])
  }

  /// Whether two texts of the column are the same bytes. O(length).
  package func equal(_ first: TextReference, _ second: TextReference) -> Bool {
    guard first.count == second.count else { return false }
    for offset in 0..<first.count
    where bytes[first.start + offset] != bytes[second.start + offset] {
      return false
    }
    return true
  }

  /// Whether a text sorts before another by its bytes. O(length), eight bytes at a time.
  package func precedes(_ first: TextReference, _ second: TextReference) -> Bool {
    let own = bytes.span
    let shorter = min(first.count, second.count)
    var offset = 0
    while offset &+ 8 <= shorter {
      let left = own.word(at: first.start &+ offset).byteSwapped
      let right = own.word(at: second.start &+ offset).byteSwapped
      if left != right { return left < right }
      offset &+= 8
    }
    while offset < shorter {
      let (left, right) = (own[first.start &+ offset], own[second.start &+ offset])
      if left != right { return left < right }
      offset &+= 1
    }
    return first.count < second.count
  }

  /// With how many bytes, at most `most`, two texts begin alike. O(that).
  func commonPrefix(_ first: TextReference, _ second: TextReference, atMost most: Int) -> Int {
    let most = min(most, first.count, second.count)
    let own = bytes.span
    var offset = 0
    while offset < most, own[first.start &+ offset] == own[second.start &+ offset] { offset &+= 1 }
    return offset
  }

  /// The eight bytes of a text from `offset` on, as a number whose order is theirs; zeros after its end.
  func sortKey(_ reference: TextReference, from offset: Int) -> UInt64 {
    let own = bytes.span
    let start = reference.start + offset
    let count = reference.count - offset
    if count >= 8 { return own.word(at: start).byteSwapped }
    var key: UInt64 = 0
    for place in 0..<max(count, 0) { key |= UInt64(own[start + place]) << UInt64(56 - 8 * place) }
    return key
  }

  /// Whether the text referred to is exactly `range` of `source`. O(length), eight bytes at a time.
  package func equals(
    _ reference: TextReference, _ source: Span<UInt8>, _ range: Range<Int>
  ) -> Bool {
    guard reference.count == range.count else { return false }
    let own = bytes.span
    var offset = 0
    while offset &+ 8 <= range.count {
      guard
        own.word(at: reference.start &+ offset) == source.word(at: range.lowerBound &+ offset)
      else { return false }
      offset &+= 8
    }
    while offset < range.count {
      guard own[reference.start &+ offset] == source[range.lowerBound &+ offset] else {
        return false
      }
      offset &+= 1
    }
    return true
  }

  /// How many bytes all texts have together.
  var byteCount: Int { bytes.count }

  /// Drops all texts that begin at or after `count` bytes.
  mutating func truncate(to count: Int) {
    bytes.removeSubrange(count...)
  }
}

/// Texts to dense numbers from 0, in the order they came: open addressing over a ``TextColumn``.
///
/// Look-up is O(length) and allocates nothing. A slot holds half of the text's hash beside its number,
/// so that other texts are passed over, and the table grown, without looking at any text.
package struct TextIndex: Sendable {
  /// The texts, by their numbers.
  package internal(set) var references: [TextReference] = []
  var texts = TextColumn()
  /// The low half of a hash above the number plus one; 0 is free.
  var slots: [UInt64] = Array(repeating: 0, count: 64)
  private var last = 0

  /// An empty index.
  package init() {}

  /// How many texts there are.
  package var count: Int { references.count }

  /// The number of a text, or nil.
  package func find(_ source: Span<UInt8>, _ range: Range<Int>) -> Int? {
    search(hash(source, range), source, range).found
  }

  /// The number of a text, or nil.
  package func find(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    return find(bytes.span, 0..<bytes.count)
  }

  /// The number of a text, given to it now if it had none.
  ///
  /// Quicker for the text asked for last: events of an account often stand together.
  package mutating func number(_ source: Span<UInt8>, _ range: Range<Int>) -> Int {
    if last < references.count, texts.equals(references[last], source, range) { return last }
    last = findOrAdd(source, range)
    return last
  }

  private mutating func findOrAdd(_ source: Span<UInt8>, _ range: Range<Int>) -> Int {
    let hash = hash(source, range)
    let (slot, found) = search(hash, source, range)
    if let found { return found }
    references.append(texts.append(source, range))
    slots[slot] = UInt64(hash) << 32 | UInt64(references.count)
    if references.count * 2 > slots.count { grow() }
    return references.count - 1
  }

  /// The slot in which a text stands, with its number, or the free one that ends the search for it.
  private func search(
    _ hash: UInt32, _ source: Span<UInt8>, _ range: Range<Int>
  ) -> (slot: Int, found: Int?) {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
        let number = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if texts.equals(references[number], source, range) { return (slot, number) }
      }
      slot = (slot + 1) & mask
    }
    return (slot, nil)
  }

  /// The text of a number.
  package func text(_ number: Int) -> String {
    texts.text(references[number])
  }

  /// Appends the text of a number.
  package func append(_ number: Int, to out: inout [UInt8]) {
    texts.append(references[number], to: &out)
  }

  /// The numbers of all texts, sorted by their bytes. O(n log n).
  package func sorted() -> [Int] { sorted(Array(0..<count)) }

  /// These numbers, sorted by the bytes of their texts. O(n log n).
  ///
  /// Compares the eight bytes after what all texts begin alike with, and whole texts where these are the same.
  package func sorted(_ numbers: [Int]) -> [Int] {
    guard let first = numbers.first else { return [] }
    var alike = references[first].count
    for number in numbers {
      alike = texts.commonPrefix(references[first], references[number], atMost: alike)
    }
    var keys: [(key: UInt64, number: Int)] = []
    keys.reserveCapacity(numbers.count)
    for number in numbers {
      keys.append((texts.sortKey(references[number], from: alike), number))
    }
    keys.sort { left, right in
      if left.key != right.key { return left.key < right.key }
      return texts.precedes(references[left.number], references[right.number])
    }
    return keys.map(\.number)
  }

  /// Whether one number's text comes before another's, byte by byte.
  package func precedes(_ first: Int, _ second: Int) -> Bool {
    texts.precedes(references[first], references[second])
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    let mask = slots.count - 1
    for word in old where word != 0 {
      var slot = Int(word >> 32) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = word
    }
  }

  /// Words of eight bytes multiplied into each other, the high half folded into the low one each time.
  private func hash(_ source: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    var value: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(range.count)
    var position = range.lowerBound
    while position &+ 8 <= range.upperBound {
      value = mix(value ^ source.word(at: position))
      position &+= 8
    }
    var rest: UInt64 = 0
    while position < range.upperBound {
      rest = rest << 8 | UInt64(source[position])
      position &+= 1
    }
    return UInt32(truncatingIfNeeded: mix(value ^ rest))
  }

  @inline(__always)
  private func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}

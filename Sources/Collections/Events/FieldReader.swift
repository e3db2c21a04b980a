package import CanonicalJSON

/// Decodes the `data` of an event where it lies in the log, once, without allocating.
///
/// Reads by the type's declaration: keys have to come in canonical order, required ones have to be
/// there, numbers within their bounds, dates on the calendar, choices known. Lists and inner objects
/// are stepped over and read on demand, each with a reader of its own. Make one reader and use it
/// for many events: a reading replaces the one before. Positions given are those in the bytes read.
package struct FieldReader: ~Copyable, Sendable {
  /// What was read of a field: where its value stands, without quotes, and what it comes to.
  struct Slot: Sendable {
    /// A number, a date's days, the index of a choice, a currency's packed letters, 1 for true.
    var value: Int64 = 0
    var lower: Int32 = 0
    var upper: Int32 = 0

    init(value: Int64 = 0, _ range: Range<Int> = 0..<0) {
      self.value = value
      // No line is longer than 65,535 bytes, no segment much longer than 16 MiB.
      lower = Int32(truncatingIfNeeded: range.lowerBound)
      upper = Int32(truncatingIfNeeded: range.upperBound)
    }
  }

  let layout = FieldLayout.shared
  /// The object last read.
  var object = 0
  /// One bit a field of the object: whether it was there.
  var present: UInt16 = 0
  /// The values by the field's position in the object.
  var slots: InlineArray<16, Slot> = .init(repeating: Slot())

  /// A reader that has read nothing yet.
  package init() {}

  /// Reads an event's fields: `data` is the range of the canonical object.
  ///
  /// Throws at the first byte that is not as declared. O(data).
  package mutating func read(
    _ type: EventType, _ bytes: Span<UInt8>, _ data: Range<Int>
  ) throws(JSONError) {
    try read(FieldLayout.object(of: type), bytes, data)
  }

  /// Reads an object inside an event, whose range ``valueRange(_:)`` gave.
  package mutating func read(
    _ shape: ObjectShape, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(JSONError) {
    try read(FieldLayout.object(of: shape), bytes, range)
  }

  /// Reads the next object of a list; false, reading nothing, at its end.
  package mutating func readNext(
    _ shape: ObjectShape, from list: inout ListCursor, _ bytes: Span<UInt8>
  ) throws(JSONError) -> Bool {
    guard try list.advance(in: bytes) else { return false }
    object = FieldLayout.object(of: shape)
    present = 0
    list.position = try FieldReader.scan(
      layout, object, bytes, from: list.position, &slots, &present)
    return true
  }

  private mutating func read(
    _ object: Int, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(JSONError) {
    self.object = object
    present = 0
    let end = try FieldReader.scan(
      layout, object, bytes, from: range.lowerBound, &slots, &present)
    guard end == range.upperBound else { throw JSONError(.trailingBytes, at: end) }
  }

  /// Reads the object at `start` into slots; the position after it.
  private static func scan(
    _ layout: borrowing FieldLayout, _ object: Int, _ bytes: Span<UInt8>, from start: Int,
    _ slots: inout InlineArray<16, Slot>, _ present: inout UInt16
  ) throws(JSONError) -> Int {
    guard bytes.count <= Int(Int32.max) else { throw JSONError(.tooLong, at: start) }
    var position = start
    try step(over: UInt8(ascii: "{"), at: &position, bytes)
    let first = layout.objects[object].first
    let end = first + layout.objects[object].count
    var field = first
    if position < bytes.count, bytes[position] != UInt8(ascii: "}") {
      while true {
        // The declared keys come in order: those that do not match were left out.
        let key = match(layout, field, end, bytes, position)
        guard key >= 0 else { throw unexpected(position, bytes) }
        position += layout.tails[key].length
        slots[key - first] = try value(layout, key, bytes, &position)
        present |= 1 << UInt16(truncatingIfNeeded: key - first)
        field = key + 1
        guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
        position += 1
      }
    }
    try step(over: UInt8(ascii: "}"), at: &position, bytes)
    let required = layout.objects[object].required
    guard present & required == required else {
      throw JSONError(.unexpectedByte, at: position - 1)
    }
    return position
  }

  /// The first of the literals from `start` to before `end` that stands at `position`, or −1.
  @inline(__always)
  static func match(
    _ layout: borrowing FieldLayout, _ start: Int, _ end: Int, _ bytes: Span<UInt8>,
    _ position: Int
  ) -> Int {
    let head = word(bytes, upTo: position)
    var literal = start
    while literal < end {
      if head & layout.heads[literal].mask == layout.heads[literal].word,
        matchesTail(layout, literal, bytes, position)
      {
        return literal
      }
      literal += 1
    }
    return -1
  }

  /// Whether the bytes from `position` on, whose first eight are right, are the whole literal.
  @inline(__always)
  private static func matchesTail(
    _ layout: borrowing FieldLayout, _ literal: Int, _ bytes: Span<UInt8>, _ position: Int
  ) -> Bool {
    let length = layout.tails[literal].length
    if length <= 8 { return true }
    guard position + length <= bytes.count,
      word(bytes, upTo: position + 8) & lowBytes(length - 8) == layout.tails[literal].second
    else { return false }
    return length <= 16
      || word(bytes, upTo: position + 16) & lowBytes(length - 16) == layout.tails[literal].third
  }

  @inline(__always)
  private static func step(
    over byte: UInt8, at position: inout Int, _ bytes: Span<UInt8>
  ) throws(JSONError) {
    guard position < bytes.count, bytes[position] == byte else {
      throw unexpected(position, bytes)
    }
    position += 1
  }

  /// The error for a byte that is not as declared.
  static func unexpected(_ position: Int, _ bytes: Span<UInt8>) -> JSONError {
    position < bytes.count
      ? JSONError(.unexpectedByte, at: position) : JSONError(.truncated, at: bytes.count)
  }
}

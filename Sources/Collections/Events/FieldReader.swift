package import CanonicalJSON

/// Decodes the `data` of an event where it lies in the log, once, without allocating.
///
/// Reads by the type's declaration: keys have to come in canonical order, required ones have to be
/// there, numbers within their bounds, dates on the calendar, choices known. Lists and inner objects
/// are stepped over and read on demand, each with a reader of its own. Make one reader and use it
/// for many events: a reading replaces the one before. Positions given are those in the bytes read.
package struct FieldReader: Sendable {
  /// What was read of a field: where its value stands, without quotes, and what it comes to.
  struct Slot: Sendable {
    /// A number, a date's days, the index of a choice, a currency's packed letters, 1 for true;
    /// of a list or an object its field in ``FieldLayout/fields``.
    var value: Int64 = 0
    var lower: Int32 = 0
    var length: UInt16 = 0
    var name: FieldName = .account
    var kind: FieldLayout.Kind = .integer

    var range: Range<Int> { Int(lower)..<Int(lower) + Int(length) }
  }

  /// How many fields the object last read has.
  var count = 0
  /// The fields it has, in canonical order; the array is made once and written in place.
  var slots = [Slot](repeating: Slot(), count: FieldLayout.capacity)

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
    list.position = try scan(FieldLayout.object(of: shape), bytes, from: list.position)
    return true
  }

  private mutating func read(
    _ object: Int, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(JSONError) {
    let end = try scan(object, bytes, from: range.lowerBound)
    guard end == range.upperBound else { throw JSONError(.trailingBytes, at: end) }
  }

  /// Reads the object at `start` into the slots; the position after it.
  private mutating func scan(
    _ object: Int, _ bytes: Span<UInt8>, from start: Int
  ) throws(JSONError) -> Int {
    count = 0
    var position = start
    var found = slots.mutableSpan
    let number = try FieldReader.scan(FieldLayout.shared, object, bytes, &position, &found)
    // Ranges are kept in four bytes and lengths in two: no line of a log is longer.
    guard position <= Int(Int32.max), position - start <= Int(UInt16.max) else {
      throw JSONError(.tooLong, at: start)
    }
    count = number
    return position
  }

  /// Reads the object at `position`, stepping over it; how many fields it has.
  private static func scan(
    _ layout: borrowing FieldLayout, _ object: Int, _ bytes: Span<UInt8>, _ position: inout Int,
    _ slots: inout MutableSpan<Slot>
  ) throws(JSONError) -> Int {
    try step(over: UInt8(ascii: "{"), at: &position, bytes)
    let first = layout.objects[object].first
    let end = first + layout.objects[object].count
    var field = first
    var present: UInt16 = 0
    var count = 0
    if position < bytes.count, bytes[position] != UInt8(ascii: "}") {
      while true {
        // The declared keys come in order: those that do not match were left out.
        field = match(layout, field, end, bytes, position)
        guard field >= 0 else { throw unexpected(position, bytes) }
        position += layout.tails[field].length
        try value(layout, field, bytes, &position, &slots[count])
        present |= 1 &<< UInt16(truncatingIfNeeded: field &- first)
        count += 1
        field += 1
        guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
        position += 1
      }
    }
    try step(over: UInt8(ascii: "}"), at: &position, bytes)
    let required = layout.objects[object].required
    guard present & required == required else {
      throw JSONError(.unexpectedByte, at: position - 1)
    }
    return count
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

package import CanonicalJSON

// What the last reading found. A field that was not there, or that the object does not have, gives
// nil; asking for another kind of value than the field is declared with is a programming error.
extension FieldReader {
  /// The whole number of a field: money, count, rate, sequence number.
  package subscript(name: FieldName) -> Int64? { integer(name) }

  /// The whole number of a field: money, count, rate, sequence number.
  package func integer(_ name: FieldName) -> Int64? {
    guard let slot = slot(name, [.integer]) else { return nil }
    return slots[slot].value
  }

  /// The raw contents of a field's string, without its quotes.
  ///
  /// A text may hold escapes; `decodeCanonicalString` resolves them.
  package func range(_ name: FieldName) -> Range<Int>? {
    guard let slot = slot(name, [.id, .text, .plain, .currency, .date, .choice]) else {
      return nil
    }
    return Int(slots[slot].lower)..<Int(slots[slot].upper)
  }

  /// The date of a field, in days since 1970-01-01.
  package func date(_ name: FieldName) -> Int32? {
    guard let slot = slot(name, [.date]) else { return nil }
    return Int32(truncatingIfNeeded: slots[slot].value)
  }

  /// Whether a field is true; nil if it was not there.
  package func flag(_ name: FieldName) -> Bool? {
    guard let slot = slot(name, [.bool]) else { return nil }
    return slots[slot].value == 1
  }

  /// The index of a field's word among those declared.
  package func choice(_ name: FieldName) -> Int? {
    guard let slot = slot(name, [.choice]) else { return nil }
    return Int(slots[slot].value)
  }

  /// The word of a field as the enumeration it is declared with.
  @inline(__always)
  package func choice<Words>(_ name: FieldName, as words: Words.Type) -> Words?
  where Words: RawRepresentable, Words.RawValue == UInt8 {
    guard let slot = slot(name, [.choice]) else { return nil }
    return Words(rawValue: UInt8(truncatingIfNeeded: slots[slot].value))
  }

  /// The currency of a field.
  package func currency(_ name: FieldName) -> Currency? {
    guard let slot = slot(name, [.currency]) else { return nil }
    return Currency(packed: UInt16(truncatingIfNeeded: slots[slot].value))
  }

  /// The raw value of a field that is an object or a list.
  package func valueRange(_ name: FieldName) -> Range<Int>? {
    guard let slot = slot(name, [.nested]) else { return nil }
    return Int(slots[slot].lower)..<Int(slots[slot].upper)
  }

  /// A cursor before the first value of a field that is a list; of an empty one if it was not there.
  package func list(_ name: FieldName) -> ListCursor {
    guard let range = valueRange(name) else { return ListCursor(0..<0) }
    return ListCursor(range)
  }

  /// The index of the next word of a list of choices; nil at its end.
  package func nextChoice(
    of name: FieldName, from list: inout ListCursor, _ bytes: Span<UInt8>
  ) throws(JSONError) -> Int? {
    guard let slot = slot(name, [.nested]), try list.advance(in: bytes) else { return nil }
    let field = layout.objects[object].first + slot
    return Int(try FieldReader.choice(layout, field, bytes, &list.position).value)
  }

  /// The position of a field that was there.
  @inline(__always)
  private func slot(_ name: FieldName, _ kinds: @autoclosure () -> [FieldLayout.Kind]) -> Int? {
    let position = layout.positions[object * FieldName.count + Int(name.rawValue)]
    guard position != FieldLayout.absent, present >> UInt16(position) & 1 == 1 else { return nil }
    assert(kinds().contains(kind(at: Int(position))), "\(name) is read as what it is declared")
    return Int(position)
  }

  private func kind(at slot: Int) -> FieldLayout.Kind {
    layout.fields[layout.objects[object].first + slot].kind
  }
}

/// Where a reading of a list has come to.
package struct ListCursor: Sendable {
  /// Before the next value's comma, or before the closing bracket.
  var position: Int
  private let end: Int
  private var isFirst = true

  /// A cursor at the opening bracket of the list in `range`; an empty range is an empty list.
  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  /// Steps to the next value; false at the end of the list.
  mutating func advance(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
    guard position < end else { return false }
    let opens = isFirst
    isFirst = false
    if opens {
      try step(over: UInt8(ascii: "["), in: bytes)
      guard position < bytes.count, bytes[position] == UInt8(ascii: "]") else { return true }
    } else if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
      position += 1
      return true
    }
    try step(over: UInt8(ascii: "]"), in: bytes)
    guard position == end else { throw JSONError(.trailingBytes, at: position) }
    return false
  }

  private mutating func step(over byte: UInt8, in bytes: Span<UInt8>) throws(JSONError) {
    guard position < bytes.count, bytes[position] == byte else {
      throw FieldReader.unexpected(position, bytes)
    }
    position += 1
  }

  /// The raw next value, structurally checked; nil at the end of the list.
  package mutating func next(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int>? {
    guard try advance(in: bytes) else { return nil }
    var cursor = CanonicalCursor(at: position)
    try cursor.skipValue(in: bytes)
    defer { position = cursor.position }
    return position..<cursor.position
  }
}

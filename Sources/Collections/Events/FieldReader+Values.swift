package import CanonicalJSON

// What the last reading found. A field that was not there, or that the object does not have, gives
// nil; asking for another kind of value than the field is declared with is a programming error.
extension FieldReader {
  /// The whole number of a field: money, count, rate, sequence number.
  package subscript(name: FieldName) -> Int64? { integer(name) }

  /// The whole number of a field: money, count, rate, sequence number.
  package func integer(_ name: FieldName) -> Int64? {
    guard let index = index(of: name, .integer) else { return nil }
    return slots[index].value
  }

  /// The raw contents of a field's string, without its quotes.
  ///
  /// A text may hold escapes; `decodeCanonicalString` resolves them.
  package func range(_ name: FieldName) -> Range<Int>? {
    guard let index = index(of: name, .id, orString: true) else { return nil }
    return slots[index].range
  }

  /// The date of a field, in days since 1970-01-01.
  package func date(_ name: FieldName) -> Int32? {
    guard let index = index(of: name, .date) else { return nil }
    return Int32(truncatingIfNeeded: slots[index].value)
  }

  /// Whether a field is true; nil if it was not there.
  package func flag(_ name: FieldName) -> Bool? {
    guard let index = index(of: name, .bool) else { return nil }
    return slots[index].value == 1
  }

  /// The index of a field's word among those declared.
  package func choice(_ name: FieldName) -> Int? {
    guard let index = index(of: name, .choice) else { return nil }
    return Int(slots[index].value)
  }

  /// The word of a field as the enumeration it is declared with.
  package func choice<Words>(_ name: FieldName, as words: Words.Type) -> Words?
  where Words: RawRepresentable, Words.RawValue == UInt8 {
    guard let index = choice(name) else { return nil }
    return Words(rawValue: UInt8(truncatingIfNeeded: index))
  }

  /// The currency of a field.
  package func currency(_ name: FieldName) -> Currency? {
    guard let index = index(of: name, .currency) else { return nil }
    return Currency(packed: UInt16(truncatingIfNeeded: slots[index].value))
  }

  /// The raw value of a field that is an object or a list.
  package func valueRange(_ name: FieldName) -> Range<Int>? {
    guard let index = index(of: name, .nested) else { return nil }
    return slots[index].range
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
    guard let index = index(of: name, .nested), try list.advance(in: bytes) else { return nil }
    let field = Int(slots[index].value)
    return Int(try FieldReader.choice(FieldLayout.shared, field, bytes, &list.position))
  }

  /// Where the field stands among the slots; nil if it was not there.
  ///
  /// A handful of bytes to look at: less than a table of all names would cost.
  @inline(__always)
  private func index(
    of name: FieldName, _ kind: FieldLayout.Kind, orString: Bool = false
  ) -> Int? {
    for index in 0..<count where slots[index].name == name {
      assert(
        slots[index].kind == kind || orString && slots[index].kind.isString,
        "\(name) is read as what it is declared")
      return index
    }
    return nil
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

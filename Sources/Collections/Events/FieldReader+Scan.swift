internal import CanonicalJSON

// How a value of each kind is taken from the bytes.
extension FieldReader {
  /// Reads the value at `position` as declared of the field; steps over it.
  @inline(__always)
  static func value(
    _ layout: borrowing FieldLayout, _ field: Int, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Slot {
    switch layout.fields[field].kind {
    case .integer:
      let start = position
      let number = try integer(bytes, &position)
      guard number >= layout.fields[field].low, number <= layout.fields[field].high else {
        throw JSONError(.numberOutOfRange, at: start)
      }
      return Slot(first: number)
    case .id:
      return try identifier(bytes, &position)
    case .choice:
      return try choice(layout, field, bytes, &position)
    case .date:
      let range = try plain(bytes, &position)
      guard let date = CivilDate(parsing: bytes, range) else {
        throw unexpected(range.lowerBound, bytes)
      }
      return Slot(first: Int64(date.days))
    case .currency:
      let range = try plain(bytes, &position)
      guard let currency = Currency(parsing: bytes, range) else {
        throw unexpected(range.lowerBound, bytes)
      }
      return Slot(first: Int64(currency.packed), last: Int64(range.lowerBound))
    case .bool:
      var cursor = CanonicalCursor(at: position)
      let isTrue = cursor.consume("true", in: bytes)
      if !isTrue { try cursor.expect("false", in: bytes) }
      position = cursor.position
      return Slot(first: isTrue ? 1 : 0)
    case .plain:
      return slot(try plain(bytes, &position))
    case .text:
      var cursor = CanonicalCursor(at: position)
      let range = try cursor.string(in: bytes)
      position = cursor.position
      return slot(range)
    case .nested:
      var cursor = CanonicalCursor(at: position)
      try cursor.skipValue(in: bytes)
      defer { position = cursor.position }
      return slot(position..<cursor.position)
    }
  }

  @inline(__always)
  private static func slot(_ range: Range<Int>) -> Slot {
    Slot(first: Int64(range.lowerBound), last: Int64(range.upperBound))
  }

  @inline(__always)
  private static func integer(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Int64 {
    var cursor = CanonicalCursor(at: position)
    let number = try cursor.integer(in: bytes)
    position = cursor.position
    return number
  }

  @inline(__always)
  private static func plain(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Range<Int> {
    var cursor = CanonicalCursor(at: position)
    let range = try cursor.plainString(in: bytes)
    position = cursor.position
    return range
  }

  @inline(__always)
  private static func identifier(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Slot {
    let quote = UInt8(ascii: "\"")
    guard position < bytes.count, bytes[position] == quote else {
      throw unexpected(position, bytes)
    }
    let start = position + 1
    var end = start
    while end < bytes.count, isIdentifierByte(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == quote, end > start, end - start <= 64 else {
      throw unexpected(end, bytes)
    }
    position = end + 1
    return slot(start..<end)
  }

  /// The index of the choice whose word is the string at `position`; steps over it.
  static func choice(
    _ layout: borrowing FieldLayout, _ field: Int, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Slot {
    let range = try plain(bytes, &position)
    let first = layout.fields[field].firstWord
    for index in 0..<layout.fields[field].wordCount
    where layout.words[first + index].length == range.count
      && matches(layout.words[first + index].text, range.count, bytes, range.lowerBound)
    {
      return Slot(first: Int64(index))
    }
    throw unexpected(range.lowerBound, bytes)
  }
}

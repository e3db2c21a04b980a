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
      return Slot(value: number)
    case .id:
      return try identifier(bytes, &position)
    case .choice:
      return try choice(layout, field, bytes, &position)
    case .date:
      let start = try quoted(10, bytes, &position)
      guard let date = CivilDate(parsing: bytes, start..<start + 10) else {
        throw unexpected(start, bytes)
      }
      return Slot(value: Int64(date.days), start..<start + 10)
    case .currency:
      let start = try quoted(3, bytes, &position)
      guard let currency = Currency(parsing: bytes, start..<start + 3) else {
        throw unexpected(start, bytes)
      }
      return Slot(value: Int64(currency.packed), start..<start + 3)
    case .bool:
      var cursor = CanonicalCursor(at: position)
      let isTrue = cursor.consume("true", in: bytes)
      if !isTrue { try cursor.expect("false", in: bytes) }
      position = cursor.position
      return Slot(value: isTrue ? 1 : 0)
    case .plain:
      return Slot(try plain(bytes, &position))
    case .text:
      var cursor = CanonicalCursor(at: position)
      let range = try cursor.string(in: bytes)
      position = cursor.position
      return Slot(range)
    case .nested:
      var cursor = CanonicalCursor(at: position)
      try cursor.skipValue(in: bytes)
      defer { position = cursor.position }
      return Slot(position..<cursor.position)
    }
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
    return Slot(start..<end)
  }

  /// Steps over a string whose contents are `length` bytes; where they begin.
  @inline(__always)
  private static func quoted(
    _ length: Int, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Int {
    let start = position + 1
    let end = start + length
    guard end < bytes.count, bytes[start - 1] == UInt8(ascii: "\""),
      bytes[end] == UInt8(ascii: "\"")
    else { throw unexpected(position, bytes) }
    position = end + 1
    return start
  }

  /// The choice of a field whose word is the string at `position`; steps over it.
  static func choice(
    _ layout: borrowing FieldLayout, _ field: Int, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Slot {
    let first = layout.fields[field].firstChoice
    let literal = match(
      layout, first, first + layout.fields[field].choiceCount, bytes, position)
    guard literal >= 0 else { throw unexpected(position, bytes) }
    let start = position + 1
    position += layout.tails[literal].length
    return Slot(value: Int64(literal - first), start..<position - 1)
  }
}

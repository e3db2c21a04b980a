internal import CanonicalJSON

// How a value of each kind is taken from the bytes.
extension FieldReader {
  /// Reads the value at `position` as declared of the field into a slot; steps over it.
  static func value(
    _ layout: borrowing FieldLayout, _ field: Int, _ bytes: Span<UInt8>, _ position: inout Int,
    _ slot: inout Slot
  ) throws(JSONError) {
    let kind = layout.fields[field].kind
    let start = position
    slot.kind = kind
    slot.name = layout.fields[field].name
    switch kind {
    case .integer:
      var cursor = CanonicalCursor(at: start)
      let number = try cursor.integer(in: bytes)
      guard number >= layout.fields[field].low, number <= layout.fields[field].high else {
        throw JSONError(.numberOutOfRange, at: start)
      }
      slot.value = number
      position = cursor.position
    case .id:
      position = try endOfIdentifier(bytes, start)
      slot.place(start + 1, position - 1)
    case .choice:
      slot.value = try choice(layout, field, bytes, &position)
      slot.place(start + 1, position - 1)
    case .date:
      try checkQuotes(around: 10, bytes, start)
      guard let date = CivilDate(parsing: bytes, start + 1..<start + 11) else {
        throw unexpected(start, bytes)
      }
      slot.value = Int64(date.days)
      slot.place(start + 1, start + 11)
      position = start + 12
    case .currency:
      try checkQuotes(around: 3, bytes, start)
      guard let currency = Currency(parsing: bytes, start + 1..<start + 4) else {
        throw unexpected(start, bytes)
      }
      slot.value = Int64(currency.packed)
      slot.place(start + 1, start + 4)
      position = start + 5
    case .bool, .plain, .text, .nested:
      try rarer(kind, field, bytes, &position, &slot)
    }
  }

  /// The kinds that few events hold.
  private static func rarer(
    _ kind: FieldLayout.Kind, _ field: Int, _ bytes: Span<UInt8>, _ position: inout Int,
    _ slot: inout Slot
  ) throws(JSONError) {
    var cursor = CanonicalCursor(at: position)
    switch kind {
    case .bool:
      let isTrue = cursor.consume("true", in: bytes)
      if !isTrue { try cursor.expect("false", in: bytes) }
      slot.value = isTrue ? 1 : 0
    case .plain:
      let range = try cursor.plainString(in: bytes)
      slot.place(range.lowerBound, range.upperBound)
    case .text:
      let range = try cursor.string(in: bytes)
      slot.place(range.lowerBound, range.upperBound)
    default:
      try cursor.skipValue(in: bytes)
      slot.value = Int64(field)
      slot.place(position, cursor.position)
    }
    position = cursor.position
  }

  /// The position after the id that stands quoted at `start`.
  @inline(__always)
  private static func endOfIdentifier(
    _ bytes: Span<UInt8>, _ start: Int
  ) throws(JSONError) -> Int {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else {
      throw unexpected(start, bytes)
    }
    var end = start + 1
    while end < bytes.count, isIdentifierByte(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\""), end > start + 1, end - start <= 65
    else { throw unexpected(end, bytes) }
    return end + 1
  }

  /// Checks that a string whose contents are `length` bytes stands at `start`.
  @inline(__always)
  private static func checkQuotes(
    around length: Int, _ bytes: Span<UInt8>, _ start: Int
  ) throws(JSONError) {
    guard start + length + 1 < bytes.count, bytes[start] == UInt8(ascii: "\""),
      bytes[start + length + 1] == UInt8(ascii: "\"")
    else { throw unexpected(start, bytes) }
  }

  /// The index of the choice of a field whose word is the string at `position`; steps over it.
  @inline(__always)
  static func choice(
    _ layout: borrowing FieldLayout, _ field: Int, _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(JSONError) -> Int64 {
    let first = layout.fields[field].firstChoice
    let literal = match(
      layout, first, first + layout.fields[field].choiceCount, bytes, position)
    guard literal >= 0 else { throw unexpected(position, bytes) }
    position += layout.tails[literal].length
    return Int64(literal - first)
  }
}

extension FieldReader.Slot {
  /// Keeps where the value stands.
  @inline(__always)
  fileprivate mutating func place(_ start: Int, _ end: Int) {
    lower = Int32(truncatingIfNeeded: start)
    length = UInt16(truncatingIfNeeded: end - start)
  }
}

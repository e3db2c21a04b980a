package import CanonicalJSON

/// Decodes the `data` of an event where it lies in the log, once, without allocating.
///
/// Reads by the type's declaration: keys have to come in canonical order, required ones have to be
/// there, numbers within their bounds, dates on the calendar, choices known. Lists and inner objects
/// are stepped over and read on demand, each with a reader of its own. Make one reader and use it
/// for many events: a reading replaces the one before. Positions given are those in the bytes read.
package struct FieldReader: Sendable {
  struct Slot: Sendable {
    var first: Int64 = 0
    var last: Int64 = 0
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
    var position = start
    try step(over: UInt8(ascii: "{"), at: &position, bytes)
    let first = layout.objects[object].first
    let count = layout.objects[object].count
    for index in 0..<count {
      var key = position
      if present != 0 {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else {
          // No further member: none of the fields that are left may be required.
          if layout.fields[first + index].isRequired { throw unexpected(position, bytes) }
          continue
        }
        key += 1
      }
      let length = layout.fields[first + index].keyLength
      guard matches(layout.fields[first + index].key, length, bytes, key) else {
        if layout.fields[first + index].isRequired { throw unexpected(key, bytes) }
        continue
      }
      position = key + length
      slots[index] = try value(layout, first + index, bytes, &position)
      present |= 1 << UInt16(index)
    }
    try step(over: UInt8(ascii: "}"), at: &position, bytes)
    return position
  }

  /// Whether `length` (1 to 24) bytes from `position` on are the packed text.
  @inline(__always)
  static func matches(
    _ text: InlineArray<3, UInt64>, _ length: Int, _ bytes: Span<UInt8>, _ position: Int
  ) -> Bool {
    guard position + length <= bytes.count else { return false }
    guard word(bytes, at: position, count: min(length, 8)) == text[0] else { return false }
    if length <= 8 { return true }
    guard word(bytes, at: position + 8, count: min(length - 8, 8)) == text[1] else { return false }
    return length <= 16 || word(bytes, at: position + 16, count: length - 16) == text[2]
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

internal import CanonicalJSON

/// A set of ASCII bytes, as two words of bits.
struct ByteSet {
  let low: UInt64
  let high: UInt64

  /// `A–Z a–z 0–9 . _ : -`.
  static let identifier = ByteSet(low: 0x07FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
  /// Printable ASCII without space, quote and backslash.
  static let printable = ByteSet(low: 0xFFFF_FFFA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF)
  /// Letters and digits.
  static let alphanumeric = ByteSet(low: 0x03FF_0000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
  /// Digits of base64 but for its padding.
  static let base64 = ByteSet(low: 0x03FF_8800_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    guard byte < 128 else { return false }
    let word = byte < 64 ? low : high
    return word >> UInt64(byte & 63) & 1 == 1
  }
}

// The forms of the envelope's fields (log-format: "The event envelope"). Each call steps over one
// value and leaves the position after it; those that take a string expect its opening quote to be
// behind them already.
extension CanonicalCursor {
  /// An integer from 0.
  mutating func count(in bytes: Span<UInt8>) throws(JSONError) -> Int64 {
    let start = position
    let value = try integer(in: bytes)
    guard value >= 0 else { throw JSONError(.numberOutOfRange, at: start) }
    return value
  }

  /// An object, by its structure alone.
  mutating func object(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    guard start < bytes.count else { throw JSONError(.truncated, at: start) }
    guard bytes[start] == UInt8(ascii: "{") else { throw JSONError(.unexpectedByte, at: start) }
    try skipValue(in: bytes)
    return start..<position
  }

  /// 1 to `most` bytes of a set, and the closing quote.
  mutating func quoted(
    _ allowed: ByteSet, atMost most: Int, in bytes: Span<UInt8>
  ) throws(JSONError) -> Range<Int> {
    let start = position
    let limit = min(bytes.count, start &+ most)
    var end = start
    while end < limit, allowed.contains(bytes[end]) { end &+= 1 }
    guard end < bytes.count else { throw JSONError(.truncated, at: end) }
    guard end > start, bytes[end] == UInt8(ascii: "\"") else {
      throw JSONError(.unexpectedByte, at: end)
    }
    position = end &+ 1
    return start..<end
  }

  /// `kind/id`, where the kind is one of six.
  mutating func stream(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    guard
      consume("account/", in: bytes) || consume("subject/", in: bytes)
        || consume("portfolio/", in: bytes) || consume("policy/", in: bytes)
        || consume("model/", in: bytes) || consume("ledger/", in: bytes)
    else { throw JSONError(.unexpectedByte, at: start) }
    let id = try quoted(.identifier, atMost: 64, in: bytes)
    return start..<id.upperBound
  }

  /// The name of an event type: a capital letter, then letters and digits, 64 at most.
  mutating func typeName(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    let name = try quoted(.alphanumeric, atMost: 64, in: bytes)
    guard bytes[start] &- UInt8(ascii: "A") < 26 else {
      throw JSONError(.unexpectedByte, at: start)
    }
    return name
  }

  /// 16 digits of base64: 12 bytes, so no padding.
  mutating func salt(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let salt = try quoted(.base64, atMost: 16, in: bytes)
    guard salt.count == 16 else { throw JSONError(.unexpectedByte, at: salt.upperBound) }
    return salt
  }

  /// `YYYY-MM-DD` by its digits; whether the calendar has that day is not for the store to say.
  mutating func civilDate(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    try digits("dddd-dd-dd\"", in: bytes)
    return start..<position - 1
  }

  /// `YYYY-MM-DDTHH:MM:SS.mmmZ` by its digits, as `civilDate`.
  mutating func instant(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    try digits("dddd-dd-ddTdd:dd:dd.dddZ\"", in: bytes)
    return start..<position - 1
  }

  /// Steps over bytes that match a pattern in which `d` stands for a digit.
  private mutating func digits(
    _ pattern: StaticString, in bytes: Span<UInt8>
  ) throws(JSONError) {
    let count = pattern.utf8CodeUnitCount
    guard count <= bytes.count &- position else { throw JSONError(.truncated, at: bytes.count) }
    for index in 0..<count {
      // A static string's bytes live for ever; the loop stays within them.
      let wanted = unsafe pattern.utf8Start[index]
      let byte = bytes[position &+ index]
      guard wanted == UInt8(ascii: "d") ? byte &- 0x30 < 10 : byte == wanted else {
        throw JSONError(.unexpectedByte, at: position &+ index)
      }
    }
    position &+= count
  }
}

/// Whether `text` is an instant as the log writes it: RFC 3339 in UTC with three decimals.
package func isInstant(_ text: String) -> Bool {
  let bytes = Array((text + "\"").utf8)
  var cursor = CanonicalCursor()
  guard (try? cursor.instant(in: bytes.span)) != nil else { return false }
  return cursor.position == bytes.count
}

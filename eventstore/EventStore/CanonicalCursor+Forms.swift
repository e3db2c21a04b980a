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
    return word &>> UInt64(byte & 63) & 1 == 1
  }

  /// Where the first byte that is not in the set stands, from `start` on; the count if none does.
  ///
  /// Letters and digits, which every set here has, are passed eight at a time; others one by one.
  @inline(__always)
  func firstOutside(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position &+ 8 <= bytes.count {
      var others = Self.otherThanAlphanumeric(bytes.word(at: position))
      while others != 0 {
        let found = position &+ others.trailingZeroBitCount / 8
        guard contains(bytes[found]) else { return found }
        others &= others &- 1
      }
      position &+= 8
    }
    while position < bytes.count, contains(bytes[position]) { position &+= 1 }
    return position
  }

  /// Marks, in their high bits, those of eight bytes that are neither letters nor digits.
  ///
  /// A byte below 128 plus (128 − x) has its high bit set when it is x or more; the sums of seven-bit
  /// bytes stay within their own.
  @inline(__always)
  private static func otherThanAlphanumeric(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low = word & (0x7F &* ones)
    let lower = low | (0x20 &* ones)
    let letters = (lower &+ (0x1F &* ones)) & ~(lower &+ (0x05 &* ones))
    let digits = (low &+ (0x50 &* ones)) & ~(low &+ (0x46 &* ones))
    return (~(letters | digits) | word) & (0x80 &* ones)
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

  /// An object inside of an event, by its structure alone or to the last byte.
  mutating func object(
    in bytes: Span<UInt8>, isValidating: Bool
  ) throws(JSONError) -> Range<Int> {
    let start = position
    guard start < bytes.count else { throw JSONError(.truncated, at: start) }
    guard bytes[start] == UInt8(ascii: "{") else { throw JSONError(.unexpectedByte, at: start) }
    if isValidating {
      try validateValue(in: bytes, limits: .eventField)
    } else {
      try skipValue(in: bytes)
    }
    return start..<position
  }

  /// 1 to `most` bytes of a set, and the closing quote.
  mutating func quoted(
    _ allowed: ByteSet, atMost most: Int, in bytes: Span<UInt8>
  ) throws(JSONError) -> Range<Int> {
    let start = position
    let end = allowed.firstOutside(bytes, from: start)
    guard end < bytes.count else { throw JSONError(.truncated, at: end) }
    guard end > start, end &- start <= most, bytes[end] == UInt8(ascii: "\"") else {
      throw JSONError(.unexpectedByte, at: min(end, start &+ most))
    }
    position = end &+ 1
    return start..<end
  }

  /// `kind/id`, where the kind is one of six.
  mutating func stream(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    guard
      steps(over: "account/", in: bytes) || steps(over: "subject/", in: bytes)
        || steps(over: "portfolio/", in: bytes) || steps(over: "policy/", in: bytes)
        || steps(over: "model/", in: bytes) || steps(over: "ledger/", in: bytes)
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

  /// `YYYY-MM-DD` and the closing quote, by its digits; whether the calendar has that day is not for
  /// the store to say.
  mutating func civilDate(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    guard bytes.count &- start >= 11 else { throw JSONError(.truncated, at: bytes.count) }
    try follow(.yearMonth, at: start, in: bytes)
    try follow(.day, at: start &+ 3, in: bytes)
    position = start &+ 11
    return start..<start &+ 10
  }

  /// `YYYY-MM-DDTHH:MM:SS.mmmZ` and the closing quote, by its digits, as `civilDate`.
  mutating func instant(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    let start = position
    guard bytes.count &- start >= 25 else { throw JSONError(.truncated, at: bytes.count) }
    try follow(.yearMonth, at: start, in: bytes)
    try follow(.dayHour, at: start &+ 8, in: bytes)
    try follow(.minuteSecond, at: start &+ 16, in: bytes)
    guard bytes[start &+ 24] == UInt8(ascii: "\"") else {
      throw JSONError(.unexpectedByte, at: start &+ 24)
    }
    position = start &+ 25
    return start..<start &+ 24
  }

  /// Checks eight bytes; blames the first that is wrong.
  @inline(__always)
  private func follow(
    _ form: DigitForm, at offset: Int, in bytes: Span<UInt8>
  ) throws(JSONError) {
    let wrong = form.wrongBits(in: bytes.word(at: offset))
    guard wrong == 0 else {
      throw JSONError(.unexpectedByte, at: offset &+ wrong.trailingZeroBitCount / 8)
    }
  }
}

extension JSONLimits {
  /// A value inside of an event.
  static let eventField = JSONLimits(depth: event.depth - 1, bytes: event.bytes)
}

/// Eight bytes, the first lowest: where a digit must stand all bits of `digits` are set, elsewhere the
/// byte must be that of `others`.
private struct DigitForm {
  let digits: UInt64
  let others: UInt64

  /// `dddd-dd-`
  static var yearMonth: DigitForm {
    DigitForm(digits: 0x00FF_FF00_FFFF_FFFF, others: 0x2D00_002D_0000_0000)
  }
  /// `d-dd-dd"`
  static var day: DigitForm {
    DigitForm(digits: 0x00FF_FF00_FFFF_00FF, others: 0x2200_002D_0000_2D00)
  }
  /// `ddTdd:dd`
  static var dayHour: DigitForm {
    DigitForm(digits: 0xFFFF_00FF_FF00_FFFF, others: 0x0000_3A00_0054_0000)
  }
  /// `:dd.dddZ`
  static var minuteSecond: DigitForm {
    DigitForm(digits: 0x00FF_FFFF_00FF_FF00, others: 0x5A00_0000_2E00_003A)
  }

  /// None where all eight bytes are right; else the lowest lies in the first wrong one.
  ///
  /// A digit's high half is 3, and still is when 6 is added to the byte; only a wrong byte carries
  /// into the one after it.
  @inline(__always)
  func wrongBits(in word: UInt64) -> UInt64 {
    let high = 0xF0F0_F0F0_F0F0_F0F0 & digits
    let three = 0x3030_3030_3030_3030 & digits
    let sum = word &+ (0x0606_0606_0606_0606 & digits)
    return ((word & ~digits) ^ others) | ((word & high) ^ three) | ((sum & high) ^ three)
  }
}

/// Whether `text` is an instant as the log writes it: RFC 3339 in UTC with three decimals.
package func isInstant(_ text: String) -> Bool {
  let bytes = Array((text + "\"").utf8)
  var cursor = CanonicalCursor()
  guard (try? cursor.instant(in: bytes.span)) != nil else { return false }
  return cursor.position == bytes.count
}

/// Reads canonical text where it lies, without allocating.
///
/// Only a position: the bytes are passed to each call. A call that throws leaves the position where
/// it was or inside the value it refused; the cursor is then of no further use.
package struct CanonicalCursor: Sendable {
  /// Offset of the next byte to read.
  package var position: Int

  /// Makes a cursor that reads from an offset on.
  package init(at position: Int = 0) { self.position = position }

  /// Steps over the exact bytes of a literal, which must follow.
  ///
  /// Blames the first byte that differs. O(literal).
  package mutating func expect(
    _ literal: StaticString, in bytes: Span<UInt8>
  ) throws(JSONError) {
    guard consume(literal, in: bytes) else { throw mismatch(literal, in: bytes) }
  }

  /// The error for the first byte that is not the literal's.
  package func mismatch(_ literal: StaticString, in bytes: Span<UInt8>) -> JSONError {
    // A static string's bytes live for ever; the loop stays within them.
    let start = unsafe literal.utf8Start
    for index in 0..<literal.utf8CodeUnitCount {
      guard position + index < bytes.count else { break }
      guard unsafe bytes[position + index] == start[index] else {
        return JSONError(.unexpectedByte, at: position + index)
      }
    }
    return JSONError(.truncated, at: bytes.count)
  }

  /// Steps over the exact bytes of a literal if they follow, and says whether they did.
  package mutating func consume(_ literal: StaticString, in bytes: Span<UInt8>) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard length <= bytes.count - position else { return false }
    // A static string's bytes live for ever; the loop stays within them.
    let start = unsafe literal.utf8Start
    for index in 0..<length {
      guard unsafe bytes[position + index] == start[index] else { return false }
    }
    position += length
    return true
  }

  /// Reads a canonical integer within ±(2^53 − 1).
  ///
  /// Refuses `-0`, leading zeros, fractions and exponents.
  package mutating func integer(in bytes: Span<UInt8>) throws(JSONError) -> Int64 {
    let start = position
    var index = start
    if index < bytes.count, bytes[index] == ASCII.minus { index += 1 }
    let isNegative = index > start
    let firstDigit = index
    var value: Int64 = 0
    while index < bytes.count {
      let digit = bytes[index] &- ASCII.zero
      guard digit < 10 else { break }
      guard index &- firstDigit < 16 else { throw JSONError(.numberOutOfRange, at: start) }
      value = value &* 10 &+ Int64(digit)
      index &+= 1
    }
    guard index > firstDigit else { throw Self.missingDigit(at: index, in: bytes) }
    if bytes[firstDigit] == ASCII.zero {
      if index &- firstDigit > 1 { throw JSONError(.invalidNumber, at: firstDigit) }
      if isNegative { throw JSONError(.numberNotInteger, at: start) }
    }
    if index < bytes.count {
      let next = bytes[index]
      if next == ASCII.point || next | 0x20 == ASCII.lowerE {
        throw JSONError(.numberNotInteger, at: start)
      }
    }
    guard value <= largestSafeInteger else { throw JSONError(.numberOutOfRange, at: start) }
    position = index
    return isNegative ? -value : value
  }

  /// The error for a number that has no digit at `index`.
  private static func missingDigit(at index: Int, in bytes: Span<UInt8>) -> JSONError {
    JSONError(index < bytes.count ? .unexpectedByte : .truncated, at: index)
  }

  /// Reads a quoted string that holds no escape and no byte below 0x20; the range of its contents.
  ///
  /// UTF-8 is not checked: for names and codes that are compared as bytes.
  package mutating func plainString(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    try openQuote(in: bytes)
    let start = position + 1
    let end = bytes.stringMark(from: start)
    guard end < bytes.count else { throw JSONError(.truncated, at: end) }
    guard bytes[end] == ASCII.quote else {
      throw JSONError(
        bytes[end] == ASCII.backslash ? .unexpectedByte : .controlCharacter, at: end)
    }
    position = end + 1
    return start..<end
  }

  /// Checks that an opening quote is next.
  @inline(__always)
  func openQuote(in bytes: Span<UInt8>) throws(JSONError) {
    guard position < bytes.count else { throw JSONError(.truncated, at: position) }
    guard bytes[position] == ASCII.quote else { throw JSONError(.unexpectedByte, at: position) }
  }
}

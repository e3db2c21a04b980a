// The smallest pieces of canonical text, appended to bytes: strings and integers as RFC 8785, 3.2.2
// writes them, and the way back from bytes to a String.

/// The lower-case hexadecimal digit of a number below 16.
private func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? ASCII.zero + value : UInt8(ascii: "a") + value - 10
}

/// Appends a quoted string in its shortest escapes.
///
/// The bytes are UTF-8, which the caller vouches for. O(bytes).
func appendQuoted(_ text: Span<UInt8>, to out: inout [UInt8]) {
  var position = text.stringMark(from: 0)
  if position == text.count {
    // As nearly all texts are: nothing to escape.
    out.append(addingCapacity: text.count &+ 2) { out in
      out.append(ASCII.quote)
      out.append(text)
      out.append(ASCII.quote)
    }
    return
  }
  out.append(ASCII.quote)
  position = 0
  while position < text.count {
    let mark = text.stringMark(from: position)
    append(position..<mark, of: text, to: &out)
    if mark < text.count { appendEscape(of: text[mark], to: &out) }
    position = mark + 1
  }
  out.append(ASCII.quote)
}

/// Appends the escape of `"`, `\` or a byte below 0x20: two characters where JSON has them, else
/// `\u00` and two lower-case digits.
private func appendEscape(of byte: UInt8, to out: inout [UInt8]) {
  out.append(ASCII.backslash)
  switch byte {
  case ASCII.quote, ASCII.backslash: out.append(byte)
  case ASCII.backspace: out.append(ASCII.lowerB)
  case ASCII.tab: out.append(ASCII.lowerT)
  case ASCII.lineFeed: out.append(ASCII.lowerN)
  case ASCII.formFeed: out.append(ASCII.lowerF)
  case ASCII.carriageReturn: out.append(ASCII.lowerR)
  default:
    out.append(ASCII.lowerU)
    out.append(ASCII.zero)
    out.append(ASCII.zero)
    out.append(hexDigit(byte >> 4))
    out.append(hexDigit(byte & 0xF))
  }
}

/// Appends a number in decimal digits, with leading zeros to `width` (20 at most).
package func appendDecimal(_ value: UInt64, width: Int = 1, to out: inout [UInt8]) {
  if value < 10, width == 1 { return out.append(ASCII.zero &+ UInt8(truncatingIfNeeded: value)) }
  var digits: InlineArray<20, UInt8> = InlineArray(repeating: ASCII.zero)
  var rest = value
  var first = 20
  while rest >= 10 {
    first &-= 1
    digits[first] = ASCII.zero &+ UInt8(truncatingIfNeeded: rest % 10)
    rest /= 10
  }
  first &-= 1
  digits[first] = ASCII.zero &+ UInt8(truncatingIfNeeded: rest)
  append(min(first, 20 - width)..<20, of: digits.span, to: &out)
}

extension OutputSpan<UInt8> {
  /// Appends the text of a literal; traps without room for it.
  @inline(__always)
  mutating func append(_ literal: StaticString) {
    // A static string's bytes live for ever.
    unsafe append(literal.utf8Start, literal.utf8CodeUnitCount)
  }

  /// Appends all of some bytes; traps without room for them.
  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe append(start, source.count) }
    }
  }

  @inline(__always)
  private mutating func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
    unsafe withUnsafeMutableBufferPointer { buffer, count in
      precondition(length <= buffer.count - count, "no room was reserved")
      if let target = buffer.baseAddress {
        unsafe (target + count).initialize(from: start, count: length)
      }
      count += length
    }
  }
}

/// Appends an integer; one outside ±(2^53 − 1) has no canonical form of its own and traps.
func appendInteger(_ value: Int64, to out: inout [UInt8]) {
  precondition(
    value.magnitude <= largestSafeInteger.magnitude, "an integer lies outside ±(2^53 − 1)")
  if value < 0 { out.append(ASCII.minus) }
  appendDecimal(value.magnitude, to: &out)
}

/// Appends a part of some bytes.
@inline(__always)
func append(_ range: Range<Int>, of bytes: Span<UInt8>, to out: inout [UInt8]) {
  // The pointer does not outlive the call; an array has no way yet to append a span.
  unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe out.append(contentsOf: $0) }
}

/// The text of some bytes; what is not UTF-8 in them becomes U+FFFD.
func decodeText(_ range: Range<Int>, in bytes: Span<UInt8>) -> String {
  // The pointer does not outlive the call; a string has no way yet to repair a span.
  unsafe bytes.extracting(range).withUnsafeBufferPointer {
    unsafe String(decoding: $0, as: UTF8.self)
  }
}

/// The text of a string's raw contents, as a cursor's `string(in:)` or `plainString(in:)` returned
/// them.
///
/// Never fails: an escape that is none stays as it is written, bytes that are no UTF-8 become
/// U+FFFD. A range outside the bytes traps. O(range).
package func decodeCanonicalString(_ range: Range<Int>, in bytes: Span<UInt8>) -> String {
  let raw = bytes.extracting(range)
  guard (0..<raw.count).contains(where: { raw[$0] == ASCII.backslash }) else {
    return decodeText(range, in: bytes)
  }
  var text: [UInt8] = []
  text.reserveCapacity(raw.count)
  var position = 0
  while position < raw.count {
    let (byte, length) = raw.canonicalByte(at: position)
    text.append(byte)
    position += length
  }
  return String(decoding: text, as: UTF8.self)
}

extension Span<UInt8> {
  /// The byte of UTF-8 that a canonical string's raw contents stand for at `offset`, and how many
  /// bytes spell it.
  ///
  /// What is no escape of RFC 8785 stands for itself.
  func canonicalByte(at offset: Int) -> (byte: UInt8, length: Int) {
    let byte = self[offset]
    guard byte == ASCII.backslash, offset + 1 < count else { return (byte, 1) }
    switch self[offset + 1] {
    case ASCII.quote: return (ASCII.quote, 2)
    case ASCII.backslash: return (ASCII.backslash, 2)
    case ASCII.lowerB: return (ASCII.backspace, 2)
    case ASCII.lowerT: return (ASCII.tab, 2)
    case ASCII.lowerN: return (ASCII.lineFeed, 2)
    case ASCII.lowerF: return (ASCII.formFeed, 2)
    case ASCII.lowerR: return (ASCII.carriageReturn, 2)
    case ASCII.lowerU where offset + 6 <= count:
      guard self[offset + 2] == ASCII.zero, self[offset + 3] == ASCII.zero,
        let high = ASCII.hexValue(self[offset + 4]), high < 2,
        let low = ASCII.hexValue(self[offset + 5])
      else { return (byte, 1) }
      return (UInt8(high << 4 | low), 6)
    default: return (byte, 1)
    }
  }
}

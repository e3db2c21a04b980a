// Comparisons and forms over bytes, shared by the checker and the reader.

/// Whether the bytes of `range` are exactly those of `text`. O(length).
func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
  guard range.count == text.utf8CodeUnitCount, range.upperBound <= bytes.count else { return false }
  // A static string's bytes live for ever; the loop stays within them.
  let start = unsafe text.utf8Start
  for offset in 0..<range.count where unsafe bytes[range.lowerBound + offset] != start[offset] {
    return false
  }
  return true
}

/// Whether the bytes of `range` are an id: 1 to 64 of `A–Z a–z 0–9 . _ : -`. O(length).
package func isIdentifier(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
  guard (1...64).contains(range.count), range.upperBound <= bytes.count else { return false }
  for position in range where !isIdentifierByte(bytes[position]) { return false }
  return true
}

/// Whether the text is an id: 1 to 64 of `A–Z a–z 0–9 . _ : -`.
package func isIdentifier(_ text: String) -> Bool {
  (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isIdentifierByte)
}

/// Whether an id may hold the byte.
@inline(__always)
func isIdentifierByte(_ byte: UInt8) -> Bool {
  // One bit a code below 128, in two words.
  let word: UInt64 = byte < 64 ? 0x07FF_6000_0000_0000 : 0x07FF_FFFE_87FF_FFFE
  return byte < 128 && word >> UInt64(byte & 63) & 1 == 1
}

/// Eight bytes from `position` on, the first one lowest; they must be within the span.
@inline(__always)
func word(_ bytes: Span<UInt8>, at position: Int) -> UInt64 {
  // The load checks its bounds itself; any eight bytes are an integer.
  UInt64(littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
}

/// The eight bytes from `position` on, the first one lowest; 0 for those past the end.
@inline(__always)
func word(_ bytes: Span<UInt8>, upTo position: Int) -> UInt64 {
  if position + 8 <= bytes.count { return word(bytes, at: position) }
  var value: UInt64 = 0
  for offset in 0..<max(0, bytes.count - position) {
    value |= UInt64(bytes[position + offset]) << UInt64(offset * 8)
  }
  return value
}

/// A mask of the lowest `count` (0 to 8) bytes of a word.
@inline(__always)
func lowBytes(_ count: Int) -> UInt64 {
  count >= 8 ? .max : (1 << UInt64(count * 8)) - 1
}

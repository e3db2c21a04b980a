internal import Glibc

// Text put piece by piece into memory that was reserved for all of it: an array that is appended to
// asks at every piece whether it is its buffer's only owner and whether there is room.
extension OutputSpan<UInt8> {
  /// Appends the text of a literal; traps without room for it.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    unsafe append(text.utf8Start, text.utf8CodeUnitCount)
  }

  /// Appends all of some bytes; traps without room for them.
  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe append(start, source.count) }
    }
  }

  /// Appends the UTF-8 bytes of a text; traps without room for them.
  @inline(__always)
  mutating func append(_ text: String) {
    // Inlined as `utf8Span` is not.
    let isAppended: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { source in
      if let start = source.baseAddress { unsafe append(start, source.count) }
    }
    if isAppended == nil { append(text.utf8Span.span) }
  }

  /// Appends a number in decimal digits; traps without room for 20 bytes.
  mutating func append(_ value: Int64) { append(value, digits: 1) }

  /// Appends a number in at least so many decimal digits, zeros before it; traps without room for them.
  mutating func append(_ value: Int64, digits width: Int) {
    var digits: InlineArray<20, UInt8> = InlineArray(repeating: UInt8(ascii: "0"))
    var rest = value.magnitude
    var first = 20
    repeat {
      first &-= 1
      digits[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if value < 0 { append(UInt8(ascii: "-")) }
    append(digits.span.extracting(min(first, 20 - width)...))
  }

  @inline(__always)
  private mutating func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
    unsafe withUnsafeMutableBufferPointer { buffer, count in
      precondition(length <= buffer.count - count, "no room was reserved")
      if let target = buffer.baseAddress { unsafe memcpy(target + count, start, length) }
      count += length
    }
  }
}

internal import CanonicalJSON

// The envelope's keys are literals, a dozen a line. Inlined where they are known, they are compared
// as words known there too; the compiler does that within a module only (measured: a twentieth of a
// replay), so `expect` and `consume` of the other module do not serve here.
extension CanonicalCursor {
  /// Steps over a literal, which must follow; as `expect`.
  @inline(__always)
  mutating func step(
    over literal: StaticString, in bytes: Span<UInt8>
  ) throws(JSONError) {
    guard steps(over: literal, in: bytes) else { throw mismatch(literal, in: bytes) }
  }

  /// Steps over a literal if it follows, and says whether it did; as `consume`.
  @inline(__always)
  mutating func steps(over literal: StaticString, in bytes: Span<UInt8>) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard length <= bytes.count &- position else { return false }
    // A static string's bytes live for ever; the loops stay within them.
    let start = unsafe literal.utf8Start
    var index = 0
    while index &+ 8 <= length {
      let word = unsafe UnsafeRawPointer(start).loadUnaligned(
        fromByteOffset: index, as: UInt64.self)
      guard bytes.word(at: position &+ index) == UInt64(littleEndian: word) else { return false }
      index &+= 8
    }
    while index < length {
      guard unsafe bytes[position &+ index] == start[index] else { return false }
      index &+= 1
    }
    position &+= length
    return true
  }
}

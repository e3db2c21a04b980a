// RFC 8785, 3.2.3: members are sorted by the UTF-16 code units of their keys. The order of UTF-8
// bytes is the order of code points, and the two differ in one place only: a scalar past U+FFFF is
// a surrogate pair in UTF-16, D800…DFFF, and so stands before U+E000…U+FFFF. In UTF-8 those start
// with F0…F4 and EE…EF, so it is enough to let these lead bytes change places. Where two texts
// first differ they are in step, so a lead byte is never compared with a continuation byte.

/// The rank of a byte of UTF-8 such that ranks compare as UTF-16 code units do.
@inline(__always)
func utf16Rank(_ byte: UInt8) -> UInt8 {
  if byte < 0xEE { return byte }
  return byte < 0xF0 ? byte + 5 : byte - 2
}

/// Whether one key stands before another in canonical order.
func comesBefore(_ one: String, _ other: String) -> Bool {
  let left = one.utf8Span.span
  let right = other.utf8Span.span
  let shared = min(left.count, right.count)
  var index = 0
  while index < shared {
    let (a, b) = (left[index], right[index])
    if a != b { return utf16Rank(a) < utf16Rank(b) }
    index += 1
  }
  return left.count < right.count
}

/// Whether two texts have the same bytes, which is stricter than Swift's equivalence of strings.
func haveSameBytes(_ one: String, _ other: String) -> Bool {
  let left = one.utf8Span.span
  let right = other.utf8Span.span
  guard left.count == right.count else { return false }
  var index = 0
  while index < left.count {
    if left[index] != right[index] { return false }
    index += 1
  }
  return true
}

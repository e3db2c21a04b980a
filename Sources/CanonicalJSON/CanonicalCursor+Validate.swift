extension CanonicalCursor {
  /// A canonical string's raw contents, and whether an escape is among them.
  private struct RawString {
    var range: Range<Int>
    var hasEscape: Bool
  }

  /// Reads any canonical string; the range of its raw contents.
  ///
  /// Checks UTF-8, and that every escape is the one RFC 8785, 3.2.2.2 writes.
  package mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
    try rawString(in: bytes).range
  }

  /// Reads any canonical string.
  private mutating func rawString(in bytes: Span<UInt8>) throws(JSONError) -> RawString {
    try openQuote(in: bytes)
    let start = position + 1
    var hasEscape = false
    var index = start
    while true {
      index = try bytes.endOfPlainRun(from: index)
      guard index < bytes.count else { throw JSONError(.truncated, at: index) }
      let byte = bytes[index]
      if byte == ASCII.quote { break }
      guard byte == ASCII.backslash else { throw JSONError(.controlCharacter, at: index) }
      hasEscape = true
      index += try Self.canonicalEscapeLength(at: index, in: bytes)
    }
    position = index + 1
    return RawString(range: start..<index, hasEscape: hasEscape)
  }

  /// How many bytes the escape at `offset` has, if it is the canonical one of its character.
  private static func canonicalEscapeLength(
    at offset: Int, in bytes: Span<UInt8>
  ) throws(JSONError) -> Int {
    guard offset + 1 < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
    switch bytes[offset + 1] {
    case ASCII.quote, ASCII.backslash, ASCII.lowerB, ASCII.lowerF, ASCII.lowerN, ASCII.lowerR,
      ASCII.lowerT:
      return 2
    case ASCII.slash: throw JSONError(.notCanonical, at: offset)
    case ASCII.lowerU: break
    default: throw JSONError(.invalidEscape, at: offset)
    }
    var unit: UInt32 = 0
    var isLowerCase = true
    for index in offset + 2..<offset + 6 {
      guard index < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      guard let digit = ASCII.hexValue(bytes[index]) else {
        throw JSONError(.invalidEscape, at: offset)
      }
      if UInt8(ascii: "A")...UInt8(ascii: "F") ~= bytes[index] { isLowerCase = false }
      unit = unit << 4 | digit
    }
    // 8 to 13 have two-character escapes, but for 11; from 32 on a character stands for itself.
    guard isLowerCase, unit < 0x20, unit < 0x08 || unit == 0x0B || unit > 0x0D else {
      throw JSONError(.notCanonical, at: offset)
    }
    return 6
  }

  /// Steps over a value and checks everything that makes its bytes canonical.
  ///
  /// Keys in the order of UTF-16 code units and none twice, strings as RFC 8785 writes them, every
  /// number an integer within ±(2^53 − 1), no white space, depth and length within the limits.
  /// What passes is exactly what `JSONValue.appendCanonical(to:)` writes for a value of the event
  /// profile. Does not allocate; recurses no deeper than `limits.depth`. O(bytes).
  package mutating func validateValue(
    in bytes: Span<UInt8>, limits: JSONLimits = .event
  ) throws(JSONError) {
    let start = position
    try validate(in: bytes, levels: limits.effectiveDepth)
    guard position - start <= limits.bytes else {
      throw JSONError(.tooLong, at: start + max(0, limits.bytes))
    }
  }

  /// Steps over and checks a value that may hold `levels` more of arrays and objects.
  private mutating func validate(in bytes: Span<UInt8>, levels: Int) throws(JSONError) {
    guard position < bytes.count else { throw JSONError(.truncated, at: position) }
    switch bytes[position] {
    case ASCII.quote: _ = try rawString(in: bytes)
    case ASCII.openBrace: try validateObject(in: bytes, levels: levels)
    case ASCII.openBracket: try validateArray(in: bytes, levels: levels)
    case ASCII.lowerT: try expect("true", in: bytes)
    case ASCII.lowerF: try expect("false", in: bytes)
    case ASCII.lowerN: try expect("null", in: bytes)
    default: _ = try integer(in: bytes)
    }
  }

  /// Steps over and checks an array, whose opening bracket is next.
  private mutating func validateArray(in bytes: Span<UInt8>, levels: Int) throws(JSONError) {
    guard levels > 0 else { throw JSONError(.tooDeep, at: position) }
    position += 1
    if take(ASCII.closeBracket, in: bytes) { return }
    while true {
      try validate(in: bytes, levels: levels - 1)
      if take(ASCII.closeBracket, in: bytes) { return }
      guard take(ASCII.comma, in: bytes) else { throw unexpected(in: bytes) }
    }
  }

  /// Steps over and checks an object, whose opening brace is next.
  private mutating func validateObject(in bytes: Span<UInt8>, levels: Int) throws(JSONError) {
    guard levels > 0 else { throw JSONError(.tooDeep, at: position) }
    position += 1
    if take(ASCII.closeBrace, in: bytes) { return }
    var last = try key(in: bytes)
    while true {
      try validate(in: bytes, levels: levels - 1)
      if take(ASCII.closeBrace, in: bytes) { return }
      guard take(ASCII.comma, in: bytes) else { throw unexpected(in: bytes) }
      let offset = position
      let next = try key(in: bytes)
      let order = Self.compare(last, next, in: bytes)
      if order >= 0 { throw JSONError(order == 0 ? .duplicateKey : .notCanonical, at: offset) }
      last = next
    }
  }

  /// Reads a key and the colon after it.
  @inline(__always)
  private mutating func key(in bytes: Span<UInt8>) throws(JSONError) -> RawString {
    let key = try rawString(in: bytes)
    guard take(ASCII.colon, in: bytes) else { throw unexpected(in: bytes) }
    return key
  }

  /// Negative, zero or positive as the first key comes before, equals or comes after the second.
  private static func compare(_ one: RawString, _ other: RawString, in bytes: Span<UInt8>) -> Int {
    var (left, right) = (one.range.lowerBound, other.range.lowerBound)
    let (leftEnd, rightEnd) = (one.range.upperBound, other.range.upperBound)
    let isPlain = !one.hasEscape && !other.hasEscape
    while left < leftEnd, right < rightEnd {
      let (a, leftLength) = isPlain ? (bytes[left], 1) : bytes.canonicalByte(at: left)
      let (b, rightLength) = isPlain ? (bytes[right], 1) : bytes.canonicalByte(at: right)
      if a != b { return Int(utf16Rank(a)) - Int(utf16Rank(b)) }
      left += leftLength
      right += rightLength
    }
    return (left < leftEnd ? 1 : 0) - (right < rightEnd ? 1 : 0)
  }

  /// Steps over the byte if it is next.
  @inline(__always)
  private mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// The error for a byte that may not stand at the position, or for the end of the text there.
  private func unexpected(in bytes: Span<UInt8>) -> JSONError {
    JSONError(position < bytes.count ? .unexpectedByte : .truncated, at: position)
  }
}

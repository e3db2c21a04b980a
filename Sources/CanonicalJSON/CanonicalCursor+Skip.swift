extension CanonicalCursor {
  /// Steps over a value by its structure alone.
  ///
  /// For bytes that were checked when they were written: strings are told from structure and
  /// brackets are counted, nothing else is looked at. Safe on any bytes: it never reads past
  /// their end, and does not recurse. O(bytes).
  package mutating func skipValue(in bytes: Span<UInt8>) throws(JSONError) {
    guard position < bytes.count else { throw JSONError(.truncated, at: position) }
    switch bytes[position] {
    case ASCII.openBrace, ASCII.openBracket: try skipNested(in: bytes)
    case ASCII.quote: position = try Self.endOfString(from: position &+ 1, in: bytes)
    case ASCII.lowerT: try expect("true", in: bytes)
    case ASCII.lowerF: try expect("false", in: bytes)
    case ASCII.lowerN: try expect("null", in: bytes)
    default: _ = try integer(in: bytes)
    }
  }

  /// Steps over an array or object, whose opening bracket is next.
  private mutating func skipNested(in bytes: Span<UInt8>) throws(JSONError) {
    var depth = 0
    var index = position
    repeat {
      guard index < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      let byte = bytes[index]
      index &+= 1
      switch byte {
      case ASCII.quote: index = try Self.endOfString(from: index, in: bytes)
      case ASCII.openBrace, ASCII.openBracket: depth &+= 1
      case ASCII.closeBrace, ASCII.closeBracket: depth &-= 1
      default: break
      }
    } while depth > 0
    position = index
  }

  /// The offset after the closing quote of a string whose contents begin at `start`.
  @inline(__always)
  private static func endOfString(
    from start: Int, in bytes: Span<UInt8>
  ) throws(JSONError) -> Int {
    var index = start
    while true {
      index = bytes.stringMark(from: index)
      guard index < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      let byte = bytes[index]
      if byte == ASCII.quote { return index &+ 1 }
      guard byte == ASCII.backslash else { throw JSONError(.controlCharacter, at: index) }
      index &+= 2
    }
  }
}

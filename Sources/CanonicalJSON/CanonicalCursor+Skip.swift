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
    case ASCII.quote: try skipString(in: bytes)
    case ASCII.lowerT: try expect("true", in: bytes)
    case ASCII.lowerF: try expect("false", in: bytes)
    case ASCII.lowerN: try expect("null", in: bytes)
    default: _ = try integer(in: bytes)
    }
  }

  /// Steps over a string, whose opening quote is next.
  private mutating func skipString(in bytes: Span<UInt8>) throws(JSONError) {
    var index = position &+ 1
    while true {
      index = bytes.stringMark(from: index)
      guard index < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      let byte = bytes[index]
      if byte == ASCII.quote { break }
      index &+= byte == ASCII.backslash ? 2 : 1
    }
    position = index &+ 1
  }

  /// Steps over an array or object, whose opening bracket is next.
  ///
  /// Going from quote to quote would make every load wait for the one before. So eight bytes are
  /// looked at together: a byte is within a string when the number of quotes up to it is odd, and
  /// a product with 0x01…01 adds up their marks for all eight at once; the high bits are the
  /// parities, for carries from the byte below stay under them.
  private mutating func skipNested(in bytes: Span<UInt8>) throws(JSONError) {
    var depth = 0
    var index = position
    // All bits while the byte before `index` is within a string, else none.
    var inString: UInt64 = 0
    while true {
      while index &+ 8 <= bytes.count {
        let word = bytes.word(at: index)
        if Word.marks(of: ASCII.backslash, in: word) != 0 { break }
        let quotes = Word.exactMarks(of: ASCII.quote, in: word)
        let within = (quotes &* Word.spread(0x01)) ^ inString
        // The four brackets differ in the bits of 0x26 only; other bytes do no harm below.
        var brackets = Word.marks(of: 0x7F, in: word | Word.spread(0x26)) & ~within
        while brackets != 0 {
          let offset = index &+ brackets.trailingZeroBitCount / 8
          depth &+= Self.depthChange(at: bytes[offset])
          if depth == 0 {
            position = offset &+ 1
            return
          }
          brackets &= brackets &- 1
        }
        inString = UInt64(bitPattern: Int64(bitPattern: within) >> 63)
        index &+= 8
      }
      // An escape is near, or the end: up to eight bytes one by one.
      let stop = min(index &+ 8, bytes.count)
      while index < stop {
        let byte = bytes[index]
        index &+= inString != 0 && byte == ASCII.backslash ? 2 : 1
        if byte == ASCII.quote { inString = ~inString }
        guard inString == 0 else { continue }
        depth &+= Self.depthChange(at: byte)
        if depth == 0 {
          position = index
          return
        }
      }
      guard index < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
    }
  }

  /// By how much a byte outside of strings changes the depth.
  @inline(__always)
  private static func depthChange(at byte: UInt8) -> Int {
    let folded = byte | 0x20
    return (folded == ASCII.openBrace ? 1 : 0) &- (folded == ASCII.closeBrace ? 1 : 0)
  }
}

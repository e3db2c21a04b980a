// Strings are mostly plain: bytes that stand for themselves. Both readers look at eight of them at
// a time: a word is tested with the "has a byte less than / equal to" arithmetic of Bit Twiddling
// Hacks, whose lowest set bit is exact though higher ones may not be.

/// Arithmetic on eight bytes at once.
enum Word {
  /// The same byte eight times.
  @inline(__always)
  static func spread(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// Marks in the high bits which bytes equal the given one; exact up to the lowest mark.
  @inline(__always)
  static func marks(of byte: UInt8, in word: UInt64) -> UInt64 {
    let difference = word ^ spread(byte)
    return (difference &- spread(0x01)) & ~difference & spread(0x80)
  }

  /// Marks in the high bits exactly the bytes that equal the given one.
  @inline(__always)
  static func exactMarks(of byte: UInt8, in word: UInt64) -> UInt64 {
    let difference = word ^ spread(byte)
    return ~(((difference & spread(0x7F)) &+ spread(0x7F)) | difference) & spread(0x80)
  }

  /// Marks the bytes that end a string or need a closer look: `"`, `\` and those below 0x20; exact
  /// up to the lowest mark.
  @inline(__always)
  static func stringMarks(in word: UInt64) -> UInt64 {
    let controls = (word &- spread(0x20)) & ~word & Word.spread(0x80)
    return controls | marks(of: ASCII.quote, in: word) | marks(of: ASCII.backslash, in: word)
  }
}

extension Span<UInt8> {
  /// The eight bytes from `offset` on, the first in the lowest bits.
  ///
  /// The bounds are checked.
  @inlinable @inline(__always)
  package func word(at offset: Int) -> UInt64 {
    // Any eight bytes are a UInt64; the load itself checks the bounds.
    UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Where the next `"`, `\` or byte below 0x20 stands, from `start` on; the count if none does.
  @inline(__always)
  func stringMark(from start: Int) -> Int {
    var position = start
    while position &+ 8 <= count {
      let found = Word.stringMarks(in: word(at: position))
      if found != 0 { return position &+ found.trailingZeroBitCount / 8 }
      position &+= 8
    }
    while position < count {
      let byte = self[position]
      if byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash { break }
      position &+= 1
    }
    return position
  }

  /// As `stringMark(from:)`, and refuses what is not UTF-8 on the way.
  @inline(__always)
  func endOfPlainRun(from start: Int) throws(JSONError) -> Int {
    var position = start
    while true {
      position = asciiMark(from: position)
      guard position < count, self[position] >= 0x80 else { return position }
      position &+= try scalarLength(at: position)
    }
  }

  /// As `stringMark(from:)`, and stops at bytes past ASCII too.
  @inline(__always)
  private func asciiMark(from start: Int) -> Int {
    var position = start
    while position &+ 8 <= count {
      let word = word(at: position)
      let found = Word.stringMarks(in: word) | (word & Word.spread(0x80))
      if found != 0 { return position &+ found.trailingZeroBitCount / 8 }
      position &+= 8
    }
    while position < count {
      let byte = self[position]
      if byte < 0x20 || byte >= 0x80 || byte == ASCII.quote || byte == ASCII.backslash { break }
      position &+= 1
    }
    return position
  }

  /// Whether all bytes together are UTF-8.
  var isUTF8: Bool {
    var position = 0
    while position < count {
      if self[position] < 0x80 {
        position &+= 1
      } else if let length = try? scalarLength(at: position) {
        position &+= length
      } else {
        return false
      }
    }
    return true
  }

  /// How many bytes the scalar at `offset` has, whose first byte is 0x80 or more.
  ///
  /// Refuses what RFC 3629, 4 does: overlong forms, surrogates, scalars past U+10FFFF, stray and
  /// missing continuation bytes.
  func scalarLength(at offset: Int) throws(JSONError) -> Int {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch self[offset] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: throw JSONError(.invalidUTF8, at: offset)
    }
    guard length <= count - offset, second.contains(self[offset + 1]) else {
      throw JSONError(.invalidUTF8, at: offset)
    }
    for index in offset + 2..<max(offset + 2, offset + length)
    where self[index] & 0xC0 != 0x80 {
      throw JSONError(.invalidUTF8, at: offset)
    }
    return length
  }
}

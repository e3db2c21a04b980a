extension JSONReader {
  /// Reads a string, whose opening quote is next.
  mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> String {
    let start = position + 1
    position = try bytes.endOfPlainRun(from: start)
    if take(ASCII.quote, in: bytes) { return decodeText(start..<position - 1, in: bytes) }
    var text: [UInt8] = []
    append(start..<position, of: bytes, to: &text)
    while !take(ASCII.quote, in: bytes) {
      guard position < bytes.count else { throw JSONError(.truncated, at: position) }
      guard bytes[position] == ASCII.backslash else {
        throw JSONError(.controlCharacter, at: position)
      }
      try escape(in: bytes, to: &text)
      let end = try bytes.endOfPlainRun(from: position)
      append(position..<end, of: bytes, to: &text)
      position = end
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads an escape, whose backslash is next, and appends what it stands for.
  private mutating func escape(
    in bytes: Span<UInt8>, to text: inout [UInt8]
  ) throws(JSONError) {
    guard position + 1 < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
    switch bytes[position + 1] {
    case ASCII.quote: text.append(ASCII.quote)
    case ASCII.backslash: text.append(ASCII.backslash)
    case ASCII.slash: text.append(ASCII.slash)
    case ASCII.lowerB: text.append(ASCII.backspace)
    case ASCII.lowerF: text.append(ASCII.formFeed)
    case ASCII.lowerN: text.append(ASCII.lineFeed)
    case ASCII.lowerR: text.append(ASCII.carriageReturn)
    case ASCII.lowerT: text.append(ASCII.tab)
    case ASCII.lowerU:
      text.append(contentsOf: String(try unicodeEscape(in: bytes)).utf8)
      return
    default: throw JSONError(.invalidEscape, at: position)
    }
    position += 2
  }

  /// Reads one `\uXXXX`, or two that make a surrogate pair.
  private mutating func unicodeEscape(
    in bytes: Span<UInt8>
  ) throws(JSONError) -> Unicode.Scalar {
    let start = position
    let unit = try codeUnit(in: bytes)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let afterFirst = position
    if unit < 0xDC00, position + 1 < bytes.count, bytes[position] == ASCII.backslash,
      bytes[position + 1] == ASCII.lowerU
    {
      let second = try codeUnit(in: bytes)
      if 0xDC00...0xDFFF ~= second,
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    guard profile == .json else { throw JSONError(.loneSurrogate, at: start) }
    // What follows half a pair is read again, by itself.
    position = afterFirst
    return "\u{FFFD}"
  }

  /// Reads `\uXXXX`, whose backslash is next, as a UTF-16 code unit.
  private mutating func codeUnit(in bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
    let start = position
    var unit: UInt32 = 0
    for index in start + 2..<start + 6 {
      guard index < bytes.count else { throw JSONError(.truncated, at: bytes.count) }
      guard let digit = ASCII.hexValue(bytes[index]) else {
        throw JSONError(.invalidEscape, at: start)
      }
      unit = unit << 4 | digit
    }
    position += 6
    return unit
  }

  /// Reads a number, whose sign or first digit is next.
  mutating func number(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = take(ASCII.minus, in: bytes)
    let magnitude = try integerPart(in: bytes)
    var isInteger = true
    if take(ASCII.point, in: bytes) {
      isInteger = false
      try digits(in: bytes)
    }
    if take(ASCII.lowerE, in: bytes) || take(ASCII.upperE, in: bytes) {
      isInteger = false
      if !take(ASCII.plus, in: bytes) { _ = take(ASCII.minus, in: bytes) }
      try digits(in: bytes)
    }
    let isNegativeZero = isNegative && magnitude == 0
    if isInteger, !isNegativeZero, let magnitude {
      return .integer(isNegative ? -magnitude : magnitude)
    }
    if profile == .event {
      throw JSONError(
        isInteger && !isNegativeZero ? .numberOutOfRange : .numberNotInteger, at: start)
    }
    return try JSONValue(numberAt: start..<position, in: bytes)
  }

  /// Reads the digits before a point; nil when they exceed 2^53 − 1.
  private mutating func integerPart(in bytes: Span<UInt8>) throws(JSONError) -> Int64? {
    let start = position
    try digits(in: bytes)
    if position - start > 1, bytes[start] == ASCII.zero {
      throw JSONError(.invalidNumber, at: start)
    }
    guard position - start <= 16 else { return nil }
    var value: Int64 = 0
    for index in start..<position { value = value * 10 + Int64(bytes[index] - ASCII.zero) }
    return value <= largestSafeInteger ? value : nil
  }

  /// Steps over one or more digits.
  private mutating func digits(in bytes: Span<UInt8>) throws(JSONError) {
    let start = position
    while position < bytes.count, ASCII.isDigit(bytes[position]) { position += 1 }
    if position == start {
      throw JSONError(position < bytes.count ? .invalidNumber : .truncated, at: position)
    }
  }
}

extension Digest {
  /// The 32 bytes.
  package var bytes: [UInt8] {
    unsafe withUnsafeBytes(of: words) { unsafe Array($0) }
  }

  /// The bytes of many, one after the other.
  static func bytes(of digests: [Digest]) -> [UInt8] {
    unsafe digests.withUnsafeBytes { unsafe Array($0) }
  }

  /// From exactly 32 bytes; `nil` for any other count.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self = .zero
    unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: bytes) }
  }

  /// 64 lower-case hexadecimal digits, as `sha256sum` prints.
  package var hex: String { Hexadecimal.text(bytes) }

  /// From 64 lower-case hexadecimal digits; `nil` for anything else.
  package init?(hex text: Span<UInt8>) {
    guard text.count == 64 else { return nil }
    var digest = Digest.zero
    let isHex = unsafe withUnsafeMutableBytes(of: &digest.words) { bytes in
      for place in 0..<32 {
        guard let high = Hexadecimal.value(of: text[2 * place]),
          let low = Hexadecimal.value(of: text[2 * place + 1])
        else { return false }
        unsafe bytes[place] = high << 4 | low
      }
      return true
    }
    guard isHex else { return nil }
    self = digest
  }

  /// 44 characters of the standard alphabet, padded.
  package var base64: String { String(decoding: base64Bytes, as: UTF8.self) }

  /// The base64 text as bytes.
  var base64Bytes: [UInt8] { Base64.encode(bytes) }

  /// From 44 characters of base64; `nil` unless they are exactly what `base64` writes.
  package init?(base64 text: Span<UInt8>) {
    guard text.count == 44, let bytes = Base64.decode(text) else { return nil }
    self.init(bytes: bytes)
  }

  /// From 44 characters of base64; `nil` unless they are exactly what `base64` writes.
  package init?(base64 text: String) {
    self.init(base64: Array(text.utf8).span)
  }
}

/// The standard alphabet of RFC 4648, section 4, always padded.
package enum Base64 {
  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// The text of `bytes`: four digits for every three bytes begun. O(bytes).
  package static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = alphabet.span
    var text = [UInt8](repeating: padding, count: (bytes.count + 2) / 3 * 4)
    var target = 0
    var start = 0
    while start < bytes.count {
      let have = min(3, bytes.count - start)
      var group = Int(bytes[start]) << 16
      if have > 1 { group |= Int(bytes[start + 1]) << 8 }
      if have > 2 { group |= Int(bytes[start + 2]) }
      text[target] = alphabet[group >> 18]
      text[target + 1] = alphabet[group >> 12 & 63]
      if have > 1 { text[target + 2] = alphabet[group >> 6 & 63] }
      if have > 2 { text[target + 3] = alphabet[group & 63] }
      start += 3
      target += 4
    }
    return text
  }

  /// The bytes behind `text`; `nil` unless `encode` would write exactly that text for them.
  package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var index = 0
    while index < text.count {
      var group = 0
      var padded = 0
      for place in 0..<4 {
        let byte = text[index + place]
        if byte == padding {
          padded += 1
          group <<= 6
        } else {
          guard padded == 0, let digit = value(of: byte) else { return nil }
          group = group << 6 | digit
        }
      }
      index += 4
      guard padded <= 2, padded == 0 || index == text.count else { return nil }
      guard padded == 0 || group & (1 << (8 * padded) - 1) == 0 else { return nil }
      for place in 0..<(3 - padded) {
        bytes.append(UInt8(truncatingIfNeeded: group >> (16 - 8 * place)))
      }
    }
    return bytes
  }

  private static func value(of byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

/// Bytes as lower-case hexadecimal digits.
package enum Hexadecimal {
  /// Two digits a byte. O(bytes).
  package static func text(_ bytes: [UInt8]) -> String {
    let digits = [UInt8]("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The value of a digit; `nil` for what is none.
  static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension FieldType {
  /// What is wrong with a text as a value of this type; nil if nothing is.
  func fault(of text: String) -> FieldError.Code? {
    let bytes = Array(text.utf8)
    let all = 0..<bytes.count
    switch self {
    case .date: return CivilDate(parsing: bytes.span, all) == nil ? .notADate : nil
    case .instant: return Instant(parsing: bytes.span, all) == nil ? .notAnInstant : nil
    case .offsetInstant:
      return OffsetInstant(parsing: bytes.span, all) == nil ? .notAnInstant : nil
    case .time:
      return bytes.count == 5 && timeOfDay(bytes.span, 0) != nil ? nil : .notATime
    case .id: return isIdentifier(bytes.span, all) ? nil : .notAnID
    case .text(let most):
      if bytes.isEmpty { return .emptyText }
      // A scalar has at least one byte: most texts need not be counted.
      return bytes.count > most && text.unicodeScalars.count > most ? .textTooLong : nil
    case .sha256:
      return bytes.count == 64 && bytes.allSatisfy(isLowerHexadecimal) ? nil : .notASHA256
    case .treeRoot: return isDigestInBase64(bytes) ? nil : .notATreeRoot
    case .vkey: return isVerifierKey(bytes) ? nil : .notAVerifierKey
    case .choice(let words): return words.contains(text) ? nil : .notAChoice
    case .currency: return Currency(parsing: bytes.span, all) == nil ? .unknownCurrency : nil
    case .country:
      let isCode = bytes.count == 2 && bytes.allSatisfy(isCapital)
      return isCode ? nil : .notACountry
    default: return .wrongType
    }
  }
}

private func isLowerHexadecimal(_ byte: UInt8) -> Bool {
  byte &- UInt8(ascii: "0") < 10 || byte &- UInt8(ascii: "a") < 6
}

private func isCapital(_ byte: UInt8) -> Bool {
  byte &- UInt8(ascii: "A") < 26
}

private func isBase64(_ byte: UInt8) -> Bool {
  isCapital(byte) || byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
}

/// Whether the bytes are the padded base64 of 32 bytes, in its one form.
///
/// The last of 43 digits holds four bits of the digest: its two lowest must be 0 (RFC 4648, 3.5).
private func isDigestInBase64(_ bytes: [UInt8]) -> Bool {
  bytes.count == 44 && bytes[43] == UInt8(ascii: "=") && bytes[..<43].allSatisfy(isBase64)
    && "AEIMQUYcgkosw048".utf8.contains(bytes[42])
}

/// Whether the bytes are `name+hash+key`: a name without plus or space, eight hexadecimal digits,
/// and the base64 of an algorithm's byte and an Ed25519 key (C2SP signed-note).
private func isVerifierKey(_ bytes: [UInt8]) -> Bool {
  guard let plus = bytes.firstIndex(of: UInt8(ascii: "+")), plus > 0,
    bytes[..<plus].allSatisfy({ $0 > 0x20 && $0 != 0x7F }), bytes.count == plus + 54,
    bytes[plus + 9] == UInt8(ascii: "+")
  else { return false }
  return bytes[(plus + 1)..<(plus + 9)].allSatisfy(isLowerHexadecimal)
    && bytes[(plus + 10)...].allSatisfy(isBase64)
}

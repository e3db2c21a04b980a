internal import CanonicalJSON
internal import EventStore

/// The file of the master key: 32 bytes as base64, as hexadecimal digits, or as they are.
///
/// `openssl rand -base64 32` makes one.
enum MasterKey {
  /// The key in a file, to be wiped by the caller. Throws `noVaultKeys` for what is none.
  static func read(_ path: String, on disk: any Disk) throws(LogError) -> [UInt8] {
    var bytes = try KeyFile(path, on: disk).read()
    defer { LibCrypto.wipe(&bytes) }
    guard let key = parsed(bytes) else {
      throw LogError(
        .noVaultKeys,
        "it is no master key: 32 bytes as base64, as `openssl rand -base64 32` writes",
        file: path)
    }
    return key
  }

  /// What is written for a key.
  static func text(of key: [UInt8]) -> [UInt8] {
    Base64.encode(key) + [UInt8(ascii: "\n")]
  }

  private static func parsed(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.count == AES256GCM.keyLength { return bytes }
    var text = bytes[...]
    while let last = text.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
      text.removeLast()
    }
    let line = Array(text)
    if line.count == 44 {
      guard let key = Base64.decode(line.span), key.count == AES256GCM.keyLength else { return nil }
      return key
    }
    return hexadecimal(line)
  }

  private static func hexadecimal(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count == 2 * AES256GCM.keyLength else { return nil }
    var key: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      let pair = String(decoding: digits[place..<place + 2], as: UTF8.self)
      guard let byte = UInt8(pair, radix: 16) else { return nil }
      key.append(byte)
    }
    return key
  }
}

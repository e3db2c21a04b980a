/// A public key that checks signatures of notes, as C2SP signed-note writes it:
///
///     collections.example.pe/main+889145a9+ASH5zXQs+o69jqOKCQDSwf7DGvTfwmScBYl9rD1jltj2
///     name                        key id   base64 of the type (one byte) and the 32 bytes
///
/// The key id is the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
package struct VerifierKey: Hashable, Sendable {
  /// What a signature under the key says.
  package enum Kind: UInt8, Sendable {
    /// A log's own signature over the note's text.
    case signature = 0x01
    /// A witness's tlog-cosignature/v1: time and text, after the log was seen to be consistent.
    case cosignature = 0x04
  }

  /// Who signs; no white space and no plus sign.
  package let name: String
  package let kind: Kind
  /// 32 bytes of Ed25519.
  package let publicKey: [UInt8]
  /// The key id, most significant byte first.
  package let id: UInt32

  /// A key of given parts; `nil` for a name or a length that cannot be.
  package init?(name: String, kind: Kind = .signature, publicKey: [UInt8]) {
    guard Self.isName(name), publicKey.count == 32 else { return nil }
    self.name = name
    self.kind = kind
    self.publicKey = publicKey
    let digest = Digest(hashing: (Array(name.utf8) + [0x0A, kind.rawValue] + publicKey).span)
    id = digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads `text` back; `nil` for anything it could not be, a key id of another key among it.
  package init?(_ text: String) {
    let words = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, let typed = Base64.decode(Array(words[2].utf8).span),
      let type = typed.first, let kind = Kind(rawValue: type)
    else { return nil }
    self.init(name: String(words[0]), kind: kind, publicKey: Array(typed.dropFirst()))
    guard hexID == words[1] else { return nil }
  }

  /// The key in one word.
  package var text: String {
    "\(name)+\(hexID)+\(String(decoding: Base64.encode([kind.rawValue] + publicKey), as: UTF8.self))"
  }

  /// The key id as signature lines and verifier keys begin with it.
  var idBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: id >> UInt32(24 - 8 * $0)) } }

  private var hexID: String { Hexadecimal.text(idBytes) }

  /// Whether a text may name a signer: 1 to 255 bytes without white space, controls and plus signs.
  static func isName(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count)
      && !name.unicodeScalars.contains { scalar in
        scalar.value < 0x20 || scalar.value == 0x7F || scalar == "+"
          || scalar.properties.isWhitespace
      }
  }
}

extension VerifierKey: CustomStringConvertible {
  /// As `text`.
  package var description: String { text }
}

/// A SHA-256 hash, and the three ways in which the log makes one.
///
/// A leaf and an inner node of the tree are hashed with different first bytes (RFC 6962, section 2.1),
/// so that no inner node can pass for an event.
package struct Digest: BitwiseCopyable, Equatable, Hashable, Sendable {
  /// The 32 bytes, as four words in the order they lie in memory; only their bytes mean anything.
  var words: (UInt64, UInt64, UInt64, UInt64)

  static let zero = Digest(words: (0, 0, 0, 0))

  /// Root of the tree without leaves: the hash of nothing.
  package static let empty = Digest(hashing: [UInt8]().span)

  private static let leafStart = LibCrypto.begun([0x00])
  private static let nodeStart = LibCrypto.begun([0x01])
  private static let plainStart = LibCrypto.begun([])

  private init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Plain SHA-256 of `bytes`.
  package init(hashing bytes: Span<UInt8>) {
    var hash = Self.plainStart
    LibCrypto.update(&hash, bytes)
    self = LibCrypto.finished(&hash)
  }

  /// Plain SHA-256 of a text's UTF-8: the name of a secret where the secret itself is not kept.
  package init(hashing text: String) {
    let bytes = Array(text.utf8)
    self.init(hashing: bytes.span)
  }

  /// Leaf of an event: SHA-256 of 0x00 and the line without its newline.
  package init(leaf line: Span<UInt8>) {
    var hash = Self.leafStart
    LibCrypto.update(&hash, line)
    self = LibCrypto.finished(&hash)
  }

  /// Inner node: SHA-256 of 0x01, the left and the right hash.
  package init(left: borrowing Digest, right: borrowing Digest) {
    var hash = Self.nodeStart
    LibCrypto.update(&hash, left)
    LibCrypto.update(&hash, right)
    self = LibCrypto.finished(&hash)
  }

  package static func == (left: Digest, right: Digest) -> Bool {
    left.words == right.words
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
  }
}

/// A SHA-256 computed over pieces, for files longer than memory should hold.
package struct RunningDigest {
  private var hash = LibCrypto.begun([])

  /// The hash of nothing yet.
  package init() {}

  /// Goes on with `bytes`. O(bytes).
  package mutating func update(_ bytes: Span<UInt8>) {
    LibCrypto.update(&hash, bytes)
  }

  /// The hash of everything given so far; the computation is over.
  package mutating func finish() -> Digest {
    LibCrypto.finished(&hash)
  }
}

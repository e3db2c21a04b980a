internal import CanonicalJSON

/// What an index keeps of a key or of a stream's name: the first eight bytes of its SHA-256, as a number
/// whose order is that of the bytes.
///
/// The same in every process. Two names may share one: whoever finds an event by it reads the line.
struct Fingerprint {
  let value: UInt64

  init(_ value: UInt64) { self.value = value }

  init(of name: Span<UInt8>) {
    value = Digest(hashing: name).words.0.bigEndian
  }

  init(of name: String) {
    self.init(of: name.utf8Span.span)
  }

  /// What a stream is found by: its name, or only its kind and the slash for the kinds of which a ledger
  /// has few streams, so that all of a kind can be found together.
  init(ofStream name: Span<UInt8>) {
    if Self.begins(name, "account/") || Self.begins(name, "subject/") {
      self.init(of: name)
      return
    }
    var end = 0
    while end < name.count, name[end] != UInt8(ascii: "/") { end += 1 }
    self.init(of: name.extracting(0..<min(end + 1, name.count)))
  }

  private static func begins(_ name: Span<UInt8>, _ word: StaticString) -> Bool {
    var cursor = CanonicalCursor()
    return cursor.steps(over: word, in: name)
  }
}

/// A set of fingerprints that may be asked without touching the table: no for sure, or perhaps.
///
/// 64 bytes, one line of the processor's cache, for each 64 fingerprints; six bits of one line each.
/// About three of a hundred fingerprints that are not in the set pass for it.
struct FingerprintFilter {
  static let lineSize = 64
  private(set) var bytes: [UInt8]
  private let lines: UInt64

  /// How many lines a filter of `count` fingerprints has.
  static func lines(for count: Int) -> Int { max(1, (count + 63) / 64) }

  init(for count: Int) {
    lines = UInt64(Self.lines(for: count))
    bytes = [UInt8](repeating: 0, count: Int(lines) * Self.lineSize)
  }

  mutating func insert(_ fingerprint: UInt64) {
    let start = Self.line(of: fingerprint, among: lines) * Self.lineSize
    var bits = Self.bits(of: fingerprint)
    for _ in 0..<6 {
      let bit = Int(bits & 511)
      bytes[start + bit >> 3] |= 1 << UInt8(bit & 7)
      bits >>= 9
    }
  }

  /// Which line a fingerprint belongs to.
  static func line(of fingerprint: UInt64, among lines: UInt64) -> Int {
    Int((fingerprint &* 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: lines).high)
  }

  /// Six places of nine bits each in that line.
  static func bits(of fingerprint: UInt64) -> UInt64 {
    ((fingerprint ^ fingerprint >> 32) &* 0xD6E8_FEB8_6659_FD93) >> 10
  }
}

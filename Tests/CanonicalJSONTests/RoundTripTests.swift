import CanonicalJSON
import Testing

/// What must hold of any value, tried on random ones.
struct RoundTripTests {
  @Test func aValueComesBackFromItsCanonicalForm() throws {
    var random = Randomness()
    for _ in 0..<500 {
      let value = random.value(depth: 5)
      let canonical = value.canonicalBytes
      for profile in [JSONProfile.json, .interoperable, .event] {
        let again = try JSONValue(parsing: canonical.span, as: profile)
        #expect(again == value)
        #expect(again.canonicalBytes == canonical)
      }
      #expect(canonicalRefusal(canonical) == nil, "\(value.canonicalText)")
      var cursor = CanonicalCursor()
      try cursor.skipValue(in: canonical.span)
      #expect(cursor.position == canonical.count, "\(value.canonicalText)")
    }
  }

  @Test func fractionsComeBackToo() throws {
    var random = Randomness()
    for _ in 0..<300 {
      let value = random.value(depth: 3, fractions: true)
      let canonical = value.canonicalBytes
      let again = try JSONValue(parsing: canonical.span, as: .interoperable)
      #expect(again == value)
      #expect(again.canonicalBytes == canonical)
    }
  }

  @Test func anUntidyTextHasTheSameCanonicalForm() throws {
    var random = Randomness()
    for _ in 0..<300 {
      let value = random.value(depth: 4)
      let text = random.untidy(value)
      let read = try JSONValue(parsing: text, as: .event)
      #expect(read == value, "\(text)")
      #expect(read.canonicalBytes == value.canonicalBytes, "\(text)")
    }
  }

  /// A prefix of a number may be a number, so values that close are taken.
  @Test func noPrefixOfATextIsAText() {
    var random = Randomness()
    for _ in 0..<100 {
      let canonical = JSONValue.array([random.value(depth: 3)]).canonicalBytes
      for end in 0..<canonical.count {
        let prefix = Array(canonical[..<end])
        #expect(refusal(prefix, as: .json) != nil)
        #expect(refusal(prefix, as: .event) != nil)
        #expect(canonicalRefusal(prefix) != nil)
        var cursor = CanonicalCursor()
        let skipped: Void? = try? cursor.skipValue(in: prefix.span)
        #expect(skipped == nil)
      }
    }
  }

  /// The check accepts exactly what the writer writes: a byte changed, lost or added must make it
  /// refuse, unless reading and writing anew give the same bytes again.
  @Test func theCheckAcceptsExactlyWhatIsWritten() {
    var random = Randomness()
    var stillCanonical = 0
    let likely =
      Array(#"{}[]",:\/u0019-.eEnrtbf AaZz"#.utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC2, 0xED]
    for _ in 0..<4_000 {
      var bytes = random.value(depth: 3).canonicalBytes
      let index = random.below(bytes.count)
      let byte =
        random.below(2) == 0
        ? likely[random.below(likely.count)] : UInt8(truncatingIfNeeded: random.next())
      switch random.below(4) {
      case 0: bytes.insert(byte, at: index)
      case 1: bytes.remove(at: index)
      case 2: bytes[index] ^= 1 << UInt8(random.below(8))
      default: bytes[index] = byte
      }
      let read = try? JSONValue(parsing: bytes.span, as: .event, limits: .event)
      let isCanonical = read?.canonicalBytes == bytes
      stillCanonical += isCanonical ? 1 : 0
      let refused = canonicalRefusal(bytes)
      let agrees = (refused == nil) == isCanonical
      #expect(agrees, "\(String(decoding: bytes, as: UTF8.self)) \(refused as Any)")
    }
    // Both outcomes must have been tried.
    #expect(stillCanonical > 50 && stillCanonical < 3_950)
  }

  /// Bytes that were never JSON: an answer, no crash, and never a position outside of them.
  @Test func noiseIsAnswered() {
    var random = Randomness()
    let alphabet = Array(#"{}[]"",:\u01-"#.utf8) + [0x20, 0xC3, 0xA9]
    for _ in 0..<3_000 {
      let bytes = (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
      let read = try? JSONValue(parsing: bytes.span, as: .event)
      let agrees = (canonicalRefusal(bytes) == nil) == (read?.canonicalBytes == bytes)
      #expect(agrees, "\(bytes)")
      var cursor = CanonicalCursor()
      if (try? cursor.skipValue(in: bytes.span)) != nil {
        #expect(cursor.position > 0 && cursor.position <= bytes.count, "\(bytes)")
      } else {
        #expect(canonicalRefusal(bytes) != nil, "\(bytes)")
      }
    }
  }
}

import CanonicalJSON
import Testing

/// Escapes and UTF-8, read and written.
struct StringTests {
  /// The inside of a quoted string, what it stands for, and its canonical inside.
  @Test(arguments: [
    ("", "", ""),
    ("abc", "abc", "abc"),
    (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t", #"\"\\/\b\f\n\r\t"#),
    (#"\u0000\u001F\u000a\u000B"#, "\0\u{1F}\n\u{B}", #"\u0000\u001f\n\u000b"#),
    (#"\u0041\u005c\u0022\u002F"#, "A\\\"/", #"A\\\"/"#),
    (#"\u007f\u0080\u20AC"#, "\u{7F}\u{80}€", "\u{7F}\u{80}€"),
    (#"\uD83D\uDE02"#, "😂", "😂"),
    (#"\ud800\udc00\udbff\udfff"#, "\u{10000}\u{10FFFF}", "\u{10000}\u{10FFFF}"),
    ("Å é ñ 漢 \u{FFFF} 😂", "Å é ñ 漢 \u{FFFF} 😂", "Å é ñ 漢 \u{FFFF} 😂"),
    ("A\u{30A}", "A\u{30A}", "A\u{30A}"),
    ("0123456789\\n0123456789", "0123456789\n0123456789", #"0123456789\n0123456789"#),
  ])
  func readsAndWrites(inside: String, text: String, canonical: String) throws {
    for profile in [JSONProfile.json, .interoperable, .event] {
      let value = try JSONValue(parsing: "\"\(inside)\"", as: profile)
      #expect(value == .string(text))
      #expect(value.canonicalText == "\"\(canonical)\"")
    }
    let bytes = Array("\"\(canonical)\"".utf8)
    let outcome = Outcome { cursor throws(JSONError) in try cursor.string(in: bytes.span) }
    #expect(outcome == .value(1..<bytes.count - 1, bytes.count))
    let decoded = decodeCanonicalString(1..<bytes.count - 1, in: bytes.span)
    #expect(Array(decoded.utf8) == Array(text.utf8))
    #expect((canonicalRefusal("\"\(inside)\"") == nil) == (inside == canonical))
  }

  /// Text; what the event profile says, at which offset; what the cursor says, at which offset.
  @Test(
    arguments: [
      (#""abc"#, .truncated, 4, .truncated, 4),
      (#"""#, .truncated, 1, .truncated, 1),
      (#""\"#, .truncated, 2, .truncated, 2),
      (#""\u"#, .truncated, 3, .truncated, 3),
      (#""\u00e"#, .truncated, 6, .truncated, 6),
      (#""a\x""#, .invalidEscape, 2, .invalidEscape, 2),
      (#""\U0041""#, .invalidEscape, 1, .invalidEscape, 1),
      (#""\u00g0""#, .invalidEscape, 1, .invalidEscape, 1),
      (#""\u+123""#, .invalidEscape, 1, .invalidEscape, 1),
      ("\"a\nb\"", .controlCharacter, 2, .controlCharacter, 2),
      ("\"\u{1F}\"", .controlCharacter, 1, .controlCharacter, 1),
      ("\"\0\"", .controlCharacter, 1, .controlCharacter, 1),
      (#""\ud800""#, .loneSurrogate, 1, .notCanonical, 1),
      (#""x\udfff""#, .loneSurrogate, 2, .notCanonical, 2),
      (#""\ud800\ud800""#, .loneSurrogate, 1, .notCanonical, 1),
      (#""\udc00\ud800""#, .loneSurrogate, 1, .notCanonical, 1),
      (#""\ud800\n""#, .loneSurrogate, 1, .notCanonical, 1),
      (#""\ud800\u00""#, .invalidEscape, 7, .notCanonical, 1),
    ] as [(String, JSONError.Code, Int, JSONError.Code, Int)])
  func refuses(
    text: String, read: JSONError.Code, readAt: Int, canonical: JSONError.Code, canonicalAt: Int
  ) {
    #expect(refusal(text, as: .event) == JSONError(read, at: readAt))
    #expect(refusal(text, as: .interoperable) == JSONError(read, at: readAt))
    #expect(canonicalRefusal(text) == JSONError(canonical, at: canonicalAt))
  }

  /// Half a pair cannot be text; RFC 8259 lets it pass, so it reads as the replacement character.
  @Test(arguments: [
    (#""\ud800""#, "\u{FFFD}"),
    (#""\ud800x""#, "\u{FFFD}x"),
    (#""\ud800\n""#, "\u{FFFD}\n"),
    (#""\udc00\ud800""#, "\u{FFFD}\u{FFFD}"),
    (#""\ud800\ud83d\ude02""#, "\u{FFFD}😂"),
  ])
  func readsLoneSurrogatesLeniently(text: String, value: String) throws {
    #expect(try JSONValue(parsing: text, as: .json) == .string(value))
  }

  /// Valid escapes in another form than RFC 8785 gives them; read, but not canonical.
  @Test(arguments: [
    #"\/"#, #"\u0041"#, #"\u000A"#, #"\u000a"#, #"\u0008"#, #"\u0009"#, #"\u000c"#, #"\u000d"#,
    #"\u001F"#, #"\u0020"#, #"\u0022"#, #"\u005c"#, #"\u007f"#, #"\u00e9"#, #"\ud83d\ude02"#,
  ])
  func otherFormsOfEscapesAreNotCanonical(inside: String) {
    #expect(refusal("\"\(inside)\"", as: .event) == nil)
    #expect(canonicalRefusal("\"\(inside)\"") == JSONError(.notCanonical, at: 1))
    #expect(canonicalRefusal("{\"\(inside)\":1}") == JSONError(.notCanonical, at: 2))
  }

  @Test func everyASCIICharacterHasOneForm() throws {
    for byte in UInt8(0)..<128 {
      let text = String(Unicode.Scalar(byte))
      let written = JSONValue.string(text).canonicalBytes
      #expect(canonicalRefusal(written) == nil, "\(byte)")
      #expect(try JSONValue(parsing: written.span, as: .event) == .string(text), "\(byte)")
      let mustEscape = byte < 0x20 || byte == 0x22 || byte == 0x5C
      #expect((written.count == 3) != mustEscape, "\(byte)")
    }
  }

  @Test func textIsComparedByteByByte() throws {
    // Swift calls these two equal.
    #expect("é" == "e\u{301}")
    #expect(JSONValue.string("é") != .string("e\u{301}"))
    let object = try JSONValue(parsing: "{\"e\u{301}\":1,\"é\":2}", as: .event)
    #expect(object["é"] == .integer(2))
    #expect(object["e\u{301}"] == .integer(1))
  }
}
